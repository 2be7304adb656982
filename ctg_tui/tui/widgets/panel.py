"""A part of the grid screen: shows its own part of the one frozen view."""

from __future__ import annotations

from textual.geometry import Region

from ctg_tui.tui.view import View
from ctg_tui.tui.widgets.strips import StripWidget


class Panel(StripWidget):
    """Knows neither base nor session: the screen gives it each new view."""

    def __init__(self, view: View) -> None:
        super().__init__()
        self.view = view

    def show(self, view: View) -> list[Region]:
        """Show another view; only what differs is painted. Gives the cells of the screen that changed."""
        before, self.view = self.view, view
        return self.changes() if self.differs(before, view) else []

    def differs(self, before: View, after: View) -> bool:
        """Whether this part may look otherwise: said cheaply, the lines themselves are compared anyway."""
        return before is not after
