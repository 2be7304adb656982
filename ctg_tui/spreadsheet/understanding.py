"""Reading a workbook with a known grid: answers, comments and numbers, each with its address.

Doubtful values are listed for confirmation, unreadable ones with the reason. Nothing is guessed or written.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain
from typing import Final, NamedTuple

from ctg_tui.domain.answers import Answer, Cell
from ctg_tui.domain.grid import Activity, Grid, Indicator
from ctg_tui.domain.scores import Scores, score
from ctg_tui.grids.matching import LineMatcher, Match
from ctg_tui.spreadsheet import refusals
from ctg_tui.spreadsheet.cells import Position, Sheet
from ctg_tui.spreadsheet.notes import NotANoteError, is_tick, parse_count, parse_note
from ctg_tui.spreadsheet.tables import ActivityRow, FigureRow, IndicatorRow, TableRow, find_rows

_ENOUGH_LINES: Final = 0.5
"""The share of a workbook's lines that a grid must have to be chosen."""


@dataclass(frozen=True)
class ReadNote:
    """A note or NC. `doubt` is the French reason to check it, blank when there is none."""

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
    """A cell that was not read. `reason` is a French sentence."""

    address: str
    value: str
    reason: str


@dataclass(frozen=True)
class Difference:
    """A percentage of the workbook that differs from the one computed from its own notes."""

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
    """The cell of each value of the grid in the workbook, filled or not; certain ones only."""

    answers: dict[Cell, tuple[Place, ...]] = field(default_factory=dict)
    comments: dict[str, Place] = field(default_factory=dict)
    numbers: dict[str, Place] = field(default_factory=dict)
    remarks: dict[str, Place] = field(default_factory=dict)


@dataclass
class Reading:
    """The values of a workbook. `grid` is None when no known grid has its lines."""

    grid: Grid | None
    lines: int
    indicator_lines: int
    notes: list[ReadNote] = field(default_factory=list)
    comments: list[ReadComment] = field(default_factory=list)
    indicators: list[ReadIndicator] = field(default_factory=list)
    unread: list[Unread] = field(default_factory=list)
    differences: list[Difference] = field(default_factory=list)
    places: Places = field(default_factory=Places)

    @property
    def answers(self) -> dict[Cell, Answer]:
        """The notes that need no confirmation, by cell."""
        return {note.cell: note.answer for note in self.notes if not note.doubt}


def understand(sheets: Sequence[Sheet], grids: Iterable[Grid], name: str) -> Reading:
    """Read the tables of `sheets` with the grid of `grids` that has most of their lines.

    Raises InvalidDocument when there is no table of a grid, or an ambiguous one.
    """
    rows = list(chain.from_iterable(find_rows(sheet, name) for sheet in sheets))
    activities = [row for row in rows if isinstance(row, ActivityRow)]
    if not activities:
        raise refusals.without_grid(name)
    grid = _best_grid(activities, grids)
    indicator_lines = sum(isinstance(row, IndicatorRow) for row in rows)
    reading = Reading(grid, len(activities), indicator_lines)
    if grid is not None:
        _Reader(grid, reading).take(rows)
    return reading


def _best_grid(rows: Sequence[ActivityRow], grids: Iterable[Grid]) -> Grid | None:
    best: Grid | None = None
    most = _ENOUGH_LINES * len(rows)
    for grid in grids:
        matcher = _activity_matcher(grid)
        matched = sum(matcher.match(row.label) is not None for row in rows)
        if matched > most or (matched == most and best is None):
            best, most = grid, matched
    return best


def _activity_matcher(grid: Grid) -> LineMatcher[Activity]:
    return LineMatcher({line.label: line for line in grid.activities.values()})


class _Reader:
    """A builder that sorts rows into the lists of a `Reading`."""

    def __init__(self, grid: Grid, reading: Reading) -> None:
        self._grid = grid
        self._reading = reading
        self._activities = _activity_matcher(grid)
        self._indicators: LineMatcher[Indicator] = LineMatcher(
            {line.label: line for line in grid.indicators.values()}
        )
        self._rows_of: dict[str, str] = {}
        """The place of each line read, to detect repeated ones."""

    def take(self, rows: Iterable[TableRow]) -> None:
        figures = []
        for row in rows:
            match row:
                case ActivityRow():
                    self._take_activity(row)
                case IndicatorRow():
                    self._take_indicator(row)
                case FigureRow():
                    figures.append(row)
                case _:
                    pass
        computed = score(self._grid, self._reading.answers)
        for figure_row in figures:
            self._reading.differences += self._compare(figure_row, computed)

    def _unread(self, address: str, value: str, reason: str) -> None:
        self._reading.unread.append(Unread(address, value, reason))

    def _take_activity(self, row: ActivityRow) -> None:
        address = row.sheet.address(row.number, row.label_column)
        match = self._activities.match(row.label)
        if match is None:
            self._unread(address, row.label, "Cette ligne n’est pas dans la grille.")
            self._name_answers(row)
            return
        activity = match.line
        if activity.id in self._rows_of:
            self._unread(address, row.label, f"Cette ligne est déjà lue en {self._rows_of[activity.id]}.")
            self._name_answers(row)
            return
        self._rows_of[activity.id] = address
        doubt = self._doubt(row, match, activity.label)
        comments = row.columns.comments
        if match.is_exact and comments is not None:
            self._reading.places.comments[activity.id] = Place(row.sheet, row.number, comments)
        for policy, columns in row.columns.policies.items():
            if policy in self._grid.policies_by_id:
                if match.is_exact:
                    places = tuple(
                        Place(row.sheet, row.number, column, row.columns.steps.get(column))
                        for column in (columns if row.columns.steps else columns[:1])
                    )
                    self._reading.places.answers[Cell(activity.id, policy)] = places
                self._take_note(row, activity, policy, columns, doubt)
        self._take_comments(row, activity, doubt)

    def _name_answers(self, row: ActivityRow) -> None:
        """List each filled cell of a line that was not read: nothing is ignored silently."""
        wanted = (*row.columns.noted, row.columns.comments)
        for column in wanted:
            if column is not None and column in row.cells and row.cells[column].text:
                address = row.sheet.address(row.number, column)
                self._unread(address, row.cells[column].text, "La ligne n’a pas été reconnue.")

    def _doubt(
        self, row: ActivityRow | IndicatorRow, match: Match[Activity] | Match[Indicator], label: str
    ) -> str:
        if row.sheet.is_out_of_sight(Position(row.number, row.label_column)):
            return "Cette ligne est masquée dans le tableur."
        return "" if match.is_exact else f"La ligne ressemble à « {label} » sans être la même."

    def _take_note(
        self, row: ActivityRow, activity: Activity, policy: str, columns: tuple[int, ...], doubt: str
    ) -> None:
        try:
            entry = _ticked(row, columns) if row.columns.steps else _written(row, columns)
        except NotANoteError as error:
            for column in columns:
                if column in row.cells and (row.cells[column].text or row.cells[column].is_stale):
                    self._unread(row.sheet.address(row.number, column), row.cells[column].text, str(error))
            return
        if entry is None:
            return
        column, answer = entry
        hidden = row.sheet.is_out_of_sight(Position(row.number, column))
        self._reading.notes.append(
            ReadNote(
                row.sheet.address(row.number, column),
                Cell(activity.id, policy),
                activity.label,
                answer,
                doubt or ("Cette colonne est masquée dans le tableur." if hidden else ""),
            )
        )

    def _take_comments(self, row: ActivityRow, activity: Activity, doubt: str) -> None:
        column = row.columns.comments
        written = row.cells[column].text if column in row.cells and column is not None else ""
        noted = [cell.remark for cell in row.cells.values() if cell.remark]
        text = "\n".join((*([written] if written else []), *noted))
        if text:
            place = column if written and column is not None else row.label_column
            address = row.sheet.address(row.number, place)
            self._reading.comments.append(ReadComment(address, activity.id, text, doubt))

    def _take_indicator(self, row: IndicatorRow) -> None:
        address = row.sheet.address(row.number, row.label_column)
        number_cell = row.cells.get(row.columns.number)
        comments = row.columns.comments
        comment = row.cells[comments].text if comments is not None and comments in row.cells else ""
        match = self._indicators.match(row.label)
        if match is None:
            self._unread(address, row.label, "Cet indicateur n’est pas dans la grille.")
            return
        if match.line.id in self._rows_of:
            self._unread(address, row.label, f"Cet indicateur est déjà lu en {self._rows_of[match.line.id]}.")
            return
        self._rows_of[match.line.id] = address
        if match.is_exact:
            if not match.line.is_heading:
                number_place = Place(row.sheet, row.number, row.columns.number)
                self._reading.places.numbers[match.line.id] = number_place
            if comments is not None:
                self._reading.places.remarks[match.line.id] = Place(row.sheet, row.number, comments)
        number_address = row.sheet.address(row.number, row.columns.number)
        number = None
        if number_cell is not None:
            try:
                number = parse_count(number_cell.text)
            except NotANoteError:
                reason = f"« {number_cell.text} » n’est pas un nombre entier."
                self._unread(number_address, number_cell.text, reason)
        if number is not None and match.line.is_heading:
            self._unread(
                number_address, number_cell.text if number_cell else "", "Aucun nombre n’est demandé ici."
            )
            number = None
        if number is not None or comment:
            doubt = self._doubt(row, match, match.line.label)
            self._reading.indicators.append(
                ReadIndicator(number_address, match.line.id, match.line.label, number, comment, doubt)
            )

    def _compare(self, row: FigureRow, computed: Scores) -> Iterator[Difference]:
        mission = next((mission for mission in self._grid.missions if mission.number == row.mission), None)
        if mission is None:
            return
        for policy, (column, shown) in row.figures.items():
            tally = computed.rubrics.get((mission.id, policy))
            if tally is None:
                continue
            ours = tally.percentage
            theirs = float(shown.removesuffix("%").replace(",", "."))
            # Without a note the workbook shows 0 % and this program a dash, which mean the same.
            if abs(theirs - (ours or 0)) > 0.5:
                text = "—" if ours is None else f"{ours} %"
                yield Difference(row.sheet.address(row.number, column), shown, text)


def _written(row: ActivityRow, columns: tuple[int, ...]) -> tuple[int, Answer] | None:
    """Return the one answer under a policy, with its column. Raises NotANoteError with a French sentence."""
    entries = []
    for column in columns:
        cell = row.cells.get(column)
        if cell is None:
            continue
        if cell.is_stale:
            raise NotANoteError(
                "Cette formule n’a pas de valeur enregistrée : enregistrez le tableur, puis recommencez."
            )
        try:
            answer = parse_note(cell.text)
        except NotANoteError as error:
            raise NotANoteError(f"« {cell.text} » n’est ni une note ni NC.") from error
        if answer is not None:
            entries.append((column, answer))
    if len(entries) > 1:
        raise NotANoteError("Plusieurs notes sont écrites pour cette politique.")
    return entries[0] if entries else None


def _ticked(row: ActivityRow, columns: tuple[int, ...]) -> tuple[int, Answer] | None:
    """Return the step that is ticked under a policy, with its column. Raises NotANoteError in French."""
    entries = []
    for column in columns:
        text = row.cells[column].text if column in row.cells else ""
        try:
            ticked = is_tick(text)
        except NotANoteError as error:
            raise NotANoteError(f"« {text} » n’est pas une coche.") from error
        if ticked:
            entries.append((column, row.columns.steps[column]))
    if len(entries) > 1:
        raise NotANoteError("Plusieurs cases sont cochées pour cette politique.")
    return entries[0] if entries else None
