"""Which column of a Caf's workbook is what: proposed, said with `--colonnes`, kept for filling it."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from ctg_tui.domain.assessment import answer_text
from ctg_tui.domain.changes import cell_key
from tests.changed_grids import SHIPPED
from tests.cli.program import Program
from tests.each_row import each_row
from tests.spreadsheet.workbooks import FILLED, answers_of, book_of, saved
from tests.strategies import charente

GRID = charente()
EXPECTED = {cell_key(cell): answer_text(answer) for cell, answer in answers_of(GRID).items()}
SAID = "lignes=A famille=F education=C social=D commentaires=E"


@pytest.fixture
def program(tmp_path: Path) -> Program:
    return Program(tmp_path)


def drawn(program: Program, change: Callable[[Worksheet], object], name: str = "caf.xlsx") -> Path:
    """Return the path of a workbook with every answer, changed as someone may."""
    book = book_of(FILLED)
    change(book["Grille"])
    path = program.home / name
    path.write_bytes(saved(book))
    return path


def for_two(sheet: Worksheet) -> None:
    """Give the sheet the notes of a second person about « Famille », in the column F: all 3."""
    sheet["F5"] = "Famille"
    for row in range(7, sheet.max_row):
        sheet.cell(row, 6, 3 if sheet.cell(row, 2).value is not None else None)


def blank_for_two(sheet: Worksheet) -> None:
    for_two(sheet)
    for row in range(7, sheet.max_row):
        sheet.cell(row, 2).value = sheet.cell(row, 6).value = None


def without_headings(sheet: Worksheet) -> None:
    sheet.unmerge_cells("B4:D4")
    for column in "BCDE":
        sheet[f"{column}4"] = sheet[f"{column}5"] = None
    for column, heading in zip(
        "ABCD", ("Notre action", "Les parents", "Les jeunes", "Les autres"), strict=True
    ):
        sheet[f"{column}5"] = heading


def read(program: Program, path: Path, *more: object) -> Any:
    return program.run("importer", path, "--json", *more).json[0]


def notes(found: Any) -> dict[str, str]:
    return {f"{one['activite']}/{one['politique']}": str(one["note"]) for one in found.get("lu", ())}


def test_of_two_people_neither_is_taken_until_the_columns_are_said_and_they_are_kept_for_filling(
    program: Program,
) -> None:
    path = drawn(program, for_two)
    found = read(program, path)
    (table,) = found["colonnes"]
    assert (table["lignes"], table["politiques"]["famille"], table["forme"]) == ("A", "B,F", "note")
    assert not any("famille" in cell for cell in notes(found))
    assert {"Grille!B7", "Grille!F7"} <= {one["adresse"] for one in found["non_lu"]}
    taken = read(program, path, "--nouvelle", "--colonnes", SAID)
    assert {note for cell, note in notes(taken).items() if "famille" in cell} == {"3"}
    assert "Grille!B7" in {one["adresse"] for one in taken["non_lu"]}, "what was not said is named"
    blank = drawn(program, blank_for_two, "vierge.xlsx")
    filled = program.home / "rempli.xlsx"
    assert program.run("importer", blank, "--dans", taken["id"], "--colonnes", SAID).code == 0, (
        "another copy of it, blank"
    )
    assert program.run("tableur", taken["id"], "--sortie", filled).code == 0
    sheet = openpyxl.load_workbook(filled)["Grille"]
    own = [sheet.cell(row, 6).value for row in range(7, 22)]
    assert own.count(3) == sum(cell.startswith("m1.") for cell in notes(taken) if "famille" in cell)
    assert {sheet.cell(row, 2).value for row in range(7, 22)} == {None}, "the other person's stay blank"


def test_a_policy_that_an_installed_grid_has_beside_those_of_the_caf_has_its_column_proposed_or_said(
    program: Program,
) -> None:
    policy = 'id = "acces-droits"\nlibelle = "Accès aux droits"\nsource = "grille-charente-2024"'
    wider, shipped = program.home / "quatre.toml", SHIPPED.read_text("utf-8")
    more = f"[[politiques]]\n{policy}\n\n[[thematiques]]"
    shipped = shipped.replace('id = "charente-2024-08-proposee"', 'id = "quatre"', 1)
    wider.write_text(shipped.replace("[[thematiques]]", more, 1), "utf-8")
    path = drawn(program, for_two)
    said = "--colonnes", "lignes=A famille=B acces-droits=F"
    assert program.run("importer", path, *said).code == 3
    assert program.run("grille", "installer", wider).code == 0
    found = read(program, path, *said)
    assert found["colonnes"][0]["politiques"] == {"famille": "B", "acces-droits": "F"}
    others = [note for cell, note in notes(found).items() if "acces-droits" in cell]
    assert others == ["3"] * len(GRID.activities)
    book = openpyxl.load_workbook(path)
    book["Grille"]["F5"] = "Accès aux droits"
    book.save(path)
    assert read(program, path)["colonnes"][0]["politiques"]["acces-droits"] == "F"
    assert "Accès aux droits : F" in program.run("importer", path).out.replace("\N{NO-BREAK SPACE}", " ")


@each_row(
    "said, words",
    [
        ("lignes=A famille=B education=B", "dite deux fois"),
        ("famille=B", "la colonne des lignes"),
        ("lignes=A sport=B", "ni une politique"),
        ("Feuil9: lignes=A famille=B", "le nom d’aucune feuille"),
    ],
)
def test_columns_that_do_not_fit_are_asked_for_again_and_nothing_is_taken(
    program: Program, said: str, words: str
) -> None:
    answer = program.run("importer", drawn(program, for_two), "--nouvelle", "--colonnes", said)
    assert answer.code == 3
    assert words in answer.said.replace("\N{NARROW NO-BREAK SPACE}", " ")
    assert "Rien n’a été repris" in answer.said
    assert program.run("liste", "--json").json == []


def test_a_sheet_whose_headings_say_nothing_is_read_once_its_columns_are_said(program: Program) -> None:
    path = drawn(program, without_headings)
    said = "--colonnes", "lignes=A famille=B education=C social=D commentaires=E"
    made = program.home / "grille.toml"
    assert program.run("grille", "creer", path, "--sortie", made).code == 3
    unsaid = read(program, path)
    assert (notes(unsaid), unsaid["colonnes"][0]["lignes"]) == ({}, "A")
    assert {"B", "C", "D"} <= {one["adresse"].removeprefix("Grille!")[0] for one in unsaid["non_lu"]}
    found = read(program, path, *said)
    assert notes(found) == EXPECTED
    assert len(found["commentaires"]) == len(GRID.activities)
    assert program.run("grille", "creer", path, "--sortie", made, *said).code == 0
    lines = [
        line["libelle"]
        for mission in tomllib.loads(made.read_text("utf-8"))["missions"]
        for line in mission["activites"]
    ]
    assert lines == [line.label for line in GRID.activities.values()]


def test_one_policy_a_row_and_one_tick_a_note_are_one_further_answer(program: Program) -> None:
    labels = {line.label: line.id for line in GRID.activities.values()}
    policies = {"Famille": "famille", "Éducation": "education", "Social": "social"}

    def by_row(sheet: Worksheet) -> None:
        sheet.delete_rows(1, sheet.max_row)
        sheet.append(["Ce que nous faisons", "Pour qui", "Où nous en sommes"])
        for label, line in labels.items():
            for name, policy in policies.items():
                sheet.append([label, name, EXPECTED.get(f"{line}/{policy}")])

    found = read(program, drawn(program, by_row), "--colonnes", "lignes=A politique=B note=C")
    assert notes(found) == EXPECTED
    assert found["colonnes"][0]["forme"] == "politique_par_ligne"

    def ticked(sheet: Worksheet) -> None:
        without_headings(sheet)
        for row in range(7, sheet.max_row + 1):
            line = labels.get(str(sheet.cell(row, 1).value))
            for column in range(2, 20):
                sheet.cell(row, column).value = None
            for rank, policy in enumerate(policies.values()):
                if (note := EXPECTED.get(f"{line}/{policy}")) is not None:
                    sheet.cell(row, 2 + 5 * rank + ("0", "1", "2", "3", "NC").index(note)).value = "x"

    path = drawn(program, ticked, "croix.xlsx")
    found = read(program, path, "--colonnes", "lignes=A famille=B education=G social=L forme=croix")
    assert notes(found) == EXPECTED
    assert found["colonnes"][0]["forme"] == "croix"
