"""What an assessment has in columns of its own row: details, grid, proposed lines. Its people are a value."""

from __future__ import annotations

import sqlite3
from datetime import datetime

from ctg_tui.domain.assessment import Identity
from ctg_tui.domain.changes import Change, Field
from ctg_tui.domain.details import Part, parts, with_part
from ctg_tui.storage import rows
from ctg_tui.storage.grid_rows import read_grid, write_grid


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
    if change.field is Field.GRID:
        return read_grid(connection, assessment_id)
    query = "SELECT proposed_lines FROM assessment WHERE id = ?"
    return str(connection.execute(query, (assessment_id,)).fetchone()[0])


def write_column(connection: sqlite3.Connection, assessment_id: int, change: Change, now: datetime) -> None:
    """Write a field that is in columns; inside the caller's transaction."""
    if change.field is Field.DETAILS:
        details = with_part(read_details(connection, assessment_id), change.key, change.after)
        write_details(connection, assessment_id, details, now)
    elif change.field is Field.GRID:
        write_grid(connection, assessment_id, change.after)
    else:
        shown = int(change.after or "")
        connection.execute("UPDATE assessment SET proposed_lines = ? WHERE id = ?", (shown, assessment_id))
