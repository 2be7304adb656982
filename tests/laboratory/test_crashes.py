"""Power cuts and sudden ends at each call that changes the disk, during each of five acts that write."""

from __future__ import annotations

import os
import random
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final, NamedTuple

import pytest

from ctg_tui.domain.assessment import NOT_CONCERNED, Answer, Cell, Place, Rating, Status
from ctg_tui.domain.changes import Edit, Operation
from ctg_tui.domain.edits import rate
from ctg_tui.grids.catalogue import Catalogue
from ctg_tui.report.mail import MAIL_NAME, TEXT_NAME
from ctg_tui.services import spreadsheet as reading
from ctg_tui.services.backups import restore
from ctg_tui.services.editing import Session
from ctg_tui.services.sending import prepare
from ctg_tui.services.workspace import Workspace
from ctg_tui.storage import journal
from ctg_tui.storage.backups import list_backups
from ctg_tui.storage.connection import BackupReason
from ctg_tui.storage.documents import kept_grids, latest_sending
from ctg_tui.storage.store import Store
from ctg_tui.submission import read
from tests.databases import DATABASE_NAME, Clock, back_up, erase, open_workspace, rows, turn
from tests.laboratory.disk import Disk
from tests.laboratory.tracing import Mark, follow, is_possible
from tests.report.mails import parse
from tests.spreadsheet.workbooks import OTHER_FILLED, answers_of, put
from tests.strategies import charente, make_identity

_SECRET = "Texte à effacer, jusqu’aux octets"


class Act(NamedTuple):
    """An operation. `work` leaves a mark each time the program reports something as done.

    `check` receives the number of these marks and what `prepare` returned; it raises AssertionError when the
    promise does not hold.
    """

    prepare: Callable[[Path], Any]
    work: Callable[[Path, Mark], None]
    check: Callable[[Path, int, Any], None]
    has_power_cuts: bool = False


def _clock(hours: float = 0) -> Clock:
    clock = Clock()
    clock.pass_by(hours=hours)
    return clock


def _new(folder: Path, *, filled: bool = False) -> None:
    workspace = open_workspace(folder)
    grid, assessment = workspace.load(workspace.create(make_identity(), charente()))
    if filled:
        journal.record(
            workspace.store, 1, Edit(Operation.IMPORT, rate(assessment, grid.cells, Rating.MOSTLY))
        )
    workspace.close()


# Saving: each edit reported as saved is in the database, whole; undoing all gives the start.


def _steps(session: Session) -> list[Callable[[], object]]:
    cells = session.grid.cells
    answers: list[Answer] = [Rating.NO, Rating.FULLY, NOT_CONCERNED, Rating.PARTLY]

    def note(rank: int) -> Callable[[], object]:
        place = Place("m1", cells[rank + 1].activity, cells[rank + 1].policy)
        return lambda: session.rate(cells[rank], answers[rank % 4], place)

    return [
        *(note(rank) for rank in range(5)),
        lambda: session.comment("m1.a01", "Premier"),
        lambda: session.comment("m1.a01", "Premier jet, repris " + "plus long " * 900),
        lambda: turn(session, "education"),
        session.undo,
        session.undo,
        session.redo,
        lambda: session.identify(make_identity(year=2029)),
        note(6),
    ]


def _edit(folder: Path, after_each: Callable[[Workspace], object]) -> None:
    workspace = open_workspace(folder)
    for step in _steps(workspace.open(1)):
        step()
        after_each(workspace)
    workspace.close()


def _seen(workspace: Workspace) -> tuple[object, ...]:
    stored = workspace.store.load(1)
    a = stored.assessment
    return (a.answers, a.set_aside, a.comments, a.identity, stored.place)


def _states(folder: Path) -> list[tuple[object, ...]]:
    """Make an assessment; return its state before and after each edit."""
    _new(folder)
    copy = Path(shutil.copytree(folder, folder.with_name("etats")))
    workspace = open_workspace(copy)
    states = [_seen(workspace)]
    workspace.close()
    _edit(copy, lambda workspace: states.append(_seen(workspace)))
    return states


def _is_saved(folder: Path, marks: int, states: list[tuple[object, ...]]) -> None:
    workspace = open_workspace(folder)
    try:
        found = _seen(workspace)
        assert found in states[marks : marks + 2], f"{marks} reported as saved, another state found"
        session = workspace.open(1)
        undone = 0
        while session.undo():
            undone += 1
        assert _seen(workspace)[:3] == ({}, {}, {}), "undoing everything does not give the start back"
        for _ in range(undone):
            session.redo()
        assert _seen(workspace)[:4] == found[:4], "the journal does not lead to what the database holds"
        session.rate(Cell("m4.a12", "famille"), Rating.NO)
    finally:
        workspace.close()
    assert rows(folder / DATABASE_NAME, "PRAGMA integrity_check") == [("ok",)]


# Importing: the answers of a workbook, its grid and itself are there, or nothing of it.


def _give(folder: Path) -> None:
    open_workspace(folder).close()
    put(folder / "grille.xlsx", OTHER_FILLED)


def _import(folder: Path, mark: Mark) -> None:
    workspace = open_workspace(folder)
    reading.take(workspace, reading.read(folder / "grille.xlsx", workspace.catalogue))
    mark()
    workspace.close()


def _is_imported(folder: Path, marks: int, _: object) -> None:
    database = folder / DATABASE_NAME
    with Store(database, Clock()) as store:
        entries = store.entries()
        assert len(entries) in ({1} if marks else {0, 1})
        assert len(kept_grids(store)) == len(entries)
        if entries:
            grid = kept_grids(store)[0][0]
            taken, given = store.load(entries[0].id).assessment, answers_of(charente())
            assert [*map(taken.answers.get, grid.cells)] == [*map(given.get, charente().cells)]
    kept = [content for (content,) in rows(database, "SELECT content FROM workbook")]
    assert kept == [(folder / "grille.xlsx").read_bytes()] * len(entries)


# Sending: each file is whole, or not there; recorded only with all of them.


def _to_send(folder: Path) -> None:
    _new(folder, filled=True)
    (folder / "envoi").mkdir()


def _send(folder: Path, mark: Mark) -> None:
    workspace = open_workspace(folder)
    for status in (Status.DRAFT, Status.FINAL):
        prepare(workspace, 1, folder / "envoi", status=status)
        mark()
    workspace.close()


def _is_sent(folder: Path, marks: int, _: object) -> None:
    every = (path for path in (folder / "envoi").rglob("*") if path.is_file())
    files = {path.name: path for path in every if not path.name.startswith(".ctg-")}
    submissions = [read(path, Catalogue()) for name, path in files.items() if name.endswith(".json")]
    if MAIL_NAME in files:
        attached = parse(files[MAIL_NAME].read_bytes()).attachments
        assert all(files[name].read_bytes() == raw for name, raw in attached.items() if name in files)
    with Store(folder / DATABASE_NAME, Clock()) as store:
        sent = latest_sending(store, 1)
    is_final = sent is not None and sent.is_final
    if is_final:
        assert any(one.sending.is_final for one in submissions), "recorded as definitive, without its file"
        assert {MAIL_NAME, TEXT_NAME} <= files.keys(), "recorded, without all its files"
    assert is_final or marks < 2, "reported as sent, and it is not recorded"


# Restoring: the former or the new database, whole; both exist.


def _two_states(folder: Path) -> None:
    """Make a database with 4 answers and a backup with 2 of them."""
    _new(folder)
    workspace = open_workspace(folder)
    session = workspace.open(1)
    for cell in session.grid.cells[:2]:
        session.rate(cell, Rating.FULLY)
    back_up(folder / DATABASE_NAME, _clock(-30))
    for cell in session.grid.cells[2:4]:
        session.rate(cell, Rating.NO)
    workspace.close()


def _restore(folder: Path, mark: Mark) -> None:
    (backup,) = list_backups(folder / DATABASE_NAME)
    restore(folder / DATABASE_NAME, backup.path, _clock())
    mark()


def _is_restored(folder: Path, marks: int, _: object) -> None:
    with Store(folder / DATABASE_NAME, Clock()) as store:
        found = len(store.load(1).assessment.answers)
    assert found in ({2} if marks else {2, 4})
    kept = list_backups(folder / DATABASE_NAME)
    assert all(one.content for one in kept), "a backup is not whole"
    assert {found, *(one.content.answers for one in kept if one.content)} == {2, 4}


# Erasing: the rest is intact, and it can be done again.


def _with_another(folder: Path) -> None:
    _two_states(folder)
    workspace = open_workspace(folder)
    workspace.open(1).comment("m1.a01", _SECRET)
    workspace.open(workspace.create(make_identity(year=2030), charente())).comment("m1.a01", "À garder")
    workspace.store.back_up(BackupReason.ASKED)
    workspace.close()


def _erase(folder: Path, mark: Mark) -> None:
    erase(folder / DATABASE_NAME, 1, _clock())
    mark()


def _is_erased(folder: Path, marks: int, _: object) -> None:
    """Check before anything opens the database for writing: that would tidy away the leftovers."""
    database = folder / DATABASE_NAME
    assert all(one.content for one in list_backups(database)), "a backup is not whole"
    if not marks:
        erase(database, 1, _clock())
    files = [entry for entry in folder.rglob("*") if entry.is_file()]
    assert [entry.name for entry in files if _SECRET.encode() in entry.read_bytes()] == []
    with Store(database, Clock()) as store:
        assert {entry.id for entry in store.entries()} == {2}
        assert store.load(2).assessment.comments == {"m1.a01": "À garder"}


ACTS: Final = {
    "saving": Act(_states, lambda folder, mark: _edit(folder, lambda _: mark()), _is_saved, True),
    "importing": Act(_give, _import, _is_imported),
    "sending": Act(_to_send, _send, _is_sent, True),
    "restoring": Act(_two_states, _restore, _is_restored, True),
    "erasing": Act(_with_another, _erase, _is_erased),
}
STEP: Final = 1 if os.environ.get("LABORATORY") else 50


@pytest.mark.night
@pytest.mark.parametrize("name", ACTS)
def test_an_end_or_a_power_cut_at_any_call_keeps_the_promise(name: str, tmp_path: Path) -> None:
    if not is_possible():
        pytest.skip("a process is followed on Linux and x86-64, where ptrace is allowed")
    act, folder, left = ACTS[name], tmp_path / "vrai", tmp_path / "reste"
    folder.mkdir(mode=0o700)
    prepared = act.prepare(folder)
    disk, marks, changes = Disk(folder), 0, 0
    for call in [*follow(lambda mark: act.work(folder, mark)), None]:
        is_change = call is not None and call.name not in {"mark", "close", "lseek", "open"}
        changes += is_change
        if call is None or (is_change and changes % STEP == 0):
            # ended; cut with what was synced; cut with some of the rest
            for way in range(5 if act.has_power_cuts else 1):
                left.mkdir(mode=0o700)
                draw = random.Random(f"{name} {changes} {way}") if way > 1 else None
                disk.leave(left, draw, everything=not way)
                try:
                    act.check(left, marks, prepared)
                except Exception as error:
                    error.add_note(f"before change {changes} ({call and call.name}), way {way}")
                    raise
                shutil.rmtree(left)
        if call is not None:
            disk.play(call)
            marks += call.name == "mark"
    disk.require_true(folder)
    assert changes
