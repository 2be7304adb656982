"""The values of an assessment, of a log, of a review being written: one row each, none without a value."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from datetime import datetime
from typing import Final

from ctg_tui.domain.assessment import Identity
from ctg_tui.domain.changes import Change, Field
from ctg_tui.domain.details import Part, parts, with_part
from ctg_tui.domain.text import clean
from ctg_tui.domain.values import clean_value
from ctg_tui.storage import rows
from ctg_tui.storage.grid_files import read_grid, write_grid
from ctg_tui.storage.rows import moment_text


def read_details(connection: sqlite3.Connection, assessment_id: int) -> Identity:
    """Return the details of an assessment that exists."""
    row = connection.execute("SELECT * FROM assessment WHERE id = ?", (assessment_id,)).fetchone()
    value = connection.execute(
        f"SELECT value FROM value v WHERE owner = ? AND {rows.PEOPLE}", (str(assessment_id),)
    ).fetchone()
    return rows.identity(row, rows.people(value and value["value"]))


def write_details(
    connection: sqlite3.Connection, assessment_id: int, identity: Identity, now: datetime
) -> None:
    """Replace the details of an assessment; inside the caller's transaction."""
    values = rows.identity_values(identity)
    columns = ", ".join(f"{name} = ?" for name in values)
    connection.execute(f"UPDATE assessment SET {columns} WHERE id = ?", (*values.values(), assessment_id))
    write_people(connection, assessment_id, identity, now)


def write_people(
    connection: sqlite3.Connection, assessment_id: int, identity: Identity, now: datetime
) -> None:
    """Replace the people of an assessment; inside the caller's transaction."""
    connection.execute(
        "INSERT OR REPLACE INTO value (owner, field, key, value, at) VALUES (?, ?, ?, ?, ?)",
        (
            *(str(assessment_id), Field.DETAILS, Part.PEOPLE, parts(identity)[Part.PEOPLE]),
            rows.moment_text(now),
        ),
    )


def read_column(connection: sqlite3.Connection, assessment_id: int, change: Change) -> str:
    """Return the value of a field that is in columns, spelt as in the journal."""
    if change.field is Field.DETAILS:
        return parts(read_details(connection, assessment_id))[change.key]
    return read_grid(connection, assessment_id)


def write_column(connection: sqlite3.Connection, assessment_id: int, change: Change, now: datetime) -> None:
    """Write a field that is in columns; inside the caller's transaction."""
    if change.field is Field.DETAILS:
        details = with_part(read_details(connection, assessment_id), change.key, change.after)
        write_details(connection, assessment_id, details, now)
    else:
        write_grid(connection, assessment_id, change.after)


Owner = int | str
"""The id of an assessment, `carnet:1` for a log, `avis:…` for the review of a lineage."""
IN_COLUMNS: Final = frozenset({Field.DETAILS, Field.GRID})
"""The fields that are columns of the assessment's own row."""
_PLACE: Final = "WHERE owner = ? AND field = ? AND key = ?"
_TABLES: Final = ("value", "journal", "forecast_value", "forecast_journal")


def _table(field: Field) -> str:
    """Return the table of a field: the forecast holds salaries, which stand nowhere else."""
    return "forecast_value" if field is Field.FORECAST else "value"


def read_value(connection: sqlite3.Connection, owner: Owner, change: Change) -> str | None:
    """Return the stored value at the place of `change`, spelt as in the journal; None without a row."""
    if change.field in IN_COLUMNS:
        return read_column(connection, int(owner), change)
    place = (str(owner), change.field, change.key)
    row = connection.execute(f"SELECT value FROM {_table(change.field)} {_PLACE}", place).fetchone()
    return None if row is None else str(row[0])


def write_value(connection: sqlite3.Connection, owner: Owner, change: Change, now: datetime) -> None:
    """Write the row of `change.after`, or delete the row when None; inside the caller's transaction."""
    place = (str(owner), change.field, change.key)
    if change.field in IN_COLUMNS:
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
