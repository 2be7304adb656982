"""The radar of the HTML report as values to draw: this year's surface, last year's line thin and dashed.

A table of the report has the same figures, and the description says them in words.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from math import cos, pi, sin
from textwrap import wrap
from typing import Final, NamedTuple

from ctg_tui.chart.figures import Figures, in_words
from ctg_tui.report.workbook import LETTER
from ctg_tui.wording.french import DASH, NBSP

_WIDTH: Final = 620
_CENTRE: Final = (_WIDTH / 2, 215.0)
_RADIUS: Final = 168.0
_RINGS: Final = (50, 100)
_TITLE_COLUMNS: Final = 15
_TITLE_LINES: Final = 2
_LINE_HEIGHT: Final = 22
_LEGEND_HEIGHT: Final = 24
_FONT_SIZE: Final = 19

_Point = tuple[float, float]


class Label(NamedTuple):
    """A text of the drawing: where its first row is held, and whether it names a ring."""

    anchor: str
    x: float
    y: float
    rows: tuple[str, ...]
    is_ring: bool = False

    @property
    def lines(self) -> list[tuple[str, str, str]]:
        """Return the rows with their places."""
        return [(_n(self.x), _n(self.y + rank * _LINE_HEIGHT), row) for rank, row in enumerate(self.rows)]

    @property
    def sides(self) -> tuple[float, float]:
        """Return about from where to where it goes, and at least from ring to ring."""
        wide = max(map(len, self.rows)) * LETTER * _FONT_SIZE
        start = self.x - {"start": 0.0, "middle": wide / 2, "end": wide}[self.anchor]
        return min(start - 4, _CENTRE[0] - _RADIUS), max(start + wide + 4, _CENTRE[0] + _RADIUS)


class Drawing(NamedTuple):
    """What `templates/radar.svg` draws, in order: rings and grounds as polygons, paths with their class.

    `left` is where it begins, so that it is no wider than what it shows.
    """

    left: int
    width: int
    height: int
    description: str
    rings: tuple[str, ...]
    grounds: tuple[str, ...]
    paths: tuple[tuple[str, str], ...]
    texts: tuple[Label, ...]


def drawing(figures: Figures) -> Drawing:
    """Return the drawing of `figures`, which are not empty; it is open at an axis without a percentage."""
    axes = len(figures.axes)
    rings = (_points([_at(axes, axis, ring) for axis in range(axes)]) for ring in _RINGS)
    sides = _sides([axis.now for axis in figures.axes])
    before = _path(_sides([axis.before for axis in figures.axes]))
    paths = [(path, name) for path, name in ((before, "trace avant"), (_path(sides), "trace")) if path]
    texts = [_label(figures, axis) for axis in range(axes)]
    height = round(max(text.y + (len(text.rows) - 1) * _LINE_HEIGHT for text in texts)) + 16
    left = round(min(text.sides[0] for text in texts))
    width = round(max(text.sides[1] for text in texts)) - left
    if any(axis.before is not None for axis in figures.axes):
        for x, year, name in ((220.0, figures.year, "trace"), (320.0, figures.past, "trace avant")):
            paths.append((f"M{_n(x)} {_n(height + 9)}h34", name))
            texts.append(Label("start", x + 42, height + 14, (year,)))
        height += _LEGEND_HEIGHT
    for ring in _RINGS:
        x, y = _at(axes, 0, ring)
        texts.append(Label("start", x + 5, y + 13, (str(ring),), is_ring=True))
    grounds = tuple(_points([_CENTRE, *side]) for side in sides)
    description = in_words(figures)
    return Drawing(left, width, height, description, tuple(rings), grounds, tuple(paths), tuple(texts))


def _at(axes: int, axis: int, percentage: float) -> _Point:
    """Return a point of an axis, the first pointing up, the others clockwise."""
    angle = pi / 2 - 2 * pi * axis / axes
    reach = _RADIUS * percentage / 100
    return round(_CENTRE[0] + reach * cos(angle), 1), round(_CENTRE[1] - reach * sin(angle), 1)


def _label(figures: Figures, axis: int) -> Label:
    """Return what stands at the end of an axis, wrapped, with its percentage."""
    x, y = _at(len(figures.axes), axis, 106)
    across, up = x - _CENTRE[0], _CENTRE[1] - y
    shown = figures.axes[axis]
    figure = DASH if shown.now is None else f"{shown.now}{NBSP}%"
    if abs(across) < 1:
        rows = wrap(shown.label, 3 * _TITLE_COLUMNS, max_lines=1, placeholder="…") or [""]
        return Label("middle", x, y - 2 if up > 0 else y + 16, (f"{rows[0]} {figure}",))
    rows = [*wrap(shown.label, _TITLE_COLUMNS, max_lines=_TITLE_LINES, placeholder="…"), figure]
    first = y + 5 - (len(rows) - 1) * _LINE_HEIGHT / 2
    return Label("start" if across > 0 else "end", x, first, tuple(rows))


def _sides(values: Sequence[int | None]) -> list[tuple[_Point, _Point]]:
    """Return the sides between neighbouring axes that both have a value; one alone is a point."""
    points = [None if value is None else _at(len(values), axis, value) for axis, value in enumerate(values)]
    sides = []
    for rank, (point, after) in enumerate(pairwise([*points, points[0]])):
        if point is not None and after is not None:
            sides.append((point, after))
        elif point is not None and points[rank - 1] is None:
            sides.append((point, point))
    return sides


def _path(sides: Sequence[tuple[_Point, _Point]]) -> str:
    return "".join(f"M{_n(x)} {_n(y)}L{_n(to_x)} {_n(to_y)}" for (x, y), (to_x, to_y) in sides)


def _points(points: Sequence[_Point]) -> str:
    return " ".join(f"{_n(x)},{_n(y)}" for x, y in points)


def _n(number: float) -> str:
    """Format a coordinate to a tenth, without `-0`, so that every machine writes the same bytes."""
    return f"{round(number, 1) + 0:g}"
