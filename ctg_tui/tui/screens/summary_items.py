"""The items of the synthesis: figures, findings, low and high notes, lines set apart."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from rich.cells import cell_len

from ctg_tui.chart.levels import GLYPHS, Level
from ctg_tui.domain.assessment import Assessment
from ctg_tui.domain.completeness import Finding, Severity, check
from ctg_tui.domain.errors import typeset
from ctg_tui.domain.grid import Grid
from ctg_tui.domain.scores import FigureRow, Scores, figure_rows
from ctg_tui.tui.texts import fit, shown
from ctg_tui.tui.widgets.listing import ACCENT, PLAIN, SOFT, STRONG, TITLE, Item, Line, Piece, hanging, spread
from ctg_tui.wording.findings import finding
from ctg_tui.wording.french import NBSP, count, explain
from ctg_tui.wording.lines import LineInWords, StoredLine, foreign_lines, rated_lines
from ctg_tui.wording.provenance import MARK, basis, marked, numbered, total_name
from ctg_tui.wording.wrapping import wrap

Lines = Callable[[int], Sequence[Line]]
"""The lines of an item, for a width."""
WHOLE_KEY = "ensemble"
_LABEL_WIDTH = 12
_MIN_COLUMN, _MAX_COLUMN = 6, 13

FIGURES, MISSING, LOW, HIGH = "figures", "manques", "notes-basses", "points-forts"
"""The sections; a key is `section:grid id`."""


def figures_items(grid: Grid, scores: Scores, level: Level, explained: frozenset[str]) -> Iterator[Item]:
    """Yield a block per mission and one for the whole; those with a key in `explained` give their reasons."""
    yield section_title("Tous les chiffres", typeset("Entrée : pourquoi ce pourcentage ?"))
    for row in figure_rows(grid, scores):
        yield _figures(grid, row, level, explained)
    yield sentence(basis(grid))


def _figures(grid: Grid, figures: FigureRow, level: Level, explained: frozenset[str]) -> Item:
    portion, is_proposed = figures.portion, figures.is_proposed
    if portion is None:
        place, title = WHOLE_KEY, total_name(grid, is_proposed)
    else:
        place, title = portion.mission.id, f"{numbered(portion)} · {portion.mission.title}"
    item_key = f"{FIGURES}:{place}{MARK if is_proposed else ''}"
    tallies = [*figures.tallies, figures.whole]
    marks = GLYPHS[level].marks
    names = [shown(policy.label) for policy in grid.policies] + ["Ensemble"]
    symbols = [marks[number % (len(marks) - 1)] for number in range(len(grid.policies))] + [marks[-1]]

    def row(label: str, values: Iterable[str], column: int, role: str) -> Line:
        cells = "".join(value.rjust(column) for value in values)
        return (Piece(fit(label, _LABEL_WIDTH), SOFT), Piece(cells, role))

    def lines(width: int) -> Sequence[Line]:
        column = max(_MIN_COLUMN, min(_MAX_COLUMN, (width - _LABEL_WIDTH) // len(tallies)))
        gap = " " if column > _MIN_COLUMN + 4 else ""
        heads = [f"{symbol}{gap}{name}" for symbol, name in zip(symbols, names, strict=True)]
        table = [
            (Piece(fit(shown(title), width).rstrip(), STRONG),),
            (Piece(" " * _LABEL_WIDTH), Piece("".join(_right(head, column) for head in heads), SOFT)),
            row("réalisation", (marked(tally, is_proposed) for tally in tallies), column, STRONG),
            row("notées", (str(tally.rated) for tally in tallies), column, PLAIN),
            row("NC", (str(tally.not_concerned) for tally in tallies), column, PLAIN),
            row("sans réponse", (str(tally.blank) for tally in tallies), column, PLAIN),
        ]
        if item_key in explained:
            for name, tally in zip(names, tallies, strict=True):
                reason = f"{name}{NBSP}: {explain(tally)}"
                table += [(Piece(line, ACCENT),) for line in wrap(reason, width - 2)]
        return (*table, ())

    return Item(item_key, lines)


def _right(text: str, width: int) -> str:
    return " " + fit(text, width - 1, ".").rstrip().rjust(width - 1)


def missing_items(
    grid: Grid, assessment: Assessment, others: Iterable[Item] = (), *, received: bool = False
) -> Iterator[Item]:
    """Yield the findings to correct before sending, blocking ones first, then `others`.

    Of a file `received`, those that concern who receives it.
    """
    title = "Dans ce fichier" if received else "Avant l’envoi"
    findings = [each for each in check(grid, assessment) if each.is_for_caf or not received]
    items = [Item(f"{MISSING}:{each.code.value}", _finding_line(each)) for each in findings]
    items += others
    if not items:
        yield section_title(title)
        yield sentence("Toutes les cases ont une réponse." if received else "Le dossier est complet.")
        return
    yield section_title(title, typeset("Entrée : y aller"))
    yield from items
    yield gap()


def _finding_line(found: Finding) -> Lines:
    """Return a finding: whether it forbids a final export, and its sentence."""
    blocking = found.severity is Severity.BLOCKING
    return missing_line("à compléter" if blocking else "conseil", finding(found), strong=blocking)


def missing_line(label: str, text: str, *, strong: bool = False) -> Lines:
    """Return a missing item: its importance, and a sentence."""

    head = Piece(fit(label, _LABEL_WIDTH), ACCENT if strong else SOFT)
    return lambda width: hanging(head, text, width)


def rated_items(
    grid: Grid, assessment: Assessment, section: str, title: str, notes: frozenset[int], nothing: str
) -> Iterator[Item]:
    """Yield the lines with a cell noted one of `notes`, with those cells and the comment."""
    rated = rated_lines(grid, assessment, notes)
    yield section_title(title, count(len(rated), "ligne") if rated else "")
    if not rated:
        yield sentence(nothing)
    for line in rated:
        yield _rated(line, f"{section}:{line.id}")
    yield gap()


def _rated(line: LineInWords, key: str) -> Item:
    head = Piece(f"{line.place}  ", SOFT)
    indent = Piece(" " * len(head.text))

    def lines(width: int) -> Sequence[Line]:
        comment = hanging(indent, f"✎ {line.comment}", width, SOFT) if line.comment else ()
        return [*hanging(head, line.label, width), *hanging(indent, line.notes, width, STRONG), *comment]

    return Item(key, lines)


def apart_items(grid: Grid, assessment: Assessment, names: Mapping[str, str]) -> Iterator[Item]:
    """Yield the answers to lines that this grid does not have: stored and shown, counted nowhere.

    `names` are those of their own grid, by id.
    """
    foreign = foreign_lines(grid, assessment)
    if foreign:
        yield section_title("Lignes d’une autre grille", "conservées mais non comptées")
        for line in foreign:
            yield line_item(line, names.get(line.id, line.id))
        yield gap()


def line_item(line: StoredLine, title: str) -> Item:
    """Return, under `title`, all that is stored of a line: answers, number, texts."""

    def lines(width: int) -> Sequence[Line]:
        texts = (hanging(Piece("  "), f"✎ {text}", width, SOFT) for text in line.texts)
        head = spread([Piece(shown(title), STRONG)], [Piece(line.answers)], width)
        return [head, *(one for text in texts for one in text)]

    return Item(None, lines)


def section_title(title: str, aside: str = "") -> Item:
    """Return the heading of a section."""

    def lines(width: int) -> Sequence[Line]:
        fits = cell_len(title) + cell_len(aside) < width
        return (spread([Piece(title, TITLE)], [Piece(aside, SOFT)] if fits else [], width), ())

    return Item(None, lines)


def sentence(text: str) -> Item:
    """Return a sentence to read, in as many lines as it needs, and a blank line."""
    return Item(None, lambda width: (*((Piece(line, SOFT),) for line in wrap(text, width)), ()))


def gap() -> Item:
    """Return a blank line."""
    return Item(None, lambda _width: ((),))
