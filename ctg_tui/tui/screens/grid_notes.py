"""The answers given on the grid page: a cell, a whole line, a whole column."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from ctg_tui.domain.answers import NOT_CONCERNED, Answer, Cell
from ctg_tui.domain.changes import Edit, Field, cells_to_show
from ctg_tui.domain.edits import column_cells
from ctg_tui.domain.grid import Grid, Portion
from ctg_tui.domain.scores import Scores, totals
from ctg_tui.tui.delays import delays_of
from ctg_tui.tui.key_gate import GatedApp
from ctg_tui.tui.messages import ToastApp
from ctg_tui.tui.view import Direction, View, following, place_of
from ctg_tui.wording.french import NARROW, count
from ctg_tui.wording.mission_result import finished
from ctg_tui.wording.provenance import choice_made, leave_aside

if TYPE_CHECKING:
    from ctg_tui.tui.screens.grid_display import GridDisplay
    from ctg_tui.tui.screens.page import Page


class GridNotes:
    """Passes each edit to the session first, then shows the session's state as a new view."""

    def __init__(self, page: Page, display: GridDisplay) -> None:
        self._page = page
        self._display = display

    def rate(self, answer: Answer | None) -> None:
        """Answer the cell under the cursor, or its whole line if the person chose that; None clears."""
        display, session = self._display, self._page.opened
        view, former = display.view, session.scores
        if answer is not None and display.onward is not None:
            view = view._replace(cell=display.onward)
            cast(ToastApp, self._page.app).remove_toasts()  # the result of the mission left behind
        target = view.cell if answer is None else following(view, past_line=view.whole_line)
        place = place_of(view.grid, target)
        if view.whole_line:
            done = self._page.save(lambda: session.rate_line(view.cell.activity, answer, place))
        else:
            done = self._page.save(
                lambda: session.rate(view.cell, answer, place, lambda: self._display.prepare(target))
            )
        if done:
            self._go_on(view, former, target)
        else:
            display.refresh_state()

    def _go_on(self, view: View, former: Scores, target: Cell) -> None:
        """Show the new note and go to `target`; when it finishes its mission, show the result first.

        The cursor then stays in the mission whose figures are in sight; the next note goes to `target`.
        """
        grid, scores, here = view.grid, self._page.opened.scores, view.cell.activity
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
            if self._page.opened.scores is scores:  # no key typed ahead has left the mission already
                self._page.notify(sentence, timeout=delays_of(self._page).result, markup=False)

        cast(GatedApp, self._page.app).gate.when_none_waits(tell)

    def switch_whole_line(self) -> None:
        """Switch between the cell and the whole line as the target of the next note."""
        self._display.change(whole_line=not self._display.view.whole_line)

    def switch_direction(self) -> None:
        """Switch between going on line by line and column by column."""
        down = self._display.view.direction is Direction.ACROSS
        self._display.change(direction=Direction.DOWN if down else Direction.ACROSS)

    def ask_to_toggle_policy(self) -> None:
        """Ask before a column changes in the whole grid, beyond the mission in sight."""

        view = self._display.view
        policy = view.cell.policy
        label = view.grid.policies_by_id[policy].label
        cells = column_cells(view.grid, policy, None)
        if all(view.answer(cell) is NOT_CONCERNED for cell in cells):
            sentence = f"Rétablir les notes de {label} dans toute la grille{NARROW}?"
            yes = "Oui, les rétablir"
        else:
            lines = count(len(cells), "ligne")
            sentence = f"Passer {label} en NC dans toute la grille ({lines}){NARROW}?"
            yes = "Oui, toute la grille"

        self._page.ask(sentence, yes, lambda: self.toggle_policy(None))

    def toggle_policy(self, mission: str | None) -> None:
        """Set the column to NC in a mission or (None) everywhere; called again, restore its notes."""
        policy = self._display.view.cell.policy
        if not self._page.save(lambda: self._page.opened.toggle_policy(policy, mission)):
            return
        self._display.take()
        view = self._display.view
        cells = column_cells(view.grid, policy, mission)
        where = "dans toute la grille" if mission is None else "dans cette mission"
        label = view.grid.policies_by_id[policy].label
        if all(view.answer(cell) is NOT_CONCERNED for cell in cells):
            key = "Maj+P" if mission is None else "P"
            sentence = f"{label} : non concerné {where}. Rappuyez sur {key} pour retrouver vos notes."
            self._page.show_message(sentence)
        else:
            self._page.show_message(f"{label} : vos notes sont rétablies {where}.")

    def ask_to_toggle_proposed(self) -> None:
        """Ask before answers of several missions are left aside; without answers, or taking up, do it."""
        session = self._page.opened
        proposed = totals(session.scores).proposed
        if session.is_read_only or proposed is None or not proposed.answered:
            self.toggle_proposed()
        else:
            question = leave_aside(proposed.answered)
            self._page.ask(question, "Oui, les laisser de côté", self.toggle_proposed)

    def toggle_proposed(self) -> None:
        """Leave the proposed lines aside; called again, take them up with their answers."""
        session = self._page.opened
        shown = not session.assessment.proposed_lines
        if not self._page.save(lambda: session.show_proposed_lines(shown)):
            return
        self._display.take()
        self._page.show_message(choice_made(session.grid, shown))


def cell_of(edit: Edit, grid: Grid, policy: str) -> Cell | None:
    """Return the cell that shows an edit, None where the cursor stays; `policy` for a comment."""
    for cell in cells_to_show(edit):
        if cell.activity in grid.activities and cell.policy in grid.policies_by_id:
            return cell
    for change in edit.changes:
        if change.field is Field.COMMENT and change.key in grid.activities:
            return Cell(change.key, policy)
        if change.field is Field.REVIEW:
            from ctg_tui.domain.review_draft import split_key  # one's own has none of it

            line, _, column = split_key(change.key)[1].partition("/")
            if line in grid.activities:
                return Cell(line, column if column in grid.policies_by_id else policy)
    return None
