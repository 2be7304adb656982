"""The sendings of an assessment: what was made, when, with the bytes of its submission."""

from __future__ import annotations

import sqlite3
from typing import NamedTuple

from ctg_tui.domain.sending import Sending
from ctg_tui.domain.text import clean
from ctg_tui.storage.reading import Reader
from ctg_tui.storage.rows import moment_text
from ctg_tui.storage.rows import sending as sending_in


class StoredSending(NamedTuple):
    """A sending of the database, the print of the forecast that was joined to it, and its submission.

    `forecast` is None where no forecast was joined.
    """

    sending: Sending
    forecast: str | None
    content: bytes


def all_of(database: Reader, assessment_id: int) -> tuple[StoredSending, ...]:
    """Return the sendings of an assessment, the latest first. Raises DatabaseRefusal."""
    with database.reading():
        found = database.connection.execute(
            "SELECT * FROM sending WHERE assessment_id = ? ORDER BY number DESC", (assessment_id,)
        )
        return tuple(
            StoredSending(sending_in(row), row["forecast"] and clean(row["forecast"]), bytes(row["content"]))
            for row in found
        )


def latest(database: Reader, assessment_id: int) -> StoredSending | None:
    """Return the latest sending of an assessment, None without any. Raises DatabaseRefusal."""
    return next(iter(all_of(database, assessment_id)), None)


def record(connection: sqlite3.Connection, assessment_id: int, stored: StoredSending) -> None:
    """Store a sending, unless there is one of its number, in the caller's transaction."""
    one = stored.sending
    connection.execute(
        "INSERT OR IGNORE INTO sending (assessment_id, number, id, created_at, status, fingerprint, forecast,"
        " content) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (
            assessment_id,
            one.number,
            one.identifier,
            moment_text(one.created_at),
            one.status.value,
            one.fingerprint,
            stored.forecast,
            stored.content,
        ),
    )
