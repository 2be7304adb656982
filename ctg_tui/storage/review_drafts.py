"""The reviews being written, one per assessment received: read whole, written with a journal of their own."""

from __future__ import annotations

import sqlite3
from datetime import datetime
from typing import TYPE_CHECKING, Final

from ctg_tui.domain.changes import Edit
from ctg_tui.domain.review_draft import ReviewDraft, parse_part
from ctg_tui.domain.text import clean
from ctg_tui.storage import rows
from ctg_tui.storage.journal import REVIEWS, Journal
from ctg_tui.storage.steps import Steps

if TYPE_CHECKING:
    from ctg_tui.storage.reading import Reader
    from ctg_tui.storage.store import Store


def draft_of(reader: Reader, lineage: str) -> ReviewDraft:
    """Return the review being written of an assessment, empty without one. Raises DatabaseRefusal."""
    with reader.reading():
        found = reader.connection.execute(
            "SELECT part, text FROM review_part JOIN review_draft ON id = draft_id WHERE lineage = ?",
            (lineage,),
        )
        parts = {clean(row["part"]): parse_part(clean(row["part"]), row["text"]) for row in found}
        return ReviewDraft({key: text for key, text in parts.items() if text})


def begun(reader: Reader) -> frozenset[str]:
    """Return the stable ids of the assessments whose review is begun. Raises DatabaseRefusal."""
    with reader.reading():
        found = reader.connection.execute(
            "SELECT DISTINCT lineage FROM review_part JOIN review_draft ON id = draft_id"
        )
        return frozenset(clean(row["lineage"]) for row in found)


def record(store: Store, lineage: str, edit: Edit, into: int | None = None) -> tuple[int | None, datetime]:
    """Write an edit of a review, begun if missing; return its step and the moment of saving.

    `into` is that of `Journal.record`. Raises NotSaved.
    """
    with store.writing(waits=True) as now:
        draft_id = _id_of(store.connection, lineage)
        if draft_id is None:
            store.connection.execute(
                "INSERT INTO review_draft (lineage, created_at) VALUES (?, ?)",
                (lineage, rows.moment_text(now)),
            )
            draft_id = int(store.connection.execute("SELECT last_insert_rowid()").fetchone()[0])
        step = Journal(store.connection, REVIEWS).record(draft_id, edit, now, into)
    return step, now


def _id_of(connection: sqlite3.Connection, lineage: str) -> int | None:
    row = connection.execute("SELECT id FROM review_draft WHERE lineage = ?", (lineage,)).fetchone()
    return None if row is None else int(row["id"])


STEPS: Final = Steps(REVIEWS, _id_of)
"""Undo and redo of the review of an assessment."""


# one part, as a change of the journal


def read_part(connection: sqlite3.Connection, draft_id: int, key: str) -> str | None:
    """Return a stored part; None without it."""
    row = connection.execute(
        "SELECT text FROM review_part WHERE draft_id = ? AND part = ?", (draft_id, key)
    ).fetchone()
    return None if row is None else str(row["text"])


def write_part(connection: sqlite3.Connection, draft_id: int, key: str, text: str | None) -> None:
    """Write a part, or delete it when None; inside the caller's transaction."""
    connection.execute("DELETE FROM review_part WHERE draft_id = ? AND part = ?", (draft_id, key))
    if text is not None:
        connection.execute(
            "INSERT INTO review_part (draft_id, part, text) VALUES (?, ?, ?)", (draft_id, key, text)
        )
