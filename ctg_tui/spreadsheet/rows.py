"""The rows of the tables of a workbook, and which line of a grid each stands for."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final, Generic, NamedTuple, TypeVar

from ctg_tui.domain.assessment import Answer
from ctg_tui.domain.grid import Activity, Grid, Indicator
from ctg_tui.spreadsheet.cells import (
    NO_VALUE,
    LineMatcher,
    Match,
    Position,
    Sheet,
    SheetCell,
    letters,
    text_of,
)
from ctg_tui.spreadsheet.headings import (
    LONGEST_TITLE,
    MISSION,
    Columns,
    IndicatorColumns,
    NotANoteError,
    is_tick,
    parse_note,
    parse_step,
    probable_note,
)

_PER_CENT: Final = re.compile(r"\d{1,3}(?:,\d+)?\s?%")

_LONGEST_NUMBER: Final = 3
"""Letters of what numbers a line: « 1.3 »."""


def is_per_cent(text: str) -> bool:
    return _PER_CENT.fullmatch(text) is not None


def lead_of(cells: Mapping[int, SheetCell]) -> str:
    """Return the first text of a row that is no number before it."""
    return next((cell.text for cell in cells.values() if len(letters(cell.text)) > _LONGEST_NUMBER), "")


def within(cells: Mapping[int, SheetCell], first: int, after: int) -> dict[int, SheetCell]:
    return {column: cell for column, cell in cells.items() if first <= column < after}


def label_of(
    cells: Mapping[int, SheetCell], columns: Columns | None, indicators: IndicatorColumns | None
) -> tuple[str, int]:
    """Return the text of a line and its column: under its heading, else the longest before the answers."""
    if indicators is not None:
        heading: int | None = indicators.labels
        taken, first = {indicators.number, indicators.comments}, indicators.number
    else:
        assert columns is not None
        heading = columns.labels
        taken, first = {*columns.noted, columns.comments}, min(columns.noted)
    if heading is not None and heading in cells and len(cells[heading].text) > 5:
        return cells[heading].text, heading
    free = [column for column in cells if column not in taken and column < first]
    best = max(free, key=lambda column: len(cells[column].text), default=0)
    return (cells[best].text, best) if best else ("", 0)


def has_answers(cells: Mapping[int, SheetCell], columns: Columns) -> bool:
    return any(cells[column].text for column in columns.noted if column in cells)


def has_note(cells: Mapping[int, SheetCell], columns: Columns) -> bool:
    return any(parse_step(text_of(cells, column)) is not None for column in columns.noted)


def figures_of(
    cells: Mapping[int, SheetCell], columns: Columns, label: str
) -> dict[str, tuple[int, str]] | None:
    """Return the percentages of a line that has nothing but them under the policies."""
    figures = {
        policy: (span[0], cells[span[0]].text)
        for policy, span in columns.policies.items()
        if span[0] in cells and cells[span[0]].text
    }
    all_are = bool(figures) and all(is_per_cent(text) for _, text in figures.values())
    return figures if all_are and len(label) < LONGEST_TITLE else None


# The answer that a row gives under a policy: one written note, or one tick.


class RowAnswer(NamedTuple):
    """An answer and its column. `doubt` is a French sentence, empty when nothing is to be looked at."""

    column: int
    answer: Answer
    doubt: str = ""


def row_answer(row: ActivityRow, policy: str) -> RowAnswer | None:
    """Return the answer of a row under a policy; None when it is blank.

    Raises NotANoteError with a French sentence when the cells are not one answer.
    """
    columns = row.columns.policies[policy]
    return _ticked(row, columns) if row.columns.steps else _written(row, columns)


class RowComment(NamedTuple):
    """The comment of a row, and where it begins. `doubt` is as that of a RowAnswer.

    `policy` is the one that it is about; empty when it is about the whole line.
    """

    address: str
    policy: str
    text: str
    doubt: str


def comment_columns(row: ActivityRow) -> list[int]:
    """Return the columns of comments in which a row has a cell."""
    columns = (row.columns.comments, *row.columns.more_comments)
    return [column for column in columns if column is not None and column in row.cells]


def row_comment(row: ActivityRow) -> RowComment | None:
    """Return the comment of a row, from its cells of comments; None without."""
    columns = row.columns
    texts = {
        Position(row.number, column): row.cells[column].text
        for column in comment_columns(row)
        if row.cells[column].text and not row.cells[column].is_error
    }
    if not texts:
        return None
    doubt = ""
    if columns.more_comments and not columns.is_said:
        doubt = "Le tableau a plusieurs colonnes de commentaires."
    elif any(is_shared(row, column) for _, column in texts):
        doubt = "Ce commentaire est dans une cellule fusionnée avec d’autres."
    policy = next(iter(columns.policies)) if len(columns.policies) == 1 else ""
    return RowComment(row.sheet.address(*next(iter(texts))), policy, "\n".join(texts.values()), doubt)


def comment_place(row: ActivityRow) -> Position | None:
    """Return the one cell that holds the comment of a row, or would; None when there is no such cell."""
    columns = row.columns
    if columns.comments is None or columns.more_comments or is_shared(row, columns.comments):
        return None
    place = Position(row.number, columns.comments)
    return row.sheet.merged.get(place, place)


def is_shared(row: ActivityRow, column: int) -> bool:
    """Return whether a cell is merged with those of other lines or of other columns of the table."""
    top = row.sheet.merged.get(Position(row.number, column))
    if top is None:
        return False
    own = next((span for span in row.columns.policies.values() if column in span), (column,))
    others = {*row.columns.noted, row.columns.comments} - set(own)
    return any(
        place.column in others
        or (
            place.row not in (row.number, row.continued)
            and row.sheet.text(place.row, row.label_column) not in ("", row.label)
        )
        for place, first in row.sheet.merged.items()
        if first == top
    )


def _written(row: ActivityRow, columns: tuple[int, ...]) -> RowAnswer | None:
    found = []
    for column in columns:
        cell = row.cells.get(column)
        if cell is None:
            continue
        if cell.is_stale:
            raise NotANoteError(NO_VALUE)
        try:
            answer = row.columns.words.get(letters(cell.text))
            answer = parse_note(cell.text) if answer is None else answer
        except NotANoteError as error:
            answer, doubt = probable_note(cell.text), f"« {cell.text} » n’est pas écrit comme dans l’échelle."
            if answer is None:
                raise NotANoteError(f"« {cell.text} » n’est ni une note ni NC.") from error
        else:
            doubt = ""
        if answer is not None:
            found.append(RowAnswer(column, answer, doubt))
    if len(found) > 1:
        raise NotANoteError("Plusieurs notes sont écrites pour cette politique.")
    return found[0] if found else None


def _ticked(row: ActivityRow, columns: tuple[int, ...]) -> RowAnswer | None:
    found = []
    for column in columns:
        text = text_of(row.cells, column)
        try:
            # « 2 » under the step 2 is a tick too.
            ticked = parse_step(text) == row.columns.steps[column] or is_tick(text)
        except NotANoteError as error:
            raise NotANoteError(f"« {text} » n’est pas une coche.") from error
        if ticked:
            found.append(RowAnswer(column, row.columns.steps[column]))
    if len(found) > 1:
        raise NotANoteError("Plusieurs cases sont cochées pour cette politique.")
    return found[0] if found else None


@dataclass(frozen=True)
class Row:
    """A line of a table: its label, its cells by column, and the columns that give them a meaning."""

    sheet: Sheet
    number: int
    label: str
    label_column: int
    cells: Mapping[int, SheetCell]

    @property
    def address(self) -> str:
        """The address of the label."""
        return self.sheet.address(self.number, self.label_column)


@dataclass(frozen=True)
class ActivityRow(Row):
    """A line with notes under policies. `continued` is the row in which its label runs on, if any."""

    columns: Columns
    continued: int | None = None


@dataclass(frozen=True)
class IndicatorRow(Row):
    """A line with a number and a comment. `above` gives the columns of the notes above, if any."""

    columns: IndicatorColumns
    above: Columns | None = None


@dataclass(frozen=True)
class FigureRow:
    """A line of percentages, as the workbook computed them, at the end of a mission."""

    sheet: Sheet
    number: int
    figures: Mapping[str, tuple[int, str]]
    """For each policy, the column and what it shows (`74 %`)."""
    label: str


@dataclass(frozen=True)
class MissionRow:
    """The title of a mission, without its number; `number` is None when it has none."""

    number: int | None
    title: str


@dataclass(frozen=True)
class SubtitleRow:
    """A text merged over the columns of the notes: the title of the lines below it."""

    title: str


@dataclass(frozen=True)
class LooseComment:
    """A comment that stands below a table and not beside one of its lines."""

    address: str
    text: str


Found = ActivityRow | IndicatorRow | FigureRow | MissionRow | SubtitleRow | LooseComment


def title_letters(label: str) -> str:
    """Return the letters of a mission's title, without « Mission 2 : » before it."""
    title = MISSION.fullmatch(label)
    return letters(title[2] if title else label)


def without_examples(rows: Sequence[Found]) -> tuple[list[Found], list[ActivityRow]]:
    """Return the rows to read, and those of tables that only show how to answer.

    Where every table is called an example, they are the ones to read.
    """
    examples = [row for row in rows if isinstance(row, ActivityRow) and row.columns.is_example]
    if not any(isinstance(row, ActivityRow) and not row.columns.is_example for row in rows):
        return list(rows), []
    return [row for row in rows if not (isinstance(row, ActivityRow) and row.columns.is_example)], examples


UNKNOWN_ACTIVITY: Final = "Cette ligne n’est pas dans la grille."
UNKNOWN_INDICATOR: Final = "Cet indicateur n’est pas dans la grille."
UNKNOWN: Final = frozenset({UNKNOWN_ACTIVITY, UNKNOWN_INDICATOR})
_HIDDEN: Final = "Cette ligne est masquée dans le tableur."

Line = TypeVar("Line", Activity, Indicator)
RowT = TypeVar("RowT", ActivityRow, IndicatorRow)


@dataclass(frozen=True)
class Paired(Generic[RowT, Line]):
    """A row and its line. `doubt` is a French sentence, empty when nothing is to be looked at.

    `has_place`: the workbook has one place for this line, known for certain.
    """

    row: RowT
    line: Line
    doubt: str
    has_place: bool


@dataclass(frozen=True)
class Refused:
    """A row that is not taken, and why, in French."""

    row: ActivityRow | IndicatorRow
    reason: str


PairedActivity = Paired[ActivityRow, Activity]
PairedIndicator = Paired[IndicatorRow, Indicator]


@dataclass(frozen=True)
class Pairing:
    """What becomes of each row that has a label, by its rank."""

    activities: Mapping[int, PairedActivity]
    indicators: Mapping[int, PairedIndicator]
    refused: Mapping[int, Refused]


def activity_matcher(grid: Grid) -> LineMatcher[Activity]:
    """Return what matches texts with the activities of a grid."""
    return LineMatcher({line.label: line for line in grid.activities.values()})


def pair_rows(rows: Sequence[Found], grid: Grid) -> Pairing:
    """Return the line of each row of `rows` that has a label, or why it is not taken."""
    activities = activity_matcher(grid)
    indicators = LineMatcher({line.label: line for line in grid.indicators.values()})
    active: dict[int, tuple[ActivityRow, Match[Activity]]] = {}
    counted: dict[int, tuple[IndicatorRow, Match[Indicator]]] = {}
    refused: dict[int, Refused] = {}
    skipped: set[int] = set()
    for rank, row in enumerate(rows):
        if rank in skipped or not isinstance(row, ActivityRow | IndicatorRow):
            continue
        following = rows[rank + 1] if rank + 1 < len(rows) else None
        if isinstance(row, IndicatorRow):
            matched, runs_on = match_row(row, following, indicators)
            if matched is not None and matched.is_exact:
                counted[rank] = row, matched
                skipped |= {rank + 1} if runs_on else set()
                continue
            # The table of notes of another mission may follow the indicators without a heading of its own.
            turned = _as_activity(row)
            known = None if turned is None else match_row(turned, None, activities)[0]
            if turned is None or known is None or not known.is_exact:
                if matched is None:
                    refused[rank] = Refused(row, UNKNOWN_INDICATOR)
                else:
                    counted[rank] = row, matched
                continue
            row = turned
        found, runs_on = match_row(row, following, activities)
        skipped |= {rank + 1} if runs_on else set()
        if runs_on and isinstance(following, ActivityRow | IndicatorRow):
            row = replace(row, continued=following.number)
        if found is None:
            refused[rank] = Refused(row, UNKNOWN_ACTIVITY)
        else:
            active[rank] = row, found
    return Pairing(_chosen(active, refused), _chosen(counted, refused), refused)


def _as_activity(row: IndicatorRow) -> ActivityRow | None:
    if row.above is None:
        return None
    return ActivityRow(row.sheet, row.number, row.label, row.label_column, row.cells, row.above)


def match_row(
    row: ActivityRow | IndicatorRow, following: Found | None, matcher: LineMatcher[Line]
) -> tuple[Match[Line] | None, bool]:
    """Return the line of a row, and whether its label runs on in the next row.

    A label cut in two cells, side by side or one above the other, counts only when both make a known line.
    """
    match = matcher.match(row.label)
    if match is not None and match.is_exact:
        return match, False
    beside = row.cells.get(row.label_column + 1)
    texts = [f"{row.label} {beside.text}"] if beside is not None and beside.text else []
    taken = {row.label_column, *answer_columns(row)}
    texts += [cell.text for column, cell in row.cells.items() if column not in taken]
    for text in texts:
        if (same := matcher.same(text)) is not None:
            return Match(same, True), False
    if not isinstance(following, ActivityRow | IndicatorRow) or len(following.cells) != 1:
        return match, False
    whole = matcher.same(f"{row.label} {following.label}")
    return (match, False) if whole is None else (Match(whole, True), True)


def _chosen(
    rows: Mapping[int, tuple[RowT, Match[Line]]], refused: dict[int, Refused]
) -> dict[int, Paired[RowT, Line]]:
    """Return the row that is read for each line: the same text first, then visible, then filled.

    The other filled rows of the line are added to `refused`. Two equally good rows make it doubtful.
    """
    filled_tables = {id(row.columns) for row, _ in rows.values() if _is_filled(row)}
    chosen: dict[int, Paired[RowT, Line]] = {}
    for ranks in _same_answers(rows):

        def merits(rank: int) -> tuple[bool, bool, bool]:
            row, match = rows[rank]
            return match.is_exact, not _is_hidden(row), _is_filled(row)

        best, *others = sorted(ranks, key=merits, reverse=True)
        row, match = rows[best]
        address = row.address
        # A blank line is passed over only in a blank table, such as a model.
        equal = [
            rank
            for rank in others
            if merits(rank)[:2] == merits(best)[:2]
            and (id(rows[rank][0].columns) in filled_tables or not _is_filled(row))
        ]
        doubt = _doubt(row, match.is_exact, match.line.label)
        if equal and _is_filled(row):
            doubt = f"Cette ligne se trouve aussi en {rows[equal[0]][0].address}."
        chosen[best] = Paired(row, match.line, doubt, match.is_exact and not equal)
        for rank in filter(lambda rank: _is_filled(rows[rank][0]), others):
            refused[rank] = Refused(rows[rank][0], f"Cette ligne est déjà lue en {address}.")
    return chosen


def _same_answers(rows: Mapping[int, tuple[RowT, Match[Line]]]) -> Iterable[list[int]]:
    """Yield the ranks of the rows that stand for the same answers: one line, under policies in common."""
    by_line: dict[str, list[tuple[set[str], list[int]]]] = {}
    for rank, (row, match) in rows.items():
        groups = by_line.setdefault(match.line.id, [])
        policies = _policies(row)
        ranks = [rank]
        for same in [group for group in groups if group[0] & policies]:
            groups.remove(same)
            policies |= same[0]
            ranks += same[1]
        groups.append((policies, ranks))
    for groups in by_line.values():
        for _, ranks in groups:
            yield sorted(ranks)


def _policies(row: ActivityRow | IndicatorRow) -> set[str]:
    return set(row.columns.policies) if isinstance(row, ActivityRow) else {""}


def _is_hidden(row: ActivityRow | IndicatorRow) -> bool:
    return row.sheet.is_out_of_sight(Position(row.number, row.label_column))


def answer_columns(row: ActivityRow | IndicatorRow) -> Iterable[int]:
    """Yield the columns of a row that hold an answer, a number or a comment when they are filled."""
    noted = row.columns.noted if isinstance(row, ActivityRow) else (row.columns.number,)
    more = row.columns.more_comments if isinstance(row, ActivityRow) else ()
    for column in (*noted, row.columns.comments, *more):
        if column is not None and column in row.cells and row.cells[column].text:
            yield column


def _is_filled(row: ActivityRow | IndicatorRow) -> bool:
    return any(True for _ in answer_columns(row))


def _doubt(row: ActivityRow | IndicatorRow, is_exact: bool, label: str) -> str:
    if _is_hidden(row):
        return _HIDDEN
    return "" if is_exact else f"La ligne ressemble à « {label} » sans être la même."
