"""The use cases of one open assessment: notes, texts, details, forecast, cursor, undo."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import suppress

from ctg_tui.domain import changes, edits
from ctg_tui.domain.answers import Answer, Cell
from ctg_tui.domain.assessment import Action, Identity, Outcome, Place, PreparationTopic
from ctg_tui.domain.changes import Edit, Field, JournalEntry, Operation
from ctg_tui.domain.completeness import MAX_NUMBER
from ctg_tui.domain.errors import NotSaved, Refusal
from ctg_tui.domain.follow_ups import FollowUp, answer
from ctg_tui.domain.forecast import Forecast
from ctg_tui.domain.identity import cleaned_identity
from ctg_tui.domain.text import MAX_TEXT_LENGTH, clean
from ctg_tui.services.recording import Recorder
from ctg_tui.wording.french import thousands


class Session(Recorder):
    """The use cases of one assessment. Each records one edit, and raises as `Recorder` says."""

    # notes

    def rate(
        self,
        cell: Cell,
        answer: Answer | None,
        place: Place | None = None,
        meanwhile: Callable[[], object] | None = None,
    ) -> None:
        """Set the answer of one cell: a note, NC, or none. `place` is the cursor's next place.

        `meanwhile` may be called while the disk works, once `assessment` and `scores` are the new ones.
        """
        self._do(
            Edit(Operation.RATE, edits.rate(self.assessment, (cell,), answer)), place, meanwhile=meanwhile
        )

    def rate_line(self, activity: str, answer: Answer | None, place: Place | None = None) -> None:
        """Set the same answer for every policy of a line."""
        cells = [Cell(activity, policy.id) for policy in self.grid.policies]
        self._do(Edit(Operation.RATE_LINE, edits.rate(self.assessment, cells, answer)), place)

    def toggle_policy(self, policy: str, mission: str | None = None) -> None:
        """Set a column to NC, in a mission or in the grid; when it is NC already, put its answers back."""
        made = edits.toggle_column(self.grid, self.assessment, policy, mission)
        self._do(Edit(Operation.TOGGLE_COLUMN, made), None)

    def show_proposed_lines(self, shown: bool) -> None:
        """Take up the lines that are not the Caf's, or leave them aside; their answers stay stored."""
        made = edits.show_proposed_lines(self.assessment, shown)
        self._do(Edit(Operation.PROPOSED_LINES, made), None)

    # texts and numbers

    def comment(self, activity: str, text: str) -> None:
        """Set the comment of a line; an empty text removes it."""
        self._write_text(Field.COMMENT, activity, text)

    def take_over(self, activity: str, text: str) -> bool:
        """Add a text to the comment of a line, below what is there, as an edit of its own.

        Return False when the comment holds it already. Raises Refusal when both together are too long.
        """
        present = self.assessment.comments.get(activity, "")
        if text in present:
            return False
        whole = f"{present}\n{text}" if present else text
        if len(whole) > MAX_TEXT_LENGTH:
            raise Refusal(
                "commentaire-trop-long",
                f"Avec ce texte, le commentaire dépasserait {thousands(MAX_TEXT_LENGTH)} caractères.",
                "Rien n’a été changé. Raccourcissez-le d’abord.",
            )
        self.end_typing()
        try:
            self.comment(activity, whole)
        finally:
            self.end_typing()
        return True

    def remark(self, indicator: str, text: str) -> None:
        """Set the comment of an indicator; an empty text removes it."""
        self._write_text(Field.REMARK, indicator, text)

    def prepare(self, topic: PreparationTopic, text: str) -> None:
        """Set a part of the preparation sheet."""
        self._write_text(Field.PREPARATION, topic.value, text)

    def count(self, indicator: str, number: int | None) -> None:
        """Set the number of an indicator, 0 to `MAX_NUMBER`; None removes it. Raises Refusal beyond."""
        if number is not None and not 0 <= number <= MAX_NUMBER:
            raise Refusal(
                "nombre-hors-bornes",
                f"Le nombre doit être compris entre 0 et {thousands(MAX_NUMBER)}.",
                "Corrigez-le.",
            )
        self._do(Edit(Operation.NUMBER, edits.count(self.assessment, indicator, number)), None)

    def plan(self, activity: str, action: Action | None) -> None:
        """Set the planned action of a line; None removes it."""
        if action is not None:
            action = action._replace(what=clean(action.what, multiline=True), who=clean(action.who))
        self._type(edits.plan(self.assessment, activity, action))

    def close_action(self, activity: str, outcome: Outcome | None, former: Action | None = None) -> None:
        """Set what became of the action of a line, or of `former`, that of an earlier year, taken up here.

        Nothing changes on a line without either.
        """
        action = self.assessment.actions.get(activity) or former
        if action is not None:
            self.end_typing()
            self.plan(activity, action._replace(outcome=outcome))
            self.end_typing()

    def answer_review(self, row: FollowUp) -> None:
        """Set what is answered to a remark or a question of the adviser; no note changes by it.

        An answer without a decision nor a sentence is the absence of one.
        """
        self._type(answer(self.assessment, row._replace(text=clean(row.text, multiline=True))))

    def answer_again(self, rows: Iterable[FollowUp]) -> None:
        """Set several answers to a review as one edit."""
        self.end_typing()
        self._type(tuple(change for row in rows for change in answer(self.assessment, row)))
        self.end_typing()

    def unanswer_review(self, row: FollowUp) -> None:
        """Remove what was answered to a remark or a question."""
        self.end_typing()
        self.answer_review(row._replace(agreed_note=None, decision=None, text=""))
        self.end_typing()

    def end_typing(self) -> None:
        """End the edit being typed: the next text of the same field is another edit."""
        self._typing = None
        self._steps.end_typing()

    def _write_text(self, field: Field, key: str, text: str) -> None:
        self._type(edits.write_text(self.assessment, field, key, clean(text, multiline=True)))

    # details, forecast

    def identify(self, identity: Identity) -> None:
        """Set the details (territory, year, moment, people, adviser). Raises Refusal for invalid ones."""
        self._type(edits.describe(self.assessment.identity, cleaned_identity(identity)))

    def fill_forecast(self, forecast: Forecast) -> None:
        """Set the forecast table."""
        made = edits.forecast(self.forecast, forecast)
        if made:
            self._type(made)

    # cursor, undo, history

    def move(self, place: Place) -> None:
        """Store the cursor's place."""
        if place == self.place:
            return
        self.place = place
        self._cursor.save(place)

    def next_undo(self) -> Edit | None:
        """Return the edit that `undo` would take back, also from a former day; None when there is none."""
        if not self._steps.done and (edit := self._read(self._store.last_done)):
            self._steps.done.append(edit)
        return self._steps.done[-1] if self._steps.done else None

    def next_redo(self) -> Edit | None:
        """Return the edit that `redo` would make again; None when there is none."""
        steps = self._steps
        if not steps.undone and not steps.knows_undone and (edit := self._read(self._store.next_undone)):
            steps.undone = [edit]
        return steps.undone[-1] if steps.undone else None

    def undo(self) -> Edit | None:
        """Take the last edit back and return it; None when there is nothing to undo."""
        edit = self.next_undo()
        if edit is not None:
            self._turn(edit, edit.inverse(), self._steps.undo, self._store.undo)
        return edit

    def redo(self) -> Edit | None:
        """Redo the last undone edit and return it; None when there is none."""
        edit = self.next_redo()
        if edit is not None:
            self._turn(edit, edit.changes, self._steps.redo, self._store.redo)
        return edit

    def history(self, activity: str) -> tuple[JournalEntry, ...]:
        """Return the saved changes of a line (notes and comment), the latest first."""
        with suppress(NotSaved):
            self._store.writer.settle()
        cells = [changes.cell_key(Cell(activity, policy.id)) for policy in self.grid.policies]
        entries = self._store.history(self.assessment.id, [*cells, activity])
        return tuple(entry for entry in entries if entry.change.field is not Field.SET_ASIDE)
