"""The grid (*grille*): notes and comments, saved and shown at each key."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Final, cast

from textual.layout import Layout
from textual.widget import Widget

from ctg_tui.domain.assessment import NOT_CONCERNED, Answer, Cell, Place
from ctg_tui.domain.changes import Edit, Field, cells_to_show
from ctg_tui.domain.edits import column_cells
from ctg_tui.domain.grid import Grid, Portion
from ctg_tui.domain.scores import Scores
from ctg_tui.domain.steps import next_blank
from ctg_tui.system import places
from ctg_tui.system.files import WriteRefusal
from ctg_tui.tui.characters import shown
from ctg_tui.tui.commands import Command, Destination
from ctg_tui.tui.comments import last_time, shown_last_time, with_previous
from ctg_tui.tui.grid.commands import GRID_COMMANDS, available, fixed_keys
from ctg_tui.tui.grid.layout import GridDisplay, GridLayout
from ctg_tui.tui.grid.search import FactsOfYear
from ctg_tui.tui.key_gate import GatedApp
from ctg_tui.tui.later import delays_of
from ctg_tui.tui.messages import ToastApp
from ctg_tui.tui.page import Page
from ctg_tui.tui.review.on_grid import GridReview, book_of
from ctg_tui.tui.settings import DEFAULT_KEYBOARD, KEYBOARDS, Keyboard
from ctg_tui.tui.view import (
    DetailMode,
    Direction,
    View,
    at_end,
    at_mission,
    cell_at,
    following,
    moved,
    place_of,
)
from ctg_tui.tui.widgets.detail import DetailPane, LineDetail
from ctg_tui.tui.widgets.figures import Gauges, MissionTabs, RadarPanel
from ctg_tui.tui.widgets.table import ActivityTable, ScaleBar
from ctg_tui.wording.french import NARROW, NBSP, count
from ctg_tui.wording.grid import finished, history_lines
from ctg_tui.wording.provenance import close_doors, doors_set
from ctg_tui.wording.results import NO_FORMER_COMMENT, NO_LAST_TIME, TAKEN_ALREADY, why_not_compared

if TYPE_CHECKING:
    from ctg_tui.services.editing import Session
    from ctg_tui.services.workspace import Workspace


_NOT_KEPT: Final = "Ce choix n’a pas pu être gardé pour la prochaine fois."


class GridScreen(Page):
    """The table with what stands around it, and every command on it."""

    KEY_COMMANDS = GRID_COMMANDS
    STEP = 2
    TITLE_IN_HELP = "Grille"
    AUTO_FOCUS = "ActivityTable"
    BLANK = True  # the panels cover the screen: no background to paint with each of them
    DEFAULT_CSS = """
    GridScreen {
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
        view = View(
            opened.grid,
            opened.assessment,
            opened.scores,
            cell_at(opened.grid, opened.assessment, place or opened.place),
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
        self._facts = FactsOfYear(self)
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

    def help_commands(self) -> tuple[Command, ...]:
        if self.is_writing:
            return self.commands()
        return (*fixed_keys(self._keyboard, self.opened), *self.commands())

    def use_keyboard(self, keyboard: Keyboard) -> None:
        self._keyboard = keyboard
        self.table.use(keyboard)
        self._scale.use(keyboard)

    def commands(self) -> tuple[Command, ...]:
        """Return the commands available: only keys while a comment is written, no answers once final."""
        every = available(super().commands(), self.opened, self._review)
        return tuple(command for command in every if command.keys) if self.is_writing else every

    def on_mount(self) -> None:
        self._show_last_time()
        self._review.read()
        self.call_after_refresh(self._read_facts)
        if self._writes:
            self.call_after_refresh(self._write_comment)

    def on_saved(self) -> None:
        self._display.refresh_state()
        if self._facts.catch_up():
            self._show_facts()
        if self.opened.is_received:
            self._review.show()

    def on_show_again(self) -> None:
        self._read_facts()
        self._display.take(cell_at(self.opened.grid, self.opened.assessment, self.view.place))
        self._show_last_time()
        self._review.read()

    def flush(self) -> None:
        self._save_comment()
        if self.view.place != self.opened.place:
            self._display.save_place()

    # the cursor

    def _go(self, cell: Cell) -> None:
        """Put the cursor on a cell."""
        self._close_comment()
        aside = DetailMode.WHY if self.view.aside is DetailMode.WHY else DetailMode.LINE
        self._display.change(cell=cell, whole_line=False, aside=aside)

    def on_activity_table_stepped(self, message: ActivityTable.Stepped) -> None:
        """Follow an arrow, Page, Début, Fin or Tab."""
        message.stop()
        view, key = self.view, message.key
        match key:
            case "up" | "down":
                cell = moved(view, lines=-1 if key == "up" else 1)
            case "left" | "right":
                cell = moved(view, columns=-1 if key == "left" else 1)
            case "home" | "end":
                cell = at_end(view, last=key == "end")
            case _:
                cell = at_mission(view, -1 if key in {"pageup", "shift+tab"} else 1)
        self._go(cell)

    def on_activity_table_pointed(self, message: ActivityTable.Pointed) -> None:
        message.stop()
        self._go(message.cell)

    def on_activity_table_asked(self, message: ActivityTable.Asked) -> None:
        """Explain the percentage under a column."""
        message.stop()
        self._go(message.cell)
        if self.view.aside is not DetailMode.WHY:
            self.action_why()

    def on_gauges_asked(self, message: Gauges.Asked) -> None:
        message.stop()
        self.action_why()

    def on_mission_tabs_chosen(self, message: MissionTabs.Chosen) -> None:
        """Go to the first line of a mission, if it has any."""
        message.stop()
        lines = self.view.grid.missions_by_id[message.mission].activities
        if lines:
            self._go(Cell(lines[0].id, self.view.cell.policy))

    def action_next_blank(self) -> None:
        """Go to the next remark left to answer or, without one, to the next cell without an answer."""
        self._close_comment()
        view = self.view
        target = self._review.go_on(view.cell) or next_blank(view.grid, view.assessment, view.cell)
        if target is None:
            self.show_message("Toutes les cases ont une réponse.")
        else:
            self._go(target)

    def action_search(self) -> None:
        """Offer every line, to be found by its words, its comment or its notes."""
        from ctg_tui.tui.grid.search import LineSearch

        self._close_comment()
        self.app.push_screen(LineSearch(self.opened.grid, self.opened.assessment), self._found)

    def _found(self, activity: str | None) -> None:
        if activity is not None:
            self._go(Cell(activity, self.view.cell.policy))

    # answers

    def on_activity_table_rated(self, message: ActivityTable.Rated) -> None:
        message.stop()
        self._rate(message.answer)

    def on_scale_bar_given(self, message: ScaleBar.Given) -> None:
        message.stop()
        self._rate(message.answer)

    def on_scale_bar_left(self, message: ScaleBar.Left) -> None:
        message.stop()
        self.action_back()

    def _rate(self, answer: Answer | None) -> None:
        """Note the cell, in the review of a file received; a comment is saved, and closed with its line."""
        self._save_comment()
        line = self.view.cell.activity
        if self.opened.is_received:
            self._review.rate(answer)
        else:
            self._answer(answer)
        if self.view.cell.activity != line:
            self._close_comment()

    def _answer(self, answer: Answer | None) -> None:
        """Answer the cell under the cursor, or its whole line if the person chose that; None clears."""
        display, session = self._display, self.opened
        view, former = display.view, session.scores
        if answer is not None and display.onward is not None:
            view = view._replace(cell=display.onward)
            cast(ToastApp, self.app).remove_toasts()  # the result of the mission left behind
        target = view.cell if answer is None else following(view, past_line=view.whole_line)
        place = place_of(view.grid, target)
        if view.whole_line:
            done = self.save(lambda: session.rate_line(view.cell.activity, answer, place))
        else:
            done = self.save(lambda: session.rate(view.cell, answer, place, lambda: display.prepare(target)))
        if done:
            self._go_on(view, former, target)
        else:
            display.refresh_state()

    def _go_on(self, view: View, former: Scores, target: Cell) -> None:
        """Show the new note and go to `target`; when it finishes its mission, show the result first.

        The cursor then stays in the mission whose figures are in sight; the next note goes to `target`.
        """
        grid, scores, here = view.grid, self.opened.scores, view.cell.activity
        mission, is_proposed = grid.mission_of[here], grid.activities[here].is_proposed
        tally = scores.side(is_proposed).missions[mission.id]
        if tally.blank or not former.side(is_proposed).missions[mission.id].blank:
            self._display.take(target)
            return
        leaves = grid.mission_of[target.activity] is not mission
        self._display.take(view.cell if leaves else target)
        self._display.onward = target if leaves else None
        sentence = finished(grid, scores, Portion(mission, is_proposed), self._display.onward)

        def tell() -> None:
            if self.opened.scores is scores:  # no key typed ahead has left the mission already
                self.notify(sentence, timeout=delays_of(self).result, markup=False)

        cast(GatedApp, self.app).gate.when_none_waits(tell)

    def action_whole_line(self) -> None:
        self._display.change(whole_line=not self.view.whole_line)

    def action_turn(self) -> None:
        """Go on line by line, or column by column."""
        down = self.view.direction is Direction.ACROSS
        self._display.change(direction=Direction.DOWN if down else Direction.ACROSS)

    def action_toggle_policy(self, everywhere: bool = False) -> None:
        """Set a column to NC; ask first where it changes beyond the mission in sight."""
        self._save_comment()
        view, label = self.view, self._policy_label
        if not everywhere or self.opened.is_read_only:
            self._toggle_policy(None if everywhere else view.mission.id)
            return
        cells = column_cells(view.grid, view.cell.policy, None)
        question = f"Passer {label} en NC dans toute la grille ({count(len(cells), 'ligne')}){NARROW}?"
        yes = "Oui, toute la grille"
        if all(view.answer(cell) is NOT_CONCERNED for cell in cells):
            question = f"Rétablir les notes de {label} dans toute la grille{NARROW}?"
            yes = "Oui, les rétablir"
        self.ask(question, yes, lambda: self._toggle_policy(None))

    @property
    def _policy_label(self) -> str:
        return self.view.grid.policies_by_id[self.view.cell.policy].label

    def _toggle_policy(self, mission: str | None) -> None:
        """Set the column to NC in a mission or (None) everywhere; called again, restore its notes."""
        policy = self.view.cell.policy
        if not self.save(lambda: self.opened.toggle_policy(policy, mission)):
            return
        self._display.take()
        view, label = self.view, self._policy_label
        where = "dans toute la grille" if mission is None else "dans cette mission"
        said = f"{label} : vos notes sont rétablies {where}."
        if all(view.answer(cell) is NOT_CONCERNED for cell in column_cells(view.grid, policy, mission)):
            key = "Maj+P" if mission is None else "P"
            said = f"{label} : non concerné {where}. Rappuyez sur {key} pour retrouver vos notes."
        self.show_message(said)

    def action_toggle_proposed(self) -> None:
        """Open every door, or close them all; ask before answers go."""
        self._close_comment()
        session = self.opened
        doors = [door for door in session.grid.doors if door.mission.id in session.open_missions]
        values = session.values_behind([door.mission.id for door in doors])
        if session.is_read_only or not values:
            self._toggle_proposed()
        else:
            self.ask(close_doors(doors, values), "Oui, fermer", self._toggle_proposed)

    def _toggle_proposed(self) -> None:
        session = self.opened
        opens = not session.open_missions
        every = [door.mission.id for door in session.grid.doors]
        if self.save(lambda: (session.open_doors if opens else session.close_doors)(every)):
            self._display.take()
            self.show_message(doors_set(session.grid.doors, opens))

    def turn(
        self, word: str, nothing: str, following: Callable[[], Edit | None], turn: Callable[[], object]
    ) -> None:
        self._close_comment()
        super().turn(word, nothing, following, turn)

    def on_turned(self, edit: Edit) -> None:
        self._display.take(_cell_of(edit, self.view.grid, self.view.cell.policy))
        self._review.show()

    # the text of the line: its comment or, of a file received, a part of its review

    @property
    def is_writing(self) -> bool:
        return self._below.key is not None

    def action_comment(self) -> None:
        if self.is_writing:
            self._close_comment()
        else:
            self._write_comment()

    def _write_comment(self) -> None:
        """Write the comment of the line under the cursor, or show it whole when it cannot be edited."""
        activity = self.view.cell.activity
        if book_of(self.opened) is not None:
            from ctg_tui.domain.review import Part, part_key

            self._write(part_key(Part.COMMENT, activity), "Votre remarque sur la ligne", "Votre remarque")
        elif self.opened.is_read_only:
            self._read_comment(activity)
        else:
            self._write(activity, "Commentaire", "Votre commentaire")

    def _write(self, key: str, title: str, placeholder: str) -> None:
        self._below.open(key, self._text_of(key), placeholder)
        self._display.change(aside=DetailMode.COMMENT, whole_line=False, writing=title)

    def _read_comment(self, activity: str) -> None:
        from ctg_tui.tui.dialogs import ReadingScreen
        from ctg_tui.tui.widgets.listing import sentence

        text = self.opened.assessment.comments.get(activity, "")
        if not text:
            self.show_message(self.opened.read_only_refusal().message, warning=True)
        elif self.is_current:
            paragraphs = [self.view.activity.label, *text.splitlines()]
            items = [sentence(shown(paragraph)) for paragraph in paragraphs]
            self.app.push_screen(ReadingScreen("Commentaire de la ligne", items))

    def _save_comment(self) -> None:
        """Save the typed text, if it differs from the stored one."""
        key, text, book = self._below.key, self._below.text, book_of(self.opened)
        if key is None or text == self._text_of(key):
            return
        write = self.opened.comment if book is None else book.type
        if self.save(lambda: write(key, text)) and self.is_open:
            self._display.take()
            if book is not None:
                self._review.show()

    def _close_comment(self) -> None:
        """Close the text being written, if any, with all its letters saved."""
        if self.is_writing:
            self._save_comment()
            self.opened.end_typing()
            self._below.close()
            self._display.change(aside=DetailMode.LINE)
            self.table.focus()

    def _text_of(self, key: str) -> str:
        book = book_of(self.opened)
        return (self.opened.assessment.comments if book is None else book.draft.parts).get(key, "")

    def on_detail_pane_rested(self, message: DetailPane.Rested) -> None:
        message.stop()
        self._save_comment()

    def action_of_review(self, name: str) -> None:
        """Ask a question, put the line on the agenda, or show the page of the review."""
        self._close_comment()
        book = book_of(self.opened)
        if name == "agenda":
            self._review.toggle_agenda()
        elif name != "question":
            self._review.visit()
        elif book is not None:
            key = book.draft.new_question(self.view.cell.activity)
            self._write(key, "Votre question sur la ligne", "Votre question")

    def on_line_detail_clicked(self, message: LineDetail.Clicked) -> None:
        message.stop()
        self.action_read_comments()

    def on_line_detail_take_over(self, message: LineDetail.TakeOver) -> None:
        message.stop()
        self.action_take_over()

    def action_read_comments(self) -> None:
        from ctg_tui.tui.comments import read_comments

        def go(place: Place) -> None:
            here = place._replace(policy=self.view.cell.policy)
            self._go(cell_at(self.view.grid, self.view.assessment, here))

        read_comments(self, self.view.place, go)

    # the log: its facts of the year are read once a visit, after the first frame

    def _read_facts(self) -> None:
        if self._facts.read():
            self._show_facts()

    def _show_facts(self) -> None:
        year = self._facts.year
        entries = () if year is None else [entry for entry in year.entries if entry.on in year.period]
        noted = Counter(line for entry in entries for line in entry.activities)
        if noted != self.view.noted:
            self._display.change(noted=dict(noted))

    def action_take_facts(self) -> None:
        """Add the facts of the line to its comment, each once."""
        self._close_comment()
        if not self._facts.read(waits=True):  # K, a fact and J on a slow disk: it may still be in the queue
            return
        self._show_facts()
        opened, activity = self.opened, self.view.cell.activity
        facts = self._facts.of_line(activity)
        if not facts:
            self.show_message("Aucun fait au carnet cette année sur cette ligne. K : en noter un.")
            return
        from ctg_tui.wording.log import facts_added, facts_in_comment, taken

        before = opened.assessment.comments.get(activity, "")
        comment = facts_in_comment(before, facts)
        if comment == before:
            self.show_message("Ces faits sont déjà dans le commentaire.")
            return
        opened.end_typing()
        if self.save(lambda: opened.comment(activity, comment)):
            opened.end_typing()
            self._display.take()
            self.show_message(taken(facts_added(before, comment)))

    # last time beside this time

    def _show_last_time(self) -> None:
        self._display.change(beside=shown_last_time(self))

    def action_last_time(self) -> None:
        """Hide last time's notes and comments, or show them again; the choice is stored."""
        if self.view.beside is not None:
            self._display.change(beside=None)
            self._store(places.OFF)
            self.show_message("Notes et commentaires de la dernière fois : cachés.")
            return
        last = last_time(self)
        if last is None:
            self.show_message(NO_LAST_TIME)
        elif last.scores is None:
            self.show_message(why_not_compared(last), warning=True)
        else:
            self._display.change(beside=last)
            self._store(places.ON)

    def _store(self, choice: str) -> None:
        if self.is_example:  # it has no folder, and leaves no trace
            return
        try:
            places.write(self.workspace.store.path.parent, {places.LAST_TIME: choice})
        except WriteRefusal:
            self.show_message(_NOT_KEPT)

    def action_take_over(self) -> None:
        """Put last time's comment of the line into this time's, below what is there."""
        self._close_comment()
        session, activity = self.opened, self.view.cell.activity
        last = self.view.last or last_time(self)
        former = "" if last is None else last.comments.get(activity, "")
        if not former:
            self.show_message(NO_FORMER_COMMENT)
        elif former in session.assessment.comments.get(activity, ""):
            self.show_message(TAKEN_ALREADY)
        elif self.save(lambda: session.take_over(activity, former)):
            self._display.take()

    def action_previous_outline(self) -> None:
        view = with_previous(self, self.view)
        self._display.change(drawn=view.drawn)
        if view.drawn is not None and not self.query_one(RadarPanel).region.area:
            self.show_message(
                f"La fenêtre est trop petite pour le radar{NBSP}: G pour le voir en grand, avec l’an dernier."
            )

    # details of the line, and elsewhere

    def action_why(self) -> None:
        self._close_comment()
        self._display.toggle(DetailMode.WHY)

    def action_history(self) -> None:
        self._close_comment()
        if self.view.aside is not DetailMode.HISTORY:
            entries = self.read(lambda: self.opened.history(self.view.cell.activity), None)
            if entries is None:
                return
            self._display.change(history=history_lines(self.view.grid, entries, self.workspace.today()))
        elif not self._detail.has_room_for_history(self.view):
            from ctg_tui.tui.grid.search import HistoryScreen

            self.app.push_screen(HistoryScreen(self.view.history))
        self._display.toggle(DetailMode.HISTORY)

    def action_read_on(self) -> None:
        self._detail.read_on()

    def go_to(self, destination: Destination) -> None:
        here = {
            Destination.INDICATORS: Place(self.view.mission.id),
            Destination.LOG: self.view.place,
        }.get(destination)
        self.visit(destination, place=here)

    def action_back(self) -> None:
        if self.is_writing:
            self._close_comment()
        elif self.view.whole_line:
            self.action_whole_line()
        elif self.view.aside is not DetailMode.LINE:
            self._display.toggle(self.view.aside)
        else:
            self.leave()


def _cell_of(edit: Edit, grid: Grid, policy: str) -> Cell | None:
    """Return the cell that shows an edit, None where the cursor stays; `policy` for a comment."""
    for cell in cells_to_show(edit):
        if cell.activity in grid.activities and cell.policy in grid.policies_by_id:
            return cell
    for change in edit.changes:
        if change.field is Field.COMMENT and change.key in grid.activities:
            return Cell(change.key, policy)
        if change.field is Field.REVIEW:
            from ctg_tui.domain.review import split_key

            line, _, column = split_key(change.key)[1].partition("/")
            if line in grid.activities:
                return Cell(line, column if column in grid.policies_by_id else policy)
    return None
