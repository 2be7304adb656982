"""The same workbook, filled: cells changed in the sheets' own XML, everything else left as it is.

Libraries that load and save a workbook lose text boxes and parts of charts; here only the bytes of the
changed cells change. Stored values of formulas are dropped: the program that opens the file computes them.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Mapping
from io import BytesIO
from itertools import groupby
from typing import Any, Final
from xml.parsers import expat
from xml.sax.saxutils import escape, quoteattr

from ctg_tui.spreadsheet.cells import MAX_ROW, Position, column_letters, position_of
from ctg_tui.spreadsheet.reader import WORKBOOK, has_long_tag
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
    other part is the same to the byte. Raises ValueError, KeyError or expat.ExpatError when the XML is not
    that of a workbook, or a formula stands where a value goes.
    """
    source = files.open_zip(content)
    file = BytesIO()
    with zipfile.ZipFile(file, "w") as target:
        for info in source.infolist():
            part = files.read_entry(source, info, info.file_size)
            if info.filename.startswith("xl/worksheets/") and info.filename.endswith(".xml"):
                part = _Filler(part, values.get(info.filename, {})).filled()
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


class _Filler:
    """Goes through the bytes of a sheet once, and notes what stands in place of which of them."""

    def __init__(self, content: bytes, values: Mapping[Position, Value]) -> None:
        if not content.lstrip().startswith(b"<") or _OTHER_ENCODING.search(content[:200]):
            raise ValueError("not a sheet in UTF-8")
        if has_long_tag(content):
            raise ValueError("a tag that no spreadsheet writes")
        self._content, self._values = content, values
        self._edits: list[tuple[int, int, str]] = []
        self._waiting = sorted((at for at, value in values.items() if value is not None), reverse=True)
        """The values without a cell so far, the next one last."""
        self._prefix = ""
        self._row = 0
        self._position = Position(0, 0)
        self._start, self._style = 0, ""
        self._has_formula = False
        self._stored: tuple[int, int] | None = None
        """Where the stored value of the cell stands."""
        self._empty_ends: list[int] = []
        """For each open element, where `<c/>` ends; 0 for one with an end tag of its own."""
        self._parser = expat.ParserCreate()
        self._parser.StartElementHandler = self._open
        self._parser.EndElementHandler = self._close
        self._parser.StartDoctypeDeclHandler = self._refuse

    def filled(self) -> bytes:
        self._parser.Parse(self._content, True)
        parts: list[bytes] = []
        place = 0
        for start, end, text in sorted(self._edits, key=lambda edit: edit[:2]):
            parts += [self._content[place:start], text.encode("utf-8")]
            place = end
        return b"".join((*parts, self._content[place:]))

    def _refuse(self, *_: Any) -> None:
        raise ValueError("a sheet with a document type")

    def _tag_end(self) -> int:
        """Return the place after the tag that begins here."""
        return self._content.index(b">", self._parser.CurrentByteIndex) + 1

    def _open(self, tag: str, attributes: dict[str, str]) -> None:
        prefix, colon, name = tag.rpartition(":")
        here, end = self._parser.CurrentByteIndex, self._tag_end()
        self._empty_ends.append(end if self._content[end - 2 : end] == b"/>" else 0)
        if name == "sheetData":
            self._prefix = prefix + colon
        elif name == "row":
            number = int(attributes.get("r", 0)) or self._row + 1
            self._add(here, Position(number, 0))
            self._row = number
        elif name == "c":
            self._position = position_of(attributes["r"])
            self._add(here, self._position)
            if self._waiting[-1:] == [self._position]:
                self._waiting.pop()
            self._start, self._style = here, attributes.get("s", "")
            self._has_formula, self._stored = False, None
        elif name == "f":
            self._has_formula = True
        elif name == "v":
            self._stored = here, here

    def _close(self, tag: str) -> None:
        name = tag.rpartition(":")[2]
        empty_end = self._empty_ends.pop()
        after = empty_end or self._tag_end()
        if name in {"row", "sheetData"}:
            end = Position(self._row + 1 if name == "row" else MAX_ROW, 0)
            if empty_end and (text := self._added(end)):
                self._edits.append((empty_end - 2, empty_end, f">{text}</{tag}>"))
            self._add(self._parser.CurrentByteIndex, end)
        elif name == "v" and self._stored is not None:
            self._stored = self._stored[0], after
        elif name == "c" and self._has_formula:
            if self._position in self._values:
                raise ValueError(f"a formula at {self._position}")
            self._edits += [(*self._stored, "")] if self._stored else []
        elif name == "c" and self._position in self._values:
            text = self._cell(self._position, self._style)
            self._edits.append((self._start, after, text))

    def _add(self, place: int, before: Position) -> None:
        if text := self._added(before):
            self._edits.append((place, place, text))

    def _added(self, before: Position) -> str:
        """Return the cells, and the rows, of the values before a position that have none yet."""
        cells = []
        while self._waiting and self._waiting[-1] < before:
            cells.append(self._waiting.pop())
        text = ""
        for number, some in groupby(cells, key=lambda cell: cell.row):
            inside = "".join(self._cell(position, "") for position in some)
            row = f'<{self._prefix}row r="{number}">{inside}</{self._prefix}row>'
            text += inside if number == self._row else row
        return text

    def _cell(self, position: Position, style: str) -> str:
        """Return a cell: a number as `v`, a text as an inline string, nothing for a blank one."""
        prefix, value = self._prefix, self._values[position]
        kept = f" s={quoteattr(style)}" if style else ""
        head = f'<{prefix}c r="{column_letters(position.column)}{position.row}"{kept}'
        if value is None:
            return f"{head}/>"
        if isinstance(value, int):
            return f"{head}><{prefix}v>{value}</{prefix}v></{prefix}c>"
        spelt = escape(_LIKE_ESCAPED.sub("_x005F_", value))  # so that none reads as an escape, `_x0041_`
        text = f'<{prefix}is><{prefix}t xml:space="preserve">{spelt}</{prefix}t></{prefix}is>'
        return f'{head} t="inlineStr">{text}</{prefix}c>'
