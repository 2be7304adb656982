"""The steps from each version of the database to the next. A published one is never edited: add one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlite_utils import Migrations

from ctg_tui.storage.opening import APPLICATION_ID
from ctg_tui.storage.schema import ADDED

if TYPE_CHECKING:
    from sqlite_utils.db import Database

migrations = Migrations("ctg-tui")


@migrations()
def version_1(db: Database) -> None:
    """Assessments, their answers in typed tables, the journal, and the final submissions made."""
    _add(db, 1)
    db.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    db.execute("PRAGMA user_version = 1")


@migrations()
def version_2(db: Database) -> None:
    """The forecast table: personal data, in tables of their own."""
    _add(db, 2)
    db.execute("PRAGMA user_version = 2")


@migrations()
def version_3(db: Database) -> None:
    """The history of a line, without reading the whole journal."""
    _add(db, 3)
    db.execute("PRAGMA user_version = 3")


def migrate(db: Database) -> None:
    """Bring a base to the current version, in one transaction: a base is never half made."""
    with db.atomic():
        migrations.apply(db)


def _add(db: Database, version: int) -> None:
    """Execute each statement inside the migration's transaction (`executescript` would commit it)."""
    for statement in ADDED[version]:
        db.execute(statement)
