"""The shape of the base, from the first version on. A published migration is never edited: add one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlite_utils import Migrations

from ctg_tui.storage.opening import APPLICATION_ID

if TYPE_CHECKING:
    from sqlite_utils.db import Database

migrations = Migrations("ctg-tui")

_VERSION_1 = """
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
    place_policy TEXT
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
    gesture TEXT NOT NULL,
    field TEXT NOT NULL,
    key TEXT NOT NULL,
    before TEXT,
    after TEXT,
    at TEXT NOT NULL,
    state TEXT NOT NULL DEFAULT 'fait' CHECK (state IN ('fait', 'annule', 'abandonne'))
) STRICT;
CREATE INDEX journal_step ON journal (assessment_id, state, step);

CREATE TABLE release (
    assessment_id INTEGER NOT NULL REFERENCES assessment (id) ON DELETE CASCADE,
    revision INTEGER NOT NULL,
    fingerprint TEXT NOT NULL,
    released_at TEXT NOT NULL,
    PRIMARY KEY (assessment_id, revision)
) STRICT, WITHOUT ROWID;
"""

_VERSION_2 = """
CREATE TABLE forecast (
    assessment_id INTEGER PRIMARY KEY REFERENCES assessment (id) ON DELETE CASCADE,
    rate TEXT,
    pro_rata INTEGER NOT NULL CHECK (pro_rata IN (0, 1)),
    changed_at TEXT NOT NULL
) STRICT;

CREATE TABLE forecast_line (
    assessment_id INTEGER NOT NULL REFERENCES forecast (assessment_id) ON DELETE CASCADE,
    position INTEGER NOT NULL CHECK (position >= 0),
    coordinator TEXT,
    last_name TEXT NOT NULL,
    first_name TEXT NOT NULL,
    centihours INTEGER CHECK (centihours BETWEEN 0 AND 878400),
    salary_cents INTEGER CHECK (salary_cents BETWEEN 0 AND 99999999),
    PRIMARY KEY (assessment_id, position),
    UNIQUE (assessment_id, coordinator)
) STRICT, WITHOUT ROWID;
"""

_VERSION_4 = """
ALTER TABLE journal RENAME COLUMN gesture TO op;
ALTER TABLE journal ADD COLUMN author TEXT NOT NULL DEFAULT '';
ALTER TABLE journal ADD COLUMN source TEXT NOT NULL DEFAULT 'saisie';
UPDATE journal SET op = CASE
    WHEN op LIKE 'note %' THEN 'note'
    WHEN op LIKE 'ligne %' THEN 'ligne'
    WHEN op LIKE 'colonne %' THEN 'colonne'
    WHEN op LIKE 'NC repris%' THEN 'reprise'
    WHEN op IN ('commentaire', 'remarque', 'preparation', 'action', 'nombre') THEN op
    ELSE 'autre'
END;
CREATE TABLE forecast_journal (
    id INTEGER PRIMARY KEY REFERENCES journal (id) ON DELETE CASCADE,
    before TEXT CHECK (json_valid(before)),
    after TEXT CHECK (json_valid(after))
) STRICT;
"""


@migrations()
def version_1(db: Database) -> None:
    """Assessments, their answers in typed tables, the journal, and the final submissions made."""
    _run(db, _VERSION_1)
    db.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    db.execute("PRAGMA user_version = 1")


@migrations()
def version_2(db: Database) -> None:
    """The forecast table: personal data, in tables of their own."""
    _run(db, _VERSION_2)
    db.execute("PRAGMA user_version = 2")


@migrations()
def version_3(db: Database) -> None:
    """The history of a line, without reading the whole journal."""
    db.execute("CREATE INDEX journal_key ON journal (assessment_id, key)")
    db.execute("PRAGMA user_version = 3")


@migrations()
def version_4(db: Database) -> None:
    """Who made a change, by which operation; the changes of the forecast, apart: they hold salaries."""
    _run(db, _VERSION_4)
    db.execute("PRAGMA user_version = 4")


def migrate(db: Database) -> None:
    """Bring a base to the current version, in one transaction: a base is never half made."""
    with db.atomic():
        migrations.apply(db)


def _run(db: Database, script: str) -> None:
    """Execute each statement inside the migration's transaction (`executescript` would commit it)."""
    for statement in script.split(";"):
        if statement.strip():
            db.execute(statement)
