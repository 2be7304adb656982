"""The submissions received, and the stable ids of assessments."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Final, NamedTuple

from ctg_tui.domain.assessment import Moment, Status
from ctg_tui.domain.text import clean, fields_of, row_of
from ctg_tui.storage import documents
from ctg_tui.storage.documents import Kind
from ctg_tui.storage.reading import Reader
from ctg_tui.storage.rows import parse_moment


def own_ids(database: Reader) -> Mapping[str, int]:
    """Return the ids of the assessments of this database by their stable id. Raises DatabaseRefusal."""
    with database.reading():
        found = database.connection.execute("SELECT uuid, id FROM assessment")
        return {clean(row["uuid"]): row["id"] for row in found}


def follow_up(
    connection: sqlite3.Connection, assessment_id: int, uuid: str, previous_uuid: str | None
) -> None:
    """Give a new assessment the stable ids of a submission; tie it to those before and after it."""
    connection.execute(
        "UPDATE assessment SET uuid = ?1, previous_uuid = ?2,"
        " previous_id = (SELECT id FROM assessment WHERE uuid = ?2) WHERE id = ?3",
        (uuid, previous_uuid, assessment_id),
    )
    connection.execute(
        "UPDATE assessment SET previous_id = ? WHERE previous_uuid = ? AND previous_id IS NULL",
        (assessment_id, uuid),
    )


# The submissions received, kept byte for byte; every write is in the caller's transaction.


class StoredSubmission(NamedTuple):
    """A submission of the database, without its bytes.

    `lineage` is the id of its assessment, the same for every sending. `created_at` is when the sender wrote
    it. `percentage` (0–100) is of the Caf's lines, None where its grid is not known. `open_points` are what
    the Caf said and waits for an answer to.
    """

    sha256: str
    file_name: str
    lineage: str
    sending: int
    status: Status
    territory: str
    people: str
    year: int
    moment: Moment
    created_at: datetime
    received_at: datetime
    percentage: int | None = None
    open_points: int = 0


_FACTS: Final = {
    name: name
    for name in StoredSubmission._fields
    if name not in {"sha256", "file_name", "lineage", "received_at"}
}
"""What is known of a submission beside its columns."""


def keep(connection: sqlite3.Connection, submission: StoredSubmission, content: bytes) -> None:
    """Store a submission; one that is there takes what is known of it now."""
    documents.keep(
        connection,
        Kind.SUBMISSION,
        submission.sha256,
        submission.file_name,
        content,
        submission.received_at,
        lineage=submission.lineage,
        facts=row_of(submission, _FACTS, short=False),
    )


def is_kept(connection: sqlite3.Connection, sha256: str) -> bool:
    """Return whether the database has a submission with these very bytes."""
    return documents.is_kept(connection, Kind.SUBMISSION, sha256)


def of_lineage(connection: sqlite3.Connection, lineage: str) -> tuple[StoredSubmission, ...]:
    """Return the submissions of one assessment, inside the caller's transaction."""
    return tuple(_listed(connection, lineage))


def all_kept(database: Reader) -> tuple[StoredSubmission, ...]:
    """Return every submission received. Raises DatabaseRefusal."""
    with database.reading():
        return tuple(_listed(database.connection))


def content_of(database: Reader, sha256: str) -> bytes | None:
    """Return the bytes of a submission, as they came; None without it. Raises DatabaseRefusal."""
    with database.reading():
        return documents.content_of(database.connection, Kind.SUBMISSION, sha256)


def forget(connection: sqlite3.Connection, lineage: str) -> None:
    """Remove every submission of one assessment; inside the caller's transaction."""
    connection.execute("DELETE FROM document WHERE lineage = ? AND kind = ?", (lineage, Kind.SUBMISSION))


def _listed(connection: sqlite3.Connection, lineage: str | None = None) -> Iterator[StoredSubmission]:
    for row, facts in documents.listed(connection, Kind.SUBMISSION, lineage):
        yield StoredSubmission(
            sha256=clean(row["id"]),
            file_name=clean(row["name"]),
            lineage=clean(row["lineage"]),
            received_at=parse_moment(row["stored_at"]),
            **fields_of(StoredSubmission, facts, _FACTS),
        )
