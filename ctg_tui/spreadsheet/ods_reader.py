"""An .ods as plain facts: the values that are shown, annotations, merged ranges, what is hidden."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final
from xml.etree.ElementTree import Element

from ctg_tui.domain.text import clean
from ctg_tui.spreadsheet import refusals
from ctg_tui.spreadsheet.cells import Display, Position, Sheet, SheetCell, number_text
from ctg_tui.spreadsheet.package import MAX_CELLS, Package, attribute, local_name

CONTENT: Final = "content.xml"
_MOST_REPEATED: Final = 1_000
"""Rows or columns that hold something are never repeated more often; empty ones are only counted."""
_MOST_SPACES: Final = 100
_LIST_OF_MACROS: Final = re.compile(r"(?:^|/|(?:script|dialog)-l[bc]\.xml)$")
_HIDDEN: Final = frozenset({"collapse", "filter"})


def is_macro(part: str) -> bool:
    """Return whether a part is a macro: a script, or what is in `Basic/` besides its lists, often empty."""
    folder, _, name = part.partition("/")
    return (folder == "Basic" and not _LIST_OF_MACROS.search(name)) or (folder == "Scripts" and name != "")


def read(package: Package) -> tuple[Sheet, ...]:
    """Return the sheets of a document, in its order. Raises InvalidDocument over the limits."""
    if b"manifest:algorithm" in package.read("META-INF/manifest.xml"):
        raise refusals.protected_by_password(package.name)
    sheets = []
    left = MAX_CELLS
    hidden_styles: set[str] = set()
    for element in package.elements(CONTENT, "style", "table"):
        if local_name(element.tag) == "style":
            if any(attribute(properties, "display") == "false" for properties in element):
                hidden_styles.add(attribute(element, "name"))
            continue
        is_hidden = attribute(element, "style-name") in hidden_styles
        sheet = Sheet(clean(attribute(element, "name")), is_hidden=is_hidden)
        left = _fill(element, sheet, package.name, left)
        sheets.append(sheet)
    return tuple(sheets)


def _fill(table: Element, sheet: Sheet, name: str, left: int) -> int:
    column = 0
    row_number = 0
    for element in _flat(table):
        repeated = int(attribute(element, f"number-{local_name(element.tag)[6:]}s-repeated") or 1)
        if local_name(element.tag) == "table-column":
            if attribute(element, "visibility") in _HIDDEN:
                sheet.hidden_columns |= set(range(column + 1, column + 1 + min(repeated, _MOST_REPEATED)))
            column += repeated
            continue
        cells = list(_row_cells(element, row_number + 1, sheet))
        if cells and repeated > _MOST_REPEATED:
            raise refusals.too_large(name)
        for copy in range(repeated if cells else 0):
            for position, cell in cells:
                sheet.cells[Position(position.row + copy, position.column)] = cell
                left -= 1
                if left < 0:
                    raise refusals.too_large(name)
        if attribute(element, "visibility") in _HIDDEN:
            sheet.hidden_rows |= set(range(row_number + 1, row_number + 1 + min(repeated, _MOST_REPEATED)))
        row_number += repeated
    return left


def _flat(table: Element) -> Iterator[Element]:
    """Yield the columns and rows of a table, also those inside groups and headers, in order."""
    for child in table:
        match local_name(child.tag):
            case "table-row" | "table-column":
                yield child
            case "table-row-group" | "table-header-rows" | "table-rows" | "table-column-group":
                yield from _flat(child)
            case "table-header-columns" | "table-columns":
                yield from _flat(child)


def _row_cells(row: Element, number: int, sheet: Sheet) -> Iterator[tuple[Position, SheetCell]]:
    column = 1
    for element in row:
        name = local_name(element.tag)
        if name not in {"table-cell", "covered-table-cell"}:
            continue
        repeated = int(attribute(element, "number-columns-repeated") or 1)
        cell = SheetCell("") if name == "covered-table-cell" else _cell(element)
        if cell.text or cell.remark:
            for copy in range(min(repeated, _MOST_REPEATED)):
                yield Position(number, column + copy), cell
        if name == "table-cell":
            _merge(element, Position(number, column), sheet)
        column += repeated


def _merge(element: Element, top: Position, sheet: Sheet) -> None:
    rows = int(attribute(element, "number-rows-spanned") or 1)
    columns = int(attribute(element, "number-columns-spanned") or 1)
    if rows * columns == 1 or rows * columns > _MOST_REPEATED:
        return
    for row in range(top.row, top.row + rows):
        for column in range(top.column, top.column + columns):
            sheet.merged[Position(row, column)] = top


def _cell(element: Element) -> SheetCell:
    remark = ""
    paragraphs = []
    for child in element:
        match local_name(child.tag):
            case "annotation":
                remark = "\n".join(_text(line) for line in child if local_name(line.tag) == "p")
            case "p":
                paragraphs.append(_text(child))
    display = None
    kind, value = attribute(element, "value-type"), attribute(element, "value")
    if kind in {"float", "percentage"} and value:
        text = number_text(float(value), per_cent=kind == "percentage")
        written = clean("\n".join(paragraphs), multiline=True).strip()
        if kind == "float" and paragraphs and written != text:
            display = Display(text=written)
    elif kind == "boolean":
        text = "VRAI" if attribute(element, "boolean-value") == "true" else "FAUX"
    else:
        text = "\n".join(paragraphs)
    return SheetCell(
        clean(text, multiline=True).strip(), clean(remark, multiline=True).strip(), display=display
    )


def _text(paragraph: Element) -> str:
    """Return the text of a paragraph: `text:s` is spaces, `text:tab` a space, `text:line-break` a line."""
    texts = [paragraph.text or ""]
    for child in paragraph:
        match local_name(child.tag):
            case "s":
                texts.append(" " * min(int(attribute(child, "c") or 1), _MOST_SPACES))
            case "tab":
                texts.append(" ")
            case "line-break":
                texts.append("\n")
            case "annotation" | "note":
                pass
            case _:
                texts.append(_text(child))
        texts.append(child.tail or "")
    return "".join(texts)
