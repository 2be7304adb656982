"""The radar of the HTML report as values to draw: this year's surface, last year's line thin and dashed.

A table of the report has the same figures, and the description says them in words.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from math import cos, pi, sin
from typing import Final, NamedTuple

from ctg_tui.chart.figures import Axis, Figures, in_words
from ctg_tui.report.tables import shortened
from ctg_tui.wording.french import DASH, NBSP

_CENTRE: Final = (300.0, 215.0)
_RADIUS: Final = 168.0
_RINGS: Final = (50, 100)
_HEIGHT: Final = 430
_ROW: Final = 22
_LONGEST_LABEL: Final = 13

_Point = tuple[float, float]


class Text(NamedTuple):
    """A text of the drawing, of a row or two; `kind` is its class."""

    anchor: str
    x: float
    y: float
    rows: tuple[str, ...]
    kind: str = "titre"


class Drawing(NamedTuple):
    """What `templates/radar.svg` draws, in order: rings and grounds as polygons, paths with their class."""

    height: int
    description: str
    rings: list[str]
    grounds: list[str]
    paths: list[tuple[str, str]]
    texts: list[Text]


def drawing(figures: Figures) -> Drawing:
    """Return the drawing of `figures`, which are not empty; it is open at an axis without a percentage."""
    axes = len(figures.axes)
    rings = [_points([_at(axes, axis, ring) for axis in range(axes)]) for ring in _RINGS]
    now, before = (_sides(values) for values in figures.values)
    paths = [(_path(before), "trace avant")] * bool(before) + [(_path(now), "trace")] * bool(now)
    texts = [_label(axes, rank, axis) for rank, axis in enumerate(figures.axes)]
    for ring in _RINGS:
        x, y = _at(axes, 0, ring)
        texts.append(Text("start", x + 5, y + 13, (str(ring),), "anneaux"))
    if before:
        for x, year, kind in ((210.0, figures.year, "trace"), (320.0, figures.past, "trace avant")):
            paths.append((f"M{x:g} {_HEIGHT + 9}h34", kind))
            texts.append(Text("start", x + 42, _HEIGHT + 14, (year,)))
    grounds = [_points([_CENTRE, *side]) for side in now]
    return Drawing(_HEIGHT + 24 * bool(before), in_words(figures), rings, grounds, paths, texts)


def _at(axes: int, axis: int, percentage: float) -> _Point:
    """Return a point of an axis, the first pointing up, the others clockwise."""
    angle = pi / 2 - 2 * pi * axis / axes
    reach = _RADIUS * percentage / 100
    return round(_CENTRE[0] + reach * cos(angle), 1), round(_CENTRE[1] - reach * sin(angle), 1)


def _label(axes: int, rank: int, axis: Axis) -> Text:
    """Return what stands at the end of an axis: its name and its percentage."""
    x, y = _at(axes, rank, 106)
    rows = shortened(axis.label, _LONGEST_LABEL), DASH if axis.now is None else f"{axis.now}{NBSP}%"
    if abs(x - _CENTRE[0]) < 1:
        return Text("middle", x, y - 2 if y < _CENTRE[1] else y + 16, (" ".join(rows),))
    return Text("start" if x > _CENTRE[0] else "end", x, y + 5 - _ROW / 2, rows)


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
    return "".join(f"M{x:g} {y:g}L{to_x:g} {to_y:g}" for (x, y), (to_x, to_y) in sides)


def _points(points: Sequence[_Point]) -> str:
    return " ".join(f"{x:g},{y:g}" for x, y in points)
