"""The facts of the log in the year of the assessment that a page shows, read by the page when it has time."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ctg_tui.domain.log import LogEntry
    from ctg_tui.services.log import YearOfLog
    from ctg_tui.tui.screens.page import Page


class FactsOfYear:
    """What was last read of the log; none for an assessment received from somebody."""

    def __init__(self, page: Page) -> None:
        self._page = page
        self.year: YearOfLog | None = None
        self._is_behind = False
        """Whether something waited for the disk when it was read."""

    def read(self, *, waits: bool = False) -> bool:
        """Read the facts; `waits` as `year_of_log` does.

        Return whether they were read: the database may refuse, which is said.
        """
        page = self._page
        if not page.is_attached or page.opened.is_received:
            return False
        from ctg_tui.services.log import year_of_log

        opened, workspace = page.opened, page.workspace
        self._is_behind = workspace.writer.waiting > 0
        year = page.read(lambda: year_of_log(workspace, opened.grid, opened.assessment, waits=waits), None)
        if year is not None:
            self.year = year
        return year is not None

    def catch_up(self) -> bool:
        """Read again, once all is on the disk, what was read before; return whether it was."""
        return self._is_behind and not self._page.workspace.writer.waiting and self.read()

    def of_line(self, line: str) -> tuple[LogEntry, ...]:
        """Return the facts tied to an activity or an indicator, by its identifier."""
        return () if self.year is None else self.year.of_line(line)
