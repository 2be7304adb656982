"""What the synthesis tells, as items of a list: figures, what is missing, low and high notes, lines apart."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

from rich.cells import cell_len

from ctg_tui.chart.levels import GLYPHS, Level
from ctg_tui.domain.answers import Cell, answer_text
from ctg_tui.domain.assessment import Assessment
from ctg_tui.domain.completeness import Finding, Severity, check, foreign_ids, lines_rated
from ctg_tui.domain.errors import typeset
from ctg_tui.domain.grid import Grid, Mission
from ctg_tui.domain.scores import Scores, Tally
from ctg_tui.domain.text import clean
from ctg_tui.tui.texts import fit, shown, wrap
from ctg_tui.tui.widgets.listing import ACCENT, PLAIN, SOFT, STRONG, TITLE, Item, Line, Piece, spread
from ctg_tui.wording.french import NBSP, count, explain, finding, percentage, thousands

Lines = Callable[[int], Sequence[Line]]
"""The lines of an item, for a width."""
WHOLE_KEY = "ensemble"
_LABEL_WIDTH = 12
_MIN_COLUMN, _MAX_COLUMN = 6, 13

FIGURES, MISSING, LOW, HIGH, APART = "figures", "manques", "notes-basses", "points-forts", "hors-grille"
"""The sections; a key is `section:grid id`."""


def figures_items(grid: Grid, scores: Scores, level: Level, explained: frozenset[str]) -> Iterator[Item]:
    """A block for each mission and one for the whole; those whose key is in `explained` say why."""
    yield section_title("Tous les chiffres", typeset("Entrée : pourquoi ce pourcentage ?"))
    for mission in grid.missions:
        tallies = [scores.rubrics[mission.id, policy.id] for policy in grid.policies]
        title = f"{mission.number} · {mission.title}"
        yield _figures(grid, mission.id, title, [*tallies, scores.missions[mission.id]], level, explained)
    tallies = [scores.policies[policy.id] for policy in grid.policies]
    yield _figures(grid, WHOLE_KEY, "Toute la grille", [*tallies, scores.whole], level, explained)


def _figures(
    grid: Grid,
    key: str,
    title: str,
    tallies: Sequence[Tally],
    level: Level,
    explained: frozenset[str],
) -> Item:
    item_key = f"{FIGURES}:{key}"
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
            row("réalisé", (percentage(one) for one in tallies), column, STRONG),
            row("notées", (str(one.rated) for one in tallies), column, PLAIN),
            row("NC", (str(one.not_concerned) for one in tallies), column, PLAIN),
            row("sans réponse", (str(one.blank) for one in tallies), column, PLAIN),
        ]
        if item_key in explained:
            for name, one in zip(names, tallies, strict=True):
                table += [(Piece(line, ACCENT),) for line in wrap(f"{name}{NBSP}: {explain(one)}", width - 2)]
        return (*table, ())

    return Item(item_key, lines)


def _right(text: str, width: int) -> str:
    return " " + fit(text, width - 1, ".").rstrip().rjust(width - 1)


def missing_items(grid: Grid, assessment: Assessment, others: Iterable[Item] = ()) -> Iterator[Item]:
    """What is to be looked at before sending, blocking findings first, then `others`."""
    found = [Item(f"{MISSING}:{one.code.value}", _finding_line(one)) for one in check(grid, assessment)]
    found += others
    if not found:
        yield section_title("Avant l’envoi")
        yield sentence("Rien ne manque.")
        return
    yield section_title("Avant l’envoi", typeset("Entrée : y aller"))
    yield from found
    yield gap()


def _finding_line(found: Finding) -> Lines:
    """A finding: whether it forbids a final export, and its sentence."""
    blocking = found.severity is Severity.BLOCKING
    return missing_line("à compléter" if blocking else "conseil", finding(found), strong=blocking)


def missing_line(label: str, text: str, *, strong: bool = False) -> Lines:
    """Something missing: how much it matters, and a sentence."""

    def lines(width: int) -> Sequence[Line]:
        first, *others = wrap(text, max(width - _LABEL_WIDTH, 10))
        head = (Piece(fit(label, _LABEL_WIDTH), ACCENT if strong else SOFT), Piece(first))
        return (head, *((Piece(" " * _LABEL_WIDTH), Piece(line)) for line in others))

    return lines


def rated_items(
    grid: Grid, assessment: Assessment, section: str, title: str, notes: frozenset[int], nothing: str
) -> Iterator[Item]:
    """The lines with a cell noted one of `notes`, with those cells and the comment."""
    cells = lines_rated(grid, assessment, notes)
    by_line: dict[str, list[Cell]] = {}
    for cell in cells:
        by_line.setdefault(cell.activity, []).append(cell)
    yield section_title(title, count(len(by_line), "ligne") if by_line else "")
    if not by_line:
        yield sentence(nothing)
    for activity, rated in by_line.items():
        yield _rated(grid, assessment, f"{section}:{activity}", rated)
    yield gap()


def _rated(grid: Grid, assessment: Assessment, key: str, rated: Sequence[Cell]) -> Item:
    activity = grid.activities[rated[0].activity]
    notes = ", ".join(
        f"{shown(grid.policies_by_id[cell.policy].label)}{NBSP}{answer_text(assessment.answers[cell])}"
        for cell in rated
    )
    comment = clean(assessment.comments.get(activity.id, ""), multiline=True).strip()
    head = f"{place_name(grid.mission_of[activity.id], activity.id)}  "

    def lines(width: int) -> Sequence[Line]:
        indent = " " * len(head)
        room = max(width - len(head), 10)
        first, *others = wrap(shown(activity.label), room)
        told: list[Line] = [(Piece(head, SOFT), Piece(first))]
        told += [(Piece(indent), Piece(line)) for line in others]
        told += [(Piece(indent), Piece(line, STRONG)) for line in wrap(notes, room)]
        if comment:
            told += [(Piece(indent), Piece(line, SOFT)) for line in wrap(f"✎ {comment}", room)]
        return told

    return Item(key, lines)


def place_name(mission: Mission, line_id: str) -> str:
    """`1.03`: the mission and the place of the activity in it."""
    ids = [activity.id for activity in mission.activities]
    return f"{mission.number}.{ids.index(line_id) + 1:02}"


def apart_items(grid: Grid, assessment: Assessment) -> Iterator[Item]:
    """What was answered to lines that this grid does not have: kept, shown, counted nowhere."""
    ids = foreign_ids(grid, assessment)
    if not ids:
        return
    yield section_title("Lignes d’une autre grille", "gardées à part, hors calcul")
    for line_id in ids:
        yield line_item(grid, assessment, line_id, line_id)
    yield gap()


def line_item(grid: Grid, assessment: Assessment, line_id: str, title: str) -> Item:
    """All that is stored of a line, whether `grid` has it or not: answers, number, texts."""
    policies = {policy.id: policy.label for policy in grid.policies}
    answers = [
        f"{shown(policies.get(cell.policy, cell.policy))}{NBSP}{answer_text(answer)}"
        for cell, answer in assessment.answers.items()
        if cell.activity == line_id
    ]
    if line_id in assessment.numbers:
        answers.append(f"nombre{NBSP}{thousands(assessment.numbers[line_id])}")
    texts = [assessment.comments.get(line_id, ""), assessment.remarks.get(line_id, "")]
    planned = assessment.actions.get(line_id)
    texts.append(planned.what if planned else "")

    def lines(width: int) -> Sequence[Line]:
        told: list[Line] = [spread([Piece(shown(title), STRONG)], [Piece(", ".join(answers))], width)]
        for text in texts:
            cleaned = clean(text, multiline=True).strip()
            if cleaned:
                told += [(Piece("  "), Piece(line, SOFT)) for line in wrap(f"✎ {cleaned}", width - 2)]
        return told

    return Item(None, lines)


def section_title(title: str, aside: str = "") -> Item:
    """What heads a part of the list."""

    def lines(width: int) -> Sequence[Line]:
        fits = cell_len(title) + cell_len(aside) < width
        return (spread([Piece(title, TITLE)], [Piece(aside, SOFT)] if fits else [], width), ())

    return Item(None, lines)


def sentence(text: str) -> Item:
    """A sentence to read, in as many lines as it needs, and a blank line."""
    return Item(None, lambda width: (*((Piece(line, SOFT),) for line in wrap(text, width)), ()))


def gap() -> Item:
    """A blank line."""
    return Item(None, lambda _width: ((),))
