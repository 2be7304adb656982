"""The bricks of the page: sections, tables that stay tables when stacked on a phone, texts as written.

No element repeats the role it has by itself. On a phone the style sheet stacks the cells: Chromium still
exposes a table; where a browser does not, each cell says its column's name.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ctg_tui.report.elements import Element, Node, element


def section(identifier: str, title: str, *children: Node | None, class_: str | None = None) -> Element:
    """A part of the page with its heading, which names it."""
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
    """A text as somebody wrote it: newlines kept, its direction its own."""
    return element("p", text, class_="ecrit")


def items(texts: Iterable[Node], class_: str | None = None) -> Element:
    return element("ul", *(element("li", text) for text in texts), class_=class_)


def hidden(text: str) -> Element:
    """A text for screen readers alone."""
    return element("span", text, class_="lu")


def definitions(rows: Iterable[tuple[str, str]], class_: str | None = None) -> Element:
    """Names and values; a value keeps its newlines."""
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
    """A table of rows made by `row`; `head` repeats on each printed page.

    `columns` are the classes that give the columns their widths, when the style sheet decides them.
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
    """A cell. `label` repeats its column's name; the style sheet shows it only where cells are stacked."""
    name = None if label is None else element("span", label, class_="etiquette")
    return element("td", name, *children, class_=class_)
