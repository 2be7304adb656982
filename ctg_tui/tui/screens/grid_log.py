"""The facts of the log on the lines of the grid: how many, and taking them into the comment."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from ctg_tui.tui.screens.facts_of_year import FactsOfYear

if TYPE_CHECKING:
    from ctg_tui.tui.screens.grid_display import GridDisplay
    from ctg_tui.tui.screens.page import Page


class GridLog:
    """Reads the log once a visit, after the first frame: no key waits for it."""

    def __init__(self, page: Page, display: GridDisplay) -> None:
        self._page = page
        self._display = display
        self._facts = FactsOfYear(page)

    def read(self) -> None:
        """Read the facts of the year, and show how many each line has."""
        if self._facts.read():
            self._show()

    def catch_up(self) -> None:
        """Read again, once all is on the disk, what was read before."""
        if self._facts.catch_up():
            self._show()

    def _show(self) -> None:
        year = self._facts.year
        entries = () if year is None else [entry for entry in year.entries if entry.on in year.period]
        noted = Counter(line for entry in entries for line in entry.activities)
        if noted != self._display.view.noted:
            self._display.change(noted=dict(noted))

    def take(self) -> None:
        """Add the facts of the line to its comment, each once."""
        page, display = self._page, self._display
        if not self._facts.read(waits=True):  # K, a fact and J on a slow disk: it may still be in the queue
            return
        self._show()
        activity = display.view.cell.activity
        facts = self._facts.of_line(activity)
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
