"""`importer` and `verifier`: received files come in, or are checked only."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ctg_tui.cli import spreadsheet
from ctg_tui.cli.options import (
    A_PATH,
    Misuse,
    chosen_id,
    command,
    known_catalogue,
    option,
    run_options,
    workspace,
)
from ctg_tui.cli.terminal import Result
from ctg_tui.domain.changes import Field
from ctg_tui.domain.errors import EXIT_INVALID_DOCUMENT, InvalidDocument, Refusal, typeset
from ctg_tui.domain.text import short_fingerprint
from ctg_tui.formats import Problem
from ctg_tui.services import completing, exchange
from ctg_tui.services.exchange import Nature, Outcome, State
from ctg_tui.services.spreadsheet import reading
from ctg_tui.submission.file import InvalidSubmission, Received, read
from ctg_tui.system.files import shown_name
from ctg_tui.wording import exchange as words
from ctg_tui.wording.french import MOMENTS, STATUSES
from ctg_tui.wording.lines import basis, in_one

if TYPE_CHECKING:
    from ctg_tui.grids.catalogue import Catalogue
    from ctg_tui.services.spreadsheet.reading import WorkbookFile
    from ctg_tui.services.workspace import Workspace


def _outcome_facts(outcome: Outcome) -> dict[str, Any]:
    """Return what became of a file, as other programs read it."""
    changed = () if outcome.found.returned is None else outcome.found.returned.changed
    facts: dict[str, Any] = {
        "fichier": str(outcome.found.path),
        "nature": outcome.found.nature.value,
        "etat": outcome.state.value,
        "code": outcome.code,
        "message": outcome.message,
        "paroles": outcome.rows,
        "non_lu": spreadsheet.unread_facts(outcome.found.unread),
    }
    if changed:
        facts["change"] = [
            {"adresse": one.address, "quoi": typeset(one.what), "envoye": one.sent, "maintenant": one.now}
            for one in changed
        ]
    return facts


def _outcome_lines(outcome: Outcome) -> Iterator[str]:
    """Yield what became of a file, with each cell that was changed or not read."""
    yield outcome.message
    for changed in () if outcome.found.returned is None else outcome.found.returned.changed:
        yield f"  changé       {words.typed_over(*changed)}"
    for unread in outcome.found.unread[words.MOST_NAMED :]:  # the sentence names the first ones
        yield f"  non lu       {words.not_read(unread.address, unread.value, unread.reason)}"


# `importer` without an option: files are looked at, and taken where that changes nothing of one's own.


def _receive(paths: tuple[Path, ...], typed: tuple[str, ...]) -> Result:
    """Take files, or look at them: a Caf's workbook is only read, with the columns that were said."""
    with workspace(write=True) as opened:
        outcomes = exchange.take_all(opened, exchange.looked_at(opened, paths))
        columns = reading.ColumnsSaid(typed, kept=reading.kept_columns(opened.store))
        rows = [_as_workbook(outcome, opened, columns) for outcome in outcomes]
    refused = [row.message for row in rows if isinstance(row, Outcome) and row.state is State.REFUSED]
    return Result(
        [
            _outcome_facts(row) if isinstance(row, Outcome) else spreadsheet.of_file(row) | {"paroles": 0}
            for row in rows
        ],
        _lines(rows),
        refused,
        EXIT_INVALID_DOCUMENT if refused else 0,
    )


def _as_workbook(outcome: Outcome, opened: Workspace, columns: reading.ColumnsSaid) -> Outcome | WorkbookFile:
    """Return a Caf's workbook as it was read, with the columns that were said; any other file as it is."""
    found = outcome.found
    if found.nature is not Nature.WORKBOOK or outcome.state is State.TAKEN:
        return outcome
    if found.workbook is not None and not columns.typed:
        return found.workbook
    try:
        return reading.read(found.path, opened.catalogue, columns)
    except InvalidDocument as refusal:
        return outcome._replace(state=State.REFUSED, code=refusal.code, message=refusal.sentences())


def _lines(rows: Sequence[Outcome | WorkbookFile]) -> Iterator[str]:
    for row in rows:
        if not isinstance(row, Outcome):
            yield from spreadsheet.in_lines(row)
        elif row.state is not State.REFUSED:
            yield from _outcome_lines(row)
    if any(not isinstance(row, Outcome) for row in rows):
        yield (
            "Aucun tableur n’a été enregistré. Pour en reprendre un, ajoutez --nouvelle, ou --dans ID "
            "pour compléter une évaluation."
        )


# `importer` of one file: into a new assessment, or into one's own.


def _mine(path: Path) -> Result:
    """Make one's own assessment of a submission. Raises Refusal."""
    with workspace(write=True) as opened:
        found = exchange.look(opened, path)
        own_id = exchange.take_as_mine(opened, found)
    message = exchange.mine_words(found, own_id)
    outcome = Outcome(found, State.TAKEN, "soumission-prise", message, len(found.rows))
    return Result([_outcome_facts(outcome) | {"id": own_id}], (message,))


def _complete(path: Path, into: str, chosen: tuple[str, ...]) -> Result:
    """Put a submission into one's own assessment. Raises Refusal."""
    with workspace(write=True) as opened:
        own_id = chosen_id(opened, into)
        opened.store.load(own_id)
        found = exchange.look(opened, path)
        if found.refusal is not None:
            raise found.refusal
        if found.received is None:
            raise words.not_a_submission(found.name)
        done = completing.complete(opened, own_id, found.received, found.name, chosen)
    left = [one for one in done.offer.differences if one.key not in chosen]
    state, code = (State.TAKEN, "evaluation-completee") if done.changes else (State.ALREADY, "deja-la")
    rows = sum(change.field is Field.SAID for change in done.changes)
    facts = _outcome_facts(Outcome(found, state, code, done.message, rows)) | {
        "id": own_id,
        "differences": [
            {"cle": one.key, "ou": one.place, "ici": one.own, "fichier": one.theirs} for one in left
        ],
    }
    lines = (done.offer.warning, done.message, *(f"  {one.sentence} (--prendre {one.key})" for one in left))
    return Result([facts], filter(None, lines))


def _take(path: Path, into: str | None, typed: tuple[str, ...]) -> Result:
    """Make an assessment of a Caf's workbook, or complete one's own with it. Raises Refusal."""
    with workspace(write=True) as opened:
        columns = reading.ColumnsSaid(typed, kept=reading.kept_columns(opened.store))
        own_id = None if into is None else chosen_id(opened, into)
        grid = None if own_id is None else opened.load(own_id)[0]
        file = reading.read(path, opened.catalogue, columns, grid)
        taken = reading.take(opened, file, own_id)
    facts = spreadsheet.of_file(file) | spreadsheet.of_taken(taken) | {"paroles": 0}
    return Result([facts], spreadsheet.in_lines(file, taken, is_new=own_id is None))


# The command `importer`.


@command(
    "importer",
    short_help="Ouvre la réponse de la Caf, un fichier reçu, le tableur d’une Caf.",
    help="Ouvre des fichiers, seuls ou en dossiers : le classeur où la Caf a répondu, un fichier pour la "
    "Caf, le tableur d’une Caf, une grille. Ce que la Caf a répondu à votre évaluation y est repris ; le "
    "fichier pour la Caf de quelqu’un d’autre est gardé parmi les fichiers reçus ; un tableur est seulement "
    "montré. Les fichiers ne sont jamais modifiés.",
)
@click.argument("paths", metavar="FICHIER|DOSSIER…", type=A_PATH, nargs=-1, required=True)
@option(
    *("--nouvelle", "--mienne", "as_new"),
    is_flag=True,
    help="En fait votre évaluation : d’un tableur ; d’un fichier pour la Caf, avec ses échanges et son "
    "numéro d’envoi, sur un nouvel ordinateur ou à la suite de quelqu’un.",
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
@spreadsheet.columns_option
@run_options
def import_files(
    paths: tuple[Path, ...], as_new: bool, into: str | None, chosen: tuple[str, ...], columns: tuple[str, ...]
) -> Result:
    if chosen and (into is None or not _is_submission(paths[0])):
        raise Misuse("--prendre demande --dans et un fichier pour la Caf (.json).")
    if not as_new and into is None:
        return _receive(paths, columns)
    if (as_new and into is not None) or len(paths) > 1:
        raise Misuse("--nouvelle ou --mienne et --dans ne vont pas ensemble, et demandent un seul fichier.")
    path = paths[0]
    try:
        if not _is_submission(path):
            return _take(path, into, columns)
        return _mine(path) if into is None else _complete(path, into, chosen)
    except Refusal as refusal:
        if not isinstance(refusal, InvalidDocument) and type(refusal) is not Refusal:
            raise  # of the database, not of the file
        return _refused(path, refusal)


def _refused(path: Path, refusal: Refusal) -> Result:
    """Return what is said of a file that is not taken; that it is here already is no refusal."""
    is_here = refusal.code == "deja-la"
    nature = Nature.SUBMISSION if _is_submission(path) else Nature.WORKBOOK
    facts: dict[str, Any] = {
        "fichier": str(path),
        "nature": nature.value,
        "etat": (State.ALREADY if is_here else State.REFUSED).value,
        "code": refusal.code,
        "message": refusal.sentences(),
        "paroles": 0,
        "non_lu": [],
    }
    if is_here:
        return Result([facts], (refusal.sentences(),))
    return Result([facts], (), (refusal.sentences(),), refusal.exit_code)


def _is_submission(path: Path) -> bool:
    return path.suffix.casefold() == ".json"


# The command `verifier`: it reads the database only for a grid that is not known otherwise.


@command(
    "verifier",
    help="Vérifie des fichiers reçus ou à envoyer.",
)
@click.argument("paths", metavar="FICHIER…", type=A_PATH, nargs=-1, required=True)
@run_options
def verify_submissions(paths: tuple[Path, ...]) -> Result:
    catalogue = known_catalogue()
    verdicts = [(path, _verdict(path, catalogue)) for path in paths]
    lines = [line for path, found in verdicts for line in _verdict_lines(shown_name(path), found)]
    is_valid = all(isinstance(found, Received) for _, found in verdicts)
    code = 0 if is_valid else EXIT_INVALID_DOCUMENT
    return Result([_verdict_facts(*verdict) for verdict in verdicts], lines, (), code)


def _verdict(path: Path, catalogue: Catalogue) -> Received | InvalidDocument:
    try:
        return read(path, catalogue)
    except InvalidDocument as refusal:
        return refusal


def _verdict_lines(name: str, received: Received | InvalidDocument) -> Iterator[str]:
    if isinstance(received, InvalidSubmission):
        yield f"{name} : refusé. {_capital(received.problem.sentence())}"
        return
    if isinstance(received, InvalidDocument):
        yield received.sentences()
        return
    identity = received.assessment.identity
    facts = [
        STATUSES[received.sending.status],
        f"envoi n° {received.sending.number}",
        identity.territory.name,
        f"{identity.year}, {MOMENTS[identity.moment]}",
        *([] if received.scores is None else [f"ensemble {in_one(received.scores)}"]),
        f"code de contrôle {short_fingerprint(received.fingerprint)}",
    ]
    yield f"{name} : valide, {' · '.join(facts)}."
    if received.grid is not None:
        yield f"  {basis(received.grid)}"
    if received.notice is not None:
        yield f"  {_capital(received.notice.sentence())}"


def _capital(sentence: str) -> str:
    return sentence[:1].upper() + sentence[1:]


def _verdict_facts(path: Path, received: Received | InvalidDocument) -> dict[str, Any]:
    facts: dict[str, Any] = {"fichier": str(path), "valide": False, "probleme": None, "remarques": []}
    if isinstance(received, InvalidSubmission):
        return facts | {"probleme": _problem_facts(received.problem)}
    if isinstance(received, InvalidDocument):
        return facts | {"probleme": _problem_facts(Problem(received.code, "", received.sentences()))}
    document, short = received.document, short_fingerprint(received.fingerprint)
    facts |= {"valide": True, "remarques": [_problem_facts(received.notice)] if received.notice else []}
    facts |= {"empreinte": received.fingerprint, "empreinte_courte": short}
    facts |= {key: document["document"][key] for key in ("id", "envoi", "etat", "cree_le")}
    return facts | {key: document[key] for key in ("grille", "evaluation", "territoire", "resultats")}


def _problem_facts(problem: Problem) -> dict[str, str]:
    return {"code": problem.code, "chemin": problem.path, "message": problem.sentence()}


COMMANDS = (verify_submissions, import_files)
