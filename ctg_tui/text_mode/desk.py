"""What every part of the job needs: the dialogue, the assessment, common commands, places of a grid."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import TYPE_CHECKING, Final, NamedTuple

from ctg_tui.domain.assessment import Assessment, Cell, answer_text
from ctg_tui.domain.changes import Edit, Field
from ctg_tui.domain.errors import NotSaved, Refusal
from ctg_tui.domain.grid import Activity, Grid, Indicator, Mission, number_of
from ctg_tui.domain.steps import check, numbers_left
from ctg_tui.domain.text import MAX_TEXT_LENGTH, fold
from ctg_tui.services.editing import AsksFirst
from ctg_tui.services.results import former_actions, last_time_of, years_of
from ctg_tui.text_mode.dialogue import (
    PROPOSED,
    Dialogue,
    Word,
    command,
    without_mark,
)
from ctg_tui.text_mode.results import actions_aloud, missing, results, years
from ctg_tui.wording.french import NBSP, count
from ctg_tui.wording.grid import edit_name
from ctg_tui.wording.lines import MARK
from ctg_tui.wording.thread import place_of

if TYPE_CHECKING:
    from ctg_tui.domain.results import LastTime
    from ctg_tui.domain.thread import Point, Said
    from ctg_tui.services.editing import Session
    from ctg_tui.services.workspace import Workspace


SAVED: Final = "Enregistré."
COMMON_HELP: Final = (
    "« annuler » ou « refaire » : la dernière modification.\n"
    "« résultats » : ce qui est fait, les pourcentages, ce qui manque.\n"
    "« années » : les chiffres d’année en année, et ce que sont devenues les actions."
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
        """Run `edit` and say `said`: it is on the disk; else say why not. Return whether it was done."""
        say = self.dialogue.say
        try:
            try:
                edit()
            except AsksFirst as question:
                if not self.dialogue.agree(question.message):
                    say("Rien n’a été changé.")
                    return False
                question.agree()
                edit()
        except NotSaved as refusal:
            say(f"Ce n’est pas enregistré. {refusal.sentences()}")
            return False
        except Refusal as refusal:
            say(refusal.sentences())
            return False
        say(*filter(None, [said]))
        return True

    def turn(self, word: Word) -> Edit | None:
        """Undo or redo, and say what; return the edit, None when there is none or it was refused."""
        is_undo, session = word is Word.UNDO, self.session
        with self.dialogue.saying_refusals():
            edit = session.next_undo() if is_undo else session.next_redo()
            if edit is None:
                self.dialogue.say(f"Il n’y a rien à {word}.")
                return None
            said = f"{'Annulé' if is_undo else 'Refait'} : {self._name(edit)}. {SAVED}"
            return edit if self.keep(session.undo if is_undo else session.redo, said) else None
        return None

    def _name(self, edit: Edit) -> str:
        """Return what an edit is, with its place where an answer to the Caf has one."""
        grid, said = self.session.grid, self.session.assessment.said
        rows = [
            said[change.key] for change in edit.changes if change.field is Field.DRAFT and change.key in said
        ]
        return ", ".join([without_mark(edit_name(grid, edit)), *(place_aloud(grid, row) for row in rows)])

    def common(self, answer: str) -> bool:
        """Do what `answer` asks for if it is a command known at every question; return whether it was."""
        word, _ = command(answer)
        session = self.session
        match word:
            case Word.UNDO | Word.REDO:
                self.turn(word)
            case Word.RESULTS:
                self.dialogue.say(*results(session.grid, session.scores))
                self.dialogue.say(*missing(check(session.grid, session.assessment)))
            case Word.YEARS:
                self.say_years()
            case _:
                return False
        return True

    def numbers_left(self) -> int:
        """Return how many numbers of the Caf's indicators are still to be given."""
        return numbers_left(self.session.grid, self.session.assessment)

    def last_time(self) -> LastTime | None:
        """Return last time's assessment; None without one, or when it was said that it cannot be read."""
        with self.dialogue.saying_refusals():
            return last_time_of(self.workspace, self.session.grid, self.session.assessment)
        return None

    def say_years(self) -> None:
        """Say the figures of each year of the territory, and what became of the actions decided."""
        grid, assessment = self.session.grid, self.session.assessment
        with self.dialogue.saying_refusals():
            found = years_of(self.workspace, grid, assessment)
            actions = former_actions(self.workspace, grid, assessment)
            self.dialogue.say(*years(found), *actions_aloud(actions))


# Texts of several lines: each line is on the disk before the next one is asked for.

END: Final = "."
"""The line that ends a text."""


def write(desk: Desk, title: str, present: str, save: Callable[[str], None]) -> bool:
    """Take lines until « . », and save the text after each; they go on from the text already `present`.

    Return whether the person ended it, False when a line was refused.

    `effacer` as the first line removes the text. Raises Quit at the end of the input: what was typed is
    saved.
    """
    dialogue, text = desk.dialogue, present
    if present:
        dialogue.say(f"{title}, texte actuel :", present)
        dialogue.say("Ce que vous tapez vient à la suite. « effacer », tout de suite, le supprime.")
    dialogue.say("Un point, seul sur une ligne, termine le texte.")
    question = f"{title} :"
    is_first = True
    try:
        while (line := dialogue.line(question)).strip() != END:
            if is_first and command(line)[0] is Word.CLEAR and present:
                return desk.keep(partial(save, ""), f"{title}, effacé. {SAVED}")
            longer = f"{text}\n{line}" if text else line
            if len(longer) > MAX_TEXT_LENGTH:
                most = count(MAX_TEXT_LENGTH, "caractère")
                dialogue.say(f"Cette ligne n’est pas enregistrée : le texte dépasserait {most}.")
                question = "Une ligne plus courte, ou un point pour finir :"
                continue
            text, is_first = longer, False
            if not desk.keep(partial(save, text)):
                return False
            question = "Suite, ou un point pour finir :"
    finally:
        desk.session.end_typing()
    dialogue.say(f"{title} : terminé.")
    return True


_TEXT_HELP: Final = (
    "Entrée seule passe à la suite.\n"
    "« écrire » : commencer le texte, ou le continuer.\n"
    "« effacer » : le supprimer.\n"
    f"« lire » : le relire, et celui de la dernière fois s’il y en a un.\n{COMMON_HELP}"
)


def ask_for_text(
    desk: Desk,
    name: str,
    present: Callable[[], str],
    save: Callable[[str], None],
    before: Callable[[], Sequence[str]] = tuple,
    end: Callable[[], None] | None = None,
) -> str:
    """Let a text be written, read, removed until one passes on; `before` returns what to read with it.

    `end` is called once a text is whole.

    Return an empty string, or the answer that is none of this.
    """
    while True:
        text = present()
        state = "renseigné" if text else "vide"
        answer = desk.dialogue.ask(f"{name}, {state}. « écrire », ou Entrée :", _TEXT_HELP)
        word, _ = command(answer)
        if word is Word.WRITE:
            if write(desk, name, text, save) and end is not None:
                desk.keep(end, "")
        elif word is Word.READ:
            desk.dialogue.say(f"{name} :", text or "Vide.", *before())
        elif word is Word.CLEAR:
            desk.keep(partial(save, ""), f"{name} : vide. {SAVED}")
            (end or desk.session.end_typing)()
        else:
            return answer


# The places of a grid in words, and the places that a person names: `1.3`.


def place_aloud(grid: Grid | None, place: Point | Said) -> str:
    """Return `ligne 1.3 Famille`, `ligne 2.1 (proposée)`, `Sur l’ensemble`: what was spoken of."""
    name = place_of(grid, place).replace(f"{NBSP}{MARK}", PROPOSED)
    return name if place.line is None else f"ligne {name}"


def rank_of(mission: Mission, line: str) -> int:
    """Return the rank of an activity in its mission, from 1."""
    return [activity.id for activity in mission.activities].index(line) + 1


def question(grid: Grid, assessment: Assessment, cell: Cell) -> str:
    """Return `Mission 2, ligne 3 sur 12. Famille :`, with the present answer if there is one."""
    mission = grid.mission_of[cell.activity]
    answer = assessment.answers.get(cell)
    present = "" if answer is None else f", actuellement {answer_text(answer)}"
    rank = rank_of(mission, cell.activity)
    where = f"Mission {mission.number}, ligne {rank} sur {len(mission.activities)}"
    return f"{where}. {grid.policies_by_id[cell.policy].label}{present} :"


def described(grid: Grid, assessment: Assessment, activity: Activity) -> Iterator[str]:
    """Yield the text of a line, whose it is when it is not the Caf's, and whether it has a comment."""
    yield f"Ligne {number_of(grid, activity.id)} : {activity.label}"
    yield from whose(grid, activity)
    if activity.id in assessment.comments:
        yield "Cette ligne a un commentaire : « lire » le dit."


def whose(grid: Grid, line: Activity | Indicator) -> Iterator[str]:
    """Yield whose a line is when it is not the Caf's."""
    if line.is_proposed:
        provenance = grid.provenance(line.source)
        yield f"{provenance[:1].upper()}{provenance[1:]}."


def cell_named(grid: Grid, name: str, policy: str) -> Cell | None:
    """Return the cell of `2.3`, or of `2.3/famille` by the beginning of a policy; None for no such cell."""
    place, _, column = name.partition("/")
    named = [one.id for one in grid.policies if fold(one.label).startswith(fold(column.strip()))]
    line = next((one for one in grid.activities if number_of(grid, one) == place.strip()), None)
    if line is None or (column and len(named) != 1):
        return None
    return Cell(line, named[0] if column else policy)
