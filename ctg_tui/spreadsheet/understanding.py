"""What a workbook says of a known grid, with addresses, and what was not read.

Three lists: what was read, what the person is asked to confirm, what was not read and why. Nothing is written
here, and nothing is guessed.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import Final, NamedTuple

from ctg_tui.domain.assessment import Answer, Cell
from ctg_tui.domain.grid import Activity, Grid
from ctg_tui.domain.scores import Scores, score
from ctg_tui.domain.text import MAX_TEXT_LENGTH
from ctg_tui.spreadsheet.cells import (
    TOO_LONG,
    Position,
    Sheet,
    SheetCell,
    display_doubt,
    letters,
    not_whole,
    text_of,
)
from ctg_tui.spreadsheet.headings import FEWEST_LETTERS, NotANoteError, is_tick, parse_count, parse_step
from ctg_tui.spreadsheet.roles import Roles, Said, roles_of, whole_sheet
from ctg_tui.spreadsheet.rows import (
    UNKNOWN,
    ActivityRow,
    FigureRow,
    Found,
    IndicatorRow,
    LooseComment,
    PairedActivity,
    PairedIndicator,
    Refused,
    RowComment,
    activity_matcher,
    answer_columns,
    comment_columns,
    comment_place,
    is_shared,
    match_row,
    pair_rows,
    row_answer,
    row_comment,
    title_letters,
    without_examples,
)
from ctg_tui.spreadsheet.tables import find_tables
from ctg_tui.wording import spreadsheet as refusals
from ctg_tui.wording.french import count


@dataclass(frozen=True)
class ReadNote:
    """A note or NC. `doubt` says, in French, what the person should look at; empty when nothing."""

    address: str
    cell: Cell
    label: str
    answer: Answer
    doubt: str = ""


@dataclass(frozen=True)
class ReadComment:
    """A comment of a line."""

    address: str
    activity: str
    text: str
    doubt: str = ""


@dataclass(frozen=True)
class ReadIndicator:
    """The number and the comment of an indicator; either may be missing."""

    address: str
    indicator: str
    label: str
    number: int | None
    comment: str
    doubt: str = ""


@dataclass(frozen=True)
class Unread:
    """Something that was not taken. `reason` is a French sentence."""

    address: str
    value: str
    reason: str


@dataclass(frozen=True)
class Difference:
    """A percentage of the workbook that is not the one computed from its own notes."""

    address: str
    shown: str
    computed: str


class Place(NamedTuple):
    """A cell of the workbook. `step` is set for a table of ticks: the answer that a tick there gives."""

    sheet: Sheet
    row: int
    column: int
    step: Answer | None = None

    @property
    def address(self) -> str:
        return self.sheet.address(self.row, self.column)


@dataclass
class Places:
    """Where each value of the grid stands in the workbook, filled or not; only where that is certain."""

    answers: dict[Cell, tuple[Place, ...]] = field(default_factory=dict)
    comments: dict[str, Place] = field(default_factory=dict)
    numbers: dict[str, Place] = field(default_factory=dict)
    remarks: dict[str, Place] = field(default_factory=dict)


@dataclass
class Reading:
    """All that a workbook says. `grid` is None when its lines are those of no known grid."""

    grid: Grid | None
    lines: int
    indicator_lines: int
    notes: list[ReadNote] = field(default_factory=list)
    comments: list[ReadComment] = field(default_factory=list)
    indicators: list[ReadIndicator] = field(default_factory=list)
    unread: list[Unread] = field(default_factory=list)
    differences: list[Difference] = field(default_factory=list)
    places: Places = field(default_factory=Places)
    seen_at: dict[str, str] = field(default_factory=dict)
    """The address of each value that the workbook has a cell for, whether or not that place is certain.

    By line for comments, numbers and remarks, by `activity/policy` for notes.
    """
    first_line: str = ""
    """The address of the first line of the workbook."""
    tables: tuple[Roles, ...] = ()
    """Which column is what in each table."""

    @property
    def addresses(self) -> frozenset[str]:
        """The address of each value that was read, certain or not."""
        values = (self.notes, self.comments, self.indicators)
        return frozenset(value.address for read in values for value in read)

    @property
    def answers(self) -> dict[Cell, Answer]:
        """The notes that need no confirmation, by cell."""
        return {note.cell: note.answer for note in self.notes if not note.doubt}


# What a table holds beside what is read: named too, so that nothing is left out in silence.

_NO_POLICY = "L’en-tête de cette colonne n’est pas une politique de la grille."
_NOT_SAID = "Vous n’avez pas dit ce que contient cette colonne."
_NO_STEP = "L’en-tête de cette colonne n’est pas une note de l’échelle."
_NO_HEADING = "Aucun en-tête de politique n’a été reconnu au-dessus de cette note."

Crowded = frozenset[int]
"""The tables, by the identity of their columns, in which several columns under one policy have notes."""


def crowded(rows: Iterable[Found]) -> Crowded:
    """Return the tables where several columns under one policy have notes: two years, or the Caf's beside.

    Which of them is the person's is then certain on no line and under no policy of several columns, not even
    where one alone is filled.
    """
    filled: defaultdict[tuple[int, str], set[int]] = defaultdict(set)
    rivals: set[int] = set()
    for row in rows:
        if not isinstance(row, ActivityRow):
            continue
        if row.columns.has_rivals:
            rivals.add(id(row.columns))
        if row.columns.steps:
            continue
        for policy, columns in row.columns.policies.items():
            filled[id(row.columns), policy] |= {one for one in columns if is_note(row.cells.get(one))}
    return frozenset(rivals) | {table for (table, _), columns in filled.items() if len(columns) > 1}


def settled(rows: Iterable[Found]) -> list[Found]:
    """Return the rows with, of several columns under a policy, the one with notes where all others are texts.

    So the columns that are proposed are those that are read; the others are named as any column of texts.
    """
    rows = list(rows)
    tables: dict[int, list[ActivityRow]] = {}
    for row in rows:
        if isinstance(row, ActivityRow) and not row.columns.steps:
            tables.setdefault(id(row.columns), []).append(row)
    for table in tables.keys() - crowded(rows):
        lines = tables[table]
        columns = lines[0].columns
        policies = {policy: _one_of(lines, span) for policy, span in columns.policies.items()}
        new = replace(columns, policies=policies)
        for rank, row in enumerate(rows):
            if isinstance(row, ActivityRow) and id(row.columns) == table:
                rows[rank] = replace(row, columns=new)
    return rows


def _one_of(lines: Iterable[ActivityRow], span: tuple[int, ...]) -> tuple[int, ...]:
    cells = {one: [row.cells[one] for row in lines if one in row.cells] for one in span}
    noted = tuple(one for one in span if any(map(is_note, cells[one])))
    others = (cell.text for one in span if one not in noted for cell in cells[one])
    is_one = len(noted) == 1 and all(len(letters(text)) >= FEWEST_LETTERS for text in filter(None, others))
    return noted if is_one else span


def is_note(cell: SheetCell | None) -> bool:
    """Return whether a cell holds a note or NC."""
    return cell is not None and parse_step(cell.text) is not None


def is_ticked(cell: SheetCell) -> bool:
    """Return whether a cell holds a tick."""
    try:
        return is_tick(cell.text)
    except NotANoteError:
        return False


def beside(rows: Iterable[ActivityRow], grid: Grid) -> Iterator[Unread]:
    """Yield the notes under a heading that is no policy, and once each column of texts that no heading names.

    `rows` are the lines that were read. A column of numbers is left alone where every policy has notes: it is
    a weight, a rank or a total.
    """
    rows = list(rows)
    noted = {id(row.columns) for row in rows if any(is_note(row.cells.get(one)) for one in row.columns.noted)}
    texts: defaultdict[tuple[int, int], list[ActivityRow]] = defaultdict(list)
    for row in rows:
        columns = row.columns
        known = {*columns.noted, columns.comments, *columns.more_comments, columns.missions, row.label_column}
        is_short = (
            columns.is_said
            or len(columns.policies) < len(grid.policies)
            or (
                id(columns) not in noted and not columns.steps  # ticks there, the note stands elsewhere
            )
        )
        for column, cell in row.cells.items():
            if column in known or column < row.label_column or not cell.text:
                continue
            if is_short and is_note(cell):
                reason = _NOT_SAID if columns.is_said else _NO_POLICY
                yield Unread(row.sheet.address(row.number, column), cell.text, reason)
            elif columns.steps and is_ticked(cell):
                yield Unread(row.sheet.address(row.number, column), cell.text, _NO_STEP)
            elif column > min(columns.noted) and len(letters(cell.text)) >= FEWEST_LETTERS:
                texts[id(columns), column].append(row)
    yield from _named_once(texts)


def beside_indicators(rows: Iterable[IndicatorRow]) -> Iterator[Unread]:
    """Yield once each column of texts that no heading names, right of the numbers of the indicators read."""
    texts: defaultdict[tuple[int, int], list[IndicatorRow]] = defaultdict(list)
    for row in rows:
        columns = row.columns
        known = {columns.comments, columns.types, columns.missions, *columns.other_numbers}
        for column, cell in row.cells.items():
            if column > columns.number and column not in known and len(letters(cell.text)) >= FEWEST_LETTERS:
                texts[id(columns), column].append(row)
    yield from _named_once(texts)


def _named_once(texts: Mapping[tuple[int, int], Sequence[ActivityRow | IndicatorRow]]) -> Iterator[Unread]:
    """Name the first text of each column, and say how many there are."""
    for (_, column), found in texts.items():
        first, last = (row.sheet.address(row.number, column) for row in (found[0], found[-1]))
        yield Unread(first, found[0].cells[column].text, _not_taken(len(found), last))


def _not_taken(texts: int, last: str) -> str:
    one, several = "texte de cette colonne n’a pas été repris", "textes de cette colonne n’ont pas été repris"
    return f"L’en-tête n’est pas celui de commentaires : {count(texts, one, several)}, jusqu’à {last}."


def without_table(sheets: Sequence[Sheet], rows: Iterable[Found], grid: Grid) -> Iterator[Unread]:
    """Yield the notes beside lines of the grid on sheets where no table was found."""
    read = {id(row.sheet) for row in rows if isinstance(row, ActivityRow)}
    lines = {letters(activity.label) for activity in grid.activities.values()}
    for sheet in sheets:
        if id(sheet) in read:
            continue
        for number, cells in sheet.rows():
            if any(letters(cell.text) in lines for cell in cells.values()):
                for column, cell in cells.items():
                    if is_note(cell):
                        yield Unread(sheet.address(number, column), cell.text, _NO_HEADING)


_NOTHING_SAID: Final[Said] = {}
_MOST_LINES: Final = 1_500
"""Lines of a workbook: the largest grid has some 1,000, and each is compared with all of a known grid's."""
_REMARK: Final = "Cette note de cellule n’a pas été prise pour un commentaire."
_EXAMPLE: Final = "Ce tableau est un exemple."
_NO_LINE: Final = "Ce commentaire n’est pas sur sa ligne."
_POLICY_NOT_IN_GRID: Final = "La politique de cette note n’est pas dans la grille."
_UNREADABLE_HEADING: Final = "L’en-tête de cette partie du tableau n’a pas été reconnu."
_CROWDED: Final = (
    "Plusieurs colonnes ont des notes pour cette politique : la vôtre n’est pas certaine, dites laquelle."
)
_UNCERTAIN_NUMBER: Final = "La colonne des nombres de cette année n’est pas certaine."
_OTHER_NUMBER: Final = "Ce nombre est dans une autre colonne que celui de cette année."
_ENOUGH_LINES: Final = 2 / 3
"""The share of a workbook's lines that a grid must have to be the one it was made from."""


def understand(
    sheets: Sequence[Sheet], grids: Iterable[Grid], name: str, said: Said = _NOTHING_SAID
) -> Reading:
    """Read the tables of `sheets` with the grid of `grids` that has most of their lines.

    `said` are the columns of tables of which the person said others than their headings.
    Raises InvalidDocument when there is no table of a grid, or one that nothing can be made of.
    """
    rows = list(islice(find_tables(sheets, said), _MOST_LINES + 1))
    if len(rows) > _MOST_LINES:
        raise refusals.too_large(name)
    rows, examples = without_examples(settled(rows))
    activities = [row for row in rows if isinstance(row, ActivityRow) and row.label]
    if not activities:
        raise refusals.without_grid(name)
    grid = _best_grid(activities, grids)
    indicator_lines = sum(isinstance(row, IndicatorRow) for row in rows)
    lines = len({letters(row.label) for row in activities})  # a line may have a row per policy
    reading = Reading(grid, lines, indicator_lines, first_line=activities[0].address)
    reading.tables = roles_of(rows)
    if grid is not None:
        _Reader(grid, reading).take(rows, examples)
        missed = list(without_table(sheets, rows, grid))
        reading.unread += missed
        named = {unread.address.rpartition("!")[0] for unread in missed}
        reading.tables += tuple(whole_sheet(sheet) for sheet in sheets if sheet.name in named)
    return reading


def _best_grid(rows: Sequence[ActivityRow], grids: Iterable[Grid]) -> Grid | None:
    best: Grid | None = None
    most = 0.0
    for grid in grids:
        matcher = activity_matcher(grid)
        titles = {letters(mission.title) for mission in grid.missions}
        lines = [row for row in rows if title_letters(row.label) not in titles]
        matched = sum(match_row(row, None, matcher)[0] is not None for row in lines)
        share = matched / len(lines) if lines else 0.0
        if share >= _ENOUGH_LINES and share > most:
            best, most = grid, share
    return best


class _Reader:
    """Turns rows into the lists of a reading."""

    def __init__(self, grid: Grid, reading: Reading) -> None:
        self._grid = grid
        self._reading = reading
        self._titles = {letters(mission.title): mission.id for mission in grid.missions}
        self._comments: dict[str, list[RowComment]] = {}
        self._crowded: Crowded = frozenset()

    def take(self, rows: Sequence[Found], examples: Sequence[ActivityRow]) -> None:
        pairing = pair_rows(rows, self._grid)
        self._crowded = crowded(rows)
        for example in examples:
            self._name(Refused(example, _EXAMPLE))
        figures: list[tuple[FigureRow, str]] = []
        mission = ""
        for rank, row in enumerate(rows):
            if rank in pairing.refused:
                self._name(pairing.refused[rank])
            elif rank in pairing.activities:
                self._take_activity(pairing.activities[rank])
                mission = self._grid.mission_of[pairing.activities[rank].line.id].id
            elif rank in pairing.indicators:
                self._take_indicator(pairing.indicators[rank])
            elif isinstance(row, LooseComment):
                self._unread(row.address, row.text, _NO_LINE)
            elif isinstance(row, FigureRow):
                figures.append((row, self._titles.get(title_letters(row.label), mission)))
        self._reading.unread += beside((one.row for one in pairing.activities.values()), self._grid)
        self._reading.unread += beside_indicators(one.row for one in pairing.indicators.values())
        self._reading.comments += map(self._comment_of, self._comments)
        self._name_remarks(rows)
        computed = score(self._grid, self._reading.answers)
        for figure_row, of_mission in figures:
            self._reading.differences += self._compare(figure_row, of_mission, computed)

    def _unread(self, address: str, value: str, reason: str) -> None:
        self._reading.unread.append(Unread(address, value, reason))

    def _name(self, refused: Refused) -> None:
        """Name each filled cell of a line that was not taken: nothing is left out in silence."""
        row, reason = refused.row, refused.reason
        if reason in UNKNOWN and self._is_summary(row):
            return
        if reason != _EXAMPLE and row.label:
            self._unread(row.address, row.label, reason)
        of_cells = "La ligne n’a pas été reconnue." if reason in UNKNOWN else reason
        for column in answer_columns(row):
            self._unread(row.sheet.address(row.number, column), row.cells[column].text, of_cells)

    def _is_summary(self, row: ActivityRow | IndicatorRow) -> bool:
        """Return whether a row has the figures of a mission, as those a radar is drawn from."""
        return title_letters(row.label) in self._titles

    def _take_activity(self, paired: PairedActivity) -> None:
        row, activity = paired.row, paired.line
        places = self._reading.places
        if row.columns.is_unknown:
            self._name(Refused(row, _UNREADABLE_HEADING))
            return
        self._take_place_of_comment(paired)
        for policy, columns in row.columns.policies.items():
            if policy not in self._grid.policies_by_id:
                for column in columns:
                    if text_of(row.cells, column):
                        self._unread(
                            row.sheet.address(row.number, column),
                            text_of(row.cells, column),
                            _POLICY_NOT_IN_GRID,
                        )
                continue
            self._reading.seen_at[f"{activity.id}/{policy}"] = row.sheet.address(row.number, columns[0])
            # A second note under the same heading, as for two people: the place of either is not certain.
            is_alone = bool(row.columns.steps) or not any(
                text_of(row.cells, column) for column in columns[1:]
            )
            is_alone = is_alone and not self._is_crowded(row, policy)
            if paired.has_place and is_alone and not is_shared(row, columns[0]):
                places.answers[Cell(activity.id, policy)] = tuple(
                    Place(row.sheet, row.number, column, row.columns.steps.get(column))
                    for column in (columns if row.columns.steps else columns[:1])
                )
            self._take_note(row, activity, policy, paired.doubt)
        self._take_comment(row, activity, paired.doubt)

    def _is_crowded(self, row: ActivityRow, policy: str) -> bool:
        return id(row.columns) in self._crowded and len(row.columns.policies[policy]) > 1

    def _take_note(self, row: ActivityRow, activity: Activity, policy: str, doubt: str) -> None:
        try:
            found = row_answer(row, policy)
            if found is not None and self._is_crowded(row, policy):
                raise NotANoteError(_CROWDED)
        except NotANoteError as error:
            for column in row.columns.policies[policy]:
                if column in row.cells and (row.cells[column].text or row.cells[column].is_stale):
                    self._unread(row.sheet.address(row.number, column), row.cells[column].text, str(error))
            return
        if found is None:
            return
        column, answer, own_doubt = found
        doubt = doubt or own_doubt
        if not doubt and row.sheet.is_out_of_sight(Position(row.number, column)):
            doubt = "Cette colonne est masquée dans le tableur."
        elif not doubt and is_shared(row, column):
            doubt = "Cette note est dans une cellule fusionnée avec d’autres."
        doubt = doubt or display_doubt(row.cells[column])
        address = row.sheet.address(row.number, column)
        self._reading.notes.append(
            ReadNote(address, Cell(activity.id, policy), activity.label, answer, doubt)
        )

    def _take_comment(self, row: ActivityRow, activity: Activity, paired_doubt: str) -> None:
        for column in comment_columns(row):
            self._name_if_not_whole(row, column)
        found = row_comment(row)
        if found is None:
            return
        found = found._replace(doubt=paired_doubt or found.doubt)
        self._comments.setdefault(activity.id, []).append(found)

    def _comment_of(self, activity: str) -> ReadComment:
        """Return the comment of a line: that of its row, or of its rows where each policy has one."""
        rows = self._comments[activity]
        lines = [row.text for row in rows]
        if len({row.policy for row in rows}) > 1:
            named = [(self._grid.policies_by_id.get(row.policy), row.text) for row in rows]
            lines = [text if policy is None else f"{policy.label} : {text}" for policy, text in named]
        doubt = next((row.doubt for row in rows if row.doubt), "")
        text = "\n".join(lines)
        if len(text) > MAX_TEXT_LENGTH and rows[0].address not in {
            one.address for one in self._reading.unread
        }:
            self._unread(rows[0].address, text, TOO_LONG)
        return ReadComment(rows[0].address, activity, text[:MAX_TEXT_LENGTH], doubt)

    def _name_if_not_whole(self, row: ActivityRow | IndicatorRow, column: int | None) -> str:
        """Return the text of a cell as far as it is taken; name it where that is not all of it."""
        cell = None if column is None else row.cells.get(column)
        if column is None or cell is None:
            return ""
        if reason := not_whole(cell):
            self._unread(row.sheet.address(row.number, column), cell.text, reason)
        return "" if cell.is_error else cell.text

    def _take_place_of_comment(self, paired: PairedActivity) -> None:
        """Keep where the comment of a line stands: one cell, over all the rows of the line."""
        row, activity = paired.row, paired.line
        places = self._reading.places.comments
        place = comment_place(row)
        seen = place or Position(row.number, row.columns.comments or row.label_column)
        is_first = activity.id not in self._reading.seen_at
        self._reading.seen_at.setdefault(activity.id, row.sheet.address(*seen))
        own = None if place is None or not paired.has_place else Place(row.sheet, *place)
        former = places.get(activity.id)
        if is_first and own is not None:
            places[activity.id] = own
        elif not is_first and place is not None and own != former and row.sheet.text(*place):
            if own is None or former is None or former.sheet.text(former.row, former.column):
                places.pop(activity.id, None)
            else:
                places[activity.id] = own

    def _name_remarks(self, rows: Sequence[Found]) -> None:
        """Name the cell notes beside lines, each text once: the Caf's help, or what a person noted."""
        named: set[str] = set()
        for row in rows:
            if not isinstance(row, ActivityRow):
                continue
            for column, cell in row.cells.items():
                if cell.remark and cell.remark not in named:
                    named.add(cell.remark)
                    self._unread(row.sheet.address(row.number, column), cell.remark, _REMARK)

    def _take_indicator(self, paired: PairedIndicator) -> None:
        row, line = paired.row, paired.line
        address = row.sheet.address(row.number, row.columns.number)
        self._reading.seen_at[line.id] = address
        comments = row.columns.comments
        comment = self._name_if_not_whole(row, comments)
        if paired.has_place:
            if not line.is_heading and not row.columns.is_crowded:
                self._reading.places.numbers[line.id] = Place(row.sheet, row.number, row.columns.number)
            if comments is not None:
                self._reading.places.remarks[line.id] = Place(row.sheet, row.number, comments)
        number, doubt = None, paired.doubt
        written = self._name_if_not_whole(row, row.columns.number)
        reason = _UNCERTAIN_NUMBER if row.columns.is_crowded else _OTHER_NUMBER
        for column in row.columns.other_numbers:
            if text_of(row.cells, column):
                self._unread(row.sheet.address(row.number, column), text_of(row.cells, column), reason)
        if row.columns.is_crowded:
            if written:
                self._unread(address, written, reason)
            written = ""
        try:
            number = parse_count(written)
        except NotANoteError:
            self._unread(address, written, f"« {written} » n’est pas un nombre entier.")
        if number is not None and line.is_heading:
            self._unread(address, written, "Aucun nombre n’est demandé ici.")
            number = None
        if number is not None:
            doubt = doubt or display_doubt(row.cells[row.columns.number])
        if number is not None or comment:
            self._reading.indicators.append(
                ReadIndicator(address, line.id, line.label, number, comment, doubt)
            )

    def _compare(self, row: FigureRow, mission: str, computed: Scores) -> Iterator[Difference]:
        for policy, (column, shown) in row.figures.items():
            tally = computed.rubrics.get((mission, policy))
            if tally is None:
                continue
            if computed.proposed is not None:  # a workbook adds up all its lines, of every source
                tally += computed.proposed.rubrics[mission, policy]
            ours = tally.percentage
            theirs = float(shown.removesuffix("%").replace(",", "."))
            # A rubric without a note: the workbook shows 0 %, we show a dash; they mean the same.
            if abs(theirs - (ours or 0)) > 0.5:
                text = "—" if ours is None else f"{ours} %"
                yield Difference(row.sheet.address(row.number, column), shown, text)
