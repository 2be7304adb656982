"""The tables, indexes and views of the database, as SQL; opening compares a file with them.

It imports nothing that costs a start. Once released it is never edited: a migration alters it.
"""

from __future__ import annotations

from typing import Final

from ctg_tui.storage.statements import name_of, statements
from ctg_tui.storage.views import VIEWS

_TABLES: Final = """
CREATE TABLE assessment (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
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
    status TEXT NOT NULL DEFAULT 'provisoire' CHECK (status IN ('provisoire', 'definitif')),
    revision INTEGER NOT NULL DEFAULT 1 CHECK (revision >= 1),
    previous_id INTEGER REFERENCES assessment (id) ON DELETE SET NULL,
    created_at TEXT NOT NULL,
    changed_at TEXT NOT NULL,
    place_mission TEXT,
    place_line TEXT,
    place_policy TEXT,
    uuid TEXT,
    previous_uuid TEXT,
    proposed_lines INTEGER NOT NULL DEFAULT 1 CHECK (proposed_lines IN (0, 1)),
    workbook TEXT REFERENCES workbook (sha256)
) STRICT;

CREATE TABLE coordinator (
    assessment_id INTEGER NOT NULL REFERENCES assessment (id) ON DELETE CASCADE,
    position INTEGER NOT NULL CHECK (position >= 0),
    ref TEXT NOT NULL,
    last_name TEXT NOT NULL,
    first_name TEXT NOT NULL,
    profile TEXT NOT NULL CHECK (profile IN ('chef-de-projet', 'thematique')),
    policies TEXT NOT NULL CHECK (json_valid(policies)),
    PRIMARY KEY (assessment_id, position),
    UNIQUE (assessment_id, ref)
) STRICT, WITHOUT ROWID;

CREATE TABLE answer (
    assessment_id INTEGER NOT NULL REFERENCES assessment (id) ON DELETE CASCADE,
    activity TEXT NOT NULL,
    policy TEXT NOT NULL,
    note TEXT NOT NULL CHECK (note IN ('0', '1', '2', '3', 'NC')),
    PRIMARY KEY (assessment_id, activity, policy)
) STRICT, WITHOUT ROWID;

CREATE TABLE set_aside (
    assessment_id INTEGER NOT NULL REFERENCES assessment (id) ON DELETE CASCADE,
    activity TEXT NOT NULL,
    policy TEXT NOT NULL,
    note TEXT NOT NULL CHECK (note IN ('', '0', '1', '2', '3', 'NC')),
    PRIMARY KEY (assessment_id, activity, policy)
) STRICT, WITHOUT ROWID;

CREATE TABLE comment (
    assessment_id INTEGER NOT NULL REFERENCES assessment (id) ON DELETE CASCADE,
    activity TEXT NOT NULL,
    text TEXT NOT NULL CHECK (text <> ''),
    PRIMARY KEY (assessment_id, activity)
) STRICT, WITHOUT ROWID;

CREATE TABLE indicator_number (
    assessment_id INTEGER NOT NULL REFERENCES assessment (id) ON DELETE CASCADE,
    indicator TEXT NOT NULL,
    number INTEGER NOT NULL CHECK (number BETWEEN 0 AND 999999),
    PRIMARY KEY (assessment_id, indicator)
) STRICT, WITHOUT ROWID;

CREATE TABLE indicator_remark (
    assessment_id INTEGER NOT NULL REFERENCES assessment (id) ON DELETE CASCADE,
    indicator TEXT NOT NULL,
    text TEXT NOT NULL CHECK (text <> ''),
    PRIMARY KEY (assessment_id, indicator)
) STRICT, WITHOUT ROWID;

CREATE TABLE preparation (
    assessment_id INTEGER NOT NULL REFERENCES assessment (id) ON DELETE CASCADE,
    topic TEXT NOT NULL
        CHECK (topic IN ('points-forts', 'points-a-travailler', 'aide-demandee', 'formation')),
    text TEXT NOT NULL CHECK (text <> ''),
    PRIMARY KEY (assessment_id, topic)
) STRICT, WITHOUT ROWID;

CREATE TABLE action (
    assessment_id INTEGER NOT NULL REFERENCES assessment (id) ON DELETE CASCADE,
    activity TEXT NOT NULL,
    action TEXT NOT NULL CHECK (json_valid(action)),
    PRIMARY KEY (assessment_id, activity)
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
    state TEXT NOT NULL DEFAULT 'fait' CHECK (state IN ('fait', 'annule', 'abandonne')),
    author TEXT NOT NULL DEFAULT '',
    source TEXT NOT NULL DEFAULT 'saisie'
) STRICT;
CREATE INDEX journal_step ON journal (assessment_id, state, step);
CREATE INDEX journal_key ON journal (assessment_id, key);

CREATE TABLE release (
    assessment_id INTEGER NOT NULL REFERENCES assessment (id) ON DELETE CASCADE,
    revision INTEGER NOT NULL,
    fingerprint TEXT NOT NULL,
    released_at TEXT NOT NULL,
    PRIMARY KEY (assessment_id, revision)
) STRICT, WITHOUT ROWID;

CREATE TABLE forecast (
    assessment_id INTEGER PRIMARY KEY REFERENCES assessment (id) ON DELETE CASCADE,
    rate TEXT,
    pro_rata INTEGER NOT NULL CHECK (pro_rata IN (0, 1)),
    changed_at TEXT NOT NULL,
    diagnosis_cents INTEGER CHECK (diagnosis_cents BETWEEN 0 AND 99999999)
) STRICT;

CREATE TABLE forecast_line (
    assessment_id INTEGER NOT NULL REFERENCES forecast (assessment_id) ON DELETE CASCADE,
    position INTEGER NOT NULL CHECK (position >= 0),
    coordinator TEXT,
    last_name TEXT NOT NULL,
    first_name TEXT NOT NULL,
    centihours INTEGER CHECK (centihours BETWEEN 0 AND 878400),
    salary_cents INTEGER CHECK (salary_cents BETWEEN 0 AND 99999999),
    post INTEGER CHECK (post BETWEEN 1 AND 200),
    PRIMARY KEY (assessment_id, position),
    UNIQUE (assessment_id, coordinator)
) STRICT, WITHOUT ROWID;

CREATE TABLE forecast_journal (
    id INTEGER PRIMARY KEY REFERENCES journal (id) ON DELETE CASCADE,
    before TEXT CHECK (before IS NULL OR json_valid(before)),
    after TEXT CHECK (after IS NULL OR json_valid(after))
) STRICT;

CREATE TABLE workbook (
    sha256 TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    content BLOB NOT NULL,
    stored_at TEXT NOT NULL
) STRICT;

CREATE TABLE grid (
    fingerprint TEXT PRIMARY KEY,
    id TEXT NOT NULL,
    version TEXT NOT NULL,
    title TEXT NOT NULL,
    document BLOB NOT NULL,
    file_name TEXT NOT NULL,
    origin TEXT NOT NULL CHECK (origin IN ('programme', 'fichier', 'installee', 'tableur')),
    workbook TEXT REFERENCES workbook (sha256),
    stored_at TEXT NOT NULL
) STRICT;

CREATE UNIQUE INDEX assessment_uuid ON assessment (uuid);

CREATE TABLE submission (
    sha256 TEXT PRIMARY KEY,
    content BLOB NOT NULL,
    file_name TEXT NOT NULL,
    lineage TEXT NOT NULL,
    revision INTEGER NOT NULL CHECK (revision >= 1),
    status TEXT NOT NULL CHECK (status IN ('provisoire', 'definitif')),
    fingerprint TEXT NOT NULL,
    replaces TEXT,
    territory_id TEXT,
    territory_name TEXT NOT NULL,
    siren TEXT,
    department TEXT NOT NULL,
    people TEXT NOT NULL,
    year INTEGER NOT NULL CHECK (year BETWEEN 2000 AND 2199),
    moment TEXT NOT NULL CHECK (moment IN ('demarrage', 'annuelle', 'fin-engagement')),
    grid_id TEXT NOT NULL,
    grid_fingerprint TEXT NOT NULL,
    created_at TEXT NOT NULL,
    received_at TEXT NOT NULL
) STRICT;
CREATE INDEX submission_lineage ON submission (lineage);

CREATE TABLE review (
    sha256 TEXT PRIMARY KEY,
    content BLOB NOT NULL,
    file_name TEXT NOT NULL,
    lineage TEXT NOT NULL,
    revision INTEGER NOT NULL CHECK (revision >= 1),
    submission_fingerprint TEXT NOT NULL,
    stored_at TEXT NOT NULL
) STRICT;
CREATE INDEX review_lineage ON review (lineage);

CREATE TABLE log (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    territory_id TEXT,
    territory_name TEXT NOT NULL,
    siren TEXT,
    department TEXT NOT NULL,
    created_at TEXT NOT NULL
) STRICT;

CREATE TABLE log_entry (
    log_id INTEGER NOT NULL REFERENCES log (id) ON DELETE CASCADE,
    entry TEXT NOT NULL,
    noted_on TEXT NOT NULL CHECK (noted_on GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]'),
    text TEXT NOT NULL CHECK (text <> ''),
    activities TEXT NOT NULL CHECK (json_valid(activities)),
    indicators TEXT NOT NULL CHECK (json_valid(indicators)),
    number INTEGER CHECK (number BETWEEN 0 AND 999999),
    PRIMARY KEY (log_id, entry)
) STRICT, WITHOUT ROWID;

CREATE TABLE log_journal (
    id INTEGER PRIMARY KEY,
    log_id INTEGER NOT NULL REFERENCES log (id) ON DELETE CASCADE,
    step INTEGER NOT NULL,
    op TEXT NOT NULL,
    field TEXT NOT NULL,
    key TEXT NOT NULL,
    before TEXT,
    after TEXT,
    at TEXT NOT NULL,
    state TEXT NOT NULL DEFAULT 'fait' CHECK (state IN ('fait', 'annule', 'abandonne')),
    author TEXT NOT NULL DEFAULT '',
    source TEXT NOT NULL DEFAULT 'saisie'
) STRICT;
CREATE INDEX log_journal_step ON log_journal (log_id, state, step);

CREATE TABLE grid_line (
    grid TEXT NOT NULL REFERENCES grid (fingerprint) ON DELETE CASCADE,
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
    grid TEXT NOT NULL REFERENCES grid (fingerprint) ON DELETE CASCADE,
    policy TEXT NOT NULL,
    rank INTEGER NOT NULL,
    label TEXT NOT NULL,
    PRIMARY KEY (grid, policy)
) STRICT, WITHOUT ROWID;

CREATE TABLE review_draft (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    lineage TEXT NOT NULL UNIQUE,
    created_at TEXT NOT NULL
) STRICT;

CREATE TABLE review_part (
    draft_id INTEGER NOT NULL REFERENCES review_draft (id) ON DELETE CASCADE,
    part TEXT NOT NULL,
    text TEXT NOT NULL CHECK (text <> ''),
    PRIMARY KEY (draft_id, part)
) STRICT, WITHOUT ROWID;

CREATE TABLE review_journal (
    id INTEGER PRIMARY KEY,
    draft_id INTEGER NOT NULL REFERENCES review_draft (id) ON DELETE CASCADE,
    step INTEGER NOT NULL,
    op TEXT NOT NULL,
    field TEXT NOT NULL,
    key TEXT NOT NULL,
    before TEXT,
    after TEXT,
    at TEXT NOT NULL,
    state TEXT NOT NULL DEFAULT 'fait' CHECK (state IN ('fait', 'annule', 'abandonne')),
    author TEXT NOT NULL DEFAULT '',
    source TEXT NOT NULL DEFAULT 'saisie'
) STRICT;
CREATE INDEX review_journal_step ON review_journal (draft_id, state, step);

CREATE TABLE review_read (
    review TEXT PRIMARY KEY REFERENCES review (sha256) ON DELETE CASCADE,
    answers TEXT NOT NULL CHECK (json_valid(answers))
) STRICT;

CREATE TABLE follow_up (
    assessment_id INTEGER NOT NULL REFERENCES assessment (id) ON DELETE CASCADE,
    subject TEXT NOT NULL,
    answer TEXT NOT NULL CHECK (json_valid(answer)),
    PRIMARY KEY (assessment_id, subject)
) STRICT, WITHOUT ROWID
"""
# In `forecast_journal`, NULL is said apart: SQLite before 3.42 takes it for no JSON, and refuses the row.

SCHEMA_VERSION: Final = 1
"""`user_version` of the newest migration; here, so that opening needs no import of sqlite-utils."""
EXPECTED: Final = {name_of(sql): sql for sql in (*statements(_TABLES), *statements(VIEWS))}
"""The SQL of each table, index and view, by name, in the spelling that SQLite stores."""
