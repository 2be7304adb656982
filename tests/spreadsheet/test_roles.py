"""Which column of a Caf's workbook is what: proposed, said with `--colonnes`, kept for the next one."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from ctg_tui.domain.assessment import Answer
from tests.cli.program import Program
from tests.spreadsheet.workbooks import Layout, answers_of, make_workbook, saved
from tests.strategies import charente

GRID = charente()
ANSWERS = answers_of(GRID)
KNOWN = Layout(has_numbers=False)
SAID = "lignes=A famille=F education=C social=D commentaires=E"


@pytest.fixture
def program(tmp_path: Path) -> Program:
    return Program(tmp_path)


def drawn(program: Program, change: Callable[[Worksheet], object], name: str = "caf.xlsx") -> Path:
    """Return the path of a workbook with every answer, changed as someone may."""
    book = make_workbook(GRID, ANSWERS, KNOWN)
    change(book["Grille"])
    path = program.home / name
    path.write_bytes(saved(book))
    return path


def for_two(sheet: Worksheet) -> None:
    """Give the sheet the notes of a second person about « Famille », in the column F: all 3."""
    sheet["F5"] = "Famille"
    for row in range(7, sheet.max_row):
        sheet.cell(row, 6, 3 if sheet.cell(row, 2).value is not None else None)


def lower_down(sheet: Worksheet) -> None:
    for_two(sheet)
    sheet["F7"] = 0
    sheet["A2"] = "Année suivante"


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


def notes(found: Any) -> dict[str, str | int]:
    return {f"{one['activite']}/{one['politique']}": one["note"] for one in found.get("lu", ())}


def as_json(answer: Answer) -> str | int:
    return int(answer) if isinstance(answer, int) else "NC"


EXPECTED = {f"{cell.activity}/{cell.policy}": as_json(answer) for cell, answer in ANSWERS.items()}


def test_of_two_people_neither_is_taken_until_the_columns_are_said_and_they_are_kept(
    program: Program,
) -> None:
    path = drawn(program, for_two)
    found = read(program, path)
    (table,) = found["colonnes"]
    assert (table["lignes"], table["politiques"]["famille"], table["forme"]) == ("A", "B,F", "note")
    assert not any("famille" in cell for cell in notes(found))
    named = {one["adresse"] for one in found["non_lu"]}
    assert {"Grille!B7", "Grille!F7"} <= named
    taken = read(program, path, "--nouvelle", "--colonnes", SAID)
    assert set(notes(taken).values()) >= {3}
    assert {note for cell, note in notes(taken).items() if "famille" in cell} == {3}
    assert "Grille!B7" in {one["adresse"] for one in taken["non_lu"]}, "what was not said is named"
    again = read(program, path)
    assert notes(again) == notes(taken), "the second person is not asked"
    later = drawn(program, lower_down, "an prochain.xlsx")
    assert notes(read(program, later)) == notes(taken) | {"m1.a01/famille": 0}, "nor is next year's workbook"
    blank = drawn(program, blank_for_two, "vierge.xlsx")
    filled = program.home / "rempli.xlsx"
    assert program.run("tableur", taken["id"], "--modele", blank, "--sortie", filled).code == 0
    sheet = openpyxl.load_workbook(filled)["Grille"]
    own = [sheet.cell(row, 6).value for row in range(7, 22)]
    assert own.count(3) == sum(cell.startswith("m1.") for cell in notes(taken) if "famille" in cell)
    assert {sheet.cell(row, 2).value for row in range(7, 22)} == {None}, "the other person's stay blank"


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ("lignes=A famille=B education=B", "dite deux fois"),
        ("lignes=A famille=B famille=C", "dites laquelle"),
        ("lignes=A famille=Z", "est vide"),
        ("famille=B", "la colonne des lignes"),
        ("lignes=A", "une colonne de notes"),
        ("lignes=A sport=B", "ni une politique"),
        ("lignes=A famille=B,C", "dites laquelle"),
        ("lignes famille", "ne dit aucune colonne"),
        ("lignes=A famille=B1", "ne dit aucune colonne"),
        ("Feuil9: lignes=A famille=B", "le nom d’aucune feuille"),
        ("", "la colonne des lignes"),
    ],
)
def test_columns_that_do_not_fit_are_asked_for_again_and_nothing_is_taken(
    program: Program, said: str, words: str
) -> None:
    path = drawn(program, for_two)
    answer = program.run("importer", path, "--nouvelle", "--colonnes", said)
    assert answer.code == 3
    assert words in answer.said.replace("\N{NARROW NO-BREAK SPACE}", " ")
    assert "Rien n’a été repris" in answer.said
    assert program.run("liste", "--json").json == []


def test_a_sheet_whose_headings_say_nothing_is_read_once_its_columns_are_said(program: Program) -> None:
    path = drawn(program, without_headings)
    said = "--colonnes", "lignes=A famille=B education=C social=D commentaires=E"
    made = program.home / "grille.toml"
    for command in (("importer", path), ("grille", "creer", path, "--sortie", made)):
        assert program.run(*command, "--colonnes", "lignes=A famille=A").code == 3
    assert program.run("grille", "creer", path, "--sortie", made).code == 3
    unsaid = read(program, path)
    assert (notes(unsaid), unsaid["colonnes"][0]["lignes"]) == ({}, "A")
    assert {"B", "C", "D"} <= {one["adresse"].removeprefix("Grille!")[0] for one in unsaid["non_lu"]}
    assert not made.exists()
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
    def by_row(sheet: Worksheet) -> None:
        lines = [(row, sheet.cell(row, 1).value) for row in range(7, sheet.max_row)]
        written = {row: [sheet.cell(row, column).value for column in (2, 3, 4)] for row, _ in lines}
        sheet.delete_rows(1, sheet.max_row)
        sheet.append(["Ce que nous faisons", "Pour qui", "Où nous en sommes"])
        for row, label in lines:
            for policy, value in zip(("Famille", "Éducation", "Social"), written[row], strict=True):
                sheet.append([label, policy, value])

    path = drawn(program, by_row, "par ligne.xlsx")
    found = read(program, path, "--colonnes", "lignes=A politique=B note=C")
    assert notes(found) == EXPECTED
    assert found["colonnes"][0]["forme"] == "politique_par_ligne"

    def ticked(sheet: Worksheet) -> None:
        without_headings(sheet)
        for row in range(7, sheet.max_row + 1):
            values = [sheet.cell(row, column).value for column in (2, 3, 4)]
            for column in range(2, 20):
                sheet.cell(row, column).value = None
            for rank, value in enumerate(values):
                note = EXPECTED_BY_TEXT.get(str(value))
                if note is not None:
                    sheet.cell(row, 2 + 5 * rank + note).value = "x"

    path = drawn(program, ticked, "croix.xlsx")
    found = read(program, path, "--colonnes", "lignes=A famille=B education=G social=L forme=croix")
    assert notes(found) == EXPECTED
    assert found["colonnes"][0]["forme"] == "croix"


@pytest.mark.parametrize("change", ["names", "headings", "lines"])
def test_what_was_said_is_not_taken_for_a_workbook_with_other_columns(program: Program, change: str) -> None:
    def draw(sheet: Worksheet, swapped: bool) -> None:
        for_two(sheet)
        sheet.unmerge_cells("B4:D4")
        sheet["C4"] = sheet["D4"] = sheet["E4"] = None
        sheet["E5"] = "Commentaires"
        first, second = ("B4", "F4") if not swapped else ("F4", "B4")
        sheet[first], sheet[second] = "Première personne", "Seconde personne"
        if change == "names":
            return
        headings = ["Pour les familles", "Pour l’école", "Pour tous", "Nos remarques", "Pour nos partenaires"]
        if change == "headings" and swapped:
            headings = headings[::-1]
        for column, heading in zip("BCDEF", headings, strict=True):
            sheet[f"{column}4"], sheet[f"{column}5"] = heading, None
        if change == "lines" and swapped:
            sheet["A7"] = "Une tout autre ligne, que le premier tableur n’avait pas"

    path = drawn(program, lambda sheet: draw(sheet, swapped=False))
    taken = read(program, path, "--nouvelle", "--colonnes", SAID)
    assert notes(taken)
    assert notes(read(program, path)) == notes(taken), "the same one is not asked again"
    other = read(program, drawn(program, lambda sheet: draw(sheet, swapped=True), "autre.xlsx"))
    assert not any("famille" in cell for cell in notes(other)), "it is asked again"


EXPECTED_BY_TEXT = {
    str(text): step
    for step, texts in enumerate(
        (
            (0, "0", "0 – Non", "0,0"),
            (1, "1", "1 - Partiellement", "1,0"),
            (2, 2.0, "2 – Majoritairement", "2.0", "2"),
            (3, "3", "3 Oui", "3 : totalement"),
            ("NC", "nc", "N.C.", "n/c", "Non concerné", "Non concernée ", "Non concernée"),
        )
    )
    for text in texts
}
