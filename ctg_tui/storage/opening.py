"""Opening the database: the files beside it, whether it is ours and sound, its lock, every connection."""

from __future__ import annotations

import contextlib
import errno
import os
import re
import sqlite3
import stat
import sys
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

from ctg_tui.domain.errors import DatabaseRefusal
from ctg_tui.storage.refusals import (
    FAILURES,
    altered,
    busy,
    command,
    damaged,
    is_not_sqlite,
    missing,
    not_opened,
    not_ours,
    shown,
    trial,
    unreadable_folder,
    unusable_name,
)
from ctg_tui.storage.schema import APPLICATION_ID, SCHEMA_VERSION, look
from ctg_tui.system.computer import local_time
from ctg_tui.system.files import FOLDER_MODE, retry_if_locked
from ctg_tui.system.places import default_database

if TYPE_CHECKING:
    from ctg_tui.domain.backups import BackupReason

OTHERS: Final = stat.S_IRWXG | stat.S_IRWXO
_OTHERS_WRITE: Final = stat.S_IWGRP | stat.S_IWOTH


def is_shared(path: Path) -> bool:
    """Return whether several people share a file or folder on purpose.

    Others may write to it or to its folder, or its group is not the person's own. The mode of a copied file
    (0644) is not a purpose. Raises OSError.
    """
    status = path.stat()
    group_is_chosen = os.name == "posix" and status.st_mode & stat.S_IRWXG and status.st_gid != os.getgid()
    if status.st_mode & _OTHERS_WRITE or group_is_chosen:
        return True
    folder = (status if stat.S_ISDIR(status.st_mode) else path.parent.stat()).st_mode
    is_common = folder & stat.S_ISVTX  # /tmp: everyone writes there, each to their own files
    return bool(folder & stat.S_ISGID or (folder & _OTHERS_WRITE and not is_common))


def share_as(database: Path, made: Path) -> None:
    """Open `made`, a file or folder of `database`, to those who share it on purpose, and to no one else.

    Left to the person who makes them, a lock keeps a team from its own database, and a folder of backups
    from its backups. Raises OSError.
    """
    if os.name != "posix" or not database.is_file() or not is_shared(database):
        return
    shared, present = database.stat(), made.stat()
    if present.st_uid != os.getuid():
        return
    if present.st_gid != shared.st_gid:
        # A group the person is not in: the file stays theirs, and the sentence of a refusal says so.
        with contextlib.suppress(PermissionError):
            os.chown(made, -1, shared.st_gid)
    rights = shared.st_mode & OTHERS
    if stat.S_ISDIR(present.st_mode):
        rights |= (rights & (stat.S_IRGRP | stat.S_IROTH)) >> 2  # who may list a folder may go into it
    wanted = stat.S_IMODE(present.st_mode) | rights
    if wanted != stat.S_IMODE(present.st_mode):
        made.chmod(wanted)


# Functions that list a folder raise DatabaseRefusal (`dossier-illisible`) when it cannot be read.

BACKUP_FOLDER: Final = "sauvegardes"
COMPANIONS: Final = ("-journal", "-wal", "-shm")
"""What SQLite may leave beside a database: it belongs to that file and must never meet another."""
ASIDE: Final = "mise-de-cote"
"""Reason in the name of a file put aside as it was; it is never a backup, and rotation never removes it."""
TRIAL_APPLICATION_ID: Final = 0x43544731
"""« CTG1 » in the file header: a database of a trial version, before the first release."""
_APPLICATION_ID_BYTES: Final = slice(68, 72)
"""Where SQLite's file header holds the application id, big-endian."""
_STAMP: Final = "%Y-%m-%d_%Hh%Mm%S"
_NAME: Final = r"_(\d{4}-\d\d-\d\d_\d\dh\d\dm\d\d)_([a-z-]+)(?:_\d+)?\.db"
_LEFTOVER: Final = re.compile(r"\.ctg-[0-9a-f]{16}\.tmp(-journal)?")


def local(now: datetime) -> datetime:
    """Return `now` in local time, without zone, to the second, as names are dated."""
    return local_time(now).replace(microsecond=0, tzinfo=None)


def stamp(now: datetime) -> str:
    """Return `now` as a name spells it, in local time: `2027-01-20_14h02m11`."""
    return local(now).strftime(_STAMP)


def label(database: Path) -> str:
    """Return the prefix of every file name about `database`, distinct for each database of a folder.

    The short form never ends in `~`, the long one always does.
    """
    short = database.suffix == ".db" and not database.stem.endswith("~")
    return database.stem if short else f"{database.name}~"


def backup_folder(database: Path) -> Path:
    """Return the folder of the backups of `database`, which may not exist yet."""
    return database.parent / BACKUP_FOLDER


def backup_files(database: Path) -> tuple[Path, ...]:
    """Return the backups of `database` in a folder that others may share, the latest first.

    Those of a trial version are files of another program: nothing here reads, counts or removes them.
    """
    entries = (
        entry
        for entry in _entries(backup_folder(database))
        if read_name(entry, database) and not is_trial(entry)
    )
    return tuple(sorted(entries, key=lambda entry: entry.name, reverse=True))


def is_trial(path: Path) -> bool:
    """Return whether a trial version made the file, as `holds_assessments` finds it."""
    return _application_id(path) == TRIAL_APPLICATION_ID


def holds_assessments(path: Path) -> bool:
    """Return whether a file is a database of assessments. False when it cannot be read: opening reports that.

    Only for a file that this process has not opened: closing it drops SQLite’s locks (howtocorrupt 2.2).
    """
    return _application_id(path) in (APPLICATION_ID, TRIAL_APPLICATION_ID)


def _application_id(path: Path) -> int:
    try:
        if not path.is_file():  # a FIFO would make us wait
            return 0
        with path.open("rb") as file:
            header = file.read(_APPLICATION_ID_BYTES.stop)
    except (OSError, ValueError):  # a NUL in the name
        return 0
    return int.from_bytes(header[_APPLICATION_ID_BYTES])


def read_name(path: Path, database: Path) -> tuple[datetime, BackupReason] | None:
    """Return the local time and reason in the name of a backup of `database`; None for another file."""
    from ctg_tui.domain.backups import BackupReason

    parts = re.fullmatch(re.escape(label(database)) + _NAME, path.name)
    if parts is None:
        return None
    try:
        when = datetime.fromisoformat(parts[1].replace("h", ":").replace("m", ":"))
        return when, BackupReason(parts[2])
    except ValueError:  # 31 February, or a file put aside: not a backup of ours
        return None


def folder_files(database: Path) -> tuple[Path, ...]:
    """Return every file about `database` in its folder of backups: backups and files put aside."""
    return tuple(entry for entry, _ in _kept(database))


def aside_files(database: Path) -> tuple[Path, ...]:
    """Return the files put aside for `database`, whatever words its own name holds."""
    return tuple(entry for entry, reason in _kept(database) if reason == ASIDE)


def orphans(database: Path) -> tuple[Path, ...]:
    """Return the backups of missing databases: this one may have been renamed."""
    labels = {label(entry) for entry in (database, *_entries(database.parent))}
    matches = (
        (entry, re.fullmatch(f"(.+){_NAME}", entry.name)) for entry in _entries(backup_folder(database))
    )
    return tuple(sorted(entry for entry, found in matches if found and found[1] not in labels))


def leftovers(database: Path) -> tuple[Path, ...]:
    """Return the temporary files that a crash left beside the database and among its backups."""
    folders = (database.parent, backup_folder(database))
    return tuple(entry for folder in folders for entry in _entries(folder) if _LEFTOVER.fullmatch(entry.name))


def _kept(database: Path) -> list[tuple[Path, str]]:
    """Return every file about `database` in its folder of backups, each with the reason in its name."""
    pattern = re.compile(re.escape(label(database)) + _NAME + "(-journal|-wal|-shm)?")
    matches = ((entry, pattern.fullmatch(entry.name)) for entry in sorted(_entries(backup_folder(database))))
    return [(entry, found[2]) for entry, found in matches if found]


def _entries(folder: Path) -> list[Path]:
    """Return the entries of `folder`, if it exists. Raises DatabaseRefusal (`dossier-illisible`)."""
    try:
        return list(folder.iterdir()) if folder.is_dir() else []
    except OSError as error:
        raise unreadable_folder(folder) from error


_NO_LOCKS: Final = {errno.ENOLCK, errno.ENOSYS, errno.ENOTSUP, errno.EOPNOTSUPP}
"""Errors of a file system without locks. Any other is a refused lock: its number depends on the system."""
_FLAGS: Final = (
    os.O_RDWR
    | os.O_CREAT
    | getattr(os, "O_CLOEXEC", 0)
    | getattr(os, "O_NOFOLLOW", 0)
    | getattr(os, "O_NONBLOCK", 0)  # a FIFO must not make us wait
)


class WriterLock:
    """A lock held from construction to `release`, or to the end of the process.

    The lock stands on `<database>.verrou`, never on the database itself: closing a second handle on it would
    drop SQLite's own locks (sqlite.org, howtocorrupt 2.2). Raises DatabaseRefusal when the lock is held,
    cannot be taken, or is no regular file, OSError when its file cannot be made.
    """

    def __init__(self, database: Path) -> None:
        path = lock_file(database)
        require_own_file(path)  # also where the system has no O_NOFOLLOW
        self._descriptor = retry_if_locked(lambda: os.open(path, _FLAGS, 0o600))
        try:
            if not stat.S_ISREG(os.fstat(self._descriptor).st_mode):
                raise _not_a_lock_file(path)
            share_as(database, path)
            _lock(self._descriptor)
        except OSError as error:
            os.close(self._descriptor)
            raise _without_locks(database) if error.errno in _NO_LOCKS else _already_open() from error
        except DatabaseRefusal:
            os.close(self._descriptor)
            raise

    def release(self) -> None:
        os.close(self._descriptor)


def lock_file(database: Path) -> Path:
    """Return the file whose lock reserves `database`. It is empty, and stays."""
    return database.with_name(database.name + ".verrou")


def require_own_file(path: Path) -> None:
    """Raise DatabaseRefusal when `path`, which goes with a database, is there and is no regular file."""
    try:
        mode = os.lstat(path).st_mode
    except (OSError, ValueError):  # absent, or refused by the opening that follows
        return
    if not stat.S_ISREG(mode):
        raise _not_a_lock_file(path)


def _already_open() -> DatabaseRefusal:
    return DatabaseRefusal(
        "base-occupee",
        "Vos évaluations sont déjà ouvertes dans une autre fenêtre de ctg-tui. Rien n’a été changé.",
        "Continuez dans l’autre fenêtre, ou fermez-la d’abord.",
    )


def _without_locks(database: Path) -> DatabaseRefusal:
    """Return the refusal for a folder without locks.

    Its advice is never to copy the file: the person would fill two copies.
    """
    return DatabaseRefusal(
        "base-sans-verrou",
        f"Le dossier de « {shown(database)} » ne protège pas contre une double ouverture. "
        "Rien n’a été changé.",
        "Demandez à votre service informatique un dossier où les fichiers peuvent être verrouillés.",
    )


def _not_a_lock_file(path: Path) -> DatabaseRefusal:
    return DatabaseRefusal(
        "base-verrou-refuse",
        f"« {shown(path)} » devrait être un fichier ordinaire de ctg-tui ; c’est un lien, un dossier ou "
        "autre chose. Rien n’a été changé.",
        "Supprimez-le ou renommez-le, puis recommencez.",
    )


def locked(database: Path) -> WriterLock:
    """Return the writer's lock of `database`, creating its folder when missing. Raises DatabaseRefusal."""
    try:
        database.parent.mkdir(mode=FOLDER_MODE, parents=True, exist_ok=True)
        return WriterLock(database)
    except ValueError as error:  # a NUL in the name
        raise unusable_name(database) from error
    except OSError as error:
        if error.errno in {errno.ELOOP, errno.EISDIR, errno.ENXIO}:  # a link or a FIFO put there meanwhile
            raise _not_a_lock_file(lock_file(database)) from error
        raise not_opened(database, error) from error


if sys.platform == "win32":
    import msvcrt

    def _lock(descriptor: int) -> None:
        msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
else:
    import fcntl

    def _lock(descriptor: int) -> None:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)


BUSY_MILLISECONDS: Final = 400
KEPT_JOURNAL_BYTES: Final = 1_000_000
"""Most bytes of the rollback journal left on disk between two writes: far above any single edit."""
_UNSAFE_JSON: Final = ((3, 38, 0), (3, 42, 0))
"""From the first, and before the second: SQLite took its own JSON functions for unsafe ones in a schema.

It then refuses every CHECK of ours in a schema that is not trusted, as if the database were damaged. Python
3.11.0 to 3.11.3 for Windows and that of Debian 12 have one of these.
"""
_OLDEST_SQLITE: Final = (3, 37, 0)
"""The first SQLite with STRICT tables; Python 3.11 accepts older ones, which some systems still have."""


def chosen_database(path: Path | None) -> Path:
    """Return `path`, or the default database; a symbolic link is followed.

    Lock, backups and restoration stand beside the file itself: under two names, it would have two writers.
    """
    database = path or default_database()
    if os.path.islink(database):  # noqa: PTH114 - a share that does not answer raises nothing here: opening reports it
        return Path(os.path.realpath(database))
    if sys.platform == "win32" and os.path.exists(database):  # noqa: PTH110 - as above
        return database.with_name(Path(os.path.realpath(database)).name)  # EVALUATION.DB is evaluation.db
    return database


def connect(path: Path, *, write: bool, pages: bool = True, any_schema: bool = False) -> sqlite3.Connection:
    """Return a connection with the settings of the design, on a database that is ours, sound and not too new.

    A missing database is created, with its folder, when `write`. `row_factory` is `sqlite3.Row`. Without
    `pages`, the pages are not checked: to read a damaged database, or to check it a moment later. A database
    whose tables another program altered opens read-only, unless `any_schema`: to repair or replace it.

    Raises DatabaseRefusal.
    """
    _require_sqlite()
    try:
        _prepare_file(path, write=write)
        # An absolute path: « :memory: » is then a file name like any other.
        # One thread at a time: `Reader.lock` guards it.
        connection = sqlite3.connect(
            path.absolute(),
            isolation_level=None,
            timeout=BUSY_MILLISECONDS / 1000,
            check_same_thread=False,
        )
    except FAILURES as error:
        raise not_opened(path, error) from error
    except ValueError as error:  # a NUL in the name
        raise unusable_name(path) from error
    try:
        # A WAL database, which only another tool makes, is written to by `_set_up`: check its pages first.
        wal = connection.execute("PRAGMA journal_mode").fetchone()[0] == "wal"
        _check(connection, path, pages=pages or (wal and write), any_schema=any_schema or not write)
        if write:
            _make_private(path)
        _set_up(connection, path, write=write)
    except FAILURES as error:
        connection.close()
        if is_not_sqlite(error) and not _was_ours(path):
            raise not_ours(path) from error
        raise not_opened(path, error) from error
    except DatabaseRefusal:
        connection.close()
        raise
    return connection


def _require_sqlite() -> None:
    if sqlite3.sqlite_version_info < _OLDEST_SQLITE:
        oldest = ".".join(map(str, _OLDEST_SQLITE))
        raise DatabaseRefusal(
            "sqlite-trop-ancien",
            f"Ce Python utilise SQLite {sqlite3.sqlite_version} ; il faut au moins la version {oldest}. "
            "Vos évaluations n’ont pas été touchées.",
            "Installez un Python plus récent depuis python.org, puis réinstallez ctg-tui.",
        )


def can_distrust_schema(sqlite: tuple[int, int, int]) -> bool:
    """Return whether that version of SQLite takes our own tables when the schema is not trusted."""
    first, past = _UNSAFE_JSON
    return not first <= sqlite < past


def _prepare_file(path: Path, *, write: bool) -> None:
    if write and path.parent.is_dir() and not os.access(path.parent, os.W_OK):
        raise PermissionError(errno.EACCES, "the folder is protected")  # no rollback journal could be made
    if not path.exists():
        if backup_files(path):
            raise DatabaseRefusal(
                "base-disparue",
                f"Le fichier « {shown(path)} » a disparu, mais ses sauvegardes sont là. Rien n’a été changé.",
                f"Lancez « {command(path, 'docteur')} » : il donne la commande qui le remet. Pour repartir "
                "de zéro, donnez un autre nom avec « --base FICHIER ».",
            )
        if not write:
            os.stat(path.absolute().anchor)  # noqa: PTH116 - a drive that is gone: not a database to create
            raise missing(path)
        path.parent.mkdir(mode=FOLDER_MODE, parents=True, exist_ok=True)
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
        return
    for suffix in COMPANIONS:  # SQLite opens its journal, and would wait on a FIFO for ever
        require_own_file(path.with_name(path.name + suffix))
    mode = path.stat().st_mode
    if not stat.S_ISREG(mode):
        raise DatabaseRefusal(
            "base-pas-un-fichier",
            f"« {shown(path)} » n’est pas un fichier : vos évaluations ne peuvent pas y être.",
            "Indiquez un fichier avec « --base FICHIER ».",
        )
    if write and not os.access(path, os.W_OK):
        # SQLite opens a protected file for reading without an error, and refuses the first write.
        raise PermissionError(errno.EACCES, "the file is protected")


def look_first(path: Path) -> None:
    """Refuse a file of another program before a lock file is created beside it. Raises DatabaseRefusal.

    A file opened for writing before has its lock file already: it is not opened twice.
    """
    if os.path.exists(path) and not lock_file(path).exists():  # noqa: PTH110 - a share that is down raises nothing
        connect(path, write=False, pages=False).close()


def refuse_trial(path: Path) -> None:
    """Raise DatabaseRefusal for a database of a trial version, as `is_trial` knows it."""
    if is_trial(path):
        raise trial(path)


def is_foreign(path: Path) -> bool:
    """Return whether `path` is a file, or anything else, that is not ours to change.

    An empty file is foreign, unless a file beside it shows that it was a database. Raises OSError.
    """
    if os.path.isfile(path) and path.stat().st_size == 0:  # noqa: PTH113 - a name with a NUL is no file
        return not _was_ours(path)
    try:
        connect(path, write=False, pages=False).close()
    except DatabaseRefusal as refusal:
        return refusal.code in {"base-etrangere", "base-d-essai", "base-pas-un-fichier"}
    return False


def _was_ours(path: Path) -> bool:
    """Return whether a file beside `path` shows that it was our database, whatever is left of it."""
    return lock_file(path).exists() or bool(backup_files(path))


def _make_private(path: Path) -> None:
    """Remove the rights of others on a database of ours that is not shared on purpose."""
    status = path.stat()
    if os.name != "posix" or status.st_uid != os.getuid() or not status.st_mode & 0o077 or is_shared(path):
        return
    # Some drives (USB sticks, shares) store no rights: `docteur` reports it, writing stays possible.
    with contextlib.suppress(PermissionError):
        path.chmod(0o600)


def _set_up(connection: sqlite3.Connection, path: Path, *, write: bool) -> None:
    connection.row_factory = sqlite3.Row
    for setting in ("foreign_keys = ON", "secure_delete = ON", "synchronous = EXTRA"):
        connection.execute(f"PRAGMA {setting}")
    if can_distrust_schema(sqlite3.sqlite_version_info):
        connection.execute("PRAGMA trusted_schema = OFF")
    if not write:
        connection.execute("PRAGMA query_only = ON")
        return
    # Why PERSIST: docs/reliability.md. It also takes a database out of the WAL mode that another tool set.
    mode = connection.execute("PRAGMA journal_mode = PERSIST").fetchone()[0]
    if mode != "persist":
        raise busy(path)
    connection.execute(f"PRAGMA journal_size_limit = {KEPT_JOURNAL_BYTES}")
    # Another program may be writing at this moment: report it now rather than at the first edit.
    connection.execute("BEGIN IMMEDIATE")
    connection.execute("ROLLBACK")


def _check(connection: sqlite3.Connection, path: Path, *, pages: bool, any_schema: bool) -> None:
    application = connection.execute("PRAGMA application_id").fetchone()[0]
    shape = look(connection)
    if application == 0 and shape.is_empty and shape.declared == 0:
        if backup_files(path):  # an empty file in the place of a database
            raise damaged(path)
        return
    if application == TRIAL_APPLICATION_ID:
        raise trial(path)
    if application != APPLICATION_ID:
        raise DatabaseRefusal(
            "base-etrangere",
            f"« {shown(path)} » est le fichier d’un autre programme. Il n’a pas été modifié.",
            "Indiquez un autre fichier avec « --base FICHIER ».",
        )
    if shape.declared > SCHEMA_VERSION:
        raise DatabaseRefusal(
            "base-plus-recente",
            f"Le fichier « {shown(path)} » vient d’une version plus récente de ctg-tui. "
            "Il n’a pas été modifié.",
            "Installez la dernière version de ctg-tui pour l’ouvrir.",
        )
    if pages:
        check_pages(connection, path, reads_only=any_schema)
    if not any_schema:
        if shape.has_lost:
            raise damaged(path)
        if shape.is_altered:
            raise altered(path)


def check_pages(connection: sqlite3.Connection, path: Path, *, reads_only: bool = False) -> None:
    """Check every page of an open database.

    Raises DatabaseRefusal when one is damaged or unreadable. So too, unless `reads_only`, when a row breaks a
    rule of ours: a document of a kind that is not known here, for example.
    """
    try:
        if connection.execute("PRAGMA quick_check(1)").fetchone()[0] == "ok":
            return
        is_damaged = bool(damage(connection))
    except FAILURES as error:
        raise not_opened(path, error) from error
    if is_damaged:
        raise damaged(path)
    if not reads_only:
        raise altered(path)


_ASKED: Final = 20  # messages of the check: the first ones name the kind of damage


def damage(connection: sqlite3.Connection) -> tuple[str, ...]:
    """Return SQLite's messages on damaged pages and indexes, none on rows that only break a rule of ours."""
    connection.execute("PRAGMA ignore_check_constraints = ON")
    try:
        found = tuple(row[0] for row in connection.execute(f"PRAGMA integrity_check({_ASKED})"))
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_ERROR:
            raise
        return ()  # a function or an order of another program that is not here: reading the rows will tell
    finally:
        connection.execute("PRAGMA ignore_check_constraints = OFF")
    return () if found == ("ok",) else found
