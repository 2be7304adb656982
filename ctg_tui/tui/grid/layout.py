"""The parts of the grid page: where they stand, the view that they show, the place kept for the next time."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, cast

from textual.geometry import NULL_OFFSET, NULL_SPACING, Region, Size
from textual.layout import ArrangeResult, Layout, WidgetPlacement
from textual.widget import Widget

from ctg_tui.chart.figures import FEWEST_MISSIONS, By, figures, past_of
from ctg_tui.domain.assessment import Cell, Place
from ctg_tui.domain.changes import Edit, Field, cells_to_show
from ctg_tui.domain.errors import NotSaved
from ctg_tui.domain.grid import Grid
from ctg_tui.tui.later import Soon, delays_of
from ctg_tui.tui.page import Page
from ctg_tui.tui.view import (
    View,
    place_at,
    place_of,
    points_by_line,
    rows_of_page,
    shape_of,
)
from ctg_tui.tui.widgets.detail import CommentBox, LineDetail
from ctg_tui.tui.widgets.figures import GridHead
from ctg_tui.tui.widgets.radar import RadarPanel
from ctg_tui.tui.widgets.table import ActivityTable

if TYPE_CHECKING:
    from textual.timer import Timer

    from ctg_tui.domain.assessment import Said
    from ctg_tui.services.editing import Session
    from ctg_tui.services.workspace import Workspace


class GridLayout(Layout):
    """Places the parts of a `GridParts` where it says; one without room is not painted."""

    name = "grille"

    def arrange(
        self, parent: Widget, children: list[Widget], size: Size, greedy: bool = True
    ) -> ArrangeResult:
        places = cast(GridParts, parent).places(size)
        return [
            WidgetPlacement(region, NULL_OFFSET, NULL_SPACING, child, order=rank)
            for rank, child in enumerate(children)
            if (region := places.get(child))
        ]


class GridParts(Page):
    """The part of the grid page that holds the `View` and shows it; the others change it.

    The missions and the bars on top, the table, the zone of its line below it, the radar at the side. A
    mission without a line takes all that is below the missions, and the table what is below the bars while a
    text is written in it.
    """

    def __init__(self, workspace: Workspace, session: Session | None, place: Place | None) -> None:
        super().__init__(workspace, session)
        opened = self.opened
        self.view = View(
            *(opened.grid, opened.assessment, opened.scores, place_at(opened.grid, place or opened.place)),
            points=points_by_line(opened.points),
            other=workspace.catalogue.variant_of(opened.grid),
        )
        """What the page shows."""
        self._points = opened.points
        self.table = ActivityTable(self.view)
        self._figures, self._zone = GridHead(self.view), LineDetail(self.view)
        self._radar = RadarPanel()
        self._box = CommentBox(self.refresh_head)
        self._moving: Timer | None = None
        self._layout = GridLayout()
        self._around = Soon(self, self._show_around)

    @property
    def repaints_soon(self) -> bool:
        """Whether what stands around the notes is still to be shown."""
        return self._around.waits

    def _show_around(self) -> None:
        """Show what does not need to be seen with a note: the zone of the line, head line and foot."""
        view = self.view
        self._zone.show(view)
        if shape_of(view).side and not view.is_empty:
            mission = view.grid.mission_of[view.cell.activity]
            by = By.MISSION if len(view.grid.noted_missions) >= FEWEST_MISSIONS else By.LINE
            past = past_of(view.last)
            content = figures(view.grid, view.assessment, view.scores, past, by=by, mission=mission)
            self._radar.show(content, mission.id if by is By.MISSION else view.place.line or "")
        self.refresh_frame()

    @property
    def layout(self) -> Layout:
        return self._layout

    def body(self) -> Iterable[Widget]:
        yield from (self._figures, self._zone, self.table, self._radar, self._box)

    def places(self, size: Size) -> dict[Widget, Region]:
        """Return the region of each part in a page of that size."""
        if size != self.view.size:
            self.view = self.view._replace(size=size)
            self._show()
            self._zone.show(self.view)
            self._around.ask()
        view, (width, height) = self.view, size
        if view.is_empty:
            return {
                self._figures: Region(0, 0, width, 1),
                self.table: Region(0, 1, width, height - 1),
            }
        shape = shape_of(view)
        rows, left = rows_of_page(view, shape), width - shape.side
        room = height - rows.head - max(rows.message, bool(view.form))
        table = Region(0, rows.head, left, room if view.form else rows.table)
        form = self.table.form_in(*table.size).translate(table.offset) if view.form else Region()
        return {
            self._figures: Region(0, 0, width, rows.head),
            self.table: table,
            self._zone: Region(0, table.bottom, left, room - table.height),
            self._radar: Region(left, rows.head, shape.side, room),
            self._box: form,
        }

    def change(self, **changes: Any) -> None:
        """Replace fields of the view and show it."""
        before = self.view
        if "place" in changes:
            changes = {"noted": None, **changes}
        self.view = before._replace(**changes)
        if "place" in changes and self._moving is None and self.view.place != self.opened.place:
            self._moving = self.set_timer(delays_of(self).place, self.save_place)
        if not self.is_running:
            return
        self._show()
        if _stands_on(before) == _stands_on(self.view):
            self._around.ask()
        else:
            self._show_around()
            self.table.refresh(layout=True)  # of a part: the page keeps its arrangement

    def take(self, place: Place | None = None, noted: Cell | None = None) -> None:
        """Show the session's present state, with the cursor at `place`; `noted` is the cell just noted."""
        here = place_at(self.opened.grid, place or self.view.place)
        self.change(**self._state() | {"place": here, "typed": None, "noted": noted})

    def refresh_state(self) -> None:
        """Show the session's present state, with the cursor in place."""
        self.change(**self._state())

    def _state(self) -> dict[str, Any]:
        """Return what the session has now; the points are the same value until one of them changes."""
        session, view = self.opened, self.view
        state = {"assessment": session.assessment, "scores": session.scores}
        if session.points is not self._points:
            self._points = session.points
            state["points"] = points_by_line(session.points)
        if session.grid is not view.grid:
            other = self.workspace.catalogue.variant_of(session.grid)
            state |= {"grid": session.grid, "other": other, "place": place_at(session.grid, view.place)}
        return state

    def save_place(self) -> None:
        """Store the place of the cursor, if it moved."""
        self._moving = None
        try:
            self.opened.move(self.view.place)
            self.opened.save_place()
        except NotSaved:
            return  # only a place is lost: the next note stores it too, and warns if it cannot

    def _show(self) -> None:
        """Show the view in the table and its figures."""
        for part in (self.table, self._figures):
            part.show(self.view)


def _stands_on(view: View) -> tuple[object, ...]:
    """Return what the places of the parts depend on, in a window of one size."""
    return id(view.grid), view.mission.id, view.last is not None, view.form, view.form and view.place.line


def place_of_edit(edit: Edit, grid: Grid, policy: str, said: Mapping[str, Said]) -> Place | None:
    """Return the place that shows an edit, None where the cursor stays; `policy` for a comment.

    `said` are the rows of the thread by id: those that an answer is about.
    """
    for cell in cells_to_show(edit):
        if cell.activity in grid.activities and cell.policy in grid.policies_by_id:
            return place_of(grid, *cell)
    for change in edit.changes:
        line, column = change.key, policy
        if change.field is Field.DRAFT:
            line, _, column = change.key.partition("/")
        elif change.field is Field.SAID:
            heard = said.get(change.key)
            line, column = (heard.line or "", heard.policy or policy) if heard is not None else ("", policy)
        elif change.field not in {Field.COMMENT, Field.NUMBER, Field.REMARK}:
            continue
        if line in grid.mission_of:
            return place_at(grid, Place("", line, column or policy))
    return None
