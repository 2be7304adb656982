"""A file or a folder that the person opens by its path: said line by line, then taken once they choose."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from ctg_tui.domain.errors import InvalidDocument, typeset
from ctg_tui.services import completing, opening
from ctg_tui.services.exchange import Found, mine_words, take_all, take_as_mine
from ctg_tui.services.opening import Act, Seen, act_words, dropped_path, see
from ctg_tui.services.spreadsheet import reading as workbooks
from ctg_tui.services.workspace import double_of
from ctg_tui.spreadsheet.columns import Columns, distinct
from ctg_tui.text_mode.desk import saved
from ctg_tui.text_mode.dialogue import Dialogue, aloud
from ctg_tui.wording.french import assessment_name, count
from ctg_tui.wording.spreadsheet import LineRead, columns_sentence, read_words, taken_counts

if TYPE_CHECKING:
    from ctg_tui.services.spreadsheet.reading import Completion, WorkbookFile
    from ctg_tui.services.workspace import Workspace

_HELP: Final = (
    "Tapez le chemin d’un fichier : la réponse de la Caf ou son tableur (.xlsx, .ods, .csv), un fichier pour "
    "la Caf (.json), une grille (.toml). Ou celui d’un dossier, pour en prendre les fichiers.\n"
    "Le fichier lui-même n’est jamais modifié. Entrée seule revient à l’accueil."
)
_WHERE_HELP: Final = "Rien n’est enregistré avant cette réponse. Entrée seule revient à l’accueil."
_COLUMNS_HELP: Final = (
    "Tapez « lignes=A famille=D education=E social=F commentaires=G », avec les lettres du tableur.\n"
    "Pour une seule feuille, son nom et deux points devant : « Mission 2: lignes=A … ».\n"
    "Une politique par ligne : « lignes=A politique=B note=C ». Une croix par note : ajoutez "
    "« forme=croix », chaque politique à sa première colonne.\n"
    "« retour » : l’accueil, sans rien prendre."
)
_ARE_RIGHT: Final = "Entrée si c’est juste, ou les bonnes colonnes :"
_WHICH_COLUMNS: Final = "Les colonnes (« aide » dit comment), ou Entrée pour revenir :"
_NOTHING: Final = "Rien n’a été enregistré."
_BY_COMMAND: Final = "Une sauvegarde se restaure par la commande « ctg-tui restaurer »."
_DOUBT_HELP: Final = "Oui prend la valeur du tableur. Non, ou Entrée, la laisse de côté."


class Opened(NamedTuple):
    """The assessment to go on with: at what the Caf answered, at its details when it is new, or its steps."""

    id: int
    to_answers: bool = False
    is_new: bool = False


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
        answer_to = first.own_id if first is not None and first.returned is not None else None
        answered = None if answer_to is None else Opened(answer_to, to_answers=True)
        if not acts:
            return answered
        act: Act | None = acts[0]
        if len(acts) > 1:
            names = [act_words(each, seen) for each in acts]
            chosen = dialogue.choose(names, "Numéro, ou Entrée pour revenir :", _WHERE_HELP)
            act = None if chosen is None else acts[chosen - 1]
        elif act is not Act.WORKBOOK and not dialogue.agree(f"{act_words(acts[0], seen)} ?", _WHERE_HELP):
            act = None
        match act:
            case None:
                dialogue.say(_NOTHING)
            case Act.WORKBOOK:
                return self._workbook(seen.path)
            case Act.RESTORE:
                dialogue.say(_BY_COMMAND)
            case Act.MINE if first is not None:
                return self._as_mine(first)
            case Act.COMPLETE if first is not None and own_id is not None:
                return self._complete(first, own_id)
            case _:
                outcomes = take_all(workspace, opening.takeable(seen) if first is None else (first,))
                dialogue.say(*(aloud(outcome.message) for outcome in outcomes))
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
        dialogue = self._dialogue
        assert found.received is not None
        offer = completing.look(self._workspace, own_id, found.received)
        dialogue.say(offer.warning, *offer.fills)
        chosen = [
            one.key for one in offer.differences if dialogue.agree(f"{one.sentence}. Prendre la sienne ?")
        ]
        wanted = offer.summary or (count(len(chosen), "valeur") if chosen else "")
        if not wanted or not dialogue.agree(typeset(f"Mettre dans la vôtre : {wanted} ?"), _WHERE_HELP):
            dialogue.say(_NOTHING)
            return None
        done = completing.complete(self._workspace, own_id, found.received, found.name, chosen)
        dialogue.say(done.message)
        return Opened(own_id)

    def _workbook(self, path: Path) -> Opened | None:
        """Take a workbook into a new assessment, or into one filled with its grid. Raises Refusal."""
        dialogue, workspace = self._dialogue, self._workspace
        file = self._with_columns(path)
        if file is None:
            dialogue.say(_NOTHING)
            return None
        found = [line for line in workbooks.lines_read(file) if not line.doubt]
        dialogue.say(f"Lu : {file.summary}", *(aloud(read_words(file.grid, line)) for line in found))
        dialogue.say(*(f"Non lu, en {one.address} : {one.reason}" for one in file.reading.unread))
        targets: list[tuple[int | None, Completion | None]] = [(None, None)]
        names = ["en faire une nouvelle évaluation"]
        for entry in workspace.store.entries():
            if (completion := workbooks.completion(workspace, file, entry.id)) is not None:
                targets.append((entry.id, completion))
                names.append(f"compléter {assessment_name(completion.identity)}")
        chosen = dialogue.choose(names, "Que faire de ce tableur ? Numéro, ou Entrée :", _WHERE_HELP)
        if chosen is None:
            dialogue.say(_NOTHING)
            return None
        into, known = targets[chosen - 1]
        left = self._left(file, [line for line in workbooks.lines_read(file, known) if line.doubt])
        taken = workbooks.take(workspace, file, into, file.reading.addresses - left, left)
        dialogue.say(saved(f"évaluation {taken.assessment_id}, {taken_counts(taken.counts)}"))
        return Opened(taken.assessment_id, is_new=into is None)

    def _with_columns(self, path: Path) -> WorkbookFile | None:
        """Return a workbook, read with the columns that the person agrees to; None when none are said.

        Raises Refusal.
        """
        columns = workbooks.ColumnsSaid(kept=workbooks.kept_columns(self._workspace.store))
        file: WorkbookFile | None = None
        tables: tuple[Columns, ...] = ()
        while True:
            try:
                file = workbooks.read(path, self._workspace.catalogue, columns=columns)
                tables = file.reading.tables
            except InvalidDocument as refusal:
                if not tables and refusal.code == opening.WITHOUT_GRID:
                    tables = tuple(map(workbooks.columns_of_sheet, workbooks.without_headings(path)))
                if not tables:
                    raise
                self._dialogue.say(refusal.sentences())
            if not tables:  # a report of this program
                return file
            for where, table in distinct(tables):
                said = columns_sentence(table.lettered, table.form)
                self._dialogue.say(aloud(f"Colonnes de {where} : {said}"))
            typed = self._dialogue.ask(_ARE_RIGHT if file else _WHICH_COLUMNS, _COLUMNS_HELP)
            if not typed:
                return file
            columns = columns._replace(typed=(typed,), chosen=file.said if file else {})

    def _left(self, file: WorkbookFile, doubtful: Sequence[LineRead]) -> frozenset[str]:
        """Ask about each line in doubt, or that has another answer here; return the addresses to leave."""
        if doubtful:
            self._dialogue.say(f"{count(len(doubtful), 'ligne')} à confirmer, une par une.")
        left: set[str] = set()
        for line in doubtful:
            said = aloud(read_words(file.grid, line))
            if not self._dialogue.agree(
                f"En {line.addresses[0]}, {said}. {line.doubt} La prendre ?", _DOUBT_HELP
            ):
                left.update(line.addresses)
        return frozenset(left)
