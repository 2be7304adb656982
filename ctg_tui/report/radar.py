"""The radar as SVG, for the HTML report: outlines differ by marks and dashes as well as by colour.

The drawing has a title and a description in words; the table beside it has the same marks and figures.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import cos, pi, sin
from operator import itemgetter
from textwrap import wrap
from typing import Final, NamedTuple

from ctg_tui.chart.figures import WHOLE, Figures
from ctg_tui.chart.levels import Level
from ctg_tui.chart.picture import describe
from ctg_tui.chart.radar import legend_marks
from ctg_tui.report.elements import Element, element
from ctg_tui.wording.french import DASH, NBSP

_WIDTH: Final = 620
_HEIGHT: Final = 450
_CENTRE: Final = (_WIDTH / 2, 222.0)
_RADIUS: Final = 168.0
_RINGS: Final = (25, 50, 75, 100)
_TITLE_COLUMNS: Final = 15
_TITLE_LINES: Final = 5
_LINE_HEIGHT: Final = 19
_CLOSE: Final = 5
"""Values nearer than this on one axis have their marks side by side: one would hide the other."""
_MARK_STEP: Final = 13.0
_SAME_FIGURES: Final = "Les mêmes chiffres sont dans le tableau qui suit."
_PROPOSED: Final = " propose"
"""The CSS class of what rests on proposed lines: dotted, with hollow marks."""

# Corners of each mark of the legend, around (0, 0), y down; any other mark is drawn as a circle.
_CORNERS: Final = {
    "▲": ((0, -7.5), (7, 5.5), (-7, 5.5)),
    "■": ((-5.5, -5.5), (5.5, -5.5), (5.5, 5.5), (-5.5, 5.5)),
    "▼": ((0, 7.5), (7, -5.5), (-7, -5.5)),
    "►": ((7.5, 0), (-5.5, 7), (-5.5, -7)),
    "◄": ((-7.5, 0), (5.5, 7), (5.5, -7)),
    "◆": ((0, -8), (8, 0), (0, 8), (-8, 0)),
    "×": (
        *((0, -2), (4, -6), (6, -4), (2, 0), (6, 4), (4, 6)),
        *((0, 2), (-4, 6), (-6, 4), (-2, 0), (-6, -4), (-4, -6)),
    ),
}


class _Point(NamedTuple):
    x: float
    y: float


def radar_svg(figures: Figures) -> Element:
    """Return the drawing of `figures`.

    An outline is open at an axis where it has no percentage; an axis without any percentage is dashed, with
    « sans pourcentage » in its title.
    """
    marks = legend_marks(figures, Level.RICH)
    order = drawing_order(figures)
    return element(
        "svg",
        element("title", "Radar des pourcentages par mission", id="radar-titre"),
        element("desc", f"{describe(figures)} {_SAME_FIGURES}", id="radar-description"),
        element("g", *_backdrop(figures), aria_hidden="true"),
        element(
            "g",
            *(
                element("path", d=path, class_=f"trace {style_class(figures, rank)}{kind}")
                for rank in order
                for kind, path in _paths(figures, rank)
            ),
            *_vertices(figures, marks, order),
            *_scale(len(figures.axes)),
            aria_hidden="true",
        ),
        viewBox=f"0 0 {_WIDTH} {_HEIGHT}",
        role="img",
        aria_labelledby="radar-titre radar-description",
        class_="radar",
    )


def drawing_order(figures: Figures) -> list[int]:
    """Return the ranks of the outlines, lowest first: last time's, the whole (a thick line), the policies."""
    outlines = figures.outlines
    return sorted(
        range(len(outlines)), key=lambda rank: (not outlines[rank].behind, outlines[rank].key != WHOLE)
    )


def style_class(figures: Figures, rank: int) -> str:
    """Return the CSS class of an outline: by rank of the policy, for the whole, or for last time's."""
    outline = figures.outlines[rank]
    if outline.behind:
        return "avant"
    policies = [line.key for line in figures.outlines if not line.behind][:-1]
    return f"p{policies.index(outline.key) % 6}" if outline.key in policies else "ensemble"


def mark_svg(mark: str, class_: str) -> Element:
    """Return a mark alone, to stand beside a name in the table."""
    return element(
        "svg",
        _mark(mark, _Point(10, 10), class_),
        viewBox="0 0 20 20",
        class_="marque",
        aria_hidden="true",
        focusable="false",
    )


def _at(axes: int, axis: int, percentage: float, aside: float = 0) -> _Point:
    """Return a point of an axis, the first pointing up, the others clockwise.

    `aside` moves it across the axis, in the units of the drawing.
    """
    angle = pi / 2 - 2 * pi * axis / axes
    reach = _RADIUS * percentage / 100
    x = _CENTRE[0] + reach * cos(angle) + aside * sin(angle)
    y = _CENTRE[1] - reach * sin(angle) + aside * cos(angle)
    return _Point(round(x, 1), round(y, 1))


def _backdrop(figures: Figures) -> list[Element]:
    axes = len(figures.axes)
    rings = [_ring(axes, ring) for ring in _RINGS]
    spokes = []
    for axis in range(axes):
        end = _at(axes, axis, 100)
        missing = figures.is_missing(axis)
        class_ = "axe sans" if missing else "axe"
        spokes.append(
            element("line", x1=_n(_CENTRE[0]), y1=_n(_CENTRE[1]), x2=_n(end.x), y2=_n(end.y), class_=class_)
        )
    return [*rings, *spokes, *(_title(figures, axis) for axis in range(axes))]


def _scale(axes: int) -> list[Element]:
    """Return the labels of the rings (25 to 100), drawn over the outlines."""
    places = [(ring, _at(axes, 0, ring)) for ring in _RINGS]
    return [
        element("text", f"{ring}", x=_n(point.x + 5), y=_n(point.y + 14), class_="echelle")
        for ring, point in places
    ]


def _ring(axes: int, ring: int) -> Element:
    """Return a closed line through the same percentage of every axis; a circle for fewer than three axes."""
    if axes < 3:
        return element(
            "circle", cx=_n(_CENTRE[0]), cy=_n(_CENTRE[1]), r=_n(_RADIUS * ring / 100), class_="anneau"
        )
    return element(
        "polygon", points=_points([_at(axes, axis, ring) for axis in range(axes)]), class_="anneau"
    )


def _title(figures: Figures, axis: int) -> Element:
    """Return the number and title of a mission, wrapped, outside the outer ring."""
    suffix = f" {DASH} sans pourcentage" if figures.is_missing(axis) else ""
    end = _at(len(figures.axes), axis, 106)
    across, up = end.x - _CENTRE[0], _CENTRE[1] - end.y
    upright = abs(across) < 1
    shown = figures.axes[axis]
    number = "" if shown.number is None else f"{shown.number}{shown.mark and NBSP + shown.mark} "
    text = f"{number}{shown.title}{suffix}"
    columns, most = (3 * _TITLE_COLUMNS, 2) if upright else (_TITLE_COLUMNS, _TITLE_LINES)
    lines = wrap(text, columns, max_lines=most, placeholder="…") or [""]
    anchor = "middle" if upright else "start" if across > 0 else "end"
    first = end.y + 5 - (len(lines) - 1) * _LINE_HEIGHT / 2
    if upright:
        first = end.y - 2 - (len(lines) - 1) * _LINE_HEIGHT if up > 0 else end.y + 16
    spans = [
        element("tspan", line, x=_n(end.x), y=_n(first + rank * _LINE_HEIGHT))
        for rank, line in enumerate(lines)
    ]
    return element("text", *spans, text_anchor=anchor, class_="titre")


def _paths(figures: Figures, rank: int) -> Iterator[tuple[str, str]]:
    """Yield the line of an outline between the Caf's figures and, dotted, that to and from the others.

    It joins neighbouring axes that both have a percentage, the last axis and the first included.
    """
    axes, values = figures.axes, figures.outlines[rank].values
    moves: dict[bool, str] = {False: ""}
    for axis, value in enumerate(values):
        following = (axis + 1) % len(axes)
        other = values[following]
        if value is not None and other is not None and following != axis:
            start, end = _at(len(axes), axis, value), _at(len(axes), following, other)
            dotted = axes[axis].is_proposed or axes[following].is_proposed
            move = f"M{_n(start.x)} {_n(start.y)}L{_n(end.x)} {_n(end.y)}"
            moves[dotted] = moves.get(dotted, "") + move
    for dotted, path in moves.items():
        yield _PROPOSED * dotted, path


def _vertices(figures: Figures, marks: Sequence[str], order: Sequence[int]) -> list[Element]:
    """Return the marks; those of nearly equal percentages stand side by side, across their axis."""
    axes = len(figures.axes)
    drawn = []
    for axis in range(axes):
        placed = sorted(
            (value, rank) for rank in order if (value := figures.outlines[rank].values[axis]) is not None
        )
        groups: list[list[tuple[int, int]]] = []
        for value, rank in placed:
            if groups and value - groups[-1][-1][0] < _CLOSE:
                groups[-1].append((value, rank))
            else:
                groups.append([(value, rank)])
        for group in groups:
            for place, (value, rank) in enumerate(sorted(group, key=itemgetter(1))):
                aside = (place - (len(group) - 1) / 2) * _MARK_STEP
                point = _at(axes, axis, value, aside)
                class_ = style_class(figures, rank) + _PROPOSED * figures.axes[axis].is_proposed
                drawn.append(_mark(marks[rank], point, class_))
    return drawn


def _mark(mark: str, point: _Point, class_: str) -> Element:
    class_ = f"sommet {class_}"
    if mark not in _CORNERS:
        return element("circle", cx=_n(point.x), cy=_n(point.y), r="6", class_=class_)
    corners = [_Point(point.x + x, point.y + y) for x, y in _CORNERS[mark]]
    return element("polygon", points=_points(corners), class_=class_)


def _points(points: Sequence[_Point]) -> str:
    return " ".join(f"{_n(x)},{_n(y)}" for x, y in points)


def _n(number: float) -> str:
    """Format a coordinate to a tenth, without `-0`, so that every machine writes the same bytes."""
    return f"{round(number, 1) + 0:g}"
