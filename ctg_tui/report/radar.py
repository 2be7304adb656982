"""The radar as SVG, for the HTML report: this year's outline on a ground, last year's thin and dashed.

The drawing has a title and a description in words; a table of the report has the same figures.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from math import cos, pi, sin
from textwrap import wrap
from typing import Final, NamedTuple

from ctg_tui.chart.figures import FEWEST_AXES, Figures, in_words
from ctg_tui.report.elements import Element, element
from ctg_tui.wording.french import DASH, NBSP

_WIDTH: Final = 620
_HEIGHT: Final = 450
_CENTRE: Final = (_WIDTH / 2, 215.0)
_RADIUS: Final = 168.0
_RINGS: Final = (50, 100)
_MOST_AXES: Final = 15
"""More have no room for the names of their rubrics."""
_TITLE_COLUMNS: Final = 15
_TITLE_LINES: Final = 2
_LINE_HEIGHT: Final = 19
_BAR_HEIGHT: Final = 24
_BAR: Final = (250.0, 300.0)
"""Where a bar starts, and its length at 100 %."""


class _Point(NamedTuple):
    x: float
    y: float


def radar_svg(figures: Figures, name: str, title: str) -> Element:
    """Return the drawing of `figures`, called `title`; `name` begins its ids.

    An outline is open at an axis where it has no percentage. With fewer axes than make a surface, or more
    than can be distinguished, each is a bar.
    """
    is_round = FEWEST_AXES <= len(figures.axes) <= _MOST_AXES
    height = _HEIGHT if is_round else _BAR_HEIGHT * (len(figures.axes) + 1)
    drawn = [*_backdrop(figures), *_outlines(figures)] if is_round else _bars(figures)
    drawn += _legend(figures, height - 8)
    return element(
        "svg",
        element("title", title, id=f"{name}-titre"),
        element("desc", in_words(figures), id=f"{name}-description"),
        element("g", *drawn, aria_hidden="true"),
        viewBox=f"0 0 {_WIDTH} {height}",
        role="img",
        aria_labelledby=f"{name}-titre {name}-description",
        class_="radar",
    )


def _at(axes: int, axis: int, percentage: float) -> _Point:
    """Return a point of an axis, the first pointing up, the others clockwise."""
    angle = pi / 2 - 2 * pi * axis / axes
    reach = _RADIUS * percentage / 100
    return _Point(round(_CENTRE[0] + reach * cos(angle), 1), round(_CENTRE[1] - reach * sin(angle), 1))


def _backdrop(figures: Figures) -> list[Element]:
    axes = len(figures.axes)
    rings = [
        element("polygon", points=_points([_at(axes, axis, ring) for axis in range(axes)]), class_="anneau")
        for ring in _RINGS
    ]
    return [*rings, *(_label(figures, axis) for axis in range(axes))]


def _label(figures: Figures, axis: int) -> Element:
    """Return what stands at the end of an axis, wrapped, with its percentage."""
    end = _at(len(figures.axes), axis, 106)
    across, up = end.x - _CENTRE[0], _CENTRE[1] - end.y
    upright = abs(across) < 1
    shown = figures.axes[axis]
    columns, most = (3 * _TITLE_COLUMNS, 1) if upright else (_TITLE_COLUMNS, _TITLE_LINES)
    lines = wrap(shown.label, columns, max_lines=most, placeholder="…") or [""]
    if upright:
        lines[-1] += f" {_figure(shown.now)}"
    else:
        lines.append(_figure(shown.now))
    anchor = "middle" if upright else "start" if across > 0 else "end"
    first = end.y + 5 - (len(lines) - 1) * _LINE_HEIGHT / 2
    if upright:
        first = end.y - 2 if up > 0 else end.y + 16
    spans = [
        element("tspan", line, x=_n(end.x), y=_n(first + rank * _LINE_HEIGHT))
        for rank, line in enumerate(lines)
    ]
    return element("text", *spans, text_anchor=anchor, class_="titre")


def _outlines(figures: Figures) -> list[Element]:
    """Return the ground of this year's outline, last year's line, then this year's."""
    now = tuple(axis.now for axis in figures.axes)
    before = tuple(axis.before for axis in figures.axes)
    grounds = [
        element("polygon", points=_points([_Point(*_CENTRE), *side]), class_="dedans") for side in _sides(now)
    ]
    lines = [(before, "trace avant"), (now, "trace")]
    paths = [
        element("path", d="".join(f"M{_n(a.x)} {_n(a.y)}L{_n(b.x)} {_n(b.y)}" for a, b in sides), class_=name)
        for values, name in lines
        if (sides := _sides(values))
    ]
    return [*grounds, *paths]


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


def _bars(figures: Figures) -> list[Element]:
    """Return a bar per axis with its percentage, and a tick at last year's."""
    left, length = _BAR
    drawn = []
    for rank, axis in enumerate(figures.axes):
        y = rank * _BAR_HEIGHT + 12
        label = wrap(axis.label, 28, max_lines=1, placeholder="…") or [""]
        drawn.append(element("text", label[0], x=_n(left - 10), y=_n(y + 5), text_anchor="end"))
        drawn.append(element("path", d=f"M{_n(left)} {_n(y)}h{_n(length)}", class_="anneau"))
        if axis.now is not None:
            path = f"M{_n(left)} {_n(y)}h{_n(length * axis.now / 100)}"
            drawn.append(element("path", d=path, class_="trace barre"))
        if axis.before is not None:
            path = f"M{_n(left + length * axis.before / 100)} {_n(y - 10)}v20"
            drawn.append(element("path", d=path, class_="trace avant"))
        drawn.append(element("text", _figure(axis.now), x=_n(left + length + 8), y=_n(y + 5)))
    return drawn


def _legend(figures: Figures, y: float) -> list[Element]:
    """Return the two years with their lines; nothing without last year's figures."""
    if all(axis.before is None for axis in figures.axes):
        return []
    drawn = []
    for x, text, name in ((170.0, figures.year, "trace"), (300.0, figures.past, "trace avant")):
        drawn.append(element("path", d=f"M{_n(x)} {_n(y - 5)}h34", class_=name))
        drawn.append(element("text", text, x=_n(x + 42), y=_n(y)))
    return drawn


def _figure(value: int | None) -> str:
    return DASH if value is None else f"{value}{NBSP}%"


def _points(points: Sequence[_Point]) -> str:
    return " ".join(f"{_n(x)},{_n(y)}" for x, y in points)


def _n(number: float) -> str:
    """Format a coordinate to a tenth, without `-0`, so that every machine writes the same bytes."""
    return f"{round(number, 1) + 0:g}"
