"""HTML and SVG as values, and the one function that serialises them.

Safe by construction: a page is made of `Element` and `str` only, every `str` is cleaned and escaped here, and
only the names below can be written: no script, frame, image or event handler, and no link out of the page.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
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
        *("small", "caption", "th", "td", "figcaption", "desc", "text", "tspan", "path", "polygon", "circle"),
        "line",
        "col",
    }
)
_VOID = frozenset({"meta", "col"})

_ATTRIBUTES = frozenset(
    {
        *("lang", "dir", "id", "class", "href", "role", "title", "tabindex", "charset", "name", "content"),
        *("http-equiv", "scope", "colspan", "rowspan", "focusable"),
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
