"""The files received: kept byte for byte, listed, each opened to be read, and what is written of them."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path

from ctg_tui.domain.backups import BackupReason
from ctg_tui.domain.errors import Refusal, typeset
from ctg_tui.domain.text import fold
from ctg_tui.domain.thread import points_of
from ctg_tui.grids.catalogue import known_territories
from ctg_tui.report.consolidation import Consolidation
from ctg_tui.services import consolidation, report
from ctg_tui.services.editing import Session
from ctg_tui.services.files import Piece
from ctg_tui.services.workspace import Workspace
from ctg_tui.storage import documents
from ctg_tui.storage.documents import StoredSubmission as StoredSubmission
from ctg_tui.storage.documents import hash_of
from ctg_tui.storage.store import Stored
from ctg_tui.submission.document import serialise
from ctg_tui.submission.file import Received, examine, file_name
from ctg_tui.system.computer import local_time
from ctg_tui.system.files import free_name, written_together
from ctg_tui.wording.french import MOMENTS, NO_TERRITORY, STATUSES, people, short_day


def keep(workspace: Workspace, name: str, received: Received, now: datetime) -> tuple[StoredSubmission, bool]:
    """Keep a submission, inside the caller's transaction; return its row, and whether it was there."""
    content, assessment, sent = serialise(received.document), received.assessment, received.sending
    identity = assessment.identity
    names = {key: one.short_name for one in known_territories() for key in (one.id, one.siren)}
    territory = identity.territory
    known = names.get(territory.known_id or "") or names.get(territory.siren or "")
    row = StoredSubmission(
        sha256=hash_of(content),
        file_name=name,
        lineage=assessment.uuid,
        sending=sent.number,
        status=sent.status,
        territory=known or territory.name or NO_TERRITORY,
        people=people(identity),
        year=identity.year,
        moment=identity.moment,
        created_at=sent.created_at,
        received_at=now,
        percentage=received.scores.whole.percentage,
        open_points=sum(point.is_to_see for point in points_of(assessment, received.grid)),
    )
    was_there = any(one.sha256 == row.sha256 for one in documents.submissions(workspace.store))
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


def content_of(workspace: Workspace, submission: StoredSubmission) -> bytes:
    """Return the bytes of a submission received, as they came. Raises Refusal when it is gone."""
    content = documents.content_of(workspace.store, submission.sha256)
    if content is None:
        raise Refusal("soumission-absente", "Ce fichier n’est plus parmi les fichiers reçus.")
    return content


def read(workspace: Workspace, submission: StoredSubmission) -> Received:
    """Return a submission received, verified again. Raises Refusal when it is gone or no longer valid."""
    content = content_of(workspace, submission)
    return examine(content, workspace.catalogue, Path(submission.file_name))


def open_received(workspace: Workspace, submission: StoredSubmission) -> ReceivedSession:
    """Return a session to read a file received. Raises Refusal (`soumission-absente`), InvalidSubmission."""
    return ReceivedSession(workspace, read(workspace, submission), submission)


# What is written of the files received. A file that is there is never replaced: the new one is named « (2) ».


def write_workbook(workspace: Workspace, submission: StoredSubmission, folder: Path) -> str:
    """Write the workbook in which the Caf answers a submission into `folder`; return its name.

    Raises Refusal as `open_received` does, WriteRefusal.
    """
    from ctg_tui.report import reply_workbook  # only when one is written

    content = content_of(workspace, submission)
    workbook = reply_workbook.render(report.of_received(read(workspace, submission)))
    return _write(folder, f"{Path(file_name(json.loads(content))).stem}_reponse.xlsx", workbook)


def write_table(workspace: Workspace, folder: Path) -> tuple[str, Consolidation]:
    """Write the table of all files received into `folder`; return its name and what it holds.

    Raises as `consolidation.of_pieces` does, WriteRefusal.
    """
    from ctg_tui.report.consolidation import render

    kept = documents.submissions(workspace.store)
    pieces = (Piece(Path(one.file_name), content_of(workspace, one)) for one in kept)
    content = consolidation.of_pieces(pieces, workspace.catalogue)
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

    def __init__(self, workspace: Workspace, received: Received, submission: StoredSubmission) -> None:
        self._stored = Stored(received.assessment, None, submission.received_at)
        day = short_day(local_time(submission.received_at).date())
        self.received = f"{state_and_number(submission)} · reçu le {day}"
        super().__init__(workspace.store, received.grid, 0, workspace.catalogue)

    def _load(self, assessment_id: int) -> Stored:
        return self._stored
