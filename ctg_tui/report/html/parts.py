"""The parts of the page: sections, tables, texts.

No element repeats its implicit ARIA role. On a phone the style sheet stacks the cells: Chromium still exposes
a table; for browsers that do not, each cell carries the name of its column.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ctg_tui.report.elements import Element, Node, element


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
