"""The log (*carnet*): facts noted by questions, read again, taken into comments and numbers."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final, TypeVar

from ctg_tui.domain.errors import Refusal
from ctg_tui.domain.log import LogEntry, total_of
from ctg_tui.domain.text import clean
from ctg_tui.services.log import (
    LogBook,
    new_entry,
    read_places,
    require_sentence,
    today_of_facts,
    year_of_log,
)
from ctg_tui.text_mode.desk import Desk, keep, saved, turn
from ctg_tui.text_mode.dialogue import PROPOSED, Word, command
from ctg_tui.wording.french import count, day, thousands
from ctg_tui.wording.log import FACTS_TAKEN, STAYS, fact_in_a_line, facts_added, facts_in_comment
from ctg_tui.wording.typed import date_meant, has_year, parse_number, parse_past_date

if TYPE_CHECKING:
    from datetime import date

    from ctg_tui.domain.assessment import Territory
    from ctg_tui.domain.grid import Grid
    from ctg_tui.services.workspace import Workspace
    from ctg_tui.text_mode.dialogue import Dialogue

Read = TypeVar("Read")

_HELP: Final = (
    "Écrivez ce qui s’est passé, en une phrase, puis Entrée.\n"
    "« lire » : les faits notés, les derniers d’abord.\n"
    "« annuler » ou « refaire » : la dernière modification du carnet.\n"
    "Entrée seule : revenir."
)


class LogRoom:
    """Asks for one fact after the other, until the person goes back."""

    def __init__(self, dialogue: Dialogue, workspace: Workspace, territory: Territory, grid: Grid) -> None:
        """Open the log of a territory. Raises Refusal without one."""
        self._dialogue = dialogue
        self._workspace = workspace
        self._grid = grid
        self._book = LogBook(workspace.store, territory)

    def run(self) -> None:
        """Ask for facts; Entrée alone ends."""
        dialogue = self._dialogue
        dialogue.say(f"Carnet de {self._book.territory.name}, {count(len(self._book.facts), 'fait')}.", STAYS)
        while answer := dialogue.ask("Fait à noter, ou Entrée pour finir :", _HELP):
            match command(answer)[0]:
                case Word.READ:
                    self._read()
                case Word.UNDO | Word.REDO as word:
                    turn(dialogue, self._workspace, self._grid, self._book, word)
                case _:
                    self.note(answer)

    def note(self, text: str, line: str = "") -> None:
        """Ask for what goes with a fact, and save it; `line` is the number of the line it is noted on."""
        dialogue = self._dialogue
        try:
            require_sentence(clean(text).strip())
        except Refusal as refusal:  # before the questions, which would be for nothing
            dialogue.say(refusal.sentences())
            return
        on = self._asked("Date, ou Entrée pour aujourd’hui :", self._day)
        entry = LogEntry(on, text)
        if line:
            entry = new_entry(self._grid, entry.on, text, [line])
        else:
            places = self._asked(
                "Compte pour, quelques lettres d’une ligne ou d’un indicateur, ou Entrée :",
                lambda typed: read_places(self._grid, typed),
            )
            keys = [place.key for place in places]
            entry = entry._replace(
                activities=tuple(key for key in keys if key in self._grid.whole.activities),
                indicators=tuple(key for key in keys if key in self._grid.whole.indicators),
            )
        entry = entry._replace(number=self._asked("Nombre, ou Entrée :", parse_number))
        said = saved(f"le {day(entry.on)}, {fact_in_a_line(self._grid.whole, entry, PROPOSED)}")
        keep(dialogue, self._workspace, lambda: self._book.note(entry), said)

    def _day(self, typed: str) -> date:
        """Return the day typed, or today. Raises ValueError; Refusal when the clock is wrong."""
        meant = date_meant(typed, self._dialogue.keyboard)
        today = self._workspace.today() if has_year(meant) else today_of_facts(self._workspace)
        return parse_past_date(meant, today) or today

    def _asked(self, question: str, reading: Callable[[str], Read]) -> Read:
        """Return what `reading` makes of the answer, asked again until it is one."""
        while True:
            typed = self._dialogue.ask_text(question, "Tapez la réponse, ou Entrée seule pour passer.")
            try:
                return reading(typed)
            except ValueError as error:
                self._dialogue.say(f"{error} Recommencez.")
            except Refusal as refusal:
                self._dialogue.say(refusal.sentences())

    def _read(self) -> None:
        facts = self._book.facts
        if not facts:
            self._dialogue.say("Aucun fait noté.")
        for fact in facts:
            self._dialogue.say(
                f"{day(fact.entry.on)} : {fact_in_a_line(self._grid.whole, fact.entry, PROPOSED)}"
            )


def _room_of(desk: Desk) -> LogRoom | None:
    """Return the log of the territory of the open assessment; None, once said why, without one."""
    territory = desk.session.assessment.identity.territory
    with desk.dialogue.saying_refusals():
        return LogRoom(desk.dialogue, desk.workspace, territory, desk.session.grid)
    return None


def visit(desk: Desk) -> None:
    """Open the log of the open assessment, or say why there is none."""
    if (room := _room_of(desk)) is not None:
        room.run()


def note_on(desk: Desk, line: str) -> None:
    """Ask for a fact on a line of the grid, given by its number."""
    if (room := _room_of(desk)) is None:
        return
    text = desk.dialogue.ask_text(f"Fait à noter, ligne {line} :", "Une phrase, ou Entrée seule pour passer.")
    if text:
        room.note(text, line)


def take_into_comment(desk: Desk, activity: str) -> None:
    """Add the facts of the year on a line to its comment, each once."""
    session = desk.session
    facts = year_of_log(desk.workspace, session.grid, session.assessment).of_line(activity)
    before = session.assessment.comments.get(activity, "")
    comment = facts_in_comment(before, facts)
    if not facts:
        desk.dialogue.say("Aucun fait au carnet cette année sur cette ligne. « carnet » en note un.")
    elif comment == before:
        desk.dialogue.say(FACTS_TAKEN)
    else:
        many = count(facts_added(before, comment), "fait repris", "faits repris")
        desk.keep(lambda: session.rewrite(activity, comment), saved(f"{many} dans le commentaire"))


def counted(desk: Desk, indicator: str) -> tuple[LogEntry, ...]:
    """Return the facts of the year tied to an indicator."""
    session = desk.session
    return year_of_log(desk.workspace, session.grid, session.assessment).of_line(indicator)


def take_number(desk: Desk, indicator: str) -> None:
    """Set the number of an indicator to what the log counts."""
    facts = counted(desk, indicator)
    if not facts:
        desk.dialogue.say("Aucun fait au carnet cette année pour cet indicateur.")
        return
    number = total_of(facts)
    desk.keep(lambda: desk.session.count(indicator, number), saved(f"Nombre, {thousands(number)}"))
