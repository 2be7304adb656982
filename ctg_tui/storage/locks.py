"""One writer per base: a lock on a file beside it, which the system drops with its process."""

from __future__ import annotations

import errno
import os
import sys
from pathlib import Path
from typing import Final

from ctg_tui.domain.errors import DatabaseRefusal
from ctg_tui.storage.refusals import not_opened, shown, unusable_name
from ctg_tui.system.files import FOLDER_MODE, retry_if_locked

_HELD: Final = {errno.EACCES, errno.EAGAIN, errno.EDEADLK, getattr(errno, "EDEADLOCK", errno.EDEADLK)}


class WriterLock:
    """Held from construction to `release`, or to the end of the process, however it ends.

    The lock stands on `<base>.verrou`, never on the base itself: closing a second handle on the base would
    drop SQLite's own locks (sqlite.org, howtocorrupt 2.2). Raises DatabaseRefusal when it is held or cannot
    be, OSError when its file cannot be made.
    """

    def __init__(self, database: Path) -> None:
        self._path = lock_file(database)
        flags = os.O_RDWR | os.O_CREAT | getattr(os, "O_CLOEXEC", 0)
        self._descriptor = retry_if_locked(lambda: os.open(self._path, flags, 0o600))
        try:
            _lock(self._descriptor)
        except OSError as error:
            os.close(self._descriptor)
            if error.errno in _HELD:
                raise DatabaseRefusal(
                    "base-occupee",
                    "Cette base est déjà ouverte dans une autre fenêtre de ctg-tui. Rien n’a été changé.",
                    "Continuez dans l’autre fenêtre, ou fermez-la d’abord.",
                ) from error
            raise DatabaseRefusal(
                "base-sans-verrou",
                f"Le dossier de la base « {shown(database)} » ne permet pas de la réserver : deux fenêtres "
                "pourraient s’effacer l’une l’autre. Rien n’a été changé.",
                "Copiez ce fichier sur un disque de cet ordinateur, puis ouvrez la copie avec "
                "« --base FICHIER ».",
            ) from error

    def release(self) -> None:
        os.close(self._descriptor)


def lock_file(database: Path) -> Path:
    """The file whose lock reserves `database`. It is empty, and stays."""
    return database.with_name(database.name + ".verrou")


def locked(database: Path) -> WriterLock:
    """The writer's lock of `database`, whose folder is made if need be. Raises DatabaseRefusal."""
    try:
        database.parent.mkdir(mode=FOLDER_MODE, parents=True, exist_ok=True)
        return WriterLock(database)
    except ValueError as error:  # a NUL in the name
        raise unusable_name(database) from error
    except OSError as error:
        raise not_opened(database, error) from error


if sys.platform == "win32":
    import msvcrt

    def _lock(descriptor: int) -> None:
        msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
else:
    import fcntl

    def _lock(descriptor: int) -> None:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
