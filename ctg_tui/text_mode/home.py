"""The assessments, chosen by their number, begun, gone on with; one of them, step by step; a file opened."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Final

from ctg_tui import PROGRAM
from ctg_tui.domain.assessment import Moment
from ctg_tui.domain.errors import EXIT_INTERRUPTED, Refusal
from ctg_tui.domain.steps import Progress, Step, check, steps_of
from ctg_tui.domain.text import plain
from ctg_tui.services.details import FIELD_OF, PEOPLE, DetailsForm, NewForm
from ctg_tui.services.forecast import ForecastForm
from ctg_tui.services.forms import Form
from ctg_tui.services.home import SentAndHeard, changes_since, each_sent_and_heard, sent_and_heard
from ctg_tui.services.meeting import MeetingForm
from ctg_tui.services.sending_form import SendingForm
from ctg_tui.services.workspace import Summary, Workspace, double_of, next_year, open_workspace
from ctg_tui.text_mode.dialogue import SAVED, Back, Dialogue, Menu, Quit, aloud, in_words, rank_in, word_of
from ctg_tui.text_mode.form import COMMON_HELP, Desk, FormRoom
from ctg_tui.text_mode.grid import GridRoom, go_through
from ctg_tui.wording import forecast as forecast_words
from ctg_tui.wording.changes import changed_values
from ctg_tui.wording.french import NBSP, assessment_name, count, territory_name
from ctg_tui.wording.lines import STEP_NAMES, finding
from ctg_tui.wording.thread import to_answer

_HELP_ON_STEPS: Final = (
    "Tapez le numéro ou le nom d’une étape.\n"
    "« répondre » : lire ce que la Caf a répondu, point par point, et y répondre.\n"
    f"{COMMON_HELP}\n"
    "« retour » : l’accueil, où « ouvrir » prend la réponse de la Caf."
)


class AssessmentRoom:
    """Says the steps of an open assessment and goes to the one chosen, until the person goes back."""

    def __init__(self, desk: Desk) -> None:
        self._desk, self._session, self._say = desk, desk.session, desk.dialogue.say

    def run(self, *, is_new: bool = False, to_answers: bool = False) -> None:
        """Say what was heard, then ask for a step; Entrée alone goes to the grid first, then to the next.

        Of an assessment just created, the rest of the details is asked for before; of one whose answer of
        the Caf was just opened, its points come first (`to_answers`).
        """
        dialogue = self._desk.dialogue
        if is_new:
            with suppress(Back, Menu):
                self._details(f"{PEOPLE}.1" if self._session.assessment.identity.territory.name else "")
        identity = self._session.assessment.identity
        self._say(f"{territory_name(identity)}, {identity.year}.")
        if waiting := to_answer(self._session.points):
            self._say(f"{waiting[:1].upper()}{waiting[1:]}. « répondre » pour les lire.")
        if to_answers:
            self._answer()
        rooms = (self._details, GridRoom(self._desk).run, self._meeting, self._forecast, self._send)
        names = [plain(name) for name, _ in STEP_NAMES.values()]
        following = 2
        while True:
            dialogue.say_numbered(self._states())
            default = str(following) if following <= len(rooms) else ""
            question = f"Étape, de 1 à {len(rooms)}{f', ou Entrée pour la {default}' if default else ''} :"
            with suppress(Menu), dialogue.saying_refusals():
                try:
                    answer = dialogue.ask(question, _HELP_ON_STEPS) or default
                except Back:
                    return
                typed = plain(answer)
                named = [rank for rank, name in enumerate(names, 1) if typed and name.startswith(typed)]
                rank = rank_in(typed, len(rooms)) or (named[0] if len(named) == 1 else None)
                if rank is not None:
                    following = rank + 1
                    with suppress(Back):
                        rooms[rank - 1]()
                elif word_of(typed) == "repondre":
                    self._answer()
                elif answer and not self._desk.common(answer):
                    dialogue.misunderstood(answer, f"un numéro de 1 à {len(rooms)}, ou le nom d’une étape")

    def _states(self) -> Iterator[str]:
        """Yield each step with how far it is, as Accueil says it; of the files made, what changed since."""
        of = self._session
        for one in steps_of(of.grid, of.assessment, of.scores, of.forecast, is_sent=of.is_sent):
            figures = f", {one.done} sur {one.asked}" if one.step is Step.GRID else ""
            yield aloud(f"{STEP_NAMES[one.step][0]}{figures}. {self._state_of(one)}")

    def _state_of(self, progress: Progress) -> str:
        """Return what a step lacks, in a sentence or two; of the last one, what was made."""
        session, done, asked = self._session, progress.done, progress.asked
        match progress.step:
            case Step.PREPARATION:
                return f"Facultatif : {count(done, 'partie écrite', 'parties écrites')} sur {asked}."
            case Step.FORECAST if done < asked:
                return f"Heures ou coût à renseigner pour {count(asked - done, 'personne')}."
            case Step.SENDING if session.sent is None:
                return "Pas encore de fichiers."
            case Step.SENDING:
                return f"{sent_and_heard(self._desk.workspace, session.assessment).lines[0]}."
            case Step.DETAILS | Step.GRID as step:
                found = check(session.grid, session.assessment)
                here = (one for one in found if (one.code in FIELD_OF) is (step is Step.DETAILS))
                return " ".join(map(finding, here)) or "Rien ne manque."
        return "Rien ne manque." if asked else "Facultatif."

    def _fill(self, form: Form, first: str = "") -> bool:
        """Ask for a form from the row `first` on; return whether the person came to its end."""
        return FormRoom(self._desk.dialogue, form, self._desk).run(first)

    def _details(self, first: str = "") -> bool:
        return self._fill(DetailsForm(self._desk.workspace, self._session), first)

    def _meeting(self) -> bool:
        return self._fill(MeetingForm(self._desk.workspace, self._session))

    def _forecast(self) -> bool:
        """Ask for the forecast, then say the estimate."""
        form = ForecastForm(self._session)
        is_whole = self._fill(form)
        if is_whole:
            self._say(f"{forecast_words.ESTIMATED} : {forecast_words.share(form.table)}")
        return is_whole

    def _send(self) -> bool:
        """Say what changed since the latest files, then ask for what goes, and make the files."""
        workspace, session = self._desk.workspace, self._session
        if session.sent is not None:
            changes = changes_since(workspace, session.grid, session.assessment, session.sent)
            values = changed_values(session.grid, changes)
            self._say(*(f"Changé depuis : {value.replace(' → ', ', puis ')}" for value in values))
        form = SendingForm(workspace, session)
        try:
            return self._fill(form)
        finally:
            if form.made is None:
                self._say("Rien n’a été créé.")

    def _answer(self) -> None:
        """Read what the Caf answered and waits on, else all of it, and take what is answered to it."""
        points = self._session.points
        waiting = [point for point in points if point.is_to_see]
        if points and not waiting:
            number = count(len(points), "point déjà répondu ou réglé", "points déjà répondus ou réglés")
            self._say(f"{number}.")
        nothing = "La Caf n’a encore rien répondu. À l’accueil, « ouvrir » prend sa réponse."
        with suppress(Back, Menu):
            is_whole = go_through(self._desk, waiting or points, nothing)
            if is_whole and any(point.draft and point.draft.is_kept for point in self._session.points):
                self._say("Vos réponses partent avec le prochain envoi.")


_HELP_AT_FIRST: Final = (
    "« ouvrir », puis un chemin : la réponse de la Caf, un fichier pour la Caf, une grille."
)
_HELP: Final = (
    "Tapez le numéro d’une évaluation pour l’ouvrir.\n"
    "« nouvelle » : en commencer une.\n"
    f"« année suivante 3 » : commencer la suite de l’évaluation 3.\n{_HELP_AT_FIRST}\n"
    "Une évaluation s’efface par une commande du terminal, par exemple « ctg-tui effacer 3 »."
)
_HELP_ON_FILES: Final = (
    "Tapez le chemin d’un fichier : la réponse de la Caf (.xlsx), un fichier pour la Caf (.json), une "
    "grille (.toml). Ou celui d’un dossier, pour en prendre les fichiers.\n"
    "Le fichier lui-même n’est jamais modifié. Entrée seule revient à l’accueil."
)
_BY_COMMAND: Final = {
    "RESTORE": f"Pour restaurer cette sauvegarde : « {PROGRAM} restaurer CHEMIN ».",
    "WORKBOOK": f"« {PROGRAM} importer CHEMIN » dit ligne par ligne ce qui en est lu, puis "
    f"« {PROGRAM} importer CHEMIN --nouvelle » en fait une évaluation.",
    "COMPLETE": f"Pour en compléter la vôtre : « {PROGRAM} importer CHEMIN --dans » et son numéro.",
    "MINE": f"Pour en faire votre évaluation : « {PROGRAM} importer CHEMIN --nouvelle ».",
}
"""What is said of what is not done here with a file: the command that does it."""
_WELCOME: Final = (
    "ctg-tui, auto-évaluation CTG, par questions et réponses.",
    "Tapez une réponse, puis Entrée.",
    "Un point d’interrogation donne l’aide, « quitter » ferme le programme.",
    "« retour » revient à la question d’avant, « menu » aux étapes de l’évaluation.",
)


class HomeRoom:
    """Asks for an assessment, and for what to do with it."""

    def __init__(self, dialogue: Dialogue, workspace: Workspace) -> None:
        self._dialogue, self._workspace = dialogue, workspace

    def run(self) -> None:
        """Say the assessments and ask, until the person quits. Raises Quit; Refusal when none can be read."""
        while True:
            summaries, today = self._workspace.summaries(), self._workspace.today()
            heard: dict[int, SentAndHeard] = {}
            with self._dialogue.saying_refusals():
                heard = each_sent_and_heard(self._workspace, summaries)
            question, help_text, default = "Numéro de l’évaluation à ouvrir, ou « nouvelle » :", _HELP, ""
            said = count(len(summaries), "évaluation")
            if not summaries:
                said = "Aucune évaluation pour l’instant : commençons-en une"
                question, default = "Entrée pour commencer, ou « ouvrir » :", "nouvelle"
                help_text = f"Entrée seule : commencer une évaluation.\n{_HELP_AT_FIRST}"
            elif len(summaries) == 1:
                question, default = "Entrée pour l’ouvrir, ou « nouvelle » :", str(summaries[0].entry.id)
            self._dialogue.say(f"{said}.")
            for one in summaries:
                words = in_words(one, heard.get(one.entry.id), today)
                self._dialogue.say(f"{one.entry.id}{NBSP}: {words}")
            with suppress(Back, Menu), self._dialogue.saying_refusals():
                self._take(self._dialogue.ask(question, help_text) or default, summaries)

    def _take(self, answer: str, summaries: Sequence[Summary]) -> None:
        """Do what is answered."""
        first, _, rest = answer.partition(" ")
        *words, last = plain(answer).split() or [""]
        chosen = next((one for one in summaries if str(one.entry.id) == last), None)
        match (" ".join(words), last):
            case _ if plain(first) == "ouvrir":
                self._open_file(rest.strip())
            case ("", "nouvelle"):
                self._create()
            case ("", _) if chosen is not None:
                self._open(chosen.entry.id)
            case ("annee suivante", _) if chosen is not None:
                self._duplicate(chosen)
            case _:
                expected = "le numéro d’une évaluation, ou « nouvelle »"
                self._dialogue.misunderstood(
                    answer, expected if summaries else "Entrée, ou un mot que « ? » dit"
                )

    def _open(self, assessment_id: int, *, is_new: bool = False, to_answers: bool = False) -> None:
        session = self._workspace.open(assessment_id, asks=True)
        room = AssessmentRoom(Desk(self._dialogue, self._workspace, session))
        room.run(is_new=is_new, to_answers=to_answers)

    def _open_file(self, typed: str) -> None:
        """Say what is at a path, asked for when it is blank, and take it if the person agrees; then go on."""
        from ctg_tui.services import opening
        from ctg_tui.services.exchange import take_all

        dialogue, workspace = self._dialogue, self._workspace
        typed = typed or dialogue.ask("Chemin du fichier :", _HELP_ON_FILES)
        if not typed:
            return
        seen = opening.see(workspace, opening.dropped_path(typed) or Path(typed))
        for row in opening.preview(seen):
            dialogue.say(" : ".join(filter(None, (aloud(row.head), aloud(row.text)))))
        acts, _ = opening.acts_on(workspace, seen, None)
        dialogue.say(*(_BY_COMMAND.get(act.name) for act in acts))
        for act in (one for one in acts if one.name in {"TAKE", "READ", "INSTALL"}):
            if not dialogue.agree(f"{opening.act_words(act, seen)[0]} ?"):
                dialogue.say("Rien n’a été enregistré.")
                return
            found = opening.takeable(seen) if seen.first is None else (seen.first,)
            dialogue.say(*(aloud(outcome.message) for outcome in take_all(workspace, found)))
        if seen.first is not None and seen.first.returned is not None and seen.first.own_id is not None:
            self._open(seen.first.own_id, to_answers=True)

    def _create(self) -> None:
        """Ask for what begins an assessment; until the last answer nothing of it is kept, which is said."""
        form, made, dialogue = NewForm(self._workspace), 0, self._dialogue
        try:
            if FormRoom(dialogue, form).run():
                identity = form.identity
                double = double_of(self._workspace, identity)
                if double is None or dialogue.agree(f"{double.sentence} En commencer une deuxième ?"):
                    made = self._workspace.create(identity, form.grid)
                    dialogue.say(f"Enregistré : {identity.territory.name}, {identity.year}.")
        except ValueError as error:  # without a territory
            dialogue.say(str(error))
        finally:
            if not made:
                dialogue.say("Aucune évaluation n’a été créée.")
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
            made = self._workspace.duplicate(chosen.entry.id, year, Moment.YEARLY)
            self._dialogue.say(SAVED)
            self._open(made)


def run(database: Path | None) -> int:
    """Talk with the person about a database, by default their own; return the exit code."""
    has_echo = sys.stdin is not None and sys.stdin.isatty()
    dialogue = Dialogue(after_question=" " if has_echo else "\n")
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
    code = 0
    dialogue.say(*_WELCOME)
    dialogue.before_waiting = lambda: workspace.store.rest(seconds=0)
    with dialogue.saying_refusals():
        workspace.daily_backup()
    try:
        HomeRoom(dialogue, workspace).run()
    except Quit:
        pass
    except KeyboardInterrupt:
        code = EXIT_INTERRUPTED
        dialogue.say("\nInterrompu.")
    dialogue.say("Vos évaluations sont enregistrées. Au revoir.")
    return code
