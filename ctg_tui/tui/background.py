"""What is done beside the person's work, in threads: the backup of the day, and imports for later."""

from __future__ import annotations

import gc
import importlib
import sys
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from threading import Thread
from typing import Final

from ctg_tui.domain.errors import Refusal
from ctg_tui.tui.pages import EARLY, PAGES

_SOON: Final = 0.5
"""Seconds for which a backup is waited for without a word."""
_COLLECTOR: Final = (5000, 20, 20)
"""Objects made before a look for cycles: one key makes some 3,000, nearly none of them in a cycle."""


class DailyBackup:
    """The backup of the day. It opens the base for itself; its thread tells `failed` why there is none."""

    def __init__(
        self, database: Path, clock: Callable[[], datetime], failed: Callable[[str], object]
    ) -> None:
        self._database = database
        self._clock = clock
        self._failed = failed
        self._thread: Thread | None = None

    def start(self) -> None:
        """Make it, unless it is being made or today has one."""
        if self._thread is None or not self._thread.is_alive():
            self._thread = Thread(target=self._make, name="backup", daemon=True)
            self._thread.start()

    def _make(self) -> None:
        from ctg_tui.services import maintenance
        from ctg_tui.system import crash_log

        try:
            maintenance.daily_backup(self._database, self._clock)
        except Refusal as refusal:
            self._failed(refusal.sentences())
        except Exception as error:  # noqa: BLE001 - told and recorded: nobody would see what ends a thread
            log = crash_log.record(error)
            self._failed(crash_log.sentences_meanwhile(log, "La sauvegarde du jour n’a pas été faite."))

    def wait(self) -> None:
        """Let it end, when it is being made; Ctrl+C leaves it, nothing is half made."""
        if self._thread is None:
            return
        try:
            self._thread.join(_SOON)
            if self._thread.is_alive():
                sys.stderr.write("Sauvegarde du jour en cours… Ctrl+C pour ne pas l’attendre.\n")
                sys.stderr.flush()
                self._thread.join()
        except KeyboardInterrupt:
            return


def import_the_rest() -> None:
    """Import, in a thread, what is used later, while the person reads the first screen.

    Then the collector of cycles wakes, and leaves alone what was imported: it never goes away, and looking
    through it would stop a key for tens of milliseconds.
    """
    Thread(target=_import, name="imports", daemon=True).start()


def _import() -> None:
    for name in (
        "ctg_tui.services.editing",
        "ctg_tui.tui.screens.grid",
        "plotext",
        "ctg_tui.tui.screens.chooser",
        "ctg_tui.tui.screens.help",
        *(PAGES[one][0] for one in EARLY),
    ):
        importlib.import_module(name)
    if not gc.isenabled():
        gc.freeze()
        gc.set_threshold(*_COLLECTOR)
        gc.enable()
