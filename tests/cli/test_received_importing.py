"""`importer` shows a workbook, and takes it when asked to; `tableur` writes it filled."""

from __future__ import annotations

import shutil
from pathlib import Path

import openpyxl
import pytest

from ctg_tui.domain.assessment import Assessment, Rating
from ctg_tui.domain.backups import BackupReason
from ctg_tui.domain.thread import Said
from ctg_tui.services.workspace import open_workspace
from ctg_tui.storage.backups import list_backups
from tests.cli.program import Program
from tests.databases import rows
from tests.each_row import each_row
from tests.received import AT, an_assessment, answered, submission
from tests.services.dossiers import save
from tests.spreadsheet import test_reader as bad
from tests.spreadsheet.workbooks import FIRST, OTHER, put


def test_a_new_assessment_is_made_of_a_workbook_and_goes_out_in_it(program: Program, tmp_path: Path) -> None:
    workbook = put(tmp_path / "Grille Caf.xlsx", OTHER, B7=2)
    answer = program.run("importer", workbook, "--nouvelle", "--json")
    assert answer.code == 0
    (facts,) = answer.json
    assert (facts["etat"], facts["id"]) == ("pris", 1)
    assert facts["grille"]["connue"] is False
    assert facts["pris"]["notes"] == 1
    (again,) = program.run("importer", workbook, "--json").json
    assert (again["grille"]["connue"], again["grille"]["id"]) == (True, facts["grille"]["id"])
    out = tmp_path / "rempli.xlsx"
    assert program.run("tableur", "--sortie", out).code == 0
    assert openpyxl.load_workbook(out)["Grille"]["B7"].value == 2
    again_out = program.run("tableur", "1", "--sortie", out)
    assert again_out.code == 1
    assert "existe déjà" in again_out.said
    assert program.run("tableur", "1", "--sortie", out, "--remplacer", "--json").json["non_ecrit"] == []


def test_a_cell_with_another_answer_is_named_and_left(program: Program, tmp_path: Path) -> None:
    program.run("importer", put(tmp_path / "a.xlsx", B7=0), "--nouvelle")
    other = put(tmp_path / "b.xlsx", B7=3)
    (facts,) = program.run("importer", other, "--dans", 1, "--json").json
    kept = {"adresse": "Grille!B7", "ligne": "m1.a01/famille", "ici": "0", "tableur": "3"}
    assert facts["gardes"] == [kept]
    assert "1.1 Famille : 0 ici, 3 en Grille!B7" in program.run("importer", other, "--dans", 1).out.replace(
        "\N{NO-BREAK SPACE}", " "
    )
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


ODD = ('[=0]"NC"', '[=0]"NC";[=3]"oui";0', "0;-0;;@", "#", '"3"', '"3"0', '0"."0', "0,", '0" %"')
PLAIN = ("General", "0", "0.00", "#,##0", "@", "[Red]0")


def test_the_workbook_of_another_grid_is_refused(filled: Program, tmp_path: Path) -> None:
    path = put(tmp_path / "autre.xlsx", OTHER, B7=0)
    before = filled.database.read_bytes()
    for arguments in (
        ("importer", path, "--dans", 1),
        ("tableur", 1, "--modele", path, "--sortie", tmp_path / "out.xlsx"),
    ):
        answer = filled.run(*arguments)
        assert answer.code == 3
    assert filled.database.read_bytes() == before
    assert not (tmp_path / "out.xlsx").exists()


def test_the_model_and_the_base_are_never_replaced(filled: Program, tmp_path: Path) -> None:
    model = put(tmp_path / "modele.xlsx")
    base = tmp_path / "base.xlsx"
    shutil.copy(filled.database, base)
    for path, database in ((model, filled.database), (base, base)):
        before = path.read_bytes()
        answer = filled.run(
            *("tableur", 1, "--modele", model, "--sortie", path, "--remplacer", "--base", database)
        )
        assert answer.code == 1
        assert "n’est jamais remplacé" in answer.said
        assert path.read_bytes() == before


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
    again = filled.run("importer", sent, "--nouvelle", "--json", *other)
    assert (again.code, again.json["erreur"]["code"]) == (1, "deja-la")
    assert rows(tmp_path / "autre.db", "SELECT count(*) FROM assessment") == [(1,)]
    Path(sent).write_text("{}", encoding="utf-8")
    for options in ((), ("--nouvelle",), ("--dans", 1)):
        assert filled.run("importer", sent, *options, *other).code == 3


@pytest.fixture
def mine(program: Program) -> Assessment:
    """Return an assessment of the person's own, number 1 of the database."""
    workspace = open_workspace(program.database, None, write=True)
    try:
        return workspace.load(save(workspace, an_assessment()))[1]
    finally:
        workspace.close()


def test_a_colleague_s_file_changes_no_note_until_it_is_put_into_mine_and_each_difference_is_chosen(
    program: Program, mine: Assessment, tmp_path: Path
) -> None:
    path = tmp_path / "collegue.json"
    said = Said(AT, "Prénom Nom", True, "a" * 32, *FIRST, words="Une fois.")
    theirs = submission(mine._replace(answers={**mine.answers, FIRST: Rating.NO}), number=2)
    path.write_bytes(answered(theirs, said))
    (facts,) = program.run("importer", path, "--json").json
    assert (facts["nature"], facts["etat"], facts["paroles"]) == ("soumission", "pris", 1)
    assert "ne sont pas repris" in facts["message"], "notes and texts ask for more"
    refused = program.run("importer", path, "--nouvelle", "--json")
    assert (refused.code, refused.json["erreur"]["code"]) == (1, "autre-version")
    (left,) = program.run("importer", path, "--dans", 1, "--json").json
    (difference,) = left["differences"]
    assert (difference["ou"], difference["ici"], difference["fichier"]) == ("1.1 Famille", "3", "0")
    shown = program.run("importer", path, "--dans", 1).out
    assert f"--prendre {difference['cle']}" in shown
    note = "SELECT value FROM value WHERE field = 'note' AND key = 'm1.a01/famille'"
    assert rows(program.database, note) == [("3",)]
    (put,) = program.run("importer", path, "--dans", 1, "--prendre", difference["cle"], "--json").json
    assert (put["etat"], put["differences"]) == ("pris", [])
    assert rows(program.database, note) == [("0",)]
    assert [one.reason for one in list_backups(program.database)] == [BackupReason.REPLACEMENT]
    assert program.run("importer", path, "--prendre", difference["cle"]).code == 2
