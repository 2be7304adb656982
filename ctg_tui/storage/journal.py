"""The journal: what, before, after, when. Written in the transaction of the answer itself; undo reads it."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from datetime import datetime

from ctg_tui.domain.changes import Change, Field, Gesture, Happening
from ctg_tui.storage.rows import moment_text, parse_moment
from ctg_tui.storage.values import write_value

_LAST_DONE = "SELECT max(step) FROM journal WHERE assessment_id = ? AND state = 'fait'"
_NEXT_UNDONE = "SELECT min(step) FROM journal WHERE assessment_id = ? AND state = 'annule'"


class Journal:
    """Gestures of the assessments of one base. What writes here runs inside the caller's transaction."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def record(self, assessment_id: int, gesture: Gesture, now: datetime, into: int | None = None) -> int:
        """Write the values of `gesture` and its journal rows; gives the step, to continue it with `into`.

        With `into`, the last step is the same field still being typed: its row takes the new text, so that
        one undo takes back the whole edit. Undone steps can no longer be redone.
        """
        for change in gesture.changes:
            write_value(self._connection, assessment_id, change)
        self._connection.execute(
            "UPDATE journal SET state = 'abandonne' WHERE assessment_id = ? AND state = 'annule'",
            (assessment_id,),
        )
        if into is not None:
            (change,) = gesture.changes
            self._connection.execute(
                "UPDATE journal SET after = ?, at = ? WHERE id = ?",
                (change.after, moment_text(now), into),
            )
            return into
        step: int = self._connection.execute("SELECT coalesce(max(id), 0) + 1 FROM journal").fetchone()[0]
        self._connection.executemany(
            "INSERT INTO journal (assessment_id, step, gesture, field, key, before, after, at)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            [
                (assessment_id, step, gesture.name, c.field, c.key, c.before, c.after, moment_text(now))
                for c in gesture.changes
            ],
        )
        return step

    def undo(self, assessment_id: int) -> Gesture | None:
        """Take the last gesture back; gives the changes made to do so, None when there is nothing to undo."""
        return self._turn(assessment_id, _LAST_DONE, "annule", backwards=True)

    def redo(self, assessment_id: int) -> Gesture | None:
        """Make the last undone gesture again; None when there is none."""
        return self._turn(assessment_id, _NEXT_UNDONE, "fait", backwards=False)

    def _turn(self, assessment_id: int, which: str, state: str, *, backwards: bool) -> Gesture | None:
        step = self._connection.execute(which, (assessment_id,)).fetchone()[0]
        if step is None:
            return None
        found = self._connection.execute(
            "SELECT gesture, field, key, before, after FROM journal"
            " WHERE assessment_id = ? AND step = ? AND state <> ? ORDER BY id",
            (assessment_id, step, state),
        ).fetchall()
        made = tuple(_change(row) for row in found)
        if backwards:
            made = tuple(change.inverse() for change in reversed(made))
        for change in made:
            write_value(self._connection, assessment_id, change)
        self._connection.execute(
            "UPDATE journal SET state = ? WHERE assessment_id = ? AND step = ? AND state <> ?",
            (state, assessment_id, step, state),
        )
        return Gesture(found[0]["gesture"], made)

    def history(self, assessment_id: int, keys: Iterable[str]) -> tuple[Happening, ...]:
        """What happened to these keys and was not undone, the latest first."""
        wanted = tuple(keys)
        marks = ", ".join("?" * len(wanted))
        found = self._connection.execute(
            "SELECT field, key, before, after, at FROM journal WHERE assessment_id = ? AND state = 'fait'"
            f" AND key IN ({marks}) ORDER BY id DESC",
            (assessment_id, *wanted),
        )
        return tuple(Happening(parse_moment(row["at"]), _change(row)) for row in found)


def _change(row: sqlite3.Row) -> Change:
    return Change(Field(row["field"]), row["key"], row["before"], row["after"])
