"""The review received, as items of a list and as texts beside the answers of the grid."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ctg_tui.domain.answers import Answer, Cell
from ctg_tui.domain.grid import Grid
from ctg_tui.domain.line_names import number_of
from ctg_tui.domain.text import clean
from ctg_tui.review.reader import ReceivedReview
from ctg_tui.services.answering import ReviewItem, ReviewToAnswer, said_in
from ctg_tui.tui.screens.summary_items import gap, section_title, sentence
from ctg_tui.tui.texts import fit, shown
from ctg_tui.tui.view import ReviewBeside
from ctg_tui.tui.widgets.listing import ACCENT, SOFT, STRONG, Item, Line, Piece, hanging, spread
from ctg_tui.wording.french import NBSP, count
from ctg_tui.wording.review import DECISIONS, ON_AGENDA, notes_of

_INDENT = NBSP * 4


def beside(review: ReviewToAnswer) -> ReviewBeside:
    """Return what stands beside the answers of the grid."""
    notes: dict[Cell, Answer] = {}
    texts: dict[str, list[str]] = {}
    marked: set[str] = set()
    for item in review.items:
        activity = item.row.activity
        if activity is None:
            continue
        if item.cell is not None and item.row.adviser_note is not None:
            notes[item.cell] = item.row.adviser_note
        if said := _said(item):
            texts.setdefault(activity, []).append(
                f"{'Question' if item.is_question else 'Caf'}{NBSP}: {said}"
            )
        if item.is_answered:
            texts.setdefault(activity, []).append(f"Votre réponse{NBSP}: {answer_words(item)}")
        else:
            marked.add(activity)
    return ReviewBeside(notes, {line: tuple(said) for line, said in texts.items()}, frozenset(marked))


def _said(item: ReviewItem) -> str:
    agenda = ON_AGENDA if item.on_agenda else ""
    return " · ".join(filter(None, (clean(item.comment, multiline=True), agenda)))


def answer_words(item: ReviewItem) -> str:
    """Return the answer in words: `gardée. « … »`; empty without one."""
    row = item.row
    decision = "" if row.decision is None else DECISIONS[row.decision]
    text = clean(row.text, multiline=True).strip()
    quoted = f"«{NBSP}{text}{NBSP}»" if text else ""
    return ". ".join(filter(None, (decision, quoted)))


def answer_items(grid: Grid, review: ReviewToAnswer) -> Iterator[Item]:
    """Yield the remarks and the questions, each with its answer; then what is tied to no line here."""
    if not review.read_is_known:
        yield sentence(
            "L’état exact que la Caf a lu n’a pas été retrouvé ici : vos notes actuelles sont montrées."
        )
    for item in review.items:
        yield _item(grid, item)
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
        place = place_of(grid, item) if grid is not None and known else shown(row.activity or "Question")
        yield sentence(f"{place}{NBSP}: {shown(' · '.join(filter(None, (notes_of(row), _said(item)))))}")


def _item(grid: Grid, item: ReviewItem) -> Item:
    place = place_of(grid, item)
    end = Piece("répondu", SOFT) if item.is_answered else Piece("à répondre", ACCENT)
    notes = notes_of(item.row)
    if item.is_changed:
        notes += " · note changée depuis"
    label = "" if item.row.activity is None else shown(grid.activities[item.row.activity].label)
    said, answer = _said(item), answer_words(item)

    def lines(width: int) -> Sequence[Line]:
        found: list[Line] = [spread([Piece(f"{place}  ", STRONG), Piece(shown(notes))], [end], width)]
        if label:
            found.append((Piece(fit(f"{_INDENT}{label}", width), SOFT),))
        if said:
            found += hanging(Piece(f"{_INDENT}Caf{NBSP}: "), shown(said), width)
        if answer:
            found += hanging(Piece(f"{_INDENT}Vous{NBSP}: "), shown(answer), width, STRONG)
        return found

    return Item(item.key, lines)


def place_of(grid: Grid, item: ReviewItem) -> str:
    """Return `1.3 Famille`, `1.3`, `1.3 question` or `Question`."""
    row = item.row
    if row.activity is None:
        return "Question"
    number = number_of(grid, row.activity)
    if item.is_question:
        return f"{number} question"
    if row.policy is None:
        return number
    policy = grid.policies_by_id.get(row.policy)
    return f"{number} {shown(row.policy if policy is None else policy.label)}"


def cell_of(item: ReviewItem, policy: str) -> Cell | None:
    """Return the cell that an item is about, in the column `policy` when it names none."""
    return None if item.row.activity is None else Cell(item.row.activity, item.row.policy or policy)
