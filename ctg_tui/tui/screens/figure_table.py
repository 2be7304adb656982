"""The table mission × policy, beside the radar: one row per mission, one for each whole; a row unfolds."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Final, NamedTuple

from rich.cells import cell_len

from ctg_tui.chart.levels import GLYPHS, Level
from ctg_tui.domain.errors import typeset
from ctg_tui.domain.grid import Grid
from ctg_tui.domain.scores import FigureRow, Scores, figure_rows
from ctg_tui.tui.screens.summary_items import sentence
from ctg_tui.tui.texts import fit, shortened, shown
from ctg_tui.tui.widgets.listing import ACCENT, PLAIN, SOFT, STRONG, TITLE, Item, Line, Piece
from ctg_tui.wording.french import NBSP, explain, wrap
from ctg_tui.wording.provenance import MARK, TOTAL, basis, marked, short_title, short_total_name, total_name

FIGURES: Final = "figures"
"""The section of the table; a key is `figures:mission id`, with the mark for proposed lines."""
WHOLE_KEY: Final = "ensemble"
_NAME: Final = 16
"""The columns that names take at least, while the figures can give them."""
_MIN_COLUMN, _COMFORTABLE, _MAX_COLUMN = 7, 9, 12
_ANSWERS: Final = 10
_HEADING: Final = "Réalisation"


class _Columns(NamedTuple):
    """The widths of a row: its name, each figure, and the answers (0 without room)."""

    name: int
    figure: int
    answers: int


def _columns(width: int, figures: int, longest: int) -> _Columns:
    """Return the widths that leave room for the `longest` name, then for the heads of the figures."""
    narrow = max(_MIN_COLUMN, min(_COMFORTABLE, (width - _NAME) // figures))
    figure = max(narrow, min(_MAX_COLUMN, (width - longest - _ANSWERS) // figures))
    answers = _ANSWERS if width - figures * figure >= longest + _ANSWERS else 0
    return _Columns(max(width - figures * figure - answers, 0), figure, answers)


def figures_items(grid: Grid, scores: Scores, level: Level, unfolded: frozenset[str]) -> Iterator[Item]:
    """Yield the heads, a row per mission and one for each whole, and on how many lines they rest.

    The rows with a key in `unfolded` are followed by their counts and reasons.
    """
    marks = GLYPHS[level].marks
    symbols = [marks[number % (len(marks) - 1)] for number in range(len(grid.policies))] + [marks[-1]]
    names = [shown(policy.label) for policy in grid.policies] + [TOTAL]
    rows = figure_rows(grid, scores)
    titles = [_title(grid, row) for row in rows]
    longest = max(map(cell_len, titles)) + 1
    yield Item(None, lambda width: (_heads(symbols, names, _columns(width, len(names), longest)),))
    for row, title in zip(rows, titles, strict=True):
        short = shown(short_total_name(grid, row.is_proposed)) if row.portion is None else title
        yield _row(row, (title, short), names, unfolded, longest)
    yield Item(None, lambda _width: ((),))
    yield sentence(basis(grid))


def _title(grid: Grid, row: FigureRow) -> str:
    return shown(total_name(grid, row.is_proposed) if row.portion is None else short_title(row.portion))


def _heads(symbols: Sequence[str], names: Sequence[str], columns: _Columns) -> Line:
    heads = [
        f" {symbol} {shortened(name, columns.figure - 3)}".rjust(columns.figure)
        for symbol, name in zip(symbols, names, strict=True)
    ]
    answers = "réponses".rjust(columns.answers) if columns.answers else ""
    return Piece(fit(_HEADING, columns.name), TITLE), Piece("".join(heads) + answers, SOFT)


def _row(
    figures: FigureRow, titles: tuple[str, str], names: Sequence[str], unfolded: frozenset[str], longest: int
) -> Item:
    """Make a row; `titles` are its name in full, and the one for a column too narrow for it."""
    portion, is_proposed = figures.portion, figures.is_proposed
    place = WHOLE_KEY if portion is None else portion.mission.id
    key = f"{FIGURES}:{place}{MARK if is_proposed else ''}"
    tallies = [*figures.tallies, figures.whole]

    def cells(values: Iterable[str], columns: _Columns) -> str:
        return "".join(value.rjust(columns.figure) for value in values)

    def lines(width: int) -> Sequence[Line]:
        columns = _columns(width, len(tallies), longest)
        role = STRONG if portion is None else PLAIN
        title = titles[cell_len(titles[0]) > columns.name]
        figure = cells((marked(tally, is_proposed) for tally in tallies), columns)
        answers = f"{figures.whole.answered}/{figures.whole.cells}".rjust(columns.answers)
        row: Line = (
            Piece(fit(title, columns.name), role),
            Piece(figure, STRONG),
            Piece(answers if columns.answers else "", SOFT),
        )
        if key not in unfolded:
            return (row,)
        counts = [
            ("notées", [str(tally.rated) for tally in tallies]),
            ("NC", [str(tally.not_concerned) for tally in tallies]),
            ("sans réponse", [str(tally.blank) for tally in tallies]),
        ]
        details: list[Line] = [
            (Piece(fit(f"  {label}", columns.name), SOFT), Piece(cells(values, columns)))
            for label, values in counts
        ]
        for name, tally in zip(names, tallies, strict=True):
            reason = typeset(f"{name}{NBSP}: {explain(tally)}")
            details += [(Piece(f"  {line}", ACCENT),) for line in wrap(reason, max(width - 2, 1))]
        return (row, *details, ())

    return Item(key, lines)
