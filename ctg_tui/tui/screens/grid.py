"""The grid (*grille*): notes and comments, saved and shown at each key."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from ctg_tui.domain.answers import Cell
from ctg_tui.domain.changes import Edit, Field, changed_cells
from ctg_tui.tui.screens.grid_page import GridPage
from ctg_tui.tui.view import DetailMode, Direction, following, place_of
from ctg_tui.tui.widgets.detail_pane import DetailPane
from ctg_tui.tui.widgets.focus import focus
from ctg_tui.tui.widgets.table import ActivityTable


class GridScreen(GridPage):
    """A gesture goes to the session first, and what it wrote comes back as a new view."""

    # notes

    def on_activity_table_rated(self, message: ActivityTable.Rated) -> None:
        message.stop()
        view, session, answer = self.view, self.opened, message.answer
        target = view.cell if answer is None else following(view, past_line=view.whole_line)
        place = place_of(view.grid, target)
        if view.whole_line:
            done = self.save(lambda: session.rate_line(view.cell.activity, answer, place))
        else:
            done = self.save(lambda: session.rate(view.cell, answer, place))
        if done:
            self._take(target)

    def action_whole_line(self) -> None:
        self.view = replace(self.view, whole_line=not self.view.whole_line)

    def action_turn(self) -> None:
        down = self.view.direction is Direction.ACROSS
        self.view = replace(self.view, direction=Direction.DOWN if down else Direction.ACROSS)

    def action_toggle_policy(self) -> None:
        self._toggle(self.view.mission.id)

    def action_toggle_policy_everywhere(self) -> None:
        self._toggle(None)

    def _toggle(self, mission: str | None) -> None:
        policy = self.view.cell.policy
        if not self.save(lambda: self.opened.toggle_policy(policy, mission)):
            return
        self._take()
        scores = self.view.scores
        tally = scores.policies[policy] if mission is None else scores.rubrics[mission, policy]
        where = "dans toute la grille" if mission is None else "dans cette mission"
        label = self.view.grid.policies_by_id[policy].label
        if tally.not_concerned == tally.cells:
            self.tell(f"{label} : non concerné {where}. La même touche rend les notes.")
        else:
            self.tell(f"{label} : les notes d’avant sont revenues {where}.")

    def turn(
        self, word: str, nothing: str, following: Callable[[], Edit | None], turn: Callable[[], object]
    ) -> None:
        self._close_editor()
        super().turn(word, nothing, following, turn)

    def on_turned(self, edit: Edit) -> None:
        self._take(self._where(edit))

    def _where(self, edit: Edit) -> Cell | None:
        """The cell that a gesture is about, for the cursor to show what changed."""
        grid = self.view.grid
        for cell in changed_cells(edit.changes):
            if cell.activity in grid.activities and cell.policy in grid.policies_by_id:
                return cell
        for change in edit.changes:
            if change.field is Field.COMMENT and change.key in grid.activities:
                return Cell(change.key, self.view.cell.policy)
        return None

    # comment

    def action_comment(self) -> None:
        if self._below.activity is not None:
            self._close_editor()
        elif self.opened.is_final:
            self.tell("Cette évaluation est définitive : elle ne se modifie plus.", warning=True)
        else:
            activity = self.view.cell.activity
            self._below.open(activity, self._comment_of(activity))
            self.view = replace(self.view, aside=DetailMode.COMMENT, whole_line=False)

    def _comment_of(self, activity: str) -> str:
        return self.opened.assessment.comments.get(activity, "")

    def on_detail_pane_rested(self, message: DetailPane.Rested) -> None:
        message.stop()
        self._save_comment()

    def _save_comment(self) -> None:
        activity, text = self._below.activity, self._below.text
        if activity is None or text == self._comment_of(activity):
            return
        if self.save(lambda: self.opened.comment(activity, text)) and self.is_open:
            self._take()

    def _close_editor(self) -> None:
        if self._below.activity is None:
            return
        self._save_comment()
        self.opened.end_typing()
        self._below.close()
        self.view = replace(self.view, aside=DetailMode.LINE)
        focus(self.table)

    def flush(self) -> None:
        self._save_comment()
        super().flush()
