"""Our own report sent back: its sheet « Données », what its blue cells say, and what was touched besides.

Lines are known by their mark, columns by their headings. A self-note changed since is reported, not taken.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final, NamedTuple

from ctg_tui import formats
from ctg_tui.domain.assessment import Adviser, Answer, Cell, Territory, answer_text
from ctg_tui.domain.details import FIRST_YEAR
from ctg_tui.domain.grid import Grid, named_line, number_of
from ctg_tui.domain.review import AgreedNote, Remark, Review, ReviewQuestion
from ctg_tui.domain.text import MAX_TEXT_LENGTH, clean, fold
from ctg_tui.formats import ABOUT, GRID, HEADINGS, continued_mark, line_mark, line_of
from ctg_tui.spreadsheet.cells import TOO_LONG, Sheet, SheetCell, letters, text_of
from ctg_tui.spreadsheet.headings import NotANoteError, is_tick, parse_count, parse_note
from ctg_tui.spreadsheet.understanding import ReadComment, ReadIndicator, Reading, ReadNote, Unread
from ctg_tui.wording import review as review_words
from ctg_tui.wording import spreadsheet as refusals
from ctg_tui.wording import typed as dates
from ctg_tui.wording.french import DASH

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


# The blue cells of our report: found by headings and marks, read one by one, each with its address.

MAX_QUESTIONS: Final = 200
"""Questions of one review (`avis.schema.json`)."""
_YES: Final = frozenset({"oui", "o", "1"})
_NO: Final = frozenset({"non", "n", "0", "faux"})


_Rows = Mapping[int, Mapping[int, SheetCell]]
"""The cells of a sheet, by row then by column."""


class Entry(NamedTuple):
    """What a cell shows, and where."""

    address: str
    text: str


class _Columns(NamedTuple):
    """The columns of a table of lines, each for what it holds; `head` is the row of the lower headings."""

    head: int
    mark: int
    label: int | None
    self_notes: Mapping[int, str]
    notes: Mapping[int, str]
    agreed: Mapping[int, str]
    remark: int | None
    on_agenda: int | None
    comments: int | None
    repeated: tuple[int, ...]
    """Columns whose headings stand further left already: they are not read."""
    answers: int | None

    @property
    def ours(self) -> frozenset[int | None]:
        """The columns that the report has."""
        others = (self.mark, self.label, self.comments, self.answers)
        return frozenset((*others, *self.self_notes, *self.entered, *self.repeated))

    @property
    def entered(self) -> tuple[int, ...]:
        """The columns that the adviser fills."""
        single = (self.remark, self.on_agenda)
        return (*self.notes, *self.agreed, *(column for column in single if column is not None))


class _QuestionTable(NamedTuple):
    """The row of the headings of the questions, the column of their texts, and that of their lines."""

    head: int
    text: int
    line: int


class Entries:
    """What is entered in the sheets given to `read`; `lines` are those that the sheets have.

    `misplaced` are the lines whose mark does not stand beside their label.
    """

    def __init__(self, grid: Grid, submission: str) -> None:
        self._grid = grid
        self._submission = submission
        self._policies = {_plain(policy.label): policy.id for policy in grid.policies}
        self._notes: dict[Cell, Answer] = {}
        self._agreed: dict[Cell, Answer] = {}
        self._remarks: dict[str, str] = {}
        self._agenda: set[str] = set()
        self.lines: set[str] = set()
        self.misplaced: set[str] = set()
        self._labelled: set[str] = set()
        self.self_notes: dict[Cell, Entry] = {}
        self.comments: dict[str, list[Entry]] = {}
        self.questions: list[ReviewQuestion] = []
        self.author = Adviser()
        self.meeting: date | None = None
        self.unread: list[Unread] = []
        self._about: set[str] = set()

    @property
    def digest(self) -> str:
        """Return the digest of what is entered, as the report has it of what it was sent with."""
        return formats.entered(
            [
                *(("note", *cell, answer_text(note)) for cell, note in self._notes.items()),
                *(("convenue", *cell, answer_text(note)) for cell, note in self._agreed.items()),
                *(("remarque", line, text) for line, text in self._remarks.items()),
                *(("ordre-du-jour", line) for line in self._agenda),
                *(("question", one.activity or "", one.text) for one in self.questions),
                *([("entretien", self.meeting.isoformat())] if self.meeting else []),
            ]
        )

    @property
    def remarks(self) -> tuple[Remark, ...]:
        """The remarks, a line before its cells."""
        said, agenda = self._remarks, self._agenda
        lines = dict.fromkeys([*said, *sorted(agenda)])
        on_lines = [Remark(line, None, None, said.get(line, ""), line in agenda) for line in lines]
        on_cells = [Remark(cell.activity, cell.policy, note) for cell, note in self._notes.items()]
        return (*on_lines, *on_cells)

    @property
    def agreed(self) -> tuple[AgreedNote, ...]:
        return tuple(AgreedNote(cell, note) for cell, note in self._agreed.items())

    def read(self, sheet: Sheet) -> None:
        """Take what one sheet holds."""
        rows = dict(sheet.rows())
        if (place := _mark_heading(rows)) is not None:
            self._read_lines(sheet, rows, self._named_columns(sheet, *place))
        elif (table := _question_columns(rows)) is not None:
            self._read_questions(sheet, rows, table)

    def _named_columns(self, sheet: Sheet, top: int, mark: int) -> _Columns:
        groups: dict[str, dict[int, str]] = {}
        single: dict[str, int] = {}
        repeated: list[int] = []
        above = ""
        for column in range(1, mark):
            above = _plain(sheet.text(top, column)) or above
            below = _plain(sheet.text(top + 1, column))
            if above == _SINGLE and below in _REMARKS:
                if single.setdefault(below, column) != column:
                    repeated.append(column)
            elif below in self._policies and above in {_SELF_NOTES, _NOTES, _AGREED}:
                policy = self._policies[below]
                group = groups.setdefault(above, {})
                if policy in group.values():
                    repeated.append(column)
                else:
                    group[column] = policy
            elif (above in {_COMMENTS, _ANSWERS} and not below) or (above, below) == _LABELS:
                single.setdefault(above, column)
        return _Columns(
            head=top + 1,
            mark=mark,
            label=single.get(_LABELS[0]),
            self_notes=groups.get(_SELF_NOTES, {}),
            notes=groups.get(_NOTES, {}),
            agreed=groups.get(_AGREED, {}),
            remark=single.get(_plain(review_words.REMARK)),
            on_agenda=single.get(_plain(review_words.AGENDA_HEADING)),
            comments=single.get(_COMMENTS),
            repeated=tuple(repeated),
            answers=single.get(_ANSWERS),
        )

    def _read_lines(self, sheet: Sheet, rows: _Rows, columns: _Columns) -> None:
        for number, cells in rows.items():
            if number <= columns.head:
                continue
            for column in columns.repeated:
                if text := text_of(cells, column):
                    self._left(Entry(sheet.address(number, column), text), _TWICE)
            for column in sorted(cells.keys() - columns.ours):
                if text := text_of(cells, column):
                    self._left(Entry(sheet.address(number, column), text), _ADDED)
            mark = text_of(cells, columns.mark)
            line = line_of(mark)
            entered = list(self._entered(sheet, number, cells, columns.entered))
            reason = "Cette cellule n’est sur aucune ligne de la grille."
            if line in self._grid.activities and mark != line:
                reason = self._read_marked(sheet, number, cells, columns, mark)
            for entry in entered if reason else ():
                self._left(entry, reason)

    def _read_marked(
        self, sheet: Sheet, number: int, cells: Mapping[int, SheetCell], columns: _Columns, mark: str
    ) -> str:
        """Take a row that has the mark of a line; return why it is not taken, empty when it is."""
        line = line_of(mark)
        continued = continued_mark(self._submission, line)
        if mark not in (line_mark(self._submission, line), continued):
            return "Cette ligne vient d’un autre fichier."
        label = "" if columns.label is None else text_of(cells, columns.label)
        named = number_of(self._grid, line)
        self.lines.add(line)
        if mark == continued:
            self._keep_comment(sheet, number, cells, columns, line)
            return f"L’intitulé de l’activité {named} n’est pas sur cette ligne."
        if not label:
            self.misplaced.add(line)
            return f"L’intitulé de l’activité {named} n’est pas sur cette ligne."
        if not self._is_label(label, line):
            self.misplaced.add(line)
            if not any(self._is_label(label, other) for other in self._grid.activities):  # typed over
                self._keep_self_notes(sheet, number, cells, columns, line)
            return f"Cette ligne a le repère de l’activité {named}, et un autre intitulé."
        if line in self._labelled:
            return f"L’activité {named} est déjà plus haut : seule la première de ces lignes est lue."
        self._labelled.add(line)
        self._read_line(sheet, number, cells, columns, line)
        return ""

    def _is_label(self, text: str, line: str) -> bool:
        """Return whether `text` is what the report writes beside the cells of a line.

        The number is compared only where several lines have one label: with the proposed lines left aside,
        those of the report may be others.
        """
        number = _NUMBER.match(text)
        label = letters(text[number.end() if number else 0 :].split(_MENTION)[0])
        same = [one for one in self._grid.activities.values() if letters(one.label) == label]
        if len(same) > 1:
            return number is not None and number[1] == number_of(self._grid, line)
        own = letters(self._grid.activities[line].label)
        return label == own or (len(label) >= _CUT and own.startswith(label))

    def _entered(
        self, sheet: Sheet, number: int, cells: Mapping[int, SheetCell], columns: tuple[int, ...]
    ) -> Iterator[Entry]:
        """Yield what is entered in a row; what cannot be read in it is reported or refused."""
        for column, cell in cells.items():
            address = sheet.address(number, column)
            if cell.remark:
                self._left(Entry(address, cell.remark), "Une note attachée à une cellule n’est pas reprise.")
            if column not in columns:
                continue
            if cell.is_stale or cell.is_error:
                self._left(Entry(address, ""), "Cette formule n’a pas été calculée : écrivez sa valeur.")
            elif cell.text:
                yield Entry(address, cell.text)

    def _read_line(
        self, sheet: Sheet, number: int, cells: Mapping[int, SheetCell], columns: _Columns, line: str
    ) -> None:
        def entry(column: int) -> Entry:
            return Entry(sheet.address(number, column), text_of(cells, column))

        self._keep_self_notes(sheet, number, cells, columns, line)
        self._keep_comment(sheet, number, cells, columns, line)
        for kept, policies in ((self._notes, columns.notes), (self._agreed, columns.agreed)):
            for column, policy in policies.items():
                self._take_note(kept, Cell(line, policy), entry(column))
        if columns.remark is not None and (remark := entry(columns.remark)).text:
            self._remarks[line] = clean(self._whole(remark), multiline=True)
        if columns.on_agenda is not None:
            self._take_agenda(line, entry(columns.on_agenda))

    def _keep_self_notes(
        self, sheet: Sheet, number: int, cells: Mapping[int, SheetCell], columns: _Columns, line: str
    ) -> None:
        for column, policy in columns.self_notes.items():
            self.self_notes[Cell(line, policy)] = Entry(sheet.address(number, column), text_of(cells, column))

    def _keep_comment(
        self, sheet: Sheet, number: int, cells: Mapping[int, SheetCell], columns: _Columns, line: str
    ) -> None:
        if columns.comments is not None:
            entry = Entry(sheet.address(number, columns.comments), text_of(cells, columns.comments))
            self.comments.setdefault(line, []).append(entry)

    def _take_note(self, kept: dict[Cell, Answer], cell: Cell, entry: Entry) -> None:
        try:
            note = parse_note(entry.text)
        except NotANoteError:
            self._left(entry, f"« {entry.text} » n’est ni une note de 0 à 3, ni NC.")
            return
        if note is not None:
            kept[cell] = note

    def _take_agenda(self, line: str, entry: Entry) -> None:
        typed = _plain(entry.text)
        try:
            if typed in _YES or (typed not in _NO and is_tick(typed)):
                self._agenda.add(line)
        except NotANoteError:
            self._left(entry, f"« {entry.text} » n’est ni « oui », ni une case vide.")

    def _read_questions(self, sheet: Sheet, rows: _Rows, table: _QuestionTable) -> None:
        for number, cells in rows.items():
            if number < table.head:
                self._read_about(sheet, number, cells)
            elif number > table.head:
                entered = self._entered(sheet, number, cells, (table.text, table.line))
                found = {entry.address: entry for entry in entered}
                asked, about = (found.get(sheet.address(number, place)) for place in table[1:])
                self._take_question(asked, about)

    def _take_question(self, asked: Entry | None, about: Entry | None) -> None:
        if asked is None:
            if about is not None:
                self._left(about, "Cette ligne n’a pas de question.")
            return
        if len(self.questions) == MAX_QUESTIONS:
            self._left(asked, f"Un avis porte au plus {MAX_QUESTIONS} questions.")
            return
        activity = None
        if about is not None:
            activity = self._line_named(about.text)
            if activity is None:
                self._left(about, f"« {about.text} » n’est pas une ligne de la grille : écrivez 1.3.")
        self.questions.append(ReviewQuestion(f"q{len(self.questions) + 1}", self._whole(asked), activity))

    def _line_named(self, text: str) -> str | None:
        """Return the line that a cell names. A number lost its last zero: 1,1 may be 1.1 or 1.10."""
        name = text.replace(",", ".")
        if name != text and named_line(self._grid, f"{name}0") is not None:
            return None
        found = named_line(self._grid, name)
        return None if found is None else found.activity

    def _read_about(self, sheet: Sheet, number: int, cells: Mapping[int, SheetCell]) -> None:
        """Take what stands beside the name, the e-mail and the day of the meeting."""
        titles = {column: _plain(cell.text) for column, cell in cells.items()}
        place = next((column for column, title in titles.items() if title in _ABOUT), None)
        if place is None or titles[place] in self._about:  # the first one is the cell to fill
            return
        self._about.add(titles[place])
        beside = tuple(column for column in cells if column > place)
        entry = next(self._entered(sheet, number, cells, beside), None)
        if entry is None:
            return
        match _ABOUT[titles[place]]:
            case review_words.AUTHOR:
                self.author = self.author._replace(name=clean(entry.text))
            case review_words.EMAIL:
                self.author = self.author._replace(email=clean(entry.text))
            case _:
                self._take_meeting(entry)

    def _take_meeting(self, entry: Entry) -> None:
        try:
            day, at = dates.parse_meeting(entry.text, date.min) or (None, None)
            if day is not None and day.year < FIRST_YEAR:
                raise ValueError("L’année manque : écrivez par exemple 31/03/2027.")
            self.meeting = day
            if at is not None:  # a review holds a day
                self._left(entry, "Le jour est repris, pas l’heure.")
        except ValueError as error:
            self._left(entry, str(error))

    def _whole(self, entry: Entry) -> str:
        """Return the text of a cell; report that the reader cut it."""
        if len(entry.text) >= MAX_TEXT_LENGTH:
            self._left(entry, TOO_LONG)
        return entry.text

    def _left(self, entry: Entry, reason: str) -> None:
        self.unread.append(Unread(entry.address, entry.text, reason))


def _mark_heading(rows: _Rows) -> tuple[int, int] | None:
    """Return the row and the column of the heading of the marks; None in a sheet that has none."""
    mark, advice = _plain(review_words.MARK), _plain(review_words.MARK_ADVICE)
    for top, cells in rows.items():
        for column, cell in cells.items():
            below = rows.get(top + 1, {}).get(column)
            if _plain(cell.text) == mark and below is not None and _plain(below.text) == advice:
                return top, column
    return None


def _plain(text: str) -> str:
    """Return a heading without case, accents and needless spaces."""
    return " ".join(fold(text).split())


_TWICE: Final = "Cette colonne est là deux fois : seule la première est lue."
_ADDED: Final = "Cette colonne a été ajoutée : écrivez dans les cellules bleues ce qui est à reprendre."
_LABELS: Final = (_plain(review_words.MISSIONS), _plain(review_words.ACTIVITIES))
_NUMBER: Final = re.compile(r"\s*(\d+\.\d+)")
_MENTION: Final = f"\n{DASH} "
"""What stands between a label and whose line it is."""
_CUT: Final = 300
"""Letters from which a label may be the beginning of one that goes on in the next row."""
_COMMENTS: Final = _plain(review_words.COMMENTS)
_ANSWERS: Final = _plain(review_words.ANSWERS)
_SELF_NOTES: Final = _plain(review_words.SELF_NOTES)
_NOTES: Final = _plain(review_words.NOTES)
_AGREED: Final = _plain(review_words.AGREED)
_REMARKS: Final = (_plain(review_words.REMARK), _plain(review_words.AGENDA_HEADING))
_SINGLE: Final = _plain(review_words.REVIEW)
_ABOUT: Final = {
    _plain(title): title for title in (review_words.AUTHOR, review_words.EMAIL, review_words.MEETING)
}


def _question_columns(rows: _Rows) -> _QuestionTable | None:
    """Return where the questions are; None without their headings."""
    for number, cells in rows.items():
        titles = {_plain(cell.text): column for column, cell in cells.items()}
        text = titles.get(_plain(review_words.QUESTION))
        line = titles.get(_plain(review_words.QUESTION_LINE))
        if text is not None and line is not None:
            return _QuestionTable(number, text, line)
    return None


@dataclass(frozen=True)
class ChangedNote:
    """A self-note that is not the one that was sent. `now` is what the cell shows; empty for a blank one."""

    address: str
    cell: Cell
    sent: Answer | None
    now: str

    @property
    def note(self) -> Answer | None:
        """The note that is there now; None for a blank, or for what is no note."""
        try:
            return parse_note(self.now)
        except NotANoteError:
            return None


@dataclass(frozen=True)
class ReturnedReport:
    """What an adviser wrote in our report. `review` is in the order of the sheets.

    `sent` are the self-notes, None when « Données » was changed. `changed_comments` are the addresses of the
    comments that are not those that were sent.
    """

    review: Review
    grid: Grid
    is_filled: bool
    """Whether the blue cells hold something else than what the report was sent with."""
    sent: Mapping[Cell, Answer] | None
    changed_notes: tuple[ChangedNote, ...]
    changed_comments: tuple[str, ...]
    unread: tuple[Unread, ...]

    @property
    def typed_over(self) -> Mapping[Cell, Answer]:
        """The notes that stand where others were sent."""
        return {one.cell: one.note for one in self.changed_notes if one.note is not None}

    @property
    def is_touched(self) -> bool:
        """Whether something else was changed: a cell that is not blue, or one that cannot be read."""
        return bool(self.changed_notes or self.changed_comments or self.unread)


def read_returned(sheets: Sequence[Sheet], find: FindGrid, name: str) -> ReturnedReport | None:
    """Return what the adviser wrote in a workbook; None when it is no report of ours that was sent.

    Raises InvalidDocument when the grid of « Données » is not known here (`tableur-rapport`), or when that
    sheet is not there any more, or does not say what the report is about.
    """
    data = data_sheet(sheets)
    if data is None or not data.about(formats.SUBMISSION) or not data.about(formats.ASSESSMENT):
        if any(_mark_heading(dict(sheet.rows())) is not None for sheet in sheets):
            raise refusals.data_lost(name, formats.NAME if data is None else data.sheet.name)
        return None
    reading = read_data(data, find, name)
    grid = reading.grid
    assert grid is not None  # read_data raises without one
    entries = Entries(grid, data.about(formats.SUBMISSION))
    for sheet in sheets:
        if sheet is not data.sheet:
            entries.read(sheet)
    changed = _changed_data(data)
    sent = None if changed else reading.answers
    comments = {one.activity: one.text for one in reading.comments}
    return ReturnedReport(
        _review(data, grid, entries, name),
        grid,
        entries.digest != data.about(formats.ENTERED),
        sent,
        () if sent is None else tuple(_changed_notes(entries, sent)),
        () if sent is None else tuple(_changed_comments(entries, comments)),
        (*changed, *reading.unread, *entries.unread, *_lines_lost(data, grid, entries)),
    )


def _changed_data(data: DataSheet) -> tuple[Unread, ...]:
    """Return nothing if the rows of « Données » are those that were sent, in any order; else what is lost."""
    keys: list[formats.DataKey] = []
    for row in data.rows:
        is_about = row.line in formats.ABOUT
        if row.line == formats.CONTROL or not (is_about or row.policy or row.note):
            continue
        keys.append((row.line, row.policy, row.comment if is_about else row.note))
    if formats.control(keys) == data.about(formats.CONTROL):
        return ()
    places = {row.line: row for row in data.rows if row.line == formats.CONTROL}
    return (Unread(data.address(places.get(formats.CONTROL, 1), _COMMENT), "", _OTHER_DATA),)


_OTHER_DATA: Final = (
    "Cette feuille a changé depuis l’envoi : les notes de l’auto-évaluation ne sont pas comparées."
)


def _review(data: DataSheet, grid: Grid, entries: Entries, name: str) -> Review:
    try:
        territory: Any = formats.parse_strictly(data.about(formats.TERRITORY))
        texts = {key: territory[key] for key in ("nom", "siren", "departement", "identifiant")}
        is_sound = all(value is None or isinstance(value, str) for value in texts.values())
        number, version = int(data.about(formats.SENDING)), data.about(formats.GRID_VERSION)
    except (formats.UnreadableError, LookupError, TypeError, ValueError):
        is_sound = False
    if not (is_sound and version):
        raise refusals.data_changed(name, data.address(1, _COMMENT))
    return Review(
        submission=data.about(formats.SUBMISSION),
        assessment=data.about(formats.ASSESSMENT),
        sending=number,
        grid_id=grid.id,
        grid_version=version,
        grid_fingerprint=grid.fingerprint,
        territory=Territory(
            texts["nom"] or "", texts["siren"], texts["departement"] or "", texts["identifiant"]
        ),
        author=_author(data, entries.author),
        meeting=entries.meeting,
        remarks=entries.remarks,
        questions=tuple(entries.questions),
        agreed=entries.agreed,
    )


def _author(data: DataSheet, typed: Adviser) -> Adviser:
    """Return who answers: a colleague types a name, and leaves the e-mail of whom the report was sent to."""
    name, _, email = data.about(formats.ADDRESSEE).removesuffix(">").rpartition(" <")
    is_colleague = bool(name) and _plain(typed.name) != _plain(name) and typed.email == email
    return typed._replace(email="") if typed.name and is_colleague else typed


def _lines_lost(data: DataSheet, grid: Grid, entries: Entries) -> Iterable[Unread]:
    """Yield the lines that no sheet has any more: what was written there cannot be read."""
    rows = {row.line: row for row in reversed(data.lines) if row.line not in entries.lines}
    for line in (one for one in grid.activities if one in rows):
        reason = "Cette ligne n’est plus dans les feuilles des missions."
        yield Unread(data.address(rows[line], _ID), grid.activities[line].label, reason)


def _changed_notes(entries: Entries, sent: Mapping[Cell, Answer]) -> Iterable[ChangedNote]:
    for cell, (address, text) in entries.self_notes.items():
        try:
            is_same = parse_note(text) == sent.get(cell)
        except NotANoteError:
            is_same = False
        if not is_same:
            yield ChangedNote(address, cell, sent.get(cell), text)


def _changed_comments(entries: Entries, sent: dict[str, str]) -> Iterable[str]:
    """Yield the addresses of changed comments; a long one is in several rows, in any order once sorted."""
    for line, found in entries.comments.items():
        if line in entries.misplaced:  # what stands in its rows is of other lines
            continue
        whole = "".join(sent.get(line, "").split())
        pieces = ["".join(entry.text.split()) for entry in found]
        if sum(map(len, pieces)) != len(whole) or not all(piece in whole for piece in pieces):
            yield found[0].address


def sent_note(changed: ChangedNote) -> str:
    """Return the note that was sent, as people read it; empty for none."""
    return "" if changed.sent is None else answer_text(changed.sent)
