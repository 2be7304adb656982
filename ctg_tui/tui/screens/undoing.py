"""Undo and redo of the open assessment, the same on every page that has them."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from ctg_tui.domain.changes import Edit
from ctg_tui.wording.history import edit_name

if TYPE_CHECKING:
    from ctg_tui.tui.screens.page import Page


class Undoing:
    """Turns the last edit back or makes it again, then calls `show` with it and says what was done."""

    def __init__(self, page: Page, show: Callable[[Edit], None]) -> None:
        self._page = page
        self._show = show

    def undo(self) -> None:
        """Take the last edit back, also one of a former day."""
        self._turn(self._page.opened.undo, "Annulé", "Il n’y a rien à annuler.")

    def redo(self) -> None:
        """Make the last undone edit again."""
        self._turn(self._page.opened.redo, "Refait", "Il n’y a rien à refaire.")

    def _turn(self, turn: Callable[[], Edit | None], done: str, nothing: str) -> None:
        turned: list[Edit | None] = []
        if not self._page.save(lambda: turned.append(turn())):
            return
        edit = turned[0]
        if edit is None:
            self._page.tell(nothing)
            return
        self._show(edit)
        self._page.tell(f"{done} : {edit_name(edit.name)}.")
