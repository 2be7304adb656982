"""The values of a radar: one axis per mission, one outline per policy, one for the whole.

With fewer than three missions, one outline whose axes are the policies.
"""

from __future__ import annotations

from typing import NamedTuple

from ctg_tui.domain.grid import Grid
from ctg_tui.domain.scores import Scores
from ctg_tui.wording.provenance import MARK

WHOLE = "ensemble"
"""The key of the outline of all policies together."""
FEWEST_AXES = 3
"""Fewer values than this make no surface."""


class Axis(NamedTuple):
    """A mission, by its Caf's lines or (`is_proposed`) by the others; or a policy, which has no `number`.

    The number is shown when the title has no room.
    """

    number: int | None
    title: str
    is_proposed: bool = False

    @property
    def mark(self) -> str:
        """What marks the axis of proposed lines."""
        return MARK if self.is_proposed else ""


class Outline(NamedTuple):
    """One line of the radar. `key` is a policy's id or `WHOLE`.

    `values` holds one percentage (0–100) per axis, None where nothing is rated: the outline is open there.
    `behind` marks last time's figures, dotted, drawn under the others.
    """

    key: str
    name: str
    values: tuple[int | None, ...]
    behind: bool = False


class Figures(NamedTuple):
    """The whole content of a radar. Every outline has as many values as there are axes.

    The figures on proposed lines have axes of their own: no outline adds them to the Caf's.
    """

    axes: tuple[Axis, ...]
    outlines: tuple[Outline, ...]

    def is_missing(self, axis: int) -> bool:
        """Return whether no outline has a percentage on the axis of this index."""
        return all(outline.values[axis] is None for outline in self.outlines)

    def figure(self, axis: int) -> int | None:
        """Return the percentage written at the end of the axis: that of the whole, the last outline."""
        return next((line.values[axis] for line in reversed(self.outlines) if not line.behind), None)


def figures(
    grid: Grid, scores: Scores, *, whole: bool = True, previous: Scores | None = None, previous_name: str = ""
) -> Figures:
    """Return the figures of `scores`: policies in grid order, then the whole unless `whole` is false.

    `previous` adds the whole of last time behind, called `previous_name` (« Ensemble 2026 »).
    """
    if is_by_policy(grid):
        return _by_policy(grid, scores, previous, previous_name)
    portions = grid.portions
    axes = tuple(
        Axis(portion.mission.number, portion.mission.short_title, portion.is_proposed) for portion in portions
    )
    outlines = []
    if previous is not None:
        values = tuple(previous.portion(portion).percentage for portion in portions)
        outlines.append(Outline(WHOLE, previous_name, values, behind=True))
    for policy in grid.policies:
        values = tuple(
            scores.side(portion.is_proposed).rubrics[portion.mission.id, policy.id].percentage
            for portion in portions
        )
        outlines.append(Outline(policy.id, policy.label, values))
    if whole:
        values = tuple(scores.portion(portion).percentage for portion in portions)
        outlines.append(Outline(WHOLE, "Ensemble", values))
    return Figures(axes, tuple(outlines))


def is_by_policy(grid: Grid) -> bool:
    """Return whether the axes are the policies: missions of the Caf alone, too few to make a surface."""
    return len(grid.portions) < FEWEST_AXES and not grid.has_proposed_activities


def _by_policy(grid: Grid, scores: Scores, previous: Scores | None, previous_name: str) -> Figures:
    """Return one outline whose axes are the policies: too few missions would draw a line, not a radar."""
    outlines = []
    for its_scores, name in ((previous, previous_name), (scores, "Ensemble")):
        if its_scores is not None:
            values = tuple(its_scores.policies[policy.id].percentage for policy in grid.policies)
            outlines.append(Outline(WHOLE, name, values, behind=its_scores is previous))
    return Figures(tuple(Axis(None, policy.label) for policy in grid.policies), tuple(outlines))
