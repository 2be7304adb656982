"""What came as a file or left as one, byte for byte: submissions, sendings, workbooks, grids.

Reading raises DatabaseRefusal, writing NotSaved; a write inside a transaction is part of it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final, NamedTuple

from ctg_tui.domain.assessment import Moment, Sending, Status
from ctg_tui.domain.text import checked, clean, fields_of, row_of, spelt
from ctg_tui.grids.catalogue import GridFile, KeptGrids, grid_of
from ctg_tui.storage import schema
from ctg_tui.storage.database import Database
from ctg_tui.storage.schema import moment_text, parse_moment


def hash_of(content: bytes) -> str:
    """Return the SHA-256 of a file, as 64 hexadecimal digits."""
    import hashlib  # OpenSSL takes 3 MB: not in every window, which makes a backup a day

    return hashlib.sha256(content).hexdigest()


def _keep(
    database: Database,
    kind: str,
    document_id: str,
    name: str,
    content: bytes,
    facts: Mapping[str, Any],
    lineage: str | None = None,
) -> None:
    """Store a document, in the place of the one of that id; `lineage` is the stable id of its assessment."""
    with database.writing() as now:
        database.connection.execute(
            "INSERT OR REPLACE INTO document (id, kind, lineage, name, facts, stored_at, content)"
            " VALUES (?, ?, ?, ?, ?, ?, ?)",
            (document_id, kind, lineage, name, spelt(facts), moment_text(now), content),
        )


def content_of(database: Database, document_id: str) -> bytes:
    """Return the bytes of a document, as they came; none without it."""
    with database.reading() as connection:
        row = connection.execute("SELECT content FROM document WHERE id = ?", (document_id,)).fetchone()
        return b"" if row is None else bytes(row["content"])


# The submissions received.


class StoredSubmission(NamedTuple):
    """A submission of the database, without its bytes.

    `lineage` is the id of its assessment, the same for every sending. `created_at` is when the sender wrote
    it. `percentage` (0–100) is of the Caf's lines, None without a note. `open_points` are what the Caf said
    and waits for an answer to.
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


def keep_submission(database: Database, one: StoredSubmission, content: bytes) -> None:
    """Store a submission; one that is there takes what is known of it now."""
    facts = row_of(one, _FACTS, short=False)
    _keep(database, "recu", one.sha256, one.file_name, content, facts, one.lineage)


def submissions(database: Database) -> tuple[StoredSubmission, ...]:
    """Return every submission received, the latest first."""
    with database.reading() as connection:
        found = connection.execute(
            "SELECT id, lineage, name, stored_at, facts FROM document WHERE kind = 'recu'"
            " ORDER BY stored_at DESC, rowid DESC"
        )
        return tuple(
            StoredSubmission(
                sha256=clean(row["id"]),
                file_name=clean(row["name"]),
                lineage=clean(row["lineage"]),
                received_at=parse_moment(row["stored_at"]),
                **fields_of(StoredSubmission, json.loads(row["facts"]), _FACTS),
            )
            for row in found
        )


def forget_submissions(database: Database, lineage: str) -> None:
    """Remove every submission of one assessment."""
    with database.writing():
        query = "DELETE FROM document WHERE kind = 'recu' AND lineage = ?"
        database.connection.execute(query, (lineage,))


# The sendings of each assessment, with the bytes of their submissions.


def sendings(database: Database, assessment_id: int) -> tuple[Sending, ...]:
    """Return the sendings of an assessment, the latest first."""
    with database.reading() as connection:
        query = "SELECT * FROM sending WHERE assessment_id = ? ORDER BY number DESC"
        return tuple(map(schema.sending, connection.execute(query, (assessment_id,))))


def latest_sending(database: Database, assessment_id: int) -> Sending | None:
    """Return the latest sending of an assessment, None without any."""
    return next(iter(sendings(database, assessment_id)), None)


def record_sending(database: Database, assessment_id: int, one: Sending) -> None:
    """Store a sending, unless there is one of its number."""
    with database.writing():
        database.connection.execute(
            "INSERT OR IGNORE INTO sending (assessment_id, number, id, created_at, status, fingerprint,"
            " forecast, content) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (
                *(assessment_id, one.number, one.identifier, moment_text(one.created_at), one.status.value),
                *(one.fingerprint, one.forecast, one.content),
            ),
        )


# The workbooks that assessments came from.


class StoredWorkbook(NamedTuple):
    """A workbook that an assessment came from: its name and bytes, what was said of its columns."""

    name: str
    content: bytes
    columns: tuple[str, ...]


def keep_workbook(database: Database, assessment_id: int, workbook: StoredWorkbook) -> None:
    """Store the workbook that an assessment came from, in the place of the one before."""
    row = (assessment_id, workbook.name, "\n".join(workbook.columns), workbook.content)
    with database.writing():
        query = "INSERT OR REPLACE INTO workbook (assessment_id, name, columns, content) VALUES (?, ?, ?, ?)"
        database.connection.execute(query, row)


def workbook_of(database: Database, assessment_id: int) -> StoredWorkbook | None:
    """Return the workbook that an assessment came from, if any."""
    with database.reading() as connection:
        query = "SELECT name, columns, content FROM workbook WHERE assessment_id = ?"
        row = connection.execute(query, (assessment_id,)).fetchone()
        if row is None:
            return None
        return StoredWorkbook(clean(row["name"]), row["content"], tuple(row["columns"].splitlines()))


# The grids.


def keep_grid(database: Database, file: GridFile) -> None:
    """Store a grid file, unless the database has that grid already.

    One that is there and is installed now becomes so.
    """
    grid = file.grid
    if not file.is_installed and content_of(database, grid.fingerprint):
        return
    _keep(database, "grille", grid.fingerprint, file.name, file.raw, {"installed": file.is_installed})


def kept_grids(database: Database) -> KeptGrids:
    """Return the grids of the database, the latest first."""
    with database.reading() as connection:
        found = connection.execute(
            "SELECT id, facts, content FROM document WHERE kind = 'grille'"
            " ORDER BY stored_at DESC, rowid DESC"
        )
        return [
            (grid_of(bytes(row["content"]), row["id"]), checked(bool, json.loads(row["facts"])["installed"]))
            for row in found
        ]
