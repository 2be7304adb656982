"""What has a journal of its own beside the assessments: each edit shown at once, written in order, undone."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from typing import TYPE_CHECKING, Generic, TypeVar

from ctg_tui.domain.changes import Change, Edit
from ctg_tui.domain.errors import Refusal
from ctg_tui.storage.writer import Work

if TYPE_CHECKING:
    from ctg_tui.storage.journal import Owner
    from ctg_tui.storage.store import Store

Content = TypeVar("Content")


class Book(Generic[Content]):
    """The content that belongs to one owner, such as the log of a territory.

    Edits and undo raise NotSaved, with `waits` true, when the disk refuses: the edit stays shown and in the
    queue of the store.
    """

    def __init__(
        self,
        store: Store,
        owner: Callable[[], Owner | None],
        read: Callable[[], Content],
        apply: Callable[[Content, tuple[Change, ...]], Content],
    ) -> None:
        """Open what `read` reads and `apply` changes; it has no `owner` until it is begun.

        Raises DatabaseRefusal.
        """
        self._store = store
        self._owner = owner
        self._read = read
        self._apply = apply
        self._content = read()
        self._pending: list[tuple[Change, ...]] = []
        self.saved_at: datetime | None = None

    @property
    def pending(self) -> int:
        """How many edits are not on the disk yet."""
        return len(self._pending)

    @property
    def unsaved(self) -> frozenset[str]:
        """The keys of what is not on the disk yet."""
        return frozenset(change.key for made in self._pending for change in made)

    def end_typing(self) -> None:
        """End the edit being typed, where texts are saved while they are."""

    def next_undo(self) -> Edit | None:
        """Return the edit that `undo` would take back; None when there is none."""
        self._store.writer.settle()
        owner = self._owner()
        return None if owner is None else self._store.last_done(owner)

    def next_redo(self) -> Edit | None:
        """Return the edit that `redo` would make again; None when there is none."""
        self._store.writer.settle()
        owner = self._owner()
        return None if owner is None else self._store.next_undone(owner)

    def undo(self) -> Edit | None:
        """Take the last edit back and return it; None when there is nothing to undo."""
        edit, owner = self.next_undo(), self._owner()
        if edit is not None and owner is not None:
            self.end_typing()
            self._put(edit.inverse(), lambda: self._store.undo(owner, edit))
        return edit

    def redo(self) -> Edit | None:
        """Make the last undone edit again and return it; None when there is none."""
        edit, owner = self.next_redo(), self._owner()
        if edit is not None and owner is not None:
            self.end_typing()
            self._put(edit.changes, lambda: self._store.redo(owner, edit))
        return edit

    def _put(self, made: tuple[Change, ...], write: Callable[[], datetime]) -> None:
        """Show `made`, and let `write` store it in its turn."""
        self._content = self._apply(self._content, made)
        self._pending.append(made)

        def written(now: datetime) -> None:
            self._forget(made)
            self.saved_at = now

        def dropped() -> None:
            self._forget(made)
            with suppress(Refusal):  # unreadable too: the screen stays as it was
                self._content = self._read()

        self._store.writer.put(Work(write, written, dropped))

    def _forget(self, made: tuple[Change, ...]) -> None:
        self._pending = [other for other in self._pending if other is not made]
