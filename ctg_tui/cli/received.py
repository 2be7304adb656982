"""`importer` and `verifier`: received files come in, or are checked only."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from glob import glob
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ctg_tui.cli import spreadsheet
from ctg_tui.cli.options import (
    A_PATH,
    Misuse,
    chosen_id,
    command,
    database_if_any,
    known_catalogue,
    option,
    run_options,
    workspace,
)
from ctg_tui.cli.terminal import Progress, print_json, print_line, print_message
from ctg_tui.domain.errors import EXIT_INVALID_DOCUMENT, EXIT_REFUSED, InvalidDocument, Refusal, typeset
from ctg_tui.domain.scores import totals
from ctg_tui.domain.text import short_fingerprint
from ctg_tui.formats import Problem, ProblemCode
from ctg_tui.grids.catalogue import Catalogue
from ctg_tui.services.files import Piece, files_in, is_folder, unforeseen
from ctg_tui.services.received.intake import Nature, Outcome, State, found_at, intake, with_grid
from ctg_tui.services.received.own import OtherVersion, other_version, put_in_place, read_back, take_back
from ctg_tui.services.spreadsheet import reading
from ctg_tui.storage.rows import moment_text
from ctg_tui.submission.file import Received, Verdict, verify
from ctg_tui.system.files import shown_name
from ctg_tui.wording import received as words
from ctg_tui.wording.french import MOMENTS, NBSP, STATUSES, assessment_name, count, state_of
from ctg_tui.wording.lines import basis, in_one
from ctg_tui.wording.received import import_summary, left_aside
from ctg_tui.wording.spreadsheet import key_name, taken_counts

if TYPE_CHECKING:
    from ctg_tui.services.spreadsheet.reading import ColumnsSaid, Taken, WorkbookFile
    from ctg_tui.storage.received import StoredSubmission


def of_received(received: Outcome | WorkbookFile) -> dict[str, Any]:
    """Return what became of a received file; a workbook that was only read gives its lists."""
    if not isinstance(received, Outcome):
        return spreadsheet.of_file(received)
    piece, submission = received.piece, received.submission
    facts: dict[str, Any] = {
        "fichier": str(piece.path),
        "nature": received.nature.value,
        "etat": None if received.state is None else received.state.value,
        "code": received.code,
        "message": received.message,
    }
    if received.own_id is not None:
        facts["id"] = received.own_id
    return facts if submission is None else facts | _submission_facts(submission)


def _submission_facts(submission: StoredSubmission) -> dict[str, Any]:
    return {
        "empreinte": submission.fingerprint,
        "empreinte_courte": short_fingerprint(submission.fingerprint),
        "evaluation": submission.lineage,
        "envoi": submission.sending,
        "statut": submission.status.value,
        "territoire": submission.territory_name,
        "annee": submission.year,
        "moment": submission.moment.value,
        "recu_le": moment_text(submission.received_at),
    }


def show(received: Sequence[Outcome | WorkbookFile]) -> None:
    """Print what became of each file; refused ones as messages, with why."""
    left = [one.message for one in received if isinstance(one, Outcome) and one.state is State.LEFT]
    found = [one for one in received if not (isinstance(one, Outcome) and one.state is State.LEFT)]
    states = Counter(one.state for one in found if isinstance(one, Outcome) and not one.is_no_file)
    for one in found:
        if not isinstance(one, Outcome):
            spreadsheet.show(one)
            continue
        if one.state is State.REFUSED:
            print_message(one.message)
        elif one.state is State.TAKEN and one.submission is not None:
            print_line(f"{one.piece.name}{NBSP}: {one.message}")
        else:
            print_line(one.message)
    if left:
        print_line(left_aside(left))
    if len(states) > 1 or sum(states.values()) > 1:
        print_line(
            import_summary(
                *(states[state] for state in (State.TAKEN, State.ALREADY, State.REFUSED, State.READ))
            )
        )
    if any(not isinstance(one, Outcome) for one in found):
        print_line(
            typeset(
                "Aucun tableur n’a été enregistré. Pour en reprendre un, ajoutez --nouvelle, ou --dans ID "
                "pour compléter une évaluation."
            )
        )


# `importer` of received files: submissions are taken, workbooks only read.


def receive(paths: tuple[Path, ...], own_grid: bool, typed: tuple[str, ...], as_json: bool) -> int:
    """Take submissions, look at workbooks, then report once all is stored; return the exit code."""
    catalogue = known_catalogue()
    with database_if_any() as store:
        kept = {} if store is None else reading.kept_columns(store)
    columns = reading.ColumnsSaid(typed, kept=kept)
    outcomes: list[Outcome | WorkbookFile] = []
    with (
        Progress(words.read_so_far, words.STOPPED) as progress,
        ExitStack() as stack,
        intake(catalogue, lambda: stack.enter_context(workspace(write=True))) as taking,
    ):
        for done, outcome in enumerate(taking.take_all(found_at(paths)), 1):
            progress.show(done)
            outcomes.append(_look(outcome, catalogue, own_grid, columns))
    outcomes = list(map(_with_grid, outcomes))
    if as_json:
        files = [one for one in outcomes if not (isinstance(one, Outcome) and one.is_no_file)]
        print_json(list(map(of_received, files)))
        for one in outcomes:
            if isinstance(one, Outcome) and one.is_no_file:
                print_message(one.message)
    else:
        show(outcomes)
    refused = any(isinstance(one, Outcome) and one.state is State.REFUSED for one in outcomes)
    return EXIT_INVALID_DOCUMENT if refused else 0


def _with_grid(read: Outcome | WorkbookFile) -> Outcome | WorkbookFile:
    """Return what became of a workbook: taken, where it is the grid that files received wait for."""
    if isinstance(read, Outcome):
        return read
    with database_if_any() as store:
        if store is None or not store.has_submissions():
            return read
    with workspace(write=True) as opened:
        outcome = with_grid(opened, Outcome(Piece(read.path), Nature.WORKBOOK, None))
    return read if outcome.state is None else outcome


def _look(
    outcome: Outcome, catalogue: Catalogue, own_grid: bool, columns: ColumnsSaid
) -> Outcome | WorkbookFile:
    """Return the outcome without the bytes of its file; a workbook is read."""
    outcome = outcome._replace(piece=outcome.piece._replace(content=None))
    if outcome.state is not None:
        return outcome
    try:
        return reading.read(outcome.piece.path, catalogue, own_grid=own_grid, columns=columns)
    except Exception as error:  # noqa: BLE001 - the other files are received, and this one is named
        refusal = error if isinstance(error, Refusal) else unforeseen(outcome.piece, error)
        return outcome._replace(state=State.REFUSED, code=refusal.code, message=refusal.sentences())


# `importer --nouvelle` and `--dans` of a submission: taken into an assessment, new or one's own.


def take(path: Path, doubles: bool, as_json: bool) -> dict[str, Any]:
    """Take a submission back into an assessment.

    Another version of an assessment that is here is refused. Raises InvalidSubmission, Refusal.
    """
    with workspace(write=True) as opened:
        found = read_back(opened, path)
        other = None if found.present is None else other_version(opened, found.present, found.received)
        if other is not None:
            return _refused(path, other, as_json=as_json)
        taken = take_back(opened, path, doubles=doubles)
    state = "pris" if taken.is_new else "deja"
    facts = _facts(path, taken.received, state, taken.assessment_id)
    if not as_json:
        print_line(facts["message"])
    return facts


def _refused(path: Path, other: OtherVersion, *, as_json: bool) -> dict[str, Any]:
    """Return the refusal to make a second assessment of one's own, printed; it gives the two ways on."""
    refusal = words.not_a_new_one(shown_name(path), other.name, other.assessment_id, other.warning)
    if not as_json:
        print_message(refusal.sentences())
    return {**_facts_of_other(path, other), "etat": "refuse", "message": refusal.sentences()}


def put(path: Path, into: str, *, replace: bool, as_json: bool) -> dict[str, Any]:
    """Show how a submission differs from one's own assessment; with `replace`, put its content there.

    Raises InvalidSubmission, Refusal as `put_in_place` does, and `autre-evaluation`.
    """
    with workspace(write=replace) as opened:
        assessment_id = chosen_id(opened, into, latest=False)
        opened.store.load(assessment_id)
        found = read_back(opened, path)
        if found.present != assessment_id:
            raise words.not_of_this_one(shown_name(path), assessment_id)
        other = other_version(opened, assessment_id, found.received)
        if other is not None and replace:
            put_in_place(opened, assessment_id, found.received, shown_name(path))
    if other is None:
        facts = _facts(path, found.received, "deja", assessment_id)
    else:
        facts = _facts_of_other(path, other, is_replaced=replace)
    if as_json:
        return facts
    print_line(facts["message"])
    if other is not None and not replace:
        for difference in other.differences:
            print_line(f"  {difference.sentence}.")
        print_line(typeset(words.NOTHING_CHANGED))
    return facts


def _facts_of_other(path: Path, other: OtherVersion, *, is_replaced: bool = False) -> dict[str, Any]:
    name = shown_name(path)
    message = typeset(f"« {name} » : {other.name}.")
    if is_replaced:
        message = other.replaced_by(name)
    return _facts(path, other.received, "pris" if is_replaced else "lu", other.assessment_id) | {
        "code": "contenu-remplace" if is_replaced else "autre-version",
        "message": f"{message} {other.warning}".strip(),
        "differences": [
            {"ou": typeset(one.where), "ici": one.here, "fichier": one.there} for one in other.differences
        ],
    }


def _facts(path: Path, received: Received, state: str, assessment_id: int) -> dict[str, Any]:
    assessment = received.assessment
    name = f"{assessment_name(assessment.identity)}, {state_of(received.sending)}"
    sentences = {
        "deja": f"Déjà là : {name}, évaluation n° {assessment_id}. Rien n’a été changé.",
        "pris": f"Reprise : {name}, nouvelle évaluation n° {assessment_id}.",
    }
    return {
        "fichier": str(path),
        "nature": "soumission",
        "etat": state,
        "code": {"deja": "deja-la"}.get(state, "soumission-prise"),
        "message": typeset(sentences.get(state, "")),
        "evaluation": assessment.uuid,
        "envoi": received.sending.number,
        "empreinte": received.fingerprint,
        "id": assessment_id,
    }


# The commands `importer` and `tableur`.


@command(
    "importer",
    short_help="Reçoit des fichiers pour la Caf, ou lit le tableur d’une Caf.",
    help="Reçoit des fichiers pour la Caf, seuls ou en dossiers. Chacun est vérifié, puis gardé tel quel. "
    "Lit aussi le tableur d’une Caf (.xlsx, .ods, .csv) et montre ce qu’il contient. Avec --nouvelle ou "
    "--dans, reprend les réponses du tableur ; avec --nouvelle, celles de votre propre fichier, par exemple "
    "sur un nouvel ordinateur. Avec --dans, un fichier pour la Caf qui est une autre version de cette "
    "évaluation montre ce qui diffère. Les fichiers ne sont jamais modifiés.",
)
@click.argument("paths", metavar="FICHIER…", type=A_PATH, nargs=-1, required=True)
@option("--nouvelle", "as_new", is_flag=True, help="En fait une nouvelle évaluation, modifiable.")
@option(
    "--en-double",
    is_flag=True,
    help="Avec --nouvelle, même s’il y a déjà une évaluation de ce territoire pour la même année et le même "
    "moment.",
)
@option(
    *("--dans", "into"),
    metavar="ID",
    help="Complète cette évaluation ; une case qui a déjà une autre réponse n’est pas changée.",
)
@option(
    *("--remplacer", "replace"),
    is_flag=True,
    help="Avec --dans et un fichier pour la Caf : met son contenu à la place du vôtre, après une "
    "sauvegarde ; Ctrl+Z rend le vôtre.",
)
@option(
    *("--confirmer", "confirmed"),
    multiple=True,
    metavar="ADRESSE",
    help="Prend aussi la valeur de cette cellule, à confirmer ou différente. Peut se répéter.",
)
@option(
    *("--grille-du-tableur", "own_grid"),
    is_flag=True,
    help="Crée une grille avec les lignes du tableur, même semblables à celles d’une grille connue.",
)
@spreadsheet.columns_option
@run_options
def import_files(
    paths: tuple[Path, ...],
    as_new: bool,
    en_double: bool,
    into: str | None,
    replace: bool,
    confirmed: tuple[str, ...],
    own_grid: bool,
    columns: tuple[str, ...],
    as_json: bool,
) -> int:
    if as_new and into is not None:
        raise Misuse("--nouvelle et --dans ne vont pas ensemble.")
    if (as_new or into is not None) and len(paths) > 1:
        raise Misuse("Avec --nouvelle ou --dans, donnez un seul fichier.")
    if confirmed and not as_new and into is None:
        raise Misuse("--confirmer demande --nouvelle ou --dans.")
    if en_double and not as_new:
        raise Misuse("--en-double demande --nouvelle.")
    if own_grid and into is not None:
        raise Misuse("Avec --dans, le tableur est lu avec la grille de l’évaluation.")
    if replace and (into is None or not _is_submission(paths[0])):
        raise Misuse("--remplacer demande --dans et un fichier pour la Caf (.json).")
    if columns and len(paths) > 1:
        raise Misuse("Avec --colonnes, donnez un seul fichier.")
    if as_new or into is not None:
        return _take_one(paths[0], into, replace, confirmed, own_grid, columns, en_double, as_json)

    return receive(paths, own_grid, columns, as_json)


def _is_submission(path: Path) -> bool:
    return path.suffix.casefold() == ".json"


def _take_one(
    path: Path,
    into: str | None,
    replace: bool,
    confirmed: tuple[str, ...],
    own_grid: bool,
    columns: tuple[str, ...],
    doubles: bool,
    as_json: bool,
) -> int:
    """Take a workbook, or a submission back, into an assessment that can be edited."""
    try:
        if _is_submission(path):
            if into is None:
                facts = take(path, doubles, as_json)
            else:
                facts = put(path, into, replace=replace, as_json=as_json)
        else:
            facts = _take(path, into, confirmed, own_grid, columns, as_json)
    except Refusal as refusal:
        if not isinstance(refusal, InvalidDocument) and type(refusal) is not Refusal:
            raise  # about the assessments, not the file
        if as_json:
            print_json([spreadsheet.of_refusal(path, refusal)])
        else:
            print_message(refusal.sentences())
        return refusal.exit_code
    if as_json:
        print_json([facts])
    return EXIT_REFUSED if facts["etat"] == "refuse" else 0


def _take(
    path: Path,
    into: str | None,
    confirmed: tuple[str, ...],
    own_grid: bool,
    typed: tuple[str, ...],
    as_json: bool,
) -> dict[str, Any]:
    with workspace(write=True) as opened:
        columns = reading.ColumnsSaid(typed, kept=reading.kept_columns(opened.store))
        if into is None:
            file = reading.read(path, opened.catalogue, own_grid=own_grid, columns=columns)
            _require_known(file, confirmed)
            taken = reading.take_as_new(opened, file, confirmed)
        else:
            assessment_id = chosen_id(opened, into, latest=False)
            file = reading.read_for(opened, path, assessment_id, columns)
            _require_known(file, confirmed)
            taken = reading.take_into(opened, file, assessment_id, confirmed)
    facts = spreadsheet.of_file(file) | spreadsheet.of_taken(taken)
    if as_json:
        return facts
    _show_taken(file, taken, is_new=into is None)
    return facts


def _require_known(file: WorkbookFile, confirmed: tuple[str, ...]) -> None:
    """Raise Misuse for an address that has nothing to take: it would be confirmed in vain."""
    unknown = [address for address in confirmed if address not in file.reading.addresses]
    if unknown:
        raise Misuse(f"Rien n’est à confirmer en « {unknown[0]} ».")


def _show_taken(file: WorkbookFile, taken: Taken, *, is_new: bool) -> None:
    spreadsheet.show(file)
    for conflict in taken.plan.conflicts:
        print_line(
            typeset(
                f"  gardé        {key_name(file.grid, conflict.line)} : {conflict.here} ici, "
                f"{conflict.workbook} en {conflict.address}."
            )
        )
    done = "Nouvelle évaluation" if is_new else "Évaluation complétée"
    print_line(typeset(f"{done} : n° {taken.assessment_id}, {taken_counts(taken.counts)}."))


COMMANDS = (import_files,)


# The command `verifier`: it reads the database only for a grid that is not known otherwise.


@command(
    "verifier",
    short_help="Vérifie des fichiers reçus ou à envoyer.",
    help="Vérifie des fichiers reçus ou à envoyer. D’un dossier, tous les fichiers .json sont vérifiés, ceux "
    "de ses sous-dossiers aussi ; les autres pièces (rapports, prévisionnel) y sont laissées de côté.",
)
@click.argument("paths", metavar="FICHIER|DOSSIER…", type=A_PATH, nargs=-1, required=True)
@run_options
def verify_submissions(paths: tuple[Path, ...], as_json: bool) -> int:
    counts = Counts()
    facts = []
    for verdict, folder in _verdicts(paths, known_catalogue(), counts):
        counts.add(verdict, in_folder=folder is not None)
        if as_json:
            facts.append(_verdict_facts(verdict))
        else:
            _print_verdict(verdict, _name_in(folder, verdict.path))
    if as_json:
        print_json(facts)
    elif len(paths) > 1 or counts.all_files != 1:
        print_line(counts.sentence())
    return EXIT_INVALID_DOCUMENT if counts.refused or not counts.valid else 0


@dataclass
class Counts:
    """What was done with the files of one command, for its last line."""

    valid: int = 0
    refused: int = 0
    left_aside: int = 0
    not_json: int = 0

    @property
    def read(self) -> int:
        return self.valid + self.refused

    @property
    def all_files(self) -> int:
        return self.read + self.left_aside + self.not_json

    def add(self, verdict: Verdict, *, in_folder: bool) -> None:
        """Count a verdict. In a folder, a known piece that is no submission is left aside, not refused."""
        if verdict.ok:
            self.valid += 1
        elif in_folder and _is_other_piece(verdict):
            self.left_aside += 1
        else:
            self.refused += 1

    def sentence(self) -> str:
        """Return `Total : 12 fichiers vérifiés, 11 valides, 1 refusé.`, and what was not verified."""
        if not self.read:
            parts = ["aucun fichier à vérifier"]
        else:
            parts = [
                count(self.read, "fichier vérifié", "fichiers vérifiés"),
                count(self.valid, "valide"),
                count(self.refused, "refusé"),
            ]
        if self.left_aside:
            parts.append(count(self.left_aside, "autre pièce laissée", "autres pièces laissées") + " de côté")
        if self.not_json:
            parts.append(count(self.not_json, "autre fichier non lu", "autres fichiers non lus"))
        return f"Total{NBSP}: {', '.join(parts)}."


def _verdicts(
    paths: Iterable[Path], catalogue: Catalogue, counts: Counts
) -> Iterator[tuple[Verdict, Path | None]]:
    """Yield the verdict of each file, and the folder where it was found, if any."""
    for path in (path for pattern in paths for path in _matching(pattern)):
        if not is_folder(path):
            yield verify(path, catalogue), None
            continue
        found, others = files_in(path)
        counts.not_json += others
        for file in found:
            yield verify(file, catalogue), path


def _name_in(folder: Path | None, path: Path) -> str:
    """Return the name of a file, with its subfolders of `folder`."""
    if folder is None:
        return shown_name(path)
    return "/".join(shown_name(Path(part)) for part in path.relative_to(folder).parts)


def _matching(pattern: Path) -> list[Path]:
    """Return the files that a pattern matches, or `pattern` itself: Windows' shells expand none."""
    names = [] if os.path.lexists(pattern) else sorted(glob(str(pattern)))  # noqa: PTH207 - also absolute
    return [Path(name) for name in names] or [pattern]


def _is_other_piece(verdict: Verdict) -> bool:
    return verdict.problem is not None and verdict.problem.code is ProblemCode.OTHER_PIECE


def _print_verdict(verdict: Verdict, name: str) -> None:
    received, problem = verdict.received, verdict.problem
    if problem is not None:
        said = problem.sentence()
        print_line(
            said if _is_other_piece(verdict) else f"{name}{NBSP}: refusé. {said[:1].upper()}{said[1:]}"
        )
    if received is None:
        return
    identity = received.assessment.identity
    facts = [
        STATUSES[received.status],
        f"envoi n°{NBSP}{received.header.number}",
        identity.territory.name,
        f"{identity.year}, {MOMENTS[identity.moment]}",
        *([] if received.scores is None else [f"ensemble {in_one(totals(received.scores))}"]),
        f"code de contrôle {short_fingerprint(received.fingerprint)}",
    ]
    print_line(f"{name}{NBSP}: valide, {' · '.join(facts)}.")
    if received.grid is not None:
        print_line(f"  {basis(received.grid)}")
    for notice in verdict.notices:
        print_line(f"  {notice.sentence()[:1].upper()}{notice.sentence()[1:]}")


def _verdict_facts(verdict: Verdict) -> dict[str, Any]:
    facts: dict[str, Any] = {
        "fichier": str(verdict.path),
        "valide": verdict.ok,
        "probleme": None if verdict.problem is None else _problem_facts(verdict.problem),
        "remarques": [_problem_facts(notice) for notice in verdict.notices],
    }
    if verdict.received is not None:
        facts |= _verified_facts(verdict.received)
    return facts


def _problem_facts(problem: Problem) -> dict[str, str]:
    return {"code": problem.code.value, "chemin": problem.path, "message": problem.sentence()}


def _verified_facts(received: Received) -> dict[str, Any]:
    document = received.document
    return {
        "empreinte": received.fingerprint,
        "empreinte_courte": short_fingerprint(received.fingerprint),
        **{key: document["document"][key] for key in ("id", "envoi", "etat", "cree_le")},
        **{key: document[key] for key in ("grille", "evaluation", "territoire", "resultats")},
    }


VERIFY_COMMANDS = (verify_submissions,)
