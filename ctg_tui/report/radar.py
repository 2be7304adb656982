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
from ctg_tui.report.workbook import text_width
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
    """A text of the drawing: where it is held, its lines with their places, and whether it names a ring."""

    anchor: str
    lines: tuple[tuple[str, str, str], ...]
    is_ring: bool = False


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
    rings = [_points([_at(axes, axis, ring) for axis in range(axes)]) for ring in _RINGS]
    sides = _sides([axis.now for axis in figures.axes])
    grounds = [_points([_CENTRE, *side]) for side in sides]
    before = _path(_sides([axis.before for axis in figures.axes]))
    paths = [(path, name) for path, name in ((before, "trace avant"), (_path(sides), "trace")) if path]
    texts = [_label(figures, axis) for axis in range(axes)]
    height = round(max(float(y) for text in texts for _, y, _ in text.lines)) + 16
    left, right = (round(side(_sides_of(text)[side is max] for text in texts)) for side in (min, max))
    if any(axis.before is not None for axis in figures.axes):
        for x, year, name in ((220.0, figures.year, "trace"), (320.0, figures.past, "trace avant")):
            paths.append((f"M{_n(x)} {_n(height + 9)}h34", name))
            texts.append(_text("start", x + 42, height + 14, year))
        height += _LEGEND_HEIGHT
    for ring in _RINGS:
        x, y = _at(axes, 0, ring)
        texts.append(_text("start", x + 5, y + 13, str(ring))._replace(is_ring=True))
    return Drawing(
        left,
        right - left,
        height,
        in_words(figures),
        tuple(rings),
        tuple(grounds),
        tuple(paths),
        tuple(texts),
    )


def _at(axes: int, axis: int, percentage: float) -> _Point:
    """Return a point of an axis, the first pointing up, the others clockwise."""
    angle = pi / 2 - 2 * pi * axis / axes
    reach = _RADIUS * percentage / 100
    return round(_CENTRE[0] + reach * cos(angle), 1), round(_CENTRE[1] - reach * sin(angle), 1)


def _label(figures: Figures, axis: int) -> Label:
    """Return what stands at the end of an axis, wrapped, with its percentage."""
    x, y = _at(len(figures.axes), axis, 106)
    across, up = x - _CENTRE[0], _CENTRE[1] - y
    is_upright = abs(across) < 1
    shown = figures.axes[axis]
    columns, most = (3 * _TITLE_COLUMNS, 1) if is_upright else (_TITLE_COLUMNS, _TITLE_LINES)
    rows = wrap(shown.label, columns, max_lines=most, placeholder="…") or [""]
    if is_upright:
        rows[-1] += f" {_figure(shown.now)}"
        return _text("middle", x, y - 2 if up > 0 else y + 16, *rows)
    rows.append(_figure(shown.now))
    first = y + 5 - (len(rows) - 1) * _LINE_HEIGHT / 2
    return _text("start" if across > 0 else "end", x, first, *rows)


def _sides_of(text: Label) -> tuple[float, float]:
    """Return about from where to where a text goes, and at least from ring to ring."""
    wide = max(text_width(row) for _, _, row in text.lines) * _FONT_SIZE
    x = float(text.lines[0][0])
    start = x - {"start": 0.0, "middle": wide / 2, "end": wide}[text.anchor]
    return min(start - 4, _CENTRE[0] - _RADIUS), max(start + wide + 4, _CENTRE[0] + _RADIUS)


def _text(anchor: str, x: float, y: float, *rows: str) -> Label:
    return Label(anchor, tuple((_n(x), _n(y + rank * _LINE_HEIGHT), row) for rank, row in enumerate(rows)))


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


def _figure(value: int | None) -> str:
    return DASH if value is None else f"{value}{NBSP}%"


def _points(points: Sequence[_Point]) -> str:
    return " ".join(f"{_n(x)},{_n(y)}" for x, y in points)


def _n(number: float) -> str:
    """Format a coordinate to a tenth, without `-0`, so that every machine writes the same bytes."""
    return f"{round(number, 1) + 0:g}"
