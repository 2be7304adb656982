"""HTML and SVG as values, the parts of a page, and the one function that serialises them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from html import escape

from ctg_tui.domain.text import harmless

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
