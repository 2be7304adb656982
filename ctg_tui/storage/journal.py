"""The values of each owner, one row each, and their journal, which undo reads.

An owner is an assessment or a review being written.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import TYPE_CHECKING, Final, NamedTuple

from ctg_tui.domain.assessment import Identity
from ctg_tui.domain.changes import Change, Edit, Field, JournalEntry, Operation, goes_on
from ctg_tui.domain.details import Part, parts, with_part
from ctg_tui.domain.edits import check, clean_value
from ctg_tui.domain.forecast import Forecast, parse_forecast
from ctg_tui.domain.text import clean
from ctg_tui.domain.thread import Said, said_text
from ctg_tui.storage import rows
from ctg_tui.storage.grid_files import read_grid, write_grid
from ctg_tui.storage.rows import moment_text, parse_moment

if TYPE_CHECKING:
    from ctg_tui.storage.reading import Reader


def read_details(connection: sqlite3.Connection, assessment_id: int) -> Identity:
    """Return the details of an assessment that exists."""
    row = connection.execute("SELECT * FROM assessment WHERE id = ?", (assessment_id,)).fetchone()
    value = connection.execute(
        f"SELECT value FROM value v WHERE owner = ? AND {rows.PEOPLE}", (str(assessment_id),)
    ).fetchone()
    return rows.identity(row, rows.people(value and value["value"]))


def write_people(
    connection: sqlite3.Connection, assessment_id: int, identity: Identity, now: datetime
) -> None:
    """Replace the people of an assessment; inside the caller's transaction."""
    place = (str(assessment_id), Field.DETAILS, Part.PEOPLE)
    connection.execute(_PUT, (*place, parts(identity)[Part.PEOPLE], moment_text(now)))


def _write_details(connection: sqlite3.Connection, assessment_id: int, change: Change, now: datetime) -> None:
    details = with_part(read_details(connection, assessment_id), change.key, change.after)
    rows.update(connection, assessment_id, rows.identity_values(details))
    write_people(connection, assessment_id, details, now)


Owner = int | str
"""The id of an assessment, `avis:…` for the review of a lineage."""
_PUT: Final = "INSERT OR REPLACE INTO value (owner, field, key, value, at) VALUES (?, ?, ?, ?, ?)"
_PLACE: Final = "WHERE owner = ? AND field = ? AND key = ?"


def read_value(connection: sqlite3.Connection, owner: Owner, change: Change) -> str | None:
    """Return the stored value at the place of `change`, spelt as in the journal; None without a row."""
    if change.field is Field.DETAILS:
        return parts(read_details(connection, int(owner)))[change.key]
    if change.field is Field.GRID:
        return read_grid(connection, int(owner))
    place = (str(owner), change.field, change.key)
    row = connection.execute(f"SELECT value FROM value {_PLACE}", place).fetchone()
    return None if row is None else str(row[0])


def write_value(connection: sqlite3.Connection, owner: Owner, change: Change, now: datetime) -> None:
    """Write the row of `change.after`, or delete the row when None; inside the caller's transaction."""
    place = (str(owner), change.field, change.key)
    if change.field is Field.DETAILS:
        _write_details(connection, int(owner), change, now)
    elif change.field is Field.GRID:
        write_grid(connection, int(owner), change.after)
    elif change.after is None:
        connection.execute(f"DELETE FROM value {_PLACE}", place)
    else:
        connection.execute(_PUT, (*place, change.after, moment_text(now)))


def read_values(connection: sqlite3.Connection, owner: Owner) -> Iterator[Change]:
    """Return every value of an owner but its forecast, as changes from None; all texts are cleaned."""
    for row in connection.execute(
        "SELECT field, key, value FROM value WHERE owner = ? AND field <> ?", (str(owner), Field.FORECAST)
    ):
        field, key = Field(row["field"]), clean(row["key"])
        yield Change(field, key, None, clean_value(field, key, row["value"]))


def forget(connection: sqlite3.Connection, owner: Owner) -> None:
    """Remove every value of an owner, and its journal; inside the caller's transaction."""
    for table in ("value", "journal"):
        connection.execute(f"DELETE FROM {table} WHERE owner = ?", (str(owner),))


_NEW: Final = "SELECT 1 + coalesce(max(id), 0) FROM journal"
"""The next id of a row: also the step of the edit that begins there."""
_UNDONE: Final = "SELECT DISTINCT step FROM journal WHERE owner = ? AND state = 'annule'"
_LAST_DONE: Final = ("max", "fait")
_NEXT_UNDONE: Final = ("min", "annule")


class Journal:
    """The journal of a database. Every method that writes runs inside the caller's transaction."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._forgotten: tuple[int, set[int]] = (0, set())
        """The last step, and the undone steps that it made impossible to redo."""

    def record(self, owner: Owner, edit: Edit, now: datetime, into: int | None = None) -> int | None:
        """Write the values of `edit` and its journal rows; return the step, to continue it with `into`.

        The former values are read from the database: an edit may have waited, so its own may be out of date.
        Returns None when the database already holds every value.

        With `into`, the last step is the same field still being typed: its row takes the new text, so that
        one undo takes back all the typing, unless that would lose a saved text. Undone steps can no longer be
        redone, unless the typing comes back to the text it began with.
        """
        made = tuple(
            change._replace(before=before)
            for change in edit.changes
            if (before := read_value(self._connection, owner, change)) != change.after
        )
        if not made:
            return None
        for change in made:
            write_value(self._connection, owner, change, now)
        undone = {row["step"] for row in self._connection.execute(_UNDONE, (str(owner),)).fetchall()}
        for forgotten in undone:
            self._turn_step(owner, forgotten, "annule", "abandonne")
        if into is not None and len(made) == 1 and self._continue(owner, made[0], now, into):
            return into
        step: int = self._connection.execute(_NEW).fetchone()[0]
        for rank, change in enumerate(made, step):
            self._insert(owner, rank, step, edit, change, now)
        self._forgotten = (step, undone)
        return step

    def _insert(self, owner: Owner, row: int, step: int, edit: Edit, change: Change, now: datetime) -> None:
        self._connection.execute(
            "INSERT INTO journal"
            " (id, owner, step, op, author, source, field, key, before, after, at)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                *(row, str(owner), step, edit.op, edit.author, change.source),
                *(change.field, change.key, change.before, change.after, moment_text(now)),
            ),
        )

    def _continue(self, owner: Owner, change: Change, now: datetime, into: int) -> bool:
        """Bring the row `into` to the text of `change`; return whether it was done.

        Return False when it is not that field's row, and when merging would make saved text unrecoverable by
        undo. A text back to its first state is no step: undo would change nothing, and the steps undone
        before it can be redone again.
        """
        row = self._connection.execute(
            "SELECT before FROM journal WHERE owner = ? AND id = ? AND field = ? AND key = ?",
            (str(owner), into, change.field, change.key),
        ).fetchone()
        if row is None or not goes_on(row["before"], change):
            return False
        is_back = row["before"] == change.after
        self._connection.execute(
            "UPDATE journal SET after = ?, at = ?, state = ? WHERE id = ?",
            (change.after, moment_text(now), "abandonne" if is_back else "fait", into),
        )
        step, forgotten = self._forgotten
        if is_back and step == into:
            for one in forgotten:
                self._turn_step(owner, one, "abandonne", "annule")
        return True

    def _turn_step(self, owner: Owner, step: int | None, before: str, after: str) -> None:
        self._connection.execute(
            "UPDATE journal SET state = ? WHERE owner = ? AND state = ? AND step = ?",
            (after, str(owner), before, step),
        )

    def last_done(self, owner: Owner) -> Edit | None:
        """Return the edit that undo would take back; None when there is none.

        Raises one of `rows.CORRUPT_ROW_ERRORS` when the journal holds rows no release could have written.
        """
        return self._edit(owner, self._step(owner, _LAST_DONE), "fait")

    def next_undone(self, owner: Owner) -> Edit | None:
        """Return the edit that redo would make again; None when there is none. Raises as `last_done` does."""
        return self._edit(owner, self._step(owner, _NEXT_UNDONE), "annule")

    def undo(self, owner: Owner, edit: Edit, now: datetime) -> bool:
        """Take `edit` back when it is the last one done; return whether it is undone now.

        An edit already undone stays so: a disk can report as failed a commit that it has stored. Raises one
        of `rows.CORRUPT_ROW_ERRORS` or sqlite3.IntegrityError for rows no release could have written.
        """
        if self._turn(owner, edit, edit.inverse(), now, ("fait", "annule"), _LAST_DONE):
            return True
        return self.next_undone(owner) == edit

    def redo(self, owner: Owner, edit: Edit, now: datetime) -> bool:
        """Make `edit` again when it is the next one undone; return whether it is done now. See `undo`."""
        if self._turn(owner, edit, edit.changes, now, ("annule", "fait"), _NEXT_UNDONE):
            return True
        return self.last_done(owner) == edit

    def _turn(
        self,
        owner: Owner,
        edit: Edit,
        changes: tuple[Change, ...],
        now: datetime,
        states: tuple[str, str],
        which: tuple[str, str],
    ) -> bool:
        step = self._step(owner, which)
        if self._edit(owner, step, states[0]) != edit:
            return False
        for change in changes:
            write_value(self._connection, owner, change, now)
        self._turn_step(owner, step, *states)
        return True

    def steps(self, owner: Owner, most: int) -> Iterator[tuple[int, Edit]]:
        """Yield the edits that were not undone and their steps, the latest first, `most` at most.

        Raises as `last_done`.
        """
        found = self._connection.execute(
            "SELECT DISTINCT step FROM journal WHERE owner = ? AND state = 'fait' ORDER BY step DESC LIMIT ?",
            (str(owner), most),
        ).fetchall()
        edits = ((row["step"], self._edit(owner, row["step"], "fait")) for row in found)
        return ((step, edit) for step, edit in edits if edit is not None)

    def _step(self, owner: Owner, which: tuple[str, str]) -> int | None:
        """Return the last, or first, step of an owner in a state; None without one."""
        extreme, state = which
        step: int | None = self._connection.execute(
            f"SELECT {extreme}(step) FROM journal WHERE owner = ? AND state = ?", (str(owner), state)
        ).fetchone()[0]
        return step

    def _edit(self, owner: Owner, step: int | None, state: str) -> Edit | None:
        if step is None:
            return None
        found = self._connection.execute(
            "SELECT op, author, source, field, key, before, after FROM journal"
            " WHERE owner = ? AND state = ? AND step = ? ORDER BY id",
            (str(owner), state, step),
        ).fetchall()
        made = tuple(_change(row) for row in found)
        for change in made:
            check(change)
        first = found[0]
        return Edit(
            Operation(first["op"]),
            tuple(map(_shown, made)),
            clean(first["author"]),
        )

    def send(self, owner: Owner, rows: Iterable[Said], drafts: Iterable[str], now: datetime) -> None:
        """Store rows of the thread that were sent, and remove the drafts that they were.

        No undo takes back what was sent, nor what it answers: the journal forgets how both came.
        """
        final: list[tuple[Field, str]] = []
        for said in rows:
            place = (str(owner), Field.SAID, said.id)
            self._connection.execute(_PUT, (*place, said_text(said), moment_text(now)))
            final += ((Field.SAID, answered) for answered in said.answers)
        for key in drafts:
            self._connection.execute(f"DELETE FROM value {_PLACE}", (str(owner), Field.DRAFT, key))
            final.append((Field.DRAFT, key))
        self._connection.executemany(
            f"UPDATE journal SET state = 'abandonne' {_PLACE}", ((str(owner), *place) for place in final)
        )

    def history(self, owner: Owner, keys: Iterable[str]) -> tuple[JournalEntry, ...]:
        """Return the changes of these keys that were not undone, the latest first."""
        wanted = tuple(keys)
        marks = ", ".join("?" * len(wanted))
        found = self._connection.execute(
            "SELECT field, key, before, after, source, at FROM journal"
            f" WHERE owner = ? AND state = 'fait' AND key IN ({marks}) ORDER BY id DESC",
            (str(owner), *wanted),
        )
        return tuple(JournalEntry(parse_moment(row["at"]), _shown(_change(row))) for row in found)


def _change(row: sqlite3.Row) -> Change:
    return Change(Field(row["field"]), row["key"], row["before"], row["after"], row["source"])


def _shown(change: Change) -> Change:
    before, after = (
        None if text is None else clean_value(change.field, change.key, text)
        for text in (change.before, change.after)
    )
    return Change(change.field, clean(change.key), before, after, clean(change.source))


class StoredForecast(NamedTuple):
    """A forecast as last saved. `saved_at` (UTC) is None when nothing was ever filled in."""

    forecast: Forecast = Forecast()
    saved_at: datetime | None = None


def read_forecast(reader: Reader, assessment_id: int) -> StoredForecast:
    """Return the stored forecast of an assessment. Raises DatabaseRefusal."""
    with reader.reading():
        row = reader.connection.execute(
            "SELECT value, at FROM value WHERE owner = ? AND field = ?", (str(assessment_id), Field.FORECAST)
        ).fetchone()
        if row is None:
            return StoredForecast()
        return StoredForecast(parse_forecast(row["value"]), parse_moment(row["at"]))
