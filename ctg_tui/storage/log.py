"""The logs of the territories: read whole, their facts are values, like those of assessments."""

from __future__ import annotations

import sqlite3
from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from ctg_tui.domain.assessment import Territory
from ctg_tui.domain.changes import Edit
from ctg_tui.domain.details import of_territory
from ctg_tui.domain.log import Log, parse_entry
from ctg_tui.domain.text import clean
from ctg_tui.storage import rows

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


def owner_of(reader: Reader, territory: Territory) -> str | None:
    """Return the owner of the values of a territory's log; None without one. Raises DatabaseRefusal."""
    with reader.reading():
        row = _row_of(reader.connection, territory)
        return None if row is None else owner(row["id"])


def record(
    store: Store, territory: Territory, edit: Edit, into: int | None = None
) -> tuple[int | None, datetime]:
    """Write an edit of a territory's log, begun if missing. Returns and raises as `Store.record` does."""
    with store.writing(waits=True) as now:
        row = _row_of(store.connection, territory)
        log_id = _begin(store.connection, territory, now) if row is None else row["id"]
        return store.record(owner(log_id), edit, into=into)


def _row_of(connection: sqlite3.Connection, territory: Territory) -> Any:
    """Return the row of the log of a territory; None without one."""
    found = connection.execute("SELECT * FROM log ORDER BY id").fetchall()
    ranks = of_territory(territory, [rows.territory(row) for row in found])
    return found[ranks[0]] if ranks else None


def owner(log_id: int) -> str:
    """Return the owner of the values of the log of that number."""
    return f"carnet:{log_id}"


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


def _log(connection: sqlite3.Connection, row: sqlite3.Row) -> Log:
    found = connection.execute("SELECT key, value FROM value WHERE owner = ?", (owner(row["id"]),))
    return Log(rows.territory(row), {clean(one["key"]): parse_entry(one["value"]) for one in found})
