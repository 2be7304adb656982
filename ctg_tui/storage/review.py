"""The reviews received, byte for byte, and those being written; writes are in the caller's transaction."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any, Final, NamedTuple

from ctg_tui.domain.assessment import Answer, Cell, Territory, answer_text, parse_answer
from ctg_tui.domain.changes import cell_key, parse_cell_key
from ctg_tui.domain.review import ReviewDraft, parse_part
from ctg_tui.domain.text import checked, clean, fields_of
from ctg_tui.storage import documents, journal
from ctg_tui.storage import received as stored_received
from ctg_tui.storage.documents import Kind
from ctg_tui.storage.reading import Reader
from ctg_tui.storage.rows import moment_text, territory


class StoredReview(NamedTuple):
    """A review of the database, without its bytes. `lineage` is the id of the assessment it is about.

    `written` is the digest of the parts that it was written from here; empty for one received.
    """

    sha256: str
    file_name: str
    lineage: str
    sending: int
    submission_fingerprint: str
    stored_at: datetime
    written: str = ""


def keep(connection: sqlite3.Connection, review: StoredReview, content: bytes) -> None:
    """Store a review. The caller has looked that it is not there."""
    documents.keep(
        connection,
        Kind.REVIEW,
        review.sha256,
        review.file_name,
        content,
        review.stored_at,
        lineage=review.lineage,
        facts={
            "sending": review.sending,
            "submission_fingerprint": review.submission_fingerprint,
            "written": review.written,
        },
    )


def digest(parts: Mapping[str, str]) -> str:
    """Return the digest of the parts of a review being written."""
    return hashlib.sha256(json.dumps(dict(parts), sort_keys=True).encode()).hexdigest()


def write_again(connection: sqlite3.Connection, sha256: str, now: datetime, written: str) -> None:
    """Record that a review kept already is written again: the latest, whatever was written since."""
    connection.execute(
        "UPDATE document SET stored_at = ?, facts = json_set(facts, '$.written', ?)"
        " WHERE id = ? AND kind = ?",
        (moment_text(now), written, sha256, Kind.REVIEW),
    )


def of_lineage(connection: sqlite3.Connection, lineage: str) -> tuple[tuple[str, bytes], ...]:
    """Return the hash and the bytes of the reviews of one assessment, the latest stored first."""
    found = connection.execute(
        "SELECT id, content FROM document WHERE kind = ? AND lineage = ? ORDER BY stored_at DESC, rowid DESC",
        (Kind.REVIEW, lineage),
    )
    return tuple((clean(row["id"]), bytes(row["content"])) for row in found)


class WhatWasRead(NamedTuple):
    """What the author of a review had before them.

    `answers` are the self-notes, None when they were not found; `typed_over` the notes that stand over them
    in the workbook that the review came in. `step` is the last step of the journal that the file holds, None
    when it was not found; `held` are the ids of the reviews that it holds.
    """

    answers: Mapping[Cell, Answer] | None = None
    typed_over: Mapping[Cell, Answer] = MappingProxyType({})
    step: int | None = None
    held: tuple[str, ...] = ()
    is_workbook: bool = False


def keep_read(connection: sqlite3.Connection, sha256: str, read: WhatWasRead) -> None:
    """Store what the author of a review read."""
    answers = None if read.answers is None else _texts(read.answers)
    connection.execute(
        "UPDATE document SET facts = json_set(facts, '$.read', json(?), '$.typed_over', json(?),"
        " '$.held', json(?), '$.step', ?, '$.is_workbook', ?) WHERE id = ? AND kind = ?",
        (
            *(json.dumps(value) for value in (answers, _texts(read.typed_over), read.held)),
            *(read.step, int(read.is_workbook), sha256, Kind.REVIEW),
        ),
    )


def _texts(notes: Mapping[Cell, Answer]) -> dict[str, str]:
    return {cell_key(cell): answer_text(answer) for cell, answer in notes.items()}


def read_with(connection: sqlite3.Connection, sha256: str) -> WhatWasRead:
    """Return what the author of a review read, as far as it is known."""
    row = connection.execute(
        "SELECT facts FROM document WHERE id = ? AND kind = ?", (sha256, Kind.REVIEW)
    ).fetchone()
    if row is None:
        return WhatWasRead()
    facts = checked(dict, json.loads(row["facts"]))
    return WhatWasRead(
        _notes(facts, "read"),
        _notes(facts, "typed_over") or {},
        is_workbook=bool(facts.get("is_workbook")),
        **fields_of(WhatWasRead, facts, {"step": "step", "held": "held"}),
    )


def _notes(facts: dict[str, Any], name: str) -> Mapping[Cell, Answer] | None:
    if facts.get(name) is None:
        return None
    notes = checked(dict, facts[name])
    return {parse_cell_key(clean(key)): parse_answer(note) for key, note in notes.items()}


class Progress(NamedTuple):
    """How far the review of an assessment is: those kept, and whether the one here is not the last written.

    `about` is the fingerprint of the file that the last one written here is about, `written` as in it.
    """

    kept: int = 0
    about: str = ""
    written: str = ""
    is_begun: bool = False


def progress(database: Reader) -> Mapping[str, Progress]:
    """Return how far the review of each assessment is, by its stable id. Raises DatabaseRefusal."""
    found: dict[str, Progress] = {}
    with database.reading():
        for row, facts in documents.listed(database.connection, Kind.REVIEW):  # the latest first
            lineage = clean(row["lineage"])
            one = found.get(lineage, Progress())
            one = one._replace(kept=one.kept + 1)
            if facts.get("written") and not one.about:
                about, written = (checked(str, facts[name]) for name in ("submission_fingerprint", "written"))
                one = one._replace(about=clean(about), written=written)
            found[lineage] = one
        drafts: dict[str, dict[str, str]] = {}
        for row in database.connection.execute("SELECT owner, key, value FROM value WHERE field = 'avis'"):
            parts = drafts.setdefault(clean(row["owner"]).removeprefix(_HEAD), {})
            parts[clean(row["key"])] = checked(str, row["value"])
        for lineage, parts in drafts.items():
            one = found.get(lineage, Progress())
            found[lineage] = one._replace(is_begun=digest(parts) != one.written)
    return found


class Reviewed(NamedTuple):
    """The assessment that a review is about, as the database has it."""

    territory: Territory
    sending: int
    fingerprints: frozenset[str]


def reviewed(connection: sqlite3.Connection, lineage: str) -> Reviewed | None:
    """Return the assessment of that stable id, one's own or one received; None for neither.

    `fingerprints` are those of what was sent or received of it, `sending` the number of the latest.
    """
    own = connection.execute("SELECT * FROM assessment WHERE uuid = ?", (lineage,)).fetchone()
    received = stored_received.of_lineage(connection, lineage)
    fingerprints = {one.fingerprint for one in received}
    if own is not None:
        sent = connection.execute(
            "SELECT number, fingerprint FROM sending WHERE assessment_id = ? ORDER BY number", (own["id"],)
        ).fetchall()
        fingerprints |= {clean(row["fingerprint"]) for row in sent}
        number = max((row["number"] for row in sent), default=0)
        return Reviewed(territory(own), number, frozenset(fingerprints))
    if not received:
        return None
    last = max(received, key=lambda one: (one.sending, one.created_at))
    return Reviewed(last.territory, last.sending, frozenset(fingerprints))


_HEAD: Final = "avis:"
"""The owner of the parts of a review being written begins so: they are values, like those of assessments."""


def owner_of(lineage: str) -> str:
    """Return the owner of the parts of the review of an assessment."""
    return _HEAD + lineage


def draft_of(reader: Reader, lineage: str) -> ReviewDraft:
    """Return the review being written of an assessment, empty without one. Raises DatabaseRefusal."""
    with reader.reading():
        query = "SELECT key, value FROM value WHERE owner = ?"
        found = reader.connection.execute(query, (owner_of(lineage),))
        parts = {clean(row["key"]): parse_part(clean(row["key"]), row["value"]) for row in found}
        return ReviewDraft({key: text for key, text in parts.items() if text})


def forget_draft(connection: sqlite3.Connection, lineage: str) -> None:
    """Remove the review being written of an assessment; inside the caller's transaction."""
    journal.forget(connection, owner_of(lineage))
