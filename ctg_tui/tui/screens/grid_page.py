"""The grid screen without its answers: what it shows, where its cursor goes, what is asked about a line."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING, Final, cast

from textual.reactive import var
from textual.timer import Timer
from textual.widget import Widget

from ctg_tui.domain.answers import Cell
from ctg_tui.domain.assessment import Place
from ctg_tui.domain.completeness import next_blank
from ctg_tui.domain.errors import NotSaved
from ctg_tui.domain.grid import campaign_closing
from ctg_tui.tui.commands import Command, letters
from ctg_tui.tui.keyboards import DEFAULT_KEYBOARD, KEYBOARDS, Keyboard
from ctg_tui.tui.offers import Offer
from ctg_tui.tui.screens.grid_commands import FILL, FIXED_KEYS, GRID_COMMANDS
from ctg_tui.tui.screens.page import Destination, Page
from ctg_tui.tui.screens.previous import with_previous
from ctg_tui.tui.view import DetailMode, View, at_end, at_mission, cell_at, moved
from ctg_tui.tui.widgets.detail import LineDetail
from ctg_tui.tui.widgets.detail_pane import DetailPane
from ctg_tui.tui.widgets.gauges import Gauges
from ctg_tui.tui.widgets.missions import MissionTabs
from ctg_tui.tui.widgets.radar import RadarPanel
from ctg_tui.tui.widgets.scale import ScaleBar
from ctg_tui.tui.widgets.strips import refresh_cells
from ctg_tui.tui.widgets.table import ActivityTable
from ctg_tui.wording.french import MOMENTS, days_left, short_day, territory_name
from ctg_tui.wording.history import told

if TYPE_CHECKING:
    from ctg_tui.services.editing import Session
    from ctg_tui.services.workspace import Workspace

_MOVING_REST: Final = 0.8


class GridPage(Page):
    """Shows one `View`. Answering is `GridScreen`'s."""

    KEY_COMMANDS = GRID_COMMANDS
    TITLE_IN_HELP = "Grille"
    AUTO_FOCUS = "ActivityTable"
    BLANK = True  # nothing of its own behind the panels: nothing to paint with each of them
    DEFAULT_CSS = """
    GridPage {
        layout: grid;
        grid-size: 2 5;
        grid-columns: 1fr 42;
        grid-rows: 3 13 1fr 16 1;
        MissionTabs { column-span: 2; }
        ActivityTable { row-span: 2; }
        RadarPanel { row-span: 2; }
        ScaleBar { column-span: 2; }
        &.-vaste { grid-columns: 1fr 66; }
        &.-moyen { grid-columns: 1fr 27; grid-rows: 3 6 1fr 12 1; }
        &.-normal { grid-rows: 2 6 1fr 7 1; }
        &.-bas { grid-rows: 2 5 1fr 5 1; }
        &.-ouvert.-moyen, &.-ouvert.-normal { grid-rows: 2 6 1fr 12 1; }
        &.-bas.-ouvert.-moyen { grid-rows: 2 3 1fr 2fr 1; }
        &.-attente.-bas.-moyen, &.-attente.-bas.-large, &.-attente.-bas.-vaste { grid-rows: 2 2 1fr 5 1; }
        &.-attente.-ouvert.-normal { grid-rows: 2 6 1fr 9 1; }
        &.-etroit {
            grid-size: 1 4;
            grid-columns: 1fr;
            grid-rows: 2 1fr 6 1;
            MissionTabs, ScaleBar { column-span: 1; }
            ActivityTable { row-span: 1; }
            Gauges, RadarPanel { display: none; }
            &.-ouvert { grid-rows: 2 1fr 9 1; }
            &.-bas { grid-rows: 2 1fr 4 1; }
            &.-bas.-ouvert { grid-rows: 2 1fr 8 1; }
        }
        &.-etroit.-ouvert.-normal { grid-rows: 2 1fr 9 1; }
        &.-commentaire LineDetail { height: 5; }
        &.-commentaire.-bas LineDetail { height: 3; }
    }
    """

    view: var[View] = var(cast(View, None), init=False)

    def __init__(
        self,
        workspace: Workspace,
        session: Session | None,
        place: Place | None = None,
        keyboard: Keyboard = KEYBOARDS[DEFAULT_KEYBOARD],
    ) -> None:
        super().__init__(workspace, session)
        self._keyboard = keyboard
        opened = self.opened
        first = cell_at(opened.grid, opened.assessment, place or opened.place)
        view = View(
            opened.grid,
            opened.assessment,
            opened.scores,
            first,
            saved_at=opened.saved_at,
            unsaved=opened.unsaved,
        )
        self.set_reactive(GridPage.view, view)
        level = self.level
        self.table = ActivityTable(view, keyboard, letters(GRID_COMMANDS))
        self._scale = ScaleBar(view, keyboard)
        self._detail = LineDetail(view)
        self._below = DetailPane(self._detail)
        self._panels = (
            MissionTabs(view, level),
            self.table,
            Gauges(view, level),
            RadarPanel(view, level),
            self._detail,
            self._scale,
        )
        self._shown = view
        """What the panels show: behind `view` while keys come faster than the screen."""
        self._showing_later = False
        self._days_left = self._until_closing()
        self._moving: Timer | None = None

    def body(self) -> Iterable[Widget]:
        tabs, table, gauges, radar, _, scale = self._panels
        yield from (tabs, table, gauges, radar)
        yield self._below
        yield scale

    def headline(self) -> tuple[str, str]:
        identity = self.view.assessment.identity
        name = territory_name(identity)
        return (
            f"{name} · {identity.year} · {MOMENTS[identity.moment]}",
            f"{self._saving()} · {self._days_left}",
        )

    def _until_closing(self) -> str:
        opened = self.opened
        closing = campaign_closing(opened.grid.campaign, opened.assessment.identity.year)
        return days_left(self.workspace.today(), closing)

    def _saving(self) -> str:
        view = self.view
        if self.opened.is_final:
            return "définitive, en lecture seule"
        if self.opened.pending or view.saved_at is None:
            return self.state_of_saving()
        at = view.saved_at.astimezone()
        if at.date() == self.workspace.today():
            return f"enregistré {at:%H:%M:%S}"
        return f"enregistré le {short_day(at.date())} à {at:%H:%M}"

    def help_commands(self) -> tuple[Command, ...]:
        notes = Command(
            "",
            "",
            "",
            "Donner une note ; le curseur avance",
            shown_keys=self._keyboard.note_keys_text,
            group=FILL,
        )
        if self._below.activity is not None:
            return self.commands()
        fixed = [one for one in (notes, *FIXED_KEYS) if one.group != FILL or not self.opened.is_final]
        return (*fixed, *self.commands())

    def use_keyboard(self, keyboard: Keyboard) -> None:
        self._keyboard = keyboard
        self.table.use(keyboard)
        self._scale.use(keyboard)

    def commands(self) -> tuple[Command, ...]:
        """While a comment is written, letters are letters; what is final is not answered any more."""
        every = super().commands()
        if self.opened.is_final:
            every = tuple(one for one in every if one.group != FILL)
        return every if self._below.activity is None else tuple(one for one in every if one.keys)

    # the view

    def watch_view(self) -> None:
        """Show the view now or, when other keys wait, once for them all."""
        if self._showing_later:
            return
        if self.message_queue_size:
            self._showing_later = True
            self.call_later(self._show_view)
        else:
            self._show_view()

    def _show_view(self) -> None:
        self._showing_later = False
        before, after = self._shown, self.view
        self._shown = after
        self.refresh_head()
        changed = [region for panel in self._panels for region in panel.show(after)]
        if changed:
            refresh_cells(self, changed)
        if before.aside is not after.aside:
            self.set_class(after.aside is not DetailMode.LINE, "-ouvert")
            self.set_class(after.aside is DetailMode.COMMENT, "-commentaire")
            self.refresh_frame()

    def _close_editor(self) -> None:
        """Leave the text being written, if any, with all its letters saved."""

    def _go(self, cell: Cell) -> None:
        """Put the cursor on a cell."""
        self._close_editor()
        aside = self.view.aside if self.view.aside is DetailMode.WHY else DetailMode.LINE
        self.view = replace(self.view, cell=cell, whole_line=False, aside=aside)
        self._remember_place()

    def _take(self, cell: Cell | None = None) -> None:
        """Show what the session now holds, with the cursor on `cell`."""
        session, view = self.opened, self.view
        self.view = replace(
            view,
            assessment=session.assessment,
            scores=session.scores,
            saved_at=session.saved_at,
            unsaved=session.unsaved,
            cell=cell or view.cell,
            whole_line=False,
            aside=DetailMode.LINE if view.aside is DetailMode.HISTORY else view.aside,
        )
        self._remember_place()

    def on_saved(self) -> None:
        self.show_session()

    def show_session(self) -> None:
        """Show what the session now holds, where one stands."""
        session = self.opened
        self.view = replace(
            self.view,
            assessment=session.assessment,
            scores=session.scores,
            saved_at=session.saved_at,
            unsaved=session.unsaved,
        )

    def on_banner(self, *, shown: bool) -> None:
        """The banner takes lines: what is written below the table gives them."""
        self.set_class(shown, "-attente")

    def on_show_again(self) -> None:
        self._days_left = self._until_closing()
        self._take(cell_at(self.opened.grid, self.opened.assessment, self.view.place))

    # moving

    def on_activity_table_stepped(self, message: ActivityTable.Stepped) -> None:
        message.stop()
        view = self.view
        match message.key:
            case "up" | "down":
                cell = moved(view, lines=-1 if message.key == "up" else 1)
            case "left" | "right":
                cell = moved(view, columns=-1 if message.key == "left" else 1)
            case "home" | "end":
                cell = at_end(view, last=message.key == "end")
            case "pageup" | "shift+tab":
                cell = at_mission(view, -1)
            case _:
                cell = at_mission(view, 1)
        self._go(cell)

    def on_activity_table_pointed(self, message: ActivityTable.Pointed) -> None:
        message.stop()
        self._go(message.cell)

    def on_mission_tabs_chosen(self, message: MissionTabs.Chosen) -> None:
        message.stop()
        mission = self.view.grid.missions_by_id[message.mission]
        if mission.activities:
            self._go(Cell(mission.activities[0].id, self.view.cell.policy))

    def action_next_blank(self) -> None:
        self._close_editor()
        blank = next_blank(self.view.grid, self.view.assessment, self.view.cell)
        if blank is None:
            self.tell("Toutes les cases ont une réponse.")
        else:
            self._go(blank)

    def action_search(self) -> None:
        from ctg_tui.tui.screens.chooser import Chooser

        self._close_editor()
        offers = [
            Offer(activity.id, f"{mission.number}.{number} {activity.label}")
            for mission in self.view.grid.missions
            for number, activity in enumerate(mission.activities, 1)
        ]
        self.app.push_screen(Chooser("Chercher une ligne", offers), self._found)

    def _found(self, activity: str | None) -> None:
        if activity is not None:
            self._go(Cell(activity, self.view.cell.policy))

    def _remember_place(self) -> None:
        if self._moving is None and self.view.place != self.opened.place:
            self._moving = self.set_timer(_MOVING_REST, self._save_place)

    def _save_place(self) -> None:
        self._moving = None
        try:
            self.opened.move(self.view.place)
        except NotSaved:
            return  # only where the cursor stands: the next note writes it too, and warns if it cannot

    # asked about the line

    def action_why(self) -> None:
        self._close_editor()
        self._aside(DetailMode.WHY)

    def action_history(self) -> None:
        self._close_editor()
        if self.view.aside is not DetailMode.HISTORY:
            happened = self.read(lambda: self.opened.history(self.view.cell.activity), None)
            if happened is None:
                return
            self.view = replace(self.view, history=told(self.view.grid, happened, self.workspace.today()))
        elif not self._detail.has_room_for_history(self.view):
            from ctg_tui.tui.screens.history import HistoryScreen

            self.app.push_screen(HistoryScreen(self.view.history))
        self._aside(DetailMode.HISTORY)

    def _aside(self, aside: DetailMode) -> None:
        """Show this below the table; asked again, the line itself."""
        self.view = replace(self.view, aside=DetailMode.LINE if self.view.aside is aside else aside)

    def action_previous_outline(self) -> None:
        self.view = with_previous(self, self.view)

    def flush(self) -> None:
        if self.view.place != self.opened.place:
            self._save_place()

    # elsewhere

    def action_summary(self) -> None:
        self.visit(Destination.SUMMARY)

    def action_indicators(self) -> None:
        self.visit(Destination.INDICATORS, place=Place(self.view.mission.id))

    def action_form(self) -> None:
        self.visit(Destination.FORM)

    def action_export(self) -> None:
        self.visit(Destination.EXPORT)

    def action_preparation(self) -> None:
        self.visit(Destination.PREPARATION)

    def action_sending(self) -> None:
        self.visit(Destination.SENDING)

    def action_forecast(self) -> None:
        self.visit(Destination.FORECAST)

    def action_back(self) -> None:
        if self._below.activity is not None:
            self._close_editor()
        elif self.view.whole_line:
            self.view = replace(self.view, whole_line=False)
        elif self.view.aside is not DetailMode.LINE:
            self._aside(self.view.aside)
        else:
            self.leave()

    async def on_activity_table_asked(self, message: ActivityTable.Asked) -> None:
        message.stop()
        await self.run_action(message.command.action)
