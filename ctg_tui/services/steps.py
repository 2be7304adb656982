"""The edits that undo and redo go through, known without reading the journal, which may be behind."""

from __future__ import annotations

from ctg_tui.domain.changes import Edit, goes_on

_State = tuple[int, Edit | None, list[Edit], bool, tuple[list[Edit], bool], Edit | None]


class Steps:
    """The latest edits of one assessment that can be undone, and those that can be redone.

    They equal those of the journal once the queue is written. Earlier edits are not known here: `done` and
    `undone` then run out, and `knows_undone` is False when the journal may hold more to redo.
    """

    def __init__(self) -> None:
        self.done: list[Edit] = []
        self.undone: list[Edit] = []
        """The next one to redo is the last."""
        self.knows_undone = False
        self._former: tuple[list[Edit], bool] = ([], False)
        """The edits that could be redone before the last edit."""
        self._typed: Edit | None = None
        """The edit still being typed."""
        self._before: _State = (0, None, [], False, self._former, None)
        """The state before the last `add`."""

    def add(self, edit: Edit, *, is_typed: bool = False) -> None:
        """Add an edit. A typed one continues the one before, by the rule of the journal."""
        typed = self._typed
        top = self.done[-1] if self.done else None
        self._before = (len(self.done), top, self.undone, self.knows_undone, self._former, typed)
        self._typed = edit if is_typed else None
        if is_typed and typed is not None and goes_on(typed.changes[0].before, edit.changes[0]):
            self._continue(typed, edit)
            return
        self._former = (self.undone, self.knows_undone)
        self.undone, self.knows_undone = [], True
        self.done.append(edit)

    def take_back(self) -> None:
        """Forget the last `add`."""
        size, top, self.undone, self.knows_undone, self._former, self._typed = self._before
        if top is not None:
            del self.done[size - 1 :]
            self.done.append(top)
        else:
            self.done.clear()

    def _continue(self, typed: Edit, edit: Edit) -> None:
        whole = edit._replace(changes=(edit.changes[0]._replace(before=typed.changes[0].before),))
        self._typed = whole
        if self.done and self.done[-1] is typed:
            self.done.pop()
        if whole.changes[0].before == whole.changes[0].after:  # no step: redo is as before it
            self.undone, self.knows_undone = self._former
            return
        self.undone, self.knows_undone = [], True
        self.done.append(whole)

    def end_typing(self) -> None:
        """End the edit being typed: the next text is another edit."""
        self._typed = None

    def undo(self, edit: Edit) -> None:
        """Move `edit`, the last one done, to those that can be redone."""
        if self.done:
            self.done.pop()
        self.undone = [*self.undone, edit]
        self._typed = None

    def redo(self, edit: Edit) -> None:
        """Move `edit`, the next one to redo, back to those done."""
        self.undone = self.undone[:-1]
        self.done.append(edit)
        self._typed = None
