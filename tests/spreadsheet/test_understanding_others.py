"""Layouts drawn by somebody who had not read the reader: each was once refused, misread or read in part."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from openpyxl import Workbook
from openpyxl.comments import Comment

from ctg_tui.domain.assessment import NOT_CONCERNED, Answer, Cell, Rating
from ctg_tui.grids.catalogue import shipped_document
from ctg_tui.spreadsheet.reader import read_workbook
from ctg_tui.spreadsheet.tables import grid_document
from tests.spreadsheet.test_understanding_layouts import (
    FIRST,
    GRID,
    HEADINGS,
    SECOND,
    book_of,
    read,
    read_rows,
    refusals,
)
from tests.spreadsheet.workbooks import saved

MISSION = GRID.missions[0]
ANSWERS: Mapping[Cell, Answer] = {
    Cell(FIRST.id, "famille"): Rating.MOSTLY,
    Cell(FIRST.id, "social"): NOT_CONCERNED,
    Cell(SECOND.id, "education"): Rating.NO,
}
TITLE = (f"Mission 1 : {MISSION.title}",)


def new_grid(book: Workbook) -> Sequence[Mapping[str, Any]]:
    """Return the missions of the grid that a workbook makes."""
    missions: Sequence[Mapping[str, Any]] = grid_document(
        read_workbook(saved(book), "tableur"), shipped_document(), "tableur"
    )["missions"]
    return missions


def test_each_policy_of_a_line_may_have_its_comment_and_an_unknown_one_is_named() -> None:
    reading = read_rows(
        ("Activités", "Politique", "Note", "Commentaires"),
        (FIRST.label, "Famille", 1, "Vu"),
        (None, "Social", 2, "À revoir"),
        (None, "Culture", 3),
        (None, None, 1),
    )
    assert [one.text for one in reading.comments] == ["Famille : Vu\nSocial : À revoir"]
    assert reading.places.comments == {}
    assert set(refusals(reading)) == {"Feuille 1!C4", "Feuille 1!C5"}


def test_a_comment_below_a_table_is_named_and_is_no_line() -> None:
    rows = (
        HEADINGS[:4],
        (FIRST.label, 1),
        ("Commentaires :", "Une bonne année"),
        HEADINGS[:4],
        (SECOND.label, 2),
    )
    reading = read_rows(*rows)
    assert reading.comments == []  # the label of the second line is no comment either
    assert refusals(reading) == {"Feuille 1!B3": "Ce commentaire n’est pas sur sa ligne."}
    assert len(new_grid(book_of(rows))[0]["activites"]) == 2


def test_a_row_below_indicators_is_the_line_that_any_of_its_cells_says() -> None:
    indicator = next(one.label for one in MISSION.indicators if not one.is_heading)
    reading = read_rows(
        ("N°", "Poids", None, "Famille", "Éducation", "Social"),
        ("1.1", 3, FIRST.label, 1, 2, 3),
        ("Indicateurs", "Type", "Nombre"),
        (indicator, "Suivi", 7),
        ("1.2", 2, SECOND.label, 0, 1, 2),
    )
    assert [cell.activity for cell in reading.answers] == [FIRST.id] * 3 + [SECOND.id] * 3
    assert reading.unread == []


def test_indicators_beside_the_lines_are_those_of_their_mission() -> None:
    other = GRID.missions[1]
    indicator = other.indicators[0]
    rows = (
        TITLE,
        (*HEADINGS, None, "Indicateurs", "Type", "Nombre", "Commentaires"),
        (FIRST.label, 1, None, None, "Vu"),
        (f"Mission 2 : {other.title}",),
        (*HEADINGS, None, "Indicateurs", "Type", "Nombre", "Commentaires"),
        (other.activities[0].label, 2, None, None, None, None, indicator.label, "Suivi", 4, "Deux fois"),
    )
    reading = read_rows(*rows)
    assert [(one.number, one.comment) for one in reading.indicators] == [(4, "Deux fois")]
    assert [(one.text, one.doubt) for one in reading.comments] == [("Vu", "")]
    assert reading.unread == []
    assert [len(mission["indicateurs"]) for mission in new_grid(book_of(rows))] == [0, 1]


def test_a_title_above_a_table_or_on_its_sheet_is_that_of_its_mission() -> None:
    other = GRID.missions[1]
    line = other.activities[0].label
    indicator = ("Mission", "Indicateurs", "Type", "Nombre")
    book = book_of(
        (TITLE, (), HEADINGS, (FIRST.label,), ("Signature de l’élu",), ("Prénom Nom",)),
        ((f"Mission 2 – {other.title}",), HEADINGS, ("Pilotage",), (line,)),
        (indicator, ("Mission 1", "Réunions", "Suivi"), ("Mission 2", "Enquêtes", "Suivi")),
    )
    book["Feuille 2"].merge_cells("A3:E3")  # a title of lines, not a line
    missions = new_grid(book)
    assert [mission["titre"] for mission in missions] == [MISSION.title, other.title]
    assert [[one["libelle"] for one in mission["activites"]] for mission in missions] == [
        [FIRST.label],
        [line],
    ]
    assert [[one["libelle"] for one in mission["indicateurs"]] for mission in missions] == [
        ["Réunions"],
        ["Enquêtes"],
    ]


def test_a_cell_note_is_no_comment_and_each_is_named_once() -> None:
    lines = MISSION.activities[:4]
    book = book_of((HEADINGS, *((line.label, 1) for line in lines)))
    sheet = book["Feuille 1"]
    for row in range(2, 6):
        sheet.cell(row, 1).comment = Comment("Ce qui est attendu", "Caf")
    sheet["C3"].comment = Comment("À revoir avec Prénom Nom", "Prénom Nom")
    reading = read(saved(book))
    assert reading.comments == []
    assert set(refusals(reading)) == {"Feuille 1!A2", "Feuille 1!C3"}
