"""What came as a file, byte for byte: submissions, workbooks, grids, with what is known of each."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from ctg_tui.domain.grid import Activity, Grid, Indicator, number_of
from ctg_tui.domain.text import checked, clean, spelt
from ctg_tui.grids.catalogue import GridFile, grid_of
from ctg_tui.storage.rows import moment_text

if TYPE_CHECKING:
    from ctg_tui.storage.reading import Reader


class Kind(StrEnum):
    """What a document is."""

    SUBMISSION = "recu"
    WORKBOOK = "tableur"
    GRID = "grille"


def keep(
    connection: sqlite3.Connection,
    kind: Kind,
    document_id: str,
    name: str,
    content: bytes,
    now: datetime,
    *,
    lineage: str | None = None,
    workbook: str | None = None,
    facts: Mapping[str, Any] | None = None,
) -> None:
    """Store a document, in the place of the one of that id; inside the caller's transaction.

    `name` is that of its file, `lineage` the stable id of the assessment that it is of, `workbook` the id of
    the one that it was made from.
    """
    connection.execute(
        "INSERT INTO document (id, kind, lineage, name, facts, workbook, stored_at, content)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET"
        " name = excluded.name, facts = excluded.facts, workbook = excluded.workbook,"
        " stored_at = excluded.stored_at, content = excluded.content",
        (
            *(document_id, kind, lineage, name, spelt(facts or {}), workbook),
            *(moment_text(now), content),
        ),
    )


def is_kept(connection: sqlite3.Connection, kind: Kind, document_id: str) -> bool:
    """Return whether the database has a document of that kind and id."""
    found = connection.execute("SELECT 1 FROM document WHERE id = ? AND kind = ?", (document_id, kind))
    return found.fetchone() is not None


def content_of(connection: sqlite3.Connection, kind: Kind, document_id: str) -> bytes | None:
    """Return the bytes of a document, as they came; None without it."""
    row = connection.execute(
        "SELECT content FROM document WHERE id = ? AND kind = ?", (document_id, kind)
    ).fetchone()
    return None if row is None else bytes(row["content"])


def listed(
    connection: sqlite3.Connection, kind: Kind, lineage: str | None = None
) -> list[tuple[sqlite3.Row, dict[str, Any]]]:
    """Return the documents of a kind, or those of one lineage, without their bytes; the latest first.

    Each has what is known of it, as another program may have left it. Raises as `domain.text.fields_of`.
    """
    of_lineage = "" if lineage is None else " AND lineage = :lineage"
    found = connection.execute(
        "SELECT id, lineage, name, workbook, stored_at, facts FROM document"
        f" WHERE kind = :kind{of_lineage} ORDER BY stored_at DESC, rowid DESC",
        {"kind": kind, "lineage": lineage},
    )
    return [(row, checked(dict, json.loads(row["facts"]))) for row in found]


# The workbooks that assessments came from; every write is in the caller's transaction.

_OF_ASSESSMENT: Final = """
SELECT workbook.name, workbook.content, workbook_columns FROM assessment
LEFT JOIN document AS grid ON grid.id = json_extract(assessment.grid, '$.empreinte')
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
    """A workbook of the database: the name of its file, its bytes, what an assessment took of its columns.

    `columns` has a table a line; None when the assessment came from none, its grid from this one.
    """

    name: str
    content: bytes
    columns: tuple[str, ...] | None = None


def hash_of(content: bytes) -> str:
    """Return the SHA-256 of a file, as 64 hexadecimal digits."""
    import hashlib  # OpenSSL takes 3 MB: not in every window, which makes a backup a day

    return hashlib.sha256(content).hexdigest()


def keep_workbook(connection: sqlite3.Connection, workbook: StoredWorkbook, now: datetime) -> None:
    """Store a workbook unless it is there already."""
    sha256 = hash_of(workbook.content)
    if not is_kept(connection, Kind.WORKBOOK, sha256):
        keep(connection, Kind.WORKBOOK, sha256, workbook.name, workbook.content, now)


def columns_said(database: Reader) -> list[str]:
    """Return what was said of the columns of each workbook, a table a line, the latest first."""
    with database.reading():
        found = database.connection.execute(
            "SELECT workbook_columns FROM assessment WHERE workbook IS NOT NULL ORDER BY changed_at DESC"
        ).fetchall()
    return [line for (said,) in found for line in said.splitlines()]


def attach_workbook(
    connection: sqlite3.Connection, assessment_id: int, sha256: str, columns: Sequence[str]
) -> None:
    """Make a stored workbook the one that an assessment came from, with what was said of its columns.

    The workbook that this one replaces is forgotten.
    """
    connection.execute(
        "UPDATE assessment SET workbook = ?, workbook_columns = ? WHERE id = ?",
        (sha256, "\n".join(columns), assessment_id),
    )
    forget_unused_workbooks(connection)


def workbook_of(database: Reader, assessment_id: int) -> StoredWorkbook | None:
    """Return the workbook that an assessment, else its grid, came from, if any. Raises DatabaseRefusal."""
    with database.reading():
        row = database.connection.execute(_OF_ASSESSMENT, (assessment_id,)).fetchone()
    if row is None:
        return None
    said = row["workbook_columns"]
    columns = None if said is None else tuple(said.splitlines())
    return StoredWorkbook(clean(row["name"]), row["content"], columns)


def workbook_name_of(database: Reader, assessment_id: int) -> str | None:
    """Return the name of the workbook of `workbook_of`, without reading its content."""
    with database.reading():
        row = database.connection.execute(
            _OF_ASSESSMENT.replace("workbook.content", "NULL"), (assessment_id,)
        ).fetchone()
    return None if row is None else clean(row["name"])


def ever_held(database: Reader, assessment_id: int) -> set[tuple[str, str]]:
    """Return the fields and keys of all that an assessment holds, or held before the person cleared it."""
    with database.reading():
        found = database.connection.execute(
            "SELECT DISTINCT field, key FROM journal WHERE assessment_id = ? AND state = 'fait'",
            (assessment_id,),
        )
        return {(row["field"], row["key"]) for row in found}


def forget_unused_workbooks(connection: sqlite3.Connection) -> None:
    """Remove the workbooks that no assessment and no grid came from."""
    connection.execute(_FORGET)


def erase_unused_workbooks(connection: sqlite3.Connection) -> None:
    """Remove the workbooks that no assessment came from, also those of grids: they may hold answers."""
    connection.execute(_DETACH_FROM_GRIDS)
    connection.execute(_FORGET)


# The grids, and their wording for the French views.


def keep_grid(connection: sqlite3.Connection, file: GridFile, now: datetime) -> None:
    """Store a grid file, unless the database has that grid already; inside the caller's transaction.

    One that is there and is installed now becomes so.
    """
    fingerprint = file.grid.fingerprint
    if is_kept(connection, Kind.GRID, fingerprint) and not file.is_installed:
        return
    keep(
        connection,
        Kind.GRID,
        fingerprint,
        file.name,
        file.raw,
        now,
        workbook=file.workbook,
        facts={"installed": file.is_installed, **_wording(file.grid)},
    )


def _wording(grid: Grid) -> dict[str, list[dict[str, str]]]:
    """Return the numbers and labels of a grid, for the French views."""
    lines: list[Activity | Indicator] = [*grid.activities.values(), *grid.indicators.values()]
    return {
        "lignes": [
            {
                "id": line.id,
                "numero": number_of(grid, line.id),
                "intitule": line.label,
                "provenance": "proposée" if line.is_proposed else "Caf",
            }
            for line in lines
        ],
        "politiques": [{"id": policy.id, "libelle": policy.label} for policy in grid.policies],
    }


def stored_grid(connection: sqlite3.Connection, fingerprint: str) -> Grid | None:
    """Return a grid; None without it, or when its content is not that of its fingerprint any more."""
    raw = content_of(connection, Kind.GRID, fingerprint)
    return None if raw is None else grid_of(raw, fingerprint)
