"""The previous assessment of a territory, with its scores when the grid is the same."""

from __future__ import annotations

from typing import NamedTuple

from ctg_tui.domain.assessment import Assessment
from ctg_tui.domain.grid import Grid
from ctg_tui.domain.scores import Scores, score


class LastTime(NamedTuple):
    """The assessment before this one. `scores` is None when it was filled with another grid."""

    assessment: Assessment
    scores: Scores | None


def compared(former: Assessment, grid: Grid) -> LastTime:
    """Return `former` with its scores if it was filled with exactly `grid`, without them otherwise.

    Another grid, or another version of it, has other lines: the same answers would give other percentages.
    """
    same = former.grid_fingerprint == grid.fingerprint
    return LastTime(former, score(grid, former.answers) if same else None)
