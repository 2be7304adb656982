"""The submissions received, and the stable ids of assessments."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, Final, NamedTuple

from ctg_tui.domain.assessment import Moment, Status, Territory
from ctg_tui.domain.text import clean, fields_of, row_of
from ctg_tui.storage import documents
from ctg_tui.storage.documents import Kind
from ctg_tui.storage.reading import Reader
from ctg_tui.storage.rows import moment_text, parse_moment


class Lineage(NamedTuple):
    """What an assessment that comes from a submission is: its stable id, and that of the one before it."""

    uuid: str
    previous_uuid: str | None


def id_of(connection: sqlite3.Connection, uuid: str) -> int | None:
    """Return the id, in this database, of the assessment of a stable id; None without it."""
    row = connection.execute("SELECT id FROM assessment WHERE uuid = ?", (uuid,)).fetchone()
    return None if row is None else int(row[0])


def own_ids(database: Reader) -> Mapping[str, int]:
    """Return the ids of the assessments of this database by their stable id. Raises DatabaseRefusal."""
    with database.reading():
        found = database.connection.execute("SELECT uuid, id FROM assessment")
        return {clean(row["uuid"]): row["id"] for row in found}


def write(connection: sqlite3.Connection, assessment_id: int, lineage: Lineage) -> None:
    """Give a new assessment its stable id; tie it to those before and after it."""
    previous = None if lineage.previous_uuid is None else id_of(connection, lineage.previous_uuid)
    connection.execute(
        "UPDATE assessment SET uuid = ?, previous_uuid = ?, previous_id = ? WHERE id = ?",
        (lineage.uuid, lineage.previous_uuid, previous, assessment_id),
    )
    connection.execute(
        "UPDATE assessment SET previous_id = ? WHERE previous_uuid = ? AND previous_id IS NULL",
        (assessment_id, lineage.uuid),
    )


# The submissions received, kept byte for byte; every write is in the caller's transaction.


class StoredSubmission(NamedTuple):
    """A submission of the database, without its bytes.

    `lineage` is the id of its assessment, the same for every sending. `fingerprint` is that of its state.
    `created_at` is when the sender wrote it. `percentage`
    (0–100) and `low`, the lines at 0 or 1, are of the Caf's lines: None where its grid is not known.
    `open_points` are what the Caf said and waits for an answer to.
    """

    sha256: str
    file_name: str
    lineage: str
    sending: int
    status: Status
    fingerprint: str
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
    percentage: int | None = None
    low: int | None = None
    open_points: int = 0

    @property
    def territory(self) -> Territory:
        return Territory(self.territory_name, self.siren, self.department, self.territory_id)


_APART: Final = {"sha256", "file_name", "lineage", "received_at", "created_at"}
_FACTS: Final = {name: name for name in StoredSubmission._fields if name not in _APART}
"""What is known of a submission beside its columns and its moments."""


def keep(connection: sqlite3.Connection, submission: StoredSubmission, content: bytes) -> None:
    """Store a submission that is not there yet."""
    documents.keep(
        connection,
        Kind.SUBMISSION,
        submission.sha256,
        submission.file_name,
        content,
        submission.received_at,
        lineage=submission.lineage,
        facts=row_of(submission, _FACTS, short=False) | {"created_at": moment_text(submission.created_at)},
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


def _listed(connection: sqlite3.Connection, lineage: str | None = None) -> Iterator[StoredSubmission]:
    return (_stored(row, facts) for row, facts in documents.listed(connection, Kind.SUBMISSION, lineage))


def content_of(database: Reader, sha256: str) -> bytes | None:
    """Return the bytes of a submission, as they came; None without it. Raises DatabaseRefusal."""
    with database.reading():
        return documents.content_of(database.connection, Kind.SUBMISSION, sha256)


def set_figures(connection: sqlite3.Connection, submission: StoredSubmission) -> None:
    """Store the figures of a submission whose grid is known now; inside the caller's transaction."""
    connection.execute(
        "UPDATE document SET facts = json_set(facts, '$.percentage', ?, '$.low', ?) WHERE id = ?",
        (submission.percentage, submission.low, submission.sha256),
    )


def forget(connection: sqlite3.Connection, lineage: str) -> None:
    """Remove every submission of one assessment; inside the caller's transaction."""
    connection.execute("DELETE FROM document WHERE lineage = ? AND kind = ?", (lineage, Kind.SUBMISSION))


def _stored(row: sqlite3.Row, facts: dict[str, Any]) -> StoredSubmission:
    return StoredSubmission(
        sha256=clean(row["id"]),
        file_name=clean(row["name"]),
        lineage=clean(row["lineage"]),
        **fields_of(StoredSubmission, facts, _FACTS),
        created_at=parse_moment(facts["created_at"]),
        received_at=parse_moment(row["stored_at"]),
    )
