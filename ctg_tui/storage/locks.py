"""One writer per base: a lock on a file beside it, which the system drops with its process."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from ctg_tui.domain.errors import BaseRefusal


class WriterLock:
    """Held from construction to `release`, or to the end of the process, however it ends.

    The lock stands on `<base>.verrou`, never on the base itself: closing a second handle on the base would
    drop SQLite's own locks (sqlite.org, howtocorrupt 2.2).
    """

    def __init__(self, base: Path) -> None:
        self._path = base.with_name(base.name + ".verrou")
        self._descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT | getattr(os, "O_CLOEXEC", 0), 0o600)
        try:
            _lock(self._descriptor)
        except OSError as error:
            os.close(self._descriptor)
            raise BaseRefusal(
                "base-occupee",
                "Cette base est déjà ouverte dans une autre fenêtre de ctg-tui. Rien n’a été changé.",
                "Continuez dans l’autre fenêtre, ou fermez-la d’abord.",
            ) from error

    def release(self) -> None:
        os.close(self._descriptor)


if sys.platform == "win32":
    import msvcrt

    def _lock(descriptor: int) -> None:
        msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
else:
    import fcntl

    def _lock(descriptor: int) -> None:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
