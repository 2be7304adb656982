"""The facts of the log on the lines of the grid: how many, and taking them into the comment."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ctg_tui.services.log import YearOfLog
    from ctg_tui.tui.screens.grid_display import GridDisplay
    from ctg_tui.tui.screens.page import Page


class GridLog:
    """Reads the log once a visit, after the first frame: no key waits for it."""

    def __init__(self, page: Page, display: GridDisplay) -> None:
        self._page = page
        self._display = display
        self._year: YearOfLog | None = None
        self._is_behind = False
        """Whether something waited for the disk when it was read."""

    def read(self, *, waits: bool = False) -> bool:
        """Read the facts of the year, and show how many each line has; `waits` as `year_of_log` does.

        Return whether they were read: the database may refuse, which is said.
        """
        page = self._page
        if not page.is_attached or page.opened.is_received:
            return False
        from ctg_tui.services.log import year_of_log

        opened, workspace = page.opened, page.workspace
        self._is_behind = workspace.writer.waiting > 0
        year = page.read(lambda: year_of_log(workspace, opened.grid, opened.assessment, waits=waits), None)
        if year is None:
            return False
        self._year = year
        noted = Counter(
            line for entry in year.entries if entry.on in year.period for line in entry.activities
        )
        if noted != self._display.view.noted:
            self._display.change(noted=dict(noted))
        return True

    def catch_up(self) -> None:
        """Read again, once all is on the disk, what was read before."""
        if self._is_behind and not self._page.workspace.writer.waiting:
            self.read()

    def take(self) -> None:
        """Add the facts of the line to its comment, each once."""
        page, display = self._page, self._display
        if not self.read(waits=True):  # K, a fact and J typed on a slow disk: it may still be in the queue
            return
        activity = display.view.cell.activity
        facts = () if self._year is None else self._year.of_line(activity)
        if not facts:
            page.show_message("Aucun fait au carnet cette année sur cette ligne. K : en noter un.")
            return
        from ctg_tui.wording.log import facts_added, facts_in_comment, taken

        opened = page.opened
        before = opened.assessment.comments.get(activity, "")
        comment = facts_in_comment(before, facts)
        if comment == before:
            page.show_message("Ces faits sont déjà dans le commentaire.")
            return
        opened.end_typing()
        if page.save(lambda: opened.comment(activity, comment)):
            opened.end_typing()
            display.take()
            page.show_message(taken(facts_added(before, comment)))
