"""The journal: field, before, after, author, moment. Written in the transaction of the value; undo reads it.

The forecast's values before and after have a table of their own: the common journal holds no salary.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Final, NamedTuple

from ctg_tui.domain.changes import (
    Change,
    Edit,
    Field,
    JournalEntry,
    Operation,
    check,
    goes_on,
)
from ctg_tui.domain.text import clean
from ctg_tui.storage.rows import moment_text, parse_moment
from ctg_tui.storage.values import clean_value, read_value, write_value


class Scope(NamedTuple):
    """What a journal is about: its table, the column of its owner, and whether forecasts are beside it."""

    table: str
    owner: str
    has_forecasts: bool

    @property
    def rows(self) -> str:
        """The query of journal rows, up to the condition that follows the owner's."""
        table = self.table
        if not self.has_forecasts:
            values, joined = "NULL AS is_forecast, before, after", ""
        else:
            values = (
                f"f.id AS is_forecast, iif(f.id IS NULL, {table}.before, f.before) AS before,"
                f" iif(f.id IS NULL, {table}.after, f.after) AS after"
            )
            joined = f" LEFT JOIN forecast_journal AS f ON f.id = {table}.id"
        return (
            f"SELECT {table}.id, op, author, source, field, key, {values}"
            f" FROM {table}{joined} WHERE {self.owner} = ? AND "
        )


ASSESSMENTS: Final = Scope("journal", "assessment_id", has_forecasts=True)
LOGS: Final = Scope("log_journal", "log_id", has_forecasts=False)
REVIEWS: Final = Scope("review_journal", "draft_id", has_forecasts=False)


class Journal:
    """The journal of the assessments of one database, of its logs, or of the reviews being written.

    Every method that writes runs inside the caller's transaction.
    """

    def __init__(self, connection: sqlite3.Connection, scope: Scope = ASSESSMENTS) -> None:
        self._connection = connection
        table, owner = scope.table, scope.owner
        self._table, self._owner = table, owner
        self._last_done = f"SELECT max(step) FROM {table} WHERE {owner} = ? AND state = 'fait'"
        self._next_undone = f"SELECT min(step) FROM {table} WHERE {owner} = ? AND state = 'annule'"
        self._rows = scope.rows
        self._rows_of_step = f"{scope.rows} state = ? AND step = ? ORDER BY {table}.id"
        self._turn_step = f"UPDATE {table} SET state = ? WHERE {owner} = ? AND state = ? AND step = ?"
        self._forgotten: tuple[int, set[int]] = (0, set())
        """The last step, and the undone steps that it made impossible to redo."""

    def record(self, assessment_id: int, edit: Edit, now: datetime, into: int | None = None) -> int | None:
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
            if (before := read_value(self._connection, assessment_id, change)) != change.after
        )
        if not made:
            return None
        for change in made:
            write_value(self._connection, assessment_id, change, now)
        undone = self._connection.execute(
            f"UPDATE {self._table} SET state = 'abandonne' WHERE {self._owner} = ? AND state = 'annule'"
            " RETURNING step",
            (assessment_id,),
        ).fetchall()
        if into is not None and len(made) == 1 and self._continue(assessment_id, made[0], now, into):
            return into
        step: int = self._connection.execute(
            f"SELECT coalesce(max(id), 0) + 1 FROM {self._table}"
        ).fetchone()[0]
        for rank, change in enumerate(made, step):
            self._insert(assessment_id, rank, step, edit, change, now)
        self._forgotten = (step, {row["step"] for row in undone})
        return step

    def _insert(
        self, assessment_id: int, row: int, step: int, edit: Edit, change: Change, now: datetime
    ) -> None:
        is_forecast = change.field is Field.FORECAST
        before, after = (None, None) if is_forecast else (change.before, change.after)
        self._connection.execute(
            f"INSERT INTO {self._table}"
            f" (id, {self._owner}, step, op, author, source, field, key, before, after, at)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                *(row, assessment_id, step, edit.op, edit.author, change.source),
                *(change.field, change.key, before, after, moment_text(now)),
            ),
        )
        if is_forecast:
            self._connection.execute(
                "INSERT INTO forecast_journal (id, before, after) VALUES (?, ?, ?)",
                (row, change.before, change.after),
            )

    def _continue(self, assessment_id: int, change: Change, now: datetime, into: int) -> bool:
        """Bring the row `into` to the text of `change`; return whether it was done.

        Return False when it is not that field's row, and when merging would make saved text unrecoverable by
        undo. A text back to its first state is no step: undo would change nothing, and the steps undone
        before it can be redone again.
        """
        row = self._connection.execute(
            f"{self._rows} {self._table}.id = ? AND field = ? AND key = ?",
            (assessment_id, into, change.field, change.key),
        ).fetchone()
        if row is None or not goes_on(row["before"], change):
            return False
        is_back = row["before"] == change.after
        table = self._table if row["is_forecast"] is None else "forecast_journal"
        self._connection.execute(f"UPDATE {table} SET after = ? WHERE id = ?", (change.after, into))
        self._connection.execute(
            f"UPDATE {self._table} SET at = ?, state = ? WHERE id = ?",
            (moment_text(now), "abandonne" if is_back else "fait", into),
        )
        step, forgotten = self._forgotten
        if is_back and step == into:
            turned = [("annule", assessment_id, "abandonne", one) for one in forgotten]
            self._connection.executemany(self._turn_step, turned)
        return True

    def last_done(self, assessment_id: int) -> Edit | None:
        """Return the edit that undo would take back; None when there is none.

        Raises one of `rows.CORRUPT_ROW_ERRORS` when the journal holds rows no release could have written.
        """
        return self._edit(assessment_id, self._step(assessment_id, self._last_done), "fait")

    def next_undone(self, assessment_id: int) -> Edit | None:
        """Return the edit that redo would make again; None when there is none. Raises as `last_done` does."""
        return self._edit(assessment_id, self._step(assessment_id, self._next_undone), "annule")

    def undo(self, assessment_id: int, edit: Edit, now: datetime) -> bool:
        """Take `edit` back when it is the last one done; return whether it is undone now.

        An edit already undone stays so: a disk can report as failed a commit that it has stored. Raises one
        of `rows.CORRUPT_ROW_ERRORS` or sqlite3.IntegrityError for rows no release could have written.
        """
        if self._turn(assessment_id, edit, edit.inverse(), now, ("fait", "annule"), self._last_done):
            return True
        return self.next_undone(assessment_id) == edit

    def redo(self, assessment_id: int, edit: Edit, now: datetime) -> bool:
        """Make `edit` again when it is the next one undone; return whether it is done now. See `undo`."""
        if self._turn(assessment_id, edit, edit.changes, now, ("annule", "fait"), self._next_undone):
            return True
        return self.last_done(assessment_id) == edit

    def _turn(
        self,
        assessment_id: int,
        edit: Edit,
        changes: tuple[Change, ...],
        now: datetime,
        states: tuple[str, str],
        which: str,
    ) -> bool:
        step = self._step(assessment_id, which)
        if self._edit(assessment_id, step, states[0]) != edit:
            return False
        for change in changes:
            write_value(self._connection, assessment_id, change, now)
        self._connection.execute(self._turn_step, (states[1], assessment_id, states[0], step))
        return True

    def steps(self, assessment_id: int, most: int) -> Iterator[Edit]:
        """Yield the edits that were not undone, the latest first, `most` at most; raises as `last_done`."""
        found = self._connection.execute(
            f"SELECT DISTINCT step FROM {self._table} WHERE {self._owner} = ? AND state = 'fait'"
            " ORDER BY step DESC LIMIT ?",
            (assessment_id, most),
        ).fetchall()
        edits = (self._edit(assessment_id, row["step"], "fait") for row in found)
        return (edit for edit in edits if edit is not None)

    def _step(self, assessment_id: int, which: str) -> int | None:
        step: int | None = self._connection.execute(which, (assessment_id,)).fetchone()[0]
        return step

    def _edit(self, assessment_id: int, step: int | None, state: str) -> Edit | None:
        if step is None:
            return None
        found = self._connection.execute(self._rows_of_step, (assessment_id, state, step)).fetchall()
        made = tuple(_change(row) for row in found)
        for change in made:
            check(change)
        first = found[0]
        return Edit(
            Operation(first["op"]),
            tuple(map(_shown, made)),
            clean(first["author"]),
        )

    def history(self, assessment_id: int, keys: Iterable[str]) -> tuple[JournalEntry, ...]:
        """Return the changes of these keys that were not undone, the latest first."""
        wanted = tuple(keys)
        marks = ", ".join("?" * len(wanted))
        found = self._connection.execute(
            f"SELECT field, key, before, after, source, at FROM {self._table}"
            f" WHERE {self._owner} = ? AND state = 'fait' AND key IN ({marks}) ORDER BY id DESC",
            (assessment_id, *wanted),
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
