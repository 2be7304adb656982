"""A workbook as plain facts: texts at addresses, nothing decided yet."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Final, NamedTuple

_FIRST_DAY: Final = date(1899, 12, 30)
"""The day 0 of spreadsheets, right for every day after February 1900."""
_REFERENCE: Final = re.compile(r"([A-Z]{1,3})([1-9][0-9]{0,6})")


class Position(NamedTuple):
    """A row and a column, both from 1."""

    row: int
    column: int


class Display(NamedTuple):
    """How a cell shows its value: by the `code` of a number format, else as `text`, which the file has.

    `is_text`: the value is no number.
    """

    code: str = ""
    is_text: bool = False
    text: str = ""


class SheetCell(NamedTuple):
    """What a cell holds. `remark` is the text of a cell note; `is_stale`: a formula without stored value.

    `display` is None where the cell shows its value as it is.
    """

    text: str
    remark: str = ""
    is_stale: bool = False
    is_formula: bool = False
    display: Display | None = None


@dataclass
class Sheet:
    """A sheet: its cells that hold something, the rows and columns that are hidden, the merged ranges.

    `merged` gives, for each position covered by a merged range, the position of its first cell. `part` is the
    name of the sheet in its package, for .xlsx.
    """

    name: str
    cells: dict[Position, SheetCell] = field(default_factory=dict)
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)
    merged: dict[Position, Position] = field(default_factory=dict)
    is_hidden: bool = False
    part: str = ""

    def text(self, row: int, column: int) -> str:
        """Return the text at a position, through a merged range; empty where there is none."""
        position = Position(row, column)
        cell = self.cells.get(self.merged.get(position, position))
        return "" if cell is None else cell.text

    def rows(self) -> Iterator[tuple[int, Mapping[int, SheetCell]]]:
        """Yield each row that holds something, in order, as its number and its cells by column."""
        rows: dict[int, dict[int, SheetCell]] = {}
        for (row, column), cell in self.cells.items():
            rows.setdefault(row, {})[column] = cell
        for row in sorted(rows):
            yield row, dict(sorted(rows[row].items()))

    def is_out_of_sight(self, position: Position) -> bool:
        """Return whether the person who opens the workbook does not see this cell."""
        return self.is_hidden or position.row in self.hidden_rows or position.column in self.hidden_columns

    def address(self, row: int, column: int) -> str:
        """Return `Mission 2!C14`, as spreadsheet programs write it."""
        return f"{self.name}!{column_letters(column)}{row}"


def first_difference(before: Sequence[Sheet], after: Sequence[Sheet]) -> str:
    """Return the address of the first cell that differs between two readings; empty when none does."""
    for former, sheet in zip(before, after, strict=False):
        if former.name != sheet.name:
            return sheet.name
        for position in sorted({*former.cells, *sheet.cells}):
            if former.cells.get(position) != sheet.cells.get(position):
                return sheet.address(*position)
    others = (*before[len(after) :], *after[len(before) :])
    return others[0].name if others else ""


def column_letters(column: int) -> str:
    """Return `C` for 3, `AA` for 27."""
    letters = ""
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def position_of(reference: str) -> Position:
    """Return the position of `C14`. Raises ValueError when it is no reference of a cell."""
    found = _REFERENCE.fullmatch(reference.replace("$", ""))
    if found is None:
        raise ValueError(f"not a cell reference: {reference[:20]!r}")
    column = 0
    for letter in found[1]:
        column = 26 * column + ord(letter) - ord("A") + 1
    return Position(int(found[2]), column)


def date_text(number: float) -> str:
    """Return the day that a sheet stores as a number of days: `02/03/2024`."""
    return (_FIRST_DAY + timedelta(days=number)).strftime("%d/%m/%Y")


def number_text(number: float, *, per_cent: bool = False) -> str:
    """Return a number as a French sheet shows it: `2`, `1,5`, `74 %`."""
    shown = round(100 * number if per_cent else number, 6)
    text = str(int(shown)) if shown == int(shown) else str(shown).replace(".", ",")
    return f"{text} %" if per_cent else text


def text_in(cells: Mapping[int, SheetCell], column: int) -> str:
    """Return the text of a row in a column; empty without a cell there."""
    return cells[column].text if column in cells else ""
