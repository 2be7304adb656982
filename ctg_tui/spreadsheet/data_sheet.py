"""The sheet « Données » of our own workbook: its answers, and the file that it is of."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any, Final, NamedTuple

from ctg_tui import formats
from ctg_tui.domain.assessment import Cell, Territory, answer_text
from ctg_tui.domain.changes import Field, cell_key
from ctg_tui.domain.details import FIRST_YEAR, LAST_YEAR
from ctg_tui.domain.grid import Grid
from ctg_tui.formats import ABOUT, GRID, HEADINGS
from ctg_tui.spreadsheet.cells import Sheet, text_of
from ctg_tui.spreadsheet.notes import parse_count, parse_note
from ctg_tui.spreadsheet.understanding import Key
from ctg_tui.wording import spreadsheet as refusals

FindGrid = Callable[[str, str], Grid | None]
"""Returns the grid of an id and a fingerprint, if it is known here."""


class DataSheet(NamedTuple):
    """The sheet « Données » of a report of this program, whatever its name, place and columns are now.

    `rows` are what its four columns hold; `texts` the whole text of each line, and of each name of `ABOUT`.
    """

    sheet: Sheet
    rows: Sequence[tuple[str, ...]]
    texts: Mapping[str, str]

    def text(self, name: str) -> str:
        return self.texts.get(name, "")


def data_sheet(sheets: Sequence[Sheet]) -> DataSheet | None:
    """Return the sheet « Données » of a report of this program; None for any other workbook."""
    for sheet in sheets:
        rows = dict(sheet.rows())
        columns = {cell.text: column for column, cell in [*rows.pop(1, {}).items()][::-1]}
        if all(heading in columns for heading in HEADINGS):
            held = [tuple(text_of(cells, columns[one]) for one in HEADINGS) for cells in rows.values()]
            texts: defaultdict[str, str] = defaultdict(str)
            for line, _, _, comment in held:
                texts[line] += comment
            if texts.get(GRID):
                return DataSheet(sheet, held, texts)
    return None


def sent_in(data: DataSheet, grid: Grid, name: str) -> tuple[Mapping[Key, str], Facts]:
    """Return the values that were sent, spelt as in the journal, and of which file they are.

    Raises InvalidDocument when they cannot be read.
    """
    values: dict[Key, str] = {}
    try:
        for line, policy, note, _ in data.rows:
            if line in ABOUT:
                continue
            answer = parse_note(note) if policy else None
            number = None if policy else parse_count(note)
            if answer is not None:
                values[Field.ANSWER, cell_key(Cell(line, policy))] = answer_text(answer)
            if number is not None:
                values[Field.NUMBER, line] = str(number)
            if text := data.text(line):
                values[Field.COMMENT if line in grid.activities else Field.REMARK, line] = text
        return values, _facts_of(data)
    except (LookupError, TypeError, ValueError, OverflowError) as error:
        raise refusals.data_changed(name) from error


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


def _facts_of(data: DataSheet) -> Facts:
    territory: Any = formats.parse_strictly(data.text(formats.TERRITORY))
    place = [territory[key] for key in ("nom", "siren", "departement", "identifiant")]
    if not all(value is None or isinstance(value, str) for value in place):
        raise TypeError(place)
    points: Any = formats.parse_strictly(data.text(formats.POINTS))
    met, texts = data.text(formats.MEETING), re.findall("[0-9a-f]{8}", data.text(formats.TEXTS))
    if not texts:
        raise ValueError(formats.TEXTS)
    return Facts(
        _checked(_ID_OF_ROW, data.text(formats.FILE)),
        data.text(formats.ASSESSMENT),
        int(data.text(formats.SENDING)),
        _moment(data.text(formats.MOMENT)),
        data.text(formats.ADDRESSEE),
        date.fromisoformat(met) if met else None,
        Territory(place[0] or "", place[1], place[2] or "", place[3]),
        {str(mark): _point(*fields) for mark, *fields in points},
        frozenset(texts),
    )


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
