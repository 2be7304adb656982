"""The values of an assessment, of a log and of a review being written: one row each, none without a value."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from datetime import datetime
from typing import Final

from ctg_tui.domain.changes import Change, Field
from ctg_tui.domain.text import clean
from ctg_tui.domain.values import clean_value
from ctg_tui.storage.rows import moment_text

Owner = int | str
"""The id of an assessment, `carnet:1` for a log, `avis:…` for the review of a lineage."""
IN_COLUMNS: Final = frozenset({Field.DETAILS, Field.GRID, Field.PROPOSED_LINES})
"""The fields that are columns of the assessment's own row."""
_PLACE: Final = "WHERE owner = ? AND field = ? AND key = ?"
_TABLES: Final = ("value", "journal", "forecast_value", "forecast_journal")


def _table(field: Field) -> str:
    """Return the table of a field: the forecast holds salaries, which stand nowhere else."""
    return "forecast_value" if field is Field.FORECAST else "value"


def read_value(connection: sqlite3.Connection, owner: Owner, change: Change) -> str | None:
    """Return the stored value at the place of `change`, spelt as in the journal; None without a row."""
    if change.field in IN_COLUMNS:
        from ctg_tui.storage.details import read_column  # not needed to start

        return read_column(connection, int(owner), change)
    place = (str(owner), change.field, change.key)
    row = connection.execute(f"SELECT value FROM {_table(change.field)} {_PLACE}", place).fetchone()
    return None if row is None else str(row[0])


def write_value(connection: sqlite3.Connection, owner: Owner, change: Change, now: datetime) -> None:
    """Write the row of `change.after`, or delete the row when None; inside the caller's transaction."""
    place = (str(owner), change.field, change.key)
    if change.field in IN_COLUMNS:
        from ctg_tui.storage.details import write_column

        write_column(connection, int(owner), change, now)
    elif change.after is None:
        connection.execute(f"DELETE FROM {_table(change.field)} {_PLACE}", place)
    else:
        connection.execute(
            f"INSERT OR REPLACE INTO {_table(change.field)} (owner, field, key, value, at)"
            " VALUES (?, ?, ?, ?, ?)",
            (*place, change.after, moment_text(now)),
        )


def read_values(connection: sqlite3.Connection, owner: Owner) -> Iterator[Change]:
    """Return every value of an owner but its forecast, as changes from None; all texts are cleaned."""
    for row in connection.execute("SELECT field, key, value FROM value WHERE owner = ?", (str(owner),)):
        field, key = Field(row["field"]), clean(row["key"])
        yield Change(field, key, None, clean_value(field, key, row["value"]))


def forget(connection: sqlite3.Connection, owner: Owner) -> None:
    """Remove every value of an owner, and its journal; inside the caller's transaction."""
    for table in _TABLES:
        connection.execute(f"DELETE FROM {table} WHERE owner = ?", (str(owner),))
