"""A workbook drawn cell by cell with what a person means by each cell, and its bytes in several formats.

The truth is noted while drawing, so that it never comes from a reader's idea of the sheet.
"""

from __future__ import annotations

import csv
import io
import zipfile
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import NamedTuple
from xml.sax.saxutils import escape, quoteattr

import xlsxwriter
from openpyxl import Workbook
from openpyxl.utils import get_column_letter

from tests.outside.caf_workbooks import Meant, Truth

Place = tuple[int, int]
"""Row and column, from 0."""


class Formula(NamedTuple):
    """A formula with the value that the spreadsheet stored beside it; `style` is a number format."""

    text: str
    stored: float | str
    style: str = "General"


Value = str | int | float | date | Formula


@dataclass
class Sheet:
    """One sheet: its cells, its merged ranges (first row, first column, last row, last column)."""

    name: str
    cells: dict[Place, Value] = field(default_factory=dict)
    merged: list[tuple[int, int, int, int]] = field(default_factory=list)

    def address(self, row: int, column: int) -> str:
        return f"{self.name}!{get_column_letter(column + 1)}{row + 1}"

    def put(self, row: int, column: int, value: Value | None) -> None:
        """Write a cell that nobody would take for an answer: a title, a label."""
        if value is not None and value != "":
            self.cells[row, column] = value

    def merge(self, row: int, column: int, last_row: int, last_column: int) -> None:
        if (row, column) != (last_row, last_column):
            self.merged.append((row, column, last_row, last_column))

    def shape(self) -> Place:
        return max(row for row, _ in self.cells) + 1, max(column for _, column in self.cells) + 1


@dataclass
class Book:
    """The sheets in order, and the truth by address."""

    sheets: list[Sheet] = field(default_factory=list)
    notes: dict[str, Meant] = field(default_factory=dict)
    comments: dict[str, Meant] = field(default_factory=dict)
    numbers: dict[str, Meant] = field(default_factory=dict)

    @property
    def truth(self) -> Truth:
        return Truth(self.notes, self.comments, self.numbers)

    def sheet(self, name: str) -> Sheet:
        self.sheets.append(Sheet(name))
        return self.sheets[-1]

    def note(self, sheet: Sheet, row: int, column: int, value: Value, meant: Meant) -> None:
        sheet.put(row, column, value)
        self.notes[sheet.address(row, column)] = meant

    def comment(self, sheet: Sheet, row: int, column: int, text: str, line: str) -> None:
        sheet.put(row, column, text)
        self.comments[sheet.address(row, column)] = Meant(line, "", text)

    def number(self, sheet: Sheet, row: int, column: int, value: float, line: str) -> None:
        sheet.put(row, column, value)
        self.numbers[sheet.address(row, column)] = Meant(line, "", value)


def by_xlsxwriter(book: Book) -> bytes:
    """Return the workbook as Excel would store it: formulas keep their values."""
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream, {"in_memory": True}) as target:
        target.set_properties({"created": datetime(2025, 2, 3, tzinfo=UTC)})  # the same bytes on any day
        for sheet in book.sheets:
            page = target.add_worksheet(sheet.name)
            for first_row, first, last_row, last in sheet.merged:
                page.merge_range(first_row, first, last_row, last, "")
            for (row, column), value in sheet.cells.items():
                _write(target, page, row, column, value)
    return stream.getvalue()


def _write(
    target: xlsxwriter.Workbook,
    page: xlsxwriter.worksheet.Worksheet,
    row: int,
    column: int,
    value: Value,
) -> None:
    if isinstance(value, Formula):
        page.write_formula(
            row, column, value.text, target.add_format({"num_format": value.style}), value.stored
        )
    elif isinstance(value, date):
        page.write_datetime(row, column, value, target.add_format({"num_format": "dd/mm/yyyy"}))
    elif isinstance(value, str):
        page.write_string(row, column, value)
    else:
        page.write_number(row, column, value)


def by_openpyxl(book: Book) -> bytes:
    """Return the workbook as a script of the Caf would store it: a formula has no value yet.

    openpyxl dates the file: its content is the same each time, its bytes are not.
    """
    target = Workbook()
    target.remove(target.worksheets[0])
    for sheet in book.sheets:
        page = target.create_sheet(sheet.name)
        for (row, column), value in sheet.cells.items():
            cell = page.cell(row + 1, column + 1)
            cell.value = value.text if isinstance(value, Formula) else _plain(value)
            if isinstance(value, Formula):
                cell.number_format = value.style
        for first_row, first, last_row, last in sheet.merged:
            page.merge_cells(None, first_row + 1, first + 1, last_row + 1, last + 1)
    stream = io.BytesIO()
    target.save(stream)
    return stream.getvalue()


def _plain(value: Value) -> str | float | date:
    if isinstance(value, Formula):
        return value.stored
    return value


_NAMESPACES = " ".join(
    f'xmlns:{prefix}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
    for prefix, name in (("office", "office"), ("table", "table"), ("text", "text"))
)
_ODS = "application/vnd.oasis.opendocument.spreadsheet"


def by_hand_as_ods(book: Book) -> bytes:
    """Return the workbook as LibreOffice lays it out: runs of blank cells and rows are written once."""
    tables = "".join(_ods_table(sheet) for sheet in book.sheets)
    content = (
        f'<?xml version="1.0" encoding="UTF-8"?><office:document-content {_NAMESPACES} office:version="1.3">'
        f"<office:body><office:spreadsheet>{tables}</office:spreadsheet></office:body></office:document-content>"
    )
    manifest = (
        '<?xml version="1.0" encoding="UTF-8"?><manifest:manifest '
        'xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0" manifest:version="1.3">'
        f'<manifest:file-entry manifest:full-path="/" manifest:media-type="{_ODS}"/>'
        '<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/>'
        "</manifest:manifest>"
    )
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name, text in (("mimetype", _ODS), ("content.xml", content), ("META-INF/manifest.xml", manifest)):
            archive.writestr(zipfile.ZipInfo(name, (2025, 2, 3, 0, 0, 0)), text)
    return stream.getvalue()


def _ods_table(sheet: Sheet) -> str:
    rows, columns = sheet.shape()
    spans = {(first_row, first): (last_row, last) for first_row, first, last_row, last in sheet.merged}
    lines = []
    for row in range(rows):
        cells = "".join(_ods_cell(sheet, row, column, spans) for column in range(columns))
        rest = f'<table:table-cell table:number-columns-repeated="{1024 - columns}"/>'
        lines.append(f"<table:table-row>{cells}{rest}</table:table-row>")
    end = (
        f'<table:table-row table:number-rows-repeated="{1048576 - rows}">'
        '<table:table-cell table:number-columns-repeated="1024"/></table:table-row>'
    )
    return f"<table:table table:name={quoteattr(sheet.name)}>{''.join(lines)}{end}</table:table>"


def _ods_cell(sheet: Sheet, row: int, column: int, spans: dict[Place, Place]) -> str:
    span = ""
    if (row, column) in spans:
        last_row, last = spans[row, column]
        span = (
            f' table:number-columns-spanned="{last - column + 1}" '
            f'table:number-rows-spanned="{last_row - row + 1}"'
        )
    value = sheet.cells.get((row, column))
    if value is None:
        return f"<table:table-cell{span}/>"
    formula = f" table:formula={quoteattr('of:' + value.text)}" if isinstance(value, Formula) else ""
    plain = _plain(value)
    if isinstance(plain, str):
        text = "</text:p><text:p>".join(escape(part) for part in plain.split("\n"))
        kind = ' office:value-type="string"'
    elif isinstance(plain, date):
        text, kind = f"{plain:%d/%m/%Y}", f' office:value-type="date" office:date-value="{plain.isoformat()}"'
    else:
        text, kind = _french(plain), f' office:value-type="float" office:value="{plain}"'
    return f"<table:table-cell{span}{formula}{kind}><text:p>{text}</text:p></table:table-cell>"


def _french(number: float) -> str:
    return f"{number:g}".replace(".", ",")


def by_hand_as_csv(book: Book, delimiter: str, encoding: str) -> bytes:
    """Return the first sheet as a spreadsheet exports it, with a comma in the numbers."""
    (sheet,) = book.sheets
    rows, columns = sheet.shape()
    stream = io.StringIO()
    writer = csv.writer(stream, delimiter=delimiter, lineterminator="\r\n")
    for row in range(rows):
        writer.writerow([_csv_cell(sheet.cells.get((row, column))) for column in range(columns)])
    return stream.getvalue().encode(encoding)


def _csv_cell(value: Value | None) -> str:
    if value is None:
        return ""
    if isinstance(value, Formula) and "%" in value.style:
        return f"{float(value.stored) * 100:.0f}%"
    plain = _plain(value)
    if isinstance(plain, date):
        return f"{plain:%d/%m/%Y}"
    return plain if isinstance(plain, str) else _french(plain)
