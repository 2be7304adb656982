"""A .xlsx as plain facts: stored values, cell notes, merged ranges, what is hidden; no formula computed."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Mapping
from typing import Final, NamedTuple
from xml.etree.ElementTree import Element

from ctg_tui.domain.text import clean
from ctg_tui.spreadsheet import refusals
from ctg_tui.spreadsheet.cells import Display, Position, Sheet, SheetCell, date_text, number_text, position_of
from ctg_tui.spreadsheet.package import MAX_CELLS, Package, attribute, local_name

WORKBOOK: Final = "xl/workbook.xml"
_PER_CENT_FORMATS: Final = frozenset({9, 10})
"""`0 %` and `0,00 %` among the formats that every workbook has (ECMA-376, 18.8.30)."""
_DATE_FORMATS: Final = frozenset({*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)})
_ACCOUNTING: Final = dict.fromkeys(range(41, 45), '_-* #,##0_-;-* #,##0_-;_-* "-"_-;_-@_-')
"""Those among them that show a dash for 0; their decimals and currencies aside."""
_HIDDEN_ZERO: Final = Display(text="")
_QUOTED: Final = re.compile(r'"[^"]*"|\\.|\[[^]]*\]')
_OF_DATE: Final = re.compile(r"[dyhs]|mm", re.IGNORECASE)
_OF_NUMBER: Final = re.compile(r"[0#?]|general", re.IGNORECASE)
_ESCAPED: Final = re.compile(r"_x([0-9A-Fa-f]{4})_")
"""How a workbook spells a character that XML has none for, and the underscore of a text that reads like one
(ECMA-376, 22.9.2.19).
"""
_MOST_MERGED: Final = 20_000
_MOST_COLUMNS: Final = 1_000
_MOST_SHEETS: Final = 200


class _Styles(NamedTuple):
    """The cell styles that show a number as a percentage, and as a date; the format codes of the others.

    Most formats that every workbook has show a number as it is: they have no code here.
    """

    per_cent: frozenset[int] = frozenset()
    dates: frozenset[int] = frozenset()
    codes: Mapping[int, str] = {}
    hides_zeros: bool = False
    """Whether the sheet that is read shows nothing for 0, whatever the format."""


def read(package: Package) -> tuple[Sheet, ...]:
    """Return the sheets of a workbook, in its order. Raises InvalidDocument over the limits."""
    texts = _shared_strings(package)
    styles = _styles(package)
    targets = _targets(package, WORKBOOK, "worksheet")
    sheets: list[Sheet] = []
    left = MAX_CELLS
    for element in package.elements(WORKBOOK, "sheet"):
        part = targets.get(attribute(element, "id"), "")
        if part not in package.parts:  # a chart sheet has no cells
            continue
        if any(sheet.part == part for sheet in sheets):  # no program writes that: it would be read for ever
            raise refusals.damaged(package.name)
        name, is_hidden = clean(attribute(element, "name")), attribute(element, "state") in _HIDDEN
        sheet = Sheet(name, is_hidden=is_hidden, part=part)
        if len(sheets) == _MOST_SHEETS:
            raise refusals.too_large(package.name)
        left = _fill(package, part, sheet, texts, styles, left)
        sheets.append(sheet)
    return tuple(sheets)


_HIDDEN: Final = frozenset({"hidden", "veryHidden"})


def _targets(package: Package, part: str, kind: str) -> dict[str, str]:
    """Return the parts of a kind (`worksheet`, `comments`) that `part` refers to, by the relation id."""
    folder, name = posixpath.split(part)
    relations = f"{folder}/_rels/{name}.rels"
    if relations not in package.parts:
        return {}
    found = {}
    for element in package.elements(relations, "Relationship"):
        is_of_kind = attribute(element, "Type").rpartition("/")[2] == kind
        if is_of_kind and attribute(element, "TargetMode") != "External":
            target = attribute(element, "Target")
            whole = target.lstrip("/") if target.startswith("/") else posixpath.join(folder, target)
            found[attribute(element, "Id")] = posixpath.normpath(whole)
    return found


def _shared_strings(package: Package) -> list[str]:
    part = "xl/sharedStrings.xml"
    if part not in package.parts:
        return []
    return [_string(element) for element in package.elements(part, "si")]


def _string(element: Element) -> str:
    """Return the text of a string item: its runs put together, without the phonetic ones."""
    texts = []
    for child in element:
        name = local_name(child.tag)
        if name == "t":
            texts.append(child.text or "")
        elif name == "r":
            texts += [run.text or "" for run in child if local_name(run.tag) == "t"]
    return "".join(texts)


def _styles(package: Package) -> _Styles:
    part = "xl/styles.xml"
    if part not in package.parts:
        return _Styles()
    per_cent, dates = set(_PER_CENT_FORMATS), set(_DATE_FORMATS)
    codes = dict(_ACCOUNTING)
    styles: list[int] = []
    for element in package.elements(part, "numFmts", "cellXfs"):
        for child in element:
            number = int(attribute(child, "numFmtId") or 0)
            whole = attribute(child, "formatCode")
            code = _QUOTED.sub("", whole)
            if local_name(element.tag) == "cellXfs":
                styles.append(number)
            elif "%" in code:
                per_cent.add(number)
            elif _OF_DATE.search(code) and not _OF_NUMBER.search(code):
                dates.add(number)
            else:
                codes[number] = whole
    return _Styles(
        frozenset(rank for rank, number in enumerate(styles) if number in per_cent),
        frozenset(rank for rank, number in enumerate(styles) if number in dates),
        {rank: codes[number] for rank, number in enumerate(styles) if number in codes},
    )


def _fill(package: Package, part: str, sheet: Sheet, texts: list[str], styles: _Styles, left: int) -> int:
    """Put the cells of a sheet's part into `sheet`; return how many more the workbook may hold."""
    remarks = _remarks(package, part)
    row_number = 0
    for element in package.elements(part, "sheetView", "cols", "row", "mergeCell"):
        match local_name(element.tag):
            case "sheetView":
                styles = styles._replace(hides_zeros=attribute(element, "showZeros") in {"0", "false"})
            case "cols":
                if len(element) > _MOST_COLUMNS:
                    raise refusals.too_large(package.name)
                sheet.hidden_columns |= set(_hidden_columns(element))
            case "mergeCell":
                _merge(package, sheet, attribute(element, "ref"))
            case _:
                row_number = int(attribute(element, "r") or row_number + 1)
                if attribute(element, "hidden") in {"1", "true"}:
                    sheet.hidden_rows.add(row_number)
                for position, cell in _row_cells(element, row_number, texts, styles, remarks):
                    sheet.cells[position] = cell
                    left -= 1
                    if left < 0:
                        raise refusals.too_large(package.name)
    for position, remark in remarks.items():
        if position not in sheet.cells:
            sheet.cells[position] = SheetCell("", remark)
    return left


def _hidden_columns(element: Element) -> Iterator[int]:
    for child in element:
        if attribute(child, "hidden") in {"1", "true"}:
            first, last = int(attribute(child, "min")), int(attribute(child, "max"))
            yield from range(first, min(last, first + _MOST_COLUMNS) + 1)


def _merge(package: Package, sheet: Sheet, reference: str) -> None:
    first, _, last = reference.partition(":")
    top, bottom = position_of(first), position_of(last or first)
    rows, columns = bottom.row - top.row + 1, bottom.column - top.column + 1
    if rows * columns + len(sheet.merged) > _MOST_MERGED:
        raise refusals.too_large(package.name)
    for row in range(top.row, bottom.row + 1):
        for column in range(top.column, bottom.column + 1):
            sheet.merged[Position(row, column)] = top


def _row_cells(
    row: Element, number: int, texts: list[str], styles: _Styles, remarks: dict[Position, str]
) -> Iterator[tuple[Position, SheetCell]]:
    column = 0
    for element in row:
        if local_name(element.tag) != "c":
            continue
        reference = attribute(element, "r")
        position = position_of(reference) if reference else Position(number, column + 1)
        column = position.column
        text, is_stale, display = _value(element, texts, styles)
        remark = remarks.get(position, "")
        is_formula = any(local_name(child.tag) == "f" for child in element)
        if text or remark or is_formula:
            yield position, SheetCell(text, remark, is_stale, is_formula, display)


def _value(cell: Element, texts: list[str], styles: _Styles) -> tuple[str, bool, Display | None]:
    """Return what a cell holds, whether it is a formula whose value was never stored, and how it shows it."""
    parts = {local_name(child.tag): child for child in cell}
    kind, style = attribute(cell, "t") or "n", int(attribute(cell, "s") or 0)
    if kind == "inlineStr":
        text = _tidy(_string(parts["is"])) if "is" in parts else ""
        return text, False, _display(style, styles, is_text=True)
    stored = parts["v"].text if "v" in parts else None
    if stored is None or stored == "":
        return "", "f" in parts and kind != "str", None
    match kind:
        case "b":
            return ("VRAI" if stored == "1" else "FAUX"), False, None
        case "n":
            number = float(stored)
            if style in styles.dates:
                return date_text(number), False, None
            per_cent = style in styles.per_cent
            display = _HIDDEN_ZERO if styles.hides_zeros and number == 0 else _display(style, styles)
            return number_text(number, per_cent=per_cent), False, None if per_cent else display
        case _:  # a text, also one that a formula gave, an error such as #DIV/0!, a date
            text = _tidy(texts[int(stored)] if kind == "s" else stored)
            return text, False, _display(style, styles, is_text=True)


def _display(style: int, styles: _Styles, *, is_text: bool = False) -> Display | None:
    return Display(styles.codes[style], is_text) if style in styles.codes else None


def _tidy(text: str) -> str:
    return clean(_ESCAPED.sub(lambda found: chr(int(found[1], 16)), text), multiline=True).strip()


def _remarks(package: Package, part: str) -> dict[Position, str]:
    """Return the cell notes of a sheet, by position, without the author's name that Excel puts first."""
    found: dict[Position, str] = {}
    for target in _targets(package, part, "comments").values():
        if target not in package.parts:
            continue
        for element in package.elements(target, "comment"):
            text = "".join(_string(child) for child in element if local_name(child.tag) == "text")
            head, colon, rest = text.partition(":\n")
            found[position_of(attribute(element, "ref"))] = _tidy(rest if colon and len(head) < 60 else text)
    return {position: text for position, text in found.items() if text}
