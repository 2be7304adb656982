"""The values of a radar: one axis per mission, one outline per policy, one for the whole."""

from __future__ import annotations

from typing import NamedTuple

from ctg_tui.domain.grid import Grid
from ctg_tui.domain.scores import Scores

WHOLE = "ensemble"
"""The key of the outline of all policies together."""


class Axis(NamedTuple):
    """A mission. `number` is shown when the title has no room."""

    number: int
    title: str


class Outline(NamedTuple):
    """One line of the radar. `key` is a policy's id or `WHOLE`.

    `values` holds one percentage (0–100) per axis, None where nothing is rated: the outline is open there.
    `behind` marks last time's figures, drawn under the others with hollow marks.
    """

    key: str
    name: str
    values: tuple[int | None, ...]
    behind: bool = False


class Figures(NamedTuple):
    """The whole content of a radar. Every outline has as many values as there are axes."""

    axes: tuple[Axis, ...]
    outlines: tuple[Outline, ...]

    def is_missing(self, axis: int) -> bool:
        """Return whether no outline has a percentage on the axis of this index."""
        return all(outline.values[axis] is None for outline in self.outlines)


def figures(
    grid: Grid, scores: Scores, *, whole: bool = True, previous: Scores | None = None, previous_name: str = ""
) -> Figures:
    """Return the figures of `scores`: policies in grid order, then the whole unless `whole` is false.

    `previous` adds the whole of last time behind, called `previous_name` (« Ensemble 2026 »).
    """
    axes = tuple(Axis(mission.number, mission.short_title) for mission in grid.missions)
    outlines = []
    if previous is not None:
        outlines.append(Outline(WHOLE, previous_name, _whole(grid, previous), behind=True))
    for policy in grid.policies:
        values = tuple(scores.rubrics[mission.id, policy.id].percentage for mission in grid.missions)
        outlines.append(Outline(policy.id, policy.label, values))
    if whole:
        outlines.append(Outline(WHOLE, "Ensemble", _whole(grid, scores)))
    return Figures(axes, tuple(outlines))


def _whole(grid: Grid, scores: Scores) -> tuple[int | None, ...]:
    return tuple(scores.missions[mission.id].percentage for mission in grid.missions)
