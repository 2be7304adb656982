"""A workbook of the Caf, or a file for the Caf: what it holds is said, then taken if the person agrees."""

from __future__ import annotations

import os
from collections.abc import Sequence
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Final

from ctg_tui.services.files import is_folder, is_review_file
from ctg_tui.services.received.intake import State, receive, said_if_left
from ctg_tui.services.received.own import OtherVersion, other_version, put_in_place, read_back, take_back
from ctg_tui.services.review.writing import holds_review, own_lineages
from ctg_tui.services.spreadsheet import reading as workbooks
from ctg_tui.services.spreadsheet.reading import usual_folders, workbooks_at_hand
from ctg_tui.services.workspace import double_of
from ctg_tui.spreadsheet.roles import grouped
from ctg_tui.spreadsheet.understanding import ReadComment, ReadIndicator, ReadNote
from ctg_tui.system.files import shown_name
from ctg_tui.text_mode.desk import saved
from ctg_tui.text_mode.dialogue import Dialogue, rank_in
from ctg_tui.wording.french import assessment_name, count, revision_state
from ctg_tui.wording.received import left_aside
from ctg_tui.wording.spreadsheet import columns_sentence, key_name, taken_counts

if TYPE_CHECKING:
    from ctg_tui.services.spreadsheet.reading import Conflict, WorkbookFile
    from ctg_tui.services.workspace import Workspace


_MOST_SAID: Final = 9
_ENVELOPES: Final = (".eml", ".zip")
_LONGEST_PATH: Final = 1_000
_HELP: Final = (
    "Tapez le numéro d’un tableur de la liste, ou le chemin d’un autre fichier.\n"
    "Un tableur se termine par .xlsx, .ods ou .csv, un fichier pour la Caf par .json.\n"
    "Un dossier, un courriel (.eml) ou une archive (.zip) : tout ce qu’il contient est reçu.\n"
    "Le fichier lui-même n’est jamais modifié. Entrée seule revient à l’accueil."
)
_WHERE_HELP: Final = "Rien n’est enregistré avant cette réponse. Entrée seule revient à l’accueil."
_COLUMNS_HELP: Final = (
    "Tapez « lignes=A famille=D education=E social=F commentaires=G », avec les lettres du tableur.\n"
    "Pour une seule feuille, son nom et deux points devant : « Mission 2: lignes=A … ».\n"
    "Une politique par ligne : « lignes=A politique=B note=C ». Une croix par note : ajoutez "
    "« forme=croix », chaque politique à sa première colonne."
)
_DOUBT_HELP: Final = "Oui prend la valeur du tableur. Non, ou Entrée, la laisse de côté."


_Read = ReadNote | ReadComment | ReadIndicator


class ImportRoom:
    """Asks for a file, says what it holds, and takes it."""

    def __init__(self, dialogue: Dialogue, workspace: Workspace) -> None:
        self._dialogue = dialogue
        self._workspace = workspace

    def run(self) -> int | None:
        """Return the id of the assessment that was made or completed; None when nothing was taken."""
        path = self._ask_path()
        if path is None:
            return None
        with self._dialogue.saying_refusals():
            if is_folder(path) or path.suffix.casefold() in _ENVELOPES or self._is_review(path):
                self._receive(path)
                return None
            if left := said_if_left(path):
                self._dialogue.say(left)
                return None
            return self._submission(path) if path.suffix.casefold() == ".json" else self._workbook(path)
        return None

    def _ask_path(self) -> Path | None:
        found = workbooks_at_hand(usual_folders())[:_MOST_SAID]
        self._dialogue.say_numbered(shown_name(workbook.path) for workbook in found)
        question = "Numéro, ou chemin d’un fichier :" if found else "Chemin du fichier :"
        while True:
            typed = self._dialogue.ask(question, _HELP).strip('"')
            if not typed:
                return None
            if len(typed) > _LONGEST_PATH:
                self._dialogue.say("Ce chemin est trop long. Rien n’a été changé.")
            elif (rank := rank_in(typed, len(found))) is not None:
                return found[rank - 1].path
            else:
                return Path(os.fsdecode(typed.encode()))  # the locale may not be UTF-8, as the line is

    def _is_review(self, path: Path) -> bool:
        workspace = self._workspace
        return is_review_file(path) or holds_review(path, workspace.catalogue, own_lineages(workspace))

    def _receive(self, path: Path) -> None:
        """Keep what was received: a review, a submission, or all those of a folder, a mail or an archive.

        Raises Refusal.
        """
        outcomes = receive(self._workspace, (path,))
        left = [outcome.message for outcome in outcomes if outcome.state is State.LEFT]
        for outcome in outcomes:
            if outcome.state is not State.LEFT:
                self._dialogue.say(outcome.message)
        if left:
            self._dialogue.say(left_aside(left))

    def _submission(self, path: Path) -> int | None:
        """Take a file for the Caf back into an assessment. Raises Refusal."""
        received, present = read_back(self._workspace, path)
        identity = received.assessment.identity
        state = revision_state(received.status, received.assessment.revision)
        self._dialogue.say(f"Fichier pour la Caf : {assessment_name(identity)}, {state}.")
        if present is not None:
            other = other_version(self._workspace, present, received)
            if other is not None:
                return self._other_version(path, other)
            self._dialogue.say(f"Il est déjà ici : évaluation {present}. Rien n’a été changé.")
            return None
        double = double_of(self._workspace, identity)
        if double is not None:
            self._dialogue.say(f"{double.sentence} Ce serait une deuxième.")
        if not self._dialogue.agree("En faire une évaluation modifiable ?", _WHERE_HELP):
            self._dialogue.say("Rien n’a été enregistré.")
            return None
        taken = take_back(self._workspace, path, doubles=True)
        self._dialogue.say(saved(f"évaluation {taken.assessment_id}"))
        return taken.assessment_id

    def _other_version(self, path: Path, other: OtherVersion) -> int | None:
        """Say how a file differs from the assessment that is here; receive it, or put it in place."""
        say = self._dialogue.say
        say(f"C’est une {other.name}. {other.warning}".strip())
        for difference in other.differences[:_MOST_SAID]:
            say(difference.sentence)
        left_out = len(other.differences) - _MOST_SAID
        if left_out > 0:
            say(f"Et {count(left_out, 'autre différence', 'autres différences')}.")
        choices = (
            "le garder parmi les fichiers reçus, la vôtre ne change pas",
            "mettre son contenu à la place du vôtre, après une sauvegarde",
        )
        chosen = self._dialogue.choose(choices, "Que faire de ce fichier ? Numéro, ou Entrée :", _WHERE_HELP)
        if chosen == 1:
            self._receive(path)
        elif chosen == 2:
            name = shown_name(path)
            if put_in_place(self._workspace, other.assessment_id, other.received, name) is not None:
                say(other.replaced_by(name))
            return other.assessment_id
        else:
            say("Rien n’a été enregistré.")
        return None

    # a workbook

    def _workbook(self, path: Path) -> int | None:
        """Take a workbook into a new assessment, or into one. Raises Refusal."""
        file = self._with_columns(path)
        self._say_content(file)
        entries = self._workspace.store.entries()
        found = [(entry, workbooks.completion(self._workspace, file, entry.id)) for entry in entries]
        fitting = [(entry.id, known) for entry, known in found if known is not None]
        choices = [f"compléter {assessment_name(known.identity)}" for _, known in fitting]
        chosen = self._dialogue.choose(
            ["en faire une nouvelle évaluation", *choices],
            "Que faire de ce tableur ? Numéro, ou Entrée :",
            _WHERE_HELP,
        )
        if chosen is None:
            self._dialogue.say("Rien n’a été enregistré.")
            return None
        if chosen == 1:
            taken = workbooks.take_as_new(self._workspace, file, self._confirmed(file, ()))
        else:
            assessment_id, known = fitting[chosen - 2]
            said = workbooks.ColumnsSaid(chosen=file.said)
            file = workbooks.read_for(self._workspace, path, assessment_id, said)
            confirmed = self._confirmed(file, known.plan.conflicts)
            taken = workbooks.take_into(self._workspace, file, assessment_id, confirmed)
        self._dialogue.say(saved(f"évaluation {taken.assessment_id}, {taken_counts(taken.counts)}"))
        return taken.assessment_id

    def _with_columns(self, path: Path) -> WorkbookFile:
        """Return a workbook, read with the columns that the person agrees to. Raises Refusal."""
        catalogue = self._workspace.catalogue
        kept = workbooks.kept_columns(self._workspace.store)
        file = workbooks.read(path, catalogue, columns=workbooks.ColumnsSaid(kept=kept))
        while groups := grouped(file.reading.tables):
            for where, (table, *_) in groups:
                self._dialogue.say(f"Colonnes de {where} : {columns_sentence(table.lettered, table.form)}")
            typed = self._dialogue.ask("Entrée si c’est juste, ou les bonnes colonnes :", _COLUMNS_HELP)
            if not typed:
                break
            said = workbooks.ColumnsSaid((typed,), file.said, kept)
            with self._dialogue.saying_refusals():
                file = workbooks.read(path, catalogue, columns=said)
        return file

    def _say_content(self, file: WorkbookFile) -> None:
        say = self._dialogue.say
        say(f"Lu : {file.summary}")
        for unread in file.reading.unread[:_MOST_SAID]:
            say(f"Non lu, en {unread.address} : {unread.reason}")
        for difference in file.reading.differences[:_MOST_SAID]:
            say(
                f"Écart, en {difference.address} : le tableur affiche {difference.shown}, ses notes donnent "
                f"{difference.computed}."
            )
        left_out = max(len(file.reading.unread), len(file.reading.differences)) - _MOST_SAID
        if left_out > 0:
            say("La liste entière est donnée par la commande « ctg-tui importer » suivie du fichier.")

    def _confirmed(self, file: WorkbookFile, conflicts: tuple[Conflict, ...]) -> frozenset[str]:
        """Ask about each value in doubt, and each that differs here; return the addresses to take."""
        reading = file.reading
        read: tuple[Sequence[_Read], ...] = (reading.notes, reading.comments, reading.indicators)
        doubtful = [value for value in chain.from_iterable(read) if value.doubt]
        if doubtful or conflicts:
            number = len(doubtful) + len(conflicts)
            self._dialogue.say(f"{count(number, 'valeur')} à confirmer, une par une.")
        agreed = {
            value.address
            for value in doubtful
            if self._dialogue.agree(f"En {value.address} : {value.doubt} La prendre ?", _DOUBT_HELP)
        }
        for conflict in conflicts:
            where = key_name(file.grid, conflict.line)
            question = (
                f"{where} : {conflict.here} ici, {conflict.workbook} dans le tableur, en {conflict.address}. "
                "Prendre celle du tableur ?"
            )
            if self._dialogue.agree(question, _DOUBT_HELP):
                agreed.add(conflict.address)
        return frozenset(agreed)
