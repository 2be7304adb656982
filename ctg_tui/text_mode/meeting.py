"""The preparation of the talk with the adviser: four texts, then actions for the lines noted 0 or 1."""

from __future__ import annotations

from functools import partial
from typing import Final

from ctg_tui.domain.assessment import Action, Moment, Outcome, PreparationTopic
from ctg_tui.domain.results import PastAction, to_close
from ctg_tui.domain.scores import line_count
from ctg_tui.services.results import former_years, last_time_of, whole_engagement
from ctg_tui.text_mode.desk import COMMON_HELP, SAVED, Desk, ask_only_for_text, saved
from ctg_tui.text_mode.dialogue import Word, ask_in_turn, command, line_aloud, proposed_aloud
from ctg_tui.wording.french import TOPICS, count, day
from ctg_tui.wording.lines import LineInWords, outcome_in_words, outcome_name, planned_lines
from ctg_tui.wording.typed import meeting_as_read, parse_date

_MEETING_HELP: Final = (
    "Tapez le jour et l’heure, par exemple 12 mars 14h30. Entrée seule passe à la suite.\n"
    f"« effacer » : retirer cette date.\n{COMMON_HELP}"
)
_ACTION_HELP: Final = (
    "Entrée seule passe à la suite.\n"
    "« écrire » : prévoir une action, ce qui sera fait, par qui, pour quand.\n"
    "« fait », « reporté » ou « abandonné » : ce qu’elle est devenue.\n"
    "« effacer » : retirer l’action.\n"
    f"« lire » : la relire.\n{COMMON_HELP}"
)

_FORMER_HELP: Final = (
    "Dites ce que cette action est devenue : « fait », « reporté » ou « abandonné ».\n"
    f"Entrée seule passe à la suite.\n{COMMON_HELP}"
)
_OUTCOMES: Final = {Word(outcome.value): outcome for outcome in Outcome}


class PreparationRoom:
    """Asks for each text, then for each line to work on."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def run(self) -> None:
        """Ask for the day of the meeting and the four texts, then for an action on each line noted 0 or 1."""
        session = self._desk.session
        texts = [topic for topic in PreparationTopic if topic is not PreparationTopic.MEETING]
        if not ask_in_turn([self._meeting, *(partial(self._topic, topic) for topic in texts)]):
            return
        if not self._former_years():
            return
        lines = planned_lines(session.grid, session.assessment)
        if not lines:
            self._desk.dialogue.say("Aucune ligne notée 0 ou 1 : aucune action à prévoir.")
            return
        chosen = line_count((line.id for line in lines), session.grid.proposed_lines)
        low = count(chosen.own, "ligne notée", "lignes notées")
        self._desk.dialogue.say(f"{low} 0 ou 1, à travailler{proposed_aloud(chosen)}.")
        ask_in_turn([partial(self._line, line, rank, len(lines)) for rank, line in enumerate(lines, 1)])

    def _former_years(self) -> bool:
        """Ask what became of each action of former years; return False when the person went back."""
        desk, session = self._desk, self._desk.session
        years = former_years(desk.workspace, session.grid, session.assessment)
        left = to_close(session.assessment, years)
        if left:
            actions = line_count((past.activity for past in left), session.grid.proposed_lines)
            which = f"{count(actions.own, 'action')} des années précédentes"
            desk.dialogue.say(f"{which}, suite à noter{proposed_aloud(actions)}.")
            if not ask_in_turn([partial(self._former, past) for past in left]):
                return False
        self._say_engagement()
        return True

    def _say_engagement(self) -> None:
        """Say every action of the engagement, for its last assessment."""
        desk, session = self._desk, self._desk.session
        if session.assessment.identity.moment is Moment.END:
            desk.dialogue.say("Toutes les actions de l’engagement :")
            for past in whole_engagement(desk.workspace, session.grid, session.assessment):
                number = line_aloud(session.grid, past.activity)
                planned = in_words(past.action._replace(outcome=None))
                became = f" Devenir : {outcome_in_words(past)}." if past.action.outcome else ""
                desk.dialogue.say(f"Ligne {number}, {past.planned}. {planned}{became}")

    def _former(self, past: PastAction) -> None:
        desk, session = self._desk, self._desk.session
        number = line_aloud(session.grid, past.activity)
        desk.dialogue.say(f"Ligne {number}, action de {past.planned}.", in_words(past.action))
        while True:
            answer = desk.dialogue.ask("Fait, reporté, abandonné, ou Entrée pour passer :", _FORMER_HELP)
            word, _ = command(answer)
            if word is Word.NOTHING:
                return
            if word in _OUTCOMES:
                self._close(past.activity, _OUTCOMES[word], past.action)
                return
            if not desk.common(answer):
                desk.dialogue.misunderstood(answer, "« fait », « reporté », « abandonné », ou Entrée")

    def _close(self, activity: str, outcome: Outcome, former: Action | None) -> None:
        desk = self._desk
        if former is None and activity not in desk.session.assessment.actions:
            desk.dialogue.say("Aucune action n’est prévue sur cette ligne.")
            return
        desk.keep(partial(desk.session.close_action, activity, outcome, former), saved(outcome_name(outcome)))

    def _meeting(self) -> None:
        """Ask for the day and the time of the meeting."""
        desk, session = self._desk, self._desk.session
        name = TOPICS[PreparationTopic.MEETING]
        prepare = partial(session.prepare, PreparationTopic.MEETING)
        while True:
            stored = session.assessment.preparation.get(PreparationTopic.MEETING, "")
            answer = desk.dialogue.ask(
                f"{name}, {stored or 'vide'}. Jour et heure, ou Entrée :", _MEETING_HELP
            )
            word, _ = command(answer)
            if word is Word.NOTHING:
                return
            if word is Word.CLEAR:
                desk.keep(partial(prepare, ""), saved("date retirée"))
            elif not desk.common(answer):
                try:
                    read = meeting_as_read(answer, desk.workspace.today())
                except ValueError as error:
                    desk.dialogue.say(f"{error} Recommencez.")
                    continue
                desk.keep(partial(prepare, read), saved(f"entretien le {read}"))
                session.end_typing()

    def _topic(self, topic: PreparationTopic) -> None:
        desk, session = self._desk, self._desk.session
        ask_only_for_text(
            desk,
            TOPICS[topic],
            lambda: session.assessment.preparation.get(topic, ""),
            partial(session.prepare, topic),
            lambda: self._before(topic),
        )

    def _before(self, topic: PreparationTopic) -> list[str]:
        """Return what was written last time, with its year."""
        desk = self._desk
        last = last_time_of(desk.workspace, desk.session.grid, desk.session.assessment)
        text = "" if last is None else last.assessment.preparation.get(topic, "")
        return [] if last is None or not text else [f"En {last.year} :", text]

    def _line(self, line: LineInWords, rank: int, last: int) -> None:
        desk, session = self._desk, self._desk.session
        number = line_aloud(session.grid, line.id)
        desk.dialogue.say(f"Ligne {number}, {rank} sur {last} : {line.label}", f"Notes : {line.notes}.")
        while line.id in session.grid.activities:  # an undone edit can have changed the lines
            action = session.assessment.actions.get(line.id)
            state = "action prévue" if action else "aucune action"
            answer = desk.dialogue.ask(f"Ligne {number}, {state}. « écrire », ou Entrée :", _ACTION_HELP)
            word, _ = command(answer)
            if word is Word.NOTHING:
                return
            if word is Word.WRITE:
                self._plan(line.id, action)
            elif word is Word.READ:
                desk.dialogue.say(in_words(action))
            elif word in _OUTCOMES:
                self._close(line.id, _OUTCOMES[word], None)
            elif word is Word.CLEAR:
                desk.keep(partial(session.plan, line.id, None), saved("action retirée"))
                session.end_typing()
            elif not desk.common(answer):
                desk.dialogue.misunderstood(answer, "Entrée, ou « écrire » pour une action")

    def _plan(self, activity: str, former: Action | None) -> None:
        """Ask for the three parts of an action, and save it whole."""
        desk = self._desk
        before = former or Action("")
        kept = ", Entrée pour garder" if former else ""
        help_text = "Tapez un texte, puis Entrée."
        what = desk.dialogue.ask_text(f"Ce qui sera fait{kept} :", help_text) or before.what
        if not what:
            desk.dialogue.say("Aucune action : rien n’a été changé.")
            return
        who = desk.dialogue.ask_text(f"Par qui{kept} :", help_text) or before.who
        due = before.due
        while typed := desk.dialogue.ask_text(
            f"Pour quelle date{kept or ', Entrée si inconnue'} :", help_text
        ):
            try:
                due = parse_date(typed, desk.workspace.today())
                break
            except ValueError as error:
                desk.dialogue.say(f"{error} Recommencez.")
        action = Action(what, who, due, before.outcome)
        desk.keep(partial(desk.session.plan, activity, action), f"{SAVED} {in_words(action)}")
        desk.session.end_typing()


def in_words(action: Action | None) -> str:
    """Return an action as a sentence."""
    if action is None:
        return "Aucune action n’est prévue."
    parts = [action.what, f"par {action.who}" if action.who else ""]
    parts.append(f"pour le {day(action.due)}" if action.due else "")
    became = "" if action.outcome is None else f" C’est {outcome_name(action.outcome)}."
    return f"Action : {', '.join(filter(None, parts))}.{became}"
