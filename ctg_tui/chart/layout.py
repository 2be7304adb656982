"""The geometry of a radar of a given size: centre, radius, axis ends, and the names around."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import cos, floor, pi, sin
from typing import NamedTuple

from ctg_tui.chart.plotting import Canvas, Point

MIN_RADIUS = 2
"""In rows. A smaller radar could not be read and is not drawn."""

UPRIGHT = 0.95  # |sine| from which a name stands above or below its axis rather than beside it


class Geometry(NamedTuple):
    """A round picture in cells twice as high as wide: `radius` rows up and down, twice as many columns."""

    row: int
    column: int
    radius: int
    axes: int
    braille: bool

    @property
    def canvas(self) -> Canvas:
        """The smallest canvas that holds the outer ring."""
        return Canvas(4 * self.radius + 1, 2 * self.radius + 1, self.braille)

    @property
    def top(self) -> int:
        return self.row - self.radius

    @property
    def left(self) -> int:
        return self.column - 2 * self.radius

    def dot(self, axis: int, percentage: int) -> Point:
        """Return the dot of a percentage (0–100) on an axis, in the canvas."""
        across, up = direction(axis, self.axes)
        if self.braille:
            reach = 4 * self.radius * percentage / 100
            return 4 * self.radius + _rounded(reach * across), 4 * self.radius + 1 + _rounded(reach * up)
        reach = self.radius * percentage / 100
        return 2 * self.radius + _rounded(2 * reach * across), self.radius + _rounded(reach * up)

    def cell(self, axis: int, percentage: int) -> tuple[int, int]:
        """Return the row and column of a percentage (0–100) on an axis, in the whole drawing."""
        return self._cell_of(*self.dot(axis, percentage))

    def _cell_of(self, x: int, y: int) -> tuple[int, int]:
        wide, high = (2, 4) if self.braille else (1, 1)
        return self.row + self.radius - y // high, self.left + x // wide

    def spans(self) -> dict[int, tuple[int, int]]:
        """Return the first and last column of the outer ring, in each row that it crosses."""
        spans: dict[int, tuple[int, int]] = {}
        ends = [self.dot(axis, 100) for axis in range(self.axes)]
        for (x, y), (other_x, other_y) in zip(ends, ends[1:] + ends[:1], strict=True):
            steps = max(abs(other_x - x), abs(other_y - y), 1)
            for step in range(steps + 1):
                across, up = (other_x - x) * step / steps, (other_y - y) * step / steps
                row, column = self._cell_of(x + _rounded(across), y + _rounded(up))
                first, last = spans.get(row, (column, column))
                spans[row] = min(first, column), max(last, column)
        return spans


def _rounded(reach: float) -> int:
    """Round half up, whatever the last bits of a sine: ends of one height are in one row."""
    return floor(reach + 0.5 + 1e-9)


def direction(axis: int, axes: int) -> tuple[float, float]:
    """Return the cosine and sine of an axis: the first points up, the others follow clockwise."""
    angle = pi / 2 - 2 * pi * axis / axes
    return cos(angle), sin(angle)


def geometries(axes: int, width: int, height: int, braille: bool, rows: Sequence[int]) -> Iterator[Geometry]:
    """Yield the radars that fit in `width` × `height` cells, largest first, down to `MIN_RADIUS`.

    `rows` are the rows that the names above and below the picture take.
    """
    above, below = rows
    largest = min((height - 1) // 2 + height // 4, (width - 1) // 4)
    for radius in range(largest, MIN_RADIUS - 1, -1):
        place = Geometry(0, width // 2, radius, axes, braille)
        ends = [place.cell(axis, 100)[0] for axis in range(axes)]
        up, down = -min(ends), max(*ends, 0)
        spare = height - above - below - up - down - 1
        if spare >= 0:
            yield place._replace(row=above + spare // 2 + up)


def rings(radius: int) -> tuple[int, ...]:
    """Return the percentages that get a ring, outermost first: as many as stay distinct at this radius."""
    if radius >= 6:
        return (100, 75, 50, 25)
    return (100, 50) if radius >= 3 else (100,)
