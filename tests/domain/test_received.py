"""The content of a file in place of that of an assessment: the same state, and one undo gives it back."""

from __future__ import annotations

from datetime import UTC, datetime

from hypothesis import event, given
from hypothesis import strategies as st

from ctg_tui.domain import edits
from ctg_tui.domain.assessment import NOT_CONCERNED, Assessment, Cell, Rating
from ctg_tui.domain.changes import Edit, Operation
from ctg_tui.domain.edits import apply, replacement
from ctg_tui.domain.grid import Grid
from ctg_tui.domain.thread import Said
from ctg_tui.submission.document import fingerprint_of
from tests.strategies import assessments, fill, make_assessment, make_grid

FIRST, SECOND = Cell("m1.a01", "famille"), Cell("m1.a02", "famille")
SAID = {
    said.id: said
    for said in (
        Said(datetime(2027, 3, day, tzinfo=UTC), "Prénom Nom", True, words=f"{day}.") for day in (1, 2)
    )
}


@given(
    mine=assessments(),
    theirs=assessments(),
    is_same_grid=st.booleans(),
    column=st.booleans(),
    said=st.tuples(*[st.sets(st.sampled_from([*SAID]))] * 2),
)
def test_any_content_takes_the_place_of_any_other_and_one_undo_gives_it_back(
    mine: tuple[Grid, Assessment],
    theirs: tuple[Grid, Assessment],
    is_same_grid: bool,
    column: bool,
    said: tuple[set[str], set[str]],
) -> None:
    before, present = mine
    after, wanted = (before, _within(before, theirs[1])) if is_same_grid else theirs
    if column:
        made = edits.neutralise(present, edits.column_cells(before, before.policies[0].id))
        present = apply(present, made)
    present, sent = (
        one._replace(said={key: SAID[key] for key in keys})
        for one, keys in zip((present, wanted), said, strict=True)
    )
    edit = Edit(Operation.IMPORT, tuple(replacement(present, before, sent, after)))
    event("same grid" if present.grid_fingerprint == after.fingerprint else "another grid")
    there = apply(present, edit.changes)
    assert fingerprint_of(after, there) == fingerprint_of(after, sent)
    assert there.said.keys() == said[0] | said[1], "a thread only grows"
    assert not [*replacement(there, after, sent, after)]
    assert apply(there, edit.inverse()) == present


def _within(grid: Grid, assessment: Assessment) -> Assessment:
    """Return an assessment of another grid as one of `grid`, with what both have."""
    return assessment._replace(
        grid_id=grid.id,
        grid_version=grid.version,
        grid_fingerprint=grid.fingerprint,
        answers={cell: note for cell, note in assessment.answers.items() if cell in grid.cells},
        comments={line: text for line, text in assessment.comments.items() if line in grid.activities},
        actions={line: one for line, one in assessment.actions.items() if line in grid.activities},
        numbers={line: one for line, one in assessment.numbers.items() if line in grid.indicators},
        remarks={line: text for line, text in assessment.remarks.items() if line in grid.indicators},
    )


def test_what_a_column_set_aside_stays_only_where_the_answer_does() -> None:
    grid = make_grid((2,), ("famille",))
    mine = make_assessment(grid, fill(grid))
    mine = apply(mine, edits.neutralise(mine, grid.cells))
    sent = make_assessment(grid, {FIRST: NOT_CONCERNED, SECOND: Rating.NO})
    there = apply(mine, replacement(mine, grid, sent, grid))
    assert there.set_aside == {FIRST: Rating.MOSTLY}
