"""The tables, indexes and views of the database, as SQL; opening compares a file with them.

It imports nothing that costs a start. Once released it is never edited: a migration alters it.
"""

from __future__ import annotations

from typing import Final

from ctg_tui.storage.statements import name_of, statements
from ctg_tui.storage.views import VIEWS

_ASSESSMENTS: Final = """
CREATE TABLE assessment (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    uuid TEXT NOT NULL UNIQUE,
    grid_id TEXT NOT NULL,
    grid_version TEXT NOT NULL,
    grid_fingerprint TEXT NOT NULL,
    year INTEGER NOT NULL CHECK (year BETWEEN 2000 AND 2199),
    moment TEXT NOT NULL CHECK (moment IN ('demarrage', 'annuelle', 'fin-engagement')),
    territory_id TEXT,
    territory_name TEXT NOT NULL,
    siren TEXT CHECK (siren GLOB '[0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9]'),
    department TEXT NOT NULL,
    adviser_name TEXT NOT NULL,
    adviser_email TEXT NOT NULL,
    proposed_lines INTEGER NOT NULL DEFAULT 1 CHECK (proposed_lines IN (0, 1)),
    status TEXT NOT NULL DEFAULT 'provisoire' CHECK (status IN ('provisoire', 'definitif')),
    revision INTEGER NOT NULL DEFAULT 1 CHECK (revision >= 1),
    previous_id INTEGER REFERENCES assessment (id) ON DELETE SET NULL,
    previous_uuid TEXT,
    workbook TEXT REFERENCES document (id),
    created_at TEXT NOT NULL,
    changed_at TEXT NOT NULL,
    place_mission TEXT,
    place_line TEXT,
    place_policy TEXT
) STRICT;

CREATE TABLE release (
    assessment_id INTEGER NOT NULL REFERENCES assessment (id) ON DELETE CASCADE,
    revision INTEGER NOT NULL,
    fingerprint TEXT NOT NULL,
    released_at TEXT NOT NULL,
    PRIMARY KEY (assessment_id, revision)
) STRICT, WITHOUT ROWID;

CREATE TABLE log (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    territory_id TEXT,
    territory_name TEXT NOT NULL,
    siren TEXT,
    department TEXT NOT NULL,
    created_at TEXT NOT NULL
) STRICT;
"""
"""`previous_uuid` is the stable id of the assessment that this one follows, if that is not here."""

_OWNER: Final = """owner TEXT NOT NULL,
    assessment_id INTEGER AS (iif(owner GLOB '[0-9]*', CAST(owner AS INTEGER), NULL))
        REFERENCES assessment (id) ON DELETE CASCADE"""
"""The owner of a value: an assessment (its id), a log (`carnet:1`), the review of a lineage (`avis:…`)."""

_VALUES: Final = """
CREATE TABLE {prefix}value (
    {owner},
    field TEXT NOT NULL,
    key TEXT NOT NULL,
    value TEXT NOT NULL CHECK ({check}),
    at TEXT NOT NULL,
    PRIMARY KEY (owner, field, key)
) STRICT, WITHOUT ROWID;

CREATE TABLE {prefix}journal (
    id INTEGER PRIMARY KEY,
    {owner},
    step INTEGER NOT NULL,
    op TEXT NOT NULL,
    author TEXT NOT NULL,
    source TEXT NOT NULL,
    field TEXT NOT NULL,
    key TEXT NOT NULL,
    before TEXT,
    after TEXT,
    at TEXT NOT NULL,
    state TEXT NOT NULL DEFAULT 'fait' CHECK (state IN ('fait', 'annule', 'abandonne'))
) STRICT;
CREATE INDEX {prefix}journal_step ON {prefix}journal (owner, state, step);
"""
_CHECK: Final = """CASE field
        WHEN 'note' THEN value IN ('0', '1', '2', '3', 'NC')
        WHEN 'mise-de-cote' THEN value IN ('', '0', '1', '2', '3', 'NC')
        WHEN 'nombre' THEN value <> '' AND length(value) <= 6 AND value NOT GLOB '*[^0-9]*'
        WHEN 'preparation' THEN value <> ''
            AND key IN ('points-forts', 'points-a-travailler', 'aide-demandee', 'formation')
        WHEN 'action' THEN json_valid(value)
        WHEN 'renseignements' THEN json_valid(value)
        WHEN 'suite' THEN json_valid(value)
        WHEN 'carnet' THEN json_valid(value)
        WHEN 'previsionnel' THEN 0
        ELSE value <> '' END"""
"""A forecast, which holds salaries, has tables of its own: this one refuses it."""

_DOCUMENTS: Final = """
CREATE INDEX journal_key ON journal (owner, key);

CREATE TABLE document (
    id TEXT PRIMARY KEY,
    kind TEXT NOT NULL CHECK (kind IN ('recu', 'avis', 'tableur', 'grille')),
    lineage TEXT,
    name TEXT NOT NULL,
    facts TEXT NOT NULL CHECK (json_valid(facts)),
    workbook TEXT REFERENCES document (id),
    stored_at TEXT NOT NULL,
    content BLOB NOT NULL
) STRICT;
CREATE INDEX document_kind ON document (kind, lineage);

CREATE TABLE grid_line (
    grid TEXT NOT NULL REFERENCES document (id) ON DELETE CASCADE,
    line TEXT NOT NULL,
    rank INTEGER NOT NULL,
    number TEXT NOT NULL,
    label TEXT NOT NULL,
    mission_number INTEGER NOT NULL,
    mission_title TEXT NOT NULL,
    is_proposed INTEGER NOT NULL CHECK (is_proposed IN (0, 1)),
    is_indicator INTEGER NOT NULL CHECK (is_indicator IN (0, 1)),
    PRIMARY KEY (grid, line)
) STRICT, WITHOUT ROWID;

CREATE TABLE grid_policy (
    grid TEXT NOT NULL REFERENCES document (id) ON DELETE CASCADE,
    policy TEXT NOT NULL,
    rank INTEGER NOT NULL,
    label TEXT NOT NULL,
    PRIMARY KEY (grid, policy)
) STRICT, WITHOUT ROWID;
"""
"""The id of a grid is its fingerprint, that of any other document the SHA-256 of its bytes."""

SCHEMA_VERSION: Final = 1
"""`user_version` of the newest migration; here, so that opening needs no import of sqlite-utils."""
_SCRIPTS: Final = (
    _ASSESSMENTS,
    _VALUES.format(prefix="", owner=_OWNER, check=_CHECK),
    _VALUES.format(prefix="forecast_", owner=_OWNER, check="json_valid(value)"),
    _DOCUMENTS,
    VIEWS,
)
EXPECTED: Final = {name_of(sql): sql for script in _SCRIPTS for sql in statements(script)}
"""The SQL of each table, index and view, by name, in the spelling that SQLite stores."""
