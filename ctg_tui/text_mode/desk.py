"""What every part of the job needs: the dialogue and the open assessment; saving, and the common commands."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final, NamedTuple

from ctg_tui.domain.changes import Edit
from ctg_tui.domain.errors import NotSaved, Refusal
from ctg_tui.text_mode.dialogue import Dialogue
from ctg_tui.text_mode.figures import radar, summary
from ctg_tui.text_mode.spoken import without_mark
from ctg_tui.text_mode.words import Word, command
from ctg_tui.wording.grid import edit_name

if TYPE_CHECKING:
    from ctg_tui.services.editing import Session
    from ctg_tui.services.workspace import Workspace

SAVED: Final = "Enregistré."
COMMON_HELP: Final = (
    "« annuler » ou « refaire » : la dernière modification.\n"
    "« bilan » : ce qui est fait et ce qui manque.\n"
    "« radar » : les pourcentages, une phrase par mission."
)


def saved(what: str) -> str:
    """Return `Enregistré : Famille, 2.`"""
    return f"Enregistré : {what}."


class Desk(NamedTuple):
    """One open assessment, and the person's dialogue with it."""

    dialogue: Dialogue
    workspace: Workspace
    session: Session

    def keep(self, edit: Callable[[], object], said: str = SAVED) -> bool:
        """Run `edit` and say `said` once all is on the disk, or why it is not; return whether it is shown.

        An edit that the disk refuses waits, and is written with the next one.
        """
        try:
            edit()
        except NotSaved as refusal:
            self.dialogue.say(f"Pas encore enregistré. {refusal.sentences()}")
            return refusal.waits
        except Refusal as refusal:
            self.dialogue.say(refusal.sentences())
            return False
        if self.session.pending:
            self.dialogue.say("Pas encore enregistré. Nouvel essai à la prochaine réponse.")
        else:
            self.dialogue.say(said)
        return True

    def common(self, answer: str) -> bool:
        """Do what `answer` asks for if it is a command known at every question; return whether it was."""
        word, _ = command(answer)
        session = self.session
        match word:
            case Word.UNDO:
                self.turn("Annulé", "Il n’y a rien à annuler.", session.next_undo, session.undo)
            case Word.REDO:
                self.turn("Refait", "Il n’y a rien à refaire.", session.next_redo, session.redo)
            case Word.SUMMARY:
                self.dialogue.say(*summary(session.grid, session.assessment, session.scores))
            case Word.RADAR:
                self.dialogue.say(*radar(session.grid, session.scores))
            case _:
                return False
        return True

    def turn(
        self,
        done: str,
        nothing: str,
        following: Callable[[], Edit | None],
        turn: Callable[[], Edit | None],
    ) -> Edit | None:
        """Undo or redo, and say it; return the edit, None when there is none or it was refused."""
        try:
            edit = following()
        except Refusal as refusal:
            self.dialogue.say(refusal.sentences())
            return None
        if edit is None:
            self.dialogue.say(nothing)
            return None
        name = without_mark(edit_name(self.session.grid, edit))
        return edit if self.keep(turn, f"{done} : {name}. {SAVED}") else None
