"""A row is the line that its words are, a cell is a note or it is named: nothing guessed, nothing lost."""

from __future__ import annotations

from collections.abc import Sequence
from time import process_time
from typing import Any

import pytest
from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from ctg_tui.domain.assessment import Cell, Rating
from ctg_tui.domain.changes import Field
from ctg_tui.domain.errors import InvalidDocument
from ctg_tui.spreadsheet.reader import read_workbook
from ctg_tui.spreadsheet.understanding import Read, Reading, understand
from tests.each_row import each_row
from tests.spreadsheet.workbooks import answers, saved, texts
from tests.strategies import charente

GRID = charente()
LINES = GRID.missions[0].activities
FIRST, SECOND, THIRD = LINES[:3]
HEADINGS = ("Missions", "Famille", "Éducation", "Social", "Commentaires")


def book_of(*sheets: Sequence[Sequence[Any]]) -> Workbook:
    """Return a workbook with the given rows in its sheets, `Feuille 1` and the next ones."""
    book = Workbook()
    for rank, rows in enumerate(sheets, 1):
        sheet = book.active if rank == 1 else book.create_sheet()
        assert isinstance(sheet, Worksheet)
        sheet.title = f"Feuille {rank}"
        for row in rows:
            sheet.append(list(row))
    return book


def read(book: Workbook) -> Reading:
    reading = understand(read_workbook(saved(book), "tableur"), [GRID], "tableur", {})
    assert reading is not None
    return reading


def read_rows(*rows: Sequence[Any]) -> Reading:
    return read(book_of(rows))


def named(reading: Reading) -> dict[str, str]:
    return {one.address.rpartition("!")[2]: one.reason for one in reading.unread}


def asked(reading: Reading) -> dict[str, str]:
    return {one.address: one.doubt for one in reading.values if one.doubt}


def comments(reading: Reading) -> list[Read]:
    return [one for one in reading.values if one.field is Field.COMMENT]


def test_what_is_left_in_a_table_is_named_once_a_column_with_how_many_and_where_they_end() -> None:
    reading = read_rows(
        ("N°", *HEADINGS, "Poids", "À faire"),
        ("1.1", FIRST.label, 2, None, 1, "Fait", 3, "Rappeler la Caf"),
        ("1.2", "Une ligne que cette grille n’a pas", 3, 1, None, "Perdu sinon", None, None),
        ("1.3", THIRD.label, 1, None, None, None, 2, "ok"),
        ("", "Total", 6, "33 %", 1, "", 5, ""),
    )
    assert answers(reading) == {
        Cell(FIRST.id, "famille"): Rating.MOSTLY,
        Cell(FIRST.id, "social"): Rating.PARTLY,
        Cell(THIRD.id, "famille"): Rating.PARTLY,
    }
    reasons = {
        address: reason.replace("\N{NO-BREAK SPACE}", " ") for address, reason in named(reading).items()
    }
    assert reasons == {
        "A2": "3 cellules non reprises, jusqu’à Feuille 1!A4.",
        "B3": "1 cellule non reprise, jusqu’à Feuille 1!B3.",
        "C3": "1 cellule non reprise, jusqu’à Feuille 1!C3.",
        "D3": "1 cellule non reprise, jusqu’à Feuille 1!D3.",
        "E5": "1 cellule non reprise, jusqu’à Feuille 1!E5.",
        "F3": "1 cellule non reprise, jusqu’à Feuille 1!F3.",
        "G2": "2 cellules non reprises, jusqu’à Feuille 1!G4.",
        "H2": "2 cellules non reprises, jusqu’à Feuille 1!H4.",
    }


def test_a_first_row_of_four_steps_or_with_a_remark_is_a_line_and_no_second_heading() -> None:
    head, unknown = (*HEADINGS, "L’an passé"), "Une ligne que cette grille n’a pas"
    for first in ((1, 2, 3, "Remarque : à suivre", 0), (1, 2, None, "Observation", "NC")):
        reading = read_rows(head, (FIRST.label, *first), (SECOND.label, 3, 3, 3))
        assert answers(reading)[Cell(FIRST.id, "education")] == Rating.MOSTLY
        assert named(reading).keys() == {"F2"}
        reading = read_rows(head, (unknown, *first), *((line.label, 3, 3, 3) for line in LINES[:3]))
        assert {place[0] for place in named(reading)} >= {"A", "B", "C", "E", "F"}


@each_row("text", ["1,5", "x", "2-3", "75 %", "oui", "2 ou 3", "fait", "²"])
def test_a_cell_that_is_no_note_is_named_by_itself_with_its_words(text: str) -> None:
    reading = read_rows(HEADINGS, (FIRST.label, text, 2, None))
    assert answers(reading) == {Cell(FIRST.id, "education"): Rating.MOSTLY}
    assert named(reading) == {"B2": f"« {text} » n’est ni une note ni NC."}


def test_of_two_people_under_one_policy_neither_is_taken_where_one_alone_is_filled_neither() -> None:
    reading = read_rows(
        ("Missions", "Famille", "Famille", "Social"), (FIRST.label, 2, 3, 1), (SECOND.label, None, 3, 1)
    )
    assert {cell.policy for cell in answers(reading)} == {"social"}
    assert all("dites laquelle" in reason for reason in named(reading).values())
    assert {place: reason[0] for place, reason in named(reading).items()} == {"B2": "1", "C2": "2"}


def test_a_line_in_two_tables_with_other_notes_is_asked_about_at_each_place_and_never_written_to() -> None:
    one, other = [HEADINGS, (FIRST.label, 2)], [HEADINGS, (FIRST.label, 3), (SECOND.label, 1)]
    reading = read(book_of(one, other))
    assert asked(reading) == {
        "Feuille 1!B2": "Cette ligne a une autre réponse en Feuille 2!B2.",
        "Feuille 2!B2": "Cette ligne a une autre réponse en Feuille 1!B2.",
    }
    assert answers(reading) == {Cell(SECOND.id, "famille"): Rating.PARTLY}
    assert (Field.ANSWER, f"{FIRST.id}/famille") not in reading.places
    same = read(book_of(one, one))
    assert answers(same) == {Cell(FIRST.id, "famille"): Rating.MOSTLY}


@each_row(
    "steps",
    [
        ("0 : totalement", "1 : majoritairement", "2 : partiellement", "3 : non"),
        ("1 : pas du tout", "2 : partiellement", "3 : majoritairement", "4 : totalement"),
    ],
)
def test_a_workbook_on_another_scale_is_refused_with_the_address_of_its_legend(steps: Sequence[str]) -> None:
    with pytest.raises(InvalidDocument) as refused:
        read_rows(HEADINGS, (FIRST.label, 1), *((step,) for step in steps))
    assert refused.value.code == "tableur-autre-echelle"
    assert "Feuille 1!A" in refused.value.message


def test_a_formula_without_a_value_or_in_error_is_no_text_and_no_number_and_is_named() -> None:
    counted = next(one for one in GRID.missions[0].indicators if not one.is_heading)
    reading = read_rows(
        HEADINGS,
        (FIRST.label, 2, None, None, '="Vu "&"en mars"'),
        (SECOND.label, 2, None, None, "#NAME?"),
        (THIRD.label, 2, None, None, "#1 des priorités"),
        ("Indicateurs", "Type", "Nombre", "Commentaires"),
        (counted.label, "Suivi", "=1+1", "#DIV/0!"),
    )
    assert named(reading).keys() == {"E2", "E3", "C6", "D6"}
    assert [one.text for one in comments(reading)] == ["#1 des priorités"]
    assert texts(reading, Field.NUMBER) == {}


def test_no_text_makes_the_reading_slow() -> None:
    odd = ("*" * 40 + " Important", "non" + " " * 5_000 + "x", "1 : oui;" * 3_000, "mission n" + " " * 9_000)
    rows = [(text, f"1{' ' * 5_000}1", 1) for text in odd] * 3
    started = process_time()
    read_rows(HEADINGS, *[(line.label, 2, 1, 0) for line in LINES], *rows)
    assert process_time() - started < 2
