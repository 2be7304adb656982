"""Our own workbook sent back: its sheet « Données », and what the adviser adds in its blue cells.

Rows are known by their marks, columns by their headings. What cannot be read is named, and withdraws nothing.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time
from typing import Any, Final, NamedTuple

from ctg_tui import formats
from ctg_tui.domain.assessment import Answer, Cell, Territory, answer_text
from ctg_tui.domain.details import FIRST_YEAR, LAST_YEAR
from ctg_tui.domain.grid import Grid, named_line, number_of
from ctg_tui.domain.text import MAX_TEXT_LENGTH, clean, fold
from ctg_tui.domain.thread import Said, Thread, union
from ctg_tui.formats import ABOUT, GRID, HEADINGS, letters, line_mark, text_digest
from ctg_tui.spreadsheet.cells import TOO_LONG, Sheet, SheetCell, text_of
from ctg_tui.spreadsheet.headings import NotANoteError, parse_count, parse_note
from ctg_tui.spreadsheet.reader import UNREADABLE, WORKBOOK, Package, read_workbook
from ctg_tui.spreadsheet.understanding import ReadComment, ReadIndicator, Reading, ReadNote, Unread
from ctg_tui.system.computer import local_time
from ctg_tui.wording import spreadsheet as refusals
from ctg_tui.wording import workbook as words
from ctg_tui.wording.french import day
from ctg_tui.wording.thread import WHOLE
from ctg_tui.wording.typed import parse_meeting

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


# What comes back of a file that was sent.


class Changed(NamedTuple):
    """A self-note, a comment, an indicator or another text of the person that was typed over.

    `what` is French: `note de 1.2 Famille`. `sent` is empty for what « Données » does not hold.
    """

    address: str
    what: str
    sent: str
    now: str


@dataclass(frozen=True)
class ReturnedReport:
    """What the adviser adds. `sending` and `about` are of the file that they had before them.

    `rows` are all of the Caf; `unread` is what could not be read, which withdraws nothing.
    """

    assessment: str
    territory: Territory
    grid: Grid
    sending: int
    about: str
    author: str
    rows: Thread
    changed: tuple[Changed, ...]
    unread: tuple[Unread, ...]


def read_returned(content: bytes, name: str, find: FindGrid) -> ReturnedReport | None:
    """Return what the adviser adds in a workbook of ours; None when it is no report that was sent.

    Raises InvalidDocument when it is no workbook (`tableur-…`), when its grid is not known here
    (`tableur-rapport`), or when its sheet « Données » does not say any more what it is about.
    """
    sheets = read_workbook(content, name)
    data = data_sheet(sheets)
    others = [sheet for sheet in sheets if data is None or sheet is not data.sheet]
    tables = [table for sheet in others for table in _tables(sheet)]
    if data is None or not (data.about(formats.FILE) and data.about(formats.ASSESSMENT)):
        if tables:
            raise refusals.data_lost(name, formats.NAME if data is None else data.sheet.name)
        return None
    reading = read_data(data, find, name)
    assert reading.grid is not None  # read_data raises without one
    answer = _Answer(reading.grid, _facts(data, name), reading, is_sound=_is_as_sent(data))
    return answer.read(content, data, others, tables)


class _SentPoint(NamedTuple):
    """A point of the sheet « Entretien », with the ids of the rows of the Caf that an agreement answers."""

    key: str
    line: str | None
    policy: str | None
    answers: tuple[str, ...]


class _Facts(NamedTuple):
    """What « Données » says of the file; `texts` are the digests of all that the other sheets say."""

    about: str
    assessment: str
    sending: int
    at: datetime
    addressee: str
    meeting: date | None
    territory: Territory
    points: Mapping[str, _SentPoint]
    texts: frozenset[str]


def _facts(data: DataSheet, name: str) -> _Facts:
    try:
        territory: Any = formats.parse_strictly(data.about(formats.TERRITORY))
        place = [territory[key] for key in ("nom", "siren", "departement", "identifiant")]
        points: Any = formats.parse_strictly(data.about(formats.POINTS))
        met, texts = data.about(formats.MEETING), data.about(formats.TEXTS)
        if not all(value is None or isinstance(value, str) for value in place):
            raise TypeError(place)
        return _Facts(
            data.about(formats.FILE),
            data.about(formats.ASSESSMENT),
            int(data.about(formats.SENDING)),
            datetime.fromisoformat(data.about(formats.MOMENT)).astimezone(UTC),
            data.about(formats.ADDRESSEE),
            date.fromisoformat(met) if met else None,
            Territory(place[0] or "", place[1], place[2] or "", place[3]),
            {str(mark): _SentPoint(key, line, policy, (*ids,)) for mark, key, line, policy, ids in points},
            frozenset(re.findall("[0-9a-f]{8}", texts)),
        )
    except (formats.UnreadableError, LookupError, TypeError, ValueError) as error:
        raise refusals.data_changed(name, data.address(1, _COMMENT)) from error


def _is_as_sent(data: DataSheet) -> bool:
    """Return whether the rows of « Données » are those that were sent, in any order."""
    keys: list[formats.DataKey] = []
    for row in data.rows:
        is_about = row.line in ABOUT
        if row.line != formats.CONTROL and (is_about or row.policy or row.note):
            keys.append((row.line, row.policy, row.comment if is_about else row.note))
    return formats.control(keys) == data.about(formats.CONTROL)


def _saved_at(content: bytes, name: str, otherwise: datetime) -> datetime:
    """Return when a workbook was saved, by its properties; `otherwise` when they do not say it."""
    package = Package(content, name)
    part, tag = ("docProps/core.xml", "modified") if WORKBOOK in package.parts else ("meta.xml", "date")
    try:
        text = next((element.text or "" for element in package.elements(part, tag)), "")
        saved = datetime.fromisoformat(text.strip())
        if saved.tzinfo is None:  # LibreOffice writes the time of the computer
            saved = saved.replace(tzinfo=local_time(saved.replace(tzinfo=UTC)).tzinfo)
        is_possible = FIRST_YEAR <= saved.year <= LAST_YEAR
        return saved.astimezone(UTC).replace(microsecond=0) if is_possible else otherwise
    except (*UNREADABLE, OverflowError):
        return otherwise


def _plain(text: str) -> str:
    """Return a heading without case, accents and needless spaces."""
    return " ".join(fold(text).split())


_Row = Mapping[int, SheetCell]


class _Table(NamedTuple):
    """Rows below one row of headings, up to `end`; `columns` by heading, the first of each."""

    sheet: Sheet
    head: int
    end: int
    mark: int
    columns: Mapping[str, int]

    def column(self, heading: str) -> int | None:
        return self.columns.get(_plain(heading))


def _tables(sheet: Sheet) -> Iterable[_Table]:
    heads = [(row, column) for (row, column), cell in sorted(sheet.cells.items()) if cell.text == words.MARK]
    ends = [row for row, _ in heads[1:]] + [1 << 30]
    for (head, mark), end in zip(heads, ends, strict=False):
        columns: dict[str, int] = {}
        for (row, column), cell in sorted(sheet.cells.items()):
            if row == head and column != mark:
                columns.setdefault(_plain(cell.text), column)
        yield _Table(sheet, head, end, mark, columns)


class _Answer:
    """What is read of the sheets of one workbook; `is_sound`: « Données » is as it was sent."""

    def __init__(self, grid: Grid, facts: _Facts, sent: Reading, *, is_sound: bool) -> None:
        self._grid = grid
        self._facts = facts
        self._is_sound = is_sound
        self._notes = sent.answers if is_sound else {}
        self._comments = {one.activity: one.text for one in sent.comments}
        self._comments |= {one.indicator: one.comment for one in sent.indicators}
        self._numbers = {one.indicator: one.number for one in sent.indicators}
        self._labels: dict[str | None, str] = {
            line: letters(grid.line(line).label) for line in grid.mission_of
        }
        self._labels[None] = letters(WHOLE)
        self._read: set[tuple[str, int, int]] = set()
        self._lines: set[str | None] = set()
        self._beside: dict[str | None, list[tuple[str, str]]] = {}
        self._rows: list[Said] = []
        self._changed: list[Changed] = []
        self._unread: list[Unread] = []
        self._author, self._at = facts.addressee, facts.at
        self._meeting: date | None = None

    def read(
        self, content: bytes, data: DataSheet, sheets: Sequence[Sheet], tables: Sequence[_Table]
    ) -> ReturnedReport:
        """Return all that is read in the sheets."""
        facts = self._facts
        self._at = _saved_at(content, data.sheet.name, facts.at)
        self._take_name(sheets)
        self._take_meeting(sheets)
        kinds = {words.REMARK: self._read_line, words.AGREED: self._read_point, words.WHAT: self._read_action}
        for heading, read_row in kinds.items():
            for table in tables:
                if table.column(heading) is not None:
                    self._read_table(table, read_row)
        self._say_new_meeting()
        if self._is_sound:
            self._compare_comments()
            self._name_other_texts(sheets)
        else:
            self._unread.append(Unread(data.address(1, _COMMENT), "", _OTHER_DATA))
        self._name_lost(data, tables)
        for sheet in sheets:
            for position, cell in sorted(sheet.cells.items()):
                if cell.remark:
                    self._leave(sheet.address(*position), cell.remark, _CELL_NOTE)
        return ReturnedReport(
            facts.assessment,
            facts.territory,
            self._grid,
            facts.sending,
            facts.about,
            self._author,
            union(self._rows),
            tuple(self._changed),
            tuple(self._unread),
        )

    def _leave(self, address: str, value: str, reason: str) -> None:
        self._unread.append(Unread(address, value, reason))

    def _typed(self, sheet: Sheet, row: int, column: int | None, cells: _Row) -> str:
        """Return what is typed in a cell; what has no value or is too long is named."""
        cell = cells.get(column) if column is not None else None
        if cell is None or column is None:
            return ""
        self._read.add((sheet.name, row, column))
        if cell.is_stale or cell.is_error:
            self._leave(sheet.address(row, column), cell.text, _NO_VALUE)
            return ""
        if len(cell.text) >= MAX_TEXT_LENGTH:
            self._leave(sheet.address(row, column), cell.text, TOO_LONG)
        return clean(cell.text, multiline=True)

    def _note(self, table: _Table, row: int, column: int | None, cells: _Row) -> Answer | None:
        typed = self._typed(table.sheet, row, column, cells)
        try:
            return parse_note(typed)
        except NotANoteError:
            self._leave(table.sheet.address(row, column or 0), typed, _NOT_A_NOTE)
            return None

    def _say(self, line: str | None, policy: str | None, note: Answer | None, text: str, **more: Any) -> None:
        read = None if line is None or policy is None else self._notes.get(Cell(line, policy))
        if note is not None or text:
            about = self._facts.about
            said = Said(self._at, self._author, True, about, line, policy, read, note, text)
            self._rows.append(said._replace(**more))

    # The name and the day, beside their labels.

    def _beside_label(self, sheets: Sequence[Sheet], label: str) -> tuple[str, str]:
        """Return the address and the text of the cell right of a label; empty without it."""
        for sheet in sheets:
            for row, cells in sheet.rows():
                for column, cell in cells.items():
                    if _plain(cell.text) == _plain(label):
                        right = next((other for other in cells if other > column and cells[other].text), None)
                        if right is not None:
                            return sheet.address(row, right), self._typed(sheet, row, right, cells)
        return "", ""

    def _take_name(self, sheets: Sequence[Sheet]) -> None:
        _, typed = self._beside_label(sheets, words.YOUR_NAME)
        self._author = clean(typed).strip() or self._author

    def _take_meeting(self, sheets: Sequence[Sheet]) -> None:
        address, typed = self._beside_label(sheets, words.MEETING_DATE)
        try:
            meeting, at = parse_meeting(typed, date.min) or (None, None)
            if meeting is not None and not FIRST_YEAR <= meeting.year <= LAST_YEAR:
                raise ValueError("L’année manque : écrivez par exemple 31/03/2027.")
            self._meeting = meeting
            if at is not None:
                self._leave(address, typed, "Le jour est repris, pas l’heure.")
        except ValueError as error:
            self._leave(address, typed, str(error))

    def _say_new_meeting(self) -> None:
        """Say the day of the meeting on the whole, where it is another one and dates no agreement."""
        met = self._meeting
        if met is not None and met != self._facts.meeting and not any(row.is_agreement for row in self._rows):
            self._say(None, None, None, f"{words.MEETING_DATE} : {day(met)}")

    # The rows of a table, by their marks.

    def _read_table(self, table: _Table, read_row: Callable[[_Table, int, _Row, str], str]) -> None:
        blue = [words.REMARK, words.AGREED_NOTE, words.AGREED, words.WHO, words.WHAT, words.WHEN]
        blue += [f"{words.YOUR_NOTE} {policy.label}" for policy in self._grid.policies]
        ours = {table.mark, *table.columns.values()}
        for row, cells in table.sheet.rows():
            if not table.head < row < table.end:
                continue
            mark = text_of(cells, table.mark)
            reason = read_row(table, row, cells, mark)
            if mark:
                for column in sorted(cells.keys() - ours):
                    self._leave_cell(table, row, column, cells, _ADDED)
            for place in map(table.column, blue) if reason else ():
                is_ours = not mark and text_digest(text_of(cells, place)) in self._facts.texts
                if place is not None and not is_ours:
                    self._leave_cell(table, row, place, cells, reason)

    def _leave_cell(self, table: _Table, row: int, column: int, cells: _Row, reason: str) -> None:
        key = (table.sheet.name, row, column)
        text = text_of(cells, column)
        if key in self._read or not text:
            return
        self._read.add(key)
        self._leave(table.sheet.address(row, column), text, reason)

    def _read_line(self, table: _Table, row: int, cells: _Row, mark: str) -> str:
        """Take a row of « Grille »; return why it is not taken, empty when it is."""
        first = mark.removesuffix(formats.going_on(""))
        name = formats.line_of(first)
        line = None if name == formats.WHOLE else name
        if first != line_mark(self._facts.about, line):
            return _OTHER_FILE if line in self._labels and first != name else _NO_LINE
        self._lines.add(line)
        named = self._named(line)
        if first != mark:
            self._keep_beside(table, row, cells, line)
            return f"L’intitulé de {named} n’est pas sur cette ligne."
        label = text_of(cells, table.column(words.ACTIVITY)).split(f"\n{words.MENTION}")[0]
        if not label:
            return f"L’intitulé de {named} n’est pas sur cette ligne."
        if not self._is_label(letters(label), line, text_of(cells, table.column(words.NUMBER))):
            if any(letters(label) == other for key, other in self._labels.items() if key != line):
                return f"Cette ligne a le repère de {named}, et un autre intitulé."
            self._compare_text(table, row, cells, words.ACTIVITY, f"intitulé de {named}")
        if line in self._beside and any(what == "" for what, _ in self._beside[line]):
            return f"{named} est déjà plus haut : seule la première de ces lignes est lue."
        self._beside.setdefault(line, []).append(("", ""))
        self._keep_beside(table, row, cells, line)
        self._compare_self_notes(table, row, cells, line)
        self._take_line(table, row, cells, line)
        return ""

    def _named(self, line: str | None) -> str:
        if line is None:
            return WHOLE
        return number_of(self._grid, line) if line in self._grid.mission_of else line

    def _is_label(self, label: str, line: str | None, number: str) -> bool:
        """Return whether a label is that of a line; its number counts where several have one label."""
        own = self._labels.get(line, letters(line or ""))
        if label != own and not (len(label) >= _CUT and own.startswith(label)):
            return False
        same = [other for other in self._labels.values() if other == own]
        return len(same) < 2 or number.split()[:1] == [self._named(line)]

    def _take_line(self, table: _Table, row: int, cells: _Row, line: str | None) -> None:
        notes: dict[str, Answer] = {}
        for policy in self._grid.policies:
            column = table.column(f"{words.YOUR_NOTE} {policy.label}")
            if line in self._grid.activities:
                note = self._note(table, row, column, cells)
                if note is not None:
                    notes[policy.id] = note
            elif column is not None:
                self._leave_cell(table, row, column, cells, "Une note ne se donne que sur une activité.")
        text = self._typed(table.sheet, row, table.column(words.REMARK), cells)
        is_of_one_note = len(notes) == 1
        for policy_id, note in notes.items():
            self._say(line, policy_id, note, text if is_of_one_note else "")
        if not is_of_one_note:
            self._say(line, None, None, text)

    def _read_point(self, table: _Table, row: int, cells: _Row, mark: str) -> str:
        """Take a row of the points in discussion; return why it is not taken, empty when it is."""
        point = self._facts.points.get(mark)
        if point is None:
            return _NO_LINE
        shown = [text_of(cells, table.column(words.MEETING_LINE)), text_of(cells, table.column(words.THREAD))]
        about = self._facts.about
        others = self._facts.points.items()
        fitting = [other for other, sent in others if formats.point_mark(about, sent.key, *shown) == other]
        if mark not in fitting and (fitting or not shown[0]):
            return f"Cette ligne a le repère d’un autre point ({self._named(point.line)})."
        note = None
        if point.policy is not None:
            note = self._note(table, row, table.column(words.AGREED_NOTE), cells)
        elif (column := table.column(words.AGREED_NOTE)) is not None:
            self._leave_cell(table, row, column, cells, "Ce point n’est pas sur une politique.")
        text = self._typed(table.sheet, row, table.column(words.AGREED), cells)
        met = self._meeting
        at = self._at if met is None else datetime.combine(met, time(12), UTC)
        self._say(point.line, point.policy, note, text, at=at, answers=tuple(sorted(set(point.answers))))
        return ""

    def _read_action(self, table: _Table, row: int, cells: _Row, mark: str) -> str:
        """Take a row of who does what as words on its line; return why it is not taken, empty when it is."""
        if not mark.startswith("action-"):
            return _NO_LINE
        headings = (words.MEETING_LINE, words.WHAT, words.WHO, words.WHEN)
        line, *said = (self._typed(table.sheet, row, table.column(heading), cells) for heading in headings)
        known = named_line(self._grid, line.replace(",", ".")) if line else None
        text = " · ".join(filter(None, (*([] if known else [line]), *said)))
        self._say(known.activity if known else None, None, None, text and f"Qui fait quoi : {text}")
        return ""

    # What is compared with what was sent.

    def _keep_beside(self, table: _Table, row: int, cells: _Row, line: str | None) -> None:
        """Keep what stands of the comment of a line, and name what was said where it was typed over."""
        column = table.column(words.COMMENT)
        if column is not None:
            self._read.add((table.sheet.name, row, column))
            place = table.sheet.address(row, column)
            self._beside.setdefault(line, []).append((place, text_of(cells, column)))
        self._compare_text(table, row, cells, words.THREAD, f"ce qui s’est dit de {self._named(line)}")

    def _compare_text(self, table: _Table, row: int, cells: _Row, heading: str, what: str) -> None:
        column = table.column(heading)
        text = text_of(cells, column)
        if column is not None and self._is_sound and text and text_digest(text) not in self._facts.texts:
            self._read.add((table.sheet.name, row, column))
            self._changed.append(Changed(table.sheet.address(row, column), what, "", text))

    def _compare_comments(self) -> None:
        """Name the comments that are not those that were sent; a long one is in several rows."""
        for line, kept in self._beside.items():
            pieces = [(place, text) for place, text in kept if place]
            sent = self._comments.get(line or "", "")
            is_known = all(text_digest(text) in self._facts.texts for _, text in pieces if text)
            if pieces and not (
                is_known and sum(len(letters(text)) for _, text in pieces) == len(letters(sent))
            ):
                now = "\n".join(filter(None, (text for _, text in pieces)))
                self._changed.append(Changed(pieces[0][0], f"commentaire de {self._named(line)}", sent, now))

    def _compare_self_notes(self, table: _Table, row: int, cells: _Row, line: str | None) -> None:
        if not self._is_sound or line not in self._grid.mission_of:
            return
        named = self._named(line)
        for policy in self._grid.policies if line in self._grid.activities else self._grid.policies[:1]:
            column = table.column(policy.label)
            if column is None:
                continue
            self._read.add((table.sheet.name, row, column))
            now, address = text_of(cells, column), table.sheet.address(row, column)
            shown = now.replace("•", "").partition("(")[0].strip()  # LibreOffice writes « NC  (1) » in .ods
            try:
                if line in self._grid.activities:
                    note, what = self._notes.get(Cell(line, policy.id)), f"note de {named} {policy.label}"
                    sent = "" if note is None else answer_text(note)
                    is_same = parse_note(shown) == note
                else:
                    number, what = self._numbers.get(line), f"nombre de {named}"
                    sent = "" if number is None else str(number)
                    is_same = parse_count(shown) == number
            except NotANoteError:
                is_same = False
            if not is_same:
                self._changed.append(Changed(address, what, sent, now))

    # What is not there any more, or should not be.

    def _name_other_texts(self, sheets: Sequence[Sheet]) -> None:
        """Name each text that the file did not have, outside the cells that are read."""
        for sheet in sheets:
            for position, cell in sorted(sheet.cells.items()):
                if (sheet.name, *position) in self._read or not _HAS_WORDS.search(cell.text):
                    continue
                if text_digest(cell.text) not in self._facts.texts:
                    self._leave(sheet.address(*position), cell.text, _NOT_BLUE)

    def _name_lost(self, data: DataSheet, tables: Sequence[_Table]) -> None:
        """Name the sheets, the blue columns and the lines that are not there any more."""
        grids = [table for table in tables if table.column(words.REMARK) is not None]
        met = [table for table in tables if table.column(words.AGREED) is not None]
        for name, found in ((words.GRID_SHEET, grids), (words.MEETING_SHEET, met)):
            if not found and (name == words.GRID_SHEET or self._facts.points):
                self._leave(name, "", "Cette feuille n’est plus là : ce qui y était écrit n’est pas repris.")
        for table in grids:
            for policy in self._grid.policies:
                heading = f"{words.YOUR_NOTE} {policy.label}"
                if table.column(heading) is None:
                    self._leave(table.sheet.name, heading, "Cette colonne n’est plus là.")
        rows = {row.line: row for row in reversed(data.lines)}
        for line in self._grid.mission_of if grids else ():
            if line not in self._lines and line in rows:
                label = self._grid.line(line).label
                self._leave(data.address(rows[line], _ID), label, "Cette ligne n’est plus dans « Grille ».")


_CUT: Final = 300
"""Letters from which a label may be the beginning of one that goes on in the next row."""
_HAS_WORDS: Final = re.compile(r"[^\W\d_]")
_OTHER_DATA: Final = (
    "Cette feuille a changé depuis l’envoi : les notes de l’auto-évaluation ne sont pas comparées."
)
_CELL_NOTE: Final = "Une note attachée à une cellule n’est pas reprise."
_NO_VALUE: Final = "Cette formule n’a pas été calculée : écrivez sa valeur."
_NOT_A_NOTE: Final = "Ce n’est ni une note de 0 à 3, ni NC."
_ADDED: Final = "Cette colonne a été ajoutée : écrivez dans les cellules bleues ce qui est à reprendre."
_NOT_BLUE: Final = "Ce texte n’est pas dans une cellule bleue : il n’est pas repris."
_NO_LINE: Final = "Cette cellule n’est sur aucune ligne de la grille."
_OTHER_FILE: Final = "Cette ligne vient d’un autre fichier."
