"""The stable id of assessments and what they follow; every write is part of the caller's own."""

from __future__ import annotations

import sqlite3
from datetime import datetime
from typing import NamedTuple

from ctg_tui.domain.text import clean
from ctg_tui.storage.rows import moment_text


class Lineage(NamedTuple):
    """What an assessment that comes from a submission is: its stable id, and what is known of its past.

    `released` is the last final submission before `revision`: its revision, fingerprint and moment.
    """

    uuid: str
    previous_uuid: str | None
    revision: int
    proposed_lines: bool
    released: tuple[int, str, datetime] | None = None


def id_of(connection: sqlite3.Connection, uuid: str) -> int | None:
    """Return the id, in this database, of the assessment of a stable id; None without it."""
    row = connection.execute("SELECT id FROM assessment WHERE uuid = ?", (uuid,)).fetchone()
    return None if row is None else int(row[0])


def released(connection: sqlite3.Connection, assessment_id: int, revision: int) -> str | None:
    """Return the fingerprint of the file that made a revision final; None when none did."""
    row = connection.execute(
        "SELECT fingerprint FROM release WHERE assessment_id = ? AND revision = ?", (assessment_id, revision)
    ).fetchone()
    return None if row is None else clean(row["fingerprint"])


def write(connection: sqlite3.Connection, assessment_id: int, lineage: Lineage) -> None:
    """Give a new assessment its stable id and its past; tie it to those before and after it."""
    previous = None if lineage.previous_uuid is None else id_of(connection, lineage.previous_uuid)
    connection.execute(
        "UPDATE assessment SET uuid = ?, previous_uuid = ?, previous_id = ?, revision = ?, proposed_lines = ?"
        " WHERE id = ?",
        (
            *(lineage.uuid, lineage.previous_uuid, previous, lineage.revision),
            *(int(lineage.proposed_lines), assessment_id),
        ),
    )
    connection.execute(
        "UPDATE assessment SET previous_id = ? WHERE previous_uuid = ? AND previous_id IS NULL",
        (assessment_id, lineage.uuid),
    )
    if lineage.released is not None:
        revision, fingerprint, at = lineage.released
        connection.execute(
            "INSERT INTO release (assessment_id, revision, fingerprint, released_at) VALUES (?, ?, ?, ?)",
            (assessment_id, revision, fingerprint, moment_text(at)),
        )
