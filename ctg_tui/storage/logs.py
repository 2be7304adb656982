"""The logs of the territories: read whole, written with a journal of their own, beside the assessments."""

from __future__ import annotations

import json
import sqlite3
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from ctg_tui.domain.assessment import Territory
from ctg_tui.domain.changes import Edit
from ctg_tui.domain.identity import same_territory
from ctg_tui.domain.log import Log, parse_entry
from ctg_tui.domain.text import clean
from ctg_tui.storage import rows
from ctg_tui.storage.journal import LOGS, Journal
from ctg_tui.storage.steps import Steps

if TYPE_CHECKING:
    from ctg_tui.storage.reading import Reader
    from ctg_tui.storage.store import Store


class StoredLog(NamedTuple):
    """A log of the database, with its number there."""

    id: int
    log: Log


def logs(reader: Reader) -> tuple[StoredLog, ...]:
    """Return every log, the oldest first. Raises DatabaseRefusal."""
    with reader.reading():
        found = reader.connection.execute("SELECT * FROM log ORDER BY id").fetchall()
        return tuple(StoredLog(row["id"], _log(reader.connection, row)) for row in found)


def has_any(reader: Reader) -> bool:
    """Return whether a log was ever begun. Raises DatabaseRefusal."""
    with reader.reading():
        return reader.connection.execute("SELECT 1 FROM log LIMIT 1").fetchone() is not None


def log_of(reader: Reader, territory: Territory) -> Log:
    """Return the log of a territory, empty when it has none. Raises DatabaseRefusal."""
    with reader.reading():
        row = _row_of(reader.connection, territory)
        return Log(territory, {}) if row is None else _log(reader.connection, row)


def record(store: Store, territory: Territory, edit: Edit) -> datetime:
    """Write an edit of a territory's log, begun if missing; return the moment of saving. Raises NotSaved."""
    with store.writing(waits=True) as now:
        log_id = _id_of(store.connection, territory)
        if log_id is None:
            log_id = _begin(store.connection, territory, now)
        Journal(store.connection, LOGS).record(log_id, edit, now)
    return now


def _row_of(connection: sqlite3.Connection, territory: Territory) -> Any:
    """Return the row of the log of a territory; None without one."""
    for row in connection.execute("SELECT * FROM log ORDER BY id"):
        if same_territory(territory_of(row), territory):
            return row
    return None


def _id_of(connection: sqlite3.Connection, territory: Territory) -> int | None:
    row = _row_of(connection, territory)
    return None if row is None else int(row["id"])


STEPS: Final = Steps(LOGS, _id_of)
"""Undo and redo of the log of a territory."""


def _begin(connection: sqlite3.Connection, territory: Territory, now: datetime) -> int:
    connection.execute(
        "INSERT INTO log (territory_id, territory_name, siren, department, created_at)"
        " VALUES (?, ?, ?, ?, ?)",
        (
            *(territory.known_id, territory.name, territory.siren, territory.department),
            rows.moment_text(now),
        ),
    )
    return int(connection.execute("SELECT last_insert_rowid()").fetchone()[0])


def territory_of(row: sqlite3.Row) -> Territory:
    """Return the territory of a row of `log`."""
    return Territory(
        clean(row["territory_name"]),
        row["siren"],
        clean(row["department"]),
        rows.optional(row["territory_id"]),
    )


def _log(connection: sqlite3.Connection, row: sqlite3.Row) -> Log:
    found = connection.execute(
        "SELECT entry, noted_on, text, activities, indicators, number FROM log_entry WHERE log_id = ?",
        (row["id"],),
    )
    return Log(territory_of(row), {clean(one["entry"]): parse_entry(_spelt(one)) for one in found})


# one fact, as a change of the journal


def read_entry(connection: sqlite3.Connection, log_id: int, key: str) -> str | None:
    """Return a stored fact, spelt as in the journal; None without it."""
    row = connection.execute(
        "SELECT noted_on, text, activities, indicators, number FROM log_entry WHERE log_id = ? AND entry = ?",
        (log_id, key),
    ).fetchone()
    return None if row is None else _spelt(row)


def _spelt(row: sqlite3.Row) -> str:
    parts = {
        "date": row["noted_on"],
        "texte": row["text"],
        "lignes": json.loads(row["activities"]),
        "indicateurs": json.loads(row["indicators"]),
        "nombre": row["number"],
    }
    return json.dumps(parts, ensure_ascii=False, sort_keys=True)


def write_entry(connection: sqlite3.Connection, log_id: int, key: str, text: str | None) -> None:
    """Write a fact from its spelling, or delete it when None; inside the caller's transaction."""
    connection.execute("DELETE FROM log_entry WHERE log_id = ? AND entry = ?", (log_id, key))
    if text is None:
        return
    entry = parse_entry(text)
    connection.execute(
        "INSERT INTO log_entry (log_id, entry, noted_on, text, activities, indicators, number)"
        " VALUES (?, ?, ?, ?, ?, ?, ?)",
        (
            *(log_id, key, entry.on.isoformat(), entry.text),
            *(json.dumps(list(ids)) for ids in (entry.activities, entry.indicators)),
            entry.number,
        ),
    )
