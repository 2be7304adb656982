"""An adviser in front of our workbook: what she types, and what she does to its rows and sheets."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Final

from openpyxl import load_workbook

from tests.outside.person import DATA

Answers = Mapping[str, Mapping[str, Any]]
ADVISER: Final[Answers] = tomllib.loads((DATA / "conseiller.toml").read_text(encoding="utf-8"))
"""What the adviser writes in our workbook, by line and heading."""


class Workbook:
    """Our workbook as one looks at it: cells are found by the words around them."""

    def __init__(self, path: Path) -> None:
        self.book = load_workbook(path)

    def row(self, start: str, sheet: str = "Grille") -> int:
        """Return the number of the row that begins with `start` and has a cell to fill."""
        rows = {
            number: [plain(cell.value) for cell in row if cell.value]
            for number, row in enumerate(self.book[sheet].iter_rows(), 1)
            if any(map(is_blue, row))
        }
        (found,) = [
            number
            for number, texts in rows.items()
            if f"{start} :" in texts or any(f"{text} ".startswith(f"{start} ") for text in texts[:1])
        ]
        return found

    def cell(self, start: str, heading: str, sheet: str = "Grille") -> Any:
        """Return the cell of a row in the column of a heading; without one, the blue one after the label."""
        row, cells = self.row(start, sheet), self.book[sheet]
        if not heading:
            label = next(cell for cell in cells[row] if plain(cell.value) in (start, f"{start} :"))
            return next(cell for cell in cells[row][label.column :] if is_blue(cell))
        (column,) = {
            cell.column for cell in _flat(cells.iter_rows(max_row=row - 1)) if plain(cell.value) == heading
        }
        return cells.cell(row, column)

    def types(
        self, start: str, heading: str, value: str | int, sheet: str = "Grille", *, over: bool = False
    ) -> str:
        """Type a value in a blue cell or, its protection lifted, `over` another; return its address."""
        cell = self.cell(start, heading, sheet)
        assert is_blue(cell) is not over, (start, heading)
        cell.value = value
        return f"{sheet}!{cell.coordinate}"

    def sort(self, first: str, last: str, heading: str) -> None:
        """Sort the rows from one line to another, the last first, up to a column: the others stay behind."""
        cells: Any = self.book["Grille"][f"A{self.row(first)}:{self.cell(last, heading).coordinate}"]
        rows = [[cell.value for cell in row] for row in cells]
        for row, values in zip(cells, reversed(rows), strict=True):
            for cell, value in zip(row, values, strict=True):
                cell.value = value

    def save(self, path: Path) -> Path:
        self.book.save(path)
        return path

    @property
    def texts(self) -> str:
        """Every text of the sheets that one sees, on one line."""
        shown = (sheet for sheet in self.book.worksheets if sheet.sheet_state == "visible")
        return plain(" ".join(str(cell.value or "") for sheet in shown for cell in _flat(sheet.iter_rows())))


def workbook_to_answer(folder: Path) -> Path:
    """Return the workbook among the files in `folder` that has cells to fill."""
    (found,) = [
        path
        for path in folder.rglob("*.xlsx")
        if any(is_blue(cell) for sheet in load_workbook(path) for cell in _flat(sheet.iter_rows()))
    ]
    return found


def fill_blue_cells(workbook: Path, to: Path, said: Answers) -> None:
    """Answer in our workbook and save it as `to`; `said` gives what to write by line and heading."""
    book = Workbook(workbook)
    for start, values in said.items():
        for heading, value in values.items():
            book.types(start, heading, value)
    book.save(to)


def words_of(said: Answers) -> list[str]:
    """Return the texts of an answer, without its notes."""
    return [text for values in said.values() for text in values.values() if isinstance(text, str)]


def is_blue(cell: Any) -> bool:
    """Return whether a cell is to be filled: its ground is a light blue."""
    colour = str(cell.fill.fgColor.rgb)
    if not cell.fill.fill_type or len(colour) != 8:
        return False
    red, green, blue = (int(colour[place : place + 2], 16) for place in (2, 4, 6))
    return min(red, green, blue) > 0xC0 and blue > red + 16


def plain(value: object) -> str:
    """Return a text with plain spaces, on one line."""
    return " ".join(str(value or "").split())


def _flat(rows: Iterable[Iterable[Any]]) -> Iterable[Any]:
    return (cell for row in rows for cell in row)
