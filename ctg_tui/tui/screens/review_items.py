"""The review being written, as items of a list: notes, remarks, questions, notes agreed on, the meeting."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from ctg_tui.domain.assessment import Assessment, Cell, Status, answer_text
from ctg_tui.domain.changes import cell_key
from ctg_tui.domain.grid import Grid
from ctg_tui.domain.review import FollowUp, Part, ReviewDraft, order_in, part_key
from ctg_tui.domain.text import short_fingerprint
from ctg_tui.tui.screens.summary_items import gap, section_title, sentence
from ctg_tui.tui.texts import fit, shown
from ctg_tui.tui.widgets.listing import ACCENT, SOFT, STRONG, Item, Line, Piece, hanging, spread
from ctg_tui.wording.french import NBSP, STATUSES, count
from ctg_tui.wording.lines import line_number
from ctg_tui.wording.review import ON_AGENDA, UNKNOWN_HERE, answer_words, line_of, notes_of
from ctg_tui.wording.typed import typed_date

_INDENT: Final = NBSP * 4
_NAMES: Final = {
    Part.MEETING: ("Entretien", "date à indiquer"),
    Part.AUTHOR: ("Auteur", "à indiquer"),
    Part.EMAIL: ("Courriel", "à indiquer"),
    Part.STATUS: ("État", ""),
    Part.PRIVATE: ("Pense-bête", "pour vous seul·e : il n’entre dans aucun fichier"),
}
SETTINGS: Final = tuple(_NAMES)
"""The parts that the page always shows, in order."""


def review_items(
    grid: Grid, assessment: Assessment, draft: ReviewDraft, authors: Mapping[str, str] | None = None
) -> Iterator[Item]:
    """Yield every part of the review; the key of a row is that of its part."""
    rank = order_in(grid)

    def in_order(cells: Sequence[Cell]) -> list[Cell]:
        return sorted(dict.fromkeys(cells), key=lambda cell: rank(*cell))

    noted, lines = in_order(draft.cells(Part.NOTE)), draft.lines()
    said_of = {*(cell.activity for cell in noted), *lines}
    yield section_title("Notes et remarques", count(len(said_of), "ligne") if said_of else "")
    if not said_of:
        yield sentence("Dans la grille : une note à côté de la sienne, Entrée pour une remarque.")
    for activity in sorted(said_of, key=lambda line: (rank(line, None), line)):
        for cell in noted:
            if cell.activity == activity:
                yield _note(grid, assessment, draft, cell)
        if activity in lines:
            yield _remark(grid, draft, activity)
    yield gap()
    questions = draft.questions()
    yield section_title("Questions", count(len(questions), "question") if questions else "")
    if not questions:
        yield sentence("Q pour en poser une sur l’ensemble ; dans la grille, Q en pose une sur la ligne.")
    for question in questions:
        name = _number(grid, question.activity) if question.activity else "Question"
        yield _text(question.key, name, question.text)
    if questions:
        yield gap()
    agreed = in_order((*draft.cells(Part.NOTE), *draft.cells(Part.AGREED)))
    if agreed:
        yield section_title("Notes convenues", "après l’entretien : 0 à 3, ou N")
        for cell in agreed:
            yield _agreed(grid, draft, cell)
        yield gap()
    yield section_title("L’avis")
    for part in SETTINGS:
        yield _setting(part, _value(part, draft, assessment))
    if assessment.follow_ups:
        yield gap()
        answers = count(sum(row.is_answered for row in assessment.follow_ups), "réponse")
        left = sum(not row.is_answered for row in assessment.follow_ups)
        aside = f"{answers} · {left} sans réponse" if left else answers
        yield section_title("Réponses aux avis de la Caf", aside)
        several = len({row.review for row in assessment.follow_ups}) > 1
        for row in assessment.follow_ups:
            code = short_fingerprint(row.review)
            author = (authors or {}).get(row.review, f"avis {code}, {UNKNOWN_HERE}")
            yield _follow_up(grid, row, author if several else "")


def _number(grid: Grid, activity: str) -> str:
    return line_number(grid, activity) if activity in grid.activities else shown(activity)


def _place(grid: Grid, cell: Cell) -> str:
    policy = grid.policies_by_id.get(cell.policy)
    return f"{_number(grid, cell.activity)} {shown(policy.label if policy else cell.policy)}"


def _label(grid: Grid, activity: str) -> str:
    line = grid.activities.get(activity)
    return "" if line is None else shown(line.label)


def _note(grid: Grid, assessment: Assessment, draft: ReviewDraft, cell: Cell) -> Item:
    row = FollowUp("", *cell, None, assessment.answers.get(cell), draft.note(cell), draft.agreed(cell))
    label = _label(grid, cell.activity)

    def lines(width: int) -> Sequence[Line]:
        notes = Piece(notes_of(row), STRONG)
        return (spread([Piece(f"{_place(grid, cell)}  ", STRONG), Piece(label, SOFT)], [notes], width),)

    return Item(part_key(Part.NOTE, cell_key(cell)), lines)


def _remark(grid: Grid, draft: ReviewDraft, activity: str) -> Item:
    agenda = ON_AGENDA if draft.is_on_agenda(activity) else ""
    comment, label = draft.part(Part.COMMENT, activity), _label(grid, activity)

    def lines(width: int) -> Sequence[Line]:
        left = [Piece(f"{_number(grid, activity)}  ", STRONG), Piece(label, SOFT)]
        found: list[Line] = [spread(left, [Piece(agenda, ACCENT)], width)]
        return [*found, *hanging(Piece(_INDENT), shown(comment), width)] if comment else found

    return Item(part_key(Part.COMMENT, activity), lines)


def _text(key: str, name: str, text: str) -> Item:
    return Item(key, lambda width: hanging(Piece(f"{name}  ", STRONG), shown(text), width))


def _agreed(grid: Grid, draft: ReviewDraft, cell: Cell) -> Item:
    note = draft.agreed(cell)
    end = Piece("—", SOFT) if note is None else Piece(answer_text(note), STRONG)
    label = _label(grid, cell.activity)

    def lines(width: int) -> Sequence[Line]:
        return (spread([Piece(f"{_place(grid, cell)}  ", STRONG), Piece(label, SOFT)], [end], width),)

    return Item(part_key(Part.AGREED, cell_key(cell)), lines)


def _value(part: Part, draft: ReviewDraft, assessment: Assessment) -> str:
    author = draft.author(assessment.identity.adviser)
    match part:
        case Part.MEETING:
            return typed_date(draft.meeting)
        case Part.AUTHOR:
            return author.name
        case Part.EMAIL:
            return author.email
        case Part.STATUS:
            name = STATUSES[draft.status]
            return f"{name}, il peut encore changer" if draft.status is Status.DRAFT else name
        case _:
            return draft.part(part)


def _setting(part: Part, value: str) -> Item:
    name, nothing = _NAMES[part]
    head = Piece(fit(name, 12), SOFT)
    role = "plain" if value else SOFT
    return Item(part_key(part), lambda width: hanging(head, shown(value) or nothing, width, role))


def _follow_up(grid: Grid, row: FollowUp, author: str) -> Item:
    known = row.activity is None or row.activity in grid.activities
    place = shown(line_of(grid, row) if known else row.activity or "")
    notes, answer = notes_of(row, shown(author)), answer_words(row) or "sans réponse"
    if author and row.adviser_note is None:
        notes = " · ".join(filter(None, (shown(author), notes)))

    def lines(width: int) -> Sequence[Line]:
        head: Line = (Piece(f"{place}  ", STRONG), Piece(fit(notes, max(width - len(place) - 2, 1)), SOFT))
        return [head, *hanging(Piece(_INDENT), shown(answer), width)]

    return Item(None, lines)
