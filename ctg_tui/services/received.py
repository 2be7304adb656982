"""The files received: kept byte for byte, listed, each opened to be read, and what is written of them."""

from __future__ import annotations

import os
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

from ctg_tui.domain.errors import InvalidDocument, typeset
from ctg_tui.domain.results import Years, year_of
from ctg_tui.domain.steps import LOW_NOTES, lines_rated
from ctg_tui.domain.text import clean, fold
from ctg_tui.domain.thread import points_of
from ctg_tui.grids.catalogue import Catalogue
from ctg_tui.report.consolidation import Apart, Consolidation, Counted
from ctg_tui.report.tables import ReportContent
from ctg_tui.services.editing import Session
from ctg_tui.services.files import Piece, pieces, unforeseen
from ctg_tui.services.workspace import Workspace
from ctg_tui.storage import documents
from ctg_tui.storage.connection import BackupReason
from ctg_tui.storage.documents import StoredSubmission as StoredSubmission
from ctg_tui.storage.documents import hash_of
from ctg_tui.storage.store import Stored
from ctg_tui.submission import Received, examine, file_name, serialise
from ctg_tui.system.computer import local_time
from ctg_tui.system.files import free_name, written_together
from ctg_tui.wording.french import (
    MOMENTS,
    STATUSES,
    assessment_name,
    people,
    short_day,
    territory_name,
    without_kind,
)


def keep(workspace: Workspace, name: str, received: Received, now: datetime) -> tuple[StoredSubmission, bool]:
    """Keep a submission, inside the caller's transaction; return its row, and whether it was there."""
    content, assessment, sent = serialise(received.document), received.assessment, received.sending
    identity = assessment.identity
    row = StoredSubmission(
        sha256=hash_of(content),
        file_name=name,
        lineage=assessment.uuid,
        sending=sent.number,
        status=sent.status,
        territory=without_kind(territory_name(identity)),
        people=people(identity),
        year=identity.year,
        moment=identity.moment,
        created_at=sent.created_at,
        received_at=now,
        percentage=received.scores.whole.percentage,
        open_points=sum(point.is_to_see for point in points_of(assessment, received.grid)),
    )
    was_there = bool(documents.content_of(workspace.store, row.sha256))
    if not was_there:
        documents.keep_submission(workspace.store, row, content)
    return row, was_there


def files_that_count(workspace: Workspace) -> tuple[StoredSubmission, ...]:
    """Return the latest file of each assessment received, by territory, then the latest year first.

    Raises DatabaseRefusal.
    """
    every = sorted(documents.submissions(workspace.store), key=lambda one: (one.sending, one.created_at))
    current = {one.lineage: one for one in every}.values()
    return tuple(
        sorted(
            current,
            key=lambda one: (fold(one.territory), -one.year, one.moment.value, fold(one.people), one.lineage),
        )
    )


def state_and_number(submission: StoredSubmission) -> str:
    """Return `définitif, envoi n° 2`."""
    return typeset(f"{STATUSES[submission.status]}, envoi n° {submission.sending}")


def short(submission: StoredSubmission) -> str:
    """Return `Val de Charente, 2027, annuelle, définitif, envoi n° 2`."""
    parts = (submission.territory, submission.year, MOMENTS[submission.moment])
    return f"{', '.join(map(str, parts))}, {state_and_number(submission)}"


def read(workspace: Workspace, submission: StoredSubmission) -> Received:
    """Return a submission received, verified again. Raises Refusal when it is gone or no longer valid."""
    content = documents.content_of(workspace.store, submission.sha256)
    return examine(content, workspace.catalogue, Path(submission.file_name))


# What is written of the files received. A file that is there is never replaced: the new one is named « (2) ».


def of_received(received: Received) -> ReportContent:
    """Return the content of a report on a submission that was read."""
    grid, assessment = received.grid, received.assessment
    years = Years(grid, (year_of(assessment, grid, grid),))
    at, document = local_time(received.sending.created_at), serialise(received.document)
    return ReportContent(grid, assessment, received.sending, at, years, document=document)


def write_workbook(workspace: Workspace, submission: StoredSubmission, folder: Path) -> str:
    """Write the workbook in which the Caf answers a submission into `folder`; return its name.

    Raises Refusal as `read` does, WriteRefusal.
    """
    from ctg_tui.report import reply_workbook  # only when one is written

    received = read(workspace, submission)
    workbook = reply_workbook.render(of_received(received))
    return _write(folder, f"{Path(file_name(received.document)).stem}_reponse.xlsx", workbook)


def write_table(workspace: Workspace, folder: Path) -> tuple[str, Consolidation]:
    """Write the table of all files received into `folder`; return its name and what it holds.

    Raises as `of_pieces` does, WriteRefusal.
    """
    from ctg_tui.report.consolidation import render

    kept = documents.submissions(workspace.store)
    pieces = (Piece(Path(one.file_name), documents.content_of(workspace.store, one.sha256)) for one in kept)
    content = of_pieces(pieces, workspace.catalogue)
    now = workspace.clock()
    name = f"CTG_tableau-de-tous_{local_time(now):%Y-%m-%d}.xlsx"
    return _write(folder, name, render(content, now)), content


def _write(folder: Path, name: str, content: bytes) -> str:
    name = free_name(folder, name, content)
    with written_together(folder, {name: content}):
        return name


def forget(workspace: Workspace, lineage: str) -> None:
    """Remove every file received of one assessment, after a backup. The caller has asked the person.

    Raises WriteRefusal when the backup fails: nothing is then removed.
    """
    workspace.store.back_up(BackupReason.DELETION)
    documents.forget_submissions(workspace.store, lineage)


class ReceivedSession(Session):
    """A submission to be read: no assessment of the database has its number, so that no edit is stored."""

    def __init__(self, workspace: Workspace, submission: StoredSubmission) -> None:
        """Open a submission. Raises Refusal as `read` does."""
        received = read(workspace, submission)
        self._stored = Stored(received.assessment, None, submission.received_at)
        day = short_day(local_time(submission.received_at).date())
        self.received = f"{state_and_number(submission)} · reçu le {day}"
        super().__init__(workspace.store, received.grid, 0, workspace.catalogue)

    def _load(self) -> Stored:
        return self._stored


# The files of many assessments in one workbook: which ones count, and why the others do not.


def consolidate(paths: Iterable[Path], catalogue: Catalogue) -> Consolidation:
    """Return what the submissions at `paths` and in their folders give; their order does not matter.

    Raises InvalidDocument when no file counts.
    """
    return of_pieces(pieces(paths), catalogue)


def of_pieces(given: Iterable[Piece], catalogue: Catalogue) -> Consolidation:
    """Return what the files `given` hold, as `consolidate` does."""
    read: list[Counted] = []
    apart: list[Apart] = []
    for piece in given:
        is_there = piece.content is None and os.path.lexists(piece.path)  # Path.exists may raise
        if is_there and piece.refusal is None and piece.path.suffix.casefold() != ".json":
            apart.append(Apart("autre", piece.path, "autre-piece", ""))
            continue
        try:
            read.append(_examined(piece, catalogue))
        except InvalidDocument as refusal:
            apart.append(_refused(piece, refusal))
        except Exception as error:  # noqa: BLE001 - the other files are read, and this one is named
            apart.append(_refused(piece, unforeseen(piece, error)))
    counted = _chosen(read, apart)
    apart.sort(key=lambda one: (not one.message, one.path))
    content = Consolidation(counted, tuple(apart))
    if not counted:
        raise InvalidDocument(
            "rien-a-consolider",
            f"Aucun fichier pour la Caf n’a pu être pris : rien n’a été écrit. {' '.join(content.left_out)}",
            "Donnez les fichiers CTG_….json reçus, ou leur dossier.",
        )
    return content


def _refused(piece: Piece, refusal: InvalidDocument) -> Apart:
    return Apart("refuse", piece.path, refusal.code, refusal.sentences())


def _examined(piece: Piece, catalogue: Catalogue) -> Counted:
    """Return what the workbook shows of a submission. Raises InvalidDocument."""
    found = examine(piece.read(), catalogue, piece.path)
    grid, assessment, scores = found.grid, found.assessment, found.scores
    low = lines_rated(grid, assessment, LOW_NOTES)
    own = sum(not grid.activities[cell.activity].is_proposed for cell in low)
    to_see = sum(one.is_to_see for one in points_of(assessment, grid))
    return Counted(piece.path, grid, assessment, found.sending, scores, own, to_see)


def _chosen(read: list[Counted], apart: list[Apart]) -> tuple[Counted, ...]:
    """Return the file that counts of each assessment, in the order of the sheets; name the others in `apart`.

    The highest number counts; of two with that number, the later one.
    """
    ranked = sorted(read, key=lambda one: str(one.path), reverse=True)  # of copies, the first by its name
    ranked.sort(key=lambda one: (one.sending.number, one.sending.created_at, one.sending.identifier))
    best = {one.assessment.uuid: one for one in ranked}
    pairs = [(one, best[one.assessment.uuid]) for one in ranked]
    apart += [_replaced(one, counted) for one, counted in pairs if one is not counted]
    return tuple(sorted(best.values(), key=lambda one: (fold(one.territory), one.year, one.assessment.uuid)))


def _replaced(one: Counted, best: Counted) -> Apart:
    """Return why a file of an assessment does not count: `best` does."""
    number = one.sending.number
    is_same_name = one.path.name == best.path.name
    name, other = (clean(str(path) if is_same_name else path.name) for path in (one.path, best.path))
    if number != best.sending.number:
        code, why = "remplace", f"remplacé par n° {best.sending.number}, « {other} »"
    elif one.sending == best.sending:
        code, why = "copie", f"copie de « {other} »"
    else:
        code = "meme-numero"
        why = f"« {other} », plus récent, porte le même numéro et compte. Demandez lequel est le bon"
    message = f"« {name} » ({assessment_name(one.assessment.identity)}, n° {number}) : {why}."
    return Apart("remplace", one.path, code, typeset(message))
