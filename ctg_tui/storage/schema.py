"""The tables, indexes and views of each version of the database, as SQL; opening compares a file with them.

It imports nothing that costs a start. A released version is never edited: add one, whose migration runs it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

_VERSION_1: Final = """
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

_VERSION_2: Final = """
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

_VERSION_3: Final = """
CREATE INDEX journal_key ON journal (assessment_id, key);
"""


_VERSION_4: Final = """
CREATE TABLE forecast_journal (
    id INTEGER PRIMARY KEY REFERENCES journal (id) ON DELETE CASCADE,
    before TEXT CHECK (json_valid(before)),
    after TEXT CHECK (json_valid(after))
) STRICT;
"""

_VERSION_5: Final = """
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
"""

_VERSION_6: Final = """
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
"""

_VERSION_7: Final = """
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

CREATE VIEW v_reponses AS
SELECT a.id AS evaluation, a.territory_name AS territoire, a.year AS annee, a.moment,
    l.number AS ligne, l.label AS intitule, iif(l.is_proposed, 'proposée', 'Caf') AS provenance,
    p.label AS politique, n.note
FROM assessment a
JOIN answer n ON n.assessment_id = a.id
JOIN grid_line l ON l.grid = a.grid_fingerprint AND l.line = n.activity
JOIN grid_policy p ON p.grid = a.grid_fingerprint AND p.policy = n.policy
WHERE NOT l.is_indicator AND (a.proposed_lines OR NOT l.is_proposed)
ORDER BY a.id, l.rank, p.rank;

CREATE VIEW v_pourcentages AS
WITH cell AS (
    SELECT a.id AS evaluation, a.territory_name AS territoire, a.year AS annee, a.moment,
        l.is_proposed, l.mission_number, l.mission_title, p.rank, p.label, n.note
    FROM assessment a
    JOIN grid_line l ON l.grid = a.grid_fingerprint
    JOIN grid_policy p ON p.grid = a.grid_fingerprint
    LEFT JOIN answer n ON n.assessment_id = a.id AND n.activity = l.line AND n.policy = p.policy
    WHERE NOT l.is_indicator AND (a.proposed_lines OR NOT l.is_proposed)
), grouped AS (
    SELECT *, mission_number AS mission, mission_title AS titre, label AS politique, rank AS place FROM cell
    UNION ALL SELECT *, mission_number, mission_title, 'Ensemble', 1000 FROM cell
    UNION ALL SELECT *, NULL, 'Ensemble', label, rank FROM cell
    UNION ALL SELECT *, NULL, 'Ensemble', 'Ensemble', 1000 FROM cell
), counted AS (
    SELECT evaluation, territoire, annee, moment, is_proposed, mission, titre, politique, place,
        CAST(total(CAST(note AS INTEGER)) AS INTEGER) AS points,
        count(note) - CAST(total(note = 'NC') AS INTEGER) AS notees,
        CAST(total(note = 'NC') AS INTEGER) AS nc,
        count(*) - count(note) AS sans_reponse
    FROM grouped
    GROUP BY evaluation, is_proposed, mission, place
)
SELECT evaluation, territoire, annee, moment, iif(is_proposed, 'proposées', 'Caf') AS lignes,
    mission, titre, politique, points, 3 * notees AS maximum, notees, nc, sans_reponse,
    iif(notees = 0, NULL, (200 * points + 3 * notees) / (6 * notees)) AS pourcentage
FROM counted
ORDER BY evaluation, is_proposed, mission IS NULL, mission, place;

CREATE VIEW v_commentaires AS
SELECT a.id AS evaluation, a.territory_name AS territoire, a.year AS annee, a.moment,
    l.number AS ligne, l.label AS intitule, iif(l.is_proposed, 'proposée', 'Caf') AS provenance,
    coalesce(c.text, r.text) AS commentaire, i.number AS nombre
FROM assessment a
JOIN grid_line l ON l.grid = a.grid_fingerprint
LEFT JOIN comment c ON c.assessment_id = a.id AND c.activity = l.line
LEFT JOIN indicator_remark r ON r.assessment_id = a.id AND r.indicator = l.line
LEFT JOIN indicator_number i ON i.assessment_id = a.id AND i.indicator = l.line
WHERE coalesce(c.text, r.text, i.number) IS NOT NULL AND (a.proposed_lines OR NOT l.is_proposed)
ORDER BY a.id, l.rank
"""

_VERSION_8: Final = """
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

ASSESSMENT_COLUMNS_OF_5: Final = (
    "uuid TEXT",
    "previous_uuid TEXT",
    "proposed_lines INTEGER NOT NULL DEFAULT 1 CHECK (proposed_lines IN (0, 1))",
    "workbook TEXT REFERENCES workbook (sha256)",
)
"""The stable id of the assessment, that of the one it follows when it is not in this database, 0 when the
lines that are not the Caf's are left aside, and the workbook that it came from."""


def statements(script: str) -> tuple[str, ...]:
    """Return the statements of a script, which has no semicolon elsewhere."""
    return tuple(part.strip() for part in script.split(";") if part.strip())


POST_COLUMN_OF_5: Final = "post INTEGER CHECK (post BETWEEN 1 AND 200)"
"""The post that people share; NULL is a post of its own."""
DIAGNOSIS_COLUMN_OF_5: Final = "diagnosis_cents INTEGER CHECK (diagnosis_cents BETWEEN 0 AND 99999999)"
"""The cost of the initial diagnosis."""

CHANGED: Final[Mapping[int, tuple[str, ...]]] = {
    4: (
        """CREATE TABLE journal (
    id INTEGER PRIMARY KEY,
    assessment_id INTEGER NOT NULL REFERENCES assessment (id) ON DELETE CASCADE,
    step INTEGER NOT NULL,
    op TEXT NOT NULL,
    field TEXT NOT NULL,
    key TEXT NOT NULL,
    before TEXT,
    after TEXT,
    at TEXT NOT NULL,
    state TEXT NOT NULL DEFAULT 'fait' CHECK (state IN ('fait', 'annule', 'abandonne'))
, author TEXT NOT NULL DEFAULT '', source TEXT NOT NULL DEFAULT 'saisie') STRICT""",
    ),
    5: (
        statements(_VERSION_1)[0].replace("\n) STRICT", f"\n, {', '.join(ASSESSMENT_COLUMNS_OF_5)}) STRICT"),
        statements(_VERSION_2)[0].replace("\n) STRICT", f"\n, {DIAGNOSIS_COLUMN_OF_5}) STRICT"),
        statements(_VERSION_2)[1].replace(",\n    PRIMARY KEY", f", {POST_COLUMN_OF_5},\n    PRIMARY KEY"),
    ),
}
"""The tables that a version alters, in the spelling that SQLite stores."""


ADDED: Final[Mapping[int, tuple[str, ...]]] = {
    version: statements(script)
    for version, script in enumerate(
        (
            *(_VERSION_1, _VERSION_2, _VERSION_3, _VERSION_4, _VERSION_5, _VERSION_6),
            *(_VERSION_7, _VERSION_8),
        ),
        1,
    )
}
"""The statements that each version adds, in the spelling that SQLite stores in `sqlite_schema`."""


def expected(version: int) -> dict[str, str]:
    """Return the SQL of each table, index and view of a database of `version`, by name."""
    known = [sql for number, added in ADDED.items() if number <= version for sql in added]
    known += [sql for number, changed in CHANGED.items() if number <= version for sql in changed]
    return {name_of(sql): sql for sql in known}


def name_of(sql: str) -> str:
    """Return the name of the table, index or view that the statement creates."""
    words = sql.removeprefix("CREATE UNIQUE ").removeprefix("CREATE ").split(maxsplit=2)
    return words[1]


def kind_of(sql: str) -> str:
    """Return what the statement creates, as `sqlite_schema` names it: `table`, `index` or `view`."""
    return sql.removeprefix("CREATE UNIQUE ").removeprefix("CREATE ").split(maxsplit=1)[0].lower()


def is_table(sql: str) -> bool:
    """Return whether the statement creates a table rather than an index or a view."""
    return sql.startswith("CREATE TABLE ")
