"""What a workbook says of a known grid, with addresses, and what was not read.

Each row is the known line that its words are; each column is what the person agreed that it is; a cell is a
note, or it is named. Nothing is written here, and nothing is guessed.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import zip_longest
from types import MappingProxyType
from typing import Final, NamedTuple

from ctg_tui.domain.assessment import Answer, Cell, answer_text
from ctg_tui.domain.changes import Field, cell_key
from ctg_tui.domain.grid import Activity, Grid, Indicator
from ctg_tui.domain.text import MAX_TEXT_LENGTH, fold
from ctg_tui.spreadsheet.cells import (
    TOO_LONG,
    LineMatcher,
    Position,
    Sheet,
    SheetCell,
    letters,
    not_whole,
    words,
)
from ctg_tui.spreadsheet.columns import (
    MOST_TABLES,
    Columns,
    IsLine,
    ends_table,
    is_comments,
    is_title,
    policy_of,
    propose,
    whole_sheet,
)
from ctg_tui.spreadsheet.notes import NotANoteError, is_tick, note_of, parse_count, parse_note
from ctg_tui.wording import spreadsheet as refusals
from ctg_tui.wording.french import count

Key = tuple[Field, str]
"""The field of a value, and its line or its cell, as `domain.grid_files.Values` has them."""


class Read(NamedTuple):
    """A value of the grid, spelt as in the journal, and the address of the cell that says it.

    `doubt` says, in French, what the person should look at; empty when nothing.
    """

    address: str
    field: Field
    key: str
    text: str
    doubt: str = ""


class Unread(NamedTuple):
    """Something that was not taken. `reason` is a French sentence."""

    address: str
    value: str
    reason: str


class Place(NamedTuple):
    """A cell of the workbook. `step` is set for a table of ticks: the answer that a tick there gives."""

    sheet: Sheet
    row: int
    column: int
    step: Answer | None = None

    @property
    def address(self) -> str:
        return self.sheet.address(self.row, self.column)

    @property
    def cell(self) -> SheetCell:
        return self.sheet.cells.get(Position(self.row, self.column), SheetCell(""))


@dataclass
class Reading:
    """All that a workbook says of a grid."""

    grid: Grid
    tables: tuple[Columns, ...] = ()
    values: list[Read] = field(default_factory=list)
    unread: list[Unread] = field(default_factory=list)
    places: dict[Key, tuple[Place, ...]] = field(default_factory=dict)
    """Where each value of the grid stands in the workbook, filled or not; only where that is certain."""
    seen_at: dict[Key, str] = field(default_factory=dict)
    """The address of each value that the workbook has a cell for."""

    @property
    def certain(self) -> dict[Key, str]:
        """The values that need no confirmation."""
        return {(read.field, read.key): read.text for read in self.values if not read.doubt}

    @property
    def addresses(self) -> frozenset[str]:
        """The address of each value that was read, certain or not."""
        return frozenset(read.address for read in self.values)


Said = Mapping[str, Columns]
"""What the person said of the columns, by sheet."""
NO_COLUMNS: Final[Said] = MappingProxyType({})
_MOST_LINES: Final = 3_000
"""Rows with a text: the largest grid has some 2,400 lines and indicators."""
_ENOUGH_LINES: Final = 2 / 3
"""The share of a workbook's answered lines that a grid must have to be the one it was made from."""
_SHORTEST: Final = 12
"""Letters that a line has at least."""
_LONGEST_LEGEND: Final = 300
_OTHER_SCALE: Final = re.compile(r"\b[34] ?[=:–-] ?non\b|\b[04] ?[=:–-] ?(?:oui|total)")
_NUMBERS: Final = frozenset({"nombre", "nombres", "nb", "nbre", "valeur"})
_FIGURE: Final = re.compile(r"[\d\s.,%–—-]+")
_TYPES: Final = frozenset({"type", "types"})
_LONGEST_HEADING: Final = 60

_HIDDEN: Final = "Cette ligne est masquée dans le tableur."
_MASKED: Final = "Le format de cette cellule peut afficher autre chose."
_SHARED: Final = "Cette cellule est fusionnée avec celles d’autres réponses."
_SEVERAL: Final = "Le tableau a plusieurs colonnes de commentaires."
_OPEN: Final = "Plusieurs colonnes ont des notes pour cette politique : dites laquelle est la vôtre."
_TICKED_TWICE: Final = "Plusieurs cases sont cochées pour cette politique."
_NO_POLICY: Final = "La politique de cette note n’est pas dans la grille."
_REMARK: Final = "Cette note de cellule n’a pas été prise pour un commentaire."


class Line(NamedTuple):
    """A row below a heading, with the text of its line, and its columns.

    `headings` are those of the indicators above it, if any, by column; `policy` is the one that it names,
    where a table has one for each row. `match` is the line of the grid that it stands for: that of its words
    or, with `is_near`, is only clearly the nearest one.
    """

    sheet: Sheet
    number: int
    label: str
    cells: Mapping[int, SheetCell]
    columns: Columns
    headings: Mapping[int, str]
    policy: str = ""
    match: Activity | Indicator | None = None
    is_near: bool = False

    @property
    def table(self) -> tuple[str, int]:
        return self.sheet.name, self.columns.head

    def at(self, column: int | None) -> str:
        """Return the address of one of its cells; of the first one without a column."""
        return self.sheet.address(self.number, column or 1)

    def top(self, column: int) -> Position:
        """Return the position of one of its cells, the first one of those that it is merged with."""
        place = Position(self.number, column)
        return self.sheet.merged.get(place, place)


Tables = Sequence[tuple[Sheet, Sequence[Columns]]]
"""The tables of each sheet that has some, in their order."""


def tables_of(sheets: Iterable[Sheet], name: str, said: Said, is_line: IsLine = lambda _: False) -> Tables:
    """Return the tables of each sheet with their columns, as proposed or said.

    Raises InvalidDocument when there are more than anybody draws.
    """
    found = []
    for sheet in sheets:
        tables = propose(sheet, is_line)
        if sheet.name in said:
            tables = tables or [whole_sheet(sheet, is_line)]
            tables = [said[sheet.name].placed(table, sheet) for table in tables]
        found += [(sheet, tables)] if tables else []
        if sum(len(tables) for _, tables in found) > MOST_TABLES:
            raise refusals.too_large(name)
    return found


def _table_at(tables: Sequence[Columns], row: int) -> Columns:
    """Return the table of a row: the last one whose heading is above it, or in it; else the first one."""
    return tables[max(bisect_right(tables, row, key=lambda table: table.head) - 1, 0)]


def lines_of(tables: Tables) -> Iterator[Line]:
    """Yield the rows of the tables that hold something, but for those of hidden sheets."""
    for sheet, every in tables:
        columns, label, headings = every[0], "", _NO_HEADINGS
        for number, cells in () if sheet.is_hidden else sheet.rows():
            if (current := _table_at(every, number)) is not columns:
                columns, label, headings = current, "", _NO_HEADINGS
            if number <= columns.head:
                continue
            if found := indicator_headings(cells):
                headings = found
                continue
            named = sheet.text(number, columns.policy)
            own = next((column for column, text in headings.items() if _is_indicators(text)), None)
            counted = sheet.text(number, own)
            is_counted = len(letters(counted)) > 3
            label = counted if is_counted else sheet.text(number, columns.lines) or label * bool(named)
            yield Line(sheet, number, label, cells, columns, headings, policy_of(named) or "")


_NO_HEADINGS: Final[Mapping[int, str]] = {}


def indicator_headings(cells: Mapping[int, SheetCell]) -> dict[int, str]:
    """Return the headings of a table of indicators, by column; nothing for any other row."""
    texts = {column: cell.text for column, cell in cells.items() if 0 < len(cell.text) < _LONGEST_HEADING}
    keys = {words(text) for text in texts.values()}
    is_one = any(map(_is_indicators, texts.values())) or (keys & _TYPES and keys & _NUMBERS)
    return texts if is_one else {}


def _is_indicators(heading: str) -> bool:
    return re.sub(r"20\d\d$", "", words(heading)) in ("indicateur", "indicateurs")


def understand(
    sheets: Sequence[Sheet], grids: Iterable[Grid], name: str, said: Said = NO_COLUMNS
) -> Reading | None:
    """Read the tables of `sheets` with the grid of `grids` that has most of their lines; None if none has.

    Raises InvalidDocument when there are far more lines than in a grid, or when digits mean something else.
    """
    rows = (cells.values() for sheet in sheets for _, cells in sheet.rows())
    if sum(any(len(cell.text) >= _SHORTEST for cell in cells) for cells in rows) > _MOST_LINES:
        raise refusals.too_large(name)
    readers = [_Reader(grid, sheets, said, name) for grid in grids]
    best = max(readers, key=lambda reader: reader.known, default=None)
    if best is None or not best.fits():
        return None
    best.require_scale(sheets)
    return best.read()


class _Reader:
    """Turns the rows of the tables into the lists of a reading."""

    def __init__(self, grid: Grid, sheets: Sequence[Sheet], said: Said, name: str) -> None:
        self._grid, self._name = grid, name
        self._activities = LineMatcher({one.label: one for one in grid.activities.values()})
        self._indicators = LineMatcher({one.label: one for one in grid.indicators.values()})
        self._tables = tables_of(sheets, name, said, lambda text: self._same(text) is not None)
        lines = list(lines_of(self._tables))
        self._lines = [self._exactly(*pair) for pair in zip_longest(lines, lines[1:])]
        self.known = len(self._found() & grid.activities.keys())
        self._said_in: defaultdict[tuple[int, Position], set[tuple[str, str]]] = defaultdict(set)
        self._used: set[str] = set()
        self._read: defaultdict[Key, list[tuple[Line, Read]]] = defaultdict(list)
        """What each row says of a value, blank cells too."""
        tables = (one for sheet, every in self._tables for one in every if not sheet.is_hidden)
        self._reading = Reading(grid, tuple(tables))

    def _found(self) -> set[str]:
        return {line.match.id for line in self._lines if line.match is not None}

    def fits(self) -> bool:
        """Return whether the grid has most of the lines that are answered, or of all in a blank workbook."""
        exact = self._found()
        self._lines = [self._nearly(line, exact) for line in self._lines]
        rows = [line for line in self._lines if not is_title(line.label)]
        asked = [line for line in rows if _is_answered(line)] or rows
        known = {line.match.id for line in asked if line.match is not None}
        unknown = {letters(line.label) for line in asked if line.match is None}
        is_known = len(known) >= _ENOUGH_LINES * (len(known) + len(unknown))
        return is_known and bool(self._found() & self._grid.activities.keys())

    def _same(self, text: str) -> Activity | Indicator | None:
        return self._activities.same(text) or self._indicators.same(text)

    def _exactly(self, line: Line, following: Line | None) -> Line:
        """Return a row with the line whose words it has, in any column, or with the end of the next one."""
        if line.label and following is not None and len(following.cells) == 1:
            whole = f"{line.label} {following.label}"
            if (same := self._same(whole)) is not None:
                return line._replace(label=whole, match=same)
        texts = (cell.text for cell in line.cells.values() if len(cell.text) >= _SHORTEST)
        every = map(self._same, (line.label, *texts))
        return line._replace(match=next((same for same in every if same is not None), None))

    def _nearly(self, line: Line, exact: Container[str]) -> Line:
        """Return a row without a line with the nearest one, if any that has no row, unless it is answered."""
        if line.match is not None or is_title(line.label):
            return line
        near = self._activities.near(line.label)
        if near is None and _numbers(line):
            near = self._indicators.near(line.label)
        is_other = near is None or (near.id in exact and not _is_answered(line))
        return line if is_other else line._replace(match=near, is_near=True)

    def require_scale(self, sheets: Sequence[Sheet]) -> None:
        """Refuse a workbook whose legend, beside its notes, is of another scale."""
        read = {(id(line.sheet), line.number) for line in self._lines if line.match is not None}
        for sheet in sheets:
            for (row, column), cell in sheet.cells.items():
                beside = sheet.text(row, column + 1)
                text = f"{cell.text} : {beside}" if len(cell.text) < 3 else cell.text
                is_short = len(text) < _LONGEST_LEGEND and (id(sheet), row) not in read
                if is_short and _OTHER_SCALE.search(fold(text)):
                    raise refusals.other_scale(self._name, sheet.address(row, column), cell.text)

    def read(self) -> Reading:
        """Return all that the rows say."""
        rows = [(line, line.match) for line in self._lines if line.match is not None]
        for line, match in rows:
            policies = {column: policy or line.policy for column, (policy, _) in line.columns.answers.items()}
            for column, policy in (policies | dict.fromkeys(line.columns.comments, "")).items():
                self._said_in[id(line.sheet), line.top(column)].add((match.id, policy))
        for line, match in rows:
            doubt = _HIDDEN if line.number in line.sheet.hidden_rows else ""
            if line.is_near:
                doubt = f"La ligne ressemble à « {match.label} » sans être la même."
            if isinstance(match, Activity):
                self._take_activity(line, match, doubt)
            else:
                self._take_indicator(line, match, doubt)
            for column, cell in line.cells.items():
                if len(cell.text) > 3 and (cell.text in line.label or self._same(cell.text)):
                    self._used.add(line.at(column))
                if cell.remark:
                    self._unread(line.at(column), cell.remark, _REMARK)
        self._settle()
        self._name_others()
        return self._reading

    def _unread(self, address: str, value: str, reason: str) -> None:
        self._used.add(address)
        self._reading.unread.append(Unread(address, value, reason))

    def _place(self, key: Key, line: Line, steps: Mapping[int, Answer | None], is_certain: bool) -> None:
        """Note where a value stands; its place is not certain where it is in two."""
        is_first = key not in self._reading.seen_at
        self._reading.seen_at.setdefault(key, line.at(min(steps, default=line.columns.lines)))
        if is_first and is_certain and steps:
            tops = ((line.top(column), step) for column, step in steps.items())
            self._reading.places[key] = tuple(Place(line.sheet, *top, step) for top, step in tops)
        else:
            self._reading.places.pop(key, None)

    def _say(self, key: Key, line: Line, column: int, text: str, doubt: str) -> None:
        self._read[key].append((line, Read(line.at(column), *key, text, doubt)))

    def _is_shared(self, line: Line, columns: Iterable[int]) -> bool:
        """Return whether one of some cells is merged with those of other answers or of other lines."""
        return any(len(self._said_in[id(line.sheet), line.top(column)]) > 1 for column in columns)

    # a line of notes

    def _take_activity(self, line: Line, activity: Activity, doubt: str) -> None:
        by_policy: defaultdict[str, dict[int, Answer | None]] = defaultdict(dict)
        for column, (policy, step) in line.columns.answers.items():
            by_policy[policy or line.policy][column] = step
        for policy, steps in by_policy.items():
            if policy not in self._grid.policies_by_id:
                for column in steps.keys() & line.cells.keys():
                    self._unread(line.at(column), line.cells[column].text, _NO_POLICY)
                continue
            key = Field.ANSWER, cell_key(Cell(activity.id, policy))
            why = doubt or (_SHARED if self._is_shared(line, steps) else "")
            self._place(key, line, steps, not (why or policy in line.columns.open))
            column, answer = self._answer(line, policy, steps)
            masked = _MASKED if line.cells.get(column, SheetCell("")).is_masked else ""
            self._say(key, line, column, "" if answer is None else answer_text(answer), why or masked)
        self._take_comment(line, activity, doubt)

    def _answer(
        self, line: Line, policy: str, steps: Mapping[int, Answer | None]
    ) -> tuple[int, Answer | None]:
        """Return the one answer that the cells of a policy give, with its column; name what is none."""
        found: dict[int, Answer] = {}
        for column in sorted(steps.keys() & line.cells.keys()):
            cell, step = line.cells[column], steps[column]
            try:
                if cell.is_stale or (policy in line.columns.open and cell.text):
                    raise NotANoteError(cell.text)
                is_ticked = step is not None and is_tick(cell.text, step)
                answer = parse_note(cell.text) if step is None else step if is_ticked else None
            except NotANoteError:
                reason = _OPEN if policy in line.columns.open else f"« {cell.text} » n’est ni une note ni NC."
                self._unread(line.at(column), cell.text, not_whole(cell) or reason)
                continue
            self._used.add(line.at(column))
            if answer is not None:
                found[column] = answer
        if len(found) > 1:
            for column in found:
                self._unread(line.at(column), line.cells[column].text, _TICKED_TWICE)
        return next(iter(found.items())) if len(found) == 1 else (min(steps), None)

    def _take_comment(self, line: Line, activity: Activity, doubt: str) -> None:
        key, columns = (Field.COMMENT, activity.id), line.columns.comments
        doubt = doubt or (_SHARED if self._is_shared(line, columns) else "")
        self._place(
            key, line, dict.fromkeys(columns), [*columns.values()] == [""] and not (line.policy or doubt)
        )
        texts = []
        for column, text in self._texts(line, columns):
            about = self._grid.policies_by_id.get(columns[column] or line.policy)
            texts.append((column, f"{about.label} : {text}" if about else text))
        if texts:
            several = [*columns.values()].count("") > 1 and not line.columns.is_said
            whole = "\n".join(text for _, text in texts)
            self._say(key, line, texts[0][0], whole, doubt or (_SEVERAL if several else ""))

    def _texts(self, line: Line, columns: Iterable[int]) -> Iterator[tuple[int, str]]:
        """Yield the texts of some columns of a row; name those that are not whole."""
        for column in sorted(columns):
            cell = line.cells.get(column, SheetCell(""))
            self._used.add(line.at(column))
            if reason := not_whole(cell):
                self._unread(line.at(column), cell.text, reason)
            if cell.text and not cell.is_error:
                yield column, cell.text

    # a line of an indicator

    def _take_indicator(self, line: Line, indicator: Indicator, doubt: str) -> None:
        comments = [column for column, text in line.headings.items() if is_comments(text)]
        numbers = [column for column in _numbers(line) if column not in comments]
        self._used |= {line.at(one) for one, text in line.headings.items() if letters(text) in _TYPES}
        if len(numbers) != 1:
            return
        (column,) = numbers
        cell = line.cells.get(column, SheetCell(""))
        self._used.add(line.at(column))
        key = Field.NUMBER, indicator.id
        self._place(key, line, {column: None}, not (doubt or indicator.is_heading))
        try:
            number = parse_count(cell.text)
            if cell.is_stale or (number is not None and indicator.is_heading):
                raise NotANoteError(cell.text)
            if number is not None:
                self._say(key, line, column, str(number), doubt or (_MASKED if cell.is_masked else ""))
        except NotANoteError:
            reason = not_whole(cell) or f"« {cell.text} » n’est pas un nombre attendu ici."
            self._unread(line.at(column), cell.text, reason)
        if comments:
            key = Field.REMARK, indicator.id
            self._place(key, line, dict.fromkeys(comments), not doubt and len(comments) == 1)
            if text := "\n".join(text for _, text in self._texts(line, comments)):
                self._say(key, line, comments[0], text, doubt)

    # what is left to tell when all rows were read

    def _settle(self) -> None:
        """Take what is written twice once where both say the same; else ask about each.

        A blank cell says something too, but in a table without any note, such as a model. Comments add up,
        unless the notes of their line differ.
        """
        filled = {line.table for every in self._read.values() for line, read in every if _is_note(read)}
        unclear: dict[str, str] = {}
        for key, every in sorted(self._read.items(), key=lambda one: one[0][0] in _TEXTS):
            reads = [read for line, read in every if read.text or line.table in filled]
            distinct = list({read.text: read for read in reads[::-1]}.values())[::-1]
            id_ = key[1].partition("/")[0]
            if key[0] in _TEXTS:
                text = "\n".join(read.text for read in distinct)
                if len(text) > MAX_TEXT_LENGTH:
                    self._unread(reads[0].address, text, TOO_LONG)
                doubt = next(filter(None, (*(read.doubt for read in reads), unclear.get(id_))), "")
                reads = [reads[0]._replace(text=text[:MAX_TEXT_LENGTH], doubt=doubt)]
            elif len(distinct) > 1:
                for rank, read in enumerate(reads):
                    other = distinct[read.text == distinct[0].text]
                    unclear[id_] = f"Cette ligne a une autre réponse en {other.address}."
                    reads[rank] = read._replace(doubt=read.doubt or unclear[id_])
            else:
                reads = sorted(reads, key=lambda read: bool(read.doubt))[:1]
            self._reading.values += (read for read in reads if read.text)

    def _name_others(self) -> None:
        """Name all else that stands in the tables, each column once: nothing is left out in silence."""
        left: defaultdict[tuple[str, int], list[tuple[str, str]]] = defaultdict(list)
        ended: set[str] = set()
        for line in self._lines:
            sheet, is_sum = line.sheet.name, is_title(line.label)
            ended |= {sheet} if any(ends_table(cell.text) for cell in line.cells.values()) else set()
            for column, cell in () if sheet in ended else line.cells.items():
                is_figure = column == line.columns.lines or _FIGURE.fullmatch(cell.text)
                is_other = is_sum and is_figure and note_of(cell.text) is None
                is_head = note_of(cell.text) is None or line.number == line.columns.head + 1
                is_heading = is_head and letters(cell.text) in line.columns.headings
                if cell.text and not (is_other or is_heading or line.at(column) in self._used):
                    left[sheet, column].append((line.at(column), cell.text))
        for cells in left.values():
            number = count(len(cells), "cellule non reprise", "cellules non reprises")
            self._unread(*cells[0], f"{number}, jusqu’à {cells[-1][0]}.")
        for name in (sheet.name for sheet, _ in self._tables if sheet.is_hidden):
            self._unread(name, "", "Cette feuille est masquée : elle n’est pas lue.")


_TEXTS: Final = frozenset({Field.COMMENT, Field.REMARK})


def _is_note(read: Read) -> bool:
    return read.field is Field.ANSWER and bool(read.text)


def _is_answered(line: Line) -> bool:
    cells = (line.cells[column] for column in line.columns.answers if column in line.cells)
    return any(note_of(cell.text) is not None for cell in cells)


def _numbers(line: Line) -> list[int]:
    """Return the columns of numbers of an indicator: of several years, several."""
    keys = {column: re.sub(r"20\d\d$", "", letters(text)) for column, text in line.headings.items()}
    return [column for column, key in keys.items() if key in _NUMBERS]
