"""An open database: its lock, its version, its transactions. Each is committed whole or not at all."""

from __future__ import annotations

import contextlib
import sqlite3
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, Self

from ctg_tui.storage.locks import WriterLock, locked
from ctg_tui.storage.opening import check_pages, connect, look_first
from ctg_tui.storage.reading import BUGS, Reader
from ctg_tui.storage.refusals import (
    FAILURES,
    altered,
    altered_meanwhile,
    missing,
    not_opened,
    not_saved,
    replaced,
)
from ctg_tui.storage.schema import SCHEMA_VERSION
from ctg_tui.storage.schema_check import look
from ctg_tui.storage.writer import Writer

if TYPE_CHECKING:
    from sqlite_utils.db import Database

    from ctg_tui.domain.backups import Backup, BackupReason

Clock = Callable[[], datetime]

_OPEN_FILES_STAY = sys.platform == "win32"
"""True where a file that SQLite has open cannot be replaced.

Some network drives return another identity for the same file each time on Windows: comparing proves nothing
there.
"""


class OpenDatabase(Reader):
    """One open database. `writer` may write on its own thread: users of the connection hold `lock`.

    Opening with `write` takes the writer's lock until `close`. A database of a former version is backed up
    and migrated, whichever way it is opened. Every page is checked on opening or, with `check_later`, by
    `check_pages`, before the first write at the latest. Raises DatabaseRefusal.
    """

    is_in_memory: ClassVar[bool] = False
    """Whether no file holds it: it is an example, nothing of which is kept or sent."""
    _schema_version = -1
    """SQLite's count of changes to the tables when they were last compared with ours."""

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
        self.writer = Writer(lambda: self.writing(waits=True))
        """Writes the person's changes, in order."""

    def _bring_to_version(self) -> None:
        try:
            version = self.connection.execute("PRAGMA user_version").fetchone()[0]
            if version == SCHEMA_VERSION:
                return
            shape = look(self.connection)
        except FAILURES as error:  # also a commit of the window, on a slow disk
            raise not_opened(self.path, error) from error
        if shape.is_altered:
            if self._writes:
                raise altered(self.path)
            return  # read-only
        if not self._writes and version == 0:
            raise missing(self.path)
        from ctg_tui.domain.backups import BackupReason
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

    def __enter__(self) -> Self:
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
                self._require_same_tables(waits=waits)
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
            self.writer.before_commit()
            self.connection.execute("COMMIT")
        except BaseException:
            self.connection.rollback()
            raise

    def _require_same_tables(self, *, waits: bool) -> None:
        """Raise NotSaved when another program altered the tables since: its trigger could delete answers."""
        version = self.connection.execute("PRAGMA schema_version").fetchone()[0]
        if version != self._schema_version:
            if look(self.connection).is_altered:
                raise altered_meanwhile(waits=waits)
            self._schema_version = version

    def require_file(self) -> None:
        """Raise NotSaved unless the file that was opened is still at its place."""
        try:
            self._require_same_file(waits=False)
        except OSError as error:
            raise not_saved(error, waits=False) from error

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
        """Copy the open database into its backups, verified. Raises WriteRefusal or DatabaseRefusal."""
        from ctg_tui.storage import backups

        try:
            with self.lock:
                return backups.make(self.connection, self.path, self._clock(), reason)
        except FAILURES as error:
            raise not_opened(self.path, error) from error


def _file_identity(path: Path) -> tuple[int, int]:
    status = path.stat()
    return status.st_dev, status.st_ino
