"""The previous assessment of a territory, with its scores and answers on the lines that both grids have."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final, NamedTuple

from ctg_tui.domain.answers import NOT_CONCERNED, Answer, Cell
from ctg_tui.domain.assessment import Assessment
from ctg_tui.domain.correspondences import carried_lines
from ctg_tui.domain.grid import Grid
from ctg_tui.domain.scores import Scores, score

_NOTHING: Final[Mapping[Any, Any]] = MappingProxyType({})


class LastTime(NamedTuple):
    """The assessment before this one. `scores` is None when no line of it can be compared.

    All is of the lines of `present`, a view of the present grid: another view of it asks `on` first.
    `scores` rest on `compared_lines` activities; `other_lines` are those that only one of the two grids has.
    `grid` is the one it was filled with, None when it is not known. `answers` and `comments` are those of the
    lines that both grids have, by the ids of the present grid.
    """

    assessment: Assessment
    present: Grid
    scores: Scores | None
    compared_lines: int = 0
    other_lines: int = 0
    grid: Grid | None = None
    answers: Mapping[Cell, Answer] = _NOTHING
    comments: Mapping[str, str] = _NOTHING

    @property
    def year(self) -> int:
        return self.assessment.identity.year

    def on(self, grid: Grid) -> LastTime:
        """Return last time as compared with `grid`, which may show other lines than `present`."""
        return self if grid is self.present else compared(self.assessment, grid, self.grid)


def compared(former: Assessment, grid: Grid, own: Grid | None) -> LastTime:
    """Return `former` with its scores over `grid`; `own` is the grid it was filled with, if it is known.

    Another grid, or another version of it, has other lines: only those that correspond are scored, since the
    answers of the others would give other percentages. Lines that either left aside were not asked then or
    are not now: they count as neither.
    """
    asked = grid.without_proposed_lines if own is not None and own.left_aside else grid
    if former.grid_fingerprint == grid.fingerprint:
        scores = score(grid, former.answers)
        common = len(asked.activities)
        return LastTime(former, grid, scores, common, 0, own or grid, former.answers, former.comments)
    if own is None:
        return LastTime(former, grid, None)
    lines = {old: new for old, new in carried_lines(own, grid).items() if new in grid.activities}
    if not lines:
        return LastTime(former, grid, None, grid=own)
    answers = {
        Cell(lines[cell.activity], cell.policy): answer
        for cell, answer in former.answers.items()
        if cell.activity in lines
    }
    gone = [old for old in own.activities if old not in lines and old not in grid.left_aside]
    new = asked.activities.keys() - lines.values()
    others = len(new) + len(gone)
    comments = {lines[line]: text for line, text in former.comments.items() if line in lines}
    return LastTime(former, grid, score(grid, answers), len(lines), others, own, answers, comments)


def neutral_cells(former: Assessment, grid: Grid, own: Grid | None) -> list[Cell]:
    """Return the cells of `grid` whose line was NC in `former`; none when its grid is not known.

    `own` is that grid: without it, the same id may be another line.
    """
    lines = {} if own is None else {new: old for old, new in carried_lines(own, grid).items()}
    return [
        cell
        for cell in grid.cells
        if former.answers.get(Cell(lines.get(cell.activity, ""), cell.policy)) is NOT_CONCERNED
    ]
