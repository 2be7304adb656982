"""What a workbook says of a known grid: answers, comments and numbers, each with the address it was read at.

Three lists: what was read, what the person is asked to confirm, what was not read and why. Nothing is
written here, and nothing is guessed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain, islice
from typing import Final, NamedTuple

from ctg_tui.domain.answers import Answer, Cell
from ctg_tui.domain.grid import Activity, Grid
from ctg_tui.domain.scores import Scores, score
from ctg_tui.grids.matching import letters
from ctg_tui.spreadsheet import refusals
from ctg_tui.spreadsheet.cells import Position, Sheet
from ctg_tui.spreadsheet.lines import (
    UNKNOWN,
    UNKNOWN_ACTIVITY,
    PairedActivity,
    PairedIndicator,
    Refused,
    activity_matcher,
    answer_columns,
    match_row,
    pair_rows,
)
from ctg_tui.spreadsheet.notes import NotANoteError, parse_count
from ctg_tui.spreadsheet.row_answers import is_shared, row_answer
from ctg_tui.spreadsheet.tables import ActivityRow, FigureRow, Found, IndicatorRow, find_rows, title_letters

_MOST_LINES: Final = 1_500
"""Lines of a workbook: the largest grid has some 1,000, and each is compared with all of a known grid's."""
_ENOUGH_LINES: Final = 2 / 3
"""The share of a workbook's lines that a grid must have to be the one it was made from."""


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

    @property
    def addresses(self) -> frozenset[str]:
        """The address of each value that was read, certain or not."""
        values = (self.notes, self.comments, self.indicators)
        return frozenset(value.address for read in values for value in read)

    @property
    def answers(self) -> dict[Cell, Answer]:
        """The notes that need no confirmation, by cell."""
        return {note.cell: note.answer for note in self.notes if not note.doubt}


def understand(sheets: Sequence[Sheet], grids: Iterable[Grid], name: str) -> Reading:
    """Read the tables of `sheets` with the grid of `grids` that has most of their lines.

    Raises InvalidDocument when there is no table of a grid, or one that nothing can be made of.
    """
    found = chain.from_iterable(find_rows(sheet, name) for sheet in sheets)
    rows = list(islice(found, _MOST_LINES + 1))
    if len(rows) > _MOST_LINES:
        raise refusals.too_large(name)
    activities = [row for row in rows if isinstance(row, ActivityRow)]
    if not activities:
        raise refusals.without_grid(name)
    grid = _best_grid(activities, grids)
    indicator_lines = sum(isinstance(row, IndicatorRow) for row in rows)
    reading = Reading(grid, len(activities), indicator_lines, first_line=activities[0].address)
    if grid is not None:
        _Reader(grid, reading).take(rows)
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


def _text(row: ActivityRow | IndicatorRow, column: int) -> str:
    return row.cells[column].text if column in row.cells else ""


class _Reader:
    """Turns rows into the lists of a reading."""

    def __init__(self, grid: Grid, reading: Reading) -> None:
        self._grid = grid
        self._reading = reading
        self._titles = {letters(mission.title): mission.id for mission in grid.missions}

    def take(self, rows: Sequence[Found]) -> None:
        pairing = pair_rows(rows, self._grid)
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
            elif isinstance(row, FigureRow):
                figures.append((row, self._titles.get(title_letters(row.label), mission)))
        computed = score(self._grid, self._reading.answers)
        for figure_row, of_mission in figures:
            self._reading.differences += self._compare(figure_row, of_mission, computed)

    def _unread(self, address: str, value: str, reason: str) -> None:
        self._reading.unread.append(Unread(address, value, reason))

    def _name(self, refused: Refused) -> None:
        """Name each filled cell of a line that was not taken: nothing is left out in silence."""
        row, reason = refused.row, refused.reason
        if reason == UNKNOWN_ACTIVITY and self._is_summary(row):
            return
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
        comments = row.columns.comments
        self._reading.seen_at[activity.id] = (
            row.address if comments is None else row.sheet.address(row.number, comments)
        )
        has_one_column = comments is not None and not row.columns.more_comments
        if paired.has_place and has_one_column and comments is not None and not is_shared(row, comments):
            places.comments[activity.id] = Place(row.sheet, row.number, comments)
        for policy, columns in row.columns.policies.items():
            if policy not in self._grid.policies_by_id:
                continue
            self._reading.seen_at[f"{activity.id}/{policy}"] = row.sheet.address(row.number, columns[0])
            # A second note under the same heading, as for two people: the place of either is not certain.
            is_alone = bool(row.columns.steps) or not any(_text(row, column) for column in columns[1:])
            if paired.has_place and is_alone and not is_shared(row, columns[0]):
                places.answers[Cell(activity.id, policy)] = tuple(
                    Place(row.sheet, row.number, column, row.columns.steps.get(column))
                    for column in (columns if row.columns.steps else columns[:1])
                )
            self._take_note(row, activity, policy, paired.doubt)
        self._take_comments(row, activity, paired.doubt)

    def _take_note(self, row: ActivityRow, activity: Activity, policy: str, doubt: str) -> None:
        try:
            found = row_answer(row, policy)
        except NotANoteError as error:
            for column in row.columns.policies[policy]:
                if column in row.cells and (row.cells[column].text or row.cells[column].is_stale):
                    self._unread(row.sheet.address(row.number, column), row.cells[column].text, str(error))
            return
        if found is None:
            return
        column, answer = found
        if not doubt and row.sheet.is_out_of_sight(Position(row.number, column)):
            doubt = "Cette colonne est masquée dans le tableur."
        elif not doubt and is_shared(row, column):
            doubt = "Cette note est dans une cellule fusionnée avec d’autres."
        address = row.sheet.address(row.number, column)
        self._reading.notes.append(
            ReadNote(address, Cell(activity.id, policy), activity.label, answer, doubt)
        )

    def _take_comments(self, row: ActivityRow, activity: Activity, doubt: str) -> None:
        columns = [
            column for column in (row.columns.comments, *row.columns.more_comments) if column in row.cells
        ]
        written = {column: row.cells[column].text for column in columns if column and row.cells[column].text}
        noted = {column: cell.remark for column, cell in row.cells.items() if cell.remark}
        text = "\n".join((*written.values(), *noted.values()))
        if not text:
            return
        place = next(iter((*written, *noted)))
        if row.columns.more_comments and not doubt:
            doubt = "Le tableau a plusieurs colonnes de commentaires."
        elif written and not doubt and is_shared(row, place):
            doubt = "Ce commentaire est dans une cellule fusionnée avec d’autres."
        address = row.sheet.address(row.number, place)
        self._reading.comments.append(ReadComment(address, activity.id, text, doubt))

    def _take_indicator(self, paired: PairedIndicator) -> None:
        row, line = paired.row, paired.line
        address = row.sheet.address(row.number, row.columns.number)
        self._reading.seen_at[line.id] = address
        comments = row.columns.comments
        comment = row.cells[comments].text if comments is not None and comments in row.cells else ""
        if paired.has_place:
            if not line.is_heading:
                self._reading.places.numbers[line.id] = Place(row.sheet, row.number, row.columns.number)
            if comments is not None:
                self._reading.places.remarks[line.id] = Place(row.sheet, row.number, comments)
        number = None
        written = _text(row, row.columns.number)
        try:
            number = parse_count(written)
        except NotANoteError:
            self._unread(address, written, f"« {written} » n’est pas un nombre entier.")
        if number is not None and line.is_heading:
            self._unread(address, written, "Aucun nombre n’est demandé ici.")
            number = None
        if number is not None or comment:
            self._reading.indicators.append(
                ReadIndicator(address, line.id, line.label, number, comment, paired.doubt)
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
