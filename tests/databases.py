"""Real databases for the tests: files in a temporary folder, and a clock that the test moves."""

from __future__ import annotations

import sqlite3
import sys
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from unittest.mock import patch

from sqlite_utils.db import Database

from ctg_tui.domain.assessment import Assessment, Cell
from ctg_tui.domain.changes import Edit
from ctg_tui.domain.grid import Grid
from ctg_tui.services.editing import Session
from ctg_tui.services.workspace import Workspace
from ctg_tui.storage import connection, database, journal, schema
from ctg_tui.storage.backups import Erased
from ctg_tui.storage.connection import Backup
from ctg_tui.storage.store import Store
from tests.strategies import make_grid, make_identity, turned

DATABASE_NAME = "essai.db"
FIRST_CELL = Cell("m1.a01", "famille")
SECOND_CELL = Cell("m1.a02", "famille")


@dataclass
class Clock:
    """A clock that stands still until the test moves it."""

    now: datetime = field(default_factory=lambda: datetime(2027, 1, 12, 13, 2, 11, tzinfo=UTC))

    def __call__(self) -> datetime:
        return self.now

    def pass_by(self, **duration: float) -> None:
        self.now += timedelta(**duration)


def open_session(folder: Path, clock: Clock | None = None, grid: Grid | None = None) -> Session:
    """Open a session on the one assessment of the database of `folder`, created if missing."""
    store = open_store(folder / DATABASE_NAME, clock)
    grid = grid or make_grid()
    entries = store.entries()
    assessment_id = entries[0].id if entries else store.create(grid, make_identity())
    return Session(store, grid, assessment_id)


def turn(session: Session, policy: str) -> None:
    """Untick a policy for all people or, where nobody has it, tick it for the first one."""
    session.identify(turned(session.assessment.identity, policy))


def close(session: Session) -> None:
    """Close the database of a session."""
    session._store.close()


@contextmanager
def session_on(folder: Path, clock: Clock | None = None, grid: Grid | None = None) -> Iterator[Session]:
    session = open_session(folder, clock, grid)
    try:
        yield session
    finally:
        close(session)


def open_workspace(folder: Path, clock: Clock | None = None) -> Workspace:
    """Open the workspace of the database of `folder`, created if missing, with the shipped grids."""
    clock = clock or Clock()
    return Workspace(open_store(folder / DATABASE_NAME, clock), clock)


def open_store(path: Path, clock: Clock | None = None) -> Store:
    """Open the database of `path`. A new one in a folder that is there is the copy of one made once."""
    if not path.exists() and path.parent.is_dir():
        path.write_bytes(_NEW)
        path.chmod(0o600)
    return Store(path, clock or Clock())


def _new() -> bytes:
    with TemporaryDirectory() as folder:
        path = Path(folder, DATABASE_NAME)
        Store(path, Clock()).close()
        return path.read_bytes()


_NEW = _new()
"""At the import: later, a test may have patched what makes it."""


def back_up(path: Path, clock: Clock) -> Backup:
    """Make a backup beside any window, as `sauvegarder` does."""
    with Store(path, clock, write=False) as store:
        return Workspace(store, clock).back_up()


def daily_backup(path: Path, clock: Clock) -> Backup | None:
    with Store(path, clock, write=False) as store:
        return Workspace(store, clock).daily_backup()


def erase(path: Path, assessment_id: int, clock: Clock) -> Erased:
    with Store(path, clock) as store:
        return Workspace(store, clock).erase(assessment_id)


def undo(store: Store, assessment_id: int) -> Edit | None:
    """Undo the last edit of the journal; return it."""
    edit = journal.edit_to_turn(store, assessment_id, back=True)
    if edit is not None:
        journal.turn(store, assessment_id, edit, back=True)
    return edit


def redo(store: Store, assessment_id: int) -> Edit | None:
    """Redo the next undone edit of the journal; return it."""
    edit = journal.edit_to_turn(store, assessment_id, back=False)
    if edit is not None:
        journal.turn(store, assessment_id, edit, back=False)
    return edit


def read_again(folder: Path, assessment_id: int = 1) -> Assessment:
    """Return an assessment read by a new store, as another process would read it."""
    with Store(folder / DATABASE_NAME, Clock(), write=False) as store:
        return store.load(assessment_id).assessment


@contextmanager
def a_next_version() -> Iterator[list[Exception]]:
    """Pretend that there is a version 2 of the database; what is put in the list is raised at its end."""
    faults: list[Exception] = []

    def version_2(db: Database) -> None:
        db.execute("CREATE TABLE nouveau (x)")
        db.execute("PRAGMA user_version = 2")
        if faults:
            raise faults[0]

    schema.migrations()()(version_2)
    try:
        with ExitStack() as patched:
            for module in (connection, database, schema):
                patched.enter_context(patch.object(module, "SCHEMA_VERSION", 2))
            yield faults
    finally:
        schema.migrations()._migrations.pop()


def spoil_journal(path: Path) -> None:
    """Damage the first page of the journal of a closed database, which its list does not read."""
    page = int(str(rows(path, "SELECT rootpage FROM sqlite_schema WHERE name = 'journal'")[0][0]))
    size = int(str(rows(path, "PRAGMA page_size")[0][0]))
    with path.open("r+b") as file:
        file.seek((page - 1) * size)
        file.write(b"\xff" * size)


@contextmanager
def raw(path: Path) -> Iterator[sqlite3.Connection]:
    """Open a plain SQLite connection to the database. Each statement commits.

    Windows deletes no file that is open: the journal that a window keeps has to be left where it is.
    """
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        if sys.platform == "win32":
            connection.execute("PRAGMA journal_mode = MEMORY")
        yield connection


def rows(path: Path, query: str, *parameters: object) -> list[tuple[object, ...]]:
    """Return all the rows of one query on a plain SQLite connection."""
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute(query, parameters).fetchall()


def insertion(assessment_id: int, field: str, key: str, value: str) -> str:
    """Return the statement by which another program adds a value."""
    values = ", ".join(f"'{text}'" for text in (assessment_id, field, key, value, "2027-01-12T13:02:11Z"))
    return f"INSERT INTO value (assessment_id, field, key, value, at) VALUES ({values})"
