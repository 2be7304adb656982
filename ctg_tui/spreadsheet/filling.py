"""The same workbook, filled: cells changed in the sheets' own XML, everything else left as it is.

Libraries that load and save a workbook lose text boxes and parts of charts; here only the bytes of the
changed cells change. Stored values of formulas are dropped: the program that opens the file computes them.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Mapping
from html import escape
from io import BytesIO
from typing import Final

from ctg_tui.spreadsheet.cells import Position, column_letters, position_of
from ctg_tui.spreadsheet.reader import WORKBOOK
from ctg_tui.system import files

Value = int | str | None
"""A number, a text, or None for a blank cell."""

_RECALCULATED: Final = re.compile(rb"<(?:\w+:)?calcPr\b[^>]*?/?>")
_BEFORE_CALCULATION: Final = re.compile(rb"</(?:\w+:)?(?:sheets|externalReferences|definedNames)>")
"""What `calcPr` comes after in `xl/workbook.xml` (ECMA-376, 18.2.27)."""

_LIKE_ESCAPED: Final = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")
_OTHER_ENCODING: Final = re.compile(rb"""encoding=["'](?!utf-8["'])""", re.IGNORECASE)


def fill(content: bytes, values: Mapping[str, Mapping[Position, Value]]) -> bytes:
    """Return the workbook `content` with `values` in its cells: for each sheet's part, by position.

    A text never becomes a formula, and a formula is never written over; the style of each cell stays. Every
    other part is the same to the byte. Raises ValueError or KeyError when the XML is not that of a workbook,
    or a formula stands where a value goes.
    """
    source = files.open_zip(content)
    file = BytesIO()
    with zipfile.ZipFile(file, "w") as target:
        for info in source.infolist():
            part = files.read_entry(source, info, info.file_size)
            if info.filename.startswith("xl/worksheets/") and info.filename.endswith(".xml"):
                part = _filled(part, values.get(info.filename, {}))
            elif info.filename == WORKBOOK:
                part = _recalculated(part)
            info.extra = b""  # sizes of before, in what some programs write
            target.writestr(info, part)
    return file.getvalue()


def _recalculated(workbook: bytes) -> bytes:
    """Return `xl/workbook.xml` asking for a whole computation when it is opened."""
    found = _RECALCULATED.search(workbook)
    if found is None:
        place = max((one.end() for one in _BEFORE_CALCULATION.finditer(workbook)), default=0)
        if place == 0:
            raise ValueError("no sheets in the workbook")
        return workbook[:place] + b'<calcPr fullCalcOnLoad="1"/>' + workbook[place:]
    tag = found[0]
    if b"fullCalcOnLoad" in tag:
        tag = re.sub(rb'fullCalcOnLoad="[^"]*"', b'fullCalcOnLoad="1"', tag)
    else:
        tag = re.sub(rb"(/?>)$", rb' fullCalcOnLoad="1"\1', tag)
    return workbook[: found.start()] + tag + workbook[found.end() :]


_SHEET_DATA: Final = re.compile(rb"<((?:\w+:)?)sheetData\b[^>]*?(?:/>|>(.*)</\1sheetData>)", re.DOTALL)
_ROW: Final = re.compile(rb"<((?:\w+:)?)row\b([^>]*?)(?:/>|>(.*?)</\1row>)", re.DOTALL)
_CELL: Final = re.compile(rb"<((?:\w+:)?)c\b([^>]*?)(?:/>|>(.*?)</\1c>)", re.DOTALL)
_STORED: Final = re.compile(rb"<((?:\w+:)?)v\b[^>]*?(?:/>|>.*?</\1v>)", re.DOTALL)
_FORMULA: Final = re.compile(rb"<(?:\w+:)?f\b")


def _filled(content: bytes, values: Mapping[Position, Value]) -> bytes:
    """Return a sheet with `values`; the bytes between the changed cells stay. Raises ValueError."""
    if not content.lstrip().startswith(b"<") or _OTHER_ENCODING.search(content[:200]):
        raise ValueError("not a sheet in UTF-8")
    data = _SHEET_DATA.search(content)
    if data is None:
        raise ValueError("no sheet that a spreadsheet writes")
    rows: dict[int, dict[int, Value]] = {}
    for position, value in values.items():
        rows.setdefault(position.row, {})[position.column] = value
    prefix, body = data[1].decode(), data[2] or b""
    parts, place, number = [], 0, 0
    for row in _ROW.finditer(body):
        number = int(_attribute(row[2], "r") or number + 1)
        above = [one for one in sorted(rows) if one < number]
        parts += [body[place : row.start()], *(_new_row(one, rows.pop(one), prefix) for one in above)]
        parts.append(_inside(row, 3, _cells(row[3] or b"", number, rows.pop(number, {}), prefix)))
        place = row.end()
    parts += [*(_new_row(one, rows[one], prefix) for one in sorted(rows)), body[place:]]
    return content[: data.start()] + _inside(data, 2, b"".join(parts)) + content[data.end() :]


def _inside(element: re.Match[bytes], group: int, inside: bytes) -> bytes:
    """Return an element with other bytes between its tags, of which an empty one has a single one."""
    start, end = (place - element.start() for place in element.span(group))
    whole = element[0]
    if element[group] is not None:
        return whole[:start] + inside + whole[end:]
    name = re.match(rb"<([\w:]+)", whole)
    return whole if not inside or name is None else whole[:-2] + b">" + inside + b"</" + name[1] + b">"


def _cells(inside: bytes, number: int, values: dict[int, Value], prefix: str) -> bytes:
    """Return the cells of a row with `values` by column; formulas lose their stored value."""
    parts, place = [], 0
    for cell in _CELL.finditer(inside):
        position = position_of(_attribute(cell[2], "r"))
        parts.append(inside[place : cell.start()])
        before = [column for column in sorted(values) if column < position.column]
        parts += [_new_cell(Position(number, column), values.pop(column), prefix) for column in before]
        has_formula = cell[3] is not None and _FORMULA.search(cell[3])
        if position.column in values:
            if has_formula:
                raise ValueError(f"a formula at {position}")
            style = _attribute(cell[2], "s")
            parts.append(_cell(position, values.pop(position.column), style, prefix))
        else:
            parts.append(_STORED.sub(b"", cell[0]) if has_formula else cell[0])
        place = cell.end()
    parts += [_new_cell(Position(number, column), values[column], prefix) for column in sorted(values)]
    return b"".join((*parts, inside[place:]))


def _attribute(attributes: bytes, name: str) -> str:
    """Return an attribute of a tag; empty when it is not there."""
    found = re.search(rf"""\s{name}=["']([^"']*)""".encode(), attributes)
    return found[1].decode() if found else ""


def _new_row(number: int, values: dict[int, Value], prefix: str) -> bytes:
    cells = _cells(b"", number, values, prefix)
    return f'<{prefix}row r="{number}">'.encode() + cells + f"</{prefix}row>".encode() if cells else b""


def _new_cell(position: Position, value: Value, prefix: str) -> bytes:
    return b"" if value is None else _cell(position, value, "", prefix)


def _cell(position: Position, value: Value, style: str, prefix: str) -> bytes:
    """Return a cell: a number as `v`, a text as an inline string, nothing for a blank one."""
    kept = f' s="{style}"' if style else ""
    head = f'<{prefix}c r="{column_letters(position.column)}{position.row}"{kept}'
    if value is None:
        return f"{head}/>".encode()
    if isinstance(value, int):
        return f"{head}><{prefix}v>{value}</{prefix}v></{prefix}c>".encode()
    spelt = escape(
        _LIKE_ESCAPED.sub("_x005F_", value), quote=False
    )  # so that none reads as an escape, `_x0041_`
    text = f'<{prefix}is><{prefix}t xml:space="preserve">{spelt}</{prefix}t></{prefix}is>'
    return f'{head} t="inlineStr">{text}</{prefix}c>'.encode()
