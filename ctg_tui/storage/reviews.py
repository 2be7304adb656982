"""The reviews received, kept byte for byte; every write is part of the caller's own."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple

from ctg_tui.domain.assessment import Territory
from ctg_tui.domain.text import clean
from ctg_tui.storage.reading import Reader
from ctg_tui.storage.rows import moment_text, optional


class StoredReview(NamedTuple):
    """A review of the database, without its bytes. `lineage` is the id of the assessment it is about."""

    sha256: str
    file_name: str
    lineage: str
    revision: int
    submission_fingerprint: str
    stored_at: datetime


def keep(connection: sqlite3.Connection, review: StoredReview, content: bytes) -> None:
    """Store a review. The caller has looked that it is not there."""
    values = {**review._asdict(), "stored_at": moment_text(review.stored_at), "content": content}
    marks = ", ".join(f":{name}" for name in values)
    connection.execute(f"INSERT INTO review ({', '.join(values)}) VALUES ({marks})", values)


def is_kept(connection: sqlite3.Connection, sha256: str) -> bool:
    """Return whether the database has a review with these very bytes."""
    return connection.execute("SELECT 1 FROM review WHERE sha256 = ?", (sha256,)).fetchone() is not None


def counts(database: Reader) -> Mapping[str, int]:
    """Return how many reviews each assessment has, by its stable id. Raises DatabaseRefusal."""
    with database.reading():
        found = database.connection.execute("SELECT lineage, count(*) AS number FROM review GROUP BY lineage")
        return {clean(row["lineage"]): row["number"] for row in found}


class Reviewed(NamedTuple):
    """The assessment that a review is about, as the database has it."""

    territory: Territory
    revision: int
    fingerprints: frozenset[str]


def reviewed(connection: sqlite3.Connection, lineage: str) -> Reviewed | None:
    """Return the assessment of that stable id, one's own or one received; None for neither.

    `fingerprints` are those of what was sent or received of it, `revision` the latest.
    """
    own = connection.execute("SELECT * FROM assessment WHERE uuid = ?", (lineage,)).fetchone()
    received = connection.execute(
        "SELECT * FROM submission WHERE lineage = ? ORDER BY revision DESC, created_at DESC", (lineage,)
    ).fetchall()
    first = own if own is not None else next(iter(received), None)
    if first is None:
        return None
    fingerprints = {clean(row["fingerprint"]) for row in received}
    if own is not None:
        released = connection.execute("SELECT fingerprint FROM release WHERE assessment_id = ?", (own["id"],))
        fingerprints |= {clean(row["fingerprint"]) for row in released}
    territory = Territory(
        clean(first["territory_name"]),
        optional(first["siren"]),
        clean(first["department"]),
        optional(first["territory_id"]),
    )
    return Reviewed(territory, first["revision"], frozenset(fingerprints))
