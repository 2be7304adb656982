"""The review (*avis*) that the Caf sent: said point by point, and answered by words."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING, Final

from ctg_tui.domain.assessment import Cell, answer_text
from ctg_tui.domain.review import Decision, FollowUp
from ctg_tui.report.content import discussed_words, discussion
from ctg_tui.services.review.answering import (
    KeptReview,
    ReviewItem,
    decided,
    kept_reviews,
    to_answer,
)
from ctg_tui.text_mode.desk import (
    COMMON_HELP,
    SAVED,
    Desk,
    saved,
    write,
)
from ctg_tui.text_mode.dialogue import (
    Word,
    ask_in_turn,
    command,
    line_aloud,
    note_of,
)
from ctg_tui.wording.french import count
from ctg_tui.wording.review import (
    AGREEMENT,
    DECISIONS,
    NOTHING_TO_KEEP,
    ON_AGENDA,
    answer_words,
    caf_answered,
    contents,
    put_note,
    received_of,
    suggestion_words,
)

if TYPE_CHECKING:
    from ctg_tui.domain.grid import Grid
    from ctg_tui.services.review.answering import ReviewToAnswer

_DECISIONS: Final = {
    Word.NOTE_KEPT: Decision.KEPT,
    Word.NOTE_TAKEN: Decision.TAKEN,
    Word.NOTE_AGREED: Decision.AGREED,
}
_HELP: Final = (
    "« gardée » : je garde ma note.\n"
    "« retenue » : je retiens celle de la Caf.\n"
    "« convenue » : la note convenue pendant l’entretien, « convenue 2 » si l’avis ne la donne pas.\n"
    "« écrire » : répondre par une phrase, ou la continuer.\n"
    "« effacer » : retirer la réponse.\n"
    "Entrée seule passe à la suite. Aucune réponse ne change une note.\n"
    f"{COMMON_HELP}"
)
_NONE: Final = "Aucun avis reçu sur cette évaluation. « ouvrir », à l’accueil, en reçoit un."
_ANSWERS_GO: Final = "Vos réponses partiront avec le prochain fichier pour la Caf."
_WORDS: Final = "« gardée », « retenue », « convenue »"


def announce(desk: Desk) -> None:
    """Say that there is a review of the open assessment, and how to answer it; nothing without one."""
    if room := _room(desk):
        room.announce()
        desk.dialogue.say("« avis » pour le lire et y répondre.")


def visit(desk: Desk) -> None:
    """Answer the review of the open assessment, or say that there is none."""
    if room := _room(desk, otherwise=_NONE):
        room.run()


def _room(desk: Desk, otherwise: str = "") -> ReviewRoom | None:
    """Return the room of the review; None, once said why it cannot be read, or `otherwise` without one."""
    with desk.dialogue.saying_refusals():
        session = desk.session
        kept = kept_reviews(desk.workspace, session.assessment.uuid)
        if to_answer(kept, session.grid, session.assessment).is_there:
            return ReviewRoom(desk, kept)
        if otherwise:
            desk.dialogue.say(otherwise)
    return None


class ReviewRoom:
    """Asks for an answer to each remark and question, those without one first."""

    def __init__(self, desk: Desk, kept: tuple[KeptReview, ...]) -> None:
        self._desk = desk
        self._kept = kept

    def announce(self) -> None:
        """Say who wrote, how much, and how many answers are left to give."""
        present = self._present()
        for kept in self._kept:
            review = kept.received.review
            self._desk.dialogue.say(f"{received_of(review)} : {contents(review)}.")
        self._desk.dialogue.say(f"{caf_answered(len(present.left))}.")

    def run(self) -> None:
        """Ask for each answer in the order of the grid; Entrée alone passes."""
        self.announce()
        review, say = self._present(), self._desk.dialogue.say
        if not review.read_is_known:
            say("L’état exact que la Caf a lu n’a pas été retrouvé ici. Vos notes actuelles sont dites.")
        for apart in review.apart:
            say(f"Sur une ligne absente de votre grille, {apart.line} : {apart.text}")
        if review.past:
            say(f"Dit dans un avis précédent : {count(len(review.past), 'point')}.")
            past = self._desk.session.assessment._replace(follow_ups=review.past)
            for one in discussion(self._desk.session.grid, past):
                say(f"{discussed_words(one)}.")
        done = [item for item in review.items if item.is_answered or item.row.is_agreement]
        left = [item for item in review.items if item not in done]
        asked = [each for each in (left, done) if each]
        if asked and self._ask_each(asked[0]) and len(asked) > 1:
            points = count(len(done), "autre point", "autres points")
            if self._desk.dialogue.agree(f"{points}, déjà avec réponse ou sans réponse à donner. À revoir ?"):
                self._ask_each(done)
        if asked:
            say(f"Fin de l’avis. {_ANSWERS_GO}")

    def _ask_each(self, items: Sequence[ReviewItem]) -> bool:
        """Ask for each answer in turn; return False when the person goes back before the first."""
        questions, line = [], ""
        for rank, item in enumerate(items, 1):
            place = f"{rank} sur {len(items)}"
            heading = _heading(self._desk.session.grid, item, place, is_same_line=item.row.activity == line)
            questions.append(partial(self._ask, item.key, heading))
            line = item.row.activity or ""
        return ask_in_turn(questions)

    def _present(self) -> ReviewToAnswer:
        session = self._desk.session
        return to_answer(self._kept, session.grid, session.assessment)

    def _item(self, key: str) -> ReviewItem:
        return next(item for item in self._present().items if item.key == key)

    def _ask(self, key: str, heading: str) -> None:
        """Say a remark, then take the words that answer it until one passes on."""
        desk, item = self._desk, self._item(key)
        desk.dialogue.say(heading)
        desk.dialogue.say(*_in_words(item))
        while True:
            answer = desk.dialogue.ask("Votre réponse, ou Entrée pour passer :", _HELP)
            word, more = command(answer)
            item = self._item(key)
            if word is Word.NOTHING:
                return
            if word is Word.CLEAR:
                self._clear(item)
            elif word is Word.WRITE:
                write(desk, "Votre réponse", item.row.text, partial(self._write, item))
            elif word in _DECISIONS:
                self._decide(item, _DECISIONS[word], more)
            elif not desk.common(answer):
                words = "« écrire », ou Entrée" if item.cell is None else f"{_WORDS}, « écrire », ou Entrée"
                desk.dialogue.misunderstood(answer, words)

    def _decide(self, item: ReviewItem, decision: Decision, more: str) -> None:
        say = self._desk.dialogue.say
        if item.cell is None:
            say("Il n’y a pas de note à garder ni à retenir ici. « écrire » pour répondre.")
            return
        note = note_of(more) if more else None
        if more and note is None:
            self._desk.dialogue.misunderstood(more, "une note de 0 à 3, ou NC")
            return
        agreed = item.row.agreed_note if note is None else note
        undecided = item.row._replace(decision=None, agreed_note=agreed)  # said twice, it is the same answer
        row = decided(item._replace(row=undecided), decision)
        if row is None:
            say("L’avis n’a pas cette note. « convenue 2 » dit celle que vous avez convenue.")
            return
        if decision is Decision.KEPT and self._desk.session.assessment.answers.get(item.cell) is None:
            say(f"{NOTHING_TO_KEEP} « écrire » pour répondre.")
            return
        what = DECISIONS[decision]
        if decision is Decision.AGREED and agreed is not None:
            what += f", {answer_text(agreed)}"
        session = self._desk.session
        self._desk.keep(lambda: session.answer_review(row, is_elsewhere=item.is_elsewhere), saved(what))
        session.end_typing()
        self._offer(row)

    def _offer(self, row: FollowUp) -> None:
        """Ask whether the person's own note becomes the one retained or agreed on, while it is another."""
        desk, cell, note = self._desk, Cell(row.activity or "", row.policy or ""), row.settled_note
        present = desk.session.assessment.answers.get(cell)
        if note is not None and present != note and desk.dialogue.agree(put_note(row, present)):
            desk.keep(lambda: desk.session.rate(cell, note), saved(f"votre note, {answer_text(note)}"))

    def _write(self, item: ReviewItem, text: str) -> None:
        row = item.row._replace(text=text)
        self._desk.session.answer_review(row, is_elsewhere=item.is_elsewhere)

    def _clear(self, item: ReviewItem) -> None:
        if item.is_answered:
            session = self._desk.session
            unanswer = partial(session.unanswer_review, item.row, is_elsewhere=item.is_elsewhere)
            self._desk.keep(unanswer, f"Réponse retirée. {SAVED}")
        else:
            self._desk.dialogue.say("Il n’y a pas de réponse à retirer.")


def _heading(grid: Grid, item: ReviewItem, rank: str, *, is_same_line: bool) -> str:
    """Return `Remarque 2 sur 5, ligne 1.1, Famille : Contribue…`, the label where the line is another."""
    row = item.row
    kind = "Question" if item.is_question else "Remarque"
    if row.activity is None:
        return f"{kind} {rank}, sur l’ensemble."
    policy = "" if row.policy is None else grid.policies_by_id[row.policy].label
    head = ", ".join(filter(None, (f"{kind} {rank}", f"ligne {line_aloud(grid, row.activity)}", policy)))
    return f"{head}." if is_same_line else f"{head} : {grid.activities[row.activity].label}."


def _in_words(item: ReviewItem) -> list[str]:
    """Return the notes of both, what the Caf says, and the answer given already, a sentence each."""
    row = item.row
    notes = (
        ("Votre note", item.shown.first_note),
        (f"Note de {item.author or 'la Caf'}", row.adviser_note),
        ("Note convenue", row.agreed_note),
    )
    said = [f"{name} : {answer_text(note)}." for name, note in notes if note is not None]
    if item.is_changed:
        said.append("Vous avez changé cette note depuis.")
    if row.remark:
        said.append(f"{item.author or 'La Caf'}{' demande' if item.is_question else ''} : {row.remark}")
    if item.suggested is not None and not item.is_answered:
        said.append(suggestion_words(item.suggested, item.author))
    if row.on_agenda:
        said.append(f"{ON_AGENDA.capitalize()}.")
    if words := answer_words(row):
        said.append(f"Votre réponse : {words}")
    elif row.is_agreement:
        said.append(f"{AGREEMENT[:1].upper()}{AGREEMENT[1:]}.")
    return said
