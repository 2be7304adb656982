"""The values of each assessment, one row each, and their journal, which undo reads."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import TYPE_CHECKING, Final, NamedTuple

from ctg_tui.domain.changes import Change, Edit, Field, Operation, goes_on
from ctg_tui.domain.forecast import Forecast, parse_forecast
from ctg_tui.domain.text import clean, harmless
from ctg_tui.domain.thread import Said, said_text
from ctg_tui.storage import rows
from ctg_tui.storage.rows import moment_text, parse_moment

if TYPE_CHECKING:
    from ctg_tui.storage.reading import Reader


_COLUMNS: Final = frozenset({Field.DETAILS, Field.GRID})
"""The fields that are columns of the row of an assessment."""
_PUT: Final = "INSERT OR REPLACE INTO value (assessment_id, field, key, value, at) VALUES (?, ?, ?, ?, ?)"
_PLACE: Final = "WHERE assessment_id = ? AND field = ? AND key = ?"


def read_value(connection: sqlite3.Connection, assessment_id: int, change: Change) -> str | None:
    """Return the stored value at the place of `change`, spelt as in the journal; None without a row."""
    if change.field in _COLUMNS:
        query = f"SELECT {rows.COLUMNS[change.key]} FROM assessment WHERE id = ?"
        return str(connection.execute(query, (assessment_id,)).fetchone()[0])
    place = (assessment_id, change.field, change.key)
    row = connection.execute(f"SELECT value FROM value {_PLACE}", place).fetchone()
    return None if row is None else str(row[0])


def write_value(connection: sqlite3.Connection, assessment_id: int, change: Change, now: datetime) -> None:
    """Write the row of `change.after`, or delete the row when None; inside the caller's transaction."""
    place = (assessment_id, change.field, change.key)
    if change.field in _COLUMNS:
        rows.update(connection, assessment_id, {rows.COLUMNS[change.key]: change.after})
    elif change.after is None:
        connection.execute(f"DELETE FROM value {_PLACE}", place)
    else:
        connection.execute(_PUT, (*place, change.after, moment_text(now)))


def read_values(connection: sqlite3.Connection, assessment_id: int) -> Iterator[Change]:
    """Return every value of an assessment but its forecast, as changes from None; all texts are cleaned."""
    for row in connection.execute(
        "SELECT field, key, value FROM value WHERE assessment_id = ? AND field <> ?",
        (assessment_id, Field.FORECAST),
    ):
        field, key = Field(row["field"]), clean(row["key"])
        yield Change(field, key, None, _cleaned(row["value"]))


_NEW: Final = "SELECT 1 + coalesce(max(id), 0) FROM journal"
"""The next id of a row: also the step of the edit that begins there."""
_LAST_DONE: Final = ("max", "fait")
_NEXT_UNDONE: Final = ("min", "annule")


class Journal:
    """The journal of a database. Every method that writes runs inside the caller's transaction."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def record(self, assessment_id: int, edit: Edit, now: datetime, into: int | None = None) -> int | None:
        """Write the values of `edit` and its journal rows; return the step, to continue it with `into`.

        The former values are read from the database: an edit may have waited, so its own may be out of date.
        Returns None when the database already holds every value.

        With `into`, the last step is the same field still being typed: its row takes the new text, so that
        one undo takes back all the typing, unless that would lose a saved text. Undone steps can no longer be
        redone.
        """
        made = tuple(
            change._replace(before=before)
            for change in edit.changes
            if (before := read_value(self._connection, assessment_id, change)) != change.after
        )
        if not made:
            return None
        for change in made:
            write_value(self._connection, assessment_id, change, now)
        self._connection.execute(
            "UPDATE journal SET state = 'abandonne' WHERE assessment_id = ? AND state = 'annule'",
            (assessment_id,),
        )
        if into is not None and len(made) == 1 and self._continue(assessment_id, made[0], now, into):
            return into
        step: int = self._connection.execute(_NEW).fetchone()[0]
        for rank, change in enumerate(made, step):
            self._insert(assessment_id, rank, step, edit, change, now)
        return step

    def _insert(
        self, assessment_id: int, row: int, step: int, edit: Edit, change: Change, now: datetime
    ) -> None:
        self._connection.execute(
            "INSERT INTO journal"
            " (id, assessment_id, step, op, field, key, before, after, at)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                *(row, assessment_id, step, edit.op),
                *(change.field, change.key, change.before, change.after, moment_text(now)),
            ),
        )

    def _continue(self, assessment_id: int, change: Change, now: datetime, into: int) -> bool:
        """Bring the row `into` to the text of `change`; return whether it was done.

        Return False when it is not that field's row, and when merging would make saved text unrecoverable by
        undo. A text back to its first state is no step: undo would change nothing.
        """
        row = self._connection.execute(
            "SELECT before FROM journal WHERE assessment_id = ? AND id = ? AND field = ? AND key = ?",
            (assessment_id, into, change.field, change.key),
        ).fetchone()
        if row is None or not goes_on(row["before"], change):
            return False
        is_back = row["before"] == change.after
        self._connection.execute(
            "UPDATE journal SET after = ?, at = ?, state = ? WHERE id = ?",
            (change.after, moment_text(now), "abandonne" if is_back else "fait", into),
        )
        return True

    def last_done(self, assessment_id: int) -> Edit | None:
        """Return the edit that undo would take back; None when there is none.

        Raises one of `rows.CORRUPT_ROW_ERRORS` when the journal holds rows no release could have written.
        """
        return self._edit(assessment_id, _LAST_DONE)

    def next_undone(self, assessment_id: int) -> Edit | None:
        """Return the edit that redo would make again; None when there is none. Raises as `last_done` does."""
        return self._edit(assessment_id, _NEXT_UNDONE)

    def turn(self, assessment_id: int, edit: Edit, now: datetime, *, back: bool) -> None:
        """Take back `edit`, the last one done or, not `back`, make it again: it is the next one undone."""
        which, state = (_LAST_DONE, "annule") if back else (_NEXT_UNDONE, "fait")
        for change in edit.inverse() if back else edit.changes:
            write_value(self._connection, assessment_id, change, now)
        self._connection.execute(
            "UPDATE journal SET state = ? WHERE assessment_id = ? AND state = ? AND step = ?",
            (state, assessment_id, which[1], self._step(assessment_id, which)),
        )

    def _step(self, assessment_id: int, which: tuple[str, str]) -> int | None:
        """Return the last, or first, step of an assessment in a state; None without one."""
        extreme, state = which
        step: int | None = self._connection.execute(
            f"SELECT {extreme}(step) FROM journal WHERE assessment_id = ? AND state = ?",
            (assessment_id, state),
        ).fetchone()[0]
        return step

    def _edit(self, assessment_id: int, which: tuple[str, str]) -> Edit | None:
        found = self._connection.execute(
            "SELECT op, field, key, before, after FROM journal"
            " WHERE assessment_id = ? AND state = ? AND step = ? ORDER BY id",
            (assessment_id, which[1], self._step(assessment_id, which)),
        ).fetchall()
        if not found:
            return None
        return Edit(Operation(found[0]["op"]), tuple(map(_change, found)))

    def send(self, assessment_id: int, rows: Iterable[Said], drafts: Iterable[str], now: datetime) -> None:
        """Store rows of the thread that were sent, and remove the drafts that they were.

        No undo takes back what was sent, nor what it answers: the journal forgets how both came.
        """
        final: list[tuple[Field, str]] = []
        for said in rows:
            place = (assessment_id, Field.SAID, said.id)
            self._connection.execute(_PUT, (*place, said_text(said), moment_text(now)))
            final += ((Field.SAID, answered) for answered in said.answers)
        for key in drafts:
            self._connection.execute(f"DELETE FROM value {_PLACE}", (assessment_id, Field.DRAFT, key))
            final.append((Field.DRAFT, key))
        self._connection.executemany(
            f"UPDATE journal SET state = 'abandonne' {_PLACE}", ((assessment_id, *place) for place in final)
        )


def _change(row: sqlite3.Row) -> Change:
    key = clean(row["key"])
    return Change(Field(row["field"]), key, _cleaned(row["before"]), _cleaned(row["after"]))


def _cleaned(text: str | None) -> str | None:
    return None if text is None else harmless(text, multiline=True)


class StoredForecast(NamedTuple):
    """A forecast as last saved. `saved_at` (UTC) is None when nothing was ever filled in."""

    forecast: Forecast = Forecast()
    saved_at: datetime | None = None


def read_forecast(reader: Reader, assessment_id: int) -> StoredForecast:
    """Return the stored forecast of an assessment. Raises DatabaseRefusal."""
    with reader.reading():
        row = reader.connection.execute(
            "SELECT value, at FROM value WHERE assessment_id = ? AND field = ?",
            (assessment_id, Field.FORECAST),
        ).fetchone()
        if row is None:
            return StoredForecast()
        return StoredForecast(parse_forecast(row["value"]), parse_moment(row["at"]))
