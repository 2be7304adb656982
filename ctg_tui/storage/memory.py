"""A database in memory: no file, no lock, nothing left when it is closed."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import TYPE_CHECKING, Final

from ctg_tui.domain.errors import Refusal
from ctg_tui.storage.reading import Reader
from ctg_tui.storage.store import Clock, Store
from ctg_tui.storage.writer import Writer

if TYPE_CHECKING:
    from ctg_tui.domain.backups import Backup, BackupReason

IN_MEMORY: Final = ":memory:"


class MemoryStore(Store):
    """A store whose writes are committed at once, by their caller."""

    is_in_memory = True

    def __init__(self, clock: Clock) -> None:
        from ctg_tui.storage import migrations  # sqlite-utils, only needed to make a database

        connection = sqlite3.connect(IN_MEMORY, isolation_level=None, check_same_thread=False)
        connection.row_factory = sqlite3.Row
        connection.execute("PRAGMA foreign_keys = ON")
        Reader.__init__(self, connection, Path(IN_MEMORY))
        self._clock = clock
        self._writes = self._pages_are_checked = self.is_open = True
        self._lock = None
        migrations.migrate(self.database)
        self.writer = Writer(lambda: self.writing(waits=True))

    def forget_edits(self) -> None:
        """Empty the journal: what was written until now cannot be undone."""
        with self.writing():
            for table in ("journal", "forecast_journal"):
                self.connection.execute(f"DELETE FROM {table}")

    def back_up(self, reason: BackupReason) -> Backup:
        """Raise Refusal: there is no file to copy."""
        raise Refusal("sans-fichier", "Ceci n’est enregistré nulle part : il n’y a rien à sauvegarder.")

    def _require_same_file(self, *, waits: bool) -> None:
        """Do nothing: there is no file that could be replaced."""
