"""Which line of a grid each row of a workbook stands for, and which row is the one to read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final, Generic, TypeVar

from ctg_tui.domain.grid import Activity, Grid, Indicator
from ctg_tui.grids.matching import LineMatcher, Match
from ctg_tui.spreadsheet.cells import Position
from ctg_tui.spreadsheet.rows import ActivityRow, Found, IndicatorRow

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
            if turned is None or (activity := activities.match(row.label)) is None or not activity.is_exact:
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
