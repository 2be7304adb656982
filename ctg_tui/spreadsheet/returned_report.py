"""Our own report sent back: its sheet « Données », what its blue cells say, and what was touched besides.

Lines are known by their mark, columns by their headings. A self-note changed since is reported, not taken.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

from ctg_tui.domain.assessment import Cell
from ctg_tui.domain.grid import Grid
from ctg_tui.formats import ABOUT, GRID, HEADINGS
from ctg_tui.spreadsheet.cells import Sheet, text_of
from ctg_tui.spreadsheet.headings import NotANoteError, parse_count, parse_note
from ctg_tui.spreadsheet.understanding import ReadComment, ReadIndicator, Reading, ReadNote, Unread
from ctg_tui.wording import spreadsheet as refusals

_ID, _, _NOTE, _COMMENT = HEADINGS

FindGrid = Callable[[str, str], Grid | None]
"""Returns the grid of an id and a fingerprint, if it is known here."""


class DataRow(NamedTuple):
    """A row of « Données »: its number in the sheet, and what its four columns hold."""

    number: int
    line: str
    policy: str
    note: str
    comment: str


class DataSheet:
    """The sheet « Données » of a report of this program, whatever its name, place and columns are now."""

    def __init__(self, sheet: Sheet, columns: Mapping[str, int]) -> None:
        self.sheet = sheet
        self._columns = columns
        taken = [columns[heading] for heading in HEADINGS]
        every = (
            DataRow(number, *(text_of(cells, column) for column in taken))
            for number, cells in sheet.rows()
            if number > 1
        )
        self.rows = tuple(row for row in every if any(row[1:]))

    def address(self, row: DataRow | int, heading: str) -> str:
        """Return the address of a cell, by its row and the heading of its column."""
        number = row if isinstance(row, int) else row.number
        return self.sheet.address(number, self._columns[heading])

    @property
    def lines(self) -> tuple[DataRow, ...]:
        """The rows of lines: answers, indicators, and what long texts go on with."""
        return tuple(row for row in self.rows if row.line not in ABOUT)

    def about(self, name: str) -> str:
        """Return what the sheet says under one of the names `ABOUT`; empty when it does not say."""
        return "".join(row.comment for row in self.rows if row.line == name)


def data_sheet(sheets: Sequence[Sheet]) -> DataSheet | None:
    """Return the sheet « Données » of a report of this program; None for any other workbook."""
    for sheet in sheets:
        columns: dict[str, int] = {}
        for (row, column), cell in sorted(sheet.cells.items()):
            if row == 1:
                columns.setdefault(cell.text, column)
        if all(heading in columns for heading in HEADINGS):
            data = DataSheet(sheet, columns)
            if data.about(GRID):
                return data
    return None


def read_data(data: DataSheet, find: FindGrid, name: str) -> Reading:
    """Return what the sheet `data` says, with the very grid that it names.

    A note that was changed since in another sheet is not taken. Raises InvalidDocument when `find` does not
    have the grid (`tableur-rapport`).
    """
    grid_id, _, fingerprint = data.about(GRID).partition(" ")
    grid = find(grid_id, fingerprint)
    if grid is None:
        raise refusals.report_of_unknown_grid(name)
    activities = {row.line for row in data.lines if row.policy}
    indicators = {row.line for row in data.lines} - activities
    reading = Reading(grid, len(activities), len(indicators), first_line=data.address(2, _ID))
    for row in data.lines:
        _take(reading, grid, data, row)
    return reading


def _goes_on(reading: Reading, line: str, text: str) -> bool:
    """Add the rest of a text too long for one cell to the comment of its line; return whether it has one."""
    for rank, comment in enumerate(reading.comments):
        if comment.activity == line:
            reading.comments[rank] = replace(comment, text=comment.text + text)
            return True
    for rank, indicator in enumerate(reading.indicators):
        if indicator.indicator == line:
            reading.indicators[rank] = replace(indicator, comment=indicator.comment + text)
            return True
    return False


def _take(reading: Reading, grid: Grid, data: DataSheet, row: DataRow) -> None:
    _, line, policy, note, comment = row
    address = data.address(row, _NOTE)
    try:
        if not policy and not note and _goes_on(reading, line, comment):
            return
        if line in grid.indicators and not policy:
            counted = parse_count(note)
            if counted is not None or comment:
                label = grid.indicators[line].label
                reading.indicators.append(ReadIndicator(address, line, label, counted, comment))
        elif line in grid.activities and policy in grid.policies_by_id:
            answer = parse_note(note)
            if answer is not None:
                label = grid.activities[line].label
                reading.notes.append(ReadNote(address, Cell(line, policy), label, answer))
            if comment:
                reading.comments.append(ReadComment(data.address(row, _COMMENT), line, comment))
        else:
            reading.unread.append(
                Unread(data.address(row, _ID), line, "Cette ligne n’est pas dans la grille.")
            )
    except NotANoteError:
        reading.unread.append(Unread(address, note, f"« {note} » n’est ni une note, ni NC, ni un nombre."))
