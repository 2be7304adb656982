"""Where the parts of the grid page stand, how they are painted, and the place kept for the next time."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from textual.geometry import NULL_OFFSET, NULL_SPACING, Region, Size
from textual.layout import ArrangeResult, Layout, WidgetPlacement

from ctg_tui.domain.assessment import Cell, Place
from ctg_tui.domain.changes import Edit, Field, cells_to_show
from ctg_tui.domain.errors import NotSaved
from ctg_tui.domain.grid import Grid
from ctg_tui.tui.later import delays_of
from ctg_tui.tui.view import (
    Points,
    Spot,
    View,
    on_indicator,
    place_of,
    points_by_line,
    spot_at,
)
from ctg_tui.tui.widgets.detail import LineDetail
from ctg_tui.tui.widgets.figures import GridHead, RadarPanel
from ctg_tui.tui.widgets.table import ActivityTable, Panel, rows_of_page, shape_of

if TYPE_CHECKING:
    from textual.timer import Timer
    from textual.widget import Widget

    from ctg_tui.domain.thread import Point, Said
    from ctg_tui.tui.page import Page


class GridLayout(Layout):
    """The missions and the bars on top, the table, the zone of its line below it; the radar at the side.

    A part without room has no place, and is not painted. A mission without a line takes all that is below
    the missions, and the table what is below the bars while a text is written in it.
    """

    name = "grille"

    def __init__(
        self, view: Callable[[], View], form_in: Callable[[Size], Region], sized: Callable[[Size], None]
    ) -> None:
        """Make the layout of `view`; `form_in` gives the place of the form in a table of that size.

        `sized` is called with the room of the page.
        """
        self._view = view
        self._form_in = form_in
        self._sized = sized

    def arrange(
        self, parent: Widget, children: list[Widget], size: Size, greedy: bool = True
    ) -> ArrangeResult:
        self._sized(size)
        places = self._places(size)
        form = Region()
        if self._view().form:
            table = places[ActivityTable]
            form = self._form_in(table.size).translate(table.offset)
        return [
            WidgetPlacement(region, NULL_OFFSET, NULL_SPACING, child, order=region is form)
            for child in children
            if (region := places.get(type(child), form))
        ]

    def _places(self, size: Size) -> dict[type[Widget], Region]:
        view = self._view()
        width, height = size
        if view.empty:
            return {
                GridHead: Region(0, 0, width, 1),
                ActivityTable: Region(0, 1, width, height - 1),
            }
        rows, table = rows_of_page(view), shape_of(view).width
        room = height - rows.head - max(rows.message, bool(view.form))
        lines = room if view.form else rows.table
        return {
            GridHead: Region(0, 0, width, rows.head),
            ActivityTable: Region(0, rows.head, table, lines),
            LineDetail: Region(0, rows.head + lines, table, room - lines),
            RadarPanel: Region(table, rows.head, width - table, room),
        }


# The view of the grid page: painted by its panels, with its place stored for the next time.


class GridDisplay:
    """Holds the `View` that the parts of the page change, and shows it in `panels`."""

    def __init__(self, page: Page, view: View, panels: Sequence[Panel]) -> None:
        self._page = page
        self._panels = panels
        self.view = view
        self._shown = view
        """The view on the panels."""
        self.onward: Cell | None = None
        """Where the next note goes when its mission is finished: the cursor stays, to show the result."""
        self._had_blank = _has_blank(view)
        self._moving: Timer | None = None
        self._read_points: tuple[Point, ...] = ()

    def change(self, **changes: Any) -> None:
        """Replace fields of the view, and show it."""
        if "cell" in changes:
            changes = {"noted": None, **changes}
        self.view = self.view._replace(**changes)
        if "cell" in changes:
            self.onward = None
            self._remember_place()
        if self._page.is_running:
            self._show()

    def sized(self, size: Size) -> None:
        """Take the room of the page: its panels are painted for it in any case."""
        if size != self.view.size:
            self.view = self.view._replace(size=size)
            for panel in self._panels:
                panel.view = panel.view._replace(size=size)
                panel.forget()

    def take(self, cell: Cell | Spot | None = None, noted: Cell | None = None) -> None:
        """Show the session's present state, with the cursor on `cell`; `noted` is the one just noted."""
        session, view = self._page.opened, self.view
        has_other_lines = session.grid is not view.grid
        here = cell if isinstance(cell, Spot) else view.spot if cell is None else Spot(cell)
        if has_other_lines:
            here = spot_at(session.grid, self._place_in(session.grid, here))
            self.view = view.on(session.grid, self._page.workspace.catalogue.variant_of(session.grid))
        self.change(
            assessment=session.assessment,
            scores=session.scores,
            saved_at=session.saved_at,
            cell=here.cell,
            indicator=here.indicator,
            empty=here.empty,
            typed=None,
            points=self._points(),
            noted=noted,
        )

    def _points(self) -> Points:
        """Return the points of the Caf by line: the same value until one of them changes."""
        points = self._page.opened.points
        if points is not self._read_points:
            self._read_points, found = points, points_by_line(points)
            return self.view.points if found == self.view.points else found
        return self.view.points

    def _place_in(self, grid: Grid, here: Spot) -> Place:
        """Return the place of `here` in the lines of `grid`: at its mission, where its line is not one."""
        line = here.indicator or here.cell.activity
        if here.empty or line not in grid.mission_of:
            mission = here.empty or self.view.grid.mission_of[line].id
            return Place(mission, None, here.cell.policy)
        return place_of(grid, here.cell, here.indicator)

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
            points=self._points(),
        )

    def save_place(self) -> None:
        """Store the place of the cursor, if it moved."""
        self._moving = None
        try:
            self._page.opened.move(self.view.place)
            self._page.opened.save_place()
        except NotSaved:
            return  # only a place is lost: the next note stores it too, and warns if it cannot

    def _remember_place(self) -> None:
        if self._moving is None and self.view.place != self._page.opened.place:
            self._moving = self._page.set_timer(delays_of(self._page).place, self.save_place)

    def _show(self) -> None:
        page, before, after = self._page, self._shown, self.view
        page.refresh_head()
        if after.picture != before.picture:
            self._shown = after
            for panel in self._panels:
                panel.show(after)
        had_blank, self._had_blank = self._had_blank, _has_blank(after)
        if had_blank is not self._had_blank or _named(before) != _named(after):
            page.refresh_frame()
        if _stands_on(before) != _stands_on(after):
            self._panels[0].refresh(layout=True)  # on a part: the page keeps its arrangement


def _has_blank(view: View) -> bool:
    """Return whether a cell is blank: the key bar then names the key that goes there."""
    proposed = view.scores.proposed
    return bool(view.scores.whole.blank or (proposed is not None and proposed.whole.blank))


def _stands_on(view: View) -> tuple[object, ...]:
    """Return what the places of the panels depend on, in a window of one size."""
    return id(view.grid), view.mission.id, view.last is not None, view.form, bool(view.form) and view.line.id


def _named(view: View) -> tuple[object, ...]:
    """Return what the foot depends on, beside whether a cell is blank."""
    return view.to_comment, view.to_answer, bool(view.form), view.answered


def spot_of(edit: Edit, grid: Grid, policy: str, said: Mapping[str, Said]) -> Spot | None:
    """Return the spot that shows an edit, None where the cursor stays; `policy` for a comment.

    `said` are the rows of the thread by id: those that an answer is about.
    """
    near = Cell(grid.cells[0].activity, policy)
    for cell in cells_to_show(edit):
        if cell.activity in grid.activities and cell.policy in grid.policies_by_id:
            return Spot(cell)
    for change in edit.changes:
        if change.field is Field.COMMENT and change.key in grid.activities:
            return Spot(Cell(change.key, policy))
        if change.field in {Field.NUMBER, Field.REMARK} and change.key in grid.indicators:
            return on_indicator(grid, near, change.key)
        heard = said.get(change.key) if change.field in {Field.SAID, Field.DRAFT} else None
        if heard is not None and (spot := spot_of_line(grid, near, heard.line, heard.policy)) is not None:
            return spot
    return None


def spot_of_line(grid: Grid, near: Cell, line: str | None, policy: str | None) -> Spot | None:
    """Return the spot of a line or a cell of the grid, else None; of a whole line in the column of `near`."""
    if line is not None and line in grid.indicators:
        return on_indicator(grid, near, line)
    if line is None or line not in grid.activities:
        return None
    return Spot(Cell(line, policy if policy is not None and policy in grid.policies_by_id else near.policy))
