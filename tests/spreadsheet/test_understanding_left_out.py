"""Nothing of a workbook is left out in silence, and no note of another column is taken for one's own."""

from __future__ import annotations

from time import process_time

from ctg_tui.domain.assessment import answer_text
from ctg_tui.domain.text import MAX_TEXT_LENGTH
from ctg_tui.grids.catalogue import shipped_document
from ctg_tui.spreadsheet.reader import read_workbook
from ctg_tui.spreadsheet.tables import grid_document
from tests.spreadsheet.test_understanding_layouts import (
    FIRST,
    GRID,
    HEADINGS,
    SECOND,
    THIRD,
    book_of,
    read,
    read_rows,
    refusals,
)
from tests.spreadsheet.workbooks import saved

LINES = [*GRID.activities.values()]


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


def test_of_several_years_of_an_indicator_none_is_taken_for_this_one() -> None:
    line = next(line for line in GRID.indicators.values() if not line.is_heading)
    table = (HEADINGS, (FIRST.label, 2, 1, 0))

    def numbers(*headings: str) -> tuple[list[int | None], set[str]]:
        reading = read_rows(*table, ("Indicateurs", *headings), (line.label, 4, 7))
        named = {address.partition("!")[2] for address in refusals(reading)}
        return [one.number for one in reading.indicators], named

    assert numbers("Nombre", "Nombre 2025") == ([4], {"C4"})
    assert numbers("Nombre 2025", "Nombre") == ([7], {"B4"})
    assert numbers("Nombre 2025", "Nombre 2026") == ([], {"B4", "C4"})
    assert numbers("Nombre 2026", "Commentaires") == ([4], set())
    assert numbers("Nombre", "Nombre N-1") == ([4], {"C4"})
    assert numbers("2025", "Nombre") == ([7], {"B4"})
    assert numbers("Nombre N-1") == ([], {"B4"})


def test_a_comment_beside_the_title_of_a_mission_is_named() -> None:
    title = f"Mission 1 : {GRID.missions[0].title}"
    reading = read_rows(
        (*HEADINGS, "Commentaires"),
        (title, None, None, None, "Une année de transition"),
        (FIRST.label, 2, 1, 0, "Lancé"),
        (title, None, None, None, "Commentaires"),
    )
    assert [one.text for one in reading.comments] == ["Lancé"]
    assert [(one.address, one.value) for one in reading.unread] == [
        ("Feuille 1!E2", "Une année de transition")
    ]


def test_a_title_above_a_heading_of_two_rows_begins_lines_again_in_a_grid_of_its_own() -> None:
    lines = [f"Activité que cette Caf a écrite, la numéro {number}" for number in range(4)]
    heading = (
        ("Intitulé", "Évaluation", None, None, "Observations"),
        (None, "Famille", "Éducation", "Social"),
    )
    rows = [
        *(("Axe 1 – Piloter",), *heading, (lines[0], 2, 1, 0), (lines[1], 1, 1, 1)),
        *(("Indicateurs", "Type", "Nombre"), ("Nombre de réunions", "Suivi", 4)),
        *(("Axe 2 – Faire réseau",), *heading, (lines[2], 0, 1, 2), (lines[3], None, None, 3)),
    ]
    for filled in (rows, [row[:1] if row[0] in lines else row for row in rows]):
        sheets = read_workbook(saved(book_of(filled)), "tableur")
        missions = grid_document(sheets, shipped_document(), "tableur")["missions"]
        assert [mission["titre"] for mission in missions] == ["Axe 1 – Piloter", "Axe 2 – Faire réseau"]
        made = [[line["libelle"] for line in mission["activites"]] for mission in missions]
        assert made == [lines[:2], lines[2:]]
        assert [len(mission["indicateurs"]) for mission in missions] == [1, 0]


def test_lines_that_begin_like_titles_stay_lines_and_notes_change_no_grid() -> None:
    lines = [f"Axe {number} – Agir ensemble, {number} fois" for number in range(1, 5)]
    rows = [HEADINGS, *((line, number % 4, None, 1, "Axe 2 : en cours") for number, line in enumerate(lines))]
    made = []
    for filled in (rows, [row[:1] if row is not HEADINGS else row for row in rows]):
        sheets = read_workbook(saved(book_of(filled)), "tableur")
        made.append(grid_document(sheets, shipped_document(), "tableur")["missions"])
    assert made[0] == made[1]
    assert [line["libelle"] for mission in made[0] for line in mission["activites"]] == lines


def test_a_tick_under_a_heading_that_is_no_step_is_named() -> None:
    steps = ("Non", "Partiellement", "Majoritairement", "Oui", "Non applicable")
    reading = read_rows(
        ("Missions", "Famille", *[None] * 4, "Social", *[None] * 4),
        (None, *steps, *steps),
        (FIRST.label, *[None] * 4, "x", "x"),
    )
    assert {cell.policy: answer_text(answer) for cell, answer in reading.answers.items()} == {"social": "0"}
    assert list(refusals(reading)) == ["Feuille 1!F3"]


def test_what_is_asked_beside_a_line_is_no_comment_and_another_table_has_no_notes() -> None:
    asked = read_rows(("Missions", "Précisions", "Famille", "Social"), (FIRST.label, "Dire comment", 2, 1))
    assert asked.comments == []
    other = (("Missions", "Famille"), ("Territoire", "Cognac"), ("ETP", 1))
    reading = read_rows(*other, HEADINGS, *((line.label, 2, 1, 0) for line in LINES))
    assert len(reading.answers) == 3 * len(LINES)
    assert {address.partition("!")[2] for address in refusals(reading)} == {"A2", "A3", "B2", "B3"}


def test_tables_of_one_policy_side_by_side_keep_their_own_lines() -> None:
    reading = read_rows(
        ("Missions", "Famille", None, "Missions", "Social"), (FIRST.label, 2, None, SECOND.label, 3)
    )
    assert {cell.activity: answer_text(answer) for cell, answer in reading.answers.items()} == {
        FIRST.id: "2",
        SECOND.id: "3",
    }


def test_a_comment_over_what_an_assessment_holds_is_said_to_be_cut() -> None:
    most = MAX_TEXT_LENGTH
    words = "mots " * (most // 4)  # a space stands where it is cut
    indicator = GRID.missions[0].indicators[1]
    reading = read_rows(
        HEADINGS,
        (FIRST.label, 2, None, None, words),
        (SECOND.label, 2, None, None, "x" * (most - 1)),
        ("Indicateurs", "Type", "Nombre", "Commentaires"),
        (indicator.label, "Suivi", 4, words),
    )
    by_policy = read_rows(
        ("Missions", "Politique", "Note", "Commentaires"),
        (FIRST.label, "Famille", 2, "a" * (most // 2)),
        (FIRST.label, "Éducation", 1, "b" * (most // 2)),
    )
    assert {address: "trop long" in reason for address, reason in refusals(reading).items()} == {
        "Feuille 1!E2": True,
        "Feuille 1!D5": True,
    }
    assert [len(one.text) for one in reading.comments] == [most, most - 1]
    assert ["trop long" in reason for reason in refusals(by_policy).values()] == [True]
    assert [len(one.text) for one in by_policy.comments] == [most]


def test_a_formula_without_a_value_or_in_error_is_no_text_and_no_number_and_is_named() -> None:
    indicator = GRID.missions[0].indicators[1]
    book = book_of(
        (
            HEADINGS,
            (FIRST.label, 2, None, None, '="Vu "&"en mars"'),
            (SECOND.label, 2, None, None, "#NAME?"),
            (THIRD.label, 2, None, None, "#1 des priorités"),
            ("Indicateurs", "Type", "Nombre", "Commentaires"),
            (indicator.label, "Suivi", "=1+1", "#DIV/0!"),
        )
    )
    reading = read(saved(book))
    assert {address.rpartition("!")[2] for address in refusals(reading)} == {"E2", "E3", "C6", "D6"}
    assert [one.text for one in reading.comments] == ["#1 des priorités"]
    assert reading.indicators == []


def test_no_text_makes_the_reading_slow() -> None:
    odd = ("*" * 40 + " Important", "non" + " " * 5_000 + "x", "1 : oui;" * 3_000, "mission n" + " " * 9_000)
    rows = [(text, f"1{' ' * 5_000}1", 1) for text in odd] * 3
    started = process_time()
    assert len(read_rows(HEADINGS, *[(line.label, 2, 1, 0) for line in LINES], *rows).answers) == 3 * len(
        LINES
    )
    assert process_time() - started < 2
