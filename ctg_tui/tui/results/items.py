"""The items of the synthesis beside its table: findings, low and high notes, lines set apart."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from rich.cells import cell_len

from ctg_tui.domain.assessment import Assessment
from ctg_tui.domain.errors import typeset
from ctg_tui.domain.grid import Grid
from ctg_tui.domain.scores import line_count
from ctg_tui.domain.steps import Finding, Severity, check
from ctg_tui.tui.characters import fit, shown, shown_text
from ctg_tui.tui.widgets.listing import (
    ACCENT,
    SOFT,
    STRONG,
    TITLE,
    Item,
    Line,
    Piece,
    gap,
    hanging,
    section_title,
    sentence,
    spread,
)
from ctg_tui.wording.french import count, wrap
from ctg_tui.wording.lines import LineInWords, StoredLine, foreign_lines, rated_lines
from ctg_tui.wording.provenance import count_apart
from ctg_tui.wording.steps import finding

Lines = Callable[[int], Sequence[Line]]
"""The lines of an item, for a width."""
_LABEL_WIDTH = 12
_WIDE = 90
"""Columns from which the notes of a line stand beside its label."""

MISSING, LOW, HIGH = "manques", "notes-basses", "points-forts"
"""The sections; a key is `section:grid id`."""


def missing_items(grid: Grid, assessment: Assessment, others: Iterable[Item] = ()) -> Iterator[Item]:
    """Yield the findings to correct before sending, blocking ones first, then `others`."""
    items = [*finding_items(grid, assessment), *others]
    if not items:
        yield section_title("Avant l’envoi")
        yield sentence("Rien à compléter.")
        return
    yield section_title("Avant l’envoi", typeset("Entrée : y aller"))
    yield from items
    yield gap()


def missing_below(grid: Grid, assessment: Assessment, *, received: bool = False) -> Iterator[Item]:
    """Yield the same in few lines, for a place always in sight: the title says how many there are."""
    found = [each for each in check(grid, assessment) if each.is_for_caf or not received]
    title = "Dans ce fichier" if received else "Avant l’envoi"
    aside = "Toutes les cases ont une réponse." if received else "Rien à compléter."
    if found:
        blocking = sum(each.severity is Severity.BLOCKING for each in found)
        advice = len(found) - blocking
        parts = [f"{blocking} à compléter"] * bool(blocking) + [count(advice, "conseil")] * bool(advice)
        aside = typeset(f"{' · '.join(parts)} · Entrée : y aller")
    yield Item(None, lambda width: (spread([Piece(title, TITLE)], [Piece(aside, SOFT)], width),))
    yield from finding_items(grid, assessment, received=received)


def finding_items(grid: Grid, assessment: Assessment, *, received: bool = False) -> Iterator[Item]:
    """Yield the findings alone, blocking ones first."""
    for each in check(grid, assessment):
        if each.is_for_caf or not received:
            yield Item(f"{MISSING}:{each.code.value}", _finding_line(each))


def _finding_line(found: Finding) -> Lines:
    """Return a finding: whether it forbids a final export, and its sentence."""
    blocking = found.severity is Severity.BLOCKING
    return missing_line("à compléter" if blocking else "conseil", finding(found), strong=blocking)


def missing_line(label: str, text: str, *, strong: bool = False) -> Lines:
    """Return a missing item: its importance, and a sentence."""

    head = Piece(fit(label, _LABEL_WIDTH), ACCENT if strong else SOFT)
    return lambda width: hanging(head, text, width)


def rated_items(
    grid: Grid,
    assessment: Assessment,
    section: str,
    title: str,
    notes: frozenset[int],
    nothing: str,
    unfolded: frozenset[str] = frozenset(),
) -> Iterator[Item]:
    """Yield the lines with a cell noted one of `notes`, with those cells and the first line of the comment.

    Those with a key in `unfolded` are whole.
    """
    rated = rated_lines(grid, assessment, notes)
    number = line_count([line.id for line in rated], grid.proposed_lines)
    yield section_title(title, count_apart(number, "ligne") if rated else "")
    if not rated:
        yield sentence(nothing)
    for line in rated:
        key = f"{section}:{line.id}"
        yield _rated(line, key, is_unfolded=key in unfolded)
    yield gap()


def _rated(line: LineInWords, key: str, *, is_unfolded: bool) -> Item:
    line = line._replace(label=shown(line.label), comment=shown_text(line.comment))
    head = Piece(f"{line.place}  ", SOFT)
    indent = Piece(" " * cell_len(head.text))

    def whole(width: int) -> Sequence[Line]:
        comment = hanging(indent, f"✎ {line.comment}", width, SOFT) if line.comment else ()
        return [*hanging(head, line.label, width), *hanging(indent, line.notes, width, STRONG), *comment]

    def begun(width: int) -> Sequence[Line]:
        if width < _WIDE:
            label = fit(line.label, max(width - cell_len(head.text), 1)).rstrip()
            lines: list[Line] = [(head, Piece(label)), (indent, Piece(line.notes, STRONG))]
        else:
            lines = [spread([head, Piece(line.label)], [Piece(" "), Piece(line.notes, STRONG)], width)]
        if line.comment:
            lines.append(_first_line(line.comment, indent, width))
        return lines

    return Item(key, whole if is_unfolded else begun)


def _first_line(comment: str, indent: Piece, width: int) -> Line:
    """Return the first line of a comment, and how many it has."""
    width -= cell_len(indent.text)
    first, *others = wrap(f"✎ {comment}", max(width, 10))
    if not others:
        return indent, Piece(first, SOFT)
    more = f" ({count(len(others) + 1, 'ligne')})"
    return (
        indent,
        Piece(fit(f"{first} …", max(width - cell_len(more), 1)).rstrip(" …") + "…", SOFT),
        Piece(more, SOFT),
    )


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
