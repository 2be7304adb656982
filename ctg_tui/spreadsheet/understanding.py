"""What a workbook says of a known grid, with addresses, and what was not read.

Each row is the known line that its words are; each column is what the person agreed that it is; a cell is a
note, or it is named. Nothing is written here, and nothing is guessed.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import zip_longest
from typing import Final, NamedTuple

from ctg_tui.domain.assessment import Answer, Cell, answer_text
from ctg_tui.domain.changes import Field, cell_key
from ctg_tui.domain.errors import typeset
from ctg_tui.domain.grid import Activity, Grid, Indicator
from ctg_tui.domain.text import MAX_TEXT_LENGTH, clean, fold
from ctg_tui.spreadsheet.cells import (
    TOO_LONG,
    LineMatcher,
    NotANoteError,
    Position,
    Sheet,
    SheetCell,
    is_tick,
    letters,
    not_whole,
    note_of,
    parse_count,
    parse_note,
    words,
)
from ctg_tui.spreadsheet.columns import (
    COMMENTS,
    MOST_TABLES,
    Columns,
    Policies,
    ends_table,
    is_comments,
    is_title,
    policy_of,
    propose,
    whole_sheet,
)
from ctg_tui.wording import spreadsheet as refusals
from ctg_tui.wording.french import count

Key = tuple[Field, str]
"""The field of a value, and its line or its cell, as `domain.changes.Values` has them."""


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
    """Something that was not taken of a workbook, or not written in it. `reason` is a French sentence."""

    address: str
    value: str
    reason: str

    @property
    def sentence(self) -> str:
        """Where it is, its beginning, and why."""
        shown = clean(self.value, multiline=True).strip()
        said = f" (« {shown[:60]}{'…' if len(shown) > 60 else ''} »)" if shown else ""
        return typeset(f"{clean(self.address)}{said} : {self.reason}")


class Place(NamedTuple):
    """A cell of the workbook. `step` is set for a table of ticks: the answer that a tick there gives."""

    sheet: Sheet
    row: int
    column: int
    step: Answer | None = None

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


SheetColumns = Mapping[str, Columns]
"""What the person said of the columns, by sheet."""
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

_OPEN: Final = "Plusieurs colonnes ont des notes pour cette politique : dites laquelle est la vôtre."
_TICKED_TWICE: Final = "Plusieurs cases sont cochées pour cette politique."
_NO_NUMBER: Final = "Cet indicateur n’a pas de nombre : il en annonce d’autres."
_REMARK: Final = "Cette note de cellule n’a pas été prise pour un commentaire."


# The rows of the tables.


class Line(NamedTuple):
    """A row below a heading, with the text of its line, and its columns.

    `headings` are those of the indicators above it, if any, by column; `policy` is the one that it names,
    where a table has one for each row. `match` is the line of the grid that it stands for: that of its words
    or the one that is clearly the nearest.
    """

    sheet: Sheet
    number: int
    label: str
    cells: Mapping[int, SheetCell]
    columns: Columns
    headings: Mapping[int, str]
    policy: str = ""
    match: Activity | Indicator | None = None

    @property
    def table(self) -> tuple[str, int]:
        return self.sheet.name, self.columns.head

    @property
    def is_answered(self) -> bool:
        return any(note_of(self.cell(column).text) is not None for column in self.columns.answers)

    @property
    def numbers(self) -> list[int]:
        """The columns of numbers of an indicator."""
        return [column for column, text in self.headings.items() if letters(text) in _NUMBERS]

    def at(self, column: int | None) -> str:
        """Return the address of one of its cells; of the first one without a column."""
        return self.sheet.address(self.number, column or 1)

    def cell(self, column: int) -> SheetCell:
        return self.cells.get(column, SheetCell(""))

    def place(self, column: int, step: Answer | None) -> Place:
        """Return one of its cells, the first one of those that it is merged with."""
        position = Position(self.number, column)
        return Place(self.sheet, *self.sheet.merged.get(position, position), step)


Tables = Sequence[tuple[Sheet, Sequence[Columns]]]
"""The tables of each sheet that has some, in their order."""


def tables_of(
    sheets: Iterable[Sheet],
    policies: Policies,
    name: str,
    said: SheetColumns,
    is_line: Callable[[str], object] = lambda _: None,
) -> Tables:
    """Return the tables of each sheet with their columns, as proposed or said.

    A sheet without headings is one table where something was said of it, or it has known lines. Raises
    InvalidDocument when there are more than anybody draws.
    """
    found: list[tuple[Sheet, Sequence[Columns]]] = []
    for sheet in sheets:
        tables = propose(sheet, policies)
        if not tables and (sheet.name in said or any(is_line(cell.text) for cell in sheet.cells.values())):
            tables = [whole_sheet(sheet)]
        if sheet.name in said:
            tables = [said[sheet.name].placed(table, sheet) for table in tables]
        found += [(sheet, tables)] if tables else []
        if sum(len(tables) for _, tables in found) > MOST_TABLES:
            raise refusals.too_large(name)
    return found


def lines_of(tables: Tables, policies: Policies) -> Iterator[Line]:
    """Yield the rows of the tables that hold something."""
    for sheet, every in tables:
        columns, headings = every[0], _NO_HEADINGS
        for number, cells in sheet.rows():
            # The table of a row is the last one whose heading is above it, or in it; else the first one.
            current = every[max(bisect_right(every, number, key=lambda table: table.head) - 1, 0)]
            if current is not columns:
                columns, headings = current, _NO_HEADINGS
            if number <= columns.head:
                continue
            if found := _indicator_headings(cells):
                headings = found
                continue
            own = next((column for column, text in headings.items() if _is_indicators(text)), None)
            counted = sheet.text(number, own)
            label = counted if len(letters(counted)) > 3 else sheet.text(number, columns.lines)
            policy = policy_of(sheet.text(number, columns.policy), policies) or ""
            yield Line(sheet, number, label, cells, columns, headings, policy)


_NO_HEADINGS: Final[Mapping[int, str]] = {}


def _indicator_headings(cells: Mapping[int, SheetCell]) -> dict[int, str]:
    """Return the headings of a table of indicators, by column; nothing for any other row."""
    texts = {column: cell.text for column, cell in cells.items() if 0 < len(cell.text) < _LONGEST_HEADING}
    return texts if any(map(_is_indicators, texts.values())) else {}


def _is_indicators(heading: str) -> bool:
    return words(heading) in ("indicateur", "indicateurs")


# What the rows say.


def understand(
    sheets: Sequence[Sheet], grids: Iterable[Grid], name: str, said: SheetColumns
) -> Reading | None:
    """Read `sheets` with the grid that has most of their lines, then of their policies; None if none has.

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

    def __init__(self, grid: Grid, sheets: Sequence[Sheet], said: SheetColumns, name: str) -> None:
        self._grid, self._name = grid, name
        self._matcher = LineMatcher([*grid.activities.values(), *grid.indicators.values()])
        tables = tables_of(sheets, grid.policies, name, said, self._matcher.same)
        lines = list(lines_of(tables, grid.policies))
        self._lines = [self._exactly(*pair) for pair in zip_longest(lines, lines[1:])]
        headed = {policy for _, few in tables for one in few for policy, _ in one.answers.values()}
        self.known = len(self._found() & grid.activities.keys()), len(headed & grid.policies_by_id.keys())
        """How many of its lines, then of its policies, the grid has."""
        self._used: set[str] = set()
        self._read: defaultdict[Key, list[tuple[Line, Read]]] = defaultdict(list)
        """What each row says of a value, blank cells too."""
        self._reading = Reading(grid, tuple(one for _, few in tables for one in few))

    # which line each row is

    def _found(self) -> set[str]:
        return {line.match.id for line in self._lines if line.match is not None}

    def _exactly(self, line: Line, following: Line | None) -> Line:
        """Return a row with the line whose words it has, alone or with the end of the next one."""
        if line.label and following is not None and len(following.cells) == 1:
            whole = f"{line.label} {following.label}"
            if (same := self._matcher.same(whole)) is not None:
                return line._replace(label=whole, match=same)
        return line._replace(match=self._matcher.same(line.label))

    def _nearly(self, line: Line, exact: Collection[str]) -> Line:
        """Return a row without a line with the nearest one, if any that has no row."""
        if line.match is not None or is_title(line.label):
            return line
        near = self._matcher.near(line.label)
        return line if near is None or near.id in exact else line._replace(match=near)

    def fits(self) -> bool:
        """Return whether the grid has most of the lines that are answered, or of all in a blank workbook."""
        exact = self._found()
        self._lines = [self._nearly(line, exact) for line in self._lines]
        rows = [line for line in self._lines if not is_title(line.label)]
        asked = [line for line in rows if line.is_answered] or rows
        known = {line.match.id for line in asked if line.match is not None}
        unknown = {letters(line.label) for line in asked if line.match is None}
        is_known = len(known) >= _ENOUGH_LINES * (len(known) + len(unknown))
        return is_known and bool(self._found() & self._grid.activities.keys())

    def require_scale(self, sheets: Sequence[Sheet]) -> None:
        """Refuse a workbook whose legend, beside its notes, is of another scale."""
        read = {(line.sheet.name, line.number) for line in self._lines if line.match is not None}
        for sheet in sheets:
            for (row, column), cell in sheet.cells.items():
                beside = sheet.text(row, column + 1)
                text = f"{cell.text} : {beside}" if len(cell.text) < 3 else cell.text
                is_short = len(text) < _LONGEST_LEGEND and (sheet.name, row) not in read
                if is_short and _OTHER_SCALE.search(fold(text)):
                    raise refusals.other_scale(self._name, cell.text, sheet.address(row, column))

    # what each says

    def read(self) -> Reading:
        """Return all that the rows say."""
        for line in self._lines:
            if line.match is None:
                continue
            near = f"La ligne ressemble à « {line.match.label} » sans être la même."
            doubt = "" if self._matcher.same(line.label) is line.match else near
            if isinstance(line.match, Activity):
                self._take_activity(line, line.match, doubt)
            else:
                self._take_indicator(line, line.match, doubt)
            for column, cell in line.cells.items():
                if len(cell.text) > 3 and cell.text in line.label:
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
            self._reading.places[key] = tuple(line.place(column, step) for column, step in steps.items())
        else:
            self._reading.places.pop(key, None)

    def _say(self, key: Key, line: Line, column: int, text: str, doubt: str) -> None:
        self._read[key].append((line, Read(line.at(column), *key, text, doubt)))

    def _take_activity(self, line: Line, activity: Activity, doubt: str) -> None:
        by_policy: defaultdict[str, dict[int, Answer | None]] = defaultdict(dict)
        for column, (policy, step) in line.columns.answers.items():
            by_policy[policy or line.policy][column] = step
        for policy, steps in by_policy.items():
            key = Field.ANSWER, cell_key(Cell(activity.id, policy))
            if policy in line.columns.open:
                self._place(key, line, steps, is_certain=False)
            elif policy in self._grid.policies_by_id:
                self._take_value(key, line, steps, doubt)
        self._take_texts((Field.COMMENT, activity.id), line, line.columns.named(COMMENTS), doubt)

    def _take_indicator(self, line: Line, indicator: Indicator, doubt: str) -> None:
        comments = [column for column, text in line.headings.items() if is_comments(text)]
        numbers = line.numbers
        self._used |= {line.at(one) for one, text in line.headings.items() if letters(text) in _TYPES}
        if len(numbers) == 1:
            why = _NO_NUMBER if indicator.is_heading else ""
            self._take_value((Field.NUMBER, indicator.id), line, {numbers[0]: None}, doubt, why)
            if comments:
                self._take_texts((Field.COMMENT, indicator.id), line, comments, doubt)

    def _take_value(
        self, key: Key, line: Line, steps: Mapping[int, Answer | None], doubt: str, why: str = ""
    ) -> None:
        """Take the one note or number that some cells give; name what is none, and why none is taken."""
        self._place(key, line, steps, not (doubt or why))
        found: dict[int, str] = {}
        for column in sorted(steps.keys() & line.cells.keys()):
            cell = line.cells[column]
            try:
                if cell.is_stale or (why and cell.text):
                    raise NotANoteError(cell.text)
                text = _spelt(key[0], cell.text, steps[column])
            except NotANoteError:
                expected = "ni une note ni NC" if key[0] is Field.ANSWER else "pas un nombre attendu ici"
                reason = not_whole(cell) or why or f"« {cell.text} » n’est {expected}."
                self._unread(line.at(column), cell.text, reason)
                continue
            self._used.add(line.at(column))
            if text:
                found[column] = text
        if len(found) > 1:
            for column in found:
                self._unread(line.at(column), line.cells[column].text, _TICKED_TWICE)
        column, text = next(iter(found.items())) if len(found) == 1 else (min(steps), "")
        if text or key[0] is Field.ANSWER:
            self._say(key, line, column, text, doubt)

    def _take_texts(self, key: Key, line: Line, columns: Sequence[int], doubt: str) -> None:
        """Take the texts of a row; name those cut short. Those of a policy per row are each about one."""
        known = self._grid.policies_by_id.get(line.policy)
        self._place(key, line, dict.fromkeys(columns), not doubt and len(columns) == 1 and known is None)
        texts: dict[int, str] = {}
        for column in columns:
            cell = line.cell(column)
            self._used.add(line.at(column))
            if reason := not_whole(cell):
                self._unread(line.at(column), cell.text, reason)
            if cell.text and not cell.is_error:
                texts[column] = f"{known.label} : {cell.text}" if known else cell.text
        if texts:
            self._say(key, line, min(texts), "\n".join(texts.values()), doubt)

    # what is left to tell when all rows were read

    def _settle(self) -> None:
        """Take what is written twice once where both say the same; else ask about each. Comments add up.

        A blank cell says something too, but in a table without any note, such as a model.
        """
        values = self._reading.values
        noted = {
            line.table
            for (one, _), every in self._read.items()
            for line, read in every
            if one is Field.ANSWER and read.text
        }
        for key, every in self._read.items():
            reads = [read for line, read in every if read.text or line.table in noted]
            distinct = list({read.text: read for read in reads[::-1]}.values())[::-1]
            if key[0] is Field.COMMENT:
                text = "\n".join(read.text for read in distinct)
                if len(text) > MAX_TEXT_LENGTH:
                    self._unread(reads[0].address, text, TOO_LONG)
                doubt = next((read.doubt for read in reads if read.doubt), "")
                values.append(reads[0]._replace(text=text[:MAX_TEXT_LENGTH], doubt=doubt))
            elif len(distinct) > 1:
                for read in filter(lambda read: read.text, reads):
                    other = distinct[read.text == distinct[0].text]
                    why = f"Cette ligne a une autre réponse en {other.address}."
                    values.append(read._replace(doubt=read.doubt or why))
            elif any(read.text for read in reads):
                values.append(min(reads, key=lambda read: bool(read.doubt)))

    def _name_others(self) -> None:
        """Name all else that stands in the tables, each column once: nothing is left out in silence."""
        left: defaultdict[tuple[str, int, str], list[tuple[str, str]]] = defaultdict(list)
        ended: set[str] = set()
        for line in self._lines:
            is_sum = is_title(line.label)
            ended |= {line.sheet.name} if ends_table(line.cells) else set()
            for column, cell in () if line.sheet.name in ended else line.cells.items():
                is_note = note_of(cell.text) is not None
                is_figure = column == line.columns.lines or _FIGURE.fullmatch(cell.text)
                may_head = line.match is None and (not is_note or line.number == line.columns.head + 1)
                is_known = may_head and letters(cell.text) in line.columns.headings
                is_known |= bool(is_sum and is_figure and not is_note) or line.at(column) in self._used
                if cell.text and not is_known:
                    policy, _ = line.columns.answers.get(column, (None, None))
                    why = f" {_OPEN}" if policy in line.columns.open else ""
                    left[line.sheet.name, column, why].append((line.at(column), cell.text))
        for (*_, why), cells in left.items():
            number = count(len(cells), "cellule non reprise", "cellules non reprises")
            self._unread(*cells[0], f"{number}, jusqu’à {cells[-1][0]}.{why}")


def _spelt(field: Field, text: str, step: Answer | None) -> str:
    """Return a note, a tick or a number as the journal spells it; empty for a blank. Raises NotANoteError."""
    if field is Field.NUMBER:
        number = parse_count(text)
        return "" if number is None else str(number)
    answer = parse_note(text) if step is None else step if is_tick(text, step) else None
    return "" if answer is None else answer_text(answer)
