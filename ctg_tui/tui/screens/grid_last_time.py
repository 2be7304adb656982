"""Last time beside this time, on the grid page: shown or hidden, and a comment taken over."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from ctg_tui.system import stored_settings
from ctg_tui.system.files import WriteRefusal
from ctg_tui.tui.screens.previous import last_time, shown_last_time
from ctg_tui.wording.last_time import NO_FORMER_COMMENT, NO_LAST_TIME, TAKEN_ALREADY, why_not_compared

if TYPE_CHECKING:
    from ctg_tui.tui.screens.grid_display import GridDisplay
    from ctg_tui.tui.screens.page import Page

_NOT_KEPT: Final = "Ce choix n’a pas pu être gardé pour la prochaine fois."


class LastTimeBeside:
    """Puts last time's assessment into the view, as far as the person wants to see it."""

    def __init__(self, page: Page, display: GridDisplay) -> None:
        self._page = page
        self._display = display
        self._folder = page.workspace.store.path.parent

    def show(self) -> None:
        """Show last time's notes and comments, if there are any and the setting shows them."""
        self._display.change(beside=shown_last_time(self._page))

    def toggle(self) -> None:
        """Hide last time's notes and comments, or show them again; the choice is stored."""
        if self._display.view.beside is not None:
            self._display.change(beside=None)
            self._store(stored_settings.OFF)
            self._page.show_message("Notes et commentaires de la dernière fois : cachés.")
            return
        last = last_time(self._page)
        if last is None:
            self._page.show_message(NO_LAST_TIME)
        elif last.scores is None:
            self._page.show_message(why_not_compared(last), warning=True)
        else:
            self._display.change(beside=last)
            self._store(stored_settings.ON)

    def take_over(self) -> None:
        """Put last time's comment of the line into this time's, below what is there."""
        view, session = self._display.view, self._page.opened
        activity = view.cell.activity
        last = view.last or last_time(self._page)
        former = "" if last is None else last.comments.get(activity, "")
        if not former:
            self._page.show_message(NO_FORMER_COMMENT)
            return
        if former in session.assessment.comments.get(activity, ""):
            self._page.show_message(TAKEN_ALREADY)
        elif self._page.save(lambda: session.take_over(activity, former)):
            self._display.take()

    def _store(self, choice: str) -> None:
        if self._page.is_example:  # it has no folder, and leaves no trace
            return
        try:
            stored_settings.write(self._folder, {stored_settings.LAST_TIME: choice})
        except WriteRefusal:
            self._page.show_message(_NOT_KEPT)
