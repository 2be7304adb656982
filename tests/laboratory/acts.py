"""The operations that a crash may interrupt: their start, their work, and the state required afterwards."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from ctg_tui.domain.answers import NOT_CONCERNED, Answer, Cell, Rating
from ctg_tui.domain.assessment import Place, Status
from ctg_tui.domain.backups import BackupReason
from ctg_tui.domain.changes import Edit, Operation
from ctg_tui.domain.edits import rate
from ctg_tui.domain.errors import DatabaseRefusal, NotSaved, Refusal
from ctg_tui.grids.catalogue import Catalogue
from ctg_tui.services.editing import Session
from ctg_tui.services.export import export
from ctg_tui.services.maintenance import back_up, daily_backup, erase, restore
from ctg_tui.services.workspace import Workspace
from ctg_tui.storage.backups import list_backups
from ctg_tui.storage.file_names import backup_folder
from ctg_tui.storage.store import Store
from ctg_tui.submission.reader import verify
from tests.databases import DATABASE_NAME, Clock, open_workspace, rows
from tests.laboratory import (
    consolidation_acts,
    dossiers,
    grid_acts,
    log_acts,
    merging_acts,
    received_acts,
    workbook_acts,
)
from tests.strategies import make_identity

DONE = b"."
"""The mark left each time the program reports an operation as done."""

Mark = Callable[[bytes], None]
_SECRET = "Texte à effacer, jusqu’aux octets"
FORMER_DATABASES = Path(__file__).parent.parent / "data" / "bases"


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


def _clock(hours: float = 0) -> Clock:
    clock = Clock()
    clock.pass_by(hours=hours)
    return clock


def _new(folder: Path, *, filled: bool = False) -> None:
    workspace = open_workspace(folder)
    one = workspace.create(make_identity())
    if filled:
        grid, assessment = workspace.load(one)
        workspace.store.record(one, Edit(Operation.OTHER, rate(assessment, grid.cells, Rating.MOSTLY)), None)
    workspace.close()


# ------------------------------------------------------------------ notes, texts, undo


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
    for step in _steps(session):
        before = _values(session)
        try:
            step()
        except NotSaved as refusal:
            mark(f"refus {refusal.code}".encode())
            if session.pending:
                session.retry()
            elif _values(session) == before:  # as a person retries when the screen shows no change
                step()
        mark(DONE)
    workspace.close()


def _values(session: Session) -> tuple[object, ...]:
    a = session.assessment
    return (a.answers, a.set_aside, a.comments, a.identity)


def _seen(workspace: Workspace) -> tuple[object, ...]:
    stored = workspace.store.load(1)
    a = stored.assessment
    return (a.answers, a.set_aside, a.comments, a.identity, stored.place)


def _expected_states(folder: Path) -> list[tuple[object, ...]]:
    _new(folder)
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
        _new(folder)
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


# ------------------------------------------------------------------ the database itself


def _create(folder: Path, mark: Mark) -> None:
    workspace = open_workspace(folder)
    workspace.create(make_identity())
    mark(DONE)
    workspace.close()


def _created(folder: Path, marks: int) -> None:
    workspace = open_workspace(folder)
    try:
        assert len(workspace.summaries()) in ({1} if marks else {0, 1})
    finally:
        workspace.close()


def _former(folder: Path) -> None:
    shutil.copyfile(FORMER_DATABASES / "version-1.db", folder / DATABASE_NAME)


def _migrate(folder: Path, mark: Mark) -> None:
    Store(folder / DATABASE_NAME, Clock()).close()
    mark(DONE)


def _migrated(folder: Path, marks: int) -> None:
    with Store(folder / DATABASE_NAME, Clock()) as store:
        assert len(store.load(1).assessment.answers) == 16
    assert rows(folder / DATABASE_NAME, "SELECT count(*) FROM grid") == [(1,)], "without its grid"
    kept = list_backups(folder / DATABASE_NAME)
    assert all(one.is_sound for one in kept), "a backup is not whole"
    assert any(
        one.reason is BackupReason.MIGRATION and one.content and one.content.answers == 16 for one in kept
    )


# ------------------------------------------------------------------ backups, restoration, erasing


def _two_states(folder: Path) -> None:
    """Return a database with 4 answers and a backup with 2 of them."""
    _new(folder)
    workspace = open_workspace(folder)
    session = workspace.open(1)
    for cell in session.grid.cells[:2]:
        session.rate(cell, Rating.FULLY)
    back_up(folder / DATABASE_NAME, _clock(-30))
    for cell in session.grid.cells[2:4]:
        session.rate(cell, Rating.NO)
    workspace.close()


def _one_state(folder: Path) -> None:
    _two_states(folder)
    shutil.rmtree(backup_folder(folder / DATABASE_NAME))


def _first_backed_up(folder: Path, marks: int) -> None:
    kept = list_backups(folder / DATABASE_NAME)
    assert all(one.is_sound for one in kept), "a backup is not whole"
    assert kept or not marks, "reported as backed up, and there is no backup"
    _answers(folder, {4})


def _back_up(folder: Path, mark: Mark) -> None:
    daily_backup(folder / DATABASE_NAME, _clock())
    mark(DONE)


def _backed_up(folder: Path, marks: int) -> None:
    kept = list_backups(folder / DATABASE_NAME)
    assert all(one.is_sound for one in kept), "a backup is not whole"
    held = sorted(one.content.answers for one in kept if one.content)
    assert held in ([[2, 4]] if marks else [[2], [2, 4]]), f"backups hold {held}"
    _answers(folder, {4})


def _many_days(folder: Path) -> None:
    _two_states(folder)
    for day in range(10, 0, -1):
        daily_backup(folder / DATABASE_NAME, _clock(-24 * day))


def _rotated(folder: Path, marks: int) -> None:
    kept = list_backups(folder / DATABASE_NAME)
    assert all(one.is_sound for one in kept), "a backup is not whole"
    assert len(kept) >= 8, f"only {len(kept)} backups are left"
    if marks:
        assert kept[0].made_at == _clock()().astimezone().replace(tzinfo=None), "today's is not there"
    _answers(folder, {4})


def _answers(folder: Path, expected: set[int]) -> int:
    with Store(folder / DATABASE_NAME, Clock()) as store:
        found = len(store.load(1).assessment.answers)
    assert found in expected, f"the database holds {found} answers"
    return found


def _restore(folder: Path, mark: Mark) -> None:
    (backup,) = list_backups(folder / DATABASE_NAME)
    restore(folder / DATABASE_NAME, backup.path, _clock())
    mark(DONE)


def _restored(folder: Path, marks: int) -> None:
    found = _answers(folder, {2} if marks else {2, 4})
    kept = list_backups(folder / DATABASE_NAME)
    assert all(one.is_sound for one in kept), "a backup is not whole"
    held = {found, *(one.content.answers for one in kept if one.content)}
    assert held == {2, 4}, f"what is left anywhere: {held}"


def _damaged(folder: Path) -> None:
    _two_states(folder)
    database = folder / DATABASE_NAME
    database.write_bytes(bytes(100) + database.read_bytes()[100:])


def _restored_from_damage(folder: Path, marks: int) -> None:
    database = folder / DATABASE_NAME
    try:
        _answers(folder, {2})
        restored = True
    except DatabaseRefusal:
        restored = False
    assert restored or not marks, "reported as restored, and it is not"
    aside = [path for path in backup_folder(database).iterdir() if "mise-de-cote" in path.name]
    originals = [
        path for path in (*aside, database) if path.is_file() and path.read_bytes().startswith(bytes(100))
    ]
    assert originals, "the damaged file is lost"
    if not restored:
        again = list_backups(database)[0]
        assert again.is_sound
        assert restore(database, again.path, _clock(1)).content.answers == 2


def _delete(folder: Path, mark: Mark) -> None:
    workspace = open_workspace(folder, _clock())
    workspace.delete(1)
    mark(DONE)
    workspace.close()


def _deleted(folder: Path, marks: int) -> None:
    with Store(folder / DATABASE_NAME, Clock()) as store:
        left = len(store.entries())
    assert left in ({0} if marks else {0, 1})
    if left == 0:
        latest = list_backups(folder / DATABASE_NAME)[0]
        assert latest.content is not None
        assert latest.content.answers == 4, "deleted, and no backup brings it back"


def _with_another(folder: Path) -> None:
    _two_states(folder)
    workspace = open_workspace(folder)
    workspace.open(1).comment("m1.a01", _SECRET)
    workspace.open(workspace.create(make_identity(year=2030))).comment("m1.a01", "À garder")
    workspace.store.back_up(BackupReason.ASKED)
    workspace.close()


def _erase(folder: Path, mark: Mark) -> None:
    erase(folder / DATABASE_NAME, 1, _clock())
    mark(DONE)


def _refusal_of(act: Callable[[], object]) -> str:
    """Return the code of the refusal that `work` raises; empty when it raises none."""
    try:
        act()
    except Refusal as refusal:
        return refusal.code
    return ""


def _erased(folder: Path, marks: int) -> None:
    """Check before anything opens the database for writing: that would tidy away the leftovers."""
    database = folder / DATABASE_NAME
    assert all(one.is_sound for one in list_backups(database)), "a backup is not whole"
    if not marks:
        assert _refusal_of(lambda: erase(database, 1, _clock())) in {"", "evaluation-absente"}
    files = [entry for entry in sorted(folder.rglob("*")) if entry.is_file()]
    held = [entry.name for entry in files if _SECRET.encode() in entry.read_bytes()]
    assert not held, f"still in {held}"
    with Store(database, Clock()) as store:
        assert {entry.id for entry in store.entries()} == {2}
        assert store.load(2).assessment.comments == {"m1.a01": "À garder"}


# ------------------------------------------------------------------ export


def _to_export(folder: Path) -> None:
    _new(folder, filled=True)
    (folder / "envoi").mkdir()


def _export(folder: Path, mark: Mark) -> None:
    workspace = open_workspace(folder)
    for status in (Status.DRAFT, Status.DRAFT, Status.FINAL):
        export(workspace, 1, folder / "envoi", status)
        mark(DONE)
    workspace.close()


def _exported(folder: Path, marks: int) -> None:
    written = [path for path in (folder / "envoi").iterdir() if path.suffix == ".json"]
    verdicts = [verify(path, Catalogue()) for path in written]
    assert all(one.ok for one in verdicts), [one.problems for one in verdicts]
    finals = [one for one in verdicts if one.received and one.received.status is Status.FINAL]
    drafts = len(verdicts) - len(finals)
    assert drafts == 1 or marks == 0, "reported as exported, and no file"
    assert finals or marks < 3, "reported as exported, and no file"
    with Store(folder / DATABASE_NAME, Clock()) as store:
        status = store.load(1).assessment.status
    assert status is Status.FINAL or marks < 3
    assert finals or status is not Status.FINAL, "final, without the file that says so"


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
            _former,
            _migrate,
            _migrated,
        ),
        Act("daily backup", "the backup is whole, or not there", _two_states, _back_up, _backed_up),
        Act(
            "first backup",
            "the backup is whole, or not there",
            _one_state,
            _back_up,
            _first_backed_up,
        ),
        Act("rotation", "the backups that are kept are sound", _many_days, _back_up, _rotated),
        Act(
            "restoration",
            "the former or the new database, whole; both exist",
            _two_states,
            _restore,
            _restored,
        ),
        Act(
            "restoration over a damaged database",
            "the damaged file still exists",
            _damaged,
            _restore,
            _restored_from_damage,
        ),
        Act("deletion", "deleted only when a backup holds it", _two_states, _delete, _deleted),
        Act("erasing", "the rest is intact, and it can be done again", _with_another, _erase, _erased),
        Act(
            "export",
            "the file is whole and valid, or not there; final only with its file",
            _to_export,
            _export,
            _exported,
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
            "merging files",
            "the draft is whole or not there; so is the assessment made of it",
            merging_acts.make,
            merging_acts.merge,
            merging_acts.is_merged,
        ),
        Act(
            "sharing a consolidation",
            "the file shared is whole and remembered, or is not there",
            consolidation_acts.make,
            consolidation_acts.share,
            consolidation_acts.is_shared,
        ),
        Act(
            "dossier",
            "each file is whole, or not there; final only with all of them",
            dossiers.make,
            dossiers.work,
            dossiers.check,
        ),
    )
