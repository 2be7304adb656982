"""The tables, indexes and views of the database, as SQL, and how they are made."""

from __future__ import annotations

import sqlite3
from functools import cache
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from sqlite_utils import Migrations
    from sqlite_utils.db import Database


VIEW: Final = """CREATE VIEW v_saisies AS
SELECT a.id AS evaluation, json_extract(a.territory, '$.nom') AS territoire, a.year AS annee, a.moment,
    json_extract(l.value, '$.numero') AS ligne, json_extract(l.value, '$.intitule') AS intitule,
    json_extract(l.value, '$.provenance') AS provenance, v.field AS champ,
    json_extract(p.value, '$.libelle') AS politique, v.value AS valeur
FROM assessment a
JOIN document g ON g.id = json_extract(a.grid, '$.empreinte')
JOIN json_each(g.facts, '$.lignes') l
JOIN value v ON v.assessment_id = a.id AND v.field IN ('note', 'commentaire', 'nombre')
    AND substr(v.key, 1, instr(v.key || '/', '/') - 1) = json_extract(l.value, '$.id')
LEFT JOIN json_each(g.facts, '$.politiques') p
    ON v.key = json_extract(l.value, '$.id') || '/' || json_extract(p.value, '$.id')
ORDER BY a.id, l.id, v.field, p.id"""
"""What was entered, in French, for people who open the database with another program."""

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
    """Bring a database to the current version, in one transaction: all migrations or none; then its view."""
    with db.atomic():
        migrations().apply(db)
    make_view(db.conn)


def make_view(connection: sqlite3.Connection) -> None:
    """Make the French view again, unless it is ours already: no row of ours depends on it."""
    stored = connection.execute("SELECT sql FROM sqlite_schema WHERE name = 'v_saisies'").fetchone()
    if stored is None or stored[0] != VIEW:
        again = ("BEGIN IMMEDIATE", "DROP VIEW IF EXISTS v_saisies", VIEW, "COMMIT")
        connection.executescript(";\n".join(again))
