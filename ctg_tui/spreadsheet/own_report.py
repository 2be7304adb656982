"""The program's own report sent back: its sheet « Données » gives each answer, as it was sent, exactly."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Final

from ctg_tui.domain.answers import Cell
from ctg_tui.domain.grid import Grid
from ctg_tui.spreadsheet import refusals
from ctg_tui.spreadsheet.cells import Sheet, SheetCell
from ctg_tui.spreadsheet.notes import NotANoteError, parse_count, parse_note
from ctg_tui.spreadsheet.results import ReadComment, ReadIndicator, Reading, ReadNote, Unread

FindGrid = Callable[[str, str], Grid | None]
"""Returns the grid of an id and a fingerprint, if it is known here."""

_NAME: Final = "Données"
_HEADINGS: Final = ("id", "politique", "note", "commentaire")
_GRID: Final = "grille"
_ABOUT: Final = frozenset({_GRID, "soumission"})
"""The ids of the rows that are no lines."""
_ID, _POLICY, _NOTE, _COMMENT = 1, 2, 3, 4


def data_sheet(sheets: Sequence[Sheet]) -> Sheet | None:
    """Return the sheet « Données » of a report of this program; None for any other workbook."""
    for sheet in sheets:
        headings = tuple(sheet.text(1, column) for column in range(1, len(_HEADINGS) + 1))
        if sheet.name == _NAME and headings == _HEADINGS:
            return sheet
    return None


def read_data(data: Sheet, find: FindGrid, name: str) -> Reading:
    """Return what the sheet `data` says, with the very grid that it names.

    A note that was changed since in another sheet is not taken. Raises InvalidDocument when `find` does not
    have the grid (`tableur-rapport`).
    """
    rows = [(number, cells) for number, cells in data.rows() if number > 1]
    named = next((_text(cells, _COMMENT) for _, cells in rows if _text(cells, _ID) == _GRID), "")
    grid_id, _, fingerprint = named.partition(" ")
    grid = find(grid_id, fingerprint)
    if grid is None:
        raise refusals.report_of_unknown_grid(name)
    lines = [(number, cells) for number, cells in rows if _text(cells, _ID) not in _ABOUT]
    activities = {_text(cells, _ID) for _, cells in lines if _text(cells, _POLICY)}
    indicators = {_text(cells, _ID) for _, cells in lines} - activities
    reading = Reading(grid, len(activities), len(indicators), first_line=data.address(2, _ID))
    for number, cells in lines:
        _take(reading, grid, data, number, cells)
    return reading


def _text(cells: Mapping[int, SheetCell], column: int) -> str:
    return cells[column].text if column in cells else ""


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


def _take(reading: Reading, grid: Grid, data: Sheet, number: int, cells: Mapping[int, SheetCell]) -> None:
    line, policy, note, comment = (_text(cells, column) for column in (_ID, _POLICY, _NOTE, _COMMENT))
    address = data.address(number, _NOTE)
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
                reading.comments.append(ReadComment(data.address(number, _COMMENT), line, comment))
        else:
            reading.unread.append(
                Unread(data.address(number, _ID), line, "Cette ligne n’est pas dans la grille.")
            )
    except NotANoteError:
        reading.unread.append(Unread(address, note, f"« {note} » n’est ni une note, ni NC, ni un nombre."))
