"""One assessment: its steps, said with what each lacks, and the step that the person chooses."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Final, NamedTuple

from ctg_tui.domain.assessment import Status
from ctg_tui.domain.scores import in_view, line_count
from ctg_tui.domain.steps import FindingCode, check
from ctg_tui.text_mode import desk as desk_words
from ctg_tui.text_mode import log, review
from ctg_tui.text_mode.desk import COMMON_HELP, Desk
from ctg_tui.text_mode.details import DetailsRoom
from ctg_tui.text_mode.dialogue import Back, Menu, fold_words, proposed_aloud, rank_in
from ctg_tui.text_mode.forecast import ForecastRoom
from ctg_tui.text_mode.grid import GridRoom
from ctg_tui.text_mode.meeting import PreparationRoom
from ctg_tui.text_mode.results import answers_aloud
from ctg_tui.text_mode.sending import SendingRoom
from ctg_tui.wording.french import count, revision_state, territory_name
from ctg_tui.wording.grid import closed_doors, closing, doors_turned
from ctg_tui.wording.provenance import missions_of

_HELP: Final = (
    "Tapez le numéro ou le nom d’une étape.\n"
    "« carnet » : les faits de l’année, à noter et à relire.\n"
    "« avis » : l’avis de la Caf sur cette évaluation, et vos réponses.\n"
    "« mission 2 » : ouvrir les lignes que ctg-tui y propose, ou les fermer. « missions » : toutes.\n"
    f"« retour » : l’accueil.\n{COMMON_HELP}"
)
_FORM: Final = frozenset({FindingCode.NO_TERRITORY, FindingCode.NO_COORDINATOR})
_BLANK: Final = "vide, facultatif"
_ADVICE: Final = frozenset({FindingCode.NO_SIREN, FindingCode.NO_ADVISER})


class Step(NamedTuple):
    """A step of the work: its name, what it lacks in words, and what to do there."""

    name: str
    state: Callable[[], str]
    run: Callable[[], None]


class AssessmentRoom:
    """Says the steps of an open assessment and goes to the one chosen, until the person goes back."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._following = 2

    def run(self, *, is_new: bool = False) -> None:
        """Ask for a step, again and again; Entrée alone goes to the one after the last, first to the grid.

        Of an assessment just created, the rest of the details is asked for before.
        """
        desk = self._desk
        with suppress(Menu):
            if is_new:
                DetailsRoom(desk).run(is_new=True)
        assessment = desk.session.assessment
        state = revision_state(assessment.status, assessment.revision)
        desk.dialogue.say(f"{territory_name(assessment.identity)}, {assessment.identity.year}, {state}.")
        review.announce(desk)
        self._announce_doors()
        is_changed = True
        while True:
            steps = self._steps()
            if is_changed:
                desk.dialogue.say_numbered(f"{step.name}, {step.state()}." for step in steps)
            try:
                following = str(self._following) if self._following <= len(steps) else ""
                default = f", ou Entrée pour la {following}" if following else ""
                answer = desk.dialogue.ask(f"Étape, de 1 à {len(steps)}{default} :", _HELP) or following
            except Menu:
                is_changed = True
                continue
            except Back:
                return
            is_changed = not answer or self._take(answer, steps)

    def _steps(self) -> tuple[Step, ...]:
        desk = self._desk
        return (
            Step("Vous", self._details_state, DetailsRoom(desk).run),
            Step("Grille", self._grid_state, GridRoom(desk).run),
            Step("Entretien", self._preparation_state, PreparationRoom(desk).run),
            Step("Prévisionnel", self._forecast_state, ForecastRoom(desk).run),
            Step("Envoi", self._sending_state, SendingRoom(desk).run),
        )

    def _take(self, answer: str, steps: Sequence[Step]) -> bool:
        """Go to the step answered, or do the command; return whether the steps are to be said again."""
        typed = fold_words(answer)
        named = [step for step in steps if fold_words(step.name).startswith(typed)]
        if (rank := rank_in(typed, len(steps))) is not None:
            named = [steps[rank - 1]]
        if len(named) == 1:
            self._following = steps.index(named[0]) + 2
            with suppress(Back, Menu):
                named[0].run()
            return True
        if typed in {"carnet", "avis"}:
            with suppress(Back, Menu):
                (log if typed == "carnet" else review).visit(self._desk)
            return True
        word, _, number = typed.partition(" ")
        if word in {"mission", "missions"} and (not number or number.isdigit()):
            self._turn_doors(number)
            return True
        if not self._desk.common(answer):
            expected = f"un numéro de 1 à {len(steps)}, ou le nom d’une étape"
            self._desk.dialogue.misunderstood(answer, expected)
        return False

    def _turn_doors(self, number: str) -> None:
        """Open the mission of that number, or close it; without a number, all of them."""
        session, dialogue = self._desk.session, self._desk.dialogue
        doors = [door for door in session.grid.doors if number in {"", str(door.mission.number)}]
        if not doors:
            there = f"dans la mission {number}" if number else "dans cette grille"
            dialogue.say(f"Il n’y a aucune ligne proposée {there}.")
            return
        closed = [door for door in doors if door in closed_doors(session.grid)]
        ids = [door.mission.id for door in closed or doors]
        turn = session.open_doors if closed else session.close_doors
        kept = "" if closed or session.is_read_only else closing(session.grid, session.assessment, ids)
        if kept and not dialogue.agree(
            f"Fermer {'les' if len(doors) > 1 else 'la'} {missions_of(doors)} ? {kept}"
        ):
            dialogue.say("Rien n’a été changé.")
        elif self._desk.keep(lambda: turn(ids)):
            said, _, _ = doors_turned(session.grid, ids, opens=bool(closed)).partition(".")
            dialogue.say(f"{said}.")

    def _announce_doors(self) -> None:
        session = self._desk.session
        closed = closed_doors(session.grid)
        if closed and not session.is_read_only:
            self._desk.dialogue.say(desk_words.closed(closed))

    # what each step lacks

    def _details_state(self) -> str:
        session = self._desk.session
        codes = {item.code for item in check(session.grid, session.assessment)}
        if codes & _FORM:
            return "il manque des renseignements"
        return "complet, sauf le facultatif" if codes & _ADVICE else "complet"

    def _grid_state(self) -> str:
        return answers_aloud(self._desk.session.scores, self._desk.numbers_left())

    def _preparation_state(self) -> str:
        session = self._desk.session
        seen, assessment = in_view(session.grid, session.assessment)
        actions = line_count(assessment.actions, seen.proposed_lines)
        if not assessment.preparation and not assessment.actions:
            return _BLANK
        texts = count(len(assessment.preparation), "texte")
        return f"{texts}, {count(actions.own, 'action')}{proposed_aloud(actions)}"

    def _forecast_state(self) -> str:
        return _BLANK if self._desk.session.forecast.is_blank else "commencé"

    def _sending_state(self) -> str:
        is_final = self._desk.session.assessment.status is Status.FINAL
        return "le fichier définitif est enregistré" if is_final else "les fichiers pour la Caf, à créer"
