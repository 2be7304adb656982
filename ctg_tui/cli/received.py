"""`importer`, `verifier`, `consolider`: received files come in, are checked, or are put into one workbook."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ctg_tui.cli import options, spreadsheet
from ctg_tui.cli.terminal import Result
from ctg_tui.domain.errors import EXIT_DATABASE, EXIT_INVALID_DOCUMENT, InvalidDocument, Refusal
from ctg_tui.services import exchange
from ctg_tui.services import spreadsheet as reading
from ctg_tui.services.exchange import Found, Nature, State
from ctg_tui.services.files import check_output, write_output
from ctg_tui.submission import InvalidSubmission, read
from ctg_tui.system.computer import utc_now
from ctg_tui.system.files import shown_name
from ctg_tui.wording.french import MOMENTS, STATUSES, count, percentage, territory_name
from ctg_tui.wording.lines import basis

if TYPE_CHECKING:
    from ctg_tui.grids.catalogue import Catalogue
    from ctg_tui.report.consolidation import Counted
    from ctg_tui.services.workspace import Workspace


def _of(found: Found, *lines: str, **more: Any) -> Result:
    """Return what became of a file, with each cell that was not taken; then `lines` and `more`."""
    facts: dict[str, Any] = {
        "fichier": str(found.path),
        "nature": found.nature.value,
        "etat": found.state,
        "code": found.code,
        "message": found.message,
        "paroles": found.taken,
        "non_lu": spreadsheet.unread_facts(found.unread),
    }
    if found.state is State.REFUSED:
        return Result(facts | more, (), (found.message,), EXIT_INVALID_DOCUMENT)
    unread = (f"  non repris   {one.sentence}" for one in found.unread)
    return Result(facts | more, (found.message, *unread, *lines))


def _only_read(file: reading.WorkbookFile) -> Result:
    """Return what is read in a Caf's workbook."""
    said = "  Rien n’a été enregistré. Pour le reprendre : --nouvelle, ou --dans ID."
    return Result(spreadsheet.of_file(file) | {"paroles": 0}, (*spreadsheet.in_lines(file), said))


def _complete(opened: Workspace, found: Found, own_id: int, chosen: tuple[str, ...]) -> Result:
    """Put a submission into one's own assessment. Raises Refusal."""
    done, offer = exchange.complete(opened, own_id, found, chosen)
    left = [one for one in offer.differences if one.key not in chosen]
    return _of(
        done,
        *(f"  {one.sentence} (--prendre {one.key})" for one in left),
        id=own_id,
        differences=[{"cle": one.key, "ici": one.own, "fichier": one.theirs} for one in left],
    )


def _take(opened: Workspace, path: Path, own_id: int | None, columns: Sequence[str]) -> Result:
    """Make an assessment of a Caf's workbook, or complete one's own with it. Raises Refusal."""
    grid, own = (None, None) if own_id is None else opened.load(own_id)
    file = reading.read(path, opened.catalogue, columns, grid)
    facts, lines = spreadsheet.of_file(file, own), [*spreadsheet.in_lines(file, own)]
    taken = reading.take(opened, file, own_id)
    done = "Nouvelle évaluation" if own_id is None else "Évaluation complétée"
    lines.append(f"{done} : n° {taken.assessment_id}, {taken.words}.")
    return Result(facts | spreadsheet.of_taken(taken) | {"paroles": 0}, lines)


@options.command(
    "importer",
    short_help="Ouvre la réponse de la Caf, un fichier reçu, le tableur d’une Caf.",
    help="Ouvre des fichiers, seuls ou en dossiers : le classeur où la Caf a répondu, un fichier pour la "
    "Caf, le tableur d’une Caf, une grille. Ce que la Caf a répondu à votre évaluation y est repris ; le "
    "fichier pour la Caf de quelqu’un d’autre est gardé parmi les fichiers reçus ; un tableur est seulement "
    "montré. Les fichiers ne sont jamais modifiés.",
)
@click.argument("paths", metavar="FICHIER|DOSSIER…", type=options.A_PATH, nargs=-1, required=True)
@options.option(
    *("--nouvelle", "--mienne", "as_new"),
    is_flag=True,
    help="En fait votre évaluation : d’un tableur ; d’un fichier pour la Caf, avec ses échanges et son "
    "numéro d’envoi, sur un nouvel ordinateur ou à la suite de quelqu’un.",
)
@options.option(
    *("--dans", "into"),
    metavar="ID",
    help="Complète cette évaluation ; une case qui a déjà une autre réponse n’est pas changée.",
)
@options.option(
    *("--prendre", "chosen"),
    multiple=True,
    metavar="CLÉ",
    help="Avec --dans et un fichier pour la Caf, prend aussi cette valeur, qui diffère de la vôtre. Peut se "
    "répéter.",
)
@spreadsheet.columns_option
@options.run_options
def import_files(
    paths: tuple[Path, ...], as_new: bool, into: str | None, chosen: tuple[str, ...], columns: tuple[str, ...]
) -> Result:
    path, is_taken = paths[0], as_new or into is not None
    is_submission = path.suffix.casefold() == ".json"
    if chosen and (into is None or not is_submission):
        raise options.Misuse("--prendre demande --dans et un fichier pour la Caf (.json).")
    is_one = is_taken or bool(columns)
    if (as_new and into is not None) or (is_one and len(paths) > 1):
        raise options.Misuse(
            "--nouvelle et --dans ne vont pas ensemble ; avec eux ou --colonnes, un seul fichier."
        )
    with options.workspace(write=True) as opened:
        if not is_one:
            outcomes = exchange.take_all(opened, exchange.looked_at(opened, paths))
            pairs = [(one, one.workbook) for one in outcomes]
            return _together([_of(one) if book is None else _only_read(book) for one, book in pairs])
        own_id = None if into is None else opened.store.load(options.chosen_id(opened, into)).assessment.id
        try:
            if not is_taken:
                done = _only_read(reading.read(path, opened.catalogue, columns))
            elif not is_submission:
                done = _take(opened, path, own_id, columns)
            elif own_id is None:
                taken = exchange.take_as_mine(opened, exchange.look(opened, path))
                done = _of(taken, id=taken.own_id)
            else:
                done = _complete(opened, exchange.look(opened, path), own_id, chosen)
        except Refusal as refusal:
            if refusal.exit_code == EXIT_DATABASE:
                raise  # it is not of the file
            state = State.ALREADY if refusal.code == "deja-la" else State.REFUSED
            found = Found(path, Nature.SUBMISSION if is_submission else Nature.WORKBOOK, refusal)
            done = _of(found._replace(state=state, code=refusal.code, message=refusal.sentences()))
        return _together([done])


def _together(results: Sequence[Result]) -> Result:
    """Return what became of each of several files as one result."""
    lines = [line for one in results for line in one.lines]
    messages = [message for one in results for message in one.messages]
    return Result([one.facts for one in results], lines, messages, max(one.code for one in results))


# The command `verifier`: it reads the database only for a grid that is not known otherwise.


@options.command("verifier", help="Vérifie des fichiers reçus ou à envoyer.")
@click.argument("paths", metavar="FICHIER…", type=options.A_PATH, nargs=-1, required=True)
@options.run_options
def verify_submissions(paths: tuple[Path, ...]) -> Result:
    catalogue = options.known_catalogue()
    return _together([_verdict(path, catalogue) for path in paths])


def _verdict(path: Path, catalogue: Catalogue) -> Result:
    """Return whether a file would be accepted, and of which assessment it is."""
    try:
        received = read(path, catalogue)
    except InvalidDocument as refusal:
        where, why = "", refusal.sentences()
        if isinstance(refusal, InvalidSubmission):
            where, why = refusal.problem.path, refusal.problem.sentence()
        problem = {"code": refusal.code, "chemin": where, "message": why}
        facts = {"fichier": str(path), "valide": False, "probleme": problem}
        return Result(facts, (refusal.sentences(),), (), EXIT_INVALID_DOCUMENT)
    document, sending, identity = received.document, received.sending, received.assessment.identity
    facts = {
        "fichier": str(path),
        "valide": True,
        "probleme": None,
        "empreinte": sending.fingerprint,
        "empreinte_courte": sending.code,
        **{key: document["document"][key] for key in ("id", "envoi", "etat", "cree_le")},
        **{key: document[key] for key in ("grille", "evaluation", "territoire", "resultats")},
    }
    figure = percentage(received.scores.whole)
    what = f"{territory_name(identity)} · {identity.year}, {MOMENTS[identity.moment]} · {figure}"
    number = f"envoi n° {sending.number} ({STATUSES[sending.status]})"
    said = f"{shown_name(path)} : valide, {number} · {what} · code de contrôle {sending.code}."
    return Result(facts, (said, f"  {basis(received.grid)}"))


@options.command(
    "consolider",
    short_help="Réunit les fichiers reçus dans un classeur, pour vous.",
    help="Réunit des fichiers pour la Caf, seuls ou en dossiers, dans un classeur : une page à lire, puis "
    "les chiffres et les notes. De chaque évaluation, l’envoi au numéro le plus haut compte ; "
    "chaque fichier laissé de côté est nommé, avec la raison. Le classeur contient des noms : il est pour "
    "vous. Les fichiers reçus ne sont jamais modifiés.",
)
@click.argument("paths", metavar="FICHIER|DOSSIER…", type=options.A_PATH, nargs=-1, required=True)
@options.output_option("Le classeur à écrire", ".xlsx")
@options.replace_option
@options.run_options
def consolidate_files(paths: tuple[Path, ...], path: Path, replace: bool) -> Result:
    from ctg_tui.report.consolidation import render
    from ctg_tui.services.received import consolidate

    check_output(path, replace=replace)  # before the files are read
    content = consolidate(paths, options.known_catalogue())
    write_output(path, render(content, utc_now()), replace=replace)
    facts = {
        "fichier": str(path),
        "evaluations": [_evaluation_facts(one) for one in content.counted],
        "a_part": [
            {"fichier": str(one.path), "etat": one.state, "code": one.code, "message": one.message}
            for one in content.apart
        ],
    }
    lines = (f"Classeur écrit : {path}", f"{count(len(content.counted), 'évaluation')}.")
    return Result(facts, lines, [f"- {sentence}" for sentence in content.left_out], content.exit_code)


def _evaluation_facts(one: Counted) -> dict[str, Any]:
    return {
        "evaluation": one.assessment.uuid,
        "fichier": one.path.name,
        "territoire": one.assessment.identity.territory.name,
        "annee": one.year,
        "envoi": one.sending.number,
        "etat": one.sending.status.value,
        "empreinte_courte": one.sending.code,
        "pourcentage": one.scores.whole.percentage,
        "notes_0_ou_1": one.low,
        "points_a_voir": one.to_see,
    }


COMMANDS = (verify_submissions, import_files, consolidate_files)
