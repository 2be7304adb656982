"""Files: one to take, workbook or file for the Caf; those received, to read, answer, merge, consolidate."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from functools import partial
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Final

from ctg_tui.domain.assessment import Status
from ctg_tui.domain.errors import InvalidDocument
from ctg_tui.domain.grid import campaign_year
from ctg_tui.domain.merging import Kind
from ctg_tui.domain.text import match_rank
from ctg_tui.services import consolidation
from ctg_tui.services.files import is_folder
from ctg_tui.services.merging import choose, merge_received, value_of
from ctg_tui.services.received import kept
from ctg_tui.services.received.intake import State, receive, said_if_left
from ctg_tui.services.received.own import OtherVersion, other_version, put_in_place, read_back, take_back
from ctg_tui.services.review.writing import holds_review, own_lineages
from ctg_tui.services.spreadsheet import reading as workbooks
from ctg_tui.services.spreadsheet.reading import dropped_file, usual_folders, workbooks_at_hand
from ctg_tui.services.workspace import double_of
from ctg_tui.spreadsheet.roles import grouped, whole_sheet
from ctg_tui.spreadsheet.understanding import ReadComment, ReadIndicator, ReadNote
from ctg_tui.submission.file import is_review_file
from ctg_tui.system.files import shown_name
from ctg_tui.text_mode.desk import (
    COMMON_HELP,
    END,
    LONGEST_PATH,
    Desk,
    Step,
    ask_folder,
    go_through,
    saved,
    write_file,
)
from ctg_tui.text_mode.dialogue import (
    Back,
    Dialogue,
    Word,
    ask_in_turn,
    asking,
    command,
    fold_words,
    keys_aloud,
    number_and_name,
    rank_in,
    without_mark,
)
from ctg_tui.text_mode.meeting import PreparationRoom
from ctg_tui.text_mode.results import answers_aloud
from ctg_tui.text_mode.review import WritingRoom
from ctg_tui.wording import consolidation as consolidated
from ctg_tui.wording import merging
from ctg_tui.wording import received as words
from ctg_tui.wording.french import assessment_name, count, listing, revision_state
from ctg_tui.wording.spreadsheet import columns_sentence, key_name, taken_counts

if TYPE_CHECKING:
    from ctg_tui.domain.merging import Conflict as Disagreement
    from ctg_tui.domain.merging import Merged, Value
    from ctg_tui.services.received.kept import Lineage, Since
    from ctg_tui.services.spreadsheet.reading import Conflict, WorkbookFile
    from ctg_tui.services.workspace import Workspace
    from ctg_tui.spreadsheet.roles import Roles


_MOST_SAID: Final = 9
_ENVELOPES: Final = (".eml", ".mbox", ".zip")
_HELP: Final = (
    "Tapez le numéro d’un tableur de la liste, ou le chemin d’un autre fichier.\n"
    "Un tableur se termine par .xlsx, .ods ou .csv, un fichier pour la Caf par .json.\n"
    "Un dossier, un courriel (.eml, .mbox) ou une archive (.zip) : tout ce qu’il contient est reçu.\n"
    "Le fichier lui-même n’est jamais modifié. Entrée seule revient à l’accueil."
)
_WHERE_HELP: Final = "Rien n’est enregistré avant cette réponse. Entrée seule revient à l’accueil."
_COLUMNS_HELP: Final = (
    "Tapez « lignes=A famille=D education=E social=F commentaires=G », avec les lettres du tableur.\n"
    "Pour une seule feuille, son nom et deux points devant : « Mission 2: lignes=A … ».\n"
    "Une politique par ligne : « lignes=A politique=B note=C ». Une croix par note : ajoutez "
    "« forme=croix », chaque politique à sa première colonne."
)
_ARE_RIGHT: Final = "Entrée si c’est juste, ou les bonnes colonnes :"
_WHICH_COLUMNS: Final = "Les colonnes (« aide » dit comment), ou Entrée pour revenir :"
_DOUBT_HELP: Final = "Oui prend la valeur du tableur. Non, ou Entrée, la laisse de côté."


_Read = ReadNote | ReadComment | ReadIndicator


def ask_path(dialogue: Dialogue, help_text: str, at_hand: Sequence[Path] = ()) -> Path | None:
    """Return the path typed, or the one at hand whose number is; None for Entrée alone."""
    dialogue.say_numbered(map(shown_name, at_hand))
    question = "Numéro, ou chemin d’un fichier :" if at_hand else "Chemin du fichier :"
    while True:
        typed = dialogue.ask(question, help_text).strip('"')
        if not typed:
            return None
        if len(typed) > LONGEST_PATH:
            dialogue.say("Ce chemin est trop long. Rien n’a été changé.")
        elif (rank := rank_in(typed, len(at_hand))) is not None:
            return at_hand[rank - 1]
        else:
            return Path(os.fsdecode(typed.encode()))  # the locale may not be UTF-8, as the line is


def say_received(dialogue: Dialogue, workspace: Workspace, path: Path) -> None:
    """Keep a review, a submission, or all those of a folder, a mail or an archive, and say what was done.

    Raises Refusal.
    """
    dialogue.say("Vérification des fichiers…")
    outcomes = receive(workspace, (path,))
    left = [outcome.message for outcome in outcomes if outcome.state is State.LEFT]
    dialogue.say(*(keys_aloud(outcome.message) for outcome in outcomes if outcome.state is not State.LEFT))
    if left:
        dialogue.say(words.left_aside(left))


def say_other(dialogue: Dialogue, other: OtherVersion) -> None:
    """Say how a file differs from one's own assessment."""
    dialogue.say(f"C’est une {other.name}. {other.warning}".strip())
    dialogue.say(*(difference.sentence for difference in other.differences[:_MOST_SAID]))
    left_out = len(other.differences) - _MOST_SAID
    if left_out > 0:
        dialogue.say(f"Et {count(left_out, 'autre différence', 'autres différences')}.")


def replace_own(dialogue: Dialogue, workspace: Workspace, other: OtherVersion, name: str) -> None:
    """Put the content of a file in the place of one's own assessment, and say it. Raises Refusal."""
    if put_in_place(workspace, other.assessment_id, other.received, name) is not None:
        dialogue.say(keys_aloud(other.replaced_by(name)))


class ImportRoom:
    """Asks for a file, says what it holds, and takes it."""

    def __init__(self, dialogue: Dialogue, workspace: Workspace) -> None:
        self._dialogue = dialogue
        self._workspace = workspace

    def run(self) -> int | None:
        """Return the id of the assessment that was made or completed; None when nothing was taken."""
        found = workbooks_at_hand(usual_folders())[:_MOST_SAID]
        path = ask_path(self._dialogue, _HELP, [workbook.path for workbook in found])
        if path is None:
            return None
        with self._dialogue.saying_refusals():
            if is_folder(path) or path.suffix.casefold() in _ENVELOPES or self._is_review(path):
                say_received(self._dialogue, self._workspace, path)
                return None
            if left := said_if_left(path):
                self._dialogue.say(left)
                return None
            return self._submission(path) if path.suffix.casefold() == ".json" else self._workbook(path)
        return None

    def _is_review(self, path: Path) -> bool:
        workspace = self._workspace
        return is_review_file(path) or holds_review(path, workspace.catalogue, own_lineages(workspace))

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
            self._dialogue.say("Rien n’a été enregistré. « reçues », puis « recevoir », le garde à lire.")
            return None
        taken = take_back(self._workspace, path, doubles=True)
        self._dialogue.say(saved(f"évaluation {taken.assessment_id}"))
        return taken.assessment_id

    def _other_version(self, path: Path, other: OtherVersion) -> int | None:
        """Say how a file differs from the assessment that is here; receive it, or put it in place."""
        say_other(self._dialogue, other)
        choices = (
            "le garder parmi les fichiers reçus, la vôtre ne change pas",
            "mettre son contenu à la place du vôtre, après une sauvegarde",
        )
        chosen = self._dialogue.choose(choices, "Que faire de ce fichier ? Numéro, ou Entrée :", _WHERE_HELP)
        if chosen == 1:
            say_received(self._dialogue, self._workspace, path)
        elif chosen == 2:
            replace_own(self._dialogue, self._workspace, other, shown_name(path))
            return other.assessment_id
        else:
            self._dialogue.say("Rien n’a été enregistré.")
        return None

    # a workbook

    def _workbook(self, path: Path) -> int | None:
        """Take a workbook into a new assessment, or into one. Raises Refusal."""
        file = self._with_columns(path)
        if file is None:
            self._dialogue.say("Rien n’a été enregistré.")
            return None
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

    def _with_columns(self, path: Path) -> WorkbookFile | None:
        """Return a workbook, read with the columns that the person agrees to; None when none are said.

        Raises Refusal.
        """
        catalogue, kept = self._workspace.catalogue, workbooks.kept_columns(self._workspace.store)
        columns = workbooks.ColumnsSaid(kept=kept)
        file: WorkbookFile | None = None
        tables: tuple[Roles, ...] = ()
        while True:
            try:
                file = workbooks.read(path, catalogue, columns=columns)
                tables = file.reading.tables
            except InvalidDocument as refusal:
                if not tables and refusal.code == "tableur-sans-grille":
                    tables = tuple(map(whole_sheet, workbooks.without_headings(path)))
                if not tables:
                    raise
                self._dialogue.say(refusal.sentences())
            if not tables:  # a report of this program
                return file
            for where, (table, *_) in grouped(tables):
                self._dialogue.say(f"Colonnes de {where} : {columns_sentence(table.lettered, table.form)}")
            typed = self._dialogue.ask(_ARE_RIGHT if file else _WHICH_COLUMNS, _COLUMNS_HELP)
            if not typed:
                return file
            columns = columns._replace(typed=(typed,), chosen=file.said if file else {})

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


# What was received: the list, then one file.

_MOST_LISTED: Final = 25
_LIST_HELP: Final = (
    "Tapez le numéro d’un fichier pour le lire, et écrire votre avis.\n"
    "« recevoir » : un fichier, un dossier, un courriel (.eml, .mbox) ou une archive (.zip).\n"
    "« chercher cognac » : les fichiers où se trouve ce mot.\n"
    "« réunir 3 » : les évaluations de ce territoire, pour la même année, en une nouvelle.\n"
    "« consolider » : les chiffres de tous les fichiers reçus en un seul, pour vous.\n"
    "« remplacer 3 » : son contenu à la place de votre évaluation, dont c’est une autre version.\n"
    "« attendues » : écrire la liste des territoires dont vous attendez un fichier.\n"
    "« supprimer 3 » : le supprimer, après une sauvegarde.\n"
    "Entrée seule : revenir à l’accueil."
)
_RECEIVE_HELP: Final = (
    "Tapez le chemin d’un fichier, d’un dossier, d’un courriel enregistré (.eml, .mbox) ou d’une archive "
    "(.zip).\nChaque fichier est vérifié, puis gardé tel quel. Entrée seule revient à la liste."
)
_FILE_HELP: Final = (
    "Tapez le numéro ou le nom d’une étape. « grille » : lire chaque ligne, et y écrire votre avis.\n"
    f"« retour » : les fichiers reçus.\n{COMMON_HELP}"
)
_LISTS: Final = (".txt", ".csv")
_EXPECTED_HELP: Final = (
    "Le nom d’un territoire par ligne, avec son SIREN si vous l’avez. Une liste en .txt ou en .csv remplace "
    "celle d’avant. « retour » ne change rien."
)
_CHOICE_HELP: Final = "Entrée seule ne change rien. Un choix se change tant que l’évaluation est en cours."


class ReceivedRoom:
    """Says the files received and what changed; reads one, merges those of a territory, consolidates all."""

    def __init__(self, dialogue: Dialogue, workspace: Workspace) -> None:
        self._dialogue = dialogue
        self._workspace = workspace
        self._words = ""

    def run(self) -> None:
        """Ask until the person goes back. Raises DatabaseRefusal."""
        every: tuple[Lineage, ...] | None = None
        while True:
            if every is None:
                every = kept.lineages(self._workspace)
                self._say(every)
            one = "Numéro à lire, « recevoir », ou Entrée pour revenir :"
            answer = self._dialogue.ask(
                one if every else "« recevoir », ou Entrée pour revenir :", _LIST_HELP
            )
            if not answer and not self._words:
                return
            is_changed = True
            with suppress(Back), self._dialogue.saying_refusals():
                is_changed = self._take(answer, every)
            every = None if is_changed else every

    def _say(self, every: Sequence[Lineage]) -> None:
        say = self._dialogue.say
        many = count(len(every), "évaluation reçue", "évaluations reçues")
        say(f"{many}. Chiffres des lignes de la Caf." if every else "Aucun fichier reçu pour l’instant.")
        found = [
            (rank, one)
            for rank, one in enumerate(every, 1)
            if match_rank(self._words, *one.words) is not None
        ]
        alike = Counter(one.looks for one in every)
        waiting = [str(rank) for rank, one in enumerate(every, 1) if one.progress.is_waiting]
        if waiting and not self._words:
            say(f"À traiter : {count(len(waiting), 'évaluation')}. Pour commencer : {waiting[0]}.")
        if self._words:
            say(f"« {self._words} » : {count(len(found), 'trouvée')}. Entrée seule les montre toutes.")
        for rank, one in found[:_MOST_LISTED]:
            file = f" Fichier : {one.current.file_name}" if alike[one.looks] > 1 else ""
            say(number_and_name(rank, f"{_of_list(one)}{file}"))
        if (left := len(found) - _MOST_LISTED) > 0:
            say(f"Et {count(left, 'autre')} : « chercher », puis un mot, en montre moins.")
        listed = kept.expected(self._workspace.store)
        year = campaign_year(self._workspace.catalogue.default.campaign, self._workspace.today())
        came = kept.came(listed, every, year)
        if missing := [one.expected.name for one in came if not one.is_complete]:
            complete = count(len(came) - len(missing), "complet")
            say(f"Territoires attendus pour {year} : {complete} sur {len(came)}.")
            say(f"Il manque {listing(missing)}.")

    def _take(self, answer: str, every: Sequence[Lineage]) -> bool:
        """Do what is answered; return whether the list is to be said again. Raises Refusal."""
        word, _, number = fold_words(answer).partition(" ")
        rank = rank_in(number or word, len(every))
        chosen = None if rank is None else every[rank - 1]
        match word:
            case "" | "chercher":
                self._words = " ".join(answer.split()[1:])
            case "recevoir" | "importer":
                if (path := ask_path(self._dialogue, _RECEIVE_HELP)) is not None:
                    say_received(self._dialogue, self._workspace, path)
            case "consolider":
                self._consolidate(every)
            case "attendues":
                self._write_expected()
            case "reunir" if chosen is not None:
                self._merge(chosen)
            case "remplacer" if chosen is not None and chosen.own_id is not None:
                self._replace(chosen, chosen.own_id)
            case "supprimer" if chosen is not None:
                self._delete(chosen)
            case _ if chosen is not None and not number:
                self._read(chosen)
            case _:
                expected = "« recevoir », ou Entrée"
                self._dialogue.misunderstood(
                    answer, f"un numéro de la liste, {expected}" if every else expected
                )
                return False
        return True

    def _read(self, chosen: Lineage) -> None:
        """Say what a file is and what it changed, then read it, and write the review. Raises Refusal."""
        session = kept.open_received(self._workspace, chosen)
        kept.mark_as_read(self._workspace, chosen.current)
        desk, say = Desk(self._dialogue, self._workspace, session), self._dialogue.say
        say(f"{words.short(chosen.current)}. {chosen.current.people or 'Personne non nommée'}.")
        say(f"Accusé de réception à renvoyer : « {words.receipt(chosen.current.fingerprint)} »")
        if chosen.since is not None:
            _say_since(self._dialogue, chosen.since)
        room = WritingRoom(desk, session)
        steps = (
            Step("Grille", lambda: answers_aloud(session.scores, 0), room.lines),
            Step("Entretien", lambda: "ce que la personne a préparé", PreparationRoom(desk).run),
            Step("Avis", room.state, room.whole),
            Step("Écrire l’avis", lambda: "le fichier à renvoyer, à créer", room.write),
        )
        go_through(desk, steps, 1, _FILE_HELP, lambda _: False)

    def _write_expected(self) -> None:
        """Take territories that come after those of the list, or a list in a file. Raises Refusal."""
        dialogue, workspace = self._dialogue, self._workspace
        if present := kept.expected_text(workspace).strip():
            dialogue.say("Territoires attendus :", present)
            dialogue.say(
                "Ce que vous tapez vient à la suite. « effacer », tout de suite, retire cette liste."
            )
        typed: list[str] = []
        question = "Un territoire par ligne, ou le chemin d’une liste. Un point pour finir :"
        while (line := dialogue.ask(question, _EXPECTED_HELP)) != END:
            if present and not typed and command(line)[0] is Word.CLEAR:
                kept.write_expected(workspace, "")
                dialogue.say(saved("aucun territoire"))
                return
            typed += [line] if line else []
            question = "Suite, ou un point pour finir :"
        if not typed:
            dialogue.say("Rien n’a été changé.")
            return
        path = dropped_file(typed[0]) if len(typed) == 1 else None
        if path is None and len(typed) == 1 and Path(typed[0]).suffix.casefold() in _LISTS:
            path = Path(typed[0])
        text = "\n".join(filter(None, (present, *typed))) if path is None else kept.list_in(path)
        kept.write_expected(workspace, text)
        dialogue.say(saved(count(len(kept.expected_territories(text)), "territoire")))

    def _replace(self, chosen: Lineage, own_id: int) -> None:
        """Put the content of a file in the place of one's own assessment once agreed. Raises Refusal."""
        received = kept.read(self._workspace, chosen.current.sha256)
        if (other := other_version(self._workspace, own_id, received)) is None:
            return
        say_other(self._dialogue, other)
        if self._dialogue.agree("Mettre son contenu à la place du vôtre, après une sauvegarde ?"):
            replace_own(self._dialogue, self._workspace, other, chosen.current.file_name)

    def _delete(self, chosen: Lineage) -> None:
        """Remove what was received of an assessment once the person agrees. Raises Refusal."""
        review = ", et votre avis" if chosen.reviews or chosen.is_review_begun else ""
        said = f"Supprimer ce qui a été reçu de {words.short(chosen.current)}{review} ?"
        if self._dialogue.agree(f"{said} Une sauvegarde est faite avant."):
            kept.forget(self._workspace, chosen.key)
            self._dialogue.say("Supprimé. La sauvegarde faite juste avant permet de le retrouver.")

    # several files

    def _merge(self, chosen: Lineage) -> None:
        """Merge the files of a territory once the person agrees, then ask what differs. Raises Refusal."""
        dialogue = self._dialogue
        question = (
            f"Réunir les évaluations de {chosen.name} ({chosen.current.year}) en une nouvelle ? "
            "Les vôtres et celles reçues restent comme elles sont."
        )
        if not dialogue.agree(question):
            dialogue.say("Rien n’a été enregistré.")
            return
        draft, assessment_id, _ = merge_received(self._workspace, chosen)
        desk = Desk(dialogue, self._workspace, self._workspace.open(assessment_id))
        dialogue.say(saved(f"évaluation {assessment_id}, {count(draft.files, 'fichier')}"))
        dialogue.say(merging.summary(draft.merged), *draft.notices)
        conflicts = draft.merged.conflicts
        ask_in_turn(
            [
                partial(_choose, desk, draft.merged, one, f"{rank} sur {len(conflicts)}")
                for rank, one in enumerate(conflicts, 1)
            ]
        )
        assessment = desk.session.assessment
        left = sum(value_of(assessment, one.item) is None for one in conflicts)
        words = "réponse reste à choisir", "réponses restent à choisir"
        state = count(left, *words) if left else "tout est choisi"
        dialogue.say(f"Évaluation {assessment_id}, à l’accueil : {state}.")

    def _consolidate(self, every: Sequence[Lineage]) -> None:
        """Write the figures of everything received into one file, for the adviser. Raises Refusal."""
        dialogue, workspace = self._dialogue, self._workspace
        drafts = sum(one.current.status is Status.DRAFT for one in every)
        formats = tuple(consolidated.FORMATS.values())
        question = "Pour vous, avec les noms. Numéro, ou Entrée pour revenir :"
        chosen = dialogue.choose(formats, question, _LIST_HELP)
        if chosen is None:
            return
        with_drafts = bool(drafts) and dialogue.agree(f"Compter aussi {count(drafts, 'provisoire')} ?")
        path = ask_folder(dialogue) / f"{consolidated.NAME}{tuple(consolidated.FORMATS)[chosen - 1]}"
        dialogue.say("Lecture des fichiers reçus…")
        gathered = consolidation.gather(
            consolidation.received(workspace),
            workspace.catalogue,
            with_drafts=with_drafts,
            expected=kept.expected(workspace.store),
        )
        content = consolidation.consolidate(gathered)

        def write(replace: bool) -> None:
            consolidation.write(content, path, protected=(workspace.store.path,), replace=replace)
            dialogue.say(consolidated.done(len(gathered.choice.counted), gathered.choice.people))
            dialogue.say(*gathered.not_counted, "Fichier écrit :", str(path))

        write_file(dialogue, write)


def _of_list(one: Lineage) -> str:
    """Return `Val de Charente, Prénom Nom, 2027, définitif. 49 %, 11 lignes à 0 ou 1. À lire.`"""
    current = one.current
    who = ", ".join(filter(None, (one.name, current.people, str(current.year))))
    figure = "Pas de pourcentage" if current.percentage is None else f"{current.percentage} %"
    low = "" if current.low is None else f", {count(current.low, 'ligne')} à 0 ou 1"
    said = [
        f"{who}, {words.state_and_revision(current)}.",
        f"{figure}{low}.",
        f"{one.progress.capitalize()}.",
    ]
    changed, left = one.news
    said += [f"Depuis votre lecture : {changed}."] if changed else []
    said += [f"{left}."] if left else []
    if one.own_id is not None:
        said.append(f"Autre version de votre évaluation {one.own_id}.")
    if one.conflict:
        said.append(f"À vérifier avec l’expéditeur : {one.conflict}.")
    return " ".join(said)


def _say_since(dialogue: Dialogue, since: Since) -> None:
    """Say what a file changed since the one read before, value by value."""
    dialogue.say(f"Depuis votre lecture de la version {since.before.revision} :")
    differences = since.differences
    dialogue.say(*(one.since.replace(" → ", ", puis ") for one in differences[:_MOST_SAID]))
    if not differences:
        dialogue.say("Rien n’a changé.")
    elif len(differences) > _MOST_SAID:
        others = count(len(differences) - _MOST_SAID, "autre changement", "autres changements")
        dialogue.say(f"Et {others} : « suivante », dans la grille, y va.")


def _choose(desk: Desk, merged: Merged, one: Disagreement, rank: str) -> None:
    """Ask which answer to keep where people differ; Entrée alone leaves it as it is."""
    dialogue, session = desk.dialogue, desk.session
    given = merging.by_value(merged.people.people, one)
    names = [f"{merging.value(value)}, {listing(who)}" for value, who in given.items()]
    values: list[Value | None] = [*given]
    if one.item.kind is Kind.NUMBER:
        values.append(sum(each.value for each in one.opinions if isinstance(each.value, int)))
        names.append(f"{merging.value(values[-1])}, la somme")
    values.append(None)
    names.append("laisser vide")
    place = without_mark(merging.place(merged.grid, one.item))
    dialogue.say(f"{rank}, {place} : {merged.grid.line(one.item.line).label}")
    present = merging.value(value_of(session.assessment, one.item))
    chosen = dialogue.choose(names, asking(place, present, "Numéro, ou Entrée"), _CHOICE_HELP)
    if chosen is not None:
        value = values[chosen - 1]
        desk.keep(lambda: choose(session, one.item, value), saved(f"{place}, {merging.value(value)}"))
