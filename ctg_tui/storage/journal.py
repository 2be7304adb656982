"""The values of each assessment, one row each, and their journal, which undo reads."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from sqlite3 import Connection
from typing import Final, NamedTuple

from ctg_tui.domain.assessment import Place, Said
from ctg_tui.domain.changes import Change, Edit, Field, Operation, goes_on
from ctg_tui.domain.forecast import Forecast, parse_forecast
from ctg_tui.domain.text import clean, harmless
from ctg_tui.domain.thread import said_text
from ctg_tui.storage import schema
from ctg_tui.storage.database import Database
from ctg_tui.storage.schema import moment_text, parse_moment

_COLUMNS: Final = frozenset({Field.DETAILS, Field.GRID})
"""The fields that are columns of the row of an assessment."""
_PUT: Final = "INSERT OR REPLACE INTO value (assessment_id, field, key, value, at) VALUES (?, ?, ?, ?, ?)"
_PLACE: Final = "WHERE assessment_id = ? AND field = ? AND key = ?"


def _read_value(connection: Connection, assessment_id: int, change: Change) -> str | None:
    """Return the stored value at the place of `change`, spelt as in the journal; None without a row."""
    if change.field in _COLUMNS:
        query = f"SELECT {schema.COLUMNS[change.key]} FROM assessment WHERE id = ?"
        return str(connection.execute(query, (assessment_id,)).fetchone()[0])
    place = (assessment_id, change.field, change.key)
    row = connection.execute(f"SELECT value FROM value {_PLACE}", place).fetchone()
    return None if row is None else str(row[0])


def _write_value(connection: Connection, assessment_id: int, change: Change, now: datetime) -> None:
    """Write the row of `change.after`, or delete the row when None."""
    place = (assessment_id, change.field, change.key)
    if change.field in _COLUMNS:
        schema.update(connection, assessment_id, {schema.COLUMNS[change.key]: change.after})
    elif change.after is None:
        connection.execute(f"DELETE FROM value {_PLACE}", place)
    else:
        connection.execute(_PUT, (*place, change.after, moment_text(now)))


def read_values(connection: Connection, assessment_id: int) -> Iterator[Change]:
    """Return every value of an assessment but its forecast, as changes from None; all texts are cleaned."""
    for row in connection.execute(
        "SELECT field, key, value FROM value WHERE assessment_id = ? AND field <> ?",
        (assessment_id, Field.FORECAST),
    ):
        yield Change(Field(row["field"]), clean(row["key"]), None, _cleaned(row["value"]))


def record(
    database: Database, assessment_id: int, edit: Edit, place: Place | None = None, into: int | None = None
) -> tuple[int | None, datetime]:
    """Write an edit, its journal rows and the cursor; return the step, and the moment of saving.

    The former values are read from the database: they are what undo has to bring back. The step is None when
    the database already held all of it. With `into`, the last step is the same field still being typed: its
    row takes the new text, so that one undo takes back all the typing, unless that would lose a saved text.
    Undone steps can no longer be redone. Raises NotSaved.
    """
    with database.writing() as now:
        connection = database.connection
        if edit.changes:
            _mark_changed(connection, assessment_id, now, place)
        made = tuple(
            change._replace(before=before)
            for change in edit.changes
            if (before := _read_value(connection, assessment_id, change)) != change.after
        )
        if not made:
            return None, now
        for change in made:
            _write_value(connection, assessment_id, change, now)
        query = "DELETE FROM journal WHERE assessment_id = ? AND state = 'annule'"
        connection.execute(query, (assessment_id,))
        if into is not None and len(made) == 1 and _continue(connection, assessment_id, made[0], now, into):
            return into, now
        step: int = connection.execute("SELECT 1 + coalesce(max(id), 0) FROM journal").fetchone()[0]
        connection.executemany(
            "INSERT INTO journal (id, assessment_id, step, op, field, key, before, after, at)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                (row, assessment_id, step, edit.op, *change, moment_text(now))
                for row, change in enumerate(made, step)
            ),
        )
    return step, now


def _mark_changed(
    connection: Connection, assessment_id: int, now: datetime, place: Place | None = None
) -> None:
    """Store when an assessment was changed, and where the cursor is."""
    columns = {"changed_at": moment_text(now)}
    if place is not None:
        columns["place"] = schema.place_text(place)
    schema.update(connection, assessment_id, columns)


def _continue(connection: Connection, assessment_id: int, change: Change, now: datetime, into: int) -> bool:
    """Bring the row `into` to the text of `change`; return whether it was done.

    Return False when it is not that field's row, and when merging would make saved text unrecoverable by
    undo. A text back to its first state is no step: undo would change nothing.
    """
    row = connection.execute(
        f"SELECT before FROM journal {_PLACE} AND id = ?", (assessment_id, change.field, change.key, into)
    ).fetchone()
    if row is None or not goes_on(row["before"], change):
        return False
    if row["before"] == change.after:
        connection.execute("DELETE FROM journal WHERE id = ?", (into,))
    else:
        query = "UPDATE journal SET after = ?, at = ? WHERE id = ?"
        connection.execute(query, (change.after, moment_text(now), into))
    return True


def _step(connection: Connection, assessment_id: int, *, back: bool) -> tuple[int | None, str]:
    """Return the step that undo, or not `back` redo, would turn, None without one; and its state."""
    extreme, state = ("max", "fait") if back else ("min", "annule")
    query = f"SELECT {extreme}(step) FROM journal WHERE assessment_id = ? AND state = ?"
    return connection.execute(query, (assessment_id, state)).fetchone()[0], state


def edit_to_turn(database: Database, assessment_id: int, *, back: bool) -> Edit | None:
    """Return the edit that undo would take back or, not `back`, redo make again; None when there is none.

    Raises DatabaseRefusal.
    """
    with database.reading() as connection:
        found = connection.execute(
            "SELECT op, field, key, before, after FROM journal"
            " WHERE assessment_id = ? AND step = ? AND state = ? ORDER BY id",
            (assessment_id, *_step(connection, assessment_id, back=back)),
        ).fetchall()
        changes = tuple(
            Change(Field(row["field"]), clean(row["key"]), _cleaned(row["before"]), _cleaned(row["after"]))
            for row in found
        )
        return Edit(Operation(found[0]["op"]), changes) if found else None


def turn(database: Database, assessment_id: int, edit: Edit, *, back: bool) -> datetime:
    """Take back `edit`, the last one done or, not `back`, make it again; return the moment of saving.

    It is then the next one undone. Raises as `record` does.
    """
    with database.writing() as now:
        connection = database.connection
        _mark_changed(connection, assessment_id, now)
        for change in edit.inverse() if back else edit.changes:
            _write_value(connection, assessment_id, change, now)
        connection.execute(
            "UPDATE journal SET state = ? WHERE assessment_id = ? AND step = ? AND state = ?",
            ("annule" if back else "fait", assessment_id, *_step(connection, assessment_id, back=back)),
        )
    return now


def send(database: Database, assessment_id: int, said: Iterable[Said], drafts: Iterable[str]) -> None:
    """Store rows of the thread that were sent, and remove the drafts that they were. Raises NotSaved.

    No undo takes back what was sent, nor what it answers: the journal forgets how both came.
    """
    with database.writing() as now:
        final: list[tuple[Field, str]] = []
        for row in said:
            place = (assessment_id, Field.SAID, row.id)
            database.connection.execute(_PUT, (*place, said_text(row), moment_text(now)))
            final += ((Field.SAID, answered) for answered in row.answers)
        for key in drafts:
            database.connection.execute(f"DELETE FROM value {_PLACE}", (assessment_id, Field.DRAFT, key))
            final.append((Field.DRAFT, key))
        places = ((assessment_id, *place) for place in final)
        database.connection.executemany(f"DELETE FROM journal {_PLACE}", places)


def ever_held(database: Database, assessment_id: int) -> set[tuple[str, str]]:
    """Return the fields and keys of all that an assessment holds, or held before the person cleared it."""
    with database.reading() as connection:
        query = "SELECT DISTINCT field, key FROM journal WHERE assessment_id = ? AND state = 'fait'"
        return {(row["field"], row["key"]) for row in connection.execute(query, (assessment_id,))}


def _cleaned(text: str | None) -> str | None:
    return None if text is None else harmless(text, multiline=True)


class StoredForecast(NamedTuple):
    """A forecast as last saved. `saved_at` (UTC) is None when nothing was ever filled in."""

    forecast: Forecast = Forecast()
    saved_at: datetime | None = None


def read_forecast(database: Database, assessment_id: int) -> StoredForecast:
    """Return the stored forecast of an assessment. Raises DatabaseRefusal."""
    with database.reading() as connection:
        query = "SELECT value, at FROM value WHERE assessment_id = ? AND field = ?"
        row = connection.execute(query, (assessment_id, Field.FORECAST)).fetchone()
        if row is None:
            return StoredForecast()
        return StoredForecast(parse_forecast(row["value"]), parse_moment(row["at"]))
