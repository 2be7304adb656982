"""Layouts drawn by somebody who had not read the reader: each was once refused, misread or read in part."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pytest
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


def one_row_per_policy() -> Workbook:
    book = book_of(
        (
            ("Politique", "Activités (1)", "Note (0 à 3 ou NC)", "Observations"),
            (None, *TITLE),
            ("Famille", FIRST.label, 2, "Vu"),
            ("Volet éducation", None, None),
            ("SOCIAL", None, "N.C."),
            ("Famille", SECOND.label),
            ("Éduc.", None, 0),
        )
    )
    book["Feuille 1"].merge_cells("B3:B5")
    book["Feuille 1"].merge_cells("D3:D5")
    return book


def one_row_per_policy_ticked() -> Workbook:
    return book_of(
        (
            ("Activités", "Politiques", 0, 1, 2, 3, "NC", "Commentaires"),
            (FIRST.label, "Famille", None, None, "x", None, None, "Vu"),
            (FIRST.label, "Social", None, None, None, None, "x"),
            (SECOND.label, "Éducation", "x"),
        )
    )


def one_sheet_per_policy() -> Workbook:
    heading = ("Activités", "Évaluation", "Remarques")
    book = book_of(
        (heading, (FIRST.label, 2, "Vu"), (SECOND.label,)),
        (heading, (SECOND.label, 0)),
        (heading, (FIRST.label, "NC")),
    )
    for sheet, policy in zip(book.worksheets, ("Famille", "Éducation", "Social"), strict=True):
        sheet.title = policy
    return book


@pytest.mark.parametrize("draw", [one_row_per_policy, one_row_per_policy_ticked, one_sheet_per_policy])
def test_a_policy_may_stand_in_rows_or_on_a_sheet_of_its_own(draw: Any) -> None:
    reading = read(saved(draw()))
    assert reading.answers == ANSWERS
    assert [(one.activity, one.text, one.doubt) for one in reading.comments] == [(FIRST.id, "Vu", "")]
    assert reading.unread == []
    assert reading.lines == 2
    assert set(reading.places.comments) == {FIRST.id, SECOND.id}
    assert [line["libelle"] for line in new_grid(draw())[0]["activites"]] == [FIRST.label, SECOND.label]


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


def test_a_note_and_a_comment_under_each_policy_are_told_apart_and_the_comments_named() -> None:
    reading = read_rows(
        ("Activités", "Famille", None, "Éducation", None, "Social"),
        (None, *("Note", "Commentaire") * 3),
        (FIRST.label, 1, "Vu en mars", "NC", "2 réunions", 3),
        (SECOND.label, None, "À revoir"),
    )
    assert list(reading.answers.values()) == [Rating.PARTLY, NOT_CONCERNED, Rating.FULLY]
    assert reading.comments == []
    named = refusals(reading)
    assert list(named) == ["Feuille 1!C3", "Feuille 1!E3"]
    assert "jusqu’à Feuille 1!C4" in named["Feuille 1!C3"]


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


def test_totals_are_no_lines_and_a_column_gives_each_line_its_mission() -> None:
    other = GRID.missions[1]
    rows = (
        ("Missions", "Activités", *HEADINGS[1:]),
        (MISSION.title, FIRST.label, 1, 2, 3),
        (None, "Sous-total", 1, 2, 3),
        (None, "% de réalisation", 33, 67, 100),
        (other.title, other.activities[0].label, 1, 2, 3),
        (None, "TOTAL GÉNÉRAL", 2, 4, 6),
        (None, "Nombre de NC", 0, 0, 0),
    )
    reading = read_rows(*rows)
    assert (len(reading.answers), reading.lines, reading.unread) == (6, 2, [])
    assert [mission["titre"] for mission in new_grid(book_of(rows))] == [MISSION.title, other.title]


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


def test_an_example_of_how_to_answer_is_never_an_answer() -> None:
    reading = read_rows(
        ("Exemple de réponse",),
        HEADINGS,
        (FIRST.label, 3, 3, 3, "Parce que"),
        ("À vous",),
        HEADINGS,
        (FIRST.label,),
    )
    assert reading.answers == {}
    assert reading.comments == []
    assert set(refusals(reading)) >= {f"Feuille 1!{column}3" for column in "BCDE"}
    alone = read_rows(("Exemple de grille CTG",), HEADINGS, (FIRST.label, 3))
    assert len(alone.answers) == 1


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


def test_words_that_are_not_those_of_the_scale_are_asked_about() -> None:
    reading = read_rows(HEADINGS, (FIRST.label, "2 - en partie", "1 : à revoir ?", "3 - ou 2"))
    assert [(one.answer, bool(one.doubt)) for one in reading.notes] == [(Rating.MOSTLY, True)]
    assert set(refusals(reading)) == {"Feuille 1!C2", "Feuille 1!D2"}
