"""A file or a folder that the person opens by its path: said line by line, then taken once they choose."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Final, NamedTuple

from ctg_tui import PROGRAM
from ctg_tui.services import completing, opening
from ctg_tui.services.exchange import Found, mine_words, take_all, take_as_mine
from ctg_tui.services.opening import Act, Seen, act_words, dropped_path, see
from ctg_tui.services.results import years_of
from ctg_tui.services.workspace import Workspace, double_of
from ctg_tui.submission.file import Received
from ctg_tui.text_mode.dialogue import Dialogue, aloud
from ctg_tui.text_mode.results import results
from ctg_tui.wording.french import assessment_name, count
from ctg_tui.wording.results import former_line

_HELP: Final = (
    "Tapez le chemin d’un fichier : la réponse de la Caf (.xlsx), un fichier pour la Caf (.json), une "
    "grille (.toml). Ou celui d’un dossier, pour en prendre les fichiers.\n"
    "Le fichier lui-même n’est jamais modifié. Entrée seule revient à l’accueil."
)
_WHERE_HELP: Final = "Rien n’est enregistré avant cette réponse. Entrée seule revient à l’accueil."
_NOTHING: Final = "Rien n’a été enregistré."
_BY_COMMAND: Final = {
    Act.RESTORE: f"Pour restaurer cette sauvegarde : « {PROGRAM} restaurer CHEMIN ».",
    Act.WORKBOOK: f"« {PROGRAM} importer CHEMIN » dit ligne par ligne ce qui est lu de ce tableur, puis "
    f"« {PROGRAM} importer CHEMIN --nouvelle » en fait une évaluation.",
}
"""What is said of a file that a command takes."""


class Opened(NamedTuple):
    """The assessment to go on with, at what the Caf answered, or its steps."""

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
        if typed:
            name = os.fsdecode(typed.encode())  # the locale may not be UTF-8, as the line is
            with self._dialogue.saying_refusals():
                return self._seen(see(self._workspace, dropped_path(name) or Path(name)))
        return None

    def _seen(self, seen: Seen) -> Opened | None:
        """Say what was seen, then do what the person chooses of what can be done. Raises Refusal."""
        dialogue, workspace, first = self._dialogue, self._workspace, seen.first
        for row in opening.preview(seen):
            dialogue.say(" : ".join(filter(None, (aloud(row.head), aloud(row.text)))))
        acts, own_id = opening.acts_on(workspace, seen, None)
        if acts and acts[0] in _BY_COMMAND:
            dialogue.say(_BY_COMMAND[acts[0]])
            return None
        answer_to = first.own_id if first is not None and first.returned is not None else None
        answered = None if answer_to is None else Opened(answer_to, to_answers=True)
        if not acts:
            return answered
        names = [act_words(each, seen)[0] for each in acts]
        act: Act | None = acts[0]
        if len(acts) > 1:
            chosen = dialogue.choose(names, "Numéro, ou Entrée pour revenir :", _WHERE_HELP)
            act = None if chosen is None else acts[chosen]
        elif not dialogue.agree(f"{names[0]} ?", _WHERE_HELP):
            act = None
        match act:
            case None:
                dialogue.say(_NOTHING)
            case Act.MINE if first is not None:
                return self._as_mine(first)
            case Act.COMPLETE if first is not None and own_id is not None:
                return self._complete(first, own_id)
            case _:
                outcomes = take_all(workspace, opening.takeable(seen) if first is None else (first,))
                dialogue.say(*(aloud(outcome.message) for outcome in outcomes))
                if act is Act.READ and first is not None and first.received is not None:
                    dialogue.say(*self._content(first.received))
                return answered
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

    def _complete(self, found: Found, own_id: int) -> Opened | None:
        """Put a colleague's file into one's own assessment; each value that differs is asked about."""
        dialogue, workspace = self._dialogue, self._workspace
        assert found.received is not None
        offer = completing.look(workspace, own_id, found.received)
        dialogue.say(offer.warning, *map(aloud, offer.fills))
        theirs = "Prendre celle du fichier ?"
        chosen = [one.key for one in offer.differences if dialogue.agree(f"{aloud(one.sentence)}. {theirs}")]
        differing = count(len(chosen), "valeur qui diffère", "valeurs qui diffèrent") if chosen else ""
        wanted = " ; ".join(filter(None, (offer.summary, differing)))
        name = assessment_name(workspace.load(own_id)[1].identity)
        if wanted and not dialogue.agree(f"Mettre dans {name} : {wanted} ?", _WHERE_HELP):
            dialogue.say(_NOTHING)
            return None
        dialogue.say(completing.complete(workspace, own_id, found.received, found.name, chosen).message)
        return Opened(own_id)

    def _content(self, received: Received) -> Iterator[str]:
        """Yield the figures of a file that was kept, then its notes and comments line by line."""
        grid, given = received.grid, received.assessment
        yield from results(years_of(self._workspace, grid, given))
        for line in grid.activities:
            if said := former_line(grid, given, line):
                yield f"Ligne {grid.numbers[line]}, {said}"
