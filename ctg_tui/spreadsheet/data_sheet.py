"""The sheet « Données » of our own workbook: its answers, and the file that it is of."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any, Final, NamedTuple

from ctg_tui import formats
from ctg_tui.domain.assessment import Cell, Territory
from ctg_tui.domain.details import FIRST_YEAR, LAST_YEAR
from ctg_tui.domain.grid import Grid
from ctg_tui.formats import ABOUT, GRID, HEADINGS
from ctg_tui.spreadsheet.cells import Sheet, text_of
from ctg_tui.spreadsheet.notes import NotANoteError, parse_count, parse_note
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
        every = (DataRow(number, *(text_of(cells, one) for one in taken)) for number, cells in sheet.rows())
        self.rows = tuple(row for row in every if row.number > 1 and any(row[1:]))
        self._texts: defaultdict[str, str] = defaultdict(str)
        for row in self.rows:
            self._texts[row.line] += row.comment

    def address(self, row: int, heading: str) -> str:
        """Return the address of a cell, by its row and the heading of its column."""
        return self.sheet.address(row, self._columns[heading])

    def text(self, name: str) -> str:
        """Return the whole text of a line, or what stands under one of the names `ABOUT`; empty without."""
        return self._texts.get(name, "")


def data_sheet(sheets: Sequence[Sheet]) -> DataSheet | None:
    """Return the sheet « Données » of a report of this program; None for any other workbook."""
    for sheet in sheets:
        columns: dict[str, int] = {}
        for (row, column), cell in sorted(sheet.cells.items()):
            if row == 1:
                columns.setdefault(cell.text, column)
        if all(heading in columns for heading in HEADINGS):
            data = DataSheet(sheet, columns)
            if data.text(GRID):
                return data
    return None


def read_data(data: DataSheet, find: FindGrid, name: str) -> Reading:
    """Return what the sheet `data` says, with the very grid that it names.

    A note that was changed since in another sheet is not taken. Raises InvalidDocument when `find` does not
    have the grid (`tableur-rapport`).
    """
    grid_id, _, fingerprint = data.text(GRID).partition(" ")
    grid = find(grid_id, fingerprint)
    if grid is None:
        raise refusals.report_of_unknown_grid(name)
    lines = [row for row in data.rows if row.line not in ABOUT]
    activities = {row.line for row in lines if row.policy}
    indicators = {row.line for row in lines} - activities
    reading = Reading(grid, len(activities), len(indicators), first_line=data.address(2, _ID))
    seen = set[str]()
    for row in lines:
        if row.line not in seen or row.policy or row.note:  # else a long text goes on in it
            _take(reading, grid, data, row, "" if row.line in seen else data.text(row.line))
        seen.add(row.line)
    return reading


def _take(reading: Reading, grid: Grid, data: DataSheet, row: DataRow, comment: str) -> None:
    number, line, policy, note, _ = row
    address = data.address(number, _NOTE)
    try:
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
            reason = "Cette ligne n’est pas dans la grille."
            reading.unread.append(Unread(data.address(number, _ID), line, reason))
    except NotANoteError:
        reading.unread.append(Unread(address, note, f"« {note} » n’est ni une note, ni NC, ni un nombre."))


# What it says of the file that was sent.

_ID_OF_ROW: Final = re.compile("[0-9a-f]{32}")
_IDENTIFIER: Final = re.compile(r"[a-z0-9]+(?:[.-][a-z0-9]+)*")
_LONGEST_IDENTIFIER: Final = 64


class SentPoint(NamedTuple):
    """A point of the sheet « Entretien », with the ids of the rows of the Caf that an agreement answers."""

    key: str
    line: str | None
    policy: str | None
    answers: tuple[str, ...]


class Facts(NamedTuple):
    """The file that a workbook is of, for what comes back in it.

    `points` are by their marks; `texts` are the digests of all that the other sheets say.
    """

    about: str
    assessment: str
    sending: int
    at: datetime
    addressee: str
    meeting: date | None
    territory: Territory
    points: Mapping[str, SentPoint]
    texts: frozenset[str]


def facts_of(data: DataSheet, name: str) -> Facts:
    """Return what `data` says of its file. Raises InvalidDocument when it cannot be read."""
    try:
        territory: Any = formats.parse_strictly(data.text(formats.TERRITORY))
        place = [territory[key] for key in ("nom", "siren", "departement", "identifiant")]
        if not all(value is None or isinstance(value, str) for value in place):
            raise TypeError(place)
        points: Any = formats.parse_strictly(data.text(formats.POINTS))
        met, about = data.text(formats.MEETING), data.text(formats.FILE)
        return Facts(
            _checked(_ID_OF_ROW, about),
            data.text(formats.ASSESSMENT),
            int(data.text(formats.SENDING)),
            _moment(data.text(formats.MOMENT)),
            data.text(formats.ADDRESSEE),
            date.fromisoformat(met) if met else None,
            Territory(place[0] or "", place[1], place[2] or "", place[3]),
            {str(mark): _point(*fields) for mark, *fields in points},
            frozenset(re.findall("[0-9a-f]{8}", data.text(formats.TEXTS))),
        )
    except (formats.UnreadableError, LookupError, TypeError, ValueError, OverflowError) as error:
        raise refusals.data_changed(name, data.address(1, _COMMENT)) from error


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text).astimezone(UTC)
    if not FIRST_YEAR <= moment.year <= LAST_YEAR:
        raise ValueError(text)
    return moment


def _point(key: str, line: str | None, policy: str | None, answers: list[str]) -> SentPoint:
    for identifier in filter(None, (line, policy)):
        if not is_identifier(identifier):
            raise ValueError(identifier)
    if policy is not None and line is None:
        raise ValueError(policy)
    ids = tuple(sorted({_checked(_ID_OF_ROW, answer) for answer in answers}))
    return SentPoint(_checked(_ID_OF_ROW, key), line, policy, ids)


def _checked(pattern: re.Pattern[str], text: str) -> str:
    if not pattern.fullmatch(text):
        raise ValueError(text)
    return text


def is_identifier(text: str) -> bool:
    """Return whether a text can be the id of a line or of a policy."""
    return len(text) <= _LONGEST_IDENTIFIER and bool(_IDENTIFIER.fullmatch(text))
