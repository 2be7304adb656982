"""`fusionner`: one assessment of several files; conflicts are left blank and listed, nothing is lost."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from ctg_tui.domain.assessment import (
    NOT_CONCERNED,
    Answer,
    Assessment,
    Cell,
    Coordinator,
    Profile,
    Rating,
    Status,
    Territory,
)
from ctg_tui.domain.review import Contribution, Decision, FollowUp
from ctg_tui.domain.scores import in_view
from ctg_tui.grids.catalogue import Catalogue, load_grid
from ctg_tui.services.home import remarks_left
from ctg_tui.services.merging import MAX_FILES
from ctg_tui.services.workspace import open_workspace
from ctg_tui.submission.file import Received, examine
from tests.changed_grids import shorter_grid
from tests.cli.program import Program
from tests.databases import rows
from tests.each_row import each_row
from tests.received import review_of_file, submission, uuid_of
from tests.strategies import ALL_OPEN, charente, make_assessment, make_identity

FIRST, SECOND, THIRD = (Cell(f"m1.a0{rank}", "famille") for rank in (1, 2, 3))
ALL = ("famille", "education", "social")


def draft(
    number: int, notes: Mapping[Cell, Answer], *, policies: tuple[str, ...] = ALL, **parts: Any
) -> Assessment:
    person = Coordinator("c1", f"Nom {number}", "Prénom", Profile.PROJECT_LEAD, policies)
    details = parts.pop("details", {})
    identity = make_identity(coordinators=(person,), **details)
    return make_assessment(charente(), notes, uuid=uuid_of(number), identity=identity, **parts)


@pytest.fixture
def files(tmp_path: Path) -> list[Path]:
    """Write the drafts of two people: one note in common, one conflict, one NC that gives way."""
    drafts = (
        draft(
            1,
            {FIRST: Rating.FULLY, SECOND: Rating.NO, THIRD: Rating.MOSTLY},
            comments={"m1.a01": "Vu au comité.", "m1.a02": "Seul."},
            numbers={"m1.i01": 4},
        ),
        draft(
            2,
            {FIRST: Rating.FULLY, SECOND: Rating.MOSTLY, THIRD: NOT_CONCERNED},
            policies=("social",),
            comments={"m1.a01": "Vu en réunion."},
            numbers={"m1.i01": 5},
        ),
    )
    return [write(tmp_path, f"{rank}.json", one) for rank, one in enumerate(drafts, 1)]


def write(folder: Path, name: str, assessment: Assessment, **more: Any) -> Path:
    path = folder / name
    path.write_bytes(submission(assessment, **{"status": Status.DRAFT, **more}))
    return path


def merged(program: Program, files: list[Path]) -> Any:
    """Return what `fusionner --nouvelle --json` prints."""
    answer = program.run("fusionner", *files, "--nouvelle", "--json")
    assert answer.code == 0, answer.said
    return answer.json


def sent(program: Program, folder: Path, number: int) -> Path:
    """Return the file of an assessment, written by `exporter` and verified."""
    folder.mkdir()
    assert program.run("exporter", number, "--sortie", folder).code == 0
    (path,) = folder.glob("CTG_*.json")
    assert program.run("verifier", path).code == 0
    return path


def read(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))


def notes_of(path: Path) -> dict[Cell, Any]:
    return {Cell(row["activite"], row["politique"]): row["note"] for row in read(path)["reponses"]}


def test_two_files_make_an_assessment_with_the_conflict_left_blank(
    program: Program, files: list[Path], tmp_path: Path
) -> None:
    before = [path.read_bytes() for path in files]
    facts = merged(program, files)
    values = [{"de": "Prénom Nom 1", "note": 0}, {"de": "Prénom Nom 2", "note": 2}]
    assert facts["conflits"] == [{"activite": "m1.a02", "politique": "famille", "valeurs": values}]
    assert [(row["indicateur"], len(row["valeurs"])) for row in facts["indicateurs"]] == [("m1.i01", 2)]
    assert facts["prises"] == 2
    path = sent(program, tmp_path / "envoi", facts["id"])
    assert notes_of(path) == {FIRST: 3, THIRD: 2}, "NC of who does not work on the policy gives way"
    assert read(path)["indicateurs"] == []
    assert [row["evaluation"] for row in read(path)["contributions"]] == [uuid_of(1), uuid_of(2)]
    written = {row["activite"]: row["texte"] for row in read(path)["commentaires"]}
    assert written["m1.a02"].endswith("Seul.")
    assert written["m1.a01"].index("Nom 1") < written["m1.a01"].index("Vu au comité.")
    assert "Vu en réunion." in written["m1.a01"]
    assert [path.read_bytes() for path in files] == before


def test_without_nouvelle_it_shows_what_it_would_do_and_writes_nothing(
    program: Program, files: list[Path], tmp_path: Path
) -> None:
    there = {*tmp_path.iterdir()}
    answer = program.run("fusionner", *files)
    plain = re.sub("[\N{NO-BREAK SPACE}\N{NARROW NO-BREAK SPACE}]", " ", answer.out)
    assert plain.splitlines() == [
        "2 cases reprises ; 2 réponses à choisir, laissées vides.",
        "  1.2 Famille : 0 (Prénom Nom 1), 2 (Prénom Nom 2)",
        "  1.i1 : 4 (Prénom Nom 1), 5 (Prénom Nom 2)",
    ]
    assert "Rien n’est écrit" in answer.said
    facts = program.run("fusionner", *files, "--json").json
    assert (facts["id"], len(facts["conflits"])) == (None, 1)
    assert {*tmp_path.iterdir()} == there


def test_files_with_different_open_missions_are_one_with_all_of_them(
    program: Program, tmp_path: Path
) -> None:
    second, third = Cell("m2.a01", "famille"), Cell("m3.a01", "famille")
    drafts = (
        draft(1, {FIRST: Rating.FULLY, second: Rating.NO}, open_missions=frozenset({"m2"})),
        draft(2, {FIRST: Rating.FULLY, third: Rating.PARTLY}, open_missions=frozenset({"m3"})),
        draft(3, {SECOND: Rating.FULLY}, open_missions=frozenset()),
    )
    paths = []
    for number, one in enumerate(drafts, 1):
        grid, seen = in_view(charente(), one)
        paths.append(write(tmp_path, f"{number}.json", seen, grid=grid))
    facts = merged(program, paths)
    assert not facts["conflits"]
    path = sent(program, tmp_path / "envoi", facts["id"])
    assert notes_of(path) == {FIRST: 3, SECOND: 3, second: 0, third: 1}
    assert {line[:2] for line in read(path)["grille"]["lignes_proposees"]} == {"m2", "m3"}


def test_every_remark_received_is_kept_once_with_who_said_it_and_what_was_answered(
    program: Program, tmp_path: Path
) -> None:
    first, second = (
        FollowUp(review * 64, "m1.a01", "famille", None, Rating.NO, Rating.PARTLY, author=name, remark=said)
        for review, name, said in (("a", "Prénom Conseil", "À revoir."), ("b", "Autre Conseil", "Pourquoi ?"))
    )
    question = FollowUp("b" * 64, question="q1", author="Autre Conseil", remark="Et l’an prochain ?")
    answered = first._replace(decision=Decision.KEPT, text="Gardée, car partagée.")
    notes = {FIRST: Rating.NO}
    paths = [
        write(tmp_path, "1.json", draft(1, notes, follow_ups=(first, second))),
        write(tmp_path, "2.json", draft(2, notes, follow_ups=(answered, question))),
    ]
    given = [row for path in paths for row in read(path)["suites"]]
    path = sent(program, tmp_path / "envoi", merged(program, paths)["id"])
    suites = read(path)["suites"]
    assert len(suites) == 3, suites
    assert [row for row in suites if row not in given] == []
    assert next(row for row in suites if row["avis"].endswith("a"))["texte"] == "Gardée, car partagée."


def test_the_files_may_come_in_any_order_and_an_assessment_made_before_is_not_changed(
    program: Program, files: list[Path]
) -> None:
    number = merged(program, files)["id"]
    again = program.run("fusionner", *files[::-1], files[0], "--nouvelle")
    assert again.code == 0
    assert f"L’évaluation n° {number} était déjà là" in again.said
    assert "1 fichier donné deux fois" in again.said
    assert rows(program.database, "SELECT count(*) FROM assessment") == [(1,)]


def test_a_file_that_another_replaces_is_not_merged(program: Program, tmp_path: Path) -> None:
    whole = draft(0, dict.fromkeys(charente().cells, Rating.NO))
    first = write(tmp_path, "0.json", whole, status=Status.FINAL)
    later = whole._replace(answers={**whole.answers, FIRST: Rating.FULLY})
    replaces = read(first)["integrite"]["empreinte"]
    second = write(tmp_path, "1.json", later, revision=2, replaces=replaces)
    other = write(tmp_path, "2.json", draft(2, {FIRST: Rating.FULLY}))
    answer = program.run("fusionner", first, second, other, "--json")
    assert answer.json["conflits"] == []
    assert "1 fichier remplacé" in answer.json["remarques"][0].replace("\N{NO-BREAK SPACE}", " ")


def test_a_merged_file_is_merged_with_a_third_as_all_at_once(
    program: Program, files: list[Path], tmp_path: Path
) -> None:
    third = write(tmp_path, "3.json", draft(3, {THIRD: Rating.MOSTLY}, comments={"m1.a01": "Oui."}))
    pair = sent(program, tmp_path / "deux", merged(program, files)["id"])
    steps = sent(program, tmp_path / "trois", merged(program, [pair, third])["id"])
    whole = sent(program, tmp_path / "tous", merged(program, [*files, third])["id"])
    for block in ("commentaires", "contributions", "personnes"):
        assert read(steps).get(block) == read(whole).get(block), block
    held = program.run("fusionner", whole, pair, third, *files)
    assert (held.code, "4 fichiers sont déjà réunis" in held.said) == (0, True), held.said


def test_it_is_one_edit_that_one_undo_empties(program: Program, files: list[Path]) -> None:
    number = merged(program, files)["id"]
    opened = open_workspace(program.database, None, write=True)
    try:
        session = opened.open(number)
        assert session.assessment.answers[FIRST] is Rating.FULLY
        session.undo()
        assert not session.assessment.answers
        assert not session.assessment.comments
    finally:
        opened.close()


def test_a_file_that_was_only_received_adds_no_merged_file_to_what_is_sent(
    program: Program, files: list[Path], tmp_path: Path
) -> None:
    assert program.run("importer", files[0], "--nouvelle").code == 0
    mine = examine(files[0].read_bytes(), Catalogue())
    assert isinstance(mine, Received)
    row = Contribution(uuid_of(9), 1, "b" * 64, (mine.assessment.identity.coordinators[0].ref,))
    crafted = write(tmp_path, "retour.json", mine.assessment._replace(contributions=(row,)))
    assert program.run("importer", crafted, "--json").json[0]["etat"] == "pris"
    assert "contributions" not in read(sent(program, tmp_path / "avant", 1))
    assert program.run("importer", crafted, "--dans", 1, "--remplacer", "--json").json[0]["etat"] == "pris"
    after = sent(program, tmp_path / "apres", 1)
    assert [one["evaluation"] for one in read(after)["contributions"]] == [uuid_of(9)]


def test_an_assessment_of_the_database_takes_part_by_its_number_and_its_remarks_wait_in_one_place(
    program: Program, files: list[Path], tmp_path: Path
) -> None:
    def left() -> dict[int, int]:
        opened = open_workspace(program.database, None, write=False)
        found = remarks_left(opened, opened.summaries())
        opened.close()
        return found

    opened = open_workspace(program.database, None, write=True)
    number = opened.create(make_identity(), open_missions=ALL_OPEN)
    opened.open(number).rate(FIRST, Rating.NO)
    opened.close()
    review = tmp_path / "avis.json"
    file = sent(program, tmp_path / "envoi", number)
    review.write_bytes(review_of_file(file.read_bytes(), {"question:/0001": "Et après ?"}))
    assert program.run("importer", review).code == 0
    assert left() == {number: 1}
    facts = merged(program, [*files, Path(str(number))])
    assert [row["activite"] for row in facts["conflits"]] == ["m1.a01", "m1.a02"]
    assert left() == {facts["id"]: 1}


def other_territory(folder: Path) -> list[Path]:
    elsewhere = {"territory": Territory("Ailleurs")}
    return [write(folder, "autre.json", draft(3, {}, details=elsewhere))]


def other_year(folder: Path) -> list[Path]:
    return [write(folder, "autre.json", draft(3, {}, details={"year": 2026}))]


def other_grid(folder: Path) -> list[Path]:
    grid = replace(charente(), id="ailleurs-1", fingerprint="sha256:" + "b" * 64)
    made = draft(3, {})._replace(grid_id=grid.id, grid_fingerprint=grid.fingerprint)
    return [write(folder, "autre.json", made, grid=grid)]


def too_long_together(folder: Path) -> list[Path]:
    return [
        write(folder, f"l{number}.json", draft(number, {}, comments={"m1.a01": str(number) * 12_000}))
        for number in (3, 4)
    ]


def too_many(folder: Path) -> list[Path]:
    return [
        write(folder, f"n{number}.json", draft(number, {}, comments={"m1.a01": f"{number}"}))
        for number in range(3, MAX_FILES + 3)
    ]


def changed_by_hand(folder: Path) -> list[Path]:
    path = write(folder, "autre.json", draft(3, {FIRST: Rating.NO}))
    path.write_bytes(path.read_bytes().replace(b'"note": 0', b'"note": 1'))
    return [path]


def not_a_submission(folder: Path) -> list[Path]:
    path = folder / "autre.json"
    path.write_text('{"format": "ctg-avis"}', encoding="utf-8")
    return [path]


@each_row(
    "more, exit_code, code",
    [
        (other_territory, 1, "fusion-territoires"),
        (other_year, 1, "fusion-moments"),
        (other_grid, 1, "grille-inconnue"),
        (too_long_together, 1, "texte-trop-long"),
        (too_many, 1, "fusion-trop"),
        (changed_by_hand, 3, ""),
        (not_a_submission, 3, ""),
        (lambda _: [Path("absent.json")], 3, ""),
    ],
)
def test_bad_input_is_refused_and_nothing_is_written(
    program: Program, files: list[Path], tmp_path: Path, more: Any, exit_code: int, code: str
) -> None:
    answer = program.run("fusionner", *files, *more(tmp_path), "--nouvelle", "--json")
    assert answer.code == exit_code, answer.said
    assert not code or answer.json["erreur"]["code"] == code
    assert not program.database.exists() or not program.run("liste", "--json").json


def test_two_grids_or_one_file_alone_are_not_merged(
    program: Program, files: list[Path], tmp_path: Path
) -> None:
    older = shorter_grid(tmp_path)
    grid = load_grid(older)
    made = draft(3, {})._replace(
        grid_id=grid.id, grid_version=grid.version, grid_fingerprint=grid.fingerprint
    )
    other = write(tmp_path, "autre.json", made, grid=grid)
    answer = program.run("fusionner", files[0], other, "--grille", older, "--json")
    assert answer.json["erreur"]["code"] == "fusion-grilles", answer.said
    alone = program.run("fusionner", files[0], files[0], "--json")
    assert (alone.code, alone.json["erreur"]["code"]) == (1, "fusion-un-seul")
    assert program.run("fusionner", files[0]).code == 2
    assert program.run("fusionner", *files, "--sortie", tmp_path / "x.json").code == 2
