"""`importer` shows a workbook, and takes it when asked to; `tableur` writes it filled."""

from __future__ import annotations

from pathlib import Path

from tests.cli.program import Program
from tests.databases import rows
from tests.each_row import each_row
from tests.received import an_assessment, submission
from tests.spreadsheet import test_reader as bad
from tests.spreadsheet.workbooks import OTHER, put


def test_a_cell_with_another_answer_is_named_and_left(program: Program, tmp_path: Path) -> None:
    program.run("importer", put(tmp_path / "a.xlsx", B7=0), "--nouvelle")
    other = put(tmp_path / "b.xlsx", B7=3)
    (facts,) = program.run("importer", other, "--dans", 1, "--json").json
    (left,) = facts["a_confirmer"]
    assert (left["adresse"], left["note"]) == ("Grille!B7", 3)
    assert left["raison"].replace("\N{NO-BREAK SPACE}", " ") == "Déjà répondu ici : 0."
    notes = "SELECT value FROM value WHERE field = 'note'"
    assert rows(program.database, notes) == [("0",)]


@each_row("content", [bad.MACROS, b"Missions;Famille;Social" + b";" * 1_000_000, submission(an_assessment())])
@each_row("how", [("--nouvelle",), ("--dans", "1")])
def test_of_a_bad_file_nothing_is_taken(
    filled: Program, tmp_path: Path, content: bytes, how: tuple[str, ...]
) -> None:
    path = tmp_path / "grille.xlsx"
    path.write_bytes(content)
    before = filled.database.read_bytes()
    answer = filled.run("importer", path, *how)
    assert answer.code == 3
    assert "Rien n’a été repris." in answer.said
    assert "grille.xlsx" in answer.said
    assert filled.database.read_bytes() == before


def test_the_workbook_of_another_grid_is_refused(filled: Program, tmp_path: Path) -> None:
    path = put(tmp_path / "autre.xlsx", OTHER, B7=0)
    before = filled.database.read_bytes()
    assert filled.run("importer", path, "--dans", 1).code == 3
    assert filled.database.read_bytes() == before


@each_row(
    "arguments",
    [
        ("a.xlsx", "--nouvelle", "--dans", "1"),
        ("a.xlsx", "b.xlsx", "--nouvelle"),
        ("a.xlsx", "--dans", "un"),
        ("a.json", "--nouvelle", "--dans", "1"),
    ],
)
def test_options_that_do_not_go_together_are_said(filled: Program, arguments: tuple[str, ...]) -> None:
    assert filled.run("importer", *arguments).code == 2


def test_a_submission_of_one_s_own_is_known_and_taken_as_mine_once(filled: Program, tmp_path: Path) -> None:
    out = tmp_path / "envoi"
    out.mkdir()
    sent = filled.run("exporter", "--sortie", out, "--json").json["fichier"]
    (known,) = filled.run("importer", sent, "--json").json
    assert (known["nature"], known["etat"], known["paroles"]) == ("soumission", "deja", 0)
    other = ("--base", tmp_path / "autre.db")
    (taken,) = filled.run("importer", sent, "--nouvelle", "--json", *other).json
    assert (taken["etat"], taken["id"]) == ("pris", 1)
    assert "ni le tableau prévisionnel" in taken["message"], "what no such file holds is said"
    again = filled.run("importer", sent, "--mienne", "--json", *other)
    assert (again.code, again.json[0]["etat"]) == (0, "deja")
    assert rows(tmp_path / "autre.db", "SELECT count(*) FROM assessment") == [(1,)]
    Path(sent).write_text("{}", encoding="utf-8")
    for options in ((), ("--nouvelle",), ("--dans", 1)):
        assert filled.run("importer", sent, *options, *other).code == 3
