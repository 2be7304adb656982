"""The sendings of an assessment: what was made, when, with the bytes of its submission."""

from __future__ import annotations

import sqlite3
from datetime import datetime
from typing import NamedTuple

from ctg_tui.domain.assessment import Status
from ctg_tui.storage.reading import Reader
from ctg_tui.storage.rows import moment_text, parse_moment


class StoredSending(NamedTuple):
    """One sending: its number from 1, the id, date and state of its submission, its prints and its bytes.

    `fingerprint` is that of the state, `forecast` the print of the forecast that was joined, None without it.
    """

    number: int
    identifier: str
    created_at: datetime
    status: Status
    revision: int
    fingerprint: str
    forecast: str | None
    content: bytes


def latest(database: Reader, assessment_id: int) -> StoredSending | None:
    """Return the latest sending of an assessment, None without any. Raises DatabaseRefusal."""
    with database.reading():
        row = database.connection.execute(
            "SELECT * FROM sending WHERE assessment_id = ? ORDER BY number DESC LIMIT 1", (assessment_id,)
        ).fetchone()
        return None if row is None else _sending(row)


def _sending(row: sqlite3.Row) -> StoredSending:
    return StoredSending(
        number=row["number"],
        identifier=row["id"],
        created_at=parse_moment(row["created_at"]),
        status=Status(row["status"]),
        revision=row["revision"],
        fingerprint=row["fingerprint"],
        forecast=row["forecast"],
        content=row["content"],
    )


def record(connection: sqlite3.Connection, assessment_id: int, sending: StoredSending) -> None:
    """Store a sending, in the caller's transaction."""
    connection.execute(
        "INSERT INTO sending (assessment_id, number, id, created_at, status, revision, fingerprint, forecast,"
        " content) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            assessment_id,
            sending.number,
            sending.identifier,
            moment_text(sending.created_at),
            sending.status.value,
            sending.revision,
            sending.fingerprint,
            sending.forecast,
            sending.content,
        ),
    )
