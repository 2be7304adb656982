"""Nothing of a workbook is left out in silence, and no note of another column is taken for one's own."""

from __future__ import annotations

from tests.spreadsheet.test_layouts import FIRST, HEADINGS, SECOND, THIRD, book_of, read, read_rows, refusals
from tests.spreadsheet.workbooks import saved


def test_of_two_columns_of_notes_under_a_policy_none_is_taken_even_where_one_alone_is_filled() -> None:
    reading = read_rows(
        ("Missions", "Famille", None, "Éducation", None, "Social", None),
        (None, "Auto-évaluation", "Avis de la Caf", "Auto-évaluation", "Avis de la Caf", "Auto", "Caf"),
        (FIRST.label, 2, 1),
        (SECOND.label, None, 3),
        (THIRD.label, 1, None, 2),
    )
    assert reading.answers == {}
    assert {cell.policy for cell in reading.places.answers} <= {"social"}, "nothing is written there either"
    named = refusals(reading)
    assert "certaine" in named["Feuille 1!C4"]
    assert {address.rpartition("!")[2] for address in named} == {"B3", "C3", "C4", "B5", "D5"}


def test_below_a_second_heading_that_is_not_known_the_columns_of_the_first_are_not_kept() -> None:
    reading = read_rows(
        HEADINGS,
        (FIRST.label, 2, 1, 0),
        (None, "Lien social", "Soutien aux familles", "Réussite éducative"),
        (SECOND.label, 3, 0, 1),
    )
    assert [cell.activity for cell in reading.answers] == [FIRST.id] * 3
    named = refusals(reading)
    assert {address.rpartition("!")[2] for address in named} == {"A4", "B4", "C4", "D4"}
    assert "en-tête" in named["Feuille 1!B4"]


def test_a_theme_under_the_headings_is_no_heading_anew() -> None:
    reading = read_rows(
        HEADINGS, (None, "Familles et enfance", "Jeunesse, éducation", "Vie sociale"), (FIRST.label, 2, 1, 0)
    )
    assert len(reading.answers) == 3


def test_the_notes_of_a_column_whose_heading_is_no_policy_are_named() -> None:
    reading = read_rows(("Missions", "Famile", "Éducation", "Social"), (FIRST.label, 2, 1, 0))
    assert len(reading.answers) == 2
    assert "politique" in refusals(reading)["Feuille 1!B2"]


def test_the_notes_of_a_sheet_without_a_heading_are_named() -> None:
    reading = read(saved(book_of((HEADINGS, (FIRST.label, 2, 1, 0)), ((SECOND.label, 3, 0, 1),))))
    assert len(reading.answers) == 3
    assert set(refusals(reading)) == {"Feuille 2!B1", "Feuille 2!C1", "Feuille 2!D1"}


def test_a_column_of_texts_that_no_heading_names_is_said_once_with_how_many() -> None:
    reading = read_rows(
        ("Missions", "Famille", "Éducation", "Social", "Axes de progrès"),
        (FIRST.label, 2, 1, 0, "Aller vers"),
        (SECOND.label, 2, 1, 0, "Former"),
    )
    assert len(reading.answers) == 6
    (said,) = reading.unread
    assert (said.address, said.value) == ("Feuille 1!E2", "Aller vers")
    assert "2\N{NO-BREAK SPACE}textes" in said.reason
    assert "E3" in said.reason
