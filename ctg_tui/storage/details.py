"""The details of an assessment: columns of its own row, and one row for each person."""

from __future__ import annotations

import sqlite3

from ctg_tui.domain.assessment import Identity
from ctg_tui.storage import rows


def read_details(connection: sqlite3.Connection, assessment_id: int) -> Identity:
    """Return the details of an assessment that exists."""
    row = connection.execute("SELECT * FROM assessment WHERE id = ?", (assessment_id,)).fetchone()
    people = connection.execute(
        "SELECT * FROM coordinator WHERE assessment_id = ? ORDER BY position", (assessment_id,)
    )
    return rows.identity(row, tuple(map(rows.coordinator, people)))


def write_details(connection: sqlite3.Connection, assessment_id: int, identity: Identity) -> None:
    """Replace the details of an assessment; inside the caller's transaction."""
    values = rows.identity_values(identity)
    columns = ", ".join(f"{name} = ?" for name in values)
    connection.execute(f"UPDATE assessment SET {columns} WHERE id = ?", (*values.values(), assessment_id))
    write_people(connection, assessment_id, identity)


def write_people(connection: sqlite3.Connection, assessment_id: int, identity: Identity) -> None:
    """Replace the people of an assessment; inside the caller's transaction."""
    connection.execute("DELETE FROM coordinator WHERE assessment_id = ?", (assessment_id,))
    for position, person in enumerate(identity.coordinators):
        values = rows.coordinator_values(assessment_id, position, person)
        marks = ", ".join("?" * len(values))
        connection.execute(
            f"INSERT INTO coordinator ({', '.join(values)}) VALUES ({marks})", tuple(values.values())
        )
