"""The same workbook, filled: cells changed in the sheets' own XML, everything else left as it is.

Libraries that load and save a workbook lose text boxes and parts of charts; here only the bytes of the
changed cells change. Stored values of formulas are dropped: the program that opens the file computes them.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any, Final, NamedTuple
from xml.parsers import expat
from xml.sax.saxutils import escape, quoteattr

from ctg_tui.spreadsheet.cells import Position, column_letters, position_of
from ctg_tui.spreadsheet.reader import WORKBOOK
from ctg_tui.system import files

Value = int | str | None
"""A number, a text, or None for a blank cell."""

_RECALCULATED: Final = re.compile(rb"<(?:\w+:)?calcPr\b[^>]*?/?>")
_BEFORE_CALCULATION: Final = re.compile(rb"</(?:\w+:)?(?:sheets|externalReferences|definedNames)>")
"""What `calcPr` comes after in `xl/workbook.xml` (ECMA-376, 18.2.27)."""


_LIKE_ESCAPED: Final = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")


class FormulaError(ValueError):
    """A value was to be written over a formula. `position` is that of the cell."""

    def __init__(self, position: Position) -> None:
        super().__init__(position)
        self.position = position


class _Span(NamedTuple):
    start: int
    end: int


@dataclass
class _Row:
    number: int
    inside: int
    """Where its cells begin; equal to `end` for `<row …/>`."""
    end: int = 0
    is_empty: bool = False


@dataclass
class _Found:
    """A cell in the XML: its bytes, its style, its stored value when it is a formula's."""

    position: Position
    start: int
    style: str
    end: int = 0
    has_formula: bool = False
    value: _Span | None = None


@dataclass
class _SheetMap:
    """Where rows and cells stand among the bytes of a sheet."""

    rows: dict[int, _Row] = field(default_factory=dict)
    cells: dict[Position, _Found] = field(default_factory=dict)
    inside: int = 0
    """Where the rows begin."""
    prefix: str = ""


def fill(content: bytes, values: Mapping[str, Mapping[Position, Value]]) -> bytes:
    """Return the workbook `content` with `values` in its cells: for each sheet's part, by position.

    A text never becomes a formula, and a formula is never written over; the style of each cell stays. Every
    other part is the same to the byte. Raises FormulaError; ValueError, KeyError or expat.ExpatError when
    the XML is not that of a workbook.
    """
    source = files.open_zip(content)
    file = BytesIO()
    with zipfile.ZipFile(file, "w") as target:
        for info in source.infolist():
            part = files.read_entry(source, info, info.file_size)
            if info.filename.startswith("xl/worksheets/") and info.filename.endswith(".xml"):
                part = _filled_sheet(part, values.get(info.filename, {}))
            elif info.filename == WORKBOOK:
                part = _recalculated(part)
            target.writestr(_same(info), part, info.compress_type)
    return file.getvalue()


def _same(info: zipfile.ZipInfo) -> zipfile.ZipInfo:
    kept = zipfile.ZipInfo(info.filename, info.date_time)
    kept.external_attr, kept.create_system = info.external_attr, info.create_system
    kept.compress_type = info.compress_type
    return kept


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


def _filled_sheet(content: bytes, values: Mapping[Position, Value]) -> bytes:
    where = _map(content)
    edits = [
        (cell.value.start, cell.value.end, "")
        for cell in where.cells.values()
        if cell.has_formula and cell.value is not None
    ]
    added: dict[int, list[tuple[Position, Value]]] = {}
    for position, value in sorted(values.items()):
        found = where.cells.get(position)
        if found is not None and found.has_formula:
            raise FormulaError(position)
        if found is not None:
            edits.append((found.start, found.end, _cell(where.prefix, position, found.style, value)))
        elif value is not None:
            added.setdefault(position.row, []).append((position, value))
    for number, cells in added.items():
        edits += _insertions(where, number, cells)
    return _spliced(content, edits)


def _insertions(
    where: _SheetMap, number: int, cells: list[tuple[Position, Value]]
) -> Iterable[tuple[int, int, str]]:
    """Yield what to insert for cells that the XML does not have yet, in the order of rows and columns."""
    row = where.rows.get(number)
    prefix = where.prefix
    if row is None:
        after = [one.end for one in where.rows.values() if one.number < number]
        place = max(after, default=where.inside)
        inside = "".join(_cell(prefix, position, "", value) for position, value in cells)
        yield place, place, f'<{prefix}row r="{number}">{inside}</{prefix}row>'
    elif row.is_empty:
        inside = "".join(_cell(prefix, position, "", value) for position, value in cells)
        yield row.end - 2, row.end, f">{inside}</{prefix}row>"
    else:
        for position, value in cells:
            before = [
                one.end
                for one in where.cells.values()
                if one.position.row == number and one.position.column < position.column
            ]
            place = max(before, default=row.inside)
            yield place, place, _cell(prefix, position, "", value)


def _spliced(content: bytes, edits: list[tuple[int, int, str]]) -> bytes:
    parts: list[bytes] = []
    place = 0
    for start, end, text in sorted(edits, key=lambda edit: edit[:2]):
        parts += [content[place:start], text.encode("utf-8")]
        place = end
    return b"".join((*parts, content[place:]))


def _cell(prefix: str, position: Position, style: str, value: Value) -> str:
    """Return a cell: a number as `v`, a text as an inline string, nothing for a blank one."""
    kept = f" s={quoteattr(style)}" if style else ""
    head = f'<{prefix}c r="{column_letters(position.column)}{position.row}"{kept}'
    if value is None:
        return f"{head}/>"
    if isinstance(value, int):
        return f"{head}><{prefix}v>{value}</{prefix}v></{prefix}c>"
    text = f'<{prefix}is><{prefix}t xml:space="preserve">{escape(_spelt(value))}</{prefix}t></{prefix}is>'
    return f'{head} t="inlineStr">{text}</{prefix}c>'


def _spelt(text: str) -> str:
    """Return `text` so that no part of it reads as an escaped character, `_x0041_`."""
    return _LIKE_ESCAPED.sub("_x005F_", text)


def _map(content: bytes) -> _SheetMap:
    """Return where rows and cells stand in a sheet in UTF-8. Raises ValueError for any other encoding."""
    if not content.lstrip().startswith(b"<") or b"encoding=" in content[:200].lower().replace(
        b'encoding="utf-8"', b""
    ).replace(b"encoding='utf-8'", b""):
        raise ValueError("not a sheet in UTF-8")
    return _Mapper(content).map


class _Mapper:
    """Notes the place of each row and cell while expat goes through the bytes."""

    def __init__(self, content: bytes) -> None:
        self.map = _SheetMap()
        self._content = content
        self._row: _Row | None = None
        self._cell: _Found | None = None
        self._value_start = 0
        self._empty_ends: list[int] = []
        """For each open element, where `<c/>` ends; 0 for one with an end tag of its own."""
        self._parser = expat.ParserCreate()
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.StartDoctypeDeclHandler = self._refuse
        self._parser.Parse(content, True)

    def _refuse(self, *_: Any) -> None:
        raise ValueError("a sheet with a document type")

    def _tag_end(self) -> int:
        """Return the place after the tag that begins here."""
        return self._content.index(b">", self._parser.CurrentByteIndex) + 1

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        prefix, _, name = tag.rpartition(":")
        here, tag_end = self._parser.CurrentByteIndex, self._tag_end()
        is_empty = self._content[tag_end - 2 : tag_end] == b"/>"
        self._empty_ends.append(tag_end if is_empty else 0)
        if name == "sheetData":
            self.map.prefix = f"{prefix}:" if prefix else ""
            self.map.inside = tag_end
        elif name == "row":
            number = int(attributes.get("r", 0)) or (self._row.number + 1 if self._row else 1)
            self._row = _Row(number, tag_end, is_empty=is_empty)
        elif name == "c":
            self._cell = _Found(position_of(attributes["r"]), here, attributes.get("s", ""))
        elif name == "f" and self._cell is not None:
            self._cell.has_formula = True
        elif name == "v":
            self._value_start = here

    def _end(self, tag: str) -> None:
        name = tag.rpartition(":")[2]
        after = self._empty_ends.pop() or self._tag_end()
        if name == "row" and self._row is not None:
            self._row.end = after
            self.map.rows[self._row.number] = self._row
        elif name == "c" and self._cell is not None:
            self._cell.end = after
            self.map.cells[self._cell.position] = self._cell
            self._cell = None
        elif name == "v" and self._cell is not None:
            self._cell.value = _Span(self._value_start, after)
