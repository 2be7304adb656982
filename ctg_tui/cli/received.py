"""`importer` and `verifier`: received files come in, or are checked only."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
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
    where,
    workspace,
)
from ctg_tui.cli.terminal import Progress, print_json, print_line, print_message
from ctg_tui.domain.changes import Field
from ctg_tui.domain.errors import EXIT_INVALID_DOCUMENT, InvalidDocument, Refusal, typeset
from ctg_tui.domain.scores import totals
from ctg_tui.domain.text import short_fingerprint
from ctg_tui.formats import Problem, ProblemCode
from ctg_tui.grids.catalogue import Catalogue
from ctg_tui.services import completing, exchange
from ctg_tui.services.exchange import Found, Nature, Outcome, State
from ctg_tui.services.files import NOT_FOLLOWED, absent, files_at
from ctg_tui.services.spreadsheet import reading
from ctg_tui.services.workspace import Workspace
from ctg_tui.storage.store import MemoryStore
from ctg_tui.submission.file import Received, Verdict, verify
from ctg_tui.system.computer import utc_now
from ctg_tui.system.files import shown_name
from ctg_tui.wording import exchange as words
from ctg_tui.wording.french import MOMENTS, NBSP, STATUSES, count
from ctg_tui.wording.lines import basis, in_one
from ctg_tui.wording.spreadsheet import key_name, taken_counts

if TYPE_CHECKING:
    from ctg_tui.services.spreadsheet.reading import ColumnsSaid, Taken, WorkbookFile

_NO_ROWS: dict[str, Any] = {"paroles": 0, "non_lu": []}


def of_outcome(outcome: Outcome) -> dict[str, Any]:
    """Return what became of a file, as other programs read it."""
    changed = () if outcome.found.returned is None else outcome.found.returned.changed
    facts: dict[str, Any] = {
        "fichier": str(outcome.found.path),
        "nature": outcome.found.nature.value,
        "etat": outcome.state.value,
        "code": outcome.code,
        "message": outcome.message,
        "paroles": outcome.rows,
        "non_lu": [
            {"adresse": unread.address, "raison": typeset(unread.reason)} for unread in outcome.unread
        ],
    }
    if changed:
        facts["change"] = [
            {"adresse": one.address, "quoi": typeset(one.what), "envoye": one.sent, "maintenant": one.now}
            for one in changed
        ]
    return facts


def _facts(row: Outcome | WorkbookFile) -> dict[str, Any]:
    """Return what became of a file; of a Caf's workbook that was only read, its lists too."""
    return of_outcome(row) if isinstance(row, Outcome) else spreadsheet.of_file(row) | {"paroles": 0}


def of_refusal(path: Path, refusal: Refusal) -> dict[str, Any]:
    return spreadsheet.of_refusal(path, refusal) | _NO_ROWS


def show(outcome: Outcome) -> None:
    """Print what became of a file, with each cell that was not read; a refused one as a message."""
    if outcome.state is State.REFUSED:
        print_message(outcome.message)
        return
    print_line(outcome.message)
    if outcome.found.returned is not None:
        for changed in outcome.found.returned.changed:
            print_line(f"  changé       {words.typed_over(*changed)}")
    for unread in outcome.unread:
        print_line(f"  non lu       {words.not_read(unread.address, unread.value, unread.reason)}")


# `importer` without an option: files are looked at, and taken where that changes nothing of one's own.


@contextmanager
def _to_look() -> Iterator[Workspace]:
    """Open the database to read; where there is none, an empty one in memory."""
    catalogue = Catalogue(where().grid_file)
    with database_if_any() as store:
        if store is not None:
            yield Workspace(store, catalogue)
            return
    with MemoryStore(utc_now) as empty:
        yield Workspace(empty, catalogue)


def _received(paths: tuple[Path, ...], progress: Progress) -> tuple[Outcome, ...]:
    """Return what becomes of files: of those that write nothing, no database is made."""

    def shown(files: Iterable[Found]) -> Iterator[Found]:
        for done, found in enumerate(files, 1):
            progress.show(done)
            yield found

    read: list[Outcome] = []
    with _to_look() as opened:
        for found in shown(exchange.looked_at(opened, paths)):
            outcome = exchange.outcome_without_writing(found)
            if outcome is None:
                break
            read.append(outcome)
        else:
            return tuple(read)
    with workspace(write=True) as opened:
        return exchange.take_all(opened, shown(exchange.looked_at(opened, paths)))


def receive(paths: tuple[Path, ...], own_grid: bool, typed: tuple[str, ...], as_json: bool) -> int:
    """Take files, or look at them; return the exit code."""
    with Progress(words.read_so_far, words.STOPPED) as progress:
        outcomes = _received(paths, progress)
    with database_if_any() as store:
        kept = {} if store is None else reading.kept_columns(store)
    columns = reading.ColumnsSaid(typed, kept=kept)
    catalogue = known_catalogue()
    rows = [_with_its_lists(outcome, catalogue, own_grid, columns) for outcome in outcomes]
    if as_json:
        print_json(
            [
                of_outcome(row) if isinstance(row, Outcome) else spreadsheet.of_file(row) | {"paroles": 0}
                for row in rows
            ]
        )
    else:
        _show_all(rows)
    refused = any(isinstance(row, Outcome) and row.state is State.REFUSED for row in rows)
    return EXIT_INVALID_DOCUMENT if refused else 0


def _with_its_lists(
    outcome: Outcome, catalogue: Catalogue, own_grid: bool, columns: ColumnsSaid
) -> Outcome | WorkbookFile:
    """Return a Caf's workbook as it was read, with the columns that were said; any other file as it is."""
    if outcome.found.nature is not Nature.WORKBOOK or outcome.state is State.TAKEN:
        return outcome
    try:
        return reading.read(outcome.found.path, catalogue, own_grid=own_grid, columns=columns)
    except InvalidDocument as refusal:
        return outcome._replace(state=State.REFUSED, code=refusal.code, message=refusal.sentences())


def _show_all(rows: Sequence[Outcome | WorkbookFile]) -> None:
    left, states = [], Counter[State]()
    for row in rows:
        if not isinstance(row, Outcome):
            spreadsheet.show(row)
            states[State.READ] += 1
        elif row.found.is_aside:
            left.append(row.message)
        else:
            show(row)
            states[row.state] += 1
    if left:
        print_line(words.left_aside(left))
    if states.total() > 1:
        numbers = (states[one] for one in (State.TAKEN, State.READ, State.ALREADY, State.REFUSED))
        print_line(words.import_summary(*numbers))
    if any(not isinstance(row, Outcome) for row in rows):
        print_line(
            typeset(
                "Aucun tableur n’a été enregistré. Pour en reprendre un, ajoutez --nouvelle, ou --dans ID "
                "pour compléter une évaluation."
            )
        )


# `importer` of one file: into a new assessment, or into one's own.


def _mine(path: Path, doubles: bool) -> tuple[dict[str, Any], str]:
    """Make one's own assessment of a submission; return what to report. Raises Refusal."""
    with workspace(write=True) as opened:
        found = exchange.look(opened, path)
        try:
            own_id = exchange.take_as_mine(opened, found, doubles=doubles)
        except Refusal as refusal:
            if refusal.code != "deja-la" or found.own_id is None:
                raise
            outcome = Outcome(found, State.ALREADY, refusal.code, refusal.sentences())
            return of_outcome(outcome) | {"id": found.own_id}, refusal.sentences()
    message = exchange.mine_words(found, own_id)
    outcome = Outcome(found, State.TAKEN, "soumission-prise", message, len(found.rows), own_id=own_id)
    return of_outcome(outcome) | {"id": own_id}, message


def _complete(path: Path, into: str, chosen: tuple[str, ...]) -> tuple[dict[str, Any], str]:
    """Put a submission into one's own assessment; return what to report. Raises Refusal."""
    with workspace(write=True) as opened:
        own_id = chosen_id(opened, into, latest=False)
        opened.store.load(own_id)
        found = exchange.look(opened, path)
        if found.refusal is not None:
            raise found.refusal
        if found.received is None:
            raise words.not_a_submission(found.name)
        done = completing.complete(opened, own_id, found.received, found.name, chosen)
    left = [one for one in done.offer.differences if one.key not in chosen]
    state = State.TAKEN if done.changes else State.ALREADY
    rows = sum(change.field is Field.SAID for change in done.changes)
    outcome = Outcome(found, state, "evaluation-completee" if done.changes else "deja-la", done.message, rows)
    facts = of_outcome(outcome) | {
        "id": own_id,
        "differences": [
            {"cle": one.key, "ou": one.place, "ici": one.own, "fichier": one.theirs} for one in left
        ],
    }
    lines = [done.offer.warning, done.message, *(f"  {one.sentence} (--prendre {one.key})" for one in left)]
    return facts, "\n".join(filter(None, lines))


# The command `importer`.


@command(
    "importer",
    short_help="Ouvre la réponse de la Caf, un fichier reçu, le tableur d’une Caf.",
    help="Ouvre des fichiers, seuls ou en dossiers : le classeur où la Caf a répondu, un fichier pour la "
    "Caf, le tableur d’une Caf, une grille. Ce que la Caf a répondu à votre évaluation y est repris ; le "
    "fichier pour la Caf de quelqu’un d’autre est gardé parmi les fichiers reçus ; un tableur est seulement "
    "montré. Avec --nouvelle, fait une évaluation d’un tableur ; avec --mienne, d’un fichier pour la Caf, "
    "par exemple sur un nouvel ordinateur ou à la suite de quelqu’un ; avec --dans, complète la vôtre. Les "
    "fichiers ne sont jamais modifiés.",
)
@click.argument("paths", metavar="FICHIER|DOSSIER…", type=A_PATH, nargs=-1, required=True)
@option("--nouvelle", "as_new", is_flag=True, help="En fait une nouvelle évaluation, modifiable.")
@option(
    *("--mienne", "as_mine"),
    is_flag=True,
    help="Fait de ce fichier pour la Caf votre évaluation : réponses, échanges et numéro d’envoi.",
)
@option(
    "--en-double",
    is_flag=True,
    help="Avec --mienne, même s’il y a déjà une évaluation de ce territoire pour la même année et le même "
    "moment.",
)
@option(
    *("--dans", "into"),
    metavar="ID",
    help="Complète cette évaluation ; une case qui a déjà une autre réponse n’est pas changée.",
)
@option(
    *("--prendre", "chosen"),
    multiple=True,
    metavar="CLÉ",
    help="Avec --dans et un fichier pour la Caf, prend aussi cette valeur, qui diffère de la vôtre. Peut se "
    "répéter.",
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
    as_mine: bool,
    en_double: bool,
    into: str | None,
    chosen: tuple[str, ...],
    confirmed: tuple[str, ...],
    own_grid: bool,
    columns: tuple[str, ...],
    as_json: bool,
) -> int:
    is_one = as_new or as_mine or into is not None
    if as_new + as_mine + (into is not None) > 1:
        raise Misuse("--nouvelle, --mienne et --dans ne vont pas ensemble.")
    if is_one and len(paths) > 1:
        raise Misuse("Avec --nouvelle, --mienne ou --dans, donnez un seul fichier.")
    if confirmed and not as_new and into is None:
        raise Misuse("--confirmer demande --nouvelle ou --dans.")
    if en_double and not as_mine and not as_new:
        raise Misuse("--en-double demande --mienne.")
    if own_grid and into is not None:
        raise Misuse("Avec --dans, le tableur est lu avec la grille de l’évaluation.")
    if chosen and (into is None or not _is_submission(paths[0])):
        raise Misuse("--prendre demande --dans et un fichier pour la Caf (.json).")
    if columns and len(paths) > 1:
        raise Misuse("Avec --colonnes, donnez un seul fichier.")
    if not is_one:
        return receive(paths, own_grid, columns, as_json)
    path = paths[0]
    try:
        if as_mine or (as_new and _is_submission(path)):
            facts, said = _mine(path, en_double)
        elif into is not None and _is_submission(path):
            facts, said = _complete(path, into, chosen)
        else:
            facts, said = _take(path, into, confirmed, own_grid, columns, as_json), ""
    except Refusal as refusal:
        if not isinstance(refusal, InvalidDocument) and type(refusal) is not Refusal:
            raise  # about the assessments, not the file
        if as_json:
            print_json([of_refusal(path, refusal)])
        else:
            print_message(refusal.sentences())
        return refusal.exit_code
    if as_json:
        print_json([facts])
    elif said:
        print_line(said)
    return 0


def _is_submission(path: Path) -> bool:
    return path.suffix.casefold() == ".json"


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
    facts = spreadsheet.of_file(file) | spreadsheet.of_taken(taken) | {"paroles": 0}
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
        for piece in files_at((path,)):
            if piece.is_given:
                yield _verdict(path, catalogue), None
            elif piece.refusal is not None and piece.refusal.code not in NOT_FOLLOWED:  # of a folder
                problem = Problem(ProblemCode.UNREADABLE, "", piece.refusal.sentences())
                yield Verdict(piece.path, None, problem), path
            elif piece.refusal is not None or piece.suffix != ".json":
                counts.not_json += 1
            else:
                yield verify(piece.path, catalogue), path


def _verdict(path: Path, catalogue: Catalogue) -> Verdict:
    verdict = verify(path, catalogue)
    if verdict.problem is None or verdict.problem.code is not ProblemCode.ABSENT:
        return verdict
    return Verdict(path, None, Problem(ProblemCode.ABSENT, "", absent(path).sentences()))


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
