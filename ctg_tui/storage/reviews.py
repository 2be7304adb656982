"""The reviews received, kept byte for byte; every write is part of the caller's own."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final, NamedTuple

from ctg_tui.domain.answers import Answer, Cell, answer_text, parse_answer
from ctg_tui.domain.assessment import Territory
from ctg_tui.domain.changes import cell_key, parse_cell_key
from ctg_tui.domain.text import clean
from ctg_tui.storage.reading import Reader
from ctg_tui.storage.rows import moment_text, optional

_TYPED_OVER: Final = "remplacees"
"""Stands among the keys of cells, which have a slash."""


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


def of_lineage(connection: sqlite3.Connection, lineage: str) -> tuple[tuple[str, bytes], ...]:
    """Return the hash and the bytes of the reviews of one assessment, the latest stored first."""
    found = connection.execute(
        "SELECT sha256, content FROM review WHERE lineage = ? ORDER BY stored_at DESC, rowid DESC", (lineage,)
    )
    return tuple((clean(row["sha256"]), bytes(row["content"])) for row in found)


def keep_read(
    connection: sqlite3.Connection,
    sha256: str,
    answers: Mapping[Cell, Answer],
    typed_over: Mapping[Cell, Answer] | None = None,
) -> None:
    """Store the self-notes that the author of a review read, and the notes typed over them in a workbook."""
    text = json.dumps(_texts(answers) | ({_TYPED_OVER: _texts(typed_over)} if typed_over else {}))
    connection.execute("INSERT OR REPLACE INTO review_read (review, answers) VALUES (?, ?)", (sha256, text))


def read_with(connection: sqlite3.Connection, sha256: str) -> Mapping[Cell, Answer] | None:
    """Return the self-notes that the author of a review read; None when they were not found."""
    stored = _read(connection, sha256)
    return None if stored is None else _answers({**stored, _TYPED_OVER: None})


def typed_over(connection: sqlite3.Connection, sha256: str) -> Mapping[Cell, Answer]:
    """Return the notes typed over the self-notes in the workbook that a review came in."""
    return _answers((_read(connection, sha256) or {}).get(_TYPED_OVER) or {})


def _read(connection: sqlite3.Connection, sha256: str) -> dict[str, Any] | None:
    row = connection.execute("SELECT answers FROM review_read WHERE review = ?", (sha256,)).fetchone()
    return None if row is None else json.loads(row["answers"])


def _texts(answers: Mapping[Cell, Answer]) -> dict[str, Any]:
    return {cell_key(cell): answer_text(answer) for cell, answer in answers.items()}


def _answers(texts: Mapping[str, str | None]) -> dict[Cell, Answer]:
    return {parse_cell_key(clean(key)): parse_answer(note) for key, note in texts.items() if note is not None}


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
