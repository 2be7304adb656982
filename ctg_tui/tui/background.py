"""Work in threads beside the person's: the daily backup, and imports needed later."""

from __future__ import annotations

import gc
import importlib
import sys
from collections.abc import Callable
from contextlib import suppress
from threading import Event, Thread
from typing import TYPE_CHECKING, Final

from textual.message import Message
from textual.message_pump import MessagePump

from ctg_tui.domain.errors import Refusal
from ctg_tui.tui.pages import EARLY

if TYPE_CHECKING:
    from ctg_tui.services.workspace import Workspace

_SOON: Final = 0.5
"""Seconds that `wait` waits for a backup without a message."""
_COLLECTOR: Final = (5000, 20, 20)
"""Objects made before a garbage collection: one key makes some 3,000, nearly none of them in a cycle."""

_TURN_SECONDS: Final = 0.005
"""How long a thread keeps Python's lock that others wait for: Python's default, shorter during the start."""


_BUSY: Final = "base-occupee"
_TRIES: Final = 60
_RETRY_SECONDS: Final = 1.0


class DailyBackup:
    """The daily backup, on a connection of its own; on failure its thread calls `failed` with the reason.

    While the window commits, on a slow disk, the database cannot be read: it is tried again for a minute.
    """

    def __init__(self, workspace: Workspace, failed: Callable[[str], object]) -> None:
        self._workspace = workspace
        self._failed = failed
        self._thread: Thread | None = None
        self._is_left = Event()

    def start(self) -> None:
        """Start the backup, unless it is running or today has one."""
        if self._thread is None or not self._thread.is_alive():
            self._thread = Thread(target=self._make, name="backup", daemon=True)
            self._thread.start()

    def _make(self) -> None:
        from ctg_tui.system import crash_log

        try:
            for _ in range(_TRIES):
                try:
                    self._workspace.daily_backup()
                except Refusal as refusal:
                    said = refusal.sentences()
                    if refusal.code != _BUSY:
                        break
                else:
                    return
                if self._is_left.wait(_RETRY_SECONDS):
                    return
            self._failed(said)
        except Exception as error:  # noqa: BLE001 - reported and recorded: else the thread would end silently
            log = crash_log.record(error)
            self._failed(crash_log.sentences_meanwhile(log, "La sauvegarde du jour n’a pas été faite."))

    def wait(self) -> None:
        """Wait for a running backup; Ctrl+C leaves it, and no half-made file stays."""
        if self._thread is None:
            return
        self._is_left.set()
        try:
            self._thread.join(_SOON)
            if self._thread.is_alive():
                sys.stderr.write("Sauvegarde du jour en cours… Ctrl+C pour ne pas l’attendre.\n")
                sys.stderr.flush()
                self._thread.join()
        except KeyboardInterrupt:
            return


class Imported(Message):
    """The modules that the first frame did without are there."""


def import_the_rest(app: MessagePump) -> None:
    """Import in a thread, while the person reads the first screen, the modules needed later.

    Then post `Imported` to `app`, end the short turns of the start, and enable the garbage collector, with
    these modules frozen: they are never freed, and scanning them would delay a key by tens of milliseconds.
    """
    Thread(target=_import, args=(app,), name="imports", daemon=True).start()


def _import(app: MessagePump) -> None:
    for name in (
        "ctg_tui.services.editing",
        "ctg_tui.tui.grid.page",
        "plotext",
        "ctg_tui.tui.home.preview",
        "ctg_tui.tui.choices",
        "ctg_tui.tui.help",
        *(destination.module for destination in EARLY),
    ):
        importlib.import_module(name)
    if not gc.isenabled():
        gc.freeze()
        gc.set_threshold(*_COLLECTOR)
        gc.enable()
        sys.setswitchinterval(_TURN_SECONDS)
    with suppress(RuntimeError):  # the loop has ended
        app.post_message(Imported())
