"""Opening the database: the files beside it, its lock, whether it is ours and sound, every connection."""

from __future__ import annotations

import contextlib
import errno
import os
import re
import sqlite3
import sys
from collections.abc import Iterator
from datetime import datetime
from enum import StrEnum
from pathlib import Path, PurePath
from time import monotonic, sleep
from typing import Final, NamedTuple

from ctg_tui.domain.errors import DatabaseRefusal
from ctg_tui.storage.refusals import FAILURES, is_not_sqlite, not_opened
from ctg_tui.storage.schema import APPLICATION_ID, SCHEMA_VERSION
from ctg_tui.system.computer import default_database, local_time, network_share
from ctg_tui.system.files import FOLDER_MODE, retry_if_locked

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

BACKUP_FOLDER: Final = "sauvegardes"
COMPANIONS: Final = ("-journal", "-wal", "-shm")
"""What SQLite may leave beside a database: it belongs to that file and must never meet another."""
STAMP: Final = "%Y-%m-%d_%Hh%Mm%S"
_NAME: Final = r"_(\d{4}-\d\d-\d\d_\d\dh\d\dm\d\d)_([a-z-]+)(?:_\d+)?\.db(?:-journal|-wal|-shm)?"
_APPLICATION_ID_BYTES: Final = slice(68, 72)
"""Where SQLite's file header holds the application id, big-endian."""


class BackupReason(StrEnum):
    """Why a backup was made. The value is in its name."""

    DAILY = "quotidienne"
    ASKED = "demandee"
    MIGRATION = "avant-mise-a-jour"
    DELETION = "avant-suppression"
    RESTORATION = "avant-restauration"
    GRID = "avant-changement-de-grille"
    REPLACEMENT = "avant-remplacement"
    ASIDE = "mise-de-cote"
    """A damaged database put aside as it was: never a backup, and never rotated."""


class Content(NamedTuple):
    """The counts of a database: nothing that a person wrote."""

    assessments: int
    answers: int
    comments: int


class Backup(NamedTuple):
    """A backup file, with the local time and the reason in its name.

    `content` is None when it was not read, or cannot be: it is then not restored.
    """

    path: Path
    made_at: datetime
    reason: BackupReason
    content: Content | None = None


def chosen_database(path: Path | None) -> Path:
    """Return `path`, or the default database; a symbolic link is followed.

    Lock, backups and restoration stand beside the file itself: under two names, it would have two writers.
    """
    database = path or default_database()
    # A share that does not answer raises nothing in these two: opening reports it.
    if os.path.islink(database):  # noqa: PTH114
        return Path(os.path.realpath(database))
    if sys.platform == "win32" and os.path.exists(database):  # noqa: PTH110
        return database.with_name(Path(os.path.realpath(database)).name)  # EVALUATION.DB is evaluation.db
    return database


def local(now: datetime) -> datetime:
    """Return `now` in local time, without zone, to the second, as names are dated."""
    return local_time(now).replace(microsecond=0, tzinfo=None)


def backup_folder(database: Path) -> Path:
    """Return the folder of the backups of `database`, which may not exist yet."""
    return database.parent / BACKUP_FOLDER


def backup_stem(database: Path) -> str:
    """Return what the names of its backups begin with: `essai` for `essai.db`, `essai.` for `essai`."""
    return database.stem if database.name.endswith(".db") else f"{database.name}."


def folder_files(database: Path) -> list[Backup]:
    """Return every file about `database` in its folder of backups, also those put aside, the latest first.

    None is read. Raises DatabaseRefusal.
    """
    folder, found = backup_folder(database), []
    pattern = re.compile(re.escape(backup_stem(database)) + _NAME)
    try:
        entries = sorted(folder.iterdir(), reverse=True) if folder.is_dir() else []
    except OSError as error:
        raise not_opened(folder, error) from error
    for entry in entries:
        if parts := pattern.fullmatch(entry.name):
            with contextlib.suppress(ValueError):  # 31 February, another reason
                made_at = datetime.strptime(parts[1], STAMP)  # noqa: DTZ007
                found.append(Backup(entry, made_at, BackupReason(parts[2])))
    return found


def backup_files(database: Path) -> list[Backup]:
    """Return the backups of `database`, unread, the latest first. Raises DatabaseRefusal."""
    every = folder_files(database)
    return [one for one in every if one.reason is not BackupReason.ASIDE and one.path.suffix == ".db"]


def holds_assessments(path: Path) -> bool:
    """Return whether a file is a database of assessments. False when it cannot be read: opening reports that.

    Only for a file that this process has not opened: closing it drops SQLite’s locks (howtocorrupt 2.2).
    """
    try:
        if not path.is_file():  # a FIFO would make us wait
            return False
        with path.open("rb") as file:
            header = file.read(_APPLICATION_ID_BYTES.stop)
    except (OSError, ValueError):  # a NUL in the name
        return False
    return int.from_bytes(header[_APPLICATION_ID_BYTES]) == APPLICATION_ID


PATIENCE_SECONDS: Final = 3.0
"""How long a command waits for the lock: what another command does takes a moment."""
_RETRY_SECONDS: Final = 0.05


@contextlib.contextmanager
def writer_lock(database: Path, patience: float = 0.0) -> Iterator[None]:
    """Hold the writer's lock of a database, which also goes with the process: one window writes.

    While another holds it, it is tried again for `patience` seconds. It stands on `<database>.verrou`, never
    on the database itself: closing a second handle on it would drop SQLite's own locks (sqlite.org,
    howtocorrupt 2.2). The folder is created when missing. Raises DatabaseRefusal.
    """
    flags = os.O_RDWR | os.O_CREAT | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_NOFOLLOW", 0)
    try:
        database.parent.mkdir(mode=FOLDER_MODE, parents=True, exist_ok=True)
        descriptor = retry_if_locked(lambda: os.open(lock_file(database), flags, 0o600))
    except OSError as error:
        raise not_opened(database, error) from error
    try:
        until = monotonic() + patience
        while not _lock(descriptor):
            if monotonic() >= until:
                raise _in_use()
            sleep(_RETRY_SECONDS)
        yield
    finally:
        os.close(descriptor)


def lock_file(database: Path) -> Path:
    """Return the file whose lock reserves `database`. It is empty, and stays."""
    return database.with_name(database.name + ".verrou")


def _lock(descriptor: int) -> bool:
    """Return whether the lock was taken. The number of a refusal depends on the system."""
    try:
        if sys.platform == "win32":
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        else:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def _in_use() -> DatabaseRefusal:
    return DatabaseRefusal(
        "base-occupee",
        "Vos évaluations sont déjà ouvertes dans une autre fenêtre de ctg-tui, ou une autre commande y "
        "écrit. Rien n’a été changé.",
        "Continuez dans l’autre fenêtre, ou fermez-la d’abord. Sinon, ce dossier ne protège pas contre une "
        "double ouverture : demandez-en un autre à votre service informatique.",
    )


BUSY_MILLISECONDS: Final = 400
_SETTINGS: Final = ("foreign_keys = ON", "secure_delete = ON", "synchronous = FULL", "trusted_schema = OFF")
SQLITE_VERSION: Final = sqlite3.sqlite_version


def connect(path: Path, *, write: bool) -> sqlite3.Connection:
    """Return a connection with the settings of the design, on a database that is ours and not too new.

    Every page is checked. A missing database is created, with its folder, when `write`. `row_factory` is
    `sqlite3.Row`. Raises DatabaseRefusal.
    """
    try:
        _prepare_file(path, write=write)
        is_shared = write and network_share(path) is not None
        is_alone = is_shared and _is_in_wal(path)
        connection = sqlite3.connect(
            _address(path, write=write),
            uri=True,
            isolation_level=None,
            timeout=BUSY_MILLISECONDS / 1000,
            check_same_thread=False,  # one thread at a time: `Database.lock` guards it
        )
    except FAILURES as error:
        raise not_opened(path, error) from error
    try:
        if is_alone:  # a share cannot hold the index of a WAL, which SQLite then keeps in memory
            connection.execute("PRAGMA locking_mode = EXCLUSIVE")
        _require_ours(connection, path)
        if connection.execute("PRAGMA quick_check(1)").fetchone()[0] != "ok":
            raise not_opened(path, "base-abimee")
        connection.row_factory = sqlite3.Row
        for setting in _SETTINGS:
            connection.execute(f"PRAGMA {setting}")
        if write:
            _choose_journal(connection, path, "delete" if is_shared else "wal")
        else:
            connection.execute("PRAGMA query_only = ON")
    except FAILURES as error:
        connection.close()
        if is_not_sqlite(error) and not (lock_file(path).exists() or backup_files(path)):
            raise not_opened(path, "base-etrangere") from error
        raise not_opened(path, error) from error
    except DatabaseRefusal:
        connection.close()
        raise
    return connection


def _address(path: Path, *, write: bool) -> str:
    """Return the address of a database for SQLite.

    One left in WAL mode, without write rights on it or its folder, is read as a file that nobody changes,
    which it is where nothing stands beside it: SQLite would leave files there, protected from later writers.
    """
    address = uri(path.absolute())
    if write or _is_writable(path) or not _is_in_wal(path):
        return address
    is_alone = not os.path.lexists(f"{path}-wal")
    return f"{address}?immutable=1" if is_alone else address


def _is_writable(path: Path) -> bool:
    return os.access(path, os.W_OK) and os.access(path.parent, os.W_OK)


def uri(path: PurePath) -> str:
    """Return the address of a file; SQLite refuses the name of a server that is not in its path."""
    return path.as_uri().replace("file://", "file:////", 1 if path.drive.startswith("\\\\") else 0)


def _is_in_wal(path: Path) -> bool:
    """Return whether the header of a file that this process has not opened says WAL."""
    with path.open("rb") as file:
        return file.read(20)[18:] == b"\x02\x02"


def _prepare_file(path: Path, *, write: bool) -> None:
    if not path.exists():
        if backup_files(path):
            raise not_opened(path, "base-disparue")
        if not write:
            os.stat(path.absolute().anchor)  # noqa: PTH116 - a drive that is gone: not a database to create
            raise not_opened(path, "base-absente")
        path.parent.mkdir(mode=FOLDER_MODE, parents=True, exist_ok=True)
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
        return
    if not path.is_file():
        raise not_opened(path, "base-etrangere")
    if write and not _is_writable(path):
        # SQLite opens a protected file for reading without an error, and refuses the first write.
        raise PermissionError(errno.EACCES, "the file or its folder is protected")


def look_first(path: Path) -> None:
    """Refuse a file of another program before a lock file is created beside it. Raises DatabaseRefusal.

    A file opened for writing before has its lock file already: it is not opened twice.
    """
    if os.path.exists(path) and not lock_file(path).exists():  # noqa: PTH110 - a share that is down raises nothing
        connect(path, write=False).close()


def _choose_journal(connection: sqlite3.Connection, path: Path, wanted: str) -> None:
    """Keep commits in a WAL on a disk of this computer, in a rollback journal on a share."""
    mode: str = connection.execute("PRAGMA journal_mode").fetchone()[0]
    if mode != wanted:
        mode = connection.execute(f"PRAGMA journal_mode = {wanted}").fetchone()[0]
    if mode != wanted:
        raise not_opened(path, "base-occupee")
    if wanted == "delete":  # there is no WAL any more: others may read again
        connection.execute("PRAGMA locking_mode = NORMAL")
        connection.execute("SELECT 1 FROM sqlite_schema LIMIT 1").fetchone()
        path.with_name(f"{path.name}-shm").unlink(missing_ok=True)
    # Another program may be writing at this moment: report it now rather than at the first edit.
    connection.execute("BEGIN IMMEDIATE")
    connection.execute("ROLLBACK")


def _require_ours(connection: sqlite3.Connection, path: Path) -> None:
    """Raise DatabaseRefusal for a database that is foreign, newer, or emptied although it has backups."""
    application = connection.execute("PRAGMA application_id").fetchone()[0]
    version = connection.execute("PRAGMA user_version").fetchone()[0]
    if application == 0 and version == 0:
        if connection.execute("SELECT 1 FROM sqlite_schema LIMIT 1").fetchone() is not None:
            raise not_opened(path, "base-etrangere")
        if backup_files(path):  # an empty file in the place of a database
            raise not_opened(path, "base-abimee")
        return
    if application != APPLICATION_ID:
        raise not_opened(path, "base-etrangere")
    if version > SCHEMA_VERSION:
        raise not_opened(path, "base-plus-recente")
