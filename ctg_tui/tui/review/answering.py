"""Avis reçu: what advisers said, answered point by point; no answer changes a note."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Final

from ctg_tui.domain.assessment import Answer, Assessment, Cell
from ctg_tui.domain.grid import Grid
from ctg_tui.domain.review import (
    Decision,
    FollowUp,
)
from ctg_tui.report.content import discussion
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
from ctg_tui.tui.commands import Command, Destination, adapted, cmd, undo_and_redo
from ctg_tui.tui.grid.review import said_by
from ctg_tui.tui.list_page import NotedListing, OfReviewPage
from ctg_tui.tui.view import place_of
from ctg_tui.tui.widgets.editor import WritingPane
from ctg_tui.tui.widgets.listing import (
    ACCENT,
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
    AGREEMENT,
    CHANGED,
    NO_AUTHOR,
    NO_REVIEW,
    NOTHING_TO_KEEP,
    YES_OR_NO,
    answer_words,
    caf_answered,
    changed_words,
    left_to_look_at,
    line_of,
    notes_of,
    put_note,
    remark_words,
)

if TYPE_CHECKING:
    pass


_INDENT: Final = NBSP * 4


def answer_items(
    grid: Grid,
    assessment: Assessment,
    review: ReviewToAnswer,
    asked: str | None = None,
) -> Iterator[Item]:
    """Yield the remarks and questions, each with its answer, under the name of each of several advisers.

    Then what is tied to no line, and what they said before. `asked` is the row that asks for its note.
    """
    if any(item.cell is not None for item in review.items):
        yield sentence("Sur une note : G je garde la mienne, R je retiens celle de la Caf, C celle convenue.")
    if not review.read_is_known:
        yield sentence(
            "L’état exact que la Caf a lu n’a pas été retrouvé ici : vos notes actuelles sont montrées."
        )
    for rank, author in enumerate(sorted({item.author for item in review.items})):
        if author:
            if rank:
                yield gap()
            left = sum(item.author == author for item in review.left)
            yield section_title(shown(author), left_to_look_at(left))
        above: str | None = None
        for item in (one for one in review.items if one.author == author):
            present = None if item.cell is None else assessment.answers.get(item.cell)
            question = f"{put_note(item.row, present)} {YES_OR_NO}" if item.key == asked else ""
            changed = changed_words(item.row, present) or (CHANGED if item.is_changed else "")
            yield _item(grid, item, changed, question, is_first=item.row.activity != above)
            above = item.row.activity
    if review.apart:
        yield gap()
        yield section_title(
            "À part",
            count(len(review.apart), "ligne absente de votre grille", "lignes absentes de votre grille"),
        )
        for apart in review.apart:
            yield sentence(f"{shown(apart.line)}{NBSP}: {shown(apart.text)}")
    if review.past:
        yield gap()
        past = assessment._replace(follow_ups=review.past)
        yield section_title("Dit dans un avis précédent", count(len(review.past), "point"))
        yield from discussed_items(grid, past)


def discussed_items(grid: Grid, assessment: Assessment) -> Iterator[Item]:
    """Yield what advisers said, each under their name, and what became of it, to be read only."""
    for one in discussion(grid, assessment):
        author = shown(one.author or NO_AUTHOR)
        notes = " · ".join(filter(None, (notes_of(one.row, author), one.changed)))
        said = remark_words(one.remark, on_agenda=one.on_agenda)
        parts = [ends([strong(f"{shown(one.place)}  "), soft(shown(notes))])]
        if said:
            parts.append(hung(f"{_INDENT}{author}{NBSP}: ", shown(said)))
        if one.outcome:
            parts.append(hung(_INDENT, shown(one.outcome)))
        yield row(None, *parts)


def reading_items(received: ReceivedReview) -> Iterator[Item]:
    """Yield what a review says, to be read only: its assessment is not here."""
    for said in said_in(received):
        grid, item = received.grid, ReviewItem(said)
        known = grid is not None and (said.activity is None or said.activity in grid.activities)
        place = line_of(grid, said) if grid is not None and known else said.activity or "Question"
        yield sentence(
            f"{shown(place)}{NBSP}: {shown(' · '.join(filter(None, (notes_of(said), said_by(item)))))}"
        )


def _item(grid: Grid, item: ReviewItem, changed: str, question: str, *, is_first: bool) -> Item:
    """Return a remark or a question, and the `question` to the person; the first of a line names the line."""
    answered, notes, place = item.row, notes_of(item.shown, item.author), shown(line_of(grid, item.row))
    if answered.activity is not None and answered.policy is None and not item.is_question:
        place += " remarque"
    end = Piece("à regarder") if item.is_open else soft("répondu" if item.is_answered else "")
    if answered.is_agreement and not item.is_answered:
        end = soft(AGREEMENT)
    if item.is_to_confirm:
        end = Piece("à confirmer")
    if item.cell is not None and item.shown.first_note is None:
        notes = f"auto-évaluation{NBSP}vide · {notes}"
    parts = [ends([strong(f"{place}  "), Piece(shown(notes))], end)]
    if answered.activity is not None and is_first:
        parts.append(hung(_INDENT, shown(grid.activities[answered.activity].label), SOFT))
    if changed:
        parts.append(hung(_INDENT, changed, SOFT))
    if said := said_by(item):
        speaker = shown("" if item.is_suggestion else f"{item.author or 'Caf'}{NBSP}: ")
        parts.append(hung(f"{_INDENT}{speaker}", shown(said)))
    if answer := answer_words(answered):
        parts.append(hung(f"{_INDENT}Vous{NBSP}: ", shown(answer), STRONG))
    if question:
        parts.append(hung(_INDENT, shown(question), ACCENT))
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
                ("gardee", "garder", "g", 4, "Je garde ma note"),
                ("retenue", "retenir", "r", 5, "Je retiens la note de la Caf"),
                ("convenue", "convenue", "c", 6, "La note convenue pendant l’entretien"),
            )
        ),
        cmd("avis-recu.ligne", "l", "line", "voir la ligne", 7, "Voir la ligne dans la grille"),
        *(one._replace(when="is_resting") for one in undo_and_redo("avis-recu", bar=8)),
        cmd("avis-recu.retour", "escape", "leave", "retour", 3, "Revenir à la page précédente"),
    )

    _kept: tuple[KeptReview, ...] = ()
    _review: ReviewToAnswer | None = None
    _asked: str | None = None
    """The key of the row whose note was retained or agreed on, and which asks for the person's own."""

    def heading(self) -> str:
        if self._review is None or not self._review.is_there:
            return ""
        authors = [item.author or item.row.author for item in self._review.items]
        names = listing(dict.fromkeys(author or NO_AUTHOR for author in authors))
        return " · ".join(filter(None, (caf_answered(len(self._review.left)), names)))

    def on_mount(self) -> None:
        """Go to the first open item of the line of the place, else to the first one left to answer."""
        self._kept = self.read(lambda: kept_reviews(self.workspace, self.opened.assessment.uuid), ())
        self.show_rows()
        self.watch(self.list, "cursor", self.refresh_frame, init=False)
        items = {} if self._review is None else {item.key: item for item in self._review.left}
        left = [items[key] for key in self.list.keys if key in items]
        of_line = [item for item in left if self.line is not None and item.row.activity == self.line]
        here = next(iter(of_line or left), None)
        if here is not None:
            self.list.select(here.key)

    def rows(self) -> Iterable[Item]:
        opened = self.opened
        self._review = to_answer(self._kept, opened.grid, opened.assessment)
        if not self._review.is_there:
            return [sentence(NO_REVIEW)]
        return answer_items(opened.grid, opened.assessment, self._review, self._asked)

    @property
    def is_typing(self) -> bool:
        """Whether letters are no commands: a sentence begun at once after « retenue » decides nothing."""
        return super().is_typing or self._asked_item is not None

    def commands(self) -> tuple[Command, ...]:
        """Return the commands available: a row that asks for a note takes Entrée for yes, Échap for no."""
        every = super().commands()
        if self._asked_item is None:
            item = self._item(self.list.key)
            idle = ["decide('gardee')"] if item is None or self._present(item.row) is None else []
            if item is None or not item.has_note:
                idle = [one.action for one in every if one.action.startswith("decide")]
            return adapted(every, {action: {"bar": None} for action in idle})
        write = (self.KEY_COMMANDS[0], *(one for one in every if one.action != "write"))
        return adapted(write, {"write": {"label": "oui"}, "leave": {"label": "non"}})

    @property
    def _asked_item(self) -> ReviewItem | None:
        """The item under the cursor that asks for its note; None when it asks for nothing."""
        return self._item(self._asked) if self._asked and self._asked == self.list.key else None

    def _item(self, key: str | None) -> ReviewItem | None:
        items = () if self._review is None else self._review.items
        return next((item for item in items if item.key == key), None)

    # answering

    async def action_write(self) -> None:
        """Write the sentence of the row under the cursor, or put the note that it asks for."""
        if (asked := self._asked_item) is not None:
            await self._put(asked)
            return
        item = self._item(self.list.key)
        if item is None or self.pane is not None:
            return
        title = f"Votre réponse{NBSP}: {line_of(self.opened.grid, item.row)}"
        await self.write_text(item.key, WritingPane(title, item.row.text, "Une phrase, facultative"))

    async def action_decide(self, word: str) -> None:
        """Say what became of the note, then write a sentence; said again, take it back."""
        item = self._item(self.list.key)
        if item is None or self._is_asking():
            return
        row = decided(item, Decision(word))
        if row is not None and row.decision is Decision.KEPT and self._present(row) is None:
            self.show_message(f"{NOTHING_TO_KEEP} Entrée pour répondre.")
            return
        if row is None:
            self.show_message(
                "L’avis n’a pas de note convenue ici : tapez-la (0 à 3, N)."
                if item.cell is not None and Decision(word) is Decision.AGREED
                else "Il n’y a pas de note à garder ni à retenir ici : Entrée pour répondre."
            )
            return
        await self._settle(item, row)

    async def _settle(self, item: ReviewItem, row: FollowUp) -> None:
        """Save what was decided of a note; ask for it where one's own is another, else write a sentence."""
        if self._save(item, row):
            if row.settled_note is not None and self._present(row) != row.settled_note:
                self._ask(item.key)
            elif row.decision is not None:
                await self.action_write()

    def _present(self, row: FollowUp) -> Answer | None:
        """Return the person's own note of the cell that a row is about."""
        return self.opened.assessment.answers.get(Cell(row.activity or "", row.policy or ""))

    def _is_asking(self) -> bool:
        """Whether the row under the cursor waits for yes or no, which is then said again."""
        if self._asked_item is None:
            return False
        self.show_message(YES_OR_NO)
        return True

    def _ask(self, key: str | None) -> None:
        self._asked = key
        self.show_rows()
        self.refresh_frame()

    async def _put(self, item: ReviewItem) -> None:
        """Give the person's own note the value retained, then go on."""
        note, cell = item.row.settled_note, item.cell
        self.opened.agree()  # the row asked for it, which is an answer to the Caf
        if cell is not None and note is not None and self.save(lambda: self.opened.rate(cell, note)):
            self._ask(None)
            await self.action_next_blank()

    def _save(self, item: ReviewItem, row: FollowUp) -> bool:
        self._asked = None
        is_saved = self.save(lambda: self.opened.answer_review(row, is_elsewhere=item.is_elsewhere))
        self.show_rows()
        return is_saved

    async def action_leave(self) -> None:
        """Keep the note that a row asks to change; else close the text, or leave."""
        if self._asked_item is None:
            await super().action_leave()
        else:
            self._ask(None)
            await self.action_next_blank()

    async def on_noted_listing_noted(self, message: NotedListing.Noted) -> None:
        """Take the note typed as the one agreed on; Suppr removes the whole answer."""
        message.stop()
        item = self._item(self.list.key)
        if item is None or self._is_asking():
            return
        if message.answer is None:
            self._clear(item)
        elif item.cell is None:
            self.show_message("Une question n’a pas de note : Entrée pour répondre.")
        else:
            row = item.row._replace(agreed_note=message.answer, decision=Decision.AGREED)
            await self._settle(item, row)

    def _clear(self, item: ReviewItem) -> None:
        self.opened.end_typing()
        unanswer = self.opened.unanswer_review
        if item.is_answered and self.save(lambda: unanswer(item.row, is_elsewhere=item.is_elsewhere)):
            self._ask(None)
            self.show_message("Réponse effacée. Ctrl+Z pour la rétablir.")

    async def action_next_blank(self) -> None:
        """Go to the next row without an answer, from the top again after the last."""
        await self.close_text()
        if not self.select_next([item.key for item in self._review.left] if self._review else []):
            self.show_message(
                "Vous avez tout regardé. Vos réponses partiront avec le prochain fichier pour la Caf."
            )

    def store(self, key: str, pane: WritingPane) -> None:
        item = self._item(key)
        if item is not None:
            row = item.row._replace(text=pane.text)
            self.opened.answer_review(row, is_elsewhere=item.is_elsewhere)

    # elsewhere

    def action_line(self) -> None:
        if self._is_asking():
            return
        item = self._item(self.list.key)
        grid = self.opened.grid
        cell = None if item is None else cell_of(item, grid.policies[0].id)
        self.visit(Destination.GRID, place=None if cell is None else place_of(grid, cell))
