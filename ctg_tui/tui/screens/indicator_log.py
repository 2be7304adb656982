"""What the log offers to the indicator that has the focus: a number to take up."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ctg_tui.tui.screens.facts_of_year import FactsOfYear
from ctg_tui.tui.texts import shown
from ctg_tui.tui.widgets.plain import PlainStatic

if TYPE_CHECKING:
    from ctg_tui.domain.grid import Indicator
    from ctg_tui.domain.log import LogEntry
    from ctg_tui.tui.screens.page import Page

ADVICE = "Un nombre, puis ↓ ou Entrée. Tab pour le commentaire."


class IndicatorLog(PlainStatic):
    """The line below the indicators: the advice, or what the log counted for the one that has the focus."""

    def __init__(self, page: Page) -> None:
        self._advice = "" if page.opened.is_read_only else ADVICE
        super().__init__(self._advice, id="indicateurs-aide", classes="-beside-text")
        self._page = page
        self._facts = FactsOfYear(page)

    def load(self) -> None:
        """Read the facts of the year."""
        self._facts.read()

    def catch_up(self) -> None:
        """Read again, once all is on the disk, what was read before."""
        self._facts.catch_up()

    def facts_of(self, indicator: Indicator) -> tuple[LogEntry, ...]:
        """Return the facts of the year tied to an indicator."""
        return () if indicator.is_heading else self._facts.of_line(indicator.id)

    def show_for(self, indicator: Indicator | None) -> None:
        """Show what the log offers to `indicator`, which has the focus."""
        facts = () if indicator is None else self.facts_of(indicator)
        if not facts:
            self.update(self._advice, layout=False)
            return
        from ctg_tui.wording.log import offer_of_number

        self.update(shown(f"▤ {offer_of_number(facts)} (Ctrl+R)"), layout=False)

    def take(self, indicator: Indicator | None) -> bool:
        """Set the number of `indicator` to what the log counted; return whether it changed."""
        page = self._page
        if not self._facts.read(waits=True):  # a fact noted just now may still be in the queue
            return False
        facts = () if indicator is None else self.facts_of(indicator)
        if indicator is None or not facts:
            page.show_message("Aucun fait au carnet cette année pour cet indicateur.")
            return False
        from ctg_tui.domain.log import total_of

        page.flush()
        page.opened.end_typing()
        return page.save(lambda: page.opened.count(indicator.id, total_of(facts)))
