"""The effect on an assessment's answers of a grid file that is not the one it was filled with."""

from __future__ import annotations

from typing import NamedTuple

from ctg_tui.domain.assessment import Assessment
from ctg_tui.domain.grid import Grid


class GridChange(NamedTuple):
    """Versions then and now; counts of answers, of answers without a cell now, of cells now."""

    grid_id: str
    former_version: str
    version: str
    answers: int
    without_cell: int
    cells: int


def grid_change(grid: Grid, assessment: Assessment) -> GridChange:
    """Return how `grid` differs from the grid of the same id that `assessment` was filled with."""
    cells = frozenset(grid.cells)
    return GridChange(
        grid.id,
        assessment.grid_version,
        grid.version,
        len(assessment.answers),
        sum(cell not in cells for cell in assessment.answers),
        len(cells),
    )
