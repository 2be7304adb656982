"""The tables of the database, as SQL; their rows as frozen values, and back.

Texts are cleaned here: any tool may have written them.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cache
from typing import TYPE_CHECKING, Any, Final

from ctg_tui.domain.assessment import Identity, Place, Sending, Status
from ctg_tui.domain.details import Part, parse_parts, parts
from ctg_tui.domain.text import clean

if TYPE_CHECKING:
    from sqlite_utils import Migrations
    from sqlite_utils.db import Database


_TABLES: Final = """
CREATE TABLE assessment (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    uuid TEXT NOT NULL UNIQUE,
    grid TEXT NOT NULL,
    year INTEGER NOT NULL,
    moment TEXT NOT NULL,
    territory TEXT NOT NULL,
    people TEXT NOT NULL,
    adviser TEXT NOT NULL,
    previous_uuid TEXT,
    created_at TEXT NOT NULL,
    changed_at TEXT NOT NULL,
    place TEXT
) STRICT;

CREATE TABLE sending (
    assessment_id INTEGER NOT NULL REFERENCES assessment (id) ON DELETE CASCADE,
    number INTEGER NOT NULL,
    id TEXT NOT NULL,
    created_at TEXT NOT NULL,
    status TEXT NOT NULL,
    fingerprint TEXT NOT NULL,
    forecast TEXT,
    content BLOB NOT NULL,
    PRIMARY KEY (assessment_id, number)
) STRICT;

CREATE TABLE workbook (
    assessment_id INTEGER PRIMARY KEY REFERENCES assessment (id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    columns TEXT NOT NULL,
    content BLOB NOT NULL
) STRICT;

CREATE TABLE value (
    assessment_id INTEGER NOT NULL REFERENCES assessment (id) ON DELETE CASCADE,
    field TEXT NOT NULL,
    key TEXT NOT NULL,
    value TEXT NOT NULL CHECK (field <> 'note' OR value IN ('0', '1', '2', '3', 'NC')),
    at TEXT NOT NULL,
    PRIMARY KEY (assessment_id, field, key)
) STRICT, WITHOUT ROWID;

CREATE TABLE journal (
    id INTEGER PRIMARY KEY,
    assessment_id INTEGER NOT NULL REFERENCES assessment (id) ON DELETE CASCADE,
    step INTEGER NOT NULL,
    op TEXT NOT NULL,
    field TEXT NOT NULL,
    key TEXT NOT NULL,
    before TEXT,
    after TEXT,
    at TEXT NOT NULL,
    state TEXT NOT NULL DEFAULT 'fait' CHECK (state IN ('fait', 'annule'))
) STRICT;
CREATE INDEX journal_step ON journal (assessment_id, state, step);

CREATE TABLE document (
    id TEXT PRIMARY KEY,
    kind TEXT NOT NULL CHECK (kind IN ('recu', 'grille')),
    lineage TEXT,
    name TEXT NOT NULL,
    facts TEXT NOT NULL,
    stored_at TEXT NOT NULL,
    content BLOB NOT NULL
) STRICT;
CREATE INDEX document_kind ON document (kind, lineage);
"""
"""`previous_uuid` is the stable id of the assessment that this one follows, here or not. The id of a
grid is its fingerprint, that of a submission the SHA-256 of its bytes.
"""

APPLICATION_ID: Final = 0x43544742
"""« CTGB » in the file header: identifies our database among SQLite files."""
SCHEMA_VERSION: Final = 1
"""`user_version` of the newest migration."""


@cache
def migrations() -> Migrations:
    """Return those from each version of the database to the next. A released one is never edited: add one."""
    from sqlite_utils import Migrations  # only needed to make a database or to bring one up to date

    known = Migrations("ctg-tui")

    @known()
    def version_1(db: Database) -> None:
        """Create the tables and indexes."""
        for statement in _TABLES.split(";"):  # `executescript` would commit the migration half done
            db.execute(statement)
        db.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        db.execute("PRAGMA user_version = 1")

    return known


def migrate(db: Database) -> None:
    """Bring a database to the current version, in one transaction: all migrations or none."""
    with db.atomic():
        migrations().apply(db)


# Rows.

CORRUPT_ROW_ERRORS: Final = (ValueError, LookupError, TypeError, RecursionError, OverflowError)
"""Raised for rows no release could have written."""


_DETAILS: Final = {
    Part.YEAR: "year",
    Part.MOMENT: "moment",
    Part.TERRITORY: "territory",
    Part.PEOPLE: "people",
    Part.ADVISER: "adviser",
}
COLUMNS: Final = {**{str(part): column for part, column in _DETAILS.items()}, "grille": "grid"}
"""The column of `assessment` of a change of the details or of the grid, spelt there as in the journal."""


def moment_text(at: datetime) -> str:
    """Return `at` in UTC, ISO 8601, to the second, `Z`: sorts as text."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def parse_moment(text: str) -> datetime:
    """Return the moment of `text`, in UTC. Raises ValueError when it is none."""
    return datetime.fromisoformat(text).astimezone(UTC)


def identity_values(identity: Identity) -> dict[str, Any]:
    """Return the columns of `assessment` that the details form sets."""
    spelt = parts(identity)
    return {column: spelt[part] for part, column in _DETAILS.items()}


def identity(row: sqlite3.Row) -> Identity:
    """Return the details in a row of `assessment`. Raises as `domain.details.parse_parts` does."""
    return parse_parts({part: str(row[column]) for part, column in _DETAILS.items()})


def grid_values(row: sqlite3.Row) -> dict[str, Any]:
    """Return what an `assessment` row says of its grid, as `Assessment` and `Entry` name it."""
    parts = json.loads(row["grid"])
    names = {"grid_id": "id", "grid_version": "version", "grid_fingerprint": "empreinte"}
    return {name: clean(parts[key]) for name, key in names.items()}


def update(connection: sqlite3.Connection, assessment_id: int, columns: Mapping[str, Any]) -> None:
    """Set columns of the row of an assessment."""
    names = ", ".join(f"{name} = ?" for name in columns)
    connection.execute(f"UPDATE assessment SET {names} WHERE id = ?", (*columns.values(), assessment_id))


def place_text(place: Place) -> str:
    """Return the cursor's place as its column holds it."""
    return "/".join(part or "" for part in place)


def place(row: sqlite3.Row) -> Place | None:
    """Return the cursor's place when the assessment was last left; None when unknown."""
    if row["place"] is None:
        return None
    mission, line, policy = clean(row["place"]).split("/")
    return Place(mission, line or None, policy or None)


def sending(row: sqlite3.Row) -> Sending:
    """Return the sending of a row."""
    return Sending(
        number=row["number"],
        identifier=clean(row["id"]),
        created_at=parse_moment(row["created_at"]),
        status=Status(row["status"]),
        fingerprint=clean(row["fingerprint"]),
        forecast=row["forecast"] and clean(row["forecast"]),
        content=bytes(row["content"]),
    )
