"""The example that can be visited, as an assessment for the published examples and the tests."""

from __future__ import annotations

from ctg_tui.domain.assessment import NOT_CONCERNED, Assessment
from ctg_tui.domain.grid import Grid
from ctg_tui.grids.catalogue import example_content
from ctg_tui.submission.document import assessment_of
from tests.strategies import make_assessment


def example_assessment(grid: Grid) -> Assessment:
    """Return an assessment with notes, comments, numbers, preparation and actions, a rubric wholly NC."""
    given = assessment_of(example_content()["annee"])
    neutral = {cell for cell in grid.cells if cell.activity.startswith("m1.") and cell.policy == "social"}
    return make_assessment(
        grid,
        {cell: NOT_CONCERNED if cell in neutral else given.answers[cell] for cell in grid.cells},
        comments=given.comments,
        numbers=given.numbers,
        remarks=given.remarks,
        preparation=given.preparation,
        actions=given.actions,
    )


def example_draft(grid: Grid) -> Assessment:
    """Return an assessment of the same territory just begun: a part of mission 1, one comment."""
    full = example_assessment(grid)
    begun = {cell: answer for cell, answer in full.answers.items() if cell.activity in {"m1.a01", "m1.a02"}}
    return full._replace(
        answers=begun,
        comments={"m1.a01": full.comments["m1.a01"]},
        numbers={"m1.i02": 4},
        remarks={},
        preparation={},
        actions={},
    )
