"""The review beside the answers of the grid: the one being written of a file received, or one received."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from ctg_tui.domain.assessment import Answer, Cell, answer_text
from ctg_tui.domain.grid import Grid
from ctg_tui.domain.review import Part, order_in, part_key, said_before
from ctg_tui.tui.commands import Destination
from ctg_tui.tui.view import ReviewBeside
from ctg_tui.wording.french import NBSP
from ctg_tui.wording.review import (
    NO_REVIEW,
    ON_AGENDA,
    answer_words,
    line_of,
    notes_of,
    outcome_words,
    remark_words,
    suggestion_words,
)

if TYPE_CHECKING:
    from ctg_tui.domain.assessment import Assessment
    from ctg_tui.domain.review import FollowUp, ReviewDraft
    from ctg_tui.services.editing import Session
    from ctg_tui.services.received.kept import ReceivedSession
    from ctg_tui.services.review.answering import KeptReview, ReviewItem, ReviewToAnswer
    from ctg_tui.services.review.writing import ReviewBook
    from ctg_tui.tui.grid.layout import GridDisplay
    from ctg_tui.tui.page import Page


def received_session(session: Session) -> ReceivedSession | None:
    """Return the session on a submission received; None for one's own assessment."""
    if not session.is_received:
        return None
    from ctg_tui.services.received.kept import ReceivedSession

    return session if isinstance(session, ReceivedSession) else None


def book_of(session: Session) -> ReviewBook | None:
    """Return the review being written of a submission received; None for one's own assessment."""
    received = received_session(session)
    return None if received is None else received.book


class GridReview:
    """Puts the review beside the answers, and passes the adviser's edits to it."""

    def __init__(self, page: Page, display: GridDisplay) -> None:
        self._page = page
        self._display = display
        self._kept: tuple[KeptReview, ...] = ()
        self._to_answer: ReviewToAnswer | None = None
        self._discussed: Assessment | None = None
        """A file received, with every review of it that is here."""

    @property
    def is_there(self) -> bool:
        """Whether there is a review, written here or received."""
        return self._page.opened.is_received or self._to_answer is not None

    @property
    def has_open(self) -> bool:
        """Whether F3 goes to remarks, questions or suggested notes left to answer, or to what changed."""
        return bool(self._to_look_at(""))

    def show(self) -> None:
        """Show the present state of the review."""
        page = self._page
        if page.is_example:
            return
        book = book_of(page.opened)
        self._display.change(review=self._received() if book is None else self._written(book))
        page.refresh_frame()

    def _written(self, book: ReviewBook) -> ReviewBeside:
        draft = book.draft
        notes = {
            cell: (("", note),) for cell in draft.cells(Part.NOTE) if (note := draft.note(cell)) is not None
        }
        texts: dict[str, list[str]] = {}
        for line in draft.lines():
            agenda = [f"Avis{NBSP}: {ON_AGENDA}"] * draft.is_on_agenda(line)
            comment = draft.part(Part.COMMENT, line)
            texts.setdefault(line, []).extend([*agenda, *([f"Avis{NBSP}: {comment}"] if comment else [])])
        for question in draft.questions():
            texts.setdefault(question.activity, []).append(f"Votre question{NBSP}: {question.text}")
        for row in () if self._discussed is None else self._discussed.follow_ups:
            if row.activity is not None:
                texts.setdefault(row.activity, []).extend(self._said(draft, row))
        unsaved = book.unsaved
        waiting = {cell for cell in notes if part_key(Part.NOTE, "/".join(cell)) in unsaved}
        return ReviewBeside(
            notes,
            {line: tuple(said) for line, said in texts.items()},
            frozenset(texts),
            frozenset(waiting),
        )

    def _said(self, draft: ReviewDraft, row: FollowUp) -> Iterator[str]:
        """Yield what the file says of a remark: who made it, unless it is in the review, and its answer."""
        assert self._discussed is not None
        grid = self._page.opened.grid
        is_mine = row in said_before(draft, self._discussed).mine.values()
        place = line_of(grid, row) if row.policy or row.question else ""
        if not is_mine:
            words = remark_words(row.remark, on_agenda=row.on_agenda)
            said = " · ".join(filter(None, (place, notes_of(row, row.author), words)))
            yield f"{said} ({row.author})" if row.author and row.adviser_note is None else said
        if row.is_answered:
            yield (
                " ".join(filter(None, ("Réponse", place if is_mine else ""))) + f"{NBSP}: {answer_words(row)}"
            )
        elif row.is_open:
            yield " ".join(filter(None, (place if is_mine else "", outcome_words(row))))

    def read(self) -> None:
        """Read the review received, or what the file received says of earlier ones, and show it."""
        page, uuid = self._page, self._page.opened.assessment.uuid
        self._kept = ()
        if (received := received_session(page.opened)) is not None:
            from ctg_tui.services.review.answering import with_reviews

            grid, assessment = received.grid, received.assessment
            self._discussed = page.read(lambda: with_reviews(page.workspace, grid, assessment), assessment)
        is_own = not page.is_example and not page.opened.is_received
        if is_own and page.read(lambda: page.workspace.store.has_review(uuid), False):
            from ctg_tui.services.review.answering import kept_reviews

            self._kept = page.read(lambda: kept_reviews(page.workspace, uuid), ())
        self.show()

    def _received(self) -> ReviewBeside | None:
        opened, kept = self._page.opened, self._kept
        self._to_answer = None
        if not (kept or opened.assessment.follow_ups):
            return None

        from ctg_tui.services.review.answering import to_answer

        review = to_answer(kept, opened.grid, opened.assessment)
        self._to_answer = review if review.is_there else None
        return beside(opened.grid, review) if review.is_there else None

    def go_on(self, present: Cell) -> Cell | None:
        """Return the cell of the next remark, question or suggested note left on a line; None without any."""
        rank = order_in(self._display.view.grid)
        found = sorted(self._to_look_at(present.policy), key=lambda cell: rank(*cell))
        later = [cell for cell in found if rank(*cell) > rank(*present)]
        return next(iter(later or found), None)

    def _to_look_at(self, policy: str) -> list[Cell]:
        """Return the cells of what is left to answer or, in a file received, of what is open.

        What is about a whole line is in the column of `policy`.
        """
        rows = [] if self._to_answer is None else [item.row for item in self._to_answer.left]
        rows += [] if self._discussed is None else [one for one in self._discussed.follow_ups if one.is_open]
        return [Cell(row.activity, row.policy or policy) for row in rows if row.activity is not None]

    def visit(self) -> None:
        """Show the page of the review: the one being written, or the one received."""
        page = self._page
        if self.is_there:
            here = Destination.REVIEW if page.opened.is_received else Destination.ANSWERS
            page.visit(here, place=self._display.view.place)
        else:
            page.show_message(NO_REVIEW)

    # the adviser's edits

    def rate(self, answer: Answer | None) -> None:
        """Set the adviser's note of the cell under the cursor, beside the person's own."""
        book, cell = book_of(self._page.opened), self._display.view.cell
        if book is not None:
            self._page.save(lambda: book.note(cell, answer))
            self.show()

    def toggle_agenda(self) -> None:
        """Put the line on the agenda, or take it off."""
        book, activity = book_of(self._page.opened), self._display.view.cell.activity
        if book is not None and self._page.save(lambda: book.toggle_agenda(activity)):
            is_on = book.draft.is_on_agenda(activity)
            self._page.show_message(
                "Ligne à l’ordre du jour de l’entretien." if is_on else "Ligne retirée de l’ordre du jour."
            )
            self.show()


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
    note, said = item.row.adviser_note, said_by(item)
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


def said_by(item: ReviewItem) -> str:
    said = remark_words(item.row.remark, on_agenda=item.row.on_agenda)
    if item.suggested is None or item.is_answered:
        return said
    return " · ".join(filter(None, (said, suggestion_words(item.suggested, item.author))))
