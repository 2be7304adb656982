"""What the person answers to the Caf: typed, kept, taken back, across restarts."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from ctg_tui.domain.assessment import Cell, Rating, Said
from ctg_tui.domain.changes import Edit, Operation
from ctg_tui.domain.edits import hear
from ctg_tui.domain.thread import Choice, Point, PointState, choices, chosen

if TYPE_CHECKING:
    from ctg_tui.services.editing import Session

MARCH = datetime(2027, 3, 12, 9, 30, tzinfo=UTC)


@pytest.fixture
def cell(session: Session) -> Cell:
    """Note a cell 2, of which the Caf says 1 with words, beside words on the whole."""
    cell = session.grid.cells[0]
    session.rate(cell, Rating(2))
    rows = [
        Said(MARCH, "Prénom Nom", True, "a" * 32, *cell, read=Rating(2), note=Rating(1), words="Une fois."),
        Said(MARCH, "Prénom Nom", True, "a" * 32, words="Et les jeunes ?"),
    ]
    session.record(Edit(Operation.IMPORT, hear(session.assessment, rows)))
    return cell


def point(session: Session, cell: Cell | None) -> Point:
    return next(point for point in session.points if point.cell == cell)


def test_what_is_typed_is_only_begun_until_it_is_kept(session: Session, cell: Cell) -> None:
    for words in ("N", "No", "Non."):
        session.answer(point(session, cell), Choice.SEEN, words, is_kept=False)
    begun = point(session, cell)
    assert (begun.state, begun.draft and begun.draft.words) == (PointState.TO_SEE, "Non.")

    session.answer(begun, Choice.KEEP, "Non.")
    kept = point(session, cell)
    assert (kept.state, chosen(kept, session.assessment.answers)) == (PointState.ANSWERED, Choice.KEEP)
    assert session.assessment.answers[cell] is Rating(2)
    assert point(session, None).is_to_see  # the other point is not answered by it

    session.undo()
    assert point(session, cell).is_to_see
    session.undo()  # what was typed is one edit
    assert point(session, cell).draft is None


def test_the_note_that_the_caf_proposes_is_put_by_the_answer_and_taken_back_with_it(
    session: Session, cell: Cell
) -> None:
    session.question = "La modifier ?"  # an answer never asks
    assert choices(point(session, cell), session.assessment.answers) == (
        Choice.SEEN,
        Choice.TAKE,
        Choice.KEEP,
    )
    session.answer(point(session, cell), Choice.TAKE, "")
    assert session.assessment.answers[cell] is Rating(1)
    assert point(session, cell).state is PointState.SETTLED
    assert choices(point(session, cell), session.assessment.answers) == (*Choice,)
    session.answer(point(session, cell), Choice.KEEP, "")  # what she had comes back with it
    assert session.assessment.answers[cell] is Rating(2)
    session.undo()

    session.undo()
    assert session.assessment.answers[cell] is Rating(2)
    assert point(session, cell).is_to_see
