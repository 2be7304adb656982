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
    from ctg_tui.domain.changes import Edit
    from ctg_tui.storage.values import Owner

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
        self._kept = 0
        """The last step that undo does not reach."""
        migrations.migrate(self.database)
        self.writer = Writer(lambda: self.writing(waits=True))

    def keep_edits(self) -> None:
        """Leave what was written until now in the history, and out of reach of undo."""
        with self.reading():
            self._kept = self._last_step(None)

    def last_done(self, owner: Owner) -> Edit | None:
        """Return the edit that undo would take back, of those made after `keep_edits`."""
        with self.reading():
            return super().last_done(owner) if self._last_step(owner) > self._kept else None

    def _last_step(self, owner: Owner | None) -> int:
        """Return the last step done of an owner, or of all; 0 without one."""
        done = "SELECT step FROM {} WHERE state = 'fait' AND (? IS NULL OR owner = ?)"
        steps = " UNION ALL ".join(map(done.format, ("journal", "forecast_journal")))
        name = None if owner is None else str(owner)
        found = self.connection.execute(
            f"SELECT coalesce(max(step), 0) FROM ({steps})", (name,) * 4
        ).fetchone()
        return int(found[0])

    def back_up(self, reason: BackupReason) -> Backup:
        """Raise Refusal: there is no file to copy."""
        raise Refusal("sans-fichier", "Ceci n’est enregistré nulle part : il n’y a rien à sauvegarder.")

    def _require_same_file(self, *, waits: bool) -> None:
        """Do nothing: there is no file that could be replaced."""
