"""An open database: its lock, its version, what reads and writes it; a write is whole or not at all."""

from __future__ import annotations

import contextlib
import sqlite3
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import cached_property
from pathlib import Path
from threading import RLock
from time import monotonic
from typing import TYPE_CHECKING, Final, Self

from ctg_tui.storage import backups
from ctg_tui.storage.connection import Backup, BackupReason, connect, look_first, writer_lock
from ctg_tui.storage.refusals import FAILURES, not_opened, not_saved, replaced
from ctg_tui.storage.schema import CORRUPT_ROW_ERRORS, SCHEMA_VERSION, migrate

if TYPE_CHECKING:
    from sqlite_utils import Database as UtilsDatabase

Clock = Callable[[], datetime]

_BUGS: Final = (sqlite3.ProgrammingError, sqlite3.IntegrityError, sqlite3.InterfaceError)
"""Errors of our own code: never reported as a failure of the disk."""
_OPEN_FILES_STAY = sys.platform == "win32"
"""True where a file that SQLite has open cannot be replaced.

Some network drives return another identity for the same file each time on Windows: comparing proves nothing
there.
"""


class Database:
    """One open database; each write is committed when it returns.

    Opening with `write` takes the writer's lock until `close`. A database of a former version is backed up
    and migrated. Raises DatabaseRefusal.
    """

    connection: sqlite3.Connection
    _committed_at: float | None = None
    """When the last commit was made, until it is in the file itself."""

    def __init__(self, path: Path, clock: Clock, *, write: bool = True, patience: float = 0.0) -> None:
        """Open the database, waiting up to `patience` seconds for the writer's lock."""
        self.path, self._clock, self.lock = path, clock, RLock()
        self.writes = write
        """Whether the database was opened for writing."""
        self.is_open = True
        if write:
            look_first(path)
        with contextlib.ExitStack() as on_failure:
            if write:
                on_failure.enter_context(writer_lock(path, patience))
            self.connection = connect(path, write=write)
            on_failure.callback(self.connection.close)
            self._bring_to_version()
            self._opened_file = _file_identity(path)
            self._closing = on_failure.pop_all()

    def _bring_to_version(self) -> None:
        try:
            version = self.connection.execute("PRAGMA user_version").fetchone()[0]
            if version == SCHEMA_VERSION:
                return
            if not self.writes:
                if version == 0:
                    raise not_opened(self.path, "base-absente")
                Database(self.path, self._clock).close()
                return
            if version > 0:
                self.back_up(BackupReason.MIGRATION)
            migrate(self.utils)
        except FAILURES as error:  # also a commit of the window, on a slow disk
            raise not_opened(self.path, error) from error

    @cached_property
    def utils(self) -> UtilsDatabase:
        """sqlite-utils on the same connection, imported on first use: an edit does not need it."""
        from sqlite_utils import Database

        return Database(self.connection, execute_plugins=False)

    def close(self) -> None:
        """Close the database and release its lock."""
        with self.lock:  # a file may be looked at in a thread: closed under its reading, SQLite would crash
            self.is_open = False
            self.checkpoint()
            self._closing.close()

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
    def reading(self) -> Iterator[sqlite3.Connection]:
        """Hold one snapshot of the database while other processes write. Raises DatabaseRefusal."""
        with self.lock:
            try:
                if self.connection.in_transaction:  # inside a write: it sees its own rows
                    yield self.connection
                    return
                self.connection.execute("BEGIN")
                try:
                    yield self.connection
                finally:
                    self.connection.rollback()
            except _BUGS:
                raise
            except FAILURES as error:
                raise not_opened(self.path, error) from error
            except CORRUPT_ROW_ERRORS as error:
                raise not_opened(self.path, "base-abimee") from error

    @contextmanager
    def writing(self) -> Iterator[datetime]:
        """Run one transaction; yield its moment (UTC). On any failure nothing of it is written.

        One inside another is part of it. Raises NotSaved.
        """
        with self.lock:
            now = self._clock()
            self.require_file()
            is_outer = not self.connection.in_transaction
            try:
                if is_outer:
                    self.connection.execute("BEGIN")
                yield now
                if is_outer:
                    self.connection.execute("COMMIT")
                    self._committed_at = monotonic()
            except BaseException as error:
                if is_outer:
                    self.connection.rollback()
                if isinstance(error, FAILURES) and not isinstance(error, _BUGS):
                    raise not_saved(error) from error
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
        try:
            with self.lock:
                return backups.make(self.connection, self.path, self._clock(), reason)
        except FAILURES as error:
            raise not_opened(self.path, error) from error


def _file_identity(path: Path) -> tuple[int, int, bool]:
    """Return what stays of an open file, and whether it is empty: cut by another program, it is not ours."""
    status = path.stat()
    return status.st_dev, status.st_ino, status.st_size == 0
