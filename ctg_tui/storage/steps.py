"""Undo and redo of what has a journal of its own beside the assessments: a log, a review being written."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, Generic, TypeVar

from ctg_tui.domain.changes import Edit
from ctg_tui.storage import rows
from ctg_tui.storage.journal import Journal, Scope
from ctg_tui.storage.refusals import damaged, other_journal

if TYPE_CHECKING:
    from ctg_tui.storage.store import Store

Owner = TypeVar("Owner")


class Steps(Generic[Owner]):
    """The steps of one kind of journal; `id_of` gives the number of an owner, None when nothing is begun."""

    def __init__(self, scope: Scope, id_of: Callable[[sqlite3.Connection, Owner], int | None]) -> None:
        self._scope = scope
        self._id_of = id_of

    def last_done(self, store: Store, owner: Owner) -> Edit | None:
        """Return the edit that undo would take back. Raises DatabaseRefusal."""
        return self._following(store, owner, Journal.last_done)

    def next_undone(self, store: Store, owner: Owner) -> Edit | None:
        """Return the edit that redo would make again. Raises DatabaseRefusal."""
        return self._following(store, owner, Journal.next_undone)

    def undo(self, store: Store, owner: Owner, edit: Edit) -> datetime:
        """Take back `edit`, the last one done. Raises NotSaved, Refusal, DatabaseRefusal."""
        return self._turn(store, owner, edit, Journal.undo)

    def redo(self, store: Store, owner: Owner, edit: Edit) -> datetime:
        """Make `edit`, the next one undone, again. Raises as `undo` does."""
        return self._turn(store, owner, edit, Journal.redo)

    def _following(
        self, store: Store, owner: Owner, find: Callable[[Journal, int], Edit | None]
    ) -> Edit | None:
        with store.reading():
            number = self._id_of(store.connection, owner)
            return None if number is None else find(Journal(store.connection, self._scope), number)

    def _turn(
        self, store: Store, owner: Owner, edit: Edit, turn: Callable[[Journal, int, Edit, datetime], bool]
    ) -> datetime:
        with store.writing(waits=True) as now:
            number = self._id_of(store.connection, owner)
            journal = Journal(store.connection, self._scope)
            try:
                is_turned = number is not None and turn(journal, number, edit, now)
            except (*rows.CORRUPT_ROW_ERRORS, sqlite3.IntegrityError) as error:
                raise damaged(store.path) from error
            if not is_turned:
                raise other_journal()
        return now
