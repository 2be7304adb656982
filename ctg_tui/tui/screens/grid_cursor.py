"""The cursor of the grid page: arrows, clicks, the next blank cell, a line found by its words."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from ctg_tui.domain.answers import Cell
from ctg_tui.domain.completeness import next_blank
from ctg_tui.tui.view import DetailMode, at_end, at_mission, moved

if TYPE_CHECKING:
    from ctg_tui.tui.screens.grid_display import GridDisplay
    from ctg_tui.tui.screens.page import Page


class GridCursor:
    """Moves the cell of the view; `leave_text` saves and closes the comment being written."""

    def __init__(self, page: Page, display: GridDisplay, leave_text: Callable[[], None]) -> None:
        self._page = page
        self._display = display
        self._leave_text = leave_text

    def go(self, cell: Cell) -> None:
        """Put the cursor on a cell."""
        self._leave_text()
        aside = self._display.view.aside
        aside = aside if aside is DetailMode.WHY else DetailMode.LINE
        self._display.change(cell=cell, whole_line=False, aside=aside)

    def step(self, key: str) -> None:
        """Follow an arrow, Page, Début, Fin or Tab."""
        view = self._display.view
        match key:
            case "up" | "down":
                cell = moved(view, lines=-1 if key == "up" else 1)
            case "left" | "right":
                cell = moved(view, columns=-1 if key == "left" else 1)
            case "home" | "end":
                cell = at_end(view, last=key == "end")
            case "pageup" | "shift+tab":
                cell = at_mission(view, -1)
            case _:
                cell = at_mission(view, 1)
        self.go(cell)

    def go_to_mission(self, mission_id: str) -> None:
        """Go to the first line of a mission, if it has any."""
        view = self._display.view
        mission = view.grid.missions_by_id[mission_id]
        if mission.activities:
            self.go(Cell(mission.activities[0].id, view.cell.policy))

    def go_to_next(self, remark: Cell | None) -> None:
        """Go to the next remark left to answer or, without one, to the next cell without an answer."""
        self._leave_text()
        if remark is not None:
            self.go(remark)
            return
        view = self._display.view
        blank = next_blank(view.grid, view.assessment, view.cell)
        if blank is None:
            self._page.show_message("Toutes les cases ont une réponse.")
        else:
            self.go(blank)

    def search(self) -> None:
        """Offer every line, to be found by its words, its comment or its notes."""
        from ctg_tui.tui.screens.line_search import LineSearch

        self._leave_text()
        opened = self._page.opened
        self._page.app.push_screen(LineSearch(opened.grid, opened.assessment), self._found)

    def _found(self, activity: str | None) -> None:
        if activity is not None:
            self.go(Cell(activity, self._display.view.cell.policy))
