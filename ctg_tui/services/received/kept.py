"""The files received: one row per assessment, each opened to be read, and what is written of them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from ctg_tui.domain.backups import BackupReason
from ctg_tui.domain.changes import Edit
from ctg_tui.domain.errors import Refusal
from ctg_tui.domain.sending import Sending
from ctg_tui.domain.text import fold
from ctg_tui.grids.catalogue import known_territories
from ctg_tui.services import consolidation, report
from ctg_tui.services.editing import Session
from ctg_tui.services.files import Piece, conflict, state_and_number, unknown_grid
from ctg_tui.services.sending import Files
from ctg_tui.services.workspace import Workspace
from ctg_tui.storage import received as stored_received
from ctg_tui.storage.reading import Stored
from ctg_tui.storage.received import StoredSubmission, own_ids
from ctg_tui.submission.file import InvalidSubmission, Received, examine, file_name
from ctg_tui.system.computer import local_time
from ctg_tui.system.files import Batch, remove_leftovers
from ctg_tui.wording.french import NO_TERRITORY, short_day

if TYPE_CHECKING:
    from ctg_tui.report.consolidation import Consolidation


class Lineage(NamedTuple):
    """The files received of one assessment: the one that counts, and all of them, the latest first.

    `name` is that of the territory, the short one of the data file when it is known there.
    `conflict` says why the files contradict each other; it is empty when they do not. `own_id` is the number
    of the own assessment that the files are of; None for those of others.
    """

    name: str
    current: StoredSubmission
    files: tuple[StoredSubmission, ...]
    conflict: str
    own_id: int | None = None

    @property
    def key(self) -> str:
        return self.current.lineage


def lineages(workspace: Workspace) -> tuple[Lineage, ...]:
    """Return every assessment received, by territory, then the latest year first. Raises DatabaseRefusal."""
    by_lineage: dict[str, list[StoredSubmission]] = {}
    for one in stored_received.all_kept(workspace.store):
        by_lineage.setdefault(one.lineage, []).append(one)
    short_names = {key: one.short_name for one in known_territories() for key in (one.id, one.siren)}
    own = own_ids(workspace.store)
    found = []
    for files in by_lineage.values():
        files.sort(key=_rank, reverse=True)
        current = files[0]
        known = short_names.get(current.territory_id or "") or short_names.get(current.siren or "")
        name = known or current.territory_name or NO_TERRITORY
        found.append(Lineage(name, current, tuple(files), conflict(files), own.get(current.lineage)))
    return tuple(sorted(found, key=_order))


def _rank(one: StoredSubmission) -> tuple[object, ...]:
    """Return the sort key of the files of one assessment: the greatest is the one that counts.

    Of two made at the same second, the last one received counts.
    """
    return one.sending, one.created_at


def _order(lineage: Lineage) -> tuple[object, ...]:
    current = lineage.current
    return (
        *(current.department, fold(lineage.name), -current.year),
        *(current.moment.value, current.people.casefold(), lineage.key),
    )


def content_of(workspace: Workspace, submission: StoredSubmission) -> bytes:
    """Return the bytes of a submission received, as they came. Raises Refusal when it is gone."""
    content = stored_received.content_of(workspace.store, submission.sha256)
    if content is None:
        raise Refusal("soumission-absente", "Ce fichier n’est plus parmi les fichiers reçus.")
    return content


def read(workspace: Workspace, submission: StoredSubmission) -> Received:
    """Return a submission received, verified again. Raises Refusal when it is gone or no longer valid."""
    found = examine(content_of(workspace, submission), workspace.catalogue)
    if isinstance(found, Received):
        return found

    raise InvalidSubmission(Path(submission.file_name), found)


def open_received(workspace: Workspace, lineage: Lineage) -> ReceivedSession:
    """Return a session to read the file that counts of an assessment received.

    Raises Refusal (`grille-inconnue`, `soumission-absente`), InvalidSubmission.
    """
    submission = lineage.current
    return ReceivedSession(workspace, _with_grid(read(workspace, submission)), submission)


def _with_grid(received: Received) -> Received:
    """Return a submission whose grid is known. Raises Refusal (`grille-inconnue`)."""
    if received.grid is None:
        raise unknown_grid(received.assessment.grid_id, "Le fichier reçu est gardé tel quel.")
    return received


# What is written of the files received. A file that is there is never replaced: the new one is named « (2) ».


def write_workbook(workspace: Workspace, submission: StoredSubmission, folder: Path) -> str:
    """Write the workbook in which the Caf answers a submission into `folder`; return its name.

    Raises Refusal as `open_received` does, WriteRefusal.
    """
    from ctg_tui.report import xlsx  # only when one is written

    content = content_of(workspace, submission)
    workbook = xlsx.render(report.of_received(read(workspace, submission)))
    return _write(folder, f"{Path(file_name(json.loads(content))).stem}_rapport.xlsx", workbook)


def write_table(workspace: Workspace, folder: Path) -> tuple[str, Consolidation]:
    """Write the table of all files received into `folder`; return its name and what it holds.

    Raises as `consolidation.of_pieces` does, WriteRefusal.
    """
    from ctg_tui.report.consolidation import render

    kept = stored_received.all_kept(workspace.store)
    pieces = (Piece(Path(one.file_name), content_of(workspace, one)) for one in kept)
    content = consolidation.of_pieces(pieces, workspace.catalogue)
    now = workspace.clock()
    name = f"CTG_tableau-de-tous_{local_time(now):%Y-%m-%d}.xlsx"
    return _write(folder, name, render(content, now)), content


def _write(folder: Path, name: str, content: bytes) -> str:
    remove_leftovers(folder)
    with Batch(folder) as batch:
        name = Files(batch, Path(name).stem).put(name, content)
        batch.put_in_place()
        batch.keep()
    return name


def forget(workspace: Workspace, lineage: str) -> None:
    """Remove every file received of one assessment, after a backup. The caller has asked the person.

    Raises WriteRefusal when the backup fails: nothing is then removed.
    """
    workspace.store.back_up(BackupReason.DELETION)
    with workspace.store.writing():
        stored_received.forget(workspace.store.connection, lineage)


class ReceivedSession(Session):
    """A submission to be read. Nothing edits it, and it is not among the person's own."""

    def __init__(self, workspace: Workspace, received: Received, submission: StoredSubmission) -> None:
        """Open a submission whose grid is known."""
        assert received.grid is not None
        self._stored = Stored(received.assessment, None, submission.received_at)
        day = short_day(local_time(submission.received_at).date())
        self.received = f"{state_and_number(submission)} · reçu le {day}"
        super().__init__(workspace.store, received.grid, 0, workspace.catalogue)

    def _load(self, assessment_id: int) -> Stored:
        return self._stored

    def _latest_sending(self) -> Sending | None:
        return None

    def require_agreed(self, edit: Edit) -> None:
        raise Refusal("soumission-recue", "Fichier reçu, en lecture seule.")
