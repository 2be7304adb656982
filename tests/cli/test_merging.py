"""`fusionner`: one draft of several files, conflicts reported, nothing half written."""

from __future__ import annotations

import json
from collections.abc import Mapping
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
from ctg_tui.domain.review import Contribution
from ctg_tui.domain.scores import in_view
from ctg_tui.grids.catalogue import Catalogue
from ctg_tui.services.workspace import open_workspace
from ctg_tui.submission.reader import Received, examine
from tests.cli.program import Answer as Run
from tests.cli.program import Program
from tests.each_row import each_row
from tests.received import submission, uuid_of
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


def read(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))


def notes_of(path: Path) -> dict[Cell, Any]:
    return {Cell(row["activite"], row["politique"]): row["note"] for row in read(path)["reponses"]}


def merged(program: Program, files: list[Path], *more: object) -> Run:
    return program.run("fusionner", *files, "--sortie", files[0].parent / "commun.json", *more)


def test_two_files_make_a_draft_with_the_conflict_left_blank(program: Program, files: list[Path]) -> None:
    before = [path.read_bytes() for path in files]
    answer = merged(program, files, "--json")
    assert answer.code == 0, answer.said
    facts = answer.json
    assert facts["prises"] == 1
    assert facts["conflits"] == [
        {
            "activite": "m1.a02",
            "politique": "famille",
            "valeurs": [{"ref": "c1", "note": 0}, {"ref": "c2", "note": 2}],
        }
    ]
    (settled,) = facts["reglees"]
    assert (settled["activite"], settled["note"]) == ("m1.a03", 2)
    path = Path(facts["fichier"])
    assert notes_of(path) == {FIRST: 3, THIRD: 2}
    assert read(path)["document"]["etat"] == "provisoire"
    assert [row["evaluation"] for row in read(path)["contributions"]] == [uuid_of(1), uuid_of(2)]
    assert program.run("verifier", path).code == 0
    assert [path.read_bytes() for path in files] == before


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
        grid, sent = in_view(charente(), one)
        path = tmp_path / f"{number}.json"
        path.write_bytes(submission(sent, status=Status.DRAFT, grid=grid))
        paths.append(path)
    facts = merged(program, paths, "--json").json
    assert not facts["conflits"]
    path = Path(facts["fichier"])
    assert notes_of(path) == {FIRST: 3, SECOND: 3, second: 0, third: 1}
    assert {line[:2] for line in read(path)["grille"]["lignes_proposees"]} == {"m2", "m3"}
    assert program.run("verifier", path).code == 0


def test_no_comment_is_lost(program: Program, files: list[Path]) -> None:
    made = read(Path(merged(program, files, "--json").json["fichier"]))
    written = {row["activite"]: row["texte"] for row in made["commentaires"]}
    given = [row["texte"] for path in files for row in read(path)["commentaires"]]
    assert all(any(text in whole for whole in written.values()) for text in given)
    assert sum(len(text.encode()) for text in written.values()) >= sum(len(text.encode()) for text in given)
    assert written["m1.a01"].index("Nom 1") < written["m1.a01"].index("Vu au comité.")


def test_the_files_may_come_in_any_order(program: Program, files: list[Path]) -> None:
    first = merged(program, files, "--json").json["empreinte"]
    assert merged(program, [*files[::-1], files[0]], "--remplacer", "--json").json["empreinte"] == first


def test_a_file_that_is_there_is_not_replaced(program: Program, files: list[Path]) -> None:
    path = files[0].parent / "commun.json"
    other = submission(draft(9, {FIRST: Rating.NO}), status=Status.DRAFT)
    path.write_bytes(other)
    answer = merged(program, files)
    assert answer.code == 1
    assert "existe déjà" in answer.said
    assert path.read_bytes() == other
    for target in files:
        refused = program.run("fusionner", *files, "--sortie", target, "--remplacer")
        assert refused.code == 1, "a file that is read is never replaced"


def test_a_final_file_that_all_others_replace_is_their_ancestor(program: Program, tmp_path: Path) -> None:
    whole = draft(0, dict.fromkeys(charente().cells, Rating.NO))
    first = write(tmp_path, "0.json", whole, status=Status.FINAL)
    replaces = read(first)["integrite"]["empreinte"]
    others = [
        write(
            tmp_path,
            f"{rank}.json",
            whole._replace(answers={**whole.answers, cell: Rating.FULLY}),
            revision=2,
            replaces=replaces,
        )
        for rank, cell in enumerate((FIRST, SECOND), 1)
    ]
    answer = merged(program, [*others, first], "--json")
    assert answer.code == 0, answer.said
    assert answer.json["conflits"] == []
    notes = notes_of(Path(answer.json["fichier"]))
    assert (notes[FIRST], notes[SECOND]) == (3, 3)
    assert [row["revision"] for row in answer.json["contributions"]] == [2, 2]


def test_a_merged_file_can_be_merged_with_a_third(
    program: Program, files: list[Path], tmp_path: Path
) -> None:
    third = write(
        tmp_path, "3.json", draft(3, {Cell("m1.a04", "famille"): Rating.NO}, comments={"m1.a01": "Oui."})
    )
    whole = merged(program, [*files, third], "--json").json
    pair = tmp_path / "deux.json"
    assert program.run("fusionner", *files, "--sortie", pair).code == 0
    steps = program.run("fusionner", pair, third, "--sortie", tmp_path / "trois.json", "--json").json
    assert read(tmp_path / "trois.json")["commentaires"] == read(Path(whole["fichier"]))["commentaires"]
    assert steps["contributions"] == whole["contributions"]


def test_it_becomes_an_assessment_that_one_undo_empties(program: Program, files: list[Path]) -> None:
    answer = merged(program, files, "--nouvelle", "--json")
    assert answer.code == 0, answer.said
    opened = open_workspace(program.database, None, write=True)
    try:
        session = opened.open(answer.json["id"])
        assert session.assessment.answers[FIRST] is Rating.FULLY
        session.undo()
        assert not session.assessment.answers
        assert not session.assessment.comments
    finally:
        opened.close()


def test_an_assessment_made_before_is_not_changed(program: Program, files: list[Path]) -> None:
    number = merged(program, files, "--nouvelle", "--json").json["id"]
    again = merged(program, files, "--remplacer", "--nouvelle")
    assert again.code == 0, again.said
    assert f"L’évaluation n° {number} était déjà là" in again.said


def test_what_is_sent_later_still_names_the_files_merged(
    program: Program, files: list[Path], tmp_path: Path
) -> None:
    answer = merged(program, files, "--nouvelle", "--json")
    assert program.run("exporter", answer.json["id"], "--sortie", tmp_path).code == 0
    (sent,) = tmp_path.glob("CTG_*.json")
    assert read(sent)["contributions"] == answer.json["contributions"]
    again = program.run("fusionner", answer.json["id"], *files, "--sortie", tmp_path / "encore.json")
    assert "2 fichiers sont déjà réunis" in again.out.replace("\N{NO-BREAK SPACE}", " ")


def test_a_file_that_was_only_received_adds_no_merged_file_to_what_is_sent(
    program: Program, files: list[Path], tmp_path: Path
) -> None:
    assert program.run("importer", files[0], "--nouvelle").code == 0
    mine = examine(files[0].read_bytes(), Catalogue())
    assert isinstance(mine, Received)
    row = Contribution(uuid_of(9), 1, "b" * 64, (mine.assessment.identity.coordinators[0].ref,))
    crafted = write(tmp_path, "retour.json", mine.assessment._replace(contributions=(row,)))
    assert program.run("importer", crafted, "--json").json[0]["etat"] == "pris"
    assert program.run("exporter", 1, "--sortie", tmp_path).code == 0
    (sent,) = tmp_path.glob("CTG_*.json")
    assert "contributions" not in read(sent)
    sent.unlink()
    assert program.run("importer", crafted, "--dans", 1, "--remplacer", "--json").json[0]["etat"] == "pris"
    assert program.run("exporter", 1, "--sortie", tmp_path, "--remplacer").code == 0
    (sent,) = tmp_path.glob("CTG_*.json")
    assert [one["evaluation"] for one in read(sent)["contributions"]] == [uuid_of(9)]
    assert program.run("importer", files[0], "--json").json[0]["etat"] == "deja"


def test_an_assessment_of_the_database_takes_part_by_its_number(program: Program, files: list[Path]) -> None:
    opened = open_workspace(program.database, None, write=True)
    number = opened.create(make_identity(), open_missions=ALL_OPEN)
    opened.open(number).rate(FIRST, Rating.NO)
    opened.close()
    answer = merged(program, [*files, Path(str(number))], "--json")
    assert answer.code == 0, answer.said
    assert [row["activite"] for row in answer.json["conflits"]] == ["m1.a01", "m1.a02"]


def other_territory(folder: Path) -> list[object]:
    elsewhere = {"territory": Territory("Ailleurs")}
    return [write(folder, "autre.json", draft(3, {}, details=elsewhere))]


def other_year(folder: Path) -> list[object]:
    return [write(folder, "autre.json", draft(3, {}, details={"year": 2026}))]


def changed_by_hand(folder: Path) -> list[object]:
    path = write(folder, "autre.json", draft(3, {FIRST: Rating.NO}))
    path.write_bytes(path.read_bytes().replace(b'"note": 0', b'"note": 1'))
    return [path]


def not_a_submission(folder: Path) -> list[object]:
    path = folder / "autre.json"
    path.write_text('{"format": "ctg-avis"}', encoding="utf-8")
    return [path]


@each_row(
    "more, code, word",
    [
        (other_territory, 1, "deux territoires"),
        (other_year, 1, "même moment"),
        (changed_by_hand, 3, ""),
        (not_a_submission, 3, ""),
        (lambda _: [Path("absent.json")], 3, ""),
    ],
)
def test_bad_input_is_refused_and_nothing_is_written(
    program: Program, files: list[Path], tmp_path: Path, more: Any, code: int, word: str
) -> None:
    arguments = more(tmp_path)
    answer = merged(program, files, *arguments)
    assert answer.code == code, answer.said
    assert word in answer.said
    assert not (tmp_path / "commun.json").exists()


def test_the_same_file_alone_has_nothing_to_merge(program: Program, files: list[Path]) -> None:
    answer = merged(program, [files[0], files[0]])
    assert answer.code == 1
    assert "qu’un fichier" in answer.said


def test_what_is_printed_tells_the_conflict_and_how_to_choose(program: Program, files: list[Path]) -> None:
    answer = merged(program, files)
    plain = answer.out.replace("\N{NO-BREAK SPACE}", " ")
    assert "1.2 Famille : 0 (c1 Prénom Nom 1), 2 (c2 Prénom Nom 2) → à choisir" in plain
    assert "--nouvelle" in answer.said
