"""An adviser in front of our workbook: what she types and what she does to its rows and sheets.

With openpyxl, or in LibreOffice by its own scripting, which saves .xlsx and .ods.
"""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterable
from html import escape
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final, NamedTuple

from openpyxl import load_workbook

from tests.outside.commands import is_blue

SOFFICE: Final = shutil.which("soffice") or shutil.which("libreoffice")


class Typed(NamedTuple):
    """A value typed in a cell."""

    sheet: str
    address: str
    value: str | int


class Sorted(NamedTuple):
    """Some columns of some rows sorted by the first of them, the last first: the others stay behind."""

    sheet: str
    area: str


class RowGone(NamedTuple):
    sheet: str
    row: int


class SheetGone(NamedTuple):
    sheet: str


Act = Typed | Sorted | RowGone | SheetGone


class Workbook:
    """Our workbook as one looks at it: cells are found by the words around them."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.book = load_workbook(path)

    def row(self, start: str, sheet: str = "Grille") -> int:
        """Return the number of the row that begins with `start` and has a cell to fill."""
        (found,) = [
            number
            for number, row in enumerate(self.book[sheet].iter_rows(), 1)
            if any(map(is_blue, row))
            and next((f"{_plain(cell.value)} " for cell in row if cell.value), "").startswith(f"{start} ")
        ]
        return found

    def cell(self, start: str, heading: str, sheet: str = "Grille") -> Any:
        """Return the cell of a row in the column of a heading; `heading` may be empty: the first blue one."""
        row, cells = self.row(start, sheet), self.book[sheet]
        if not heading:
            return next(cell for cell in cells[row] if is_blue(cell))
        (column,) = {
            cell.column for cell in _flat(cells.iter_rows(max_row=row - 1)) if _plain(cell.value) == heading
        }
        return cells.cell(row, column)

    def signs(self, name: str, sheet: str = "Grille") -> Typed:
        """Return the typing of a name beside « Votre nom »."""
        cells = [*_flat(self.book[sheet].iter_rows())]
        (label,) = (cell for cell in cells if _plain(cell.value) == "Votre nom :")
        after = (cell for cell in self.book[sheet][label.row] if cell.column > label.column)
        return Typed(sheet, next(cell.coordinate for cell in after if is_blue(cell)), name)

    def area(self, first: str, last: str, heading: str, sheet: str = "Grille") -> str:
        """Return the address of the rows from one line to another, up to the column of a heading."""
        return f"A{self.row(first, sheet)}:{self.cell(last, heading, sheet).coordinate}"

    def types(self, start: str, heading: str, value: str | int, sheet: str = "Grille") -> Typed:
        """Return the typing of a value in a blue cell."""
        cell = self.cell(start, heading, sheet)
        assert is_blue(cell), (start, heading)
        return Typed(sheet, cell.coordinate, value)

    def types_over(self, start: str, heading: str, value: str | int, sheet: str = "Grille") -> Typed:
        """Return the typing of a value in a cell that is not for it: its protection was lifted."""
        cell = self.cell(start, heading, sheet)
        assert not is_blue(cell), (start, heading)
        return Typed(sheet, cell.coordinate, value)

    @property
    def texts(self) -> str:
        """Every text of the sheets that one sees."""
        shown = (sheet for sheet in self.book.worksheets if sheet.sheet_state == "visible")
        cells = (cell for sheet in shown for cell in _flat(sheet.iter_rows()))
        return "\n".join(str(cell.value) for cell in cells if cell.value is not None)

    @property
    def blank_cells(self) -> int:
        """The blue cells with nothing in them."""
        every = (cell for sheet in self.book.worksheets for cell in _flat(sheet.iter_rows()))
        return sum(is_blue(cell) and cell.value is None for cell in every)


def _flat(rows: Iterable[Iterable[Any]]) -> Iterable[Any]:
    return (cell for row in rows for cell in row)


def _plain(value: object) -> str:
    return " ".join(str(value or "").split())


def save(source: Path, to: Path, *acts: Act, office: bool) -> Path:
    """Do `acts` to a workbook, in their order, and save it as `to`."""
    (_in_office if office else _with_openpyxl)(source, to, acts)
    return to


def _with_openpyxl(source: Path, to: Path, acts: Iterable[Act]) -> None:
    book = load_workbook(source)
    for act in acts:
        match act:
            case Typed(sheet, address, value):
                book[sheet][address] = value
            case Sorted(sheet, area):
                cells: Any = book[sheet][area]
                rows = [[cell.value for cell in row] for row in cells]
                for row, values in zip(cells, reversed(rows), strict=True):
                    for cell, value in zip(row, values, strict=True):
                        cell.value = value
            case RowGone(sheet, number):
                book[sheet].delete_rows(number)
            case SheetGone(sheet):
                del book[sheet]
    book.save(to)


_LIBRARY: Final = """<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE library:{kind} PUBLIC "-//OpenOffice.org//DTD OfficeDocument 1.0//EN" "{kind}.dtd">
<library:{kind} xmlns:library="http://openoffice.org/2000/library" xmlns:xlink="http://www.w3.org/1999/xlink"
 {about}</library:{kind}>
"""
_LIBRARIES: Final = '><library:library library:name="Standard" library:link="false"/>'
_STANDARD: Final = (
    'library:name="Standard" library:readonly="false" library:passwordprotected="false">'
    '<library:element library:name="Module1"/>'
)
_MODULE: Final = """<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE script:module PUBLIC "-//OpenOffice.org//DTD OfficeDocument 1.0//EN" "module.dtd">
<script:module xmlns:script="http://openoffice.org/2000/script" script:name="Module1"
 script:language="StarBasic">{code}</script:module>
"""
_MADE: Final = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Setup/Office"><prop oor:name="ooSetupInstCompleted" oor:op="fuse">
<value>true</value></prop></item></oor:items>
"""
"""Keeps LibreOffice from making the profile anew, without the module."""
_SESSION: Final = """
Sub Main
  Dim hidden(0) As New com.sun.star.beans.PropertyValue
  hidden(0).Name = "Hidden"
  hidden(0).Value = True
  Dim field(0) As New com.sun.star.table.TableSortField
  field(0).Field = 0
  field(0).IsAscending = False
  Dim order(0) As New com.sun.star.beans.PropertyValue
  order(0).Name = "SortFields"
  order(0).Value = field()
  Dim how(0) As New com.sun.star.beans.PropertyValue
  how(0).Name = "FilterName"
  how(0).Value = "{filter}"
  Dim document, i, area
  document = StarDesktop.loadComponentFromURL("{source}", "_blank", 0, hidden())
  document.unprotect("")
  For i = 0 To document.Sheets.Count - 1
    document.Sheets.getByIndex(i).unprotect("")
  Next i
{body}
  document.storeToURL("{to}", how())
  document.close(True)
  StarDesktop.terminate()
End Sub
"""
_FILTERS: Final = {".xlsx": "Calc MS Excel 2007 XML", ".ods": "calc8"}


def _in_office(source: Path, to: Path, acts: Iterable[Act]) -> None:
    code = _SESSION.format(
        source=source.as_uri(),
        to=to.as_uri(),
        filter=_FILTERS[to.suffix],
        body="\n".join(f"  {_basic(act)}" for act in acts),
    )
    with TemporaryDirectory() as profile:
        standard = Path(profile, "user", "basic", "Standard")
        standard.mkdir(parents=True)
        for path, text in (
            (Path(profile, "user", "registrymodifications.xcu"), _MADE),
            (standard.parent / "script.xlc", _LIBRARY.format(kind="libraries", about=_LIBRARIES)),
            (standard / "script.xlb", _LIBRARY.format(kind="library", about=_STANDARD)),
            (standard / "Module1.xba", _MODULE.format(code=escape(code))),
        ):
            path.write_text(text, encoding="utf-8")
        subprocess.run(
            [
                str(SOFFICE),
                f"-env:UserInstallation={Path(profile).as_uri()}",
                *("--headless", "--norestore", "macro:///Standard.Module1.Main"),
            ],
            check=True,
            capture_output=True,
            timeout=300,
        )
    assert to.exists(), f"LibreOffice did not save {to.name}"


def _basic(act: Act) -> str:
    """Return the line of Basic that does an act."""
    sheet = f'document.Sheets.getByName("{act.sheet}")'
    match act:
        case Typed(_, address, int(value)):
            return f'{sheet}.getCellRangeByName("{address}").Value = {value}'
        case Typed(_, address, value):
            typed = str(value).replace('"', '""')
            return f'{sheet}.getCellRangeByName("{address}").String = "{typed}"'
        case Sorted(_, area):
            return f'area = {sheet}.getCellRangeByName("{area}") : area.sort(order())'
        case RowGone(_, row):
            return f"{sheet}.Rows.removeByIndex({row - 1}, 1)"
        case SheetGone():
            return f'document.Sheets.removeByName("{act.sheet}")'
