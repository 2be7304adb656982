"""Restoring and erasing, which a crash may interrupt, and the state required afterwards."""

from __future__ import annotations

from pathlib import Path

from ctg_tui.domain.assessment import Rating
from ctg_tui.domain.backups import BackupReason
from ctg_tui.domain.changes import Edit, Operation
from ctg_tui.domain.edits import rate
from ctg_tui.services.backups import back_up, erase, restore
from ctg_tui.storage.backups import list_backups
from ctg_tui.storage.store import Store
from tests.databases import DATABASE_NAME, Clock, open_workspace
from tests.laboratory.laboratory import DONE, Mark
from tests.strategies import charente, make_identity

_SECRET = "Texte à effacer, jusqu’aux octets"


def _clock(hours: float = 0) -> Clock:
    clock = Clock()
    clock.pass_by(hours=hours)
    return clock


def new_assessment(folder: Path, *, filled: bool = False) -> None:
    workspace = open_workspace(folder)
    one = workspace.create(make_identity(), charente())
    if filled:
        grid, assessment = workspace.load(one)
        workspace.store.record(one, Edit(Operation.OTHER, rate(assessment, grid.cells, Rating.MOSTLY)), None)
    workspace.close()


def two_states(folder: Path) -> None:
    """Return a database with 4 answers and a backup with 2 of them."""
    new_assessment(folder)
    workspace = open_workspace(folder)
    session = workspace.open(1)
    for cell in session.grid.cells[:2]:
        session.rate(cell, Rating.FULLY)
    back_up(folder / DATABASE_NAME, _clock(-30))
    for cell in session.grid.cells[2:4]:
        session.rate(cell, Rating.NO)
    workspace.close()


def _answers(folder: Path, expected: set[int]) -> int:
    with Store(folder / DATABASE_NAME, Clock()) as store:
        found = len(store.load(1).assessment.answers)
    assert found in expected, f"the database holds {found} answers"
    return found


def restore_it(folder: Path, mark: Mark) -> None:
    (backup,) = list_backups(folder / DATABASE_NAME)
    restore(folder / DATABASE_NAME, backup.path, _clock())
    mark(DONE)


def restored(folder: Path, marks: int) -> None:
    found = _answers(folder, {2} if marks else {2, 4})
    kept = list_backups(folder / DATABASE_NAME)
    assert all(one.is_sound for one in kept), "a backup is not whole"
    held = {found, *(one.content.answers for one in kept if one.content)}
    assert held == {2, 4}, f"what is left anywhere: {held}"


def with_another(folder: Path) -> None:
    two_states(folder)
    workspace = open_workspace(folder)
    workspace.open(1).comment("m1.a01", _SECRET)
    workspace.open(workspace.create(make_identity(year=2030), charente())).comment("m1.a01", "À garder")
    workspace.store.back_up(BackupReason.ASKED)
    workspace.close()


def erase_it(folder: Path, mark: Mark) -> None:
    erase(folder / DATABASE_NAME, 1, _clock())
    mark(DONE)


def erased(folder: Path, marks: int) -> None:
    """Check before anything opens the database for writing: that would tidy away the leftovers."""
    database = folder / DATABASE_NAME
    assert all(one.is_sound for one in list_backups(database)), "a backup is not whole"
    if not marks:
        erase(database, 1, _clock())
    files = [entry for entry in sorted(folder.rglob("*")) if entry.is_file()]
    held = [entry.name for entry in files if _SECRET.encode() in entry.read_bytes()]
    assert not held, f"still in {held}"
    with Store(database, Clock()) as store:
        assert {entry.id for entry in store.entries()} == {2}
        assert store.load(2).assessment.comments == {"m1.a01": "À garder"}
