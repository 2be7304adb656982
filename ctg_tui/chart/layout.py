"""The geometry of a radar of a given size: centre, radius, axis ends, and the titles around."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import cos, pi, sin
from typing import NamedTuple

from rich.cells import cell_len, set_cell_size

from ctg_tui.chart.figures import Axis
from ctg_tui.chart.levels import Glyphs
from ctg_tui.chart.plotting import Canvas, Point
from ctg_tui.wording.wrapping import wrap

MIN_RADIUS = 2
"""In rows. A smaller radar could not be read and is not drawn."""

_MAX_TITLE_LINES = 4
_UPRIGHT = 0.9  # |sine| from which a title stands above or below its axis rather than beside it


class Label(NamedTuple):
    """A text to write from this cell on."""

    row: int
    column: int
    text: str
    axis: int


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

    def direction(self, axis: int) -> tuple[float, float]:
        """Return the cosine and sine of an axis: the first points up, the others follow clockwise."""
        angle = pi / 2 - 2 * pi * axis / self.axes
        return cos(angle), sin(angle)

    def dot(self, axis: int, percentage: int) -> Point:
        """Return the dot of a percentage (0–100) on an axis, in the canvas."""
        across, up = self.direction(axis)
        if self.braille:
            reach = 4 * self.radius * percentage / 100
            return 4 * self.radius + round(reach * across), 4 * self.radius + 1 + round(reach * up)
        reach = self.radius * percentage / 100
        return 2 * self.radius + round(2 * reach * across), self.radius + round(reach * up)

    def cell(self, axis: int, percentage: int) -> tuple[int, int]:
        """Return the row and column of a percentage (0–100) on an axis, in the whole drawing."""
        x, y = self.dot(axis, percentage)
        wide, high = (2, 4) if self.braille else (1, 1)
        return self.row + self.radius - y // high, self.left + x // wide


def geometry(axes: int, width: int, height: int, braille: bool) -> Geometry | None:
    """Return the largest radar whose titles fit in `width` × `height` cells; None below `MIN_RADIUS`."""
    sines = [sin(pi / 2 - 2 * pi * axis / axes) for axis in range(axes)]
    above = int(any(sine > _UPRIGHT for sine in sines))
    below = int(any(sine < -_UPRIGHT for sine in sines))
    beside = min(max(width // 6, 3), 12) if any(abs(sine) <= _UPRIGHT for sine in sines) else 0
    radius = min((height - above - below - 1) // 2, (width - 1 - 2 * beside) // 4)
    if radius < MIN_RADIUS:
        return None
    spare = height - above - below - (2 * radius + 1)
    return Geometry(above + spare // 2 + radius, width // 2, radius, axes, braille)


def rings(radius: int) -> tuple[int, ...]:
    """Return the percentages that get a ring, outermost first: as many as stay distinct at this radius."""
    if radius >= 6:
        return (100, 75, 50, 25)
    return (100, 50) if radius >= 3 else (100,)


def titles(
    place: Geometry, axes: Sequence[Axis], missing: frozenset[int], width: int, glyphs: Glyphs
) -> Iterator[Label]:
    """Yield the titles of the axes around the outer ring, with a dash for an axis without a percentage."""
    for index, axis in enumerate(axes):
        across, up = place.direction(index)
        row, column = place.cell(index, 100)
        suffix = f" {glyphs.dash}" if index in missing else ""
        if abs(up) > _UPRIGHT:
            (text,) = _fit(axis, suffix, width, 1, glyphs)
            start = min(max(column - cell_len(text) // 2, 0), width - cell_len(text))
            yield Label(row - 1 if up > 0 else row + 1, start, text, index)
            continue
        room = column - 1 if across < 0 else width - column - 2
        lines = _fit(axis, suffix, room, min(_MAX_TITLE_LINES, 2 * place.radius + 1), glyphs)
        first = row - len(lines) // 2
        for number, text in enumerate(lines):
            start = column - 1 - cell_len(text) if across < 0 else column + 2
            yield Label(first + number, start, text, index)


def _fit(axis: Axis, suffix: str, room: int, rows: int, glyphs: Glyphs) -> list[str]:
    """Return number and title in `room` columns: on at most `rows` lines, else cut, else the number alone.

    A mark follows the number of proposed lines, so that no cut takes it away. A policy has a title alone.
    """
    number = "" if axis.number is None else f"{axis.number}{glyphs.proposed * axis.is_proposed}"
    begin = f"{number} " if number else ""
    whole = f"{begin}{axis.title}{suffix}"
    lines = wrap(whole, room)
    if len(lines) <= rows and max(map(cell_len, whole.split(" "))) <= room:
        return lines
    title_width = room - cell_len(f"{begin}{glyphs.ellipsis}{suffix}")
    if title_width >= (5 if number else 1):
        return [f"{begin}{set_cell_size(axis.title, title_width).rstrip()}{glyphs.ellipsis}{suffix}"]
    with_suffix = f"{number}{suffix}"
    return [with_suffix if cell_len(with_suffix) <= room else number]
