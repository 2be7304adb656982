"""Lines between points, as characters in cells: the only module that knows plotext.

plotext keeps one global figure: it is cleared before each plot and used by one thread at a time. It is
imported at the first plot, since that costs as much as painting a frame.
"""

from __future__ import annotations

from collections.abc import Sequence
from threading import Lock
from typing import NamedTuple

_RESET = "\x1b[0m"
_one_figure = Lock()


class Canvas(NamedTuple):
    """A size in cells. `braille` counts 2 × 4 dots in each cell, else each cell is one dot."""

    columns: int
    rows: int
    braille: bool

    @property
    def dots(self) -> tuple[int, int]:
        """The number of dots across and down."""
        return (2 * self.columns, 4 * self.rows) if self.braille else (self.columns, self.rows)


class Spot(NamedTuple):
    """A character in a cell; row 0 is the top."""

    row: int
    column: int
    character: str


Point = tuple[int, int]
"""A dot: across from the left, up from the bottom."""


def plot(
    canvas: Canvas, paths: Sequence[Sequence[Point]], character: str | None, points: Sequence[Point] = ()
) -> tuple[Spot, ...]:
    """Return the cells of the broken lines `paths` and of the lone `points`.

    Each is filled with `character` (None: braille).
    """
    import plotext

    across, down = canvas.dots
    with _one_figure:
        plotext.clear_figure()
        plotext.limit_size(False, False)
        plotext.theme("clear")
        plotext.plotsize(canvas.columns, canvas.rows)
        plotext.xaxes(False, False)
        plotext.yaxes(False, False)
        plotext.xticks([])
        plotext.yticks([])
        plotext.xlim(0, across - 1)
        plotext.ylim(0, down - 1)
        for path in paths:
            xs, ys = zip(*path, strict=True)
            plotext.plot(xs, ys, marker=character or "braille")
        if points:
            xs, ys = zip(*points, strict=True)
            plotext.scatter(xs, ys, marker=character or "braille")
        picture: str = plotext.build()
    lines = picture.replace(_RESET, "").split("\n")
    return tuple(
        Spot(row, column, drawn)
        for row, line in enumerate(lines)
        for column, drawn in enumerate(line)
        if drawn != " "
    )
