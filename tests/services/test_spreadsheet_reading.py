"""Importing a workbook fills blank fields, and asks about the others."""

from __future__ import annotations

from ctg_tui.domain.assessment import NOT_CONCERNED, Assessment, Cell, Rating
from ctg_tui.domain.edits import apply
from ctg_tui.services.spreadsheet.reading import plan
from ctg_tui.spreadsheet.reader import read_workbook
from ctg_tui.spreadsheet.understanding import understand
from tests.spreadsheet.workbooks import Layout, answers_of, make_workbook, saved
from tests.strategies import charente, make_identity

GRID = charente()
EMPTY = Assessment(1, GRID.id, GRID.version, GRID.fingerprint, make_identity())


def test_all_that_a_workbook_says_is_taken_into_an_empty_assessment() -> None:
    answers = answers_of(GRID)
    content = saved(make_workbook(GRID, answers, Layout()))
    reading = understand(read_workbook(content, "g.xlsx"), [GRID], "g.xlsx")
    made = plan(reading, EMPTY)
    taken = apply(EMPTY, made.changes)
    assert made.conflicts == ()
    assert taken.answers == answers
    assert taken.comments.keys() == GRID.activities.keys()
    assert len(taken.numbers) == sum(not line.is_heading for line in GRID.indicators.values())
    assert plan(reading, taken) == ((), ())


def test_a_different_answer_stays_and_is_asked_about() -> None:
    first, second = (Cell("m1.a01", "famille"), Cell("m1.a01", "social"))
    content = saved(make_workbook(GRID, {first: Rating.FULLY, second: Rating.PARTLY}, Layout()))
    reading = understand(read_workbook(content, "g.xlsx"), [GRID], "g.xlsx")
    held = EMPTY._replace(
        answers={first: NOT_CONCERNED, second: Rating.PARTLY}, comments={"m1.a02": "Le mien"}
    )
    made = plan(reading, held)
    assert [conflict[1:] for conflict in made.conflicts] == [
        ("m1.a01/famille", "NC", "3"),
        ("m1.a02", "Le mien", "Commentaire de m1.a02"),
    ]
    taken = apply(held, made.changes)
    assert taken.answers == held.answers
    assert taken.comments["m1.a02"] == "Le mien"
