"""Writing assessments: an open database, its version, its transactions; committed whole or not at all."""

from __future__ import annotations

import contextlib
import sqlite3
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import cached_property
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Any, ClassVar, Final, Self
from uuid import uuid4

from ctg_tui.domain.assessment import Identity, Place
from ctg_tui.domain.errors import Refusal
from ctg_tui.domain.grid import Grid
from ctg_tui.storage import rows
from ctg_tui.storage.opening import WriterLock, connect, look_first
from ctg_tui.storage.reading import BUGS, Reader
from ctg_tui.storage.refusals import (
    FAILURES,
    absent,
    damaged,
    missing,
    not_opened,
    not_saved,
    replaced,
)
from ctg_tui.storage.schema import SCHEMA_VERSION, make_views, migrate

if TYPE_CHECKING:
    from sqlite_utils.db import Database

    from ctg_tui.domain.backups import Backup, BackupReason
    from ctg_tui.domain.changes import Edit
    from ctg_tui.domain.thread import Said
    from ctg_tui.grids.catalogue import GridFile
    from ctg_tui.storage.journal import Journal


Clock = Callable[[], datetime]

_OPEN_FILES_STAY = sys.platform == "win32"
"""True where a file that SQLite has open cannot be replaced.

Some network drives return another identity for the same file each time on Windows: comparing proves nothing
there.
"""


class Store(Reader):
    """The assessments of one open database, to read and to write; each write is committed when it returns.

    Opening with `write` takes the writer's lock until `close`. A database of a former version is backed up
    and migrated. Raises DatabaseRefusal.
    """

    _committed_at: float | None = None
    """When the last commit was made, until it is in the file itself."""
    is_in_memory: ClassVar[bool] = False
    """Whether no file holds it: it is an example, nothing of which is kept or sent."""

    def __init__(
        self,
        path: Path,
        clock: Clock,
        *,
        write: bool = True,
        lock: WriterLock | None = None,
        patience: float = 0.0,
    ) -> None:
        """Open the database; `lock`, that of `path` already held, becomes the store's.

        Waits up to `patience` seconds for the lock.
        """
        self._clock = clock
        self.writes = write
        """Whether the database was opened for writing."""
        if write and lock is None:
            look_first(path)
        self._lock = lock or (WriterLock(path, patience) if write else None)
        self.is_open = True
        try:
            super().__init__(connect(path, write=write), path)
            try:
                self._bring_to_version()
                self._opened_file = _file_identity(path)
            except BaseException:
                self.connection.close()
                raise
        except BaseException:
            if self._lock:
                self._lock.release()
            raise

    def _bring_to_version(self) -> None:
        try:
            version = self.connection.execute("PRAGMA user_version").fetchone()[0]
            if version == SCHEMA_VERSION:
                if self.writes:
                    make_views(self.connection)
                return
        except FAILURES as error:  # also a commit of the window, on a slow disk
            raise not_opened(self.path, error) from error
        if not self.writes:
            if version == 0:
                raise missing(self.path)
            Store(self.path, self._clock).close()
            return
        from ctg_tui.domain.backups import BackupReason
        from ctg_tui.storage import backups

        try:
            if version > 0:
                backups.make(self.connection, self.path, self._clock(), BackupReason.MIGRATION)
            migrate(self.database)
        except FAILURES as error:
            raise not_opened(self.path, error) from error

    @cached_property
    def database(self) -> Database:
        """sqlite-utils on the same connection, imported on first use: an edit does not need it."""
        from sqlite_utils.db import Database

        return Database(self.connection, execute_plugins=False)

    def close(self) -> None:
        """Close the database and release its lock."""
        self._close_database()
        if self._lock:
            self._lock.release()

    def hand_over(self) -> WriterLock | None:
        """Close the database and return its lock, so that no other window opens it in between."""
        self._close_database()
        lock, self._lock = self._lock, None
        return lock

    def _close_database(self) -> None:
        with self.lock:  # a file may be looked at in a thread: closed under its reading, SQLite would crash
            self.is_open = False
            self.checkpoint()
            self.connection.close()

    def rest(self, seconds: float) -> None:
        """Make the file whole by itself, `seconds` after the last commit (`checkpoint`)."""
        if self._committed_at is not None and monotonic() - self._committed_at >= seconds:
            self._committed_at = None
            self.checkpoint()

    def checkpoint(self) -> None:
        """Put all that is committed into the file itself, so that it is whole without those beside it.

        A failure loses nothing: SQLite reads both, and the next try does the same.
        """
        with contextlib.suppress(sqlite3.Error):
            if self.writes:
                self.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")  # nothing in another mode

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @contextmanager
    def writing(self) -> Iterator[datetime]:
        """Run one transaction; yield its moment (UTC). On any failure nothing of it is written.

        Raises NotSaved.
        """
        with self.lock:
            now = self._clock()
            self.require_file()
            try:
                with self._transaction():
                    yield now
                self._committed_at = monotonic()
            except BUGS:
                raise
            except FAILURES as error:
                raise not_saved(error) from error

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        """Commit all or nothing. A nested one is part of the outer: its failure rolls back the whole."""
        if self.connection.in_transaction:
            yield
            return
        self.connection.execute("BEGIN")
        try:
            yield
            self.connection.execute("COMMIT")
        except BaseException:
            self.connection.rollback()
            raise

    def require_file(self) -> None:
        """Raise NotSaved unless the file that was opened is still at its place."""
        try:
            if _OPEN_FILES_STAY or _file_identity(self.path) == self._opened_file:
                return
        except FileNotFoundError:
            pass
        except OSError as error:
            raise not_saved(error) from error
        raise replaced()

    def back_up(self, reason: BackupReason) -> Backup:
        """Copy the open database into its backups, verified. Raises WriteRefusal or DatabaseRefusal."""
        from ctg_tui.storage import backups

        try:
            with self.lock:
                return backups.make(self.connection, self.path, self._clock(), reason)
        except FAILURES as error:
            raise not_opened(self.path, error) from error

    @cached_property
    def _journal(self) -> Journal:
        from ctg_tui.storage.journal import Journal  # not needed to start

        return Journal(self.connection)

    def create(
        self,
        grid: Grid,
        identity: Identity,
        previous_id: int | None = None,
        *,
        file: GridFile | None = None,
    ) -> int:
        """Create an empty assessment; return its id, never reused even after deletion.

        `file` is that of the grid, None when the database has it.
        """
        from ctg_tui.domain.grid_files import spelt_grid

        with self.writing() as now:
            values = {
                "uuid": str(uuid4()),
                "grid": spelt_grid(grid.id, grid.version, grid.fingerprint),
                "previous_id": previous_id,
                "created_at": rows.moment_text(now),
                "changed_at": rows.moment_text(now),
                **rows.identity_values(identity),
            }
            table = self.database.table("assessment")
            table.insert(values)
            assessment_id = int(self.connection.execute("SELECT last_insert_rowid()").fetchone()[0])
            if file is not None:
                self.keep_grid(file)
        return assessment_id

    def keep_grid(self, file: GridFile) -> None:
        """Store a grid file byte for byte, unless the database has that grid. Raises NotSaved."""
        from ctg_tui.storage import documents

        with self.writing() as now:
            documents.keep_grid(self.connection, file, now)

    def grid(self, fingerprint: str) -> Grid | None:
        """Return a grid that the database keeps, its fingerprint checked; None when it has none such."""
        from ctg_tui.storage import documents

        with self.reading():
            return documents.stored_grid(self.connection, fingerprint)

    def has_submissions(self) -> bool:
        """Return whether a submission was ever received. Raises DatabaseRefusal."""
        with self.reading():
            found = self.connection.execute("SELECT 1 FROM document WHERE kind = 'recu' LIMIT 1")
            return found.fetchone() is not None

    def record(
        self, assessment_id: int, edit: Edit, place: Place | None = None, into: int | None = None
    ) -> tuple[int | None, datetime]:
        """Write an edit, its journal rows and the cursor; return the step and the moment of saving.

        The step is None when the database already held all of it. Raises NotSaved; Refusal when the
        assessment is gone.
        """
        with self.writing() as now:
            self._allow(assessment_id, edit, now, place)
            step = self._journal.record(assessment_id, edit, now, into)
        return step, now

    def send(self, assessment_id: int, rows: Iterable[Said], drafts: Iterable[str]) -> None:
        """Store rows of the thread that were sent in place of their drafts; no undo takes them back.

        Raises NotSaved.
        """
        with self.writing() as now:
            self._journal.send(assessment_id, rows, drafts, now)

    def undo(self, assessment_id: int, edit: Edit) -> datetime:
        """Take back `edit`, the last one done; return the moment of saving. Raises as `record` does."""
        return self._turn(assessment_id, edit, back=True)

    def redo(self, assessment_id: int, edit: Edit) -> datetime:
        """Make `edit`, the next one undone, again; return the moment of saving. Raises as `record` does."""
        return self._turn(assessment_id, edit, back=False)

    def _turn(self, assessment_id: int, edit: Edit, *, back: bool) -> datetime:
        with self.writing() as now:
            self._allow(assessment_id, edit, now, None)
            try:
                self._journal.turn(assessment_id, edit, now, back=back)
            except (*rows.CORRUPT_ROW_ERRORS, sqlite3.IntegrityError) as error:
                raise damaged(self.path) from error
        return now

    def last_done(self, assessment_id: int) -> Edit | None:
        """Return the edit that undo would take back. Raises DatabaseRefusal, also for a damaged journal."""
        with self.reading():
            return self._journal.last_done(assessment_id)

    def next_undone(self, assessment_id: int) -> Edit | None:
        """Return the edit that redo would make again. Raises as `last_done` does."""
        with self.reading():
            return self._journal.next_undone(assessment_id)

    def _allow(self, assessment_id: int, edit: Edit, now: datetime, place: Place | None) -> None:
        """Require the assessment of `edit`; the forecast, which is not sent, keeps the moment of change."""
        columns: dict[str, Any] = {} if edit.is_about_forecast else {"changed_at": rows.moment_text(now)}
        if place is not None:
            columns["place"] = rows.place_text(place)
        if rows.update(self.connection, assessment_id, columns).rowcount != 1:
            raise absent(assessment_id)

    def has_given(self, assessment_id: int) -> bool:
        """Return whether an assessment has or had this number. Raises DatabaseRefusal."""
        with self.reading():
            given = self.connection.execute(
                "SELECT ? BETWEEN 1 AND seq FROM sqlite_sequence WHERE name = 'assessment'", (assessment_id,)
            ).fetchone()
            return given is not None and bool(given[0])

    def move(self, assessment_id: int, place: Place) -> None:
        """Store the cursor's place, unless the database is read-only."""
        if not self.writes:
            return
        with self.writing():
            rows.update(self.connection, assessment_id, {"place": rows.place_text(place)})

    def delete(self, assessment_id: int) -> None:
        """Remove an assessment, its answers, its journal, and a workbook used by nothing else.

        Those that follow it keep its stable id.
        """
        from ctg_tui.storage.documents import forget_unused_workbooks

        with self.writing():
            self.connection.execute(
                "UPDATE assessment SET previous_uuid = (SELECT uuid FROM assessment WHERE id = ?)"
                " WHERE previous_id = ?",
                (assessment_id, assessment_id),
            )
            self.connection.execute("DELETE FROM assessment WHERE id = ?", (assessment_id,))
            forget_unused_workbooks(self.connection)

    def erase(self, assessment_id: int) -> None:
        """Remove an assessment as `delete` does, with all that was received of it and any unused workbook."""
        from ctg_tui.storage import received
        from ctg_tui.storage.documents import erase_unused_workbooks

        with self.writing():
            found = self.connection.execute("SELECT uuid FROM assessment WHERE id = ?", (assessment_id,))
            row = found.fetchone()
            if row is not None:
                self.delete(assessment_id)
                received.forget(self.connection, row["uuid"])
            erase_unused_workbooks(self.connection)


def _file_identity(path: Path) -> tuple[int, int, bool]:
    """Return what stays of an open file, and whether it is empty: cut by another program, it is not ours."""
    status = path.stat()
    return status.st_dev, status.st_ino, status.st_size == 0


# A database in memory: no file, no lock, nothing left when it is closed.

IN_MEMORY: Final = ":memory:"


class MemoryStore(Store):
    """A store whose writes are committed at once, by their caller."""

    is_in_memory = True

    def __init__(self, clock: Clock) -> None:
        connection = sqlite3.connect(IN_MEMORY, isolation_level=None, check_same_thread=False)
        connection.row_factory = sqlite3.Row
        connection.execute("PRAGMA foreign_keys = ON")
        Reader.__init__(self, connection, Path(IN_MEMORY))
        self._clock = clock
        self.writes = self.is_open = True
        self._lock = None
        migrate(self.database)

    def forget_edits(self) -> None:
        """Leave nothing of what was written until now to undo."""
        self.connection.execute("DELETE FROM journal")

    def back_up(self, reason: BackupReason) -> Backup:
        """Raise Refusal: there is no file to copy."""
        raise Refusal("sans-fichier", "Ceci n’est enregistré nulle part : il n’y a rien à sauvegarder.")

    def require_file(self) -> None:
        """Do nothing: there is no file that could be replaced."""
