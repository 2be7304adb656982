"""Avis reçu: the adviser's remarks and questions, answered one after the other; no answer changes a note."""

from __future__ import annotations

from collections.abc import Iterable

from ctg_tui.domain.review import Decision
from ctg_tui.services.review.answering import (
    KeptReview,
    ReviewItem,
    ReviewToAnswer,
    decided,
    kept_reviews,
    to_answer,
)
from ctg_tui.tui.commands import Destination, cmd, undo_and_redo
from ctg_tui.tui.screens.answer_items import answer_items, cell_of
from ctg_tui.tui.screens.summary_items import sentence
from ctg_tui.tui.screens.text_below import NotedListing, OfReviewPage
from ctg_tui.tui.texts import shown
from ctg_tui.tui.view import place_of
from ctg_tui.tui.widgets.listing import Item
from ctg_tui.tui.widgets.writing import WritingPane
from ctg_tui.wording.french import NBSP
from ctg_tui.wording.received import copied
from ctg_tui.wording.review import left_words, line_of, no_review, receipt, received_of, taken_up


class AnswersScreen(OfReviewPage):
    """One row per remark or question, with the notes of both; the answer is written below."""

    TITLE_IN_HELP = "Avis reçu"
    KEY_COMMANDS = (
        cmd("avis-recu.repondre", "enter", "write", "répondre", 1, "Écrire une phrase de réponse"),
        cmd(
            *("avis-recu.suivante", "f3", "next_blank", "à répondre", 2),
            "Aller à la prochaine remarque ou question sans réponse",
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

    def headline(self) -> tuple[str, str]:
        review = self._review
        if review is None:
            return "Avis reçu", ""
        state = left_words(len(review.open_items), len(review.to_confirm)) or "aucune réponse à donner"
        return (
            shown(received_of(one.review for one in review.reviews)),
            f"{state} · {self.state_of_saving()}",
        )

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
        keys = [item.key for item in self._review.items] if self._review else []
        left = {item.key for item in self._review.left} if self._review else set()
        start = keys.index(self.list.key) + 1 if self.list.key in keys else 0
        for key in (*keys[start:], *keys[:start]):
            if key in left:
                self.list.select(key)
                return
        self.show_message(
            "Vous avez répondu à tout. Vos réponses partiront avec le prochain fichier pour la Caf."
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
            said = receipt(self._review.reviews[0].fingerprint if item is None else item.row.review)
            self.app.copy_to_clipboard(said)
            self.show_message(copied(said))
