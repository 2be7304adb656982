"""The operations that a crash may interrupt: their start, their work, and the state required afterwards."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from ctg_tui.domain.assessment import NOT_CONCERNED, Answer, Cell, Place, Rating
from ctg_tui.domain.backups import BackupReason
from ctg_tui.grids.catalogue import Catalogue
from ctg_tui.services.editing import Session
from ctg_tui.services.workspace import Workspace
from ctg_tui.storage.backups import list_backups
from ctg_tui.storage.store import Store
from tests.databases import DATABASE_NAME, Clock, a_next_version, open_workspace, rows
from tests.laboratory import backup_acts as backups
from tests.laboratory import (
    consolidation_acts,
    dossiers,
    export_acts,
    grid_acts,
    log_acts,
    merging_acts,
    received_acts,
    review_acts,
    workbook_acts,
)
from tests.laboratory.laboratory import DONE, Mark, do_each
from tests.strategies import ALL_OPEN, make_identity


@dataclass(frozen=True)
class Act:
    """An operation. `work` leaves the mark DONE each time the program reports something as done.

    `check` receives the number of these marks, and raises AssertionError when the promise does not hold.
    """

    name: str
    promise: str
    prepare: Callable[[Path], None]
    work: Callable[[Path, Mark], None]
    check: Callable[[Path, int], None]


# Notes, texts, undo.


def _steps(session: Session) -> list[Callable[[], object]]:
    cells = session.grid.cells
    answers: list[Answer] = [Rating.NO, Rating.FULLY, NOT_CONCERNED, Rating.PARTLY]

    def note(rank: int) -> Callable[[], object]:
        cell = cells[rank]
        place = Place("m1", cells[rank + 1].activity, cells[rank + 1].policy)
        return lambda: session.rate(cell, answers[rank % 4], place)

    return [
        *(note(rank) for rank in range(5)),
        lambda: session.comment("m1.a01", "Premier"),
        lambda: session.comment("m1.a01", "Premier jet, repris " + "plus long " * 900),
        lambda: session.toggle_policy("social"),
        session.undo,
        session.undo,
        session.redo,
        lambda: session.identify(make_identity(year=2029)),
        note(6),
    ]


def _edits(folder: Path, mark: Mark) -> None:
    workspace = open_workspace(folder)
    session = workspace.open(1)
    do_each(_steps(session), session, lambda: _values(session), session.retry, mark)
    workspace.close()


def _values(session: Session) -> tuple[object, ...]:
    a = session.assessment
    return (a.answers, a.set_aside, a.comments, a.identity)


def _seen(workspace: Workspace) -> tuple[object, ...]:
    stored = workspace.store.load(1)
    a = stored.assessment
    return (a.answers, a.set_aside, a.comments, a.identity, stored.place)


def _expected_states(folder: Path) -> list[tuple[object, ...]]:
    backups.new_assessment(folder)
    workspace = open_workspace(folder)
    session = workspace.open(1)
    states = [_seen(workspace)]
    for step in _steps(session):
        step()
        states.append(_seen(workspace))
    workspace.close()
    return states


class _Edits:
    """Edits. After `n` of them reported as saved, the database holds the state after `n` or `n + 1`."""

    def __init__(self) -> None:
        self._states: list[tuple[object, ...]] = []

    def prepare(self, folder: Path) -> None:
        backups.new_assessment(folder)
        self._states = _expected_states(folder.parent / "etats")

    def check(self, folder: Path, marks: int) -> None:
        workspace = open_workspace(folder)
        try:
            found = _seen(workspace)
            assert found in self._states[marks : marks + 2], f"{marks} reported as saved, another state found"
            session = workspace.open(1)
            undone = 0
            while session.undo():
                undone += 1
            assert _values(session)[:3] == ({}, {}, {}), "undoing everything does not give the start back"
            for _ in range(undone):
                session.redo()
            assert _values(session) == found[:4], "the journal does not lead to what the database holds"
            session.rate(Cell("m4.a12", "famille"), Rating.NO)
        finally:
            workspace.close()
        assert rows(folder / DATABASE_NAME, "PRAGMA integrity_check") == [("ok",)]


# The database itself.


def _create(folder: Path, mark: Mark) -> None:
    # By the program alone: `open_workspace` copies a database made before.
    clock = Clock()
    workspace = Workspace(Store(folder / DATABASE_NAME, clock), Catalogue(), clock)
    workspace.create(make_identity(), open_missions=ALL_OPEN)
    mark(DONE)
    workspace.close()


def _created(folder: Path, marks: int) -> None:
    workspace = open_workspace(folder)
    try:
        assert len(workspace.summaries()) in ({1} if marks else {0, 1})
    finally:
        workspace.close()


def _migrate(folder: Path, mark: Mark) -> None:
    with a_next_version():
        Store(folder / DATABASE_NAME, Clock()).close()
    mark(DONE)


def _migrated(folder: Path, marks: int) -> None:
    with a_next_version(), Store(folder / DATABASE_NAME, Clock()) as store:
        assert store.entries(), "the assessment is gone"
    made = [one for one in list_backups(folder / DATABASE_NAME) if one.reason is BackupReason.MIGRATION]
    assert rows(folder / DATABASE_NAME, "PRAGMA user_version") == [(2,)]
    with a_next_version():
        assert [one.is_sound for one in made] in ([True], [True, True]), "no whole backup was made before"


def _nothing_prepared(folder: Path) -> None:
    assert not list(folder.iterdir())


def every_act() -> tuple[Act, ...]:
    """Return every operation, as new objects each time."""
    edits = _Edits()
    return (
        Act(
            "notes, text, column, undo, form",
            "each edit reported as saved is in the database, whole; undoing all gives the start",
            edits.prepare,
            _edits,
            edits.check,
        ),
        Act("first opening", "a whole database, or none", _nothing_prepared, _create, _created),
        Act(
            "migration of a former database",
            "nothing is lost, the backup made before is sound",
            backups.new_assessment,
            _migrate,
            _migrated,
        ),
        Act(
            "daily backup",
            "the backup is whole, or not there",
            backups.two_states,
            backups.back_it_up,
            backups.backed_up,
        ),
        Act(
            "first backup",
            "the backup is whole, or not there",
            backups.one_state,
            backups.back_it_up,
            backups.first_backed_up,
        ),
        Act(
            "rotation",
            "the backups that are kept are sound",
            backups.many_days,
            backups.back_it_up,
            backups.rotated,
        ),
        Act(
            "restoration",
            "the former or the new database, whole; both exist",
            backups.two_states,
            backups.restore_it,
            backups.restored,
        ),
        Act(
            "restoration over a damaged database",
            "the damaged file still exists",
            backups.damaged,
            backups.restore_it,
            backups.restored_from_damage,
        ),
        Act(
            "copy of an altered database",
            "the former file or the whole new one; the former is put aside, nothing is lost",
            backups.altered,
            backups.copy_it,
            backups.copied,
        ),
        Act(
            "deletion",
            "deleted only when a backup holds it",
            backups.two_states,
            backups.delete_it,
            backups.deleted,
        ),
        Act(
            "erasing",
            "the rest is intact, and it can be done again",
            backups.with_another,
            backups.erase_it,
            backups.erased,
        ),
        Act(
            "export",
            "the file is whole and valid, or not there; final only with its file",
            export_acts.make,
            export_acts.export_it,
            export_acts.is_exported,
        ),
        Act(
            "installing a grid",
            "the grid is there, byte for byte, or not at all",
            grid_acts.make,
            grid_acts.install_it,
            grid_acts.is_installed,
        ),
        Act(
            "adopting a grid, and undoing it",
            "one grid or the other, with every answer, and a sound backup",
            grid_acts.make_installed,
            grid_acts.adopt_it,
            grid_acts.is_adopted,
        ),
        Act(
            "facts of the log",
            "every reported fact is stored, and undoing everything gives an empty log",
            log_acts.make,
            log_acts.note_them,
            log_acts.are_noted,
        ),
        Act(
            "taking a workbook",
            "its answers, its grid and itself are there, or nothing of it",
            workbook_acts.make,
            workbook_acts.take,
            workbook_acts.is_taken,
        ),
        Act(
            "filling a workbook",
            "the filled workbook reads as the assessment, or is not there",
            workbook_acts.make_taken,
            workbook_acts.fill,
            workbook_acts.is_filled,
        ),
        Act(
            "receiving submissions",
            "all those of one mail are there, byte for byte, or none",
            received_acts.make,
            received_acts.take,
            received_acts.is_taken,
        ),
        Act(
            "writing a review",
            "each part reported as saved is there, undoing all leaves none; the file is whole, or not there",
            review_acts.make_received,
            review_acts.write_it,
            review_acts.is_written,
        ),
        Act(
            "receiving a review, and answering it",
            "it is there byte for byte or not; each answer reported as saved is there, no note changes",
            review_acts.make_sent,
            review_acts.answer_it,
            review_acts.is_answered,
        ),
        Act(
            "merging files",
            "the assessment is whole, with its files, or not there",
            merging_acts.make,
            merging_acts.merge,
            merging_acts.is_merged,
        ),
        Act(
            "writing a consolidation",
            "the file is whole, or is not there",
            consolidation_acts.make,
            consolidation_acts.consolidate,
            consolidation_acts.is_consolidated,
        ),
        Act(
            "dossier",
            "each file is whole, or not there; final only with all of them",
            dossiers.make,
            dossiers.work,
            dossiers.check,
        ),
    )
