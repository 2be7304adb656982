"""The assessments, chosen by their number, begun, gone on with; one of them, step by step."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Final

from ctg_tui.domain.assessment import Moment
from ctg_tui.domain.errors import EXIT_INTERRUPTED, Refusal
from ctg_tui.domain.steps import Step, steps_of
from ctg_tui.services import backups
from ctg_tui.services.details import PEOPLE, DetailsForm, NewForm
from ctg_tui.services.forecast import ForecastForm
from ctg_tui.services.home import SentAndHeard, each_sent_and_heard, sent_and_heard
from ctg_tui.services.meeting import MeetingForm
from ctg_tui.services.sending_form import SendingForm
from ctg_tui.services.sent import changes_since_latest
from ctg_tui.services.workspace import Workspace, double_of, next_year, open_workspace
from ctg_tui.system import places
from ctg_tui.text_mode.desk import COMMON_HELP, SAVED, Desk, saved
from ctg_tui.text_mode.dialogue import (
    Back,
    Dialogue,
    Menu,
    Quit,
    Word,
    aloud,
    fold_words,
    number_and_name,
    on_terminal,
    rank_in,
    word_of,
)
from ctg_tui.text_mode.form import FormRoom, Unopened
from ctg_tui.text_mode.grid import GridRoom, go_through
from ctg_tui.text_mode.results import answers_of
from ctg_tui.wording import forecast as forecast_words
from ctg_tui.wording.french import MOMENTS, assessment_name, count, due_words, state_of, territory_name
from ctg_tui.wording.sending import changed_values
from ctg_tui.wording.steps import NAMES, lacking
from ctg_tui.wording.thread import caf_answered

if TYPE_CHECKING:
    from ctg_tui.services.workspace import Summary

_HELP_ON_STEPS: Final = (
    "Tapez le numéro ou le nom d’une étape.\n"
    "« répondre » : lire ce que la Caf a répondu, point par point, et y répondre.\n"
    f"{COMMON_HELP}\n"
    "« retour » : l’accueil, où « ouvrir » prend la réponse de la Caf."
)


class AssessmentRoom:
    """Says the steps of an open assessment and goes to the one chosen, until the person goes back."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def run(self, *, is_new: bool = False, to_answers: bool = False) -> None:
        """Say what was heard, then ask for a step, again and again.

        Of an assessment just created, the rest of the details is asked for before; of one whose answer of
        the Caf was just opened, its points come first (`to_answers`).
        """
        desk, session = self._desk, self._desk.session
        with suppress(Menu):
            if is_new:
                self._details(PEOPLE if session.assessment.identity.territory.name else "")
        desk.dialogue.say(
            f"{territory_name(session.assessment.identity)}, {session.assessment.identity.year}."
        )
        if waiting := caf_answered(point for point in session.points if point.is_to_see):
            desk.dialogue.say(f"{waiting[:1].upper()}{waiting[1:]}. « répondre » pour les lire.")
        if to_answers:
            self._answer()
        with suppress(Back):
            self._ask_steps()

    def _ask_steps(self) -> None:
        """Ask until the person goes back; Entrée alone goes to the grid first, then to the step after."""
        dialogue, following, is_said = self._desk.dialogue, 2, False
        rooms = (self._details, GridRoom(self._desk).run, self._meeting, self._forecast, self._send)
        names = [fold_words(name) for name, _ in NAMES.values()]
        while True:
            if not is_said:
                dialogue.say_numbered(self._states())
            default = str(following) if following <= len(rooms) else ""
            question = f"Étape, de 1 à {len(rooms)}{f', ou Entrée pour la {default}' if default else ''} :"
            is_said = False
            try:
                answer = dialogue.ask(question, _HELP_ON_STEPS) or default
            except Menu:
                continue
            typed = fold_words(answer)
            rank = rank_in(typed, len(rooms))
            named = [number for number, name in enumerate(names, 1) if typed and name.startswith(typed)]
            if rank is not None or len(named) == 1:
                following = (rank or named[0]) + 1
                with suppress(Back, Menu), dialogue.saying_refusals():
                    rooms[following - 2]()
            elif word_of(typed) is Word.ANSWER:
                self._answer()
            elif answer and not self._desk.common(answer):
                is_said = True
                dialogue.misunderstood(answer, f"un numéro de 1 à {len(rooms)}, ou le nom d’une étape")

    def _states(self) -> Iterator[str]:
        """Yield each step with how far it is, as Accueil says it; of the files made, what changed since."""
        desk, session = self._desk, self._desk.session
        grid, assessment, sent = session.grid, session.assessment, session.sent
        is_sent = sent is not None and sent.is_final
        for one in steps_of(grid, assessment, session.scores, session.forecast, is_sent=is_sent):
            figures = f", {one.done} sur {one.asked}" if one.step is Step.GRID else ""
            state = lacking(grid, assessment, one)
            if one.step is Step.SENDING and sent is not None:
                state = f"{sent_and_heard(desk.workspace, assessment).lines[0]}."
            yield aloud(f"{NAMES[one.step][0]}{figures}. {state}")

    def _details(self, first: str = "") -> None:
        """Ask for the details, from the row `first` on."""
        FormRoom(self._desk, DetailsForm(self._desk.workspace, self._desk.session)).run(first)

    def _meeting(self) -> None:
        FormRoom(self._desk, MeetingForm(self._desk.workspace, self._desk.session)).run()

    def _forecast(self) -> None:
        """Ask for the forecast, then say its terms."""
        say, form = self._desk.dialogue.say, ForecastForm(self._desk.session)
        if FormRoom(self._desk, form).run():
            basis = forecast_words.basis(form.table) if form.table.rate else ""
            say(forecast_words.doubt(form.table), basis)
            say(*forecast_words.caf_sentences(self._desk.session.grid.funding))

    def _send(self) -> None:
        """Say what changed since the latest files, then ask for what goes, and make the files."""
        desk, session = self._desk, self._desk.session
        changes = changes_since_latest(desk.workspace, session.grid, session.assessment)
        values = changed_values(session.grid, changes)
        desk.dialogue.say(*(f"Changé depuis : {value.replace(' → ', ', puis ')}" for value in values))
        form = SendingForm(desk.workspace, session)
        try:
            FormRoom(desk, form).run()
        finally:
            if form.made is None:
                desk.dialogue.say("Rien n’a été créé.")

    def _answer(self) -> None:
        """Read what the Caf answered and waits on, else all of it, and take what is answered to it."""
        session, say = self._desk.session, self._desk.dialogue.say
        points, waiting = session.points, [point for point in session.points if point.is_to_see]
        if points and not waiting:
            number = count(len(points), "point déjà répondu ou réglé", "points déjà répondus ou réglés")
            say(f"{number}. « menu » pour les étapes.")
        nothing = "La Caf n’a encore rien répondu. À l’accueil, « ouvrir » prend sa réponse."
        with suppress(Back, Menu):
            is_whole = go_through(self._desk, waiting or points, nothing)
            if is_whole and any(point.draft and point.draft.is_kept for point in session.points):
                say("Vos réponses partent avec le prochain envoi.")


_HELP_AT_FIRST: Final = (
    "« ouvrir », puis un chemin : le tableur de la Caf, sa réponse, un fichier pour la Caf, une grille.\n"
    "« toujours texte » : ouvrir désormais ctg-tui par questions et réponses.\n"
    "« toujours écran » : l’ouvrir par la grille à l’écran."
)
_HELP: Final = (
    "Tapez le numéro d’une évaluation pour l’ouvrir.\n"
    "« nouvelle » : en commencer une.\n"
    f"« année suivante 3 » : commencer la suite de l’évaluation 3.\n{_HELP_AT_FIRST}\n"
    "Une évaluation s’efface par une commande du terminal, par exemple « ctg-tui effacer 3 »."
)


class HomeRoom:
    """Asks for an assessment, and for what to do with it."""

    def __init__(self, dialogue: Dialogue, workspace: Workspace) -> None:
        self._dialogue, self._workspace = dialogue, workspace

    def run(self) -> None:
        """Ask until the person quits. Raises Quit, and Refusal when the assessments cannot be read."""
        while True:
            with suppress(Back, Menu):
                self._ask()

    def _ask(self) -> None:
        summaries, say = self._workspace.summaries(), self._dialogue.say
        heard: dict[int, SentAndHeard] = {}
        with self._dialogue.saying_refusals():
            heard = each_sent_and_heard(self._workspace, summaries)
        question, help_text, default = "Numéro de l’évaluation à ouvrir, ou « nouvelle » :", _HELP, ""
        if summaries:
            say(f"{count(len(summaries), 'évaluation')}.")
        else:
            say("Aucune évaluation pour l’instant : commençons-en une.")
            question, default = "Entrée pour commencer, ou « ouvrir » :", "nouvelle"
            help_text = f"Entrée seule : commencer une évaluation.\n{_HELP_AT_FIRST}"
        for summary in summaries:
            said = _in_words(summary, heard.get(summary.entry.id), self._workspace.today())
            say(number_and_name(summary.entry.id, said))
        if len(summaries) == 1:
            question, default = "Entrée pour l’ouvrir, ou « nouvelle » :", str(summaries[0].entry.id)
        chosen = {str(summary.entry.id): summary for summary in summaries}
        while not self._take(self._dialogue.ask(question, help_text) or default, chosen):
            pass

    def _take(self, answer: str, summaries: dict[str, Summary]) -> bool:
        """Do what is answered; return whether it was understood."""
        first, _, rest = answer.strip().partition(" ")
        *words, last = fold_words(answer).split() or [""]
        chosen = summaries.get(last)
        match (" ".join(words), last):
            case _ if fold_words(first) == "ouvrir":
                self._open_file(rest.strip())
            case ("", "nouvelle"):
                self._create()
            case ("toujours", "texte" | "ecran"):
                said = "par questions et réponses" if last == "texte" else "par la grille à l’écran"
                with self._dialogue.saying_refusals():
                    places.write(self._workspace.store.path.parent, {places.DISPLAY: last})
                    self._dialogue.say(saved(f"ctg-tui s’ouvrira {said}"))
            case ("", _) if chosen is not None:
                self._open(chosen.entry.id)
            case ("annee suivante", _) if chosen is not None:
                self._duplicate(chosen)
            case _:
                expected = "le numéro d’une évaluation, ou « nouvelle »"
                expected = expected if summaries else "Entrée, ou un mot que « ? » dit"
                self._dialogue.misunderstood(answer, expected)
                return False
        return True

    # one assessment

    def _open(self, assessment_id: int, *, is_new: bool = False, to_answers: bool = False) -> None:
        with self._dialogue.saying_refusals():
            session = self._workspace.open(assessment_id, asks=True)
            room = AssessmentRoom(Desk(self._dialogue, self._workspace, session))
            room.run(is_new=is_new, to_answers=to_answers)

    def _open_file(self, path: str) -> None:
        """Take the file at `path`, asked for when it is blank, and open the assessment that it made."""
        from ctg_tui.text_mode.opening import FileRoom

        opened = FileRoom(self._dialogue, self._workspace).run(path)
        if opened is not None:
            self._open(opened.id, is_new=opened.is_new, to_answers=opened.to_answers)

    def _create(self) -> None:
        """Ask for what begins an assessment; until the last answer nothing of it is kept, which is said."""
        form, made = NewForm(self._workspace), 0
        try:
            if FormRoom(Unopened(self._dialogue), form).run():
                identity = form.identity
                double = double_of(self._workspace, identity)
                if double is None or self._dialogue.agree(f"{double.sentence} En commencer une deuxième ?"):
                    with self._dialogue.saying_refusals():
                        made = self._workspace.create(identity, form.grid)
                        self._dialogue.say(saved(f"{identity.territory.name}, {identity.year}"))
        except ValueError as error:  # without a territory
            self._dialogue.say(str(error))
        finally:
            if not made:
                self._dialogue.say("Aucune évaluation n’a été créée.")
        if made:
            self._open(made, is_new=True)

    def _duplicate(self, chosen: Summary) -> None:
        """Begin the year after an assessment once the person agrees."""
        year = next_year(chosen, self._workspace.summaries(), self._workspace.today())
        if year is None:
            self._dialogue.say("Son année suivante existe déjà, ou sa grille n’est pas sur ce poste.")
            return
        question = (
            f"Commencer {year} à partir de {assessment_name(chosen.entry.identity)} ? Les personnes et les "
            "NC sont repris, les notes et les commentaires sont à écrire."
        )
        if self._dialogue.agree(question):
            with self._dialogue.saying_refusals():
                made = self._workspace.duplicate(chosen.entry.id, year, Moment.YEARLY)
                self._dialogue.say(SAVED)
                self._open(made)


def _in_words(summary: Summary, heard: SentAndHeard | None, today: date) -> str:
    entry = summary.entry
    identity = entry.identity
    name = f"{territory_name(identity)}, {identity.year}, {MOMENTS[identity.moment]}"
    if summary.grid is None or summary.totals is None:
        return f"{name}. Évaluation {state_of(entry.sent)}, grille absente de ce poste, réponses intactes."
    begun = "en cours, " if entry.sent is None else ""
    sentences = [f"{name}, {begun}{answers_of(summary.totals.whole)}."]
    sentences += [f"{line[:1].upper()}{aloud(line[1:])}." for line in (heard.lines if heard else ())]
    if entry.sent is None or not entry.sent.is_final:
        sentences.append(due_words(summary.grid.campaign, identity.year, today))
    return " ".join(sentences)


# The entry point: open the assessments, talk, and end with everything on the disk.

_WELCOME: Final = (
    "ctg-tui, auto-évaluation CTG, par questions et réponses.",
    "Tapez une réponse, puis Entrée.",
    "Un point d’interrogation donne l’aide, « quitter » ferme le programme.",
    "« retour » revient à la question d’avant, « menu » aux étapes de l’évaluation.",
)


def run(database: Path | None) -> int:
    """Talk with the person about a database, by default their own; return the exit code."""
    dialogue = on_terminal()
    try:
        workspace = open_workspace(database, write=True)
        try:
            return talk(dialogue, workspace)
        finally:
            workspace.close()
    except Refusal as refusal:
        dialogue.say(refusal.sentences())
        return refusal.exit_code


def talk(dialogue: Dialogue, workspace: Workspace) -> int:
    """Talk until the person quits or the input ends; return the exit code. Raises Refusal."""
    code, home = 0, HomeRoom(dialogue, workspace)
    dialogue.say(*_WELCOME)
    dialogue.before_waiting = lambda: workspace.store.rest(seconds=0)
    with dialogue.saying_refusals():
        backups.daily_backup(workspace.store.path, workspace.clock)
    try:
        home.run()
    except Quit:
        pass
    except KeyboardInterrupt:
        code = EXIT_INTERRUPTED
        dialogue.say("\nInterrompu.")
    dialogue.say("Vos évaluations sont enregistrées. Au revoir.")
    return code
