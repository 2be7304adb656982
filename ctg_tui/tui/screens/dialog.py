"""A screen over a page until it is answered, once."""

from __future__ import annotations

from textual.await_complete import AwaitComplete
from textual.screen import ModalScreen, ScreenResultType

from ctg_tui.tui.widgets.frame import KeyBar


class Dialog(ModalScreen[ScreenResultType]):
    """Ignore a second `dismiss`: it would pop the page below. A dialog may have a bar of its own keys."""

    _is_answered = False

    def on_resize(self) -> None:
        """Cover the key bar of the page below, whose keys do nothing here: it can have two lines."""
        stack = self.app.screen_stack
        if self not in stack:  # closed in the turn in which the window changed
            return
        below = stack[stack.index(self) - 1].query(KeyBar)
        for bar in self.query(KeyBar):
            bar.styles.height = max((one.size.height for one in below), default=1)

    def dismiss(self, result: ScreenResultType | None = None) -> AwaitComplete:
        """Close with `result`, the first time."""
        if self._is_answered:
            return AwaitComplete()
        self._is_answered = True
        return super().dismiss(result)
