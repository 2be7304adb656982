"""HTML and SVG as values, the parts of a page, the radar, and the one function that serialises them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from html import escape
from itertools import pairwise
from math import cos, pi, sin
from textwrap import wrap
from typing import Final, NamedTuple

from ctg_tui.chart.figures import Figures, in_words
from ctg_tui.chart.radar import FEWEST_AXES
from ctg_tui.domain.text import harmless
from ctg_tui.wording.french import DASH, NBSP

_BLOCKS = frozenset(
    {
        *("html", "head", "body", "header", "nav", "main", "section", "footer", "div", "ul", "ol", "dl"),
        *("table", "colgroup", "thead", "tbody", "tr", "figure", "svg", "g"),
    }
)
"""Elements between whose children white space is not rendered."""

_NAMES = _BLOCKS | frozenset(
    {
        *("meta", "title", "style", "h1", "h2", "h3", "p", "li", "dt", "dd", "a", "span", "strong", "abbr"),
        *("small", "caption", "th", "td", "figcaption", "desc", "text", "tspan", "path", "polygon", "col"),
    }
)
_VOID = frozenset({"meta", "col"})

_ATTRIBUTES = frozenset(
    {
        *("lang", "dir", "id", "class", "href", "role", "title", "tabindex", "charset", "name", "content"),
        *("http-equiv", "scope", "colspan", "rowspan"),
        *("aria-label", "aria-labelledby", "aria-hidden"),
        *("viewBox", "x", "y", "x1", "x2", "y1", "y2", "cx", "cy", "r", "dx", "dy", "width", "height"),
        *("d", "points", "text-anchor", "preserveAspectRatio"),
    }
)
_PLACE = re.compile(r"#[a-z][a-z0-9-]*")


@dataclass(frozen=True, slots=True)
class Element:
    """An element, made by `element` and written by `serialise`."""

    name: str
    attributes: tuple[tuple[str, str], ...]
    children: tuple[Node, ...]


Node = Element | str


def element(name: str, /, *children: Node | None, **attributes: str | int | None) -> Element:
    """Make an element; a child or an attribute that is None is left out.

    `class_` stands for `class`, and `_` for `-`. Raises ValueError for a name that the reports do not use,
    or a link out of the page.
    """
    if name not in _NAMES:
        raise ValueError(f"not an element of the reports: {name}")
    written = []
    for keyword, value in attributes.items():
        if value is None:
            continue
        attribute = keyword.rstrip("_").replace("_", "-")
        if attribute not in _ATTRIBUTES:
            raise ValueError(f"not an attribute of the reports: {attribute}")
        if attribute == "href" and not _PLACE.fullmatch(str(value)):
            raise ValueError("a link of the reports stays in the page")
        written.append((attribute, str(value)))
    return Element(name, tuple(written), tuple(child for child in children if child is not None))


def serialise(root: Element) -> str:
    """Return the markup of `root`. Nothing else writes a `<`."""
    return "".join(_markup(root))


def _markup(node: Node) -> Iterator[str]:
    if isinstance(node, str):
        yield escape(harmless(node, multiline=True), quote=False)
        return
    yield f"<{node.name}"
    for name, value in node.attributes:
        yield f' {name}="{escape(harmless(value))}"'
    yield ">"
    if node.name in _VOID:
        return
    if node.name == "style":
        yield _style_sheet(node)
    else:
        spaced = node.name in _BLOCKS and not any(isinstance(child, str) for child in node.children)
        for child in node.children:
            yield from ("\n",) if spaced else ()
            yield from _markup(child)
        yield from ("\n",) if spaced and node.children else ()
    yield f"</{node.name}>"


def _style_sheet(node: Element) -> str:
    """Return the text of a style element, which HTML does not unescape. Raises ValueError for a `<`."""
    text = "".join(child for child in node.children if isinstance(child, str))
    if "<" in text:
        raise ValueError("a style sheet of the reports holds no <")
    return text


# The parts of a page. No element repeats its implicit ARIA role. On a phone the style sheet stacks the cells:
# Chromium still exposes a table; for browsers that do not, each cell carries the name of its column.


def section(identifier: str, title: str, *children: Node | None, class_: str | None = None) -> Element:
    """Make a section labelled by its heading."""
    return element(
        "section",
        element("h2", title, id=identifier),
        *children,
        aria_labelledby=identifier,
        class_=class_,
    )


def paragraph(text: str, class_: str | None = None) -> Element:
    return element("p", text, class_=class_)


def written(text: str) -> Element:
    """Make a paragraph for a text of the person: the style sheet keeps its newlines and its direction."""
    return element("p", text, class_="ecrit")


def items(texts: Iterable[Node], class_: str | None = None) -> Element:
    return element("ul", *(element("li", text) for text in texts), class_=class_)


def hidden(text: str) -> Element:
    """Make a text for screen readers alone."""
    return element("span", text, class_="lu")


def definitions(rows: Iterable[tuple[str, str]], class_: str | None = None) -> Element:
    """Make a list of names and values; a value keeps its newlines."""
    pairs = (
        element("div", element("dt", name), element("dd", value, class_="ecrit")) for name, value in rows
    )
    return element("dl", *pairs, class_=class_)


def table(
    caption: str,
    head: Sequence[Element],
    *bodies: Sequence[Element],
    class_: str,
    caption_class: str | None = None,
    columns: Iterable[str] = (),
) -> Element:
    """Make a table of rows made by `row`; `head` repeats on each printed page.

    `columns` are the classes that give the columns their widths; empty lets the browser choose.
    """
    widths = [element("col", class_=name) for name in columns]
    return element(
        "table",
        element("caption", caption, class_=caption_class),
        element("colgroup", *widths) if widths else None,
        element("thead", *head),
        *(element("tbody", *body) for body in bodies if body),
        class_=class_,
    )


def row(*cells: Element, class_: str | None = None) -> Element:
    return element("tr", *cells, class_=class_)


def column_header(*children: Node, columns: int = 1, rows: int = 1, class_: str | None = None) -> Element:
    return element(
        "th",
        *children,
        scope="col" if columns == 1 else "colgroup",
        colspan=columns if columns > 1 else None,
        rowspan=rows if rows > 1 else None,
        class_=class_,
    )


def row_header(*children: Node | None, class_: str | None = None) -> Element:
    return element("th", *children, scope="row", class_=class_)


def cell(*children: Node | None, label: Node | None = None, class_: str | None = None) -> Element:
    """Make a cell. `label` repeats its column's name, shown only where cells are stacked."""
    name = None if label is None else element("span", label, class_="etiquette")
    return element("td", name, *children, class_=class_)


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
    than can be told apart, each is a bar.
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
