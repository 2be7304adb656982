"""The submissions received from others, kept byte for byte; every write is part of the caller's own."""

from __future__ import annotations

import sqlite3
from datetime import datetime
from typing import Final, NamedTuple

from ctg_tui.domain.assessment import Moment, Status
from ctg_tui.domain.text import clean
from ctg_tui.storage.reading import Reader
from ctg_tui.storage.rows import moment_text, optional, parse_moment

_OF_ASSESSMENT: Final = "WHERE lineage IN (SELECT uuid FROM assessment WHERE id = ? AND created_at = ?)"
FORGET_OF_ASSESSMENT: Final = (
    f"DELETE FROM submission {_OF_ASSESSMENT}",
    f"DELETE FROM review {_OF_ASSESSMENT}",
)
"""Remove the files received of one of the person's own assessments, and the reviews of it."""


class StoredSubmission(NamedTuple):
    """A submission of the database, without its bytes.

    `lineage` is the id of its assessment, the same for every revision. `fingerprint` is that of its state,
    `replaces` that of the one it says it replaces. `created_at` is when the sender wrote it.
    """

    sha256: str
    file_name: str
    lineage: str
    revision: int
    status: Status
    fingerprint: str
    replaces: str | None
    territory_id: str | None
    territory_name: str
    siren: str | None
    department: str
    people: str
    year: int
    moment: Moment
    grid_id: str
    grid_fingerprint: str
    created_at: datetime
    received_at: datetime


_COLUMNS: Final = ", ".join(StoredSubmission._fields)


def keep(connection: sqlite3.Connection, submission: StoredSubmission, content: bytes) -> None:
    """Store a submission. The caller has looked that it is not there."""
    values = {
        **submission._asdict(),
        "content": content,
        "status": submission.status.value,
        "moment": submission.moment.value,
        "created_at": moment_text(submission.created_at),
        "received_at": moment_text(submission.received_at),
    }
    marks = ", ".join(f":{name}" for name in values)
    connection.execute(f"INSERT INTO submission ({', '.join(values)}) VALUES ({marks})", values)


def is_kept(connection: sqlite3.Connection, sha256: str) -> bool:
    """Return whether the database has a submission with these very bytes."""
    found = connection.execute("SELECT 1 FROM submission WHERE sha256 = ?", (sha256,))
    return found.fetchone() is not None


def of_lineage(connection: sqlite3.Connection, lineage: str) -> tuple[StoredSubmission, ...]:
    """Return the submissions of one assessment, inside the caller's transaction."""
    found = connection.execute(f"SELECT {_COLUMNS} FROM submission WHERE lineage = ?", (lineage,))
    return tuple(map(_stored, found))


def all_kept(database: Reader) -> tuple[StoredSubmission, ...]:
    """Return every submission received. Raises DatabaseRefusal."""
    with database.reading():
        found = database.connection.execute(f"SELECT {_COLUMNS} FROM submission")
        return tuple(map(_stored, found))


def content_of(database: Reader, sha256: str) -> bytes | None:
    """Return the bytes of a submission, as they came; None without it. Raises DatabaseRefusal."""
    with database.reading():
        row = database.connection.execute(
            "SELECT content FROM submission WHERE sha256 = ?", (sha256,)
        ).fetchone()
        return None if row is None else bytes(row["content"])


def forget(connection: sqlite3.Connection, lineage: str) -> None:
    """Remove every submission of one assessment, the reviews of it, and the one being written."""
    for table in ("submission", "review", "review_draft"):
        connection.execute(f"DELETE FROM {table} WHERE lineage = ?", (lineage,))


def _stored(row: sqlite3.Row) -> StoredSubmission:
    return StoredSubmission(
        sha256=clean(row["sha256"]),
        file_name=clean(row["file_name"]),
        lineage=clean(row["lineage"]),
        revision=row["revision"],
        status=Status(row["status"]),
        fingerprint=clean(row["fingerprint"]),
        replaces=optional(row["replaces"]),
        territory_id=optional(row["territory_id"]),
        territory_name=clean(row["territory_name"]),
        siren=optional(row["siren"]),
        department=clean(row["department"]),
        people=clean(row["people"]),
        year=row["year"],
        moment=Moment(row["moment"]),
        grid_id=clean(row["grid_id"]),
        grid_fingerprint=clean(row["grid_fingerprint"]),
        created_at=parse_moment(row["created_at"]),
        received_at=parse_moment(row["received_at"]),
    )
