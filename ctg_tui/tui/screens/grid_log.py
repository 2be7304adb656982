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

    def read(self, *, waits: bool = False) -> None:
        """Read the facts of the year, and show how many each line has; `waits` as `year_of_log` does."""
        page = self._page
        if not page.is_attached or page.opened.is_received:
            return
        from ctg_tui.services.log import year_of_log

        opened, workspace = page.opened, page.workspace
        self._year = page.read(
            lambda: year_of_log(workspace, opened.grid, opened.assessment, waits=waits), self._year
        )
        if self._year is None:
            return
        period = self._year.period
        noted = Counter(
            line for entry in self._year.entries if entry.on in period for line in entry.activities
        )
        if noted != self._display.view.noted:
            self._display.change(noted=dict(noted))

    def take(self) -> None:
        """Add the facts of the line to its comment, each once."""
        page, display = self._page, self._display
        if page.workspace.writer.waiting:  # K, a fact and J typed on a slow disk: it is still in the queue
            self.read(waits=True)
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
