"""Open a workbook, .xlsx, .ods or .csv, as plain facts: within bounds, by its content and not by its name."""

from __future__ import annotations

import csv
import posixpath
import re
import zipfile
import zlib
from codecs import BOM_UTF8, BOM_UTF16_BE, BOM_UTF16_LE
from collections.abc import Iterator, Mapping
from io import BytesIO, StringIO
from typing import Any, Final
from xml.etree.ElementTree import Element, ParseError, iterparse
from xml.parsers import expat

from ctg_tui.domain.text import clean, harmless
from ctg_tui.spreadsheet.cells import Position, Sheet, SheetCell, date_text, number_text, position_of
from ctg_tui.system import files
from ctg_tui.wording import spreadsheet as refusals

MAX_UNPACKED: Final = 100_000_000
MAX_PART: Final = 40_000_000
"""Bytes of one part: one long text is held whole while it is read."""
MAX_ELEMENTS: Final = 200_000
"""Elements of one part, empty ones included: each costs time and memory whatever it holds."""
MAX_ATTRIBUTES: Final = 1_000_000
"""Attributes of all the parts that are read."""
_LONGEST_TAG: Final = 100_000
"""Bytes: a tag is held whole while it is read, with each of its attributes."""
MAX_DEPTH: Final = 100
MAX_PARTS: Final = 5_000
MAX_CELLS: Final = 50_000
"""Cells that hold something: a grid of the largest size has some 3,000."""
_MOST_MERGED: Final = 20_000
"""Cells of the merged ranges of a sheet."""
MAX_TEXT: Final = 20_000
"""Characters taken of one cell, as of every field."""

UNREADABLE: Final = (
    *(zlib.error, zipfile.BadZipFile, ParseError, expat.ExpatError, EOFError),
    *(ValueError, LookupError, NotImplementedError, OverflowError),
)
"""What reading a damaged or hostile package raises, a document type (ValueError) included."""


class Package:
    """The parts of a zip, by name. Raises InvalidDocument when it goes over the limits or is damaged."""

    def __init__(self, content: bytes, name: str) -> None:
        self.name = name
        try:
            self._zip = files.open_zip(content)
            infos = self._zip.infolist()
        except UNREADABLE as error:
            raise refusals.damaged(name) from error
        sizes = [info.file_size for info in infos]
        if len(sizes) > MAX_PARTS or sum(sizes) > MAX_UNPACKED or max(sizes, default=0) > MAX_PART:
            raise refusals.too_large(name)
        if any(info.flag_bits & 1 for info in infos):  # protected by a password
            raise refusals.damaged(name)
        self.parts: Final = frozenset(info.filename for info in infos)
        self._cells = self._attributes = 0

    def put(self, sheet: Sheet, position: Position, cell: SheetCell) -> None:
        """Put a cell into one of the sheets. Raises InvalidDocument when they have too many."""
        sheet.cells[position] = cell
        self._cells += 1
        if self._cells > MAX_CELLS:
            raise refusals.too_large(self.name)

    def read(self, part: str) -> bytes:
        """Return the bytes of a part. Raises one of `UNREADABLE`."""
        info = self._zip.getinfo(part)
        return files.read_entry(self._zip, info, info.file_size)  # a zip may announce less than it holds

    def elements(self, part: str, *tags: str) -> Iterator[Element]:
        """Yield the elements of a part whose local name is among `tags`, each whole, in order.

        Elements are dropped once they were yielded: memory stays that of one of them. Raises InvalidDocument
        over the limits.
        """
        content = self.read(part)
        if has_long_tag(content):  # which refuses a document type: no entity is left to expand
            raise refusals.too_large(self.name)
        events = iterparse(BytesIO(content), events=("start", "end"))
        parents: list[Element] = []
        seen = 0
        for event, element in events:
            if event == "start":
                seen += 1
                self._attributes += len(element.attrib)
                parents.append(element)
                is_large = seen > MAX_ELEMENTS or self._attributes > MAX_ATTRIBUTES
                if is_large or len(parents) > MAX_DEPTH:
                    raise refusals.too_large(self.name)
                continue
            parents.pop()
            if local_name(element.tag) in tags:
                yield element
                element.clear()
                if parents:
                    parents[-1].remove(element)


def has_long_tag(content: bytes) -> bool:
    """Return whether XML has a tag, or a comment, longer than any spreadsheet writes.

    Raises ValueError at a document type, before any entity, and expat.ExpatError.
    """
    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = _refuse_document_type
    step = _LONGEST_TAG // 2
    for start in range(0, len(content), step):
        parser.Parse(content[start : start + step], False)
        # Text is taken as it comes; the parser stays at the start of a tag until it has its end.
        if start - parser.CurrentByteIndex > step:
            return True
    return False


def _refuse_document_type(*_: Any) -> None:
    raise ValueError("a document type")


def local_name(tag: str) -> str:
    """Return the name of an element or attribute without its namespace."""
    return tag.rpartition("}")[2]


def attribute(element: Element, name: str) -> str:
    """Return an attribute by its local name, whatever its namespace; empty when it is not there."""
    return next((value for key, value in element.attrib.items() if local_name(key) == name), "")


def _tidy(text: str) -> str:
    """Return the text of a cell, cut at `MAX_TEXT`: one so long has been cut."""
    return harmless(text, multiline=True).strip()[:MAX_TEXT]


def _merge(sheet: Sheet, top: Position, bottom: Position, name: str) -> None:
    """Note a merged range, of which `top` is the first cell. Raises InvalidDocument over the limits."""
    if (bottom.row - top.row + 1) * (bottom.column - top.column + 1) + len(sheet.merged) > _MOST_MERGED:
        raise refusals.too_large(name)
    for row in range(top.row, bottom.row + 1):
        for column in range(top.column, bottom.column + 1):
            sheet.merged[Position(row, column)] = top


# A .csv as plain facts: UTF-8, UTF-16 or the code page of French Windows, whatever separates the values.

_SEPARATORS: Final = ";\t,"


def read_csv(content: bytes, name: str) -> tuple[Sheet, ...]:
    """Return the one sheet of a file. Raises InvalidDocument when it is no text, or over the limits."""
    text = _decoded(content)
    if "\0" in text:
        raise refusals.damaged(name)
    if sum(map(text.count, (*_SEPARATORS, "\n", "\r"))) > MAX_ELEMENTS:
        raise refusals.too_large(name)
    sheet = Sheet("Feuille")
    # The separator of most lines: commas stand in comments too, semicolons and tabs hardly ever do.
    separator = max(_SEPARATORS, key=lambda mark: sum(mark in line for line in text.splitlines()))
    try:
        for row, values in enumerate(csv.reader(StringIO(text, newline=""), delimiter=separator), 1):
            for column, value in enumerate(values, 1):
                if tidy := _tidy(value):
                    sheet.cells[Position(row, column)] = SheetCell(tidy)
            if len(sheet.cells) > MAX_CELLS:
                raise refusals.too_large(name)
    except csv.Error as error:
        raise refusals.damaged(name) from error
    return (sheet,)


def _decoded(content: bytes) -> str:
    """Return the text of a file; Excel's « Texte Unicode » is UTF-16."""
    if content.startswith((BOM_UTF16_LE, BOM_UTF16_BE)):
        return content.decode("utf-16", errors="replace")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace")


# An .ods as plain facts: its values, annotations, merged ranges.

CONTENT: Final = "content.xml"
_MOST_REPEATED: Final = 1_000
"""Rows or columns that hold something are never repeated more often; empty ones are only counted."""
_MOST_SPACES: Final = 100


def read_ods(package: Package) -> tuple[Sheet, ...]:
    """Return the sheets of a document, in its order. Raises InvalidDocument over the limits."""
    sheets = []
    for element in package.elements(CONTENT, "table"):
        sheet = Sheet(clean(attribute(element, "name")))
        _fill(element, sheet, package)
        sheets.append(sheet)
    return tuple(sheets)


def _fill(table: Element, sheet: Sheet, package: Package) -> None:
    row_number = 0
    for element in table.iter():  # those of groups and headers too
        if local_name(element.tag) != "table-row":
            continue
        repeated = int(attribute(element, "number-rows-repeated") or 1)
        cells = list(_row_cells(element, row_number + 1, sheet, package.name))
        if cells and repeated > _MOST_REPEATED:
            raise refusals.too_large(package.name)
        for copy in range(repeated if cells else 0):
            for position, cell in cells:
                package.put(sheet, Position(position.row + copy, position.column), cell)
        row_number += repeated


def _row_cells(row: Element, number: int, sheet: Sheet, file: str) -> Iterator[tuple[Position, SheetCell]]:
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
        rows, columns = (int(attribute(element, f"number-{one}-spanned") or 1) for one in ("rows", "columns"))
        if rows * columns > 1:
            _merge(sheet, Position(number, column), Position(number + rows - 1, column + columns - 1), file)
        column += repeated


def _cell(element: Element) -> SheetCell:
    remark = ""
    paragraphs = []
    for child in element:
        match local_name(child.tag):
            case "annotation":
                remark = "\n".join(_text(line) for line in child if local_name(line.tag) == "p")
            case "p":
                paragraphs.append(_text(child))
    # LibreOffice says so in an attribute of its own that has the same name.
    is_error = ("value-type", "error") in ((local_name(key), value) for key, value in element.attrib.items())
    kind, value = attribute(element, "value-type"), attribute(element, "value")
    if kind == "float" and value:
        text = number_text(float(value))
    elif kind == "boolean":
        text = "VRAI" if attribute(element, "boolean-value") == "true" else "FAUX"
    else:
        text = "\n".join(paragraphs)
    return SheetCell(_tidy(text), _tidy(remark), is_error=is_error)


def _text(paragraph: Element) -> str:
    """Return the text of a paragraph: `text:s` is spaces, `text:tab` a space, `text:line-break` a line."""
    said = {"tab": " ", "line-break": "\n"}
    texts = [paragraph.text or ""]
    for child in paragraph:
        name = local_name(child.tag)
        if name == "s":
            texts.append(" " * min(int(attribute(child, "c") or 1), _MOST_SPACES))
        elif name not in {"annotation", "note"}:
            texts.append(said.get(name) or _text(child))
        texts.append(child.tail or "")
    return "".join(texts)


# A .xlsx as plain facts: stored values, cell notes, merged ranges; no formula computed.

WORKBOOK: Final = "xl/workbook.xml"
_QUOTED: Final = re.compile(r'"[^"]*"|\\.|\[[^]]*\]')
_OF_DATE: Final = re.compile(r"[dyhs]|mm", re.IGNORECASE)
_OF_NUMBER: Final = re.compile(r"[0#?]|general", re.IGNORECASE)
_ESCAPED: Final = re.compile(r"_x([0-9A-Fa-f]{4})_")
"""How a workbook spells a character that XML has none for, and the underscore of a text that reads like one
(ECMA-376, 22.9.2.19).
"""


_DATE, _PER_CENT = "date", "%"
"""How a cell style shows a number; "" where it shows the number itself."""
_FORMATS: Final[Mapping[int, str]] = {
    **dict.fromkeys((*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)), _DATE),
    **dict.fromkeys((9, 10), _PER_CENT),
}
"""The formats of dates and per cent that every workbook has (ECMA-376, 18.8.30)."""


def read_xlsx(package: Package) -> tuple[Sheet, ...]:
    """Return the sheets of a workbook, in its order. Raises InvalidDocument over the limits."""
    shared = "xl/sharedStrings.xml"
    texts = [*map(_string, package.elements(shared, "si"))] if shared in package.parts else []
    styles = _styles(package)
    targets = _targets(package, WORKBOOK, "worksheet")
    sheets: list[Sheet] = []
    for element in package.elements(WORKBOOK, "sheet"):
        part = targets.get(attribute(element, "id"), "")
        if part not in package.parts:  # a chart sheet has no cells
            continue
        if any(sheet.part == part for sheet in sheets):  # no program writes that: it would be read for ever
            raise refusals.damaged(package.name)
        sheet = Sheet(clean(attribute(element, "name")), part=part)
        _fill_from_part(package, sheet, texts, styles)
        sheets.append(sheet)
    return tuple(sheets)


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


def _string(element: Element) -> str:
    """Return the text of a string item: its runs put together, without the phonetic ones."""
    runs = (element, *(child for child in element if local_name(child.tag) == "r"))
    return "".join(text.text or "" for run in runs for text in run if local_name(text.tag) == "t")


def _styles(package: Package) -> list[str]:
    """Return how each cell style of the workbook shows a number."""
    part = "xl/styles.xml"
    formats = dict(_FORMATS)
    styles: list[str] = []
    for element in package.elements(part, "numFmts", "cellXfs") if part in package.parts else ():
        for child in element:
            number = int(attribute(child, "numFmtId") or 0)
            if local_name(element.tag) == "cellXfs":
                styles.append(formats.get(number, ""))
                continue
            code = _QUOTED.sub("", attribute(child, "formatCode"))
            is_date = _OF_DATE.search(code) and not _OF_NUMBER.search(code)
            formats[number] = _DATE if is_date else _PER_CENT if "%" in code else ""
    return styles


def _fill_from_part(package: Package, sheet: Sheet, texts: list[str], styles: list[str]) -> None:
    """Put the cells of a sheet's part into `sheet`."""
    remarks = _remarks(package, sheet.part)
    row_number = 0
    for element in package.elements(sheet.part, "row", "mergeCell"):
        if local_name(element.tag) == "mergeCell":
            first, _, last = attribute(element, "ref").partition(":")
            _merge(sheet, position_of(first), position_of(last or first), package.name)
            continue
        row_number = int(attribute(element, "r") or row_number + 1)
        for position, cell in _cells_of_row(element, row_number, texts, styles, remarks):
            package.put(sheet, position, cell)
    for position in remarks.keys() - sheet.cells.keys():
        sheet.cells[position] = SheetCell("", remarks[position])


def _cells_of_row(
    row: Element, number: int, texts: list[str], styles: list[str], remarks: dict[Position, str]
) -> Iterator[tuple[Position, SheetCell]]:
    column = 0
    for element in row:
        if local_name(element.tag) != "c":
            continue
        reference = attribute(element, "r")
        position = position_of(reference) if reference else Position(number, column + 1)
        column = position.column
        cell = _stored(element, texts, styles, remarks.get(position, ""))
        if cell.text or cell.remark or cell.is_formula:
            yield position, cell


def _stored(element: Element, texts: list[str], styles: list[str], remark: str) -> SheetCell:
    parts = {local_name(child.tag): child for child in element}
    kind, is_formula = attribute(element, "t") or "n", "f" in parts
    stored = (parts["v"].text or "") if "v" in parts else ""
    if kind == "inlineStr":
        text = _unescaped(_string(parts["is"])) if "is" in parts else ""
    elif not stored:
        return SheetCell("", remark, is_stale=is_formula and kind != "str", is_formula=is_formula)
    elif kind == "b":
        text = "VRAI" if stored == "1" else "FAUX"
    elif kind == "n":
        style, number = int(attribute(element, "s") or 0), float(stored)
        shown = styles[style] if style < len(styles) else ""
        text = date_text(number) if shown == _DATE else number_text(number)
        text = f"{number_text(100 * number)} %" if shown == _PER_CENT else text
    else:  # a text, also one that a formula gave, an error such as #DIV/0!, a date
        text = _unescaped(texts[int(stored)] if kind == "s" else stored)
    return SheetCell(text, remark, False, is_formula, kind == "e")


def _unescaped(text: str) -> str:
    return _tidy(_ESCAPED.sub(lambda found: chr(int(found[1], 16)), text))


def _remarks(package: Package, part: str) -> dict[Position, str]:
    """Return the cell notes of a sheet, by position, without the author's name that Excel puts first."""
    found: dict[Position, str] = {}
    for target in _targets(package, part, "comments").values():
        if target not in package.parts:
            continue
        for element in package.elements(target, "comment"):
            text = "".join(_string(child) for child in element if local_name(child.tag) == "text")
            head, colon, rest = text.partition(":\n")
            found[position_of(attribute(element, "ref"))] = _unescaped(
                rest if colon and len(head) < 60 else text
            )
    return {position: text for position, text in found.items() if text}


MAX_BYTES: Final = 10_000_000
_OLE: Final = bytes.fromhex("d0cf11e0a1b11ae1")


def read_workbook(content: bytes, name: str) -> tuple[Sheet, ...]:
    """Return the sheets of a workbook of at most `MAX_BYTES`; `name` is that of the file, for sentences.

    Macros, links and external entities are never followed; a formula gives its stored value.
    Raises InvalidDocument: `tableur-…`.
    """
    if not content.startswith(b"PK"):
        if content.removeprefix(BOM_UTF8).lstrip().startswith((b"<", b"{", _OLE)):
            raise refusals.damaged(name)  # a web page that Excel opens, JSON, .xls, a password: no columns
        return read_csv(content, name)
    package = Package(content, name)
    try:
        if WORKBOOK in package.parts:
            if any(part.lower().endswith("vbaproject.bin") for part in package.parts):
                raise refusals.damaged(name)  # filled and named .xlsx, no program would open it
            return read_xlsx(package)
        if CONTENT in package.parts:
            return read_ods(package)
    except UNREADABLE as error:
        raise refusals.damaged(name) from error
    raise refusals.damaged(name)
