"""A file or a folder that the person opens by its path: said line by line, then taken once they choose."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from ctg_tui.services import opening
from ctg_tui.services.exchange import Found, mine_words, take_all, take_as_mine
from ctg_tui.services.opening import Act, Seen, act_words, dropped_path, see
from ctg_tui.services.workspace import double_of
from ctg_tui.text_mode.dialogue import Dialogue, aloud

if TYPE_CHECKING:
    from ctg_tui.services.workspace import Workspace

_LONGEST_PATH: Final = 1_000
_HELP: Final = (
    "Tapez le chemin d’un fichier : le classeur où la Caf a répondu (.xlsx, .ods), un fichier pour la Caf "
    "(.json), une grille (.toml). Ou celui d’un dossier, pour en prendre les fichiers.\n"
    "Le fichier lui-même n’est jamais modifié. Entrée seule revient à l’accueil."
)
_WHERE_HELP: Final = "Rien n’est enregistré avant cette réponse. Entrée seule revient à l’accueil."
_NOTHING: Final = "Rien n’a été enregistré."
_BY_COMMAND: Final = {
    Act.WORKBOOK: "« ctg-tui importer --nouvelle », puis le chemin du tableur",
    Act.COMPLETE: "« ctg-tui importer --dans 1 », puis le chemin du fichier, 1 étant votre évaluation",
    Act.RESTORE: "« ctg-tui restaurer »",
}
"""What is done by a command of the terminal, which shows first what it takes."""


class Opened(NamedTuple):
    """The assessment to go on with, and whether at what the Caf answered."""

    id: int
    to_answers: bool = False


class FileRoom:
    """Says what a file holds, and takes it."""

    def __init__(self, dialogue: Dialogue, workspace: Workspace) -> None:
        self._dialogue = dialogue
        self._workspace = workspace

    def run(self, typed: str) -> Opened | None:
        """Open what is at the path `typed`, asked for when it is blank; return what to go on with.

        Nothing is written before the person agrees.
        """
        typed = typed or self._dialogue.ask("Chemin du fichier :", _HELP)
        if len(typed) > _LONGEST_PATH:
            self._dialogue.say("Ce chemin est trop long. Rien n’a été changé.")
        elif typed:
            name = os.fsdecode(typed.encode())  # the locale may not be UTF-8, as the line is
            with self._dialogue.saying_refusals():
                return self._seen(see(self._workspace, dropped_path(name) or Path(name)))
        return None

    def _seen(self, seen: Seen) -> Opened | None:
        """Say what was seen, then do what the person chooses of what can be done. Raises Refusal."""
        dialogue, store = self._dialogue, self._workspace.store
        for row in opening.preview(seen):
            dialogue.say(*filter(None, [" : ".join(filter(None, (aloud(row.head), aloud(row.text))))]))
        has_files = bool(store.entries()) or store.has_submissions()
        into = opening.own_to_complete(self._workspace, seen, None)
        acts = opening.acts(seen, has_files=has_files, into=into)
        first, act = seen.first, acts[0] if acts else None
        if len(acts) > 1:
            names = [act_words(each, seen) for each in acts]
            chosen = dialogue.choose(names, "Numéro, ou Entrée pour revenir :", _WHERE_HELP)
            act = None if chosen is None else acts[chosen - 1]
        elif act is not None and act not in _BY_COMMAND:
            act = act if dialogue.agree(f"{act_words(act, seen)} ?", _WHERE_HELP) else None
        match act:
            case None if acts:
                dialogue.say(_NOTHING)
            case None:
                is_own = first is not None and first.returned is not None and first.own_id is not None
                return Opened(first.own_id, to_answers=True) if is_own and first and first.own_id else None
            case Act.WORKBOOK | Act.COMPLETE | Act.RESTORE:
                dialogue.say(f"Cela se fait dans le terminal, après « quitter » : {_BY_COMMAND[act]}.")
            case Act.MINE if first is not None:
                return self._as_mine(first)
            case _:
                outcomes = take_all(self._workspace, opening.takeable(seen) if first is None else (first,))
                dialogue.say(*(aloud(outcome.message) for outcome in outcomes))
                if first is not None and first.returned is not None and first.own_id is not None:
                    return Opened(first.own_id, to_answers=True)
        return None

    def _as_mine(self, found: Found) -> Opened | None:
        """Make one's own assessment of a file for the Caf, its thread with it. Raises Refusal."""
        received = found.received
        double = None if received is None else double_of(self._workspace, received.assessment.identity)
        if double is not None and not self._dialogue.agree(f"{double.sentence} En faire une deuxième ?"):
            self._dialogue.say(_NOTHING)
            return None
        made = take_as_mine(self._workspace, found, doubles=True)
        self._dialogue.say(mine_words(found, made))
        return Opened(made)
