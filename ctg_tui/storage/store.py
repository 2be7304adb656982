"""Writing assessments. Each public write is one transaction, whole or not at all."""

from __future__ import annotations

import contextlib
import sqlite3
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from ctg_tui.domain.assessment import Identity, Place, Status
from ctg_tui.domain.backups import BackupReason
from ctg_tui.domain.changes import Edit
from ctg_tui.domain.grid import Grid
from ctg_tui.storage import rows
from ctg_tui.storage.journal import Journal
from ctg_tui.storage.locks import WriterLock, locked
from ctg_tui.storage.opening import SCHEMA_VERSION, check_pages, connect, look_first
from ctg_tui.storage.reading import BUGS, Entry, Reader, Stored
from ctg_tui.storage.refusals import (
    FAILURES,
    absent,
    altered,
    damaged,
    is_final,
    missing,
    not_opened,
    not_saved,
    other_journal,
    replaced,
)
from ctg_tui.storage.schema_check import look
from ctg_tui.storage.writer import Writer

if TYPE_CHECKING:
    from sqlite_utils.db import Database

    from ctg_tui.domain.backups import Backup

__all__ = ["Clock", "Entry", "Store", "Stored"]

Clock = Callable[[], datetime]

_OPEN_FILES_STAY = sys.platform == "win32"
"""True where a file that SQLite has open cannot be replaced.

Some network drives return another identity for the same file each time on Windows: comparing proves nothing
there.
"""


class Store(Reader):
    """One open database. `writer` may write on its own thread: users of the connection hold `lock`.

    Opening with `write` takes the writer's lock until `close`. A database of a former version is backed up
    and migrated, whichever way it is opened. Every page is checked on opening or, with `check_later`, by
    `check_pages`, before the first write at the latest. Raises DatabaseRefusal.
    """

    def __init__(
        self,
        path: Path,
        clock: Clock,
        *,
        write: bool = True,
        check_later: bool = False,
        lock: WriterLock | None = None,
    ) -> None:
        """Open the database; `lock`, that of `path` already held, becomes the store's."""
        self._clock = clock
        self._writes = write
        self._pages_are_checked = not check_later
        if write and lock is None:
            look_first(path)
        self._lock = lock or (locked(path) if write else None)
        self.is_open = True
        try:
            super().__init__(connect(path, write=write, pages=not check_later), path)
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
        self._journal = Journal(self.connection)
        self.writer = Writer(lambda: self.writing(waits=True))
        """Writes the person's changes, in order."""

    def _bring_to_version(self) -> None:
        version = self.connection.execute("PRAGMA user_version").fetchone()[0]
        if version == SCHEMA_VERSION:
            return
        shape = look(self.connection)
        if shape.version == SCHEMA_VERSION:
            return  # altered: read-only
        if shape.is_altered:
            raise altered(self.path)
        if not self._writes and version == 0:
            raise missing(self.path)
        from ctg_tui.storage import backups, migrations

        lock = None if self._writes else locked(self.path)
        try:
            if version > 0:
                backups.make(self.connection, self.path, self._clock(), BackupReason.MIGRATION)
            self.connection.execute("PRAGMA query_only = OFF")
            migrations.migrate(self.database)
            if not self._writes:
                self.connection.execute("PRAGMA query_only = ON")
        except FAILURES as error:
            raise not_opened(self.path, error) from error
        finally:
            if lock:
                lock.release()

    def check_pages(self) -> None:
        """Check every page, once: the time grows with the database. Raises DatabaseRefusal."""
        with self.lock:
            if not self._pages_are_checked:
                check_pages(self.connection, self.path)
                self._pages_are_checked = True

    @property
    def writes(self) -> bool:
        """Whether the database was opened for writing."""
        return self._writes

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

    def hand_over(self) -> WriterLock:
        """Close the database and return its lock, so that no other window opens it in between."""
        if self._lock is None:
            raise RuntimeError("only a writer holds the lock")
        self._close_database()
        lock, self._lock = self._lock, None
        return lock

    def _close_database(self) -> None:
        self.writer.stop()
        self.is_open = False
        if self._writes:
            # Removes the former pages that the rollback journal still holds. A failure (a drive that is gone)
            # loses nothing: the next opening does the same.
            with contextlib.suppress(sqlite3.Error):
                self.connection.execute("PRAGMA journal_mode = DELETE")
        self.connection.close()

    def __enter__(self) -> Store:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @contextmanager
    def writing(self, *, waits: bool = False) -> Iterator[datetime]:
        """Run one transaction; yield its moment (UTC). On any failure nothing of it is written.

        `waits` when unwritten changes stay in memory to be written later: the refusal's sentence depends on
        it.

        Raises NotSaved; DatabaseRefusal when the database is read-only because its tables were altered.
        """
        with self.lock:
            yield from self._writing(waits=waits)

    def _writing(self, *, waits: bool) -> Iterator[datetime]:
        if not self._writes and look(self.connection).is_altered:
            raise altered(self.path)
        now = self._clock()
        try:
            self._require_same_file(waits=waits)
            self.check_pages()
            with self._transaction():
                yield now
            # If the file was replaced before COMMIT, the new file holds nothing of this write.
            self._require_same_file(waits=waits)
        except BUGS:
            raise
        except FAILURES as error:
            raise not_saved(error, waits=waits) from error

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

    def _require_same_file(self, *, waits: bool) -> None:
        if _OPEN_FILES_STAY:
            return
        try:
            same = _file_identity(self.path) == self._opened_file
        except FileNotFoundError:
            same = False
        if not same:
            raise replaced(waits=waits)

    def back_up(self, reason: BackupReason) -> Backup:
        """Copy the open database into its folder of backups, verified.

        Raises WriteRefusal or DatabaseRefusal.
        """
        from ctg_tui.storage import backups

        try:
            with self.lock:
                return backups.make(self.connection, self.path, self._clock(), reason)
        except FAILURES as error:
            raise not_opened(self.path, error) from error

    def create(self, grid: Grid, identity: Identity, previous_id: int | None = None) -> int:
        """Create an empty assessment; return its id, never reused even after deletion."""
        from ctg_tui.storage.details import write_people  # not needed to start

        with self.writing() as now:
            values = {
                "grid_id": grid.id,
                "grid_version": grid.version,
                "grid_fingerprint": grid.fingerprint,
                "previous_id": previous_id,
                "created_at": rows.moment_text(now),
                "changed_at": rows.moment_text(now),
                **rows.identity_values(identity),
            }
            table = self.database.table("assessment")
            table.insert(values)
            assessment_id = int(self.connection.execute("SELECT last_insert_rowid()").fetchone()[0])
            write_people(self.connection, assessment_id, identity)
        return assessment_id

    def adopt_grid(self, assessment_id: int, grid: Grid) -> None:
        """Fill `assessment_id` with `grid` from now on. All answers stay, even on lines it does not have."""
        with self.writing() as now:
            self.require(assessment_id)
            values = {
                "grid_id": grid.id,
                "grid_version": grid.version,
                "grid_fingerprint": grid.fingerprint,
                "changed_at": rows.moment_text(now),
            }
            self.database.table("assessment").update(assessment_id, values)

    def record(
        self, assessment_id: int, edit: Edit, place: Place | None, into: int | None = None
    ) -> tuple[int | None, datetime]:
        """Write an edit, its journal rows and the cursor; return the step and the moment of saving.

        The step is None when the database already held all of it. Raises NotSaved; Refusal when the
        assessment is gone, or is final and the edit is not about the forecast.
        """
        with self.writing(waits=True) as now:
            self._allow(assessment_id, edit, now, place)
            step = self._journal.record(assessment_id, edit, now, into)
        return step, now

    def undo(self, assessment_id: int, edit: Edit) -> datetime:
        """Take back `edit`, the last one done; return the moment of saving."""
        return self._turn(assessment_id, edit, self._journal.undo)

    def redo(self, assessment_id: int, edit: Edit) -> datetime:
        """Make `edit`, the next one undone, again; return the moment of saving."""
        return self._turn(assessment_id, edit, self._journal.redo)

    def _turn(self, assessment_id: int, edit: Edit, turn: Callable[[int, Edit, datetime], bool]) -> datetime:
        """Apply `turn` to `edit`; return the moment of saving.

        Raises NotSaved; Refusal as `record` does, and when the journal has another edit at that place;
        DatabaseRefusal when the journal is damaged.
        """
        with self.writing(waits=True) as now:
            self._allow(assessment_id, edit, now, None)
            try:
                is_turned = turn(assessment_id, edit, now)
            except (*rows.CORRUPT_ROW_ERRORS, sqlite3.IntegrityError) as error:
                raise damaged(self.path) from error
            if not is_turned:
                raise other_journal()
        return now

    def last_done(self, assessment_id: int) -> Edit | None:
        """Return the edit that undo would take back.

        Raises DatabaseRefusal, also when the journal is damaged.
        """
        with self.reading():
            return self._journal.last_done(assessment_id)

    def next_undone(self, assessment_id: int) -> Edit | None:
        """Return the edit that redo would make again. Raises as `last_done` does."""
        with self.reading():
            return self._journal.next_undone(assessment_id)

    def _allow(self, assessment_id: int, edit: Edit, now: datetime, place: Place | None) -> None:
        """Require that `edit` may be written.

        The forecast is not part of the submission: it may change when the assessment is final.
        """
        if edit.is_about_forecast:
            self.require(assessment_id)
        else:
            self._touch(assessment_id, now, place)

    def _touch(self, assessment_id: int, now: datetime, place: Place | None) -> None:
        """Update the row of `assessment`: its moment of change and, when known, the cursor's place.

        Every edit of an answer passes here: nothing is written to a final assessment.
        """
        moment = rows.moment_text(now)
        if place is None:
            touched = self.connection.execute(
                "UPDATE assessment SET changed_at = ? WHERE id = ? AND status = 'provisoire'",
                (moment, assessment_id),
            )
        else:
            touched = self.connection.execute(
                "UPDATE assessment SET changed_at = ?, place_mission = ?, place_line = ?, place_policy = ?"
                " WHERE id = ? AND status = 'provisoire'",
                (moment, place.mission, place.line, place.policy, assessment_id),
            )
        if touched.rowcount != 1:
            self.require(assessment_id)
            raise is_final()

    def require(self, assessment_id: int) -> None:
        """Raise Refusal (`evaluation-absente`) when the database has no such assessment.

        A page that is closing may still write after a deletion.
        """
        found = self.connection.execute("SELECT 1 FROM assessment WHERE id = ?", (assessment_id,))
        if found.fetchone() is None:
            raise absent(assessment_id)

    def move(self, assessment_id: int, place: Place) -> None:
        """Store the cursor's place, unless the database is read-only."""
        if not self._writes:
            return
        with self.writing():
            self.connection.execute(
                "UPDATE assessment SET place_mission = ?, place_line = ?, place_policy = ? WHERE id = ?",
                (place.mission, place.line, place.policy, assessment_id),
            )

    def finalise(self, assessment_id: int, fingerprint: str) -> None:
        """Make the current revision final, with the fingerprint of the submission that declares it."""
        with self.writing() as now:
            self.connection.execute(
                "INSERT OR REPLACE INTO release (assessment_id, revision, fingerprint, released_at)"
                " SELECT id, revision, ?, ? FROM assessment WHERE id = ?",
                (fingerprint, rows.moment_text(now), assessment_id),
            )
            self._set_status(assessment_id, Status.FINAL, now)

    def reopen(self, assessment_id: int) -> None:
        """Open a new revision of a final assessment."""
        with self.writing() as now:
            self.connection.execute(
                "UPDATE assessment SET revision = revision + 1 WHERE id = ?", (assessment_id,)
            )
            self._set_status(assessment_id, Status.DRAFT, now)

    def _set_status(self, assessment_id: int, status: Status, now: datetime) -> None:
        self.connection.execute(
            "UPDATE assessment SET status = ?, changed_at = ? WHERE id = ?",
            (status.value, rows.moment_text(now), assessment_id),
        )

    def delete(self, assessment_id: int) -> None:
        """Remove an assessment with its answers and its journal."""
        with self.writing():
            self.connection.execute("DELETE FROM assessment WHERE id = ?", (assessment_id,))


def _file_identity(path: Path) -> tuple[int, int]:
    found = path.stat()
    return found.st_dev, found.st_ino
