"""The review received, as items of a list and as texts beside the answers of the grid."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ctg_tui.domain.assessment import Answer, Cell, answer_text
from ctg_tui.domain.grid import Grid
from ctg_tui.review.document import ReceivedReview
from ctg_tui.services.review.answering import ReviewItem, ReviewToAnswer, said_in
from ctg_tui.tui.screens.summary_items import gap, section_title, sentence
from ctg_tui.tui.texts import shown
from ctg_tui.tui.view import ReviewBeside
from ctg_tui.tui.widgets.listing import ACCENT, SOFT, STRONG, Item, Line, Piece, hanging, spread
from ctg_tui.wording.french import NBSP, count
from ctg_tui.wording.review import (
    answer_words,
    line_of,
    notes_of,
    remark_words,
    still_valid,
    suggestion_words,
)

_INDENT = NBSP * 4


def beside(grid: Grid, review: ReviewToAnswer) -> ReviewBeside:
    """Return what stands beside the answers of the grid: of several advisers, the note of each, named."""
    notes: dict[Cell, tuple[tuple[str, Answer], ...]] = {}
    texts: dict[str, list[str]] = {}
    marked: set[str] = set()
    for item in review.items:
        activity = item.row.activity
        if activity is None:
            continue
        if item.cell is not None and item.row.adviser_note is not None:
            notes[item.cell] = (*notes.get(item.cell, ()), (item.author, item.row.adviser_note))
        if words := _beside(grid, item):
            texts.setdefault(activity, []).append(f"{_speaker(item)}{words}")
        if item.is_answered:
            texts.setdefault(activity, []).append(f"Votre réponse{NBSP}: {answer_words(item.row)}")
        elif item.is_open:
            marked.add(activity)
    return ReviewBeside(notes, {line: tuple(said) for line, said in texts.items()}, frozenset(marked))


def _beside(grid: Grid, item: ReviewItem) -> str:
    note, said = item.row.adviser_note, _said(item)
    if not item.author or item.cell is None or note is None:
        return said
    policy = grid.policies_by_id[item.cell.policy].label
    return " · ".join(filter(None, (f"{policy}{NBSP}{answer_text(note)}", said)))


def _speaker(item: ReviewItem) -> str:
    """Return who says it, before a colon; nothing before what the program suggests."""
    if item.is_suggestion:
        return ""
    who = item.author or "Caf"
    if item.is_question:
        who = f"Question de {item.author}" if item.author else "Question"
    return f"{who}{NBSP}: "


def _said(item: ReviewItem) -> str:
    said = remark_words(item.comment, on_agenda=item.on_agenda)
    if item.suggested is None or item.is_answered:
        return said
    return " · ".join(filter(None, (said, suggestion_words(item.suggested, item.author))))


def answer_items(grid: Grid, review: ReviewToAnswer) -> Iterator[Item]:
    """Yield the remarks and the questions, each with its answer; then what is tied to no line here."""
    if not review.read_is_known:
        yield sentence(
            "L’état exact que la Caf a lu n’a pas été retrouvé ici : vos notes actuelles sont montrées."
        )
    if review.given_before:
        yield sentence(f"{still_valid(len(review.given_before))}{NBSP}: M pour les reprendre.")
    above: str | None = None
    for item in review.items:
        yield _item(grid, item, is_first=item.row.activity != above)
        above = item.row.activity
    if review.apart:
        yield gap()
        yield section_title(
            "À part",
            count(len(review.apart), "ligne absente de votre grille", "lignes absentes de votre grille"),
        )
        for apart in review.apart:
            yield sentence(f"{shown(apart.line)}{NBSP}: {shown(apart.text)}")


def reading_items(received: ReceivedReview) -> Iterator[Item]:
    """Yield what a review says, to be read only: its assessment is not here."""
    for row, text, on_agenda in said_in(received):
        grid, item = received.grid, ReviewItem(row, text, on_agenda)
        known = grid is not None and (row.activity is None or row.activity in grid.activities)
        place = line_of(grid, row) if grid is not None and known else row.activity or "Question"
        yield sentence(
            f"{shown(place)}{NBSP}: {shown(' · '.join(filter(None, (notes_of(row), _said(item)))))}"
        )


def _item(grid: Grid, item: ReviewItem, *, is_first: bool) -> Item:
    """Return a remark or a question; the first of those of a line tells the line, whole."""
    row = item.row
    place = shown(line_of(grid, row))
    if row.activity is not None and row.policy is None and not item.is_question:
        place += " remarque"
    end = Piece("à répondre", ACCENT) if item.is_open else Piece("répondu" if item.is_answered else "", SOFT)
    if item.is_to_confirm:
        end = Piece("à confirmer", ACCENT)
    notes = notes_of(item.shown, item.author)
    if item.is_changed:
        notes += " · note changée depuis"
    label = shown(grid.activities[row.activity].label) if row.activity is not None and is_first else ""
    said, answer = _said(item), answer_words(row)

    def lines(width: int) -> Sequence[Line]:
        found: list[Line] = [spread([Piece(f"{place}  ", STRONG), Piece(shown(notes))], [end], width)]
        if label:
            found += hanging(Piece(_INDENT), label, width, SOFT)
        if said:
            speaker = shown("" if item.is_suggestion else f"{item.author or 'Caf'}{NBSP}: ")
            found += hanging(Piece(f"{_INDENT}{speaker}"), shown(said), width)
        if answer:
            found += hanging(Piece(f"{_INDENT}Vous{NBSP}: "), shown(answer), width, STRONG)
        return found

    return Item(item.key, lines)


def cell_of(item: ReviewItem, policy: str) -> Cell | None:
    """Return the cell that an item is about, in the column `policy` when it names none."""
    return None if item.row.activity is None else Cell(item.row.activity, item.row.policy or policy)
