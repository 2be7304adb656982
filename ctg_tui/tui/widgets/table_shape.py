"""The layout of the table of a mission: its columns, the lines of each label, the names of the policies."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

from rich.cells import cell_len

from ctg_tui.domain.grid import Activity, Grid, Policy
from ctg_tui.tui.grid_shape import FRAME_LINES, MARGINS, Columns, Content, columns, rows
from ctg_tui.tui.texts import fit, shortened, shown, wrap_at_most
from ctg_tui.tui.view import View
from ctg_tui.wording.french import NBSP, wrap

_LONGEST_NOTE: Final = "[NC*]"
LAST_WIDTH: Final = 3
"""A space and last time's note."""


class Shape(NamedTuple):
    """The layout of the table for a mission and a size."""

    width: int
    number: int
    """The width of the longest number of a line."""
    label: int
    policies: tuple[int, ...]
    rows: tuple[int, ...]
    """The screen lines of each activity."""
    room: int
    """The screen lines for activities."""
    last: int = 0
    """The part of each policy's width, at its right, for last time's note; 0 when it is not shown."""

    @property
    def left(self) -> int:
        """The cells before the label."""
        return self.number + 3

    @property
    def notes(self) -> int:
        """The first cell of the notes."""
        return self.width - sum(self.policies)

    @property
    def visible(self) -> int:
        """The number of activities in sight: all, unless they do not fit with one screen line each."""
        return min(len(self.rows), self.room)


def contents(grid: Grid, last: int = 0) -> tuple[Content, ...]:
    """Return what each policy of `grid` needs in the table, `last` of it for last time's note."""
    whole = f"100{NBSP}%"
    least = max(cell_len(_LONGEST_NOTE), cell_len(whole)) + 1
    return tuple(Content(least, max(cell_len(shown(each.label)) + 2, least), last) for each in grid.policies)


def longest_number(grid: Grid) -> int:
    """Return the width of the longest number of a line: that of `1.14`."""
    return max(len(f"{each.number}.{len(each.activities)}") for each in grid.missions)


def table_columns(view: View, window: int) -> Columns:
    """Return the widths of the grid page in a window of so many columns."""
    last = LAST_WIDTH if view.has_beside else 0
    return columns(window, longest_number(view.grid), contents(view.grid, last))


def table_shape(view: View, window: int, width: int, height: int) -> Shape:
    """Return the layout of a table of that size, in a window of so many columns."""
    widths = table_columns(view, window)
    number, room = longest_number(view.grid), max(height - FRAME_LINES, 1)
    label = max(width - number - MARGINS - sum(widths.policies), 0)
    texts = [shown(activity.label) for activity in view.mission.activities]
    needed = [len(wrap(text, label)) for text in texts]
    lines = rows(needed, [cell_len(text) for text in texts], room)
    last = LAST_WIDTH if widths.shows_last else 0
    return Shape(width, number, label, widths.policies, lines, room, last)


def labels_of(activity: Activity, width: int, count: int) -> list[str]:
    """Return as many lines as an activity has on the screen, each at most as wide as the column."""
    lines = wrap_at_most(shown(activity.label), width, count)
    return [fit(line, width) for line in [*lines, ""][:count]]


def short_names(policies: Sequence[Policy], widths: Sequence[int]) -> list[str]:
    """Return a name for each column, unlike the others: without words common to all, else by its number."""
    labels = [shown(policy.label) for policy in policies]
    for texts in (labels, _without_common_words(labels)):
        names = [shortened(text, width - 1) for text, width in zip(texts, widths, strict=True)]
        if len(set(names)) == len(names):
            return names
    return [f"n°{NBSP}{number}" for number in range(1, len(names) + 1)]


def _without_common_words(texts: Sequence[str]) -> list[str]:
    words = [text.split() for text in texts]
    while min(map(len, words)) > 1 and len({text[0] for text in words}) == 1:
        words = [text[1:] for text in words]
    return [" ".join(text) for text in words]
