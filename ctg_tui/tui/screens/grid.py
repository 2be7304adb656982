"""The grid (*grille*): notes and comments, saved and shown at each key."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from textual.layout import Layout
from textual.widget import Widget

from ctg_tui.domain.answers import Answer
from ctg_tui.domain.assessment import Place
from ctg_tui.domain.changes import Edit
from ctg_tui.system.local_time import local_time
from ctg_tui.tui.commands import Command, Destination
from ctg_tui.tui.keyboards import DEFAULT_KEYBOARD, KEYBOARDS, Keyboard
from ctg_tui.tui.screens.grid_commands import GRID_COMMANDS, available, fixed_keys
from ctg_tui.tui.screens.grid_comment import CommentWriting
from ctg_tui.tui.screens.grid_cursor import GridCursor
from ctg_tui.tui.screens.grid_display import GridDisplay
from ctg_tui.tui.screens.grid_last_time import LastTimeBeside
from ctg_tui.tui.screens.grid_layout import GridLayout
from ctg_tui.tui.screens.grid_log import GridLog
from ctg_tui.tui.screens.grid_notes import GridNotes, cell_of
from ctg_tui.tui.screens.page import Page
from ctg_tui.tui.screens.previous import with_previous
from ctg_tui.tui.screens.reviewing import GridReview
from ctg_tui.tui.view import DetailMode, View, cell_at
from ctg_tui.tui.widgets.detail import LineDetail
from ctg_tui.tui.widgets.detail_pane import DetailPane
from ctg_tui.tui.widgets.gauges import Gauges
from ctg_tui.tui.widgets.missions import MissionTabs
from ctg_tui.tui.widgets.radar import RadarPanel
from ctg_tui.tui.widgets.scale import ScaleBar
from ctg_tui.tui.widgets.table import ActivityTable
from ctg_tui.wording.french import MOMENTS, NBSP, campaign_state, saved_words, territory_name
from ctg_tui.wording.history import history_lines

if TYPE_CHECKING:
    from ctg_tui.services.editing import Session
    from ctg_tui.services.workspace import Workspace


class GridScreen(Page):
    """Holds the parts of the grid, and passes each message and command to the part that handles it."""

    KEY_COMMANDS = GRID_COMMANDS
    STEP = 2
    TITLE_IN_HELP = "Grille"
    AUTO_FOCUS = "ActivityTable"
    BLANK = True  # the panels cover the screen: no background to paint with each of them
    DEFAULT_CSS = """
    GridScreen {
        &.-haut > KeyBar { height: 2; }
        &.-commentaire LineDetail { height: auto; max-height: 60%; }
        &.-commentaire.-bas LineDetail { height: 3; max-height: 3; }
    }
    """

    def __init__(
        self,
        workspace: Workspace,
        session: Session | None,
        place: Place | None = None,
        keyboard: Keyboard = KEYBOARDS[DEFAULT_KEYBOARD],
        writes: bool = False,
    ) -> None:
        """Open the grid at `place`; with `writes`, on the comment of the line, ready to be written."""
        super().__init__(workspace, session)
        self._writes = writes
        self._keyboard = keyboard
        opened, level = self.opened, self.level
        first = cell_at(opened.grid, opened.assessment, place or opened.place)
        view = View(
            opened.grid,
            opened.assessment,
            opened.scores,
            first,
            saved_at=opened.saved_at,
            unsaved=opened.unsaved,
            read_only=opened.read_only_advice,
        )
        self.table = ActivityTable(view, keyboard)
        self._top_panels = MissionTabs(view, level), self.table, Gauges(view, level), RadarPanel(view, level)
        self._detail, self._scale = LineDetail(view), ScaleBar(view, keyboard)
        self._below = DetailPane(self._detail)
        self._display = GridDisplay(self, view, (*self._top_panels, self._detail, self._scale))
        self._review = GridReview(self, self._display)
        self._display.when_lines_change = self._review.show
        self._comment = CommentWriting(self, self._display, self._below, self.table, self._review)
        self._cursor = GridCursor(self, self._display, self._comment.close)
        self._notes = GridNotes(self, self._display)
        self._log = GridLog(self, self._display)
        self._last_time = LastTimeBeside(self, self._display)
        self._days_left = self._until_closing()
        self._layout = GridLayout(lambda: self.view)

    @property
    def layout(self) -> Layout:
        return self._layout if self.maximized is None else super().layout

    @property
    def view(self) -> View:
        """The view that the page shows, or will show once the waiting keys are handled."""
        return self._display.view

    def body(self) -> Iterable[Widget]:
        yield from (*self._top_panels, self._below, self._scale)

    def headline(self) -> tuple[str, str]:
        identity = self.view.assessment.identity
        name = territory_name(identity)
        return (
            f"{name} · {identity.year} · {MOMENTS[identity.moment]}",
            f"{self._saving()} · {self._days_left}",
        )

    def _until_closing(self) -> str:
        opened = self.opened
        year = opened.assessment.identity.year
        return campaign_state(opened.grid.campaign, year, self.workspace.today())

    def _saving(self) -> str:
        view = self.view
        opened = self.opened
        if self.is_example or opened.is_read_only or opened.pending or view.saved_at is None:
            return self.state_of_saving()
        return saved_words(local_time(view.saved_at), self.workspace.today())

    def help_commands(self) -> tuple[Command, ...]:
        if self._comment.is_open:
            return self.commands()
        return (*fixed_keys(self._keyboard, self.opened), *self.commands())

    def use_keyboard(self, keyboard: Keyboard) -> None:
        self._keyboard = keyboard
        self.table.use(keyboard)
        self._scale.use(keyboard)

    def commands(self) -> tuple[Command, ...]:
        """Return the commands available: only keys while a comment is written, no answers once final."""
        every = available(super().commands(), self.opened, self._review)
        return tuple(command for command in every if command.keys) if self._comment.is_open else every

    def on_mount(self) -> None:
        self._last_time.show()
        self._review.read()
        self.call_after_refresh(self._log.read)
        if self._writes:
            self.call_after_refresh(self._comment.open)

    # painting

    def on_saved(self) -> None:
        self._display.refresh_state()
        self._log.catch_up()
        if self.opened.is_received:
            self._review.show()

    def on_show_again(self) -> None:
        self._log.read()
        self._days_left = self._until_closing()
        self._display.take(cell_at(self.opened.grid, self.opened.assessment, self.view.place))
        self._last_time.show()
        self._review.read()

    def flush(self) -> None:
        self._comment.save()
        if self.view.place != self.opened.place:
            self._display.save_place()

    # the cursor

    def on_activity_table_stepped(self, message: ActivityTable.Stepped) -> None:
        message.stop()
        self._cursor.step(message.key)

    def on_activity_table_pointed(self, message: ActivityTable.Pointed) -> None:
        message.stop()
        self._cursor.go(message.cell)

    def on_activity_table_asked(self, message: ActivityTable.Asked) -> None:
        """Explain the percentage under a column."""
        message.stop()
        self._cursor.go(message.cell)
        if self.view.aside is not DetailMode.WHY:
            self.action_why()

    def on_gauges_asked(self, message: Gauges.Asked) -> None:
        message.stop()
        self.action_why()

    def on_mission_tabs_chosen(self, message: MissionTabs.Chosen) -> None:
        message.stop()
        self._cursor.go_to_mission(message.mission)

    def action_next_blank(self) -> None:
        self._cursor.go_to_next(self._review.go_on(self.view.cell))

    def action_search(self) -> None:
        self._cursor.search()

    # answers

    def on_activity_table_rated(self, message: ActivityTable.Rated) -> None:
        message.stop()
        self._rate(message.answer)

    def on_scale_bar_given(self, message: ScaleBar.Given) -> None:
        message.stop()
        self._rate(message.answer)

    def _rate(self, answer: Answer | None) -> None:
        """Note the cell, in the review of a file received; a comment is saved, and closed with its line."""
        self._comment.save()
        line = self.view.cell.activity
        (self._review if self.opened.is_received else self._notes).rate(answer)
        if self.view.cell.activity != line:
            self._comment.close()

    def on_scale_bar_left(self, message: ScaleBar.Left) -> None:
        message.stop()
        self.action_back()

    def action_whole_line(self) -> None:
        self._notes.switch_whole_line()

    def action_turn(self) -> None:
        self._notes.switch_direction()

    def action_toggle_policy(self, everywhere: bool = False) -> None:
        self._comment.save()
        if everywhere and not self.opened.is_read_only:
            self._notes.ask_to_toggle_policy()
        else:
            self._notes.toggle_policy(None if everywhere else self.view.mission.id)

    def action_toggle_proposed(self) -> None:
        self._comment.close()
        self._notes.ask_to_toggle_proposed()

    def turn(
        self, word: str, nothing: str, following: Callable[[], Edit | None], turn: Callable[[], object]
    ) -> None:
        self._comment.close()
        super().turn(word, nothing, following, turn)

    def on_turned(self, edit: Edit) -> None:
        self._display.take(cell_of(edit, self.view.grid, self.view.cell.policy))
        self._review.show()

    # the comment

    def action_comment(self) -> None:
        if self._comment.is_open:
            self._comment.close()
        else:
            self._comment.open()

    def on_detail_pane_rested(self, message: DetailPane.Rested) -> None:
        message.stop()
        self._comment.save()

    def action_of_review(self, name: str) -> None:
        """Ask a question, put the line on the agenda, or show the page of the review."""
        self._comment.close()
        acts = {"question": self._comment.ask, "agenda": self._review.toggle_agenda}
        acts.get(name, self._review.visit)()

    def action_take_facts(self) -> None:
        self._comment.close()
        self._log.take()

    def on_line_detail_clicked(self, message: LineDetail.Clicked) -> None:
        message.stop()
        self.action_read_comments()

    def on_line_detail_take_over(self, message: LineDetail.TakeOver) -> None:
        message.stop()
        self.action_take_over()

    def action_read_comments(self) -> None:
        from ctg_tui.tui.screens.comments import read_comments

        read_comments(self, self.view.place, self._go_to_line)

    def _go_to_line(self, place: Place) -> None:
        self._cursor.go(
            cell_at(self.view.grid, self.view.assessment, place._replace(policy=self.view.cell.policy))
        )

    # details of the line

    def action_why(self) -> None:
        self._comment.close()
        self._display.toggle(DetailMode.WHY)

    def action_history(self) -> None:
        self._comment.close()
        if self.view.aside is not DetailMode.HISTORY:
            entries = self.read(lambda: self.opened.history(self.view.cell.activity), None)
            if entries is None:
                return
            self._display.change(history=history_lines(self.view.grid, entries, self.workspace.today()))
        elif not self._detail.has_room_for_history(self.view):
            from ctg_tui.tui.screens.history import HistoryScreen

            self.app.push_screen(HistoryScreen(self.view.history))
        self._display.toggle(DetailMode.HISTORY)

    def action_previous_outline(self) -> None:
        view = with_previous(self, self.view)
        self._display.change(drawn=view.drawn)
        if view.drawn is not None and not self.query_one(RadarPanel).region.area:
            self.show_message(
                f"La fenêtre est trop petite pour le radar{NBSP}: G pour le voir en grand, avec l’an dernier."
            )

    def action_read_on(self) -> None:
        self._detail.read_on()

    def action_last_time(self) -> None:
        self._last_time.toggle()

    def action_take_over(self) -> None:
        self._comment.close()
        self._last_time.take_over()

    # elsewhere

    def go_to(self, destination: Destination) -> None:
        here = {
            Destination.INDICATORS: Place(self.view.mission.id),
            Destination.LOG: self.view.place,
        }.get(destination)
        self.visit(destination, place=here)

    def action_back(self) -> None:
        if self._comment.is_open:
            self._comment.close()
        elif self.view.whole_line:
            self._notes.switch_whole_line()
        elif self.view.aside is not DetailMode.LINE:
            self._display.toggle(self.view.aside)
        else:
            self.leave()
