"""What every part of the job needs: the dialogue, the assessment, common commands, places of a grid."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Final, NamedTuple

from ctg_tui.domain.changes import Edit, Field
from ctg_tui.domain.errors import NotSaved, Refusal
from ctg_tui.domain.grid import Grid
from ctg_tui.domain.steps import check
from ctg_tui.domain.text import MAX_TEXT_LENGTH
from ctg_tui.services.editing import AsksFirst
from ctg_tui.services.results import years_of
from ctg_tui.text_mode.dialogue import Dialogue, Word, aloud, without_mark, word_of
from ctg_tui.text_mode.results import missing, results
from ctg_tui.wording.french import count
from ctg_tui.wording.grid import edit_name, edit_with_place
from ctg_tui.wording.thread import place_of

if TYPE_CHECKING:
    from ctg_tui.domain.thread import Point, Said
    from ctg_tui.services.editing import Session
    from ctg_tui.services.workspace import Workspace


SAVED: Final = "Enregistré."
COMMON_HELP: Final = (
    "« annuler » ou « refaire » : la dernière modification.\n"
    "« résultats » : les pourcentages, ce qui a changé depuis l’année d’avant, ce qui manque."
)
HELP: Final = f"{COMMON_HELP}\n« retour » : la question d’avant.\n« menu » : les étapes de l’évaluation."
"""The end of the help at a question about an assessment."""


def saved(what: str) -> str:
    """Return `Enregistré : Famille, 2.`"""
    return f"Enregistré : {what}."


class Desk(NamedTuple):
    """One open assessment, and the person's dialogue with it."""

    dialogue: Dialogue
    workspace: Workspace
    session: Session

    def keep(self, edit: Callable[[], object], said: str = SAVED) -> bool:
        """Run `edit` and say `said`: it is on the disk; else say why not. Return whether it was done."""
        say = self.dialogue.say
        try:
            edit()
        except AsksFirst as question:
            if not self.dialogue.agree(question.message):
                say("Rien n’a été changé.")
                return False
            question.agree()
            return self.keep(edit, said)
        except NotSaved as refusal:
            say(f"Ce n’est pas enregistré. {refusal.sentences()}")
            return False
        except Refusal as refusal:
            say(refusal.sentences())
            return False
        say(said)
        return True

    def turn(self, word: Word) -> Edit | None:
        """Undo or redo, and say what; return the edit, None when there is none or it was refused."""
        is_undo, session, done = word is Word.UNDO, self.session, None
        with self.dialogue.saying_refusals():
            edit = session.next_undo() if is_undo else session.next_redo()
            if edit is None:
                self.dialogue.say(f"Il n’y a rien à {word}.")
            else:
                said = f"{'Annulé' if is_undo else 'Refait'} : {self._name(edit)}. {SAVED}"
                done = edit if self.keep(session.undo if is_undo else session.redo, said) else None
        return done

    def _name(self, edit: Edit) -> str:
        """Return what an edit is, with its value and its place."""
        grid, said = self.session.grid, self.session.assessment.said
        if rows := [said[one.key] for one in edit.changes if one.field is Field.DRAFT and one.key in said]:
            return ", ".join([edit_name(grid, edit), *(place_aloud(grid, row) for row in rows)])
        return without_mark(edit_with_place(grid, edit))

    @property
    def state(self) -> tuple[object, ...]:
        """What is stored of it: another one after each edit that changed something."""
        return self.session.assessment, self.session.forecast

    def common(self, answer: str) -> bool:
        """Do what `answer` asks for if it is a command known at every question; return whether it was."""
        word, session = word_of(answer), self.session
        match word:
            case Word.UNDO | Word.REDO:
                self.turn(word)
            case Word.RESULTS:
                with self.dialogue.saying_refusals():
                    found = years_of(self.workspace, session.grid, session.assessment)
                    self.dialogue.say(*results(found))
                self.dialogue.say(*missing(session.grid, check(session.grid, session.assessment)))
            case _:
                return False
        return True


# Texts of several lines: each line is on the disk before the next one is asked for.

_TEXT_HELP: Final = (
    "Chaque ligne tapée s’ajoute au texte et s’enregistre. Entrée seule le termine.\n"
    "« effacer » : le supprimer.\n"
    "« lire » : le relire, et celui de la dernière fois s’il y en a un.\n"
)


def ask_for_text(
    desk: Desk,
    name: str,
    present: Callable[[], str],
    save: Callable[[str], object],
    *,
    before: str = "",
    end: Callable[[], None] | None = None,
    is_command: Callable[[str], bool] = lambda _: False,
    words: str = HELP,
) -> str:
    """Take a text line by line until Entrée alone; it can be read and removed. `before` is read with it.

    `end` is called once the text is left. `is_command` tells another command from a line.

    Return an empty string, or the command that is none of this.
    """
    dialogue = desk.dialogue
    try:
        while True:
            text = present()
            state = f"{count(len(text.splitlines()), 'ligne')}.\nLa suite" if text else "vide.\nVotre texte"
            answer = dialogue.ask(f"{name}, {state}, ou Entrée :", f"{_TEXT_HELP}{words}")
            word = word_of(answer)
            longer = "\n".join(filter(None, (text, answer.removeprefix("="))))
            if word is Word.READ:
                dialogue.say(f"{name} :", text or "Vide.", before)
            elif word is Word.CLEAR:
                desk.keep(partial(save, ""), f"{name}, vide. {SAVED}")
            elif not answer or word is not None or is_command(answer):
                return answer
            elif len(longer) > MAX_TEXT_LENGTH:
                most = count(MAX_TEXT_LENGTH, "caractère")
                dialogue.say(f"Cette ligne n’est pas enregistrée : le texte dépasserait {most}.")
            else:
                desk.keep(partial(save, longer))
    finally:
        desk.keep(end or desk.session.end_typing, "")


# The places of a grid in words.


def place_aloud(grid: Grid | None, place: Point | Said) -> str:
    """Return `ligne 1.3 Famille`, `ligne 2.1 (proposée)`, `Sur l’ensemble`: what was spoken of."""
    name = aloud(place_of(grid, place))
    return name if place.line is None else f"ligne {name}"
