"""The migrations from each version of the database to the next. A released one is never edited: add one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from uuid import UUID, uuid5

from sqlite_utils import Migrations

from ctg_tui.grids.catalogue import former_grids
from ctg_tui.grids.grid_file import grid_of
from ctg_tui.storage.grid_wording import write_wording
from ctg_tui.storage.opening import APPLICATION_ID
from ctg_tui.storage.schema import (
    ADDED,
    ASSESSMENT_COLUMNS_OF_5,
    DIAGNOSIS_COLUMN_OF_5,
    FORECAST_JOURNAL_OF_9,
    POST_COLUMN_OF_5,
)
from ctg_tui.storage.statements import statements

if TYPE_CHECKING:
    from sqlite_utils.db import Database

migrations = Migrations("ctg-tui")

_FORMER_ASSESSMENTS: Final = UUID("8a9a6f64-6f6b-4c0c-9d52-5d4e2a0f3c11")
"""The namespace of the ids of former assessments: a backup that is restored gets the same ids again."""
_JOURNAL_OF_4: Final = """
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
"""
"""Alters the table in place, so that views and indexes of other programs stay."""


@migrations()
def version_1(db: Database) -> None:
    """Create the assessments, their answers in typed tables, the journal, and the final submissions."""
    _add(db, 1)
    db.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    db.execute("PRAGMA user_version = 1")


@migrations()
def version_2(db: Database) -> None:
    """Create the forecast tables: personal data, in tables of their own."""
    _add(db, 2)
    db.execute("PRAGMA user_version = 2")


@migrations()
def version_3(db: Database) -> None:
    """Index the journal by key, so that the history of a line does not read all of it."""
    _add(db, 3)
    db.execute("PRAGMA user_version = 3")


@migrations()
def version_4(db: Database) -> None:
    """Add author and operation to the journal; give the forecast's changes, with salaries, their table."""
    for statement in statements(_JOURNAL_OF_4):
        db.execute(statement)
    _add(db, 4)
    db.execute("PRAGMA user_version = 4")


@migrations()
def version_5(db: Database) -> None:
    """Create the grids and workbooks; give each assessment a stable id, and the grid it was filled with."""
    for column in ASSESSMENT_COLUMNS_OF_5:
        db.execute(f"ALTER TABLE assessment ADD COLUMN {column}")
    former = db.execute("SELECT id, created_at, territory_name FROM assessment").fetchall()
    for row in former:
        stable = str(uuid5(_FORMER_ASSESSMENTS, "\n".join(map(str, row))))
        db.execute("UPDATE assessment SET uuid = ? WHERE id = ?", (stable, row[0]))
    db.execute(f"ALTER TABLE forecast ADD COLUMN {DIAGNOSIS_COLUMN_OF_5}")
    db.execute(f"ALTER TABLE forecast_line ADD COLUMN {POST_COLUMN_OF_5}")
    _add(db, 5)
    for grid in former_grids() if former else ():
        db.execute(
            "INSERT INTO grid (fingerprint, id, version, title, document, file_name, origin, stored_at)"
            " SELECT ?, ?, ?, ?, ?, ?, 'programme', min(created_at) FROM assessment"
            " WHERE grid_fingerprint = ? GROUP BY grid_fingerprint",
            (
                grid.fingerprint,
                *(grid.document["grille"][key] for key in ("id", "version", "titre")),
                *(grid.raw, grid.file_name, grid.fingerprint),
            ),
        )
    db.execute("PRAGMA user_version = 5")


@migrations()
def version_6(db: Database) -> None:
    """Create the submissions and reviews received, kept byte for byte."""
    _add(db, 6)
    db.execute("PRAGMA user_version = 6")


@migrations()
def version_7(db: Database) -> None:
    """Create the territories' logs, the wording of each grid's lines, and the French views over it."""
    _add(db, 7)
    for fingerprint, raw in db.execute("SELECT fingerprint, document FROM grid").fetchall():
        grid = grid_of(bytes(raw), fingerprint)
        if grid is not None:  # else another program changed it: `docteur` reports it
            write_wording(db.conn, grid)
    db.execute("PRAGMA user_version = 7")


@migrations()
def version_8(db: Database) -> None:
    """Create the reviews being written, the notes that a review received was about, and its answers."""
    _add(db, 8)
    db.execute("PRAGMA user_version = 8")


@migrations()
def version_9(db: Database) -> None:
    """Make the forecast's journal again with checks that every SQLite understands in the same way."""
    db.execute("CREATE TEMP TABLE kept AS SELECT id, before, after FROM forecast_journal")
    db.execute("DROP TABLE forecast_journal")
    db.execute(FORECAST_JOURNAL_OF_9)
    db.execute("INSERT INTO forecast_journal SELECT id, before, after FROM kept")
    db.execute("DROP TABLE kept")
    db.execute("PRAGMA user_version = 9")


def migrate(db: Database) -> None:
    """Bring a database to the current version, in one transaction: all migrations or none."""
    with db.atomic():
        migrations.apply(db)


def _add(db: Database, version: int) -> None:
    """Execute each statement inside the migration's transaction (`executescript` would commit it)."""
    for statement in ADDED[version]:
        db.execute(statement)
