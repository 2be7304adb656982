"""How the file of a grid differs from the one an assessment was filled with, as far as its answers tell."""

from __future__ import annotations

from typing import NamedTuple

from ctg_tui.domain.assessment import Assessment
from ctg_tui.domain.grid import Grid


class GridChange(NamedTuple):
    """Versions then and now; how many answers, how many of them without a cell now, how many cells now."""

    grid_id: str
    former_version: str
    version: str
    answers: int
    without_cell: int
    cells: int


def grid_change(grid: Grid, assessment: Assessment) -> GridChange:
    """What tells `grid` from the grid of the same id that `assessment` was filled with."""
    cells = frozenset(grid.cells)
    return GridChange(
        grid.id,
        assessment.grid_version,
        grid.version,
        len(assessment.answers),
        sum(cell not in cells for cell in assessment.answers),
        len(cells),
    )
