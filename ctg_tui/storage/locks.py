"""One writer per database: a lock on a file beside it, which the system drops with its process."""

from __future__ import annotations

import errno
import os
import stat
import sys
from pathlib import Path
from typing import Final

from ctg_tui.domain.errors import DatabaseRefusal
from ctg_tui.storage.refusals import not_opened, shown, unusable_name
from ctg_tui.storage.rights import share_as
from ctg_tui.system.files import FOLDER_MODE, retry_if_locked

_NO_LOCKS: Final = {errno.ENOLCK, errno.ENOSYS, errno.ENOTSUP, errno.EOPNOTSUPP}
"""Errors of a file system without locks. Any other is a refused lock: its number depends on the system.
"""
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
