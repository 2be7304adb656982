"""The journal: what, before, after, when. Written in the transaction of the answer itself; undo reads it."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from datetime import datetime

from ctg_tui.domain.changes import Change, Edit, Field, JournalEntry, check
from ctg_tui.domain.text import clean, is_kept
from ctg_tui.storage.rows import moment_text, parse_moment
from ctg_tui.storage.values import clean_value, read_value, write_value

_LAST_DONE = "SELECT max(step) FROM journal WHERE assessment_id = ? AND state = 'fait'"
_NEXT_UNDONE = "SELECT min(step) FROM journal WHERE assessment_id = ? AND state = 'annule'"
_ROWS_OF_STEP = (
    "SELECT gesture, field, key, before, after FROM journal"
    " WHERE assessment_id = ? AND state = ? AND step = ? ORDER BY id"
)
_TURN_STEP = "UPDATE journal SET state = ? WHERE assessment_id = ? AND state = ? AND step = ?"


class Journal:
    """Gestures of the assessments of one base. What writes here runs inside the caller's transaction."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._forgotten: tuple[int, set[int]] = (0, set())
        """The last step, and the undone ones that it made forgotten."""

    def record(self, assessment_id: int, edit: Edit, now: datetime, into: int | None = None) -> int | None:
        """Write the values of `gesture` and its journal rows; gives the step, to continue it with `into`.

        What stood before is read from the base, not believed: a gesture may have waited. None when the base
        already holds every value. With `into`, the last step is the same field still being typed: its row
        takes the new text, so that one undo takes back the whole edit, unless a saved text would be lost with
        it. Undone steps can no longer be redone, unless the edit comes to nothing.
        """
        made = tuple(
            change._replace(before=before)
            for change in edit.changes
            if (before := read_value(self._connection, assessment_id, change)) != change.after
        )
        if not made:
            return None
        for change in made:
            write_value(self._connection, assessment_id, change)
        undone = self._connection.execute(
            "UPDATE journal SET state = 'abandonne' WHERE assessment_id = ? AND state = 'annule'"
            " RETURNING step",
            (assessment_id,),
        ).fetchall()
        if into is not None and len(made) == 1 and self._continue(assessment_id, made[0], now, into):
            return into
        step: int = self._connection.execute("SELECT coalesce(max(id), 0) + 1 FROM journal").fetchone()[0]
        self._connection.executemany(
            "INSERT INTO journal (assessment_id, step, gesture, field, key, before, after, at)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            [
                (assessment_id, step, edit.name, c.field, c.key, c.before, c.after, moment_text(now))
                for c in made
            ],
        )
        self._forgotten = (step, {row["step"] for row in undone})
        return step

    def _continue(self, assessment_id: int, change: Change, now: datetime, into: int) -> bool:
        """Bring the row `into` to the text of `change`. False when it is not that field's row; also when what
        was told as saved would be nowhere, neither in the new text nor in the one that undoing gives back.

        A text brought back to what it was is no step: undoing it would change nothing, and what had been
        undone before it can be redone as if it had not been.
        """
        row = self._connection.execute(
            "SELECT before FROM journal WHERE id = ? AND assessment_id = ? AND field = ? AND key = ?",
            (into, assessment_id, change.field, change.key),
        ).fetchone()
        if row is None:
            return False
        if not (is_kept(change.before, change.after) or is_kept(change.before, row["before"])):
            return False
        self._connection.execute(
            "UPDATE journal SET after = ?1, at = ?2,"
            " state = CASE WHEN before IS ?1 THEN 'abandonne' ELSE 'fait' END WHERE id = ?3",
            (change.after, moment_text(now), into),
        )
        step, forgotten = self._forgotten
        if row["before"] == change.after and step == into:
            turned = [("annule", assessment_id, "abandonne", one) for one in forgotten]
            self._connection.executemany(_TURN_STEP, turned)
        return True

    def undo(self, assessment_id: int) -> Edit | None:
        """Take the last gesture back; gives the changes made to do so, None when there is nothing to undo.

        Raises one of `rows.DAMAGE` or sqlite3.IntegrityError when the journal holds what no version ever
        wrote.
        """
        return self._turn(assessment_id, _LAST_DONE, "fait", "annule")

    def redo(self, assessment_id: int) -> Edit | None:
        """Make the last undone gesture again; None when there is none. Raises as `undo` does."""
        return self._turn(assessment_id, _NEXT_UNDONE, "annule", "fait")

    def _turn(self, assessment_id: int, which: str, state: str, new_state: str) -> Edit | None:
        step = self._connection.execute(which, (assessment_id,)).fetchone()[0]
        if step is None:
            return None
        found = self._connection.execute(_ROWS_OF_STEP, (assessment_id, state, step)).fetchall()
        made = tuple(_change(row) for row in found)
        for change in made:
            check(change)
        if new_state == "annule":
            made = tuple(change.inverse() for change in reversed(made))
        for change in made:
            write_value(self._connection, assessment_id, change)
        self._connection.execute(_TURN_STEP, (new_state, assessment_id, state, step))
        return Edit(clean(found[0]["gesture"]), tuple(map(_shown, made)))

    def history(self, assessment_id: int, keys: Iterable[str]) -> tuple[JournalEntry, ...]:
        """What happened to these keys and was not undone, the latest first."""
        wanted = tuple(keys)
        marks = ", ".join("?" * len(wanted))
        found = self._connection.execute(
            "SELECT field, key, before, after, at FROM journal WHERE assessment_id = ? AND state = 'fait'"
            f" AND key IN ({marks}) ORDER BY id DESC",
            (assessment_id, *wanted),
        )
        return tuple(JournalEntry(parse_moment(row["at"]), _shown(_change(row))) for row in found)


def _change(row: sqlite3.Row) -> Change:
    return Change(Field(row["field"]), row["key"], row["before"], row["after"])


def _shown(change: Change) -> Change:
    texts = (
        None if text is None else clean_value(change.field, text) for text in (change.before, change.after)
    )
    return Change(change.field, clean(change.key), *texts)
