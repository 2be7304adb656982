"""The operations that a crash may interrupt: their start, their work, and the state required afterwards."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from ctg_tui.domain.assessment import NOT_CONCERNED, Answer, Cell, Place, Rating
from ctg_tui.services.editing import Session
from ctg_tui.services.workspace import Workspace
from tests.databases import DATABASE_NAME, open_workspace, rows, turn
from tests.laboratory import backup_acts as backups
from tests.laboratory import dossiers, workbook_acts
from tests.laboratory.laboratory import DONE, Mark
from tests.strategies import make_identity


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
    with_power_cuts: bool = False


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
        lambda: turn(session, "education"),
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


def every_act() -> tuple[Act, ...]:
    """Return every operation, as new objects each time."""
    edits = _Edits()
    return (
        Act(
            "saving",
            "each edit reported as saved is in the database, whole; undoing all gives the start",
            edits.prepare,
            _edits,
            edits.check,
            with_power_cuts=True,
        ),
        Act(
            "importing",
            "the answers of a workbook, its grid and itself are there, or nothing of it",
            workbook_acts.make,
            workbook_acts.take,
            workbook_acts.is_taken,
        ),
        Act(
            "sending",
            "each file is whole, or not there; final only with all of them",
            dossiers.make,
            dossiers.work,
            dossiers.check,
            with_power_cuts=True,
        ),
        Act(
            "restoring",
            "the former or the new database, whole; both exist",
            backups.two_states,
            backups.restore_it,
            backups.restored,
            with_power_cuts=True,
        ),
        Act(
            "erasing",
            "the rest is intact, and it can be done again",
            backups.with_another,
            backups.erase_it,
            backups.erased,
        ),
    )
