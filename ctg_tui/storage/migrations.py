"""The migrations from each version of the database to the next. A released one is never edited: add one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlite_utils import Migrations

from ctg_tui.storage.opening import APPLICATION_ID
from ctg_tui.storage.schema import EXPECTED

if TYPE_CHECKING:
    from sqlite_utils.db import Database

migrations = Migrations("ctg-tui")


@migrations()
def version_1(db: Database) -> None:
    """Create the tables, indexes and views."""
    for statement in EXPECTED.values():  # `executescript` would commit the migration half done
        db.execute(statement)
    db.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    db.execute("PRAGMA user_version = 1")


def migrate(db: Database) -> None:
    """Bring a database to the current version, in one transaction: all migrations or none."""
    with db.atomic():
        migrations.apply(db)
