"""A part of the grid screen: it shows its part of the frozen view."""

from __future__ import annotations

from typing import ClassVar

from textual.geometry import Region

from ctg_tui.tui.view import View
from ctg_tui.tui.widgets.strips import StripWidget


class Panel(StripWidget):
    """A panel of the grid. The screen gives it each new view: it uses neither database nor session."""

    FOLLOWS: ClassVar[bool] = False
    """Whether it is painted after the note's own frame, once for a burst of keys."""

    def __init__(self, view: View) -> None:
        super().__init__()
        self.view = view

    def show(self, view: View) -> list[Region]:
        """Show another view; paint only the differences, and return the cells of the screen that changed."""
        before, self.view = self.view, view
        if before.grid is not view.grid or before.beside is not view.beside or before.review != view.review:
            self.forget()
        if not self.differs(before, view):
            return []
        if self.FOLLOWS and before.aside is view.aside:
            self.repaint_soon()
            return []
        return self.changes()

    def differs(self, before: View, after: View) -> bool:
        """Return whether this part may have changed: a cheap test, since the lines are compared anyway."""
        return before is not after
