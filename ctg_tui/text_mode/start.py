"""The entry point: open the assessments, talk, and end with everything on the disk."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from ctg_tui.domain.errors import EXIT_DATABASE, EXIT_INTERRUPTED, Refusal
from ctg_tui.services import backups
from ctg_tui.services.workspace import Workspace, open_workspace
from ctg_tui.text_mode.dialogue import Dialogue, Quit, fold_words, on_terminal
from ctg_tui.text_mode.home import HomeRoom
from ctg_tui.text_mode.preferences import Preferences
from ctg_tui.wording.french import count

_WELCOME: Final = (
    "ctg-tui, auto-évaluation CTG, par questions et réponses.",
    "Tapez une réponse, puis Entrée. Chaque réponse est enregistrée aussitôt.",
    "Un point d’interrogation donne l’aide, « quitter » ferme le programme.",
)


def run(database: Path | None, grid_file: Path | None) -> int:
    """Talk with the person about a database, by default their own; return the exit code."""
    dialogue = on_terminal()
    try:
        workspace = open_workspace(database, grid_file, write=True)
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
    try:
        backups.daily_backup(workspace.store.path, workspace.clock)
    except Refusal as refusal:
        dialogue.say(refusal.sentences())
    try:
        preferences = Preferences(workspace.store.path.parent)
        dialogue.keyboard = preferences.keyboard
        HomeRoom(dialogue, workspace, preferences).run()
    except Quit:
        pass
    except KeyboardInterrupt:
        code = EXIT_INTERRUPTED
        dialogue.say("", "Interrompu.")
    return _end(dialogue, workspace, code)


def _end(dialogue: Dialogue, workspace: Workspace, code: int) -> int:
    """Write what the disk refused until now, unless the person gives it up; say whether all is saved."""
    while True:
        waiting = workspace.writer.waiting
        try:
            workspace.writer.settle()
        except Refusal as refusal:
            dialogue.say(f"NON ENREGISTRÉ : {count(waiting, 'modification')}. {refusal.sentences()}")
        else:
            dialogue.say("Tout est enregistré. Au revoir.")
            return code
        try:
            answer = dialogue.line("Entrée pour réessayer, « abandonner » pour fermer sans enregistrer :")
        except Quit:
            return EXIT_DATABASE
        if fold_words(answer) == "abandonner":
            return EXIT_DATABASE
