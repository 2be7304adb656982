"""A disk with slow fsyncs, in this process: for the keys typed during a commit."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final, cast
from unittest import mock

from ctg_tui.storage.store import IN_MEMORY

SYNCS_A_COMMIT: Final = 1
"""Number of fsyncs of one commit on a disk of this computer (WAL, synchronous FULL)."""


class _SlowConnection(sqlite3.Connection):
    """Sleeps before each commit as long as the fsyncs of a slow disk."""

    seconds_a_commit = 0.0

    def execute(self, sql: str, /, *parameters: Any) -> sqlite3.Cursor:
        if sql == "COMMIT":
            time.sleep(self.seconds_a_commit)
        return super().execute(sql, *parameters)

    def commit(self) -> None:
        if self.in_transaction:
            time.sleep(self.seconds_a_commit)
        super().commit()


@contextmanager
def slow_disk(milliseconds_a_sync: float) -> Iterator[None]:
    """Open every database file on a disk on which an fsync takes `milliseconds_a_sync` longer."""
    seconds = milliseconds_a_sync * SYNCS_A_COMMIT / 1000
    connection = type("SlowConnection", (_SlowConnection,), {"seconds_a_commit": seconds})
    plain = sqlite3.connect

    def connect(database: Any, **named: Any) -> sqlite3.Connection:
        """Open as `sqlite3.connect`; what is in memory has no disk."""
        if database != IN_MEMORY:
            named["factory"] = connection
        return cast("sqlite3.Connection", plain(database, **named))

    with mock.patch.object(sqlite3, "connect", connect):
        yield
