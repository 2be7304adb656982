"""A file or a folder that the person opens by its path: said line by line, then taken once they agree."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from ctg_tui import PROGRAM
from ctg_tui.services import opening
from ctg_tui.services.exchange import take_all
from ctg_tui.services.opening import Act, Seen, act_words, dropped_path, see
from ctg_tui.services.workspace import Workspace
from ctg_tui.text_mode.dialogue import Dialogue, aloud

_HELP: Final = (
    "Tapez le chemin d’un fichier : la réponse de la Caf (.xlsx), un fichier pour la Caf (.json), une "
    "grille (.toml). Ou celui d’un dossier, pour en prendre les fichiers.\n"
    "Le fichier lui-même n’est jamais modifié. Entrée seule revient à l’accueil."
)
_BY_COMMAND: Final = {
    Act.RESTORE: f"Pour restaurer cette sauvegarde : « {PROGRAM} restaurer CHEMIN ».",
    Act.WORKBOOK: f"« {PROGRAM} importer CHEMIN » dit ligne par ligne ce qui est lu de ce tableur, puis "
    f"« {PROGRAM} importer CHEMIN --nouvelle » en fait une évaluation.",
    Act.COMPLETE: f"Pour en compléter la vôtre : « {PROGRAM} importer CHEMIN --dans » et son numéro.",
    Act.MINE: f"Pour en faire votre évaluation : « {PROGRAM} importer CHEMIN --mienne ».",
}
"""What is said of an act that a command does."""
_TO_READ: Final = f"Pour lire ses notes et ses commentaires : « {PROGRAM} rapport CHEMIN --sortie lu.html »."


class FileRoom:
    """Says what a file holds, and takes it."""

    def __init__(self, dialogue: Dialogue, workspace: Workspace) -> None:
        self._dialogue = dialogue
        self._workspace = workspace

    def run(self, typed: str) -> int | None:
        """Open what is at the path `typed`, asked for when it is blank; return the assessment answered there.

        Nothing is written before the person agrees.
        """
        typed = typed or self._dialogue.ask("Chemin du fichier :", _HELP)
        if typed:
            with self._dialogue.saying_refusals():
                return self._seen(see(self._workspace, dropped_path(typed) or Path(typed)))
        return None

    def _seen(self, seen: Seen) -> int | None:
        """Say what was seen, then take it if the person agrees. Raises Refusal."""
        dialogue, workspace, first = self._dialogue, self._workspace, seen.first
        for row in opening.preview(seen):
            dialogue.say(" : ".join(filter(None, (aloud(row.head), aloud(row.text)))))
        acts, _ = opening.acts_on(workspace, seen, None)
        dialogue.say(*(_BY_COMMAND.get(act) for act in acts))
        act = next((act for act in acts if act not in _BY_COMMAND), None)
        if act is not None:
            if not dialogue.agree(f"{act_words(act, seen)[0]} ?", "Rien n’est enregistré avant un oui."):
                dialogue.say("Rien n’a été enregistré.")
                return None
            outcomes = take_all(workspace, opening.takeable(seen) if first is None else (first,))
            dialogue.say(*(aloud(outcome.message) for outcome in outcomes))
            dialogue.say(_TO_READ if act is Act.READ else "")
        return first.own_id if first is not None and first.returned is not None else None
