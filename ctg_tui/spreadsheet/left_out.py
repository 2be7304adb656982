"""What a table holds beside what is read: named too, so that nothing is left out in silence."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

from ctg_tui.domain.grid import Grid
from ctg_tui.grids.matching import letters
from ctg_tui.spreadsheet.cells import Sheet, SheetCell
from ctg_tui.spreadsheet.notes import NotANoteError, is_tick, parse_step
from ctg_tui.spreadsheet.results import Unread
from ctg_tui.spreadsheet.rows import ActivityRow, Found, IndicatorRow
from ctg_tui.wording.french import count

_NO_POLICY = "L’en-tête de cette colonne n’est pas une politique de la grille."
_NO_STEP = "L’en-tête de cette colonne n’est pas une note de l’échelle."
_NO_HEADING = "Aucun en-tête de politique n’a été reconnu au-dessus de cette note."
_FEWEST_LETTERS = 4
"""Letters from which a cell is a text, not a code."""

Crowded = frozenset[int]
"""The tables, by the identity of their columns, in which several columns under one policy have notes."""


def crowded(rows: Iterable[Found]) -> Crowded:
    """Return the tables where several columns under one policy have notes: two years, or the Caf's beside.

    Which of them is the person's is then certain on no line and under no policy of several columns, not even
    where one alone is filled.
    """
    filled: defaultdict[tuple[int, str], set[int]] = defaultdict(set)
    for row in rows:
        if not isinstance(row, ActivityRow) or row.columns.steps:
            continue
        for policy, columns in row.columns.policies.items():
            filled[id(row.columns), policy] |= {one for one in columns if is_note(row.cells.get(one))}
    return frozenset(table for (table, _), columns in filled.items() if len(columns) > 1)


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
        is_short = len(columns.policies) < len(grid.policies) or (
            id(columns) not in noted and not columns.steps  # ticks there, the note stands elsewhere
        )
        for column, cell in row.cells.items():
            if column in known or column < row.label_column or not cell.text:
                continue
            if (is_short or column in columns.aside) and is_note(cell):
                yield Unread(row.sheet.address(row.number, column), cell.text, _NO_POLICY)
            elif columns.steps and is_ticked(cell):
                yield Unread(row.sheet.address(row.number, column), cell.text, _NO_STEP)
            elif column > min(columns.noted) and len(letters(cell.text)) >= _FEWEST_LETTERS:
                texts[id(columns), column].append(row)
    yield from _named_once(texts)


def beside_indicators(rows: Iterable[IndicatorRow]) -> Iterator[Unread]:
    """Yield once each column of texts that no heading names, right of the numbers of the indicators read."""
    texts: defaultdict[tuple[int, int], list[IndicatorRow]] = defaultdict(list)
    for row in rows:
        columns = row.columns
        known = {columns.comments, columns.types, columns.missions, *columns.other_numbers}
        for column, cell in row.cells.items():
            if column > columns.number and column not in known and len(letters(cell.text)) >= _FEWEST_LETTERS:
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
