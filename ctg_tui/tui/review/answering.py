"""The review received: remarks and questions answered, no answer changing a note; reviews on the grid."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from ctg_tui.domain.assessment import Answer, Cell, answer_text
from ctg_tui.domain.grid import Grid
from ctg_tui.domain.review import Decision, order_in
from ctg_tui.services.review.answering import (
    KeptReview,
    ReviewItem,
    ReviewToAnswer,
    decided,
    kept_reviews,
    said_in,
    to_answer,
)
from ctg_tui.submission.review import ReceivedReview
from ctg_tui.tui.characters import shown
from ctg_tui.tui.commands import Destination, cmd, undo_and_redo
from ctg_tui.tui.list_page import NotedListing, OfReviewPage
from ctg_tui.tui.view import ReviewBeside, place_of
from ctg_tui.tui.widgets.editor import WritingPane
from ctg_tui.tui.widgets.listing import (
    SOFT,
    STRONG,
    Item,
    Piece,
    ends,
    gap,
    hung,
    row,
    section_title,
    sentence,
    soft,
    strong,
)
from ctg_tui.wording.french import NBSP, count, listing
from ctg_tui.wording.review import (
    ON_AGENDA,
    answer_words,
    author_names,
    caf_answered,
    line_of,
    no_review,
    notes_of,
    receipt,
    remark_words,
    still_valid,
    suggestion_words,
    taken_up,
)

if TYPE_CHECKING:
    from ctg_tui.services.editing import Session
    from ctg_tui.services.review.writing import ReviewBook
    from ctg_tui.tui.grid.layout import GridDisplay
    from ctg_tui.tui.page import Page


def book_of(session: Session) -> ReviewBook | None:
    """Return the review being written of a submission received; None for one's own assessment."""
    if not session.is_received:
        return None
    from ctg_tui.services.received.kept import ReceivedSession

    return session.book if isinstance(session, ReceivedSession) else None


class GridReview:
    """Puts the review beside the answers, and passes the adviser's edits to it."""

    def __init__(self, page: Page, display: GridDisplay) -> None:
        self._page = page
        self._display = display
        self._kept: tuple[KeptReview, ...] = ()
        self._to_answer: ReviewToAnswer | None = None

    @property
    def is_there(self) -> bool:
        """Whether there is a review, written here or received."""
        return self._page.opened.is_received or self._to_answer is not None

    @property
    def has_open(self) -> bool:
        """Whether remarks, questions or suggested notes about a line are left to answer."""
        items = () if self._to_answer is None else self._to_answer.left
        return any(item.row.activity is not None for item in items)

    def show(self) -> None:
        """Show the present state of the review."""
        page = self._page
        if page.is_example:
            return
        book = book_of(page.opened)
        self._display.change(review=self._received() if book is None else self._written(book))
        page.refresh_frame()

    def _written(self, book: ReviewBook) -> ReviewBeside:
        from ctg_tui.domain.review import Part, part_key

        draft = book.draft
        notes = {
            cell: (("", note),) for cell in draft.cells(Part.NOTE) if (note := draft.note(cell)) is not None
        }
        texts: dict[str, list[str]] = {}
        for line in draft.lines():
            agenda = [f"Avis{NBSP}: {ON_AGENDA}"] * draft.is_on_agenda(line)
            comment = draft.part(Part.COMMENT, line)
            texts[line] = [*agenda, *([f"Avis{NBSP}: {comment}"] if comment else [])]
        for question in draft.questions():
            texts.setdefault(question.activity, []).append(f"Votre question{NBSP}: {question.text}")
        unsaved = book.unsaved
        waiting = {cell for cell in notes if part_key(Part.NOTE, "/".join(cell)) in unsaved}
        return ReviewBeside(
            notes,
            {line: tuple(said) for line, said in texts.items()},
            frozenset(texts),
            frozenset(waiting),
        )

    def read(self) -> None:
        """Read the review received, and show it."""
        page, uuid = self._page, self._page.opened.assessment.uuid
        self._kept = ()
        is_own = not page.is_example and not page.opened.is_received
        if is_own and page.read(lambda: page.workspace.store.has_review(uuid), False):
            from ctg_tui.services.review.answering import kept_reviews

            self._kept = page.read(lambda: kept_reviews(page.workspace, uuid), ())
        self.show()

    def _received(self) -> ReviewBeside | None:
        opened, kept = self._page.opened, self._kept
        self._to_answer = None
        if not kept:
            return None
        from ctg_tui.services.review.answering import to_answer

        self._to_answer = to_answer(kept, opened.grid, opened.assessment)
        return beside(opened.grid, self._to_answer)

    def go_on(self, present: Cell) -> Cell | None:
        """Return the cell of the next remark, question or suggested note left on a line; None without any."""
        if self._to_answer is None:
            return None
        rank = order_in(self._display.view.grid)
        found = [
            Cell(item.row.activity, item.row.policy or present.policy)
            for item in self._to_answer.left
            if item.row.activity is not None
        ]
        later = [cell for cell in found if rank(*cell) > rank(*present)]
        return next(iter(later or found), None)

    def visit(self) -> None:
        """Show the page of the review: the one being written, or the one received."""
        page = self._page
        if self.is_there:
            here = Destination.REVIEW if page.opened.is_received else Destination.ANSWERS
            page.visit(here, place=self._display.view.place)
        else:
            page.show_message(no_review(page.opened.assessment.follow_ups))

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
    """Yield the remarks and questions, each with its answer; then what is tied to no line."""
    if any(item.cell is not None for item in review.items):
        yield sentence("Sur une note : G je garde la mienne, R je retiens celle de la Caf, C celle convenue.")
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
    for said, text, on_agenda in said_in(received):
        grid, item = received.grid, ReviewItem(said, text, on_agenda)
        known = grid is not None and (said.activity is None or said.activity in grid.activities)
        place = line_of(grid, said) if grid is not None and known else said.activity or "Question"
        yield sentence(
            f"{shown(place)}{NBSP}: {shown(' · '.join(filter(None, (notes_of(said), _said(item)))))}"
        )


def _item(grid: Grid, item: ReviewItem, *, is_first: bool) -> Item:
    """Return a remark or a question; the first of those of a line tells the line, whole."""
    answered, notes, place = item.row, notes_of(item.shown, item.author), shown(line_of(grid, item.row))
    if answered.activity is not None and answered.policy is None and not item.is_question:
        place += " remarque"
    end = Piece("à regarder") if item.is_open else soft("répondu" if item.is_answered else "")
    if item.is_to_confirm:
        end = Piece("à confirmer")
    if item.is_changed:
        notes += " · note changée depuis"
    parts = [ends([strong(f"{place}  "), Piece(shown(notes))], end)]
    if answered.activity is not None and is_first:
        parts.append(hung(_INDENT, shown(grid.activities[answered.activity].label), SOFT))
    if said := _said(item):
        speaker = shown("" if item.is_suggestion else f"{item.author or 'Caf'}{NBSP}: ")
        parts.append(hung(f"{_INDENT}{speaker}", shown(said)))
    if answer := answer_words(answered):
        parts.append(hung(f"{_INDENT}Vous{NBSP}: ", shown(answer), STRONG))
    return row(item.key, *parts)


def cell_of(item: ReviewItem, policy: str) -> Cell | None:
    """Return the cell that an item is about, in the column `policy` when it names none."""
    return None if item.row.activity is None else Cell(item.row.activity, item.row.policy or policy)


class AnswersScreen(OfReviewPage):
    """One row per remark or question, with the notes of both; the answer is written below."""

    TITLE_IN_HELP = "Avis reçu"
    KEY_COMMANDS = (
        cmd("avis-recu.repondre", "enter", "write", "répondre", 1, "Écrire une phrase de réponse"),
        cmd(
            *("avis-recu.suivante", "f3", "next_blank", "suivant", 2),
            "Aller au prochain point à regarder",
        ),
        *(
            cmd(
                *(f"avis-recu.{word}", letter, f"decide('{word}')", label, bar),
                f"{sentence_}, puis écrire une phrase (rappuyez pour l’effacer)",
            )
            for word, label, letter, bar, sentence_ in (
                ("gardee", "gardée", "g", 4, "Je garde ma note"),
                ("retenue", "retenue", "r", 5, "Je retiens la note de la Caf"),
                ("convenue", "convenue", "c", 6, "La note convenue pendant l’entretien"),
            )
        ),
        cmd("avis-recu.ligne", "l", "line", "voir la ligne", 7, "Voir la ligne dans la grille"),
        cmd(
            *("avis-recu.reprendre", "m", "take_up", "mes réponses d’avant", None),
            "Reprendre les réponses données à l’avis précédent, là où celui-ci dit la même chose",
        ),
        cmd(
            *("avis-recu.accuse", "a", "acknowledge", "accusé", 9),
            "Copier l’accusé de réception à renvoyer à la Caf",
        ),
        *(one._replace(when="is_resting") for one in undo_and_redo("avis-recu", bar=8)),
        cmd("avis-recu.retour", "escape", "back", "retour", 3, "Revenir à la page précédente"),
    )

    _kept: tuple[KeptReview, ...] = ()
    _review: ReviewToAnswer | None = None

    def heading(self) -> str:
        if self._review is None:
            return ""
        names = listing(dict.fromkeys(author_names(one.review for one in self._review.reviews)))
        return f"{caf_answered(len(self._review.left))} · {names}"

    def on_mount(self) -> None:
        """Go to the first open item of the line of the place, else to the first one left to answer."""
        self._kept = self.read(lambda: kept_reviews(self.workspace, self.opened.assessment.uuid), ())
        self.show_rows()
        left = () if self._review is None else self._review.left
        of_line = [item for item in left if self.line is not None and item.row.activity == self.line]
        here = next(iter(of_line or left), None)
        if here is not None:
            self.list.select(here.key)

    def rows(self) -> Iterable[Item]:
        opened, kept = self.opened, self._kept
        if not kept:
            return [sentence(no_review(opened.assessment.follow_ups))]
        self._review = to_answer(kept, opened.grid, opened.assessment)
        return answer_items(opened.grid, self._review)

    def _item(self, key: str | None) -> ReviewItem | None:
        items = () if self._review is None else self._review.items
        return next((item for item in items if item.key == key), None)

    # answering

    async def action_write(self) -> None:
        """Write the sentence of the row under the cursor."""
        item = self._item(self.list.key)
        if item is None or self.pane is not None:
            return
        if self.opened.is_read_only:
            self.refuse(self.opened.read_only_refusal())
            return
        title = f"Votre réponse{NBSP}: {line_of(self.opened.grid, item.row)}"
        await self.write_text(item.key, WritingPane(title, item.row.text, "Une phrase, facultative"))

    async def action_decide(self, word: str) -> None:
        """Say what became of the note, then write a sentence; said again, take it back."""
        item = self._item(self.list.key)
        if item is None:
            return
        row = decided(item, Decision(word))
        if row is None:
            self.show_message(
                "L’avis n’a pas de note convenue ici : tapez-la (0 à 3, N)."
                if item.cell is not None and Decision(word) is Decision.AGREED
                else "Il n’y a pas de note à garder ni à retenir ici : Entrée pour répondre."
            )
            return
        if self.save(lambda: self.opened.answer_review(row)):
            self.show_rows()
            if row.decision is not None:
                await self.action_write()

    async def on_noted_listing_noted(self, message: NotedListing.Noted) -> None:
        """Take the note typed as the one agreed on; Suppr removes the whole answer."""
        message.stop()
        item = self._item(self.list.key)
        if item is None:
            return
        if message.answer is None:
            self._clear(item)
        elif item.cell is None:
            self.show_message("Une question n’a pas de note : Entrée pour répondre.")
        else:
            row = item.row._replace(agreed_note=message.answer, decision=Decision.AGREED)
            if self.save(lambda: self.opened.answer_review(row)):
                self.show_rows()
                await self.action_write()

    def _clear(self, item: ReviewItem) -> None:
        self.opened.end_typing()
        if item.is_answered and self.save(lambda: self.opened.unanswer_review(item.row)):
            self.show_rows()
            self.show_message("Réponse effacée. Ctrl+Z pour la rétablir.")

    async def action_next_blank(self) -> None:
        """Go to the next row without an answer, from the top again after the last."""
        await self.close_text()
        if not self.select_next([item.key for item in self._review.left] if self._review else []):
            self.show_message(
                "Vous avez tout regardé. Vos réponses partiront avec le prochain fichier pour la Caf."
            )

    async def action_take_up(self) -> None:
        """Give again the answers to an earlier review, where this one says the same."""
        await self.close_text()
        given = () if self._review is None else self._review.given_before
        if not given:
            self.show_message("Aucune réponse à un avis précédent n’est à reprendre ici.")
        elif self.save(lambda: self.opened.answer_again(given)):
            self.show_rows()
            self.show_message(f"{taken_up(len(given))}. Ctrl+Z pour les retirer.")

    def store(self, key: str, pane: WritingPane) -> None:
        item = self._item(key)
        if item is not None:
            self.opened.answer_review(item.row._replace(text=pane.text))

    # elsewhere

    def action_line(self) -> None:
        item = self._item(self.list.key)
        grid = self.opened.grid
        cell = None if item is None else cell_of(item, grid.policies[0].id)
        self.visit(Destination.GRID, place=None if cell is None else place_of(grid, cell))

    def action_acknowledge(self) -> None:
        """Copy the receipt of the review that the row under the cursor is of."""
        if self._review is not None:
            item = self._item(self.list.key)
            self.copy(receipt(self._review.reviews[0].fingerprint if item is None else item.row.review))
