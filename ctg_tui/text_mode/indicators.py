"""The indicators: one number a question, with its comment on demand."""

from __future__ import annotations

from functools import partial
from typing import Final

from ctg_tui.domain.assessment import Profile
from ctg_tui.domain.completeness import is_asked, numbers_given
from ctg_tui.domain.grid import Indicator, Mission
from ctg_tui.text_mode import log
from ctg_tui.text_mode.desk import COMMON_HELP, Desk, saved
from ctg_tui.text_mode.spoken import proposed_aloud
from ctg_tui.text_mode.steps import ask_in_turn
from ctg_tui.text_mode.words import Word, command
from ctg_tui.text_mode.writing import write
from ctg_tui.wording.french import PROFILES, count, thousands
from ctg_tui.wording.log import offer_of_number
from ctg_tui.wording.typed import parse_number

_HELP: Final = (
    "Tapez un nombre entier, puis Entrée. Entrée seule ne change rien.\n"
    "« effacer » : retirer le nombre.\n"
    "« reprendre carnet » : le nombre que donnent les faits du carnet.\n"
    "« commentaire » : écrire celui de l’indicateur.\n"
    f"« lire » : le relire.\n{COMMON_HELP}"
)


class IndicatorsRoom:
    """Asks for the number of one indicator after the other."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def run(self) -> None:
        """Ask for every indicator that is asked of this assessment."""
        session = self._desk.session
        every = [
            (mission, indicator) for mission in session.grid.missions for indicator in mission.indicators
        ]
        asked = [each for each in every if is_asked(each[1], session.assessment)]
        if not every:
            self._desk.dialogue.say("Cette grille n’a aucun indicateur.")
        if len(asked) < len(every):
            profile = PROFILES[Profile.PROJECT_LEAD]
            self._desk.dialogue.say(f"Les indicateurs réservés au {profile} ne sont pas demandés.")
        is_done = ask_in_turn([partial(self._ask, mission, indicator) for mission, indicator in asked])
        if asked and is_done:
            self._desk.dialogue.say(f"Fin des indicateurs : {numbers_said(self._desk)}.")

    def _ask(self, mission: Mission, indicator: Indicator) -> None:
        desk, session = self._desk, self._desk.session
        rank = [each.id for each in mission.indicators].index(indicator.id) + 1
        where = f"Mission {mission.number}, indicateur {rank} sur {len(mission.indicators)}"
        desk.dialogue.say(f"{where} : {indicator.label}")
        if indicator.is_proposed:
            provenance = session.grid.provenance(indicator.source)
            desk.dialogue.say(f"{provenance[:1].upper()}{provenance[1:]}.")
        facts = () if indicator.is_heading else log.counted(desk, indicator.id)
        if facts and not session.is_read_only:
            desk.dialogue.say(f"{offer_of_number(facts)}, par « reprendre carnet ».")
        while True:
            number = session.assessment.numbers.get(indicator.id)
            present = "" if number is None else f", actuellement {thousands(number)}"
            question = f"{where}, un titre. Entrée :"
            if not indicator.is_heading:
                question = f"{where}. Nombre{present} :"
            answer = desk.dialogue.ask(question, _HELP)
            word, _ = command(answer)
            if word in {Word.NOTHING, Word.NEXT}:
                return
            if word is Word.COMMENT:
                text = session.assessment.remarks.get(indicator.id, "")
                write(desk, "Commentaire", text, partial(session.remark, indicator.id))
            elif word is Word.READ:
                text = session.assessment.remarks.get(indicator.id, "")
                desk.dialogue.say("Commentaire :", text) if text else desk.dialogue.say("Pas de commentaire.")
            elif word is Word.TAKE_FACTS and not indicator.is_heading:
                log.take_number(desk, indicator.id)
            elif word is Word.CLEAR:
                desk.keep(partial(session.count, indicator.id, None), saved("nombre retiré"))
            elif not desk.common(answer) and self._count(indicator, answer):
                return

    def _count(self, indicator: Indicator, answer: str) -> bool:
        """Save the number typed; return whether it was one."""
        desk = self._desk
        if indicator.is_heading:
            desk.dialogue.say("C’est un titre de rubrique : il n’a pas de nombre.")
            return False
        try:
            number = parse_number(desk.dialogue.digits(answer))
        except ValueError as error:
            desk.dialogue.say(f"{error} Rien n’a été changé.")
            return False
        if number is None:
            return False
        return desk.keep(
            partial(desk.session.count, indicator.id, number), saved(f"Nombre, {thousands(number)}")
        )


def numbers_said(desk: Desk) -> str:
    """Return `1 nombre sur 2, et 0 sur 12 aux lignes proposées`: those given, of those asked for."""
    session = desk.session
    given, asked = numbers_given(session.grid.indicators.values(), session.assessment)
    return f"{count(given.own, 'nombre')} sur {asked.own}{proposed_aloud(given, asked)}"
