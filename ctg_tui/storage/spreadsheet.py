"""The workbooks that assessments came from, byte for byte; every write is in the caller's transaction."""

from __future__ import annotations

import sqlite3
from datetime import datetime
from typing import Final, NamedTuple

from ctg_tui.domain.text import clean
from ctg_tui.storage import documents
from ctg_tui.storage.documents import Kind
from ctg_tui.storage.reading import Reader

_OF_ASSESSMENT: Final = """
SELECT workbook.name, workbook.content FROM assessment
LEFT JOIN document AS grid ON grid.id = assessment.grid_fingerprint
JOIN document AS workbook ON workbook.id = coalesce(assessment.workbook, grid.workbook)
WHERE assessment.id = ?
"""
_FORGET: Final = """
DELETE FROM document WHERE kind = 'tableur' AND id NOT IN (
    SELECT workbook FROM assessment WHERE workbook IS NOT NULL
    UNION SELECT workbook FROM document WHERE workbook IS NOT NULL
)
"""
_DETACH_FROM_GRIDS: Final = """
UPDATE document SET workbook = NULL WHERE workbook NOT IN (
    SELECT workbook FROM assessment WHERE workbook IS NOT NULL
)
"""


class StoredWorkbook(NamedTuple):
    """A workbook of the database: the name of its file, and its bytes."""

    name: str
    content: bytes


def hash_of(content: bytes) -> str:
    """Return the SHA-256 of a file, as 64 hexadecimal digits."""
    import hashlib  # OpenSSL takes 3 MB: not in every window, which makes a backup a day

    return hashlib.sha256(content).hexdigest()


def keep(connection: sqlite3.Connection, workbook: StoredWorkbook, now: datetime) -> str:
    """Store a workbook unless it is there already; return its hash."""
    sha256 = hash_of(workbook.content)
    if not documents.is_kept(connection, Kind.WORKBOOK, sha256):
        documents.keep(connection, Kind.WORKBOOK, sha256, workbook.name, workbook.content, now)
    return sha256


def attach(connection: sqlite3.Connection, assessment_id: int, sha256: str) -> None:
    """Make a stored workbook the one that an assessment came from, and forget the one it replaces."""
    connection.execute("UPDATE assessment SET workbook = ? WHERE id = ?", (sha256, assessment_id))
    forget_unused(connection)


def of_assessment(database: Reader, assessment_id: int) -> StoredWorkbook | None:
    """Return the workbook that an assessment, else its grid, came from, if any. Raises DatabaseRefusal."""
    with database.reading():
        row = database.connection.execute(_OF_ASSESSMENT, (assessment_id,)).fetchone()
    return None if row is None else StoredWorkbook(clean(row["name"]), row["content"])


def name_of_assessment(database: Reader, assessment_id: int) -> str | None:
    """Return the name of the workbook of `of_assessment`, without reading its content."""
    with database.reading():
        row = database.connection.execute(
            _OF_ASSESSMENT.replace("workbook.content", "NULL"), (assessment_id,)
        ).fetchone()
    return None if row is None else clean(row["name"])


def forget_unused(connection: sqlite3.Connection) -> None:
    """Remove the workbooks that no assessment and no grid came from."""
    connection.execute(_FORGET)


def erase_unused(connection: sqlite3.Connection) -> None:
    """Remove the workbooks that no assessment came from, also those of grids: they may hold answers."""
    connection.execute(_DETACH_FROM_GRIDS)
    connection.execute(_FORGET)
