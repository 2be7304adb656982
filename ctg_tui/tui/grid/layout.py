"""Where the parts of the grid page stand, how they are painted, and the place kept for the next time."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from time import monotonic
from typing import TYPE_CHECKING, Any, Final, cast

from textual.geometry import NULL_OFFSET, NULL_SPACING, Region, Size
from textual.layout import ArrangeResult, Layout, WidgetPlacement

from ctg_tui.domain.assessment import Cell
from ctg_tui.domain.errors import NotSaved
from ctg_tui.domain.grid import Grid
from ctg_tui.tui.characters import shown
from ctg_tui.tui.key_gate import GatedApp
from ctg_tui.tui.later import delays_of
from ctg_tui.tui.textual_internals import refresh_cells
from ctg_tui.tui.view import FRAME_LINES, DetailMode, Heights, View, cell_at, heights
from ctg_tui.tui.widgets.detail import DetailPane
from ctg_tui.tui.widgets.figures import Gauges, MissionTabs
from ctg_tui.tui.widgets.radar import RadarPanel
from ctg_tui.tui.widgets.table import ActivityTable, Panel, ScaleBar, table_columns
from ctg_tui.wording.french import wrap

if TYPE_CHECKING:
    from textual.timer import Timer
    from textual.widget import Widget

    from ctg_tui.tui.page import Page


TABS_LINES: Final = 2


class GridLayout(Layout):
    """Missions on top, the table with the detail of its line below; gauges and radar at the side; the scale.

    A part without room has no place, and is not painted.
    """

    name = "grille"

    def __init__(self, view: Callable[[], View]) -> None:
        self._view = view

    def arrange(
        self, parent: Widget, children: list[Widget], size: Size, greedy: bool = True
    ) -> ArrangeResult:
        places = self._places(parent.screen.size.width, size)
        return [
            WidgetPlacement(region, NULL_OFFSET, NULL_SPACING, child)
            for child in children
            if (region := places.get(type(child))) is not None and region
        ]

    def _places(self, window: int, size: Size) -> dict[type[Widget], Region]:
        view = self._view()
        width, height = size
        side = table_columns(view, window).side
        table, detail, gauges, radar = grid_heights(view, window, height - TABS_LINES - 1)
        return {
            MissionTabs: Region(0, 0, width, TABS_LINES),
            ActivityTable: Region(0, TABS_LINES, width - side, table),
            DetailPane: Region(0, TABS_LINES + table, width - side, detail),
            Gauges: Region(width - side, TABS_LINES, side, gauges),
            RadarPanel: Region(width - side, TABS_LINES + gauges, side, radar),
            ScaleBar: Region(0, height - 1, width, 1),
        }


def grid_heights(view: View, window: int, height: int) -> Heights:
    """Share `height` lines, in a window of so many columns, between the parts of the page."""
    widths = table_columns(view, window)
    # without the spare cells, so that the table keeps its lines where the side panel takes their place
    below = window - widths.side - widths.spare - 2
    label_lines, wanted = lines_of_labels(view.grid, widths.label, below)
    label_lines += (view.last is not None) + (view.review is not None)  # below the comment of this time
    return heights(
        height,
        widths.side,
        len(view.grid.policies),
        lines=max(len(mission.activities) for mission in view.grid.missions),
        wanted=wanted + FRAME_LINES,
        label_lines=label_lines,
        is_open=view.aside is not DetailMode.LINE,
    )


def lines_of_labels(grid: Grid, label: int, detail: int) -> tuple[int, int]:
    """Return the lines of the longest label in `detail` cells, of the longest mission in `label`."""
    texts = tuple(tuple(shown(line.label) for line in mission.activities) for mission in grid.missions)
    return _lines_of(texts, label, detail)


@lru_cache(maxsize=32)
def _lines_of(texts: tuple[tuple[str, ...], ...], label: int, detail: int) -> tuple[int, int]:
    longest = max((len(wrap(text, detail)) for mission in texts for text in mission), default=1)
    return longest, max(sum(len(wrap(text, label)) for text in mission) for mission in texts)


# The view of the grid page: painted by its panels, with its place stored for the next time.

LONGEST_UNSEEN: Final = 0.08
"""Most seconds for which the effect of keys stays unpainted while they arrive faster than frames."""


class GridDisplay:
    """Holds the `View` that the parts of the page change, and shows it in `panels`."""

    def __init__(self, page: Page, view: View, panels: Sequence[Panel]) -> None:
        self._page = page
        self._panels = panels
        self.view = view
        self._shown = view
        """The view on the panels: behind `view` while keys arrive faster than the screen paints."""
        self._to_refresh: list[Region] = []
        """Cells painted by `prepare`, and not on the screen yet."""
        self.when_lines_change: Callable[[], object] = lambda: None
        """Called once the view shows other lines, for the parts that hold something of the former ones."""
        self.onward: Cell | None = None
        """Where the next note goes when its mission is finished: the cursor stays, to show the result."""
        self._shown_at = 0.0
        self._is_to_show = False
        self._moving: Timer | None = None

    def change(self, **changes: Any) -> None:
        """Replace fields of the view; show it now or, when more keys wait, once for all of them."""
        self.view = self.view._replace(**changes)
        if "cell" in changes:
            self.onward = None
            self._remember_place()
        if not self._page.is_running:
            return
        gate = cast(GatedApp, self._page.app).gate
        is_laid_out = self.view.aside is self._shown.aside
        if not gate.waiting or not is_laid_out or monotonic() - self._shown_at > LONGEST_UNSEEN:
            self._show()
        elif not self._is_to_show:
            self._is_to_show = True
            gate.when_none_waits(lambda: self._page.call_later(self._show_if_behind))

    def take(self, cell: Cell | None = None) -> None:
        """Show the session's present state, with the cursor on `cell`."""
        session, view = self._page.opened, self.view
        here = cell or view.cell
        if here.activity not in session.grid.activities:  # left aside
            here = cell_at(session.grid, session.assessment, None)
        has_other_lines = session.grid is not view.grid
        self.view = view.on(session.grid)
        self.change(
            assessment=session.assessment,
            scores=session.scores,
            saved_at=session.saved_at,
            unsaved=session.unsaved,
            read_only=session.read_only_advice,
            cell=here,
            whole_line=False,
            aside=DetailMode.LINE if view.aside is DetailMode.HISTORY else view.aside,
        )
        if has_other_lines:
            self.when_lines_change()

    def prepare(self, cell: Cell) -> None:
        """Paint what `take(cell)` is going to show if the disk holds it by then.

        Nothing of it gets to the screen before `take`, which paints again what differs.
        """
        page, session = self._page, self._page.opened
        if not page.is_running or cast(GatedApp, page.app).gate.waiting or self._is_to_show:
            return
        view = self.view._replace(
            assessment=session.assessment, scores=session.scores, cell=cell, whole_line=False
        )
        self._paint(view)

    def refresh_state(self) -> None:
        """Show the session's present state, with the cursor in place."""
        session = self._page.opened
        if session.grid is not self.view.grid:
            self.take()
            return
        self.change(
            assessment=session.assessment,
            scores=session.scores,
            saved_at=session.saved_at,
            unsaved=session.unsaved,
            read_only=session.read_only_advice,
        )

    def toggle(self, aside: DetailMode) -> None:
        """Show this detail below the table; called again, the line itself."""
        self.change(aside=DetailMode.LINE if self.view.aside is aside else aside)

    def save_place(self) -> None:
        """Store the place of the cursor, if it moved."""
        self._moving = None
        try:
            self._page.opened.move(self.view.place)
        except NotSaved:
            return  # only a place is lost: the next note stores it too, and warns if it cannot

    def _remember_place(self) -> None:
        if self._moving is None and self.view.place != self._page.opened.place:
            self._moving = self._page.set_timer(delays_of(self._page).place, self.save_place)

    def _show_if_behind(self) -> None:
        self._is_to_show = False
        if self._shown is not self.view:
            self._show()

    def _show(self) -> None:
        self._shown_at = monotonic()
        page, before, after = self._page, self._shown, self.view
        page.refresh_head()
        if after.picture != before.picture:
            self._paint(after)
        if self._to_refresh:
            refresh_cells(page, self._to_refresh)
            self._to_refresh = []
        if before.aside is not after.aside:
            page.set_class(after.aside is DetailMode.COMMENT, "-commentaire")
            page.refresh_frame()
        if _stands_on(before) != _stands_on(after):
            self._panels[0].refresh(layout=True)  # on a part: the page keeps its arrangement

    def _paint(self, view: View) -> None:
        self._shown = view
        for panel in self._panels:
            self._to_refresh += panel.show(view)


def _stands_on(view: View) -> tuple[object, ...]:
    """Return what the places of the panels depend on, in a window of one size."""
    return view.aside, id(view.grid), view.has_beside
