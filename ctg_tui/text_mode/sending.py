"""The sending: what is missing, what goes, then the file for the Caf alone or with all that goes with it."""

from __future__ import annotations

from typing import Final

from ctg_tui.domain.assessment import Status
from ctg_tui.domain.errors import Refusal
from ctg_tui.domain.scores import Tally
from ctg_tui.domain.steps import check, is_blocked
from ctg_tui.services.sending import (
    ALL_PIECES,
    Dossier,
    Enclosure,
    Sent,
    about_salaries,
    look,
    prepare,
    what_goes,
)
from ctg_tui.text_mode.desk import Desk, ask_folder, place_aloud
from ctg_tui.text_mode.results import missing
from ctg_tui.wording.french import STATUSES_OF_ASSESSMENT, count
from ctg_tui.wording.sending import files_made
from ctg_tui.wording.thread import answer_words

_STATUS_HELP: Final = (
    "Provisoire : pour en parler avec la Caf ; des cases peuvent rester vides. "
    "Définitive : quand tout est rempli. Dans les deux cas, tout reste modifiable."
)
_ANSWERS: Final = (
    (True, "réponse à la Caf part avec cet envoi", "réponses à la Caf partent avec cet envoi"),
    (False, "réponse commencée ne part pas", "réponses commencées ne partent pas"),
)


class SendingRoom:
    """Says what is missing, asks for the state and the folder, writes, and says what is there."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def run(self) -> None:
        """Ask, then write once the person has agreed. Nothing is written before."""
        desk = self._desk
        session, dialogue = desk.session, desk.dialogue
        self._say_missing()
        outlook = look(desk.workspace, session.assessment.id)
        kinds = (what_goes(()), what_goes(outlook.possible))
        kind = dialogue.choose(kinds, "Que créer ? Numéro, ou Entrée pour revenir :", _STATUS_HELP)
        if kind is None:
            return
        if kind == 2 and Enclosure.FORECAST in outlook.possible:
            dialogue.say(about_salaries(session.forecast))
        status = self._ask_status()
        if status is None:
            return
        folder = ask_folder(dialogue)
        pieces = frozenset[Enclosure]() if kind == 1 else ALL_PIECES
        try:
            self._say_made(
                prepare(desk.workspace, session.assessment.id, folder, pieces=pieces, status=status)
            )
        except Refusal as refusal:
            dialogue.say(refusal.sentences())
        session.question = desk.workspace.question_before(session.assessment.id)

    def _say_missing(self) -> None:
        session, say = self._desk.session, self._desk.dialogue.say
        say(*missing(check(session.grid, session.assessment)))
        drafts = [(point, point.draft) for point in session.points if point.draft is not None]
        for is_kept, one, several in _ANSWERS:
            answers = [(point, draft) for point, draft in drafts if draft.is_kept is is_kept]
            if answers:
                say(f"{count(len(answers), one, several)} :")
            for point, draft in answers:
                say(f"{place_aloud(session.grid, point)} : {answer_words(draft.note, draft.words)}")

    def _ask_status(self) -> Status | None:
        """Return the state to send in; None when something a final one asks for is missing."""
        session, dialogue = self._desk.session, self._desk.dialogue
        versions = tuple(STATUSES_OF_ASSESSMENT.values())
        if dialogue.choose(versions, "Version. Numéro, ou Entrée pour provisoire :", _STATUS_HELP) != 2:
            return Status.DRAFT
        if is_blocked(check(session.grid, session.assessment)):
            dialogue.say(
                "Il manque ce qui est dit plus haut pour une version définitive. Rien n’a été écrit."
            )
            return None
        return Status.FINAL

    def _say_made(self, made: Dossier) -> None:
        say = self._desk.dialogue.say
        many = count(len(made.names), "fichier créé et relu", "fichiers créés et relus")
        say(f"{many}. Rien n’a été envoyé.", *made.names)
        self._say_sent(made.sent)

    def _say_sent(self, sent: Sent) -> None:
        say = self._desk.dialogue.say
        counts = sent.counts
        say("Dans le dossier :", str(sent.path.parent), "Nom du fichier pour la Caf :", sent.path.name)
        if sent.sending.is_final:
            say(f"Code de contrôle, à lire au téléphone : {sent.short}.")
        say(f"{files_made(sent.sending)}.")
        tally = Tally(rated=counts.rated, not_concerned=counts.not_concerned, blank=counts.blank)
        say(
            f"Contenu : {count(tally.rated, 'note')}, {tally.not_concerned} NC, "
            f"{count(tally.blank, 'vide')}, "
            f"{count(counts.comments.own, 'commentaire')}, {count(counts.numbers.own, 'nombre')}, "
            f"{count(counts.actions.own, 'action')}."
        )
        apart = (
            (counts.proposed, "réponse"),
            (counts.comments.proposed, "commentaire"),
            (counts.numbers.proposed, "nombre"),
            (counts.actions.proposed, "action"),
        )
        if there := [count(number, word) for number, word in apart if number]:
            say(f"À part, aux lignes proposées : {', '.join(there)}.")
