"""The migrations from each version of the database to the next. A released one is never edited: add one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sqlite_utils import Migrations

from ctg_tui.storage.opening import APPLICATION_ID
from ctg_tui.storage.schema import ADDED, statements

if TYPE_CHECKING:
    from sqlite_utils.db import Database

migrations = Migrations("ctg-tui")

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


def migrate(db: Database) -> None:
    """Bring a database to the current version, in one transaction: all migrations or none."""
    with db.atomic():
        migrations.apply(db)


def _add(db: Database, version: int) -> None:
    """Execute each statement inside the migration's transaction (`executescript` would commit it)."""
    for statement in ADDED[version]:
        db.execute(statement)
