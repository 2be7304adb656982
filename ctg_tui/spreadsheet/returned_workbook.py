"""Our own workbook sent back: what the adviser adds in its blue cells, what was typed over, what is not read.

Rows are known by their marks, columns by their headings. What cannot be read is named, and withdraws nothing.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, time
from typing import Any, Final, NamedTuple

from ctg_tui import formats
from ctg_tui.domain.assessment import (
    Answer,
    Assessment,
    Cell,
    PreparationTopic,
    Said,
    Sending,
    answer_text,
    parse_answer,
)
from ctg_tui.domain.changes import Field, cell_key, values_of
from ctg_tui.domain.details import FIRST_YEAR, LAST_YEAR
from ctg_tui.domain.errors import InvalidDocument
from ctg_tui.domain.grid import Grid, named_line
from ctg_tui.domain.text import LINE_LENGTH, clean, plain
from ctg_tui.domain.thread import Thread, file_print, points_of, union
from ctg_tui.formats import folded_letters, line_mark, text_digest
from ctg_tui.spreadsheet.cells import NotANoteError, Sheet, SheetCell, not_whole, note_of, parse_note, text_of
from ctg_tui.spreadsheet.reader import UNREADABLE, WORKBOOK, Package, read_workbook
from ctg_tui.spreadsheet.understanding import Unread
from ctg_tui.system.computer import local_time
from ctg_tui.wording import spreadsheet as words
from ctg_tui.wording.french import NBSP
from ctg_tui.wording.lines import line_number
from ctg_tui.wording.thread import WHOLE
from ctg_tui.wording.typed import date_read


class SentFile(NamedTuple):
    """The file that a workbook answers."""

    sending: Sending
    grid: Grid
    assessment: Assessment


class ReturnedReport(NamedTuple):
    """What the adviser adds to the file that they had before them.

    `rows` are all of the Caf; `unread` is what could not be read, and what was typed over of the person's:
    it withdraws and changes nothing.
    """

    sent: SentFile
    author: str
    rows: Thread
    unread: tuple[Unread, ...]


def data_sheet(sheets: Sequence[Sheet]) -> Sheet | None:
    """Return the sheet « Données » of a workbook of ours, whatever its name now; None for any other."""
    return next((sheet for sheet in sheets if {*_data(sheet)} == {formats.PACKED, formats.TEXTS}), None)


def _data(sheet: Sheet) -> dict[str, str]:
    """Return the texts of the columns of a sheet, by their headings."""
    rows = [cells for _, cells in sheet.rows()]
    heads = {column: cell.text for column, cell in rows[0].items()} if rows else {}
    return {head: "".join(text_of(cells, column) for cells in rows[1:]) for column, head in heads.items()}


def read_returned(
    content: bytes, name: str, read: Callable[[bytes], SentFile | None]
) -> ReturnedReport | None:
    """Return what the adviser adds in a workbook of ours; None when it is no report that was sent.

    `read` returns what is in the file that was sent. Raises InvalidDocument when it is no workbook
    (`tableur-…`), when its grid is not known here, or when its sheet « Données » does not hold the file any
    more.
    """
    sheets = read_workbook(content, name)
    own = data_sheet(sheets)
    others = [sheet for sheet in sheets if sheet is not own]
    rows = [row for sheet in others for row in _rows(sheet)]
    data = {} if own is None else _data(own)
    if not data.get(formats.PACKED):
        if rows:
            raise words.data_changed(name)
        return None
    try:
        sent = read(formats.unpacked(data[formats.PACKED]))
    except (ValueError, InvalidDocument) as error:
        if isinstance(error, InvalidDocument) and error.code == "grille-inconnue":
            raise  # the file is whole
        raise words.data_changed(name) from error
    texts = frozenset(re.findall("[0-9a-f]{8}", data[formats.TEXTS]))
    if not (sent and texts):
        raise words.data_changed(name)
    saved_at = _saved_at(Package(content, name), sent.sending.created_at)
    return _Answer(sent, texts, others).read(saved_at, rows)


def _saved_at(package: Package, otherwise: datetime) -> datetime:
    """Return when a workbook was saved, by its properties; `otherwise` when they do not say it."""
    part, tag = ("docProps/core.xml", "modified") if WORKBOOK in package.parts else ("meta.xml", "date")
    try:
        text = next((element.text or "" for element in package.elements(part, tag)), "")
        saved = datetime.fromisoformat(text.strip())
        if saved.tzinfo is None:  # LibreOffice writes the time of the computer
            saved = saved.replace(tzinfo=local_time(saved.replace(tzinfo=UTC)).tzinfo)
        saved = saved.astimezone(UTC).replace(microsecond=0)
        return saved if FIRST_YEAR <= saved.year <= LAST_YEAR else otherwise
    except UNREADABLE:
        return otherwise


class _Row(NamedTuple):
    """A row of a table; `columns` are those of the headings of the table, the first of each."""

    sheet: Sheet
    number: int
    cells: Mapping[int, SheetCell]
    headings: Mapping[int, SheetCell]
    columns: Mapping[str, int]
    mark_column: int

    @property
    def mark(self) -> str:
        return text_of(self.cells, self.mark_column)

    def column(self, heading: str) -> int | None:
        return self.columns.get(plain(heading))

    def text(self, heading: str) -> str:
        return text_of(self.cells, self.column(heading))

    def address(self, heading: str) -> str:
        return self.sheet.address(self.number, self.column(heading) or self.mark_column)


def _mark_column(cells: Mapping[int, SheetCell]) -> int | None:
    """Return the column of the marks in a row of headings; None for a row that only has their word."""
    if not any(plain(cell.text) in _OF_TABLES for cell in cells.values()):
        return None
    return next((column for column, cell in cells.items() if cell.text == words.MARK), None)


def _rows(sheet: Sheet) -> Iterator[_Row]:
    """Yield the rows below one row of headings that has one of the marks, up to the next such row."""
    headings: Mapping[int, SheetCell] = {}
    columns: dict[str, int] = {}
    mark = None
    for number, cells in sheet.rows():
        if (found := _mark_column(cells)) is not None:
            mark, headings = found, cells
            columns = {plain(cells[one].text): one for one in sorted(cells.keys() - {mark}, reverse=True)}
        elif mark is not None:
            yield _Row(sheet, number, cells, headings, columns, mark)


class _Answer:
    """What is read of the sheets of one workbook; `texts` are the digests of all that they said."""

    def __init__(self, sent: SentFile, texts: Collection[str], sheets: Sequence[Sheet]) -> None:
        self._file, self._grid, self._texts, self._sheets = sent, sent.grid, texts, sheets
        given, grid = sent.assessment, sent.grid
        self._sent = values_of(given)
        self._about = file_print(sent.sending.fingerprint, given.said.values())
        self._points = points_of(given, grid)
        self._labels: dict[str | None, str] = {
            line: folded_letters(grid.lines[line].label) for line in grid.mission_of
        }
        self._labels[None] = folded_letters(WHOLE)
        self._policies = {policy.id: policy.label for policy in grid.policies}
        self._note_headings = {policy: f"{words.YOUR_NOTE} {name}" for policy, name in self._policies.items()}
        self._seen: set[tuple[str, int, int]] = set()
        self._taken: set[str | None] = set()
        self._rows: list[Said] = []
        self._unread: list[Unread] = []
        self._author, self._at = given.identity.adviser.name, sent.sending.created_at
        self._meeting: date | None = None

    def read(self, at: datetime, rows: Sequence[_Row]) -> ReturnedReport:
        """Return all that is read in the sheets of a workbook saved at `at`."""
        self._at = at
        name = " ".join(clean(self._right_of(words.YOUR_NAME)).split())
        is_as_sent = name == " ".join(clean(self._author).split())
        self._author = (name if is_as_sent else name[:LINE_LENGTH].strip()) or self._author
        typed = self._right_of(words.MEETING_DATE)
        self._meeting = date_read(typed)
        for row in rows:
            self._take(row)
        sent = self._file.assessment.preparation.get(PreparationTopic.MEETING, "")
        is_dated = any(said.is_agreement for said in self._rows)  # on that day
        is_known = self._meeting is not None and (is_dated or self._meeting == date_read(sent))
        self._say(None, None, None, "" if is_known or not typed else f"{words.MEETING_DATE}{NBSP}: {typed}")
        self._name_what_else_is_written({(row.sheet.name, row.number): row for row in rows})
        if not self._taken:
            self._leave(words.GRID_SHEET, "", _NO_LINE_AT_ALL)
        return ReturnedReport(self._file, self._author, union(self._rows), tuple(self._unread))

    # One cell.

    def _leave(self, address: str, value: str, reason: str) -> None:
        self._unread.append(Unread(address, value, reason))

    def _typed(self, sheet: Sheet, number: int, column: int | None, cell: SheetCell | None) -> str:
        """Return what is typed in a cell; what has no value or is too long is named."""
        if column is None or cell is None:
            return ""
        self._seen.add((sheet.name, number, column))
        if reason := not_whole(cell):
            self._leave(sheet.address(number, column), cell.text, reason)
        return "" if cell.is_error else clean(cell.text, multiline=True)

    def _blue(self, row: _Row, heading: str, reason: str) -> str:
        """Return what is typed in a blue cell; where there is a reason not to take it, name it."""
        column = row.column(heading)
        cell = row.cells.get(column or 0)
        if reason and cell is not None and column is not None and cell.text:
            self._seen.add((row.sheet.name, row.number, column))
            is_ours = text_digest(cell.text) in self._texts and note_of(cell.text) is None
            if row.mark or not is_ours:
                self._leave(row.address(heading), cell.text, reason)
        return "" if reason else self._typed(row.sheet, row.number, column, cell)

    def _note(self, row: _Row, heading: str, reason: str) -> Answer | None:
        typed = self._blue(row, heading, reason)
        try:
            return parse_note(typed)
        except NotANoteError:
            self._leave(row.address(heading), typed, _NOT_A_NOTE)
            return None

    def _say(self, line: str | None, policy: str | None, note: Answer | None, text: str, **more: Any) -> None:
        if note is not None or text:
            sent = self._sent.get((Field.ANSWER, cell_key(Cell(line or "", policy or ""))))
            read = None if sent is None else parse_answer(sent)
            about = self._at, self._author, True, self._about
            said = Said(*about, line, policy, read, note, clean(text, multiline=True))
            self._rows.append(said._replace(**more))

    def _right_of(self, label: str) -> str:
        """Return the text of the first cell right of a label above the tables of a sheet."""
        for sheet in self._sheets:
            for number, cells in sheet.rows():
                if _mark_column(cells) is not None:
                    break
                filled = [column for column, cell in cells.items() if cell.text or cell.is_stale]
                named = [column for column in filled if plain(cells[column].text) == plain(label)]
                right = [column for column in filled if named and column > named[0]]
                if right:
                    return self._typed(sheet, number, right[0], cells[right[0]])
        return ""

    # The rows, by their marks.

    def _take(self, row: _Row) -> None:
        if row.column(words.REMARK) is not None:
            self._take_line(row)
        elif row.column(words.AGREED) is not None:
            self._take_point(row)
        else:
            self._take_action(row)

    def _take_line(self, row: _Row) -> None:
        """Take a row of « Grille »: notes and a remark, which is of the note where there is one."""
        name = row.mark.partition(" ")[0]
        line = None if name == formats.WHOLE else name
        reason = self._line_problem(row, line)
        if not reason:
            self._taken.add(line)
            if line:
                self._compare(row, line)
        has_notes = reason or line in self._grid.activities
        notes: dict[str, Answer] = {}
        for policy, heading in self._note_headings.items():
            note = self._note(row, heading, reason if has_notes else _NOT_HERE)
            notes |= {} if note is None else {policy: note}
        text = self._blue(row, words.REMARK, reason)
        for policy, note in notes.items():
            self._say(line, policy, note, text if len(notes) == 1 else "")
        if len(notes) != 1:
            self._say(line, None, None, text)

    def _line_problem(self, row: _Row, line: str | None) -> str:
        """Return why a row is not that of its mark; a label that is not that of its mark is named."""
        if line not in self._labels or row.mark != line_mark(self._about, line):
            return _NO_LINE
        shown = folded_letters(row.text(words.ACTIVITY).split(f"\n{words.MENTION}")[0])
        if not (shown and self._labels[line].startswith(shown)):  # cut, where it is longer than a cell
            reason = f"Cette ligne a le repère de « {self._named(line)} », et un autre intitulé."
            self._blue(row, words.ACTIVITY, reason)
            return reason
        if line in self._taken:
            return f"{self._named(line)} est déjà plus haut : seule la première de ces lignes est lue."
        return ""

    def _take_point(self, row: _Row) -> None:
        """Take a row of the points in discussion: what was agreed on answers what the Caf said of it."""
        point = next((one for one in self._points if row.mark.startswith(one.key[:8])), None)
        shown = row.text(words.MEETING_LINE), row.text(words.THREAD)
        if point is None or row.mark != formats.point_mark(self._about, point.key, *shown):
            for heading in (words.AGREED_NOTE, words.AGREED):
                self._blue(row, heading, _NO_LINE)
            return
        note = self._note(row, words.AGREED_NOTE, "" if point.policy else _NOT_HERE)
        at = self._at if self._meeting is None else datetime.combine(self._meeting, time(12), UTC)
        answers = tuple(sorted({one.id for one in point.rows if one.is_caf}))
        agreed = self._blue(row, words.AGREED, "")
        self._say(point.line, point.policy, note, agreed, at=at, answers=answers)

    def _take_action(self, row: _Row) -> None:
        """Take a row of who does what as words on its line, or on the whole."""
        if not row.mark.startswith(words.ACTION_MARK):  # what was planned already, or a row without its mark
            return
        line = self._blue(row, words.MEETING_LINE, "")
        said = [self._blue(row, heading, "") for heading in (words.WHAT, words.WHO, words.WHEN)]
        known = named_line(self._grid, line.replace(",", ".")) if line else None
        text = " · ".join(filter(None, ("" if known else line, *said)))
        whole = f"Qui fait quoi{NBSP}: {text}" if text else ""
        self._say(known[0] if known else None, None, None, whole)

    def _named(self, line: str | None) -> str:
        if line is None:
            return WHOLE
        return line_number(self._grid, line, mark="")

    # What is compared with what was sent.

    def _compare(self, row: _Row, line: str) -> None:
        """Name the notes and the number of a line that are not those that were sent."""
        sent = {name: (Field.ANSWER, cell_key(Cell(line, policy))) for policy, name in self._policies.items()}
        if line in self._grid.indicators:
            sent = {next(iter(sent)): (Field.NUMBER, line)}
        for heading, key in sent.items():
            if (column := row.column(heading)) is None:
                continue
            self._seen.add((row.sheet.name, row.number, column))
            now, before = row.text(heading), self._sent.get(key, "")
            shown = now.replace("•", "").partition("(")[0].strip()  # LibreOffice writes « NC  (1) » in .ods
            note = note_of(shown)
            if (shown if note is None else answer_text(note)) != before:
                what = f"{self._named(line)} {'nombre' if key[0] is Field.NUMBER else heading}"
                was = f", « {clean(before)} » à l’envoi" if before else ""
                self._leave(
                    row.address(heading), now, f"{what}{was} : ce qui est changé ici n’est pas repris."
                )

    # What should not be there.

    def _name_what_else_is_written(self, rows: Mapping[tuple[str, int], _Row]) -> None:
        """Name cell notes, and all that the file did not have, outside the cells that are read."""
        for sheet in self._sheets:
            for (number, column), cell in sorted(sheet.cells.items()):
                address, row = sheet.address(number, column), rows.get((sheet.name, number))
                if cell.remark:
                    self._leave(address, cell.remark, _CELL_NOTE)
                if (sheet.name, number, column) in self._seen or (row and column == row.mark_column):
                    continue
                has_words = _HAS_WORDS.search(cell.text) is not None
                is_ours = self._is_ours(cell) if has_words else self._is_own_number(row, column, cell)
                is_beside = row is not None and bool(row.mark) and not self._is_ours(row.headings.get(column))
                if cell.text and (is_beside or not is_ours):
                    self._leave(address, cell.text, _NOT_BLUE)

    def _is_ours(self, cell: SheetCell | None) -> bool:
        """Return whether the file had the text of a cell."""
        return cell is not None and text_digest(cell.text) in self._texts

    def _is_own_number(self, row: _Row | None, column: int, cell: SheetCell) -> bool:
        """Return whether a text without letters is where the file had it: `12` has the digest of `1.2`."""
        if row is None:
            return self._is_ours(cell) or not self._taken  # without marks, each note would be one
        if not row.mark:
            return self._is_ours(cell) and row.column(words.REMARK) is None
        if column == row.column(words.COMMENT):
            comment = self._file.assessment.comments.get(row.mark.partition(" ")[0], "")
            return folded_letters(comment) == folded_letters(cell.text)
        return column in {row.column(heading) for heading in (words.NUMBER, *self._policies.values())}


_OF_TABLES: Final = frozenset(map(plain, (words.REMARK, words.AGREED, words.WHAT)))
"""The headings by which a table is known."""
_HAS_WORDS: Final = re.compile(r"[^\W\d_]")
_CELL_NOTE: Final = "Une note attachée à une cellule n’est pas reprise."
_NOT_A_NOTE: Final = "Ce n’est ni une note de 0 à 3, ni NC."
_NOT_HERE: Final = "Rien n’est attendu dans cette cellule : elle n’est pas lue."
_NOT_BLUE: Final = "Ce texte n’est pas dans une cellule bleue : il n’est pas repris."
_NO_LINE: Final = "Cette ligne n’est pas une de celles du fichier envoyé."
_NO_LINE_AT_ALL: Final = "Aucune ligne n’y est reconnue : la feuille, ses titres ou ses repères manquent."
