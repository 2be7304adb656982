"""`consolider`: which files are counted, and what is written."""

from __future__ import annotations

import signal
import sqlite3
import sys
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from ctg_tui.domain.assessment import NOT_CONCERNED, Action, Rating, Status
from ctg_tui.domain.scores import in_view
from ctg_tui.domain.text import fold
from ctg_tui.grids.catalogue import Catalogue, load_grid, shipped_grids
from ctg_tui.storage import consolidation
from ctg_tui.submission.reader import Received, examine
from tests.changed_grids import shorter_grid
from tests.cli.program import Answer, Program
from tests.persons import SENTINEL, people, person
from tests.received import mailed, submission, write, zipped


def consolidated_of(program: Program, out: Path, *inputs: object, more: Sequence[str] = ()) -> Answer:
    return program.run("consolider", *inputs, "--sortie", out, "--remplacer", "--json", *more)


def rows(path: Path, table: str) -> list[dict[str, Any]]:
    with closing(sqlite3.connect(path)) as connection:
        connection.row_factory = sqlite3.Row
        return [dict(one) for one in connection.execute(f'SELECT * FROM "{table}"')]


def test_what_proposed_lines_have_bears_the_mark_and_is_counted_apart(
    program: Program, tmp_path: Path
) -> None:
    one = person(0)
    made = one._replace(
        comments={"m1.a01": "Un", "m2.a01": "Deux", "m3.a01": "Trois"},
        actions={"m1.a01": Action("Ici"), "m2.a01": Action("Là"), "m2.a02": Action("Là aussi")},
    )
    files = write(tmp_path / "recus", [submission(made)])
    out = tmp_path / "tout.db"
    assert consolidated_of(program, out, *files).code == 0
    (found,) = rows(out, "evaluation")
    assert (found["commentaires"], found["commentaires_proposes"]) == (1, 2)
    assert (found["actions"], found["actions_proposees"]) == (1, 2)
    planned = [
        (row["mission"][:3].replace("\N{NO-BREAK SPACE}", " "), row["actions"]) for row in rows(out, "action")
    ]
    assert planned == [("1 M", 1), ("2 °", 2)]
    page = tmp_path / "tout.html"
    assert consolidated_of(program, page, *files).code == 0
    text = page.read_text(encoding="utf-8").replace("\N{NO-BREAK SPACE}", " ")
    assert "les colonnes °, ceux des lignes proposées" in text


def test_a_mission_that_a_file_has_closed_is_not_a_mission_without_an_answer(
    program: Program, tmp_path: Path
) -> None:
    grid = shipped_grids()[0]
    first, second = person(0), person(1)
    seen, closed = in_view(grid, second._replace(open_missions=frozenset({"m3"})))
    opened = first._replace(
        answers={cell: note for cell, note in first.answers.items() if cell.activity[:2] != "m2"}
    )
    files = write(
        tmp_path / "recus", [submission(opened, status=Status.DRAFT), submission(closed, grid=seen)]
    )
    out = tmp_path / "tout.db"
    assert consolidated_of(program, out, *files, more=["--provisoires"]).code == 0
    rubrics = {
        (row["mission"][:3].replace("\N{NO-BREAK SPACE}", " "), row["politique"]): row
        for row in rows(out, "mission")
    }
    of_both = {key: (row["notees"] + row["nc"], row["sans_reponse"]) for key, row in rubrics.items()}
    assert of_both["1 M", "Famille"] == (28, 0)
    assert of_both["2 °", "Famille"] == (0, 12), "one was asked, and gave no answer; the other was not asked"
    assert of_both["3 °", "Famille"] == (26, 0)
    assert of_both["4 °", "Famille"] == (12, 0)


def test_every_submission_has_a_row_with_its_figures_in_the_order_of_territories(
    program: Program, tmp_path: Path
) -> None:
    files = write(tmp_path / "recus", people(6))
    out = tmp_path / "tout.db"
    answer = consolidated_of(program, out, *reversed(files))
    assert (answer.code, answer.json["comptees"]) == (0, 6)
    found = rows(out, "evaluation")
    names = [one["territoire"] for one in found]
    assert len(found) == 6
    assert names == sorted(names, key=fold)
    first = next(one for one in found if one["personnes"] == f"Prénom {SENTINEL}0")
    notes = [note for cell, note in person(0).answers.items() if cell.activity.startswith("m1.")]
    rated = [int(note) for note in notes if note is not NOT_CONCERNED]
    assert (first["points"], first["notees"]) == (sum(rated), len(rated))
    spread = rows(out, "repartition")[0]
    answers = [person(one).answers[shipped_grids()[0].cells[0]] for one in range(6)]
    assert [spread[f"note_{note}"] for note in range(4)] == [answers.count(Rating(note)) for note in range(4)]
    assert "contient des noms" in rows(out, "information")[0]["valeur"].replace("\N{NO-BREAK SPACE}", " ")
    missing = {one["territoire"] for one in rows(out, "attendue")}
    assert missing.isdisjoint(names)
    with closing(sqlite3.connect(out)) as connection:
        assert connection.execute(
            "SELECT sum(strict) FROM pragma_table_list WHERE type = 'table'"
        ).fetchone()[0]
        assert connection.execute("PRAGMA application_id").fetchone()[0] == consolidation.APPLICATION_ID
        assert connection.execute("PRAGMA integrity_check").fetchone()[0] == "ok"


def test_the_order_and_the_wrapping_of_the_files_change_no_byte(program: Program, tmp_path: Path) -> None:
    contents = people(8)
    named = {f"recu-{number}.json": content for number, content in enumerate(contents, 1)}
    files = write(tmp_path / "recus", contents)
    zip_file = tmp_path / "envois.zip"
    zip_file.write_bytes(zipped(dict(list(named.items())[:5])))
    mail = tmp_path / "envoi.eml"
    mail.write_bytes(mailed(dict(list(named.items())[5:])))
    inputs: list[list[Path]] = [files, files[::-1], [tmp_path / "recus"], [mail, zip_file], [zip_file, mail]]
    made = set()
    for number, given in enumerate(inputs):
        out = tmp_path / f"{number}.db"
        assert consolidated_of(program, out, *given).code == 0
        made.add(out.read_bytes())
    assert len(made) == 1


def test_an_invalid_file_is_a_row_and_the_others_go_on(program: Program, tmp_path: Path) -> None:
    folder = tmp_path / "recus"
    write(folder, people(5))
    (folder / "casse.json").write_bytes(people(1, first=9)[0].replace(b'"revision": 1', b'"revision": 2'))
    (folder / "previsionnel.json").write_bytes(b'{\n  "format": "ctg-previsionnel",\n  "version": "1.0"\n}\n')
    out = tmp_path / "tout.db"
    answer = consolidated_of(program, out, folder)
    assert answer.code == 3
    assert answer.json["comptees"] == 5
    codes = {one["fichier"]: one["code"] for one in answer.json["rejets"]}
    assert codes.keys() == {"casse.json"}
    assert answer.json["laissees"] == 1, "the forecast is no submission, and refuses nothing"
    assert {one["fichier"]: one["code"] for one in rows(out, "rejet")} == codes


def test_the_latest_revision_counts_and_the_same_file_counts_once(program: Program, tmp_path: Path) -> None:
    one = person(0)
    first = submission(one, seconds=1)
    second = submission(one._replace(comments={}), revision=2, seconds=2)
    files = write(
        tmp_path / "recus", [second, first, second, submission(one._replace(comments={}), revision=2)]
    )
    answer = consolidated_of(program, tmp_path / "tout.db", *files)
    assert answer.code == 0
    facts = answer.json
    assert (facts["comptees"], facts["remplacees"], facts["doublons"]) == (1, 1, 2)
    assert [row["revision"] for row in rows(tmp_path / "tout.db", "evaluation")] == [2]


def test_two_different_files_of_one_revision_are_a_conflict_and_neither_counts(
    program: Program, tmp_path: Path
) -> None:
    one = person(0)
    contents = [submission(one), submission(one._replace(comments={}), seconds=5), *people(1, first=1)]
    answer = consolidated_of(program, tmp_path / "tout.db", *write(tmp_path / "recus", contents))
    assert (answer.code, answer.json["comptees"]) == (3, 1)
    (conflict,) = answer.json["conflits"]
    assert conflict == {"evaluation": one.uuid, "revision": 1, "fichiers": ["recu-1.json", "recu-2.json"]}
    assert rows(tmp_path / "tout.db", "conflit")[0]["fichiers"] == "recu-1.json, recu-2.json"


def of_one_territory(number: int, status: Status = Status.FINAL) -> list[bytes]:
    return [submission(person(one), status=status) for one in range(number)]


def a_merged_file(program: Program, folder: Path, files: Sequence[Path], status: Status) -> Path:
    """Merge files by the command, settle the conflicts, and return the file of the merged assessment."""
    made = folder / "commun.json"
    assert program.run("fusionner", *files, "--sortie", made, "--remplacer").code == 0
    received = examine(made.read_bytes(), Catalogue())
    assert isinstance(received, Received)
    answers = dict.fromkeys(shipped_grids()[0].cells, Rating.MOSTLY) | dict(received.assessment.answers)
    made.write_bytes(submission(received.assessment._replace(answers=answers), status=status, seconds=60))
    return made


@pytest.mark.parametrize("status", [Status.FINAL, Status.DRAFT])
def test_three_people_who_merged_their_files_are_three_and_not_six(
    program: Program, tmp_path: Path, status: Status
) -> None:
    files = write(tmp_path / "recus", of_one_territory(3, status))
    merged = a_merged_file(program, tmp_path, files, status)
    out = tmp_path / "tout.db"
    answer = consolidated_of(program, out, *files, merged, more=["--provisoires"])
    assert answer.code == 0, answer.said
    facts = answer.json
    assert (facts["comptees"], facts["personnes"], facts["remplacees"]) == (1, 3, 3)
    assert [row["nom_du_fichier"] for row in rows(out, "evaluation")] == ["commun.json"]
    assert rows(out, "politique")[0]["personnes"] == 3
    assert facts["revus_depuis"] == []
    assert consolidated_of(program, out, *files, more=["--provisoires"]).json["personnes"] == 3


def test_a_merged_draft_left_aside_leaves_the_final_files_it_was_made_from(
    program: Program, tmp_path: Path
) -> None:
    files = write(tmp_path / "recus", of_one_territory(2))
    merged = a_merged_file(program, tmp_path, files, Status.DRAFT)
    facts = consolidated_of(program, tmp_path / "tout.db", *files, merged).json
    assert (facts["comptees"], facts["personnes"], facts["provisoires"]) == (2, 2, 1)


def test_a_source_revised_after_the_merging_is_named_and_not_added(program: Program, tmp_path: Path) -> None:
    files = write(tmp_path / "recus", of_one_territory(2))
    merged = a_merged_file(program, tmp_path, files, Status.FINAL)
    revised = tmp_path / "revise.json"
    revised.write_bytes(submission(person(0)._replace(comments={}), revision=2))
    out = tmp_path / "tout.db"
    given = (*files, revised, merged)
    facts = consolidated_of(program, out, *given).json
    assert (facts["comptees"], facts["personnes"]) == (1, 2)
    named = {"fichier": "revise.json", "revision": 2, "reuni_dans": "commun.json"}
    assert facts["revus_depuis"] == [named]
    said = program.run("consolider", *given, "--sortie", out, "--remplacer")
    assert said.code == 0
    assert "« revise.json », version 2, a été revu depuis sa réunion dans « commun.json »" in said.said
    assert [(row["fichier"], row["code"]) for row in rows(out, "rejet")] == [("revise.json", "revu-depuis")]


def test_a_merged_file_merged_again_counts_once_and_two_that_overlap_are_a_conflict(
    program: Program, tmp_path: Path
) -> None:
    first, second, third = files = write(tmp_path / "recus", of_one_territory(3))
    pair = a_merged_file(program, tmp_path, [first, second], Status.FINAL).rename(tmp_path / "deux.json")
    whole = a_merged_file(program, tmp_path, [pair, third], Status.FINAL).rename(tmp_path / "trois.json")
    out = tmp_path / "tout.db"
    facts = consolidated_of(program, out, *files, pair, whole).json
    assert (facts["comptees"], facts["personnes"], facts["remplacees"]) == (1, 3, 4)
    other = a_merged_file(program, tmp_path, [second, third], Status.FINAL).rename(tmp_path / "autres.json")
    answer = consolidated_of(program, out, *files, pair, other)
    assert (answer.code, answer.json["comptees"], answer.json["personnes"]) == (3, 3, 3)
    assert [one["fichiers"] for one in answer.json["conflits"]] == [["autres.json", "deux.json"]]


def test_drafts_count_only_when_asked_for(program: Program, tmp_path: Path) -> None:
    draft = submission(person(0), status=Status.DRAFT)
    files = write(tmp_path / "recus", [draft, *people(1, first=1)])
    out = tmp_path / "tout.db"
    answer = consolidated_of(program, out, *files)
    assert (answer.code, answer.json["comptees"], answer.json["provisoires"]) == (0, 1, 1)
    assert consolidated_of(program, out, *files, more=["--provisoires"]).json["comptees"] == 2
    nothing = consolidated_of(program, out, files[0])
    assert nothing.code == 1
    assert nothing.json["erreur"]["code"] == "rien-a-consolider"
    assert "--provisoires" in nothing.json["erreur"]["conseil"]


def test_another_grid_is_counted_where_its_lines_correspond_else_apart(
    program: Program, tmp_path: Path
) -> None:
    older = shorter_grid(tmp_path)
    grid = load_grid(older)
    one = person(20)
    answers = {cell: answer for cell, answer in one.answers.items() if cell.activity in grid.activities}
    theirs = one._replace(answers=answers, numbers={}, remarks={}, actions={})
    contents = [*people(2), submission(theirs, grid=grid)]
    files = write(tmp_path / "recus", contents)
    out = tmp_path / "tout.db"
    apart = consolidated_of(program, out, *files)
    assert (apart.code, apart.json["comptees"]) == (3, 2)
    assert [one["code"] for one in apart.json["rejets"]] == ["grille-inconnue"]
    known = consolidated_of(program, out, *files, more=["--grille", str(older)])
    assert (known.code, known.json["comptees"]) == (0, 3)
    spread = {(row["ligne"], row["politique"]): row for row in rows(out, "repartition")}
    assert spread["1.1", "Famille"]["hors_grille"] == 0
    assert spread["1.9", "Famille"]["hors_grille"] == 1


def test_evolution_is_on_the_assessments_followed_and_the_cells_noted_both_times(
    program: Program, tmp_path: Path
) -> None:
    now = person(1)
    former = now._replace(
        uuid=person(40).uuid,
        identity=now.identity._replace(year=now.identity.year - 1),
        answers=dict.fromkeys(list(now.answers)[:10], Rating.PARTLY),
    )
    contents = [
        submission(now._replace(previous_uuid=former.uuid)),
        submission(former, status=Status.DRAFT),
        *people(1, first=2),
    ]
    out = tmp_path / "tout.db"
    answer = consolidated_of(program, out, *write(tmp_path / "recus", contents), more=["--provisoires"])
    assert (answer.code, answer.json["comptees"], answer.json["autres_annees"]) == (0, 2, 1)
    noted = [note for note in list(now.answers.values())[:10] if note is not NOT_CONCERNED]
    found = rows(out, "evolution")
    assert {row["evaluations"] for row in found} == {1}
    assert sum(row["cases"] for row in found) == sum(row["points_avant"] for row in found) == len(noted)
    assert sum(row["points_apres"] for row in found) == sum(map(int, noted))


@pytest.mark.skipif(sys.platform == "win32", reason="a pseudo-terminal of Unix")
def test_a_long_run_shows_its_progress_and_stops_on_request_without_a_trace(
    program: Program, tmp_path: Path
) -> None:
    import pexpect

    def heed_interrupts() -> None:
        """Undo what tests run in the background inherit: a shell has them ignore Ctrl+C."""
        signal.signal(signal.SIGINT, signal.SIG_DFL)

    contents = people(4)
    # Long enough to be stopped on the way, also when this test gets the processor late.
    archives = [tmp_path / f"envois-{number}.zip" for number in range(4)]
    packed = zipped({f"{number}.json": contents[number % 4] for number in range(8000)})
    for archive in archives:
        archive.write_bytes(packed)
    line = ["-m", "ctg_tui", "consolider", *map(str, archives), "--sortie", "tout.db"]
    run = pexpect.spawn(
        *(sys.executable, line),
        env={**program.environment(), "TERM": "xterm"},
        cwd=str(program.home),
        encoding="utf-8",
        timeout=60,
        preexec_fn=heed_interrupts,
    )
    run.expect("fichiers lus…")
    run.sendintr()
    run.expect("rien n’a été écrit")
    run.expect(pexpect.EOF)
    run.wait()
    assert run.exitstatus == 130
    assert sorted(tmp_path.iterdir()) == archives


def test_a_folder_that_is_empty_or_absent_is_named(program: Program, tmp_path: Path) -> None:
    (tmp_path / "vide").mkdir()
    for name, said in (("vide", "ne contient aucun fichier"), ("absent", "n’existe pas")):
        answer = consolidated_of(program, tmp_path / "c.xlsx", tmp_path / name)
        assert (answer.code, f"Le dossier « {name} » {said}" in answer.said) == (3, True)


def test_what_is_refused_is_named_also_when_nothing_is_written(program: Program, tmp_path: Path) -> None:
    (tmp_path / "casse.json").write_bytes(b"{}")
    answer = program.run("consolider", tmp_path / "casse.json", "--sortie", "x.db")
    assert answer.code == 3, "as verifier and importer answer for the same file"
    assert "casse.json" in answer.said


def test_the_output_never_replaces_what_is_read(program: Program, tmp_path: Path) -> None:
    files = write(tmp_path / "recus", people(5))
    named = files[0].rename(tmp_path / "recus" / "un.db")
    before = named.read_bytes()
    answer = consolidated_of(program, named, *files[1:], named)
    assert (answer.code, answer.json["erreur"]["code"]) == (1, "fichier-protege")
    assert named.read_bytes() == before
    assert program.run("consolider", *files[1:], "--sortie", "x.csv").code == 2
    assert program.run("consolider", *files[1:], "--sortie", "x.db", "--usage", "autre").code == 2
