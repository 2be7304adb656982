"""The use cases of one open assessment: edits committed, then shown; undone; the points; the cursor."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime

from ctg_tui.domain import edits
from ctg_tui.domain.assessment import (
    Action,
    Answer,
    Assessment,
    Cell,
    Identity,
    Place,
    PreparationTopic,
    Sending,
)
from ctg_tui.domain.changes import Change, Edit, Field, Operation, apply, put
from ctg_tui.domain.errors import NotSaved, Refusal
from ctg_tui.domain.forecast import Forecast, forecast_text, parse_forecast
from ctg_tui.domain.grid import Grid
from ctg_tui.domain.scores import Scores, score
from ctg_tui.domain.text import clean
from ctg_tui.domain.thread import MOST_ROWS, Choice, Point, draft_of, points_of
from ctg_tui.grids.catalogue import Catalogue
from ctg_tui.storage import journal
from ctg_tui.storage.documents import latest_sending
from ctg_tui.storage.journal import StoredForecast, read_forecast
from ctg_tui.storage.store import Store, Stored
from ctg_tui.wording.french import thousands


class AsksFirst(Refusal):
    """An edit has to be agreed to first: `message` is the question. Call `agree`, then make it again."""

    def __init__(self, question: str, agree: Callable[[], object]) -> None:
        super().__init__("a-confirmer", question)
        self.agree = agree


def next_cell(grid: Grid, assessment: Assessment, cell: Cell) -> Cell | None:
    """Return the cell to go on to after a note in `cell`, line by line; None at the end.

    Cells of a column set to NC are passed over.
    """
    following = grid.cells[grid.cells.index(cell) + 1 :]
    return next((each for each in following if each not in assessment.set_aside), None)


class Session:
    """One open assessment. After each edit, `assessment` and `scores` are new frozen values.

    Each edit is committed with its journal row, then shown. When the disk refuses, NotSaved is raised and
    nothing is changed.

    While there is a `question`, edits raise AsksFirst until `agree` is called; answering the Caf does not.
    """

    question: str = ""
    """What to ask before the first change: of an assessment sent as definitive, or of a former year."""
    received: str = ""
    """What the head says of a file received, which nothing edits: only Résultats opens on it. Else empty."""

    def __init__(
        self, store: Store, grid: Grid, assessment_id: int, catalogue: Catalogue | None = None
    ) -> None:
        """Open an assessment filled with `grid`; `catalogue` gives the one that an undo goes back to."""
        self._store = store
        self._catalogue = catalogue
        self.grid = grid
        self._id = assessment_id
        self._points: tuple[tuple[object, ...], tuple[Point, ...]] | None = None
        self.place: Place | None = self.reload().place
        """The cursor's place, as the page says it; `save_place` stores it, as the next edit does."""
        self._saved_place = self.place

    def _load(self) -> Stored:
        return self._store.load(self._id)

    def reload(self) -> Stored:
        """Read everything again, after a write that is not an edit; return it. Raises Refusal."""
        stored = self._load()
        self._typing: tuple[Field, str, int] | None = None
        """The field and key being typed, and its step in the journal: its next text is the same edit."""
        self.assessment: Assessment = stored.assessment
        self.saved_at: datetime = stored.changed_at
        self._forecast: StoredForecast | None = None
        self.scores: Scores = score(self.grid, self.assessment.answers)
        self.sent: Sending | None = latest_sending(self._store, self._id)
        return stored

    @property
    def forecast(self) -> Forecast:
        """The forecast table. Raises DatabaseRefusal when it cannot be read."""
        return self.stored_forecast.forecast

    @property
    def stored_forecast(self) -> StoredForecast:
        """The forecast table, and when it was last written. Raises DatabaseRefusal."""
        if self._forecast is None:
            self._forecast = read_forecast(self._store, self.assessment.id)
        return self._forecast

    def agree(self) -> None:
        """Let it be changed, the question having been asked."""
        self.question = ""

    def is_free(self, edit: Edit) -> bool:
        """Return whether `edit` is made without asking: an answer to the Caf changes nothing of one's own."""
        return not self.question or edit.op is Operation.DRAFT

    @property
    def is_sent(self) -> bool:
        """Whether the files of a definitive sending were made, and nothing was written since."""
        return self.sent is not None and self.sent.is_final and self.saved_at <= self.sent.created_at

    def _show(self, made: tuple[Change, ...], now: datetime) -> None:
        """Show changes that were committed at `now`."""
        self.saved_at = now
        if all(change.field is Field.FORECAST for change in made):
            after = made[-1].after
            self._forecast = StoredForecast(parse_forecast(after), None if after is None else now)
        self.assessment = apply(self.assessment, made)
        fields = {change.field for change in made}
        if Field.GRID in fields and self._catalogue is not None:
            # One not known here: the page closes, and the assessment opens to be read.
            self.grid = self._catalogue.find(self.assessment.grid_fingerprint) or self.grid
        if fields & {Field.GRID, Field.ANSWER}:
            self.scores = score(self.grid, self.assessment.answers)

    # edits, undo

    def require_agreed(self, edit: Edit) -> None:
        """Raise AsksFirst for an edit that has to be agreed to first."""
        if not self.is_free(edit):
            raise AsksFirst(self.question, self.agree)

    def end_typing(self) -> None:
        """End the edit being typed: the next text of the same field is another edit."""
        self._typing = None

    def _type(self, made: tuple[Change, ...]) -> None:
        """Make `made`, one edit with what was typed before in the same field."""
        if made:
            self.record(Edit(Operation(made[0].field.value), made), is_typed=len(made) == 1)

    def record(self, edit: Edit, place: Place | None = None, *, is_typed: bool = False) -> None:
        """Commit an edit, then show it. Raises NotSaved, AsksFirst: nothing is then changed."""
        if not edit.changes:
            return
        self.require_agreed(edit)
        field, key = edit.changes[0].field, edit.changes[0].key
        typing, self._typing = self._typing, None
        into = typing[2] if typing is not None and is_typed and typing[:2] == (field, key) else None
        with self._as_stored():
            step, now = journal.record(self._store, self.assessment.id, edit, place, into)
        if is_typed and step is not None:
            self._typing = field, key, step
        if place is not None:
            self.place = self._saved_place = place
        self._show(edit.changes, now)

    @contextmanager
    def _as_stored(self) -> Iterator[None]:
        """Show what the database holds when a write fails: a disk may report it, and have stored it."""
        try:
            yield
        except NotSaved:
            with suppress(Refusal):  # unreadable too: what is shown stays as it was
                self.reload()
            raise

    def next_undo(self) -> Edit | None:
        """Return the edit that `undo` would take back, also from a former day; None when there is none.

        Raises DatabaseRefusal.
        """
        return journal.edit_to_turn(self._store, self.assessment.id, back=True)

    def next_redo(self) -> Edit | None:
        """Return the edit that `redo` would make again; None when there is none. Raises DatabaseRefusal."""
        return journal.edit_to_turn(self._store, self.assessment.id, back=False)

    def undo(self) -> Edit | None:
        """Take the last edit back and return it; None without any. Raises as `record` does."""
        return self._turn(self.next_undo(), back=True)

    def redo(self) -> Edit | None:
        """Redo the last undone edit and return it; None when there is none. Raises as `record` does."""
        return self._turn(self.next_redo(), back=False)

    def _turn(self, edit: Edit | None, *, back: bool) -> Edit | None:
        if edit is not None:
            self.require_agreed(edit)
            self._typing = None
            with self._as_stored():
                now = journal.turn(self._store, self.assessment.id, edit, back=back)
            self._show(edit.inverse() if back else edit.changes, now)
        return edit

    # notes

    def rate(self, cell: Cell, answer: Answer | None, place: Place | None = None) -> None:
        """Set the answer of one cell: a note, NC, or none. `place` is the cursor's next place."""
        self.record(Edit(Operation.RATE, edits.rate(self.assessment, (cell,), answer)), place)

    # texts and numbers: one edit as long as it is typed

    def comment(self, line: str, text: str) -> None:
        """Set the comment of a line; an empty text removes it."""
        self._put(Field.COMMENT, line, clean(text, multiline=True))

    def prepare(self, topic: PreparationTopic, text: str) -> None:
        """Set a part of the preparation sheet."""
        self._put(Field.PREPARATION, topic.value, clean(text, multiline=True))

    def count(self, indicator: str, number: int | None) -> None:
        """Set the number of an indicator; None removes it."""
        self._put(Field.NUMBER, indicator, number)

    def plan(self, activity: str, action: Action | None) -> None:
        """Set the planned action of a line; None removes it."""
        if action is not None:
            action = action._replace(what=clean(action.what, multiline=True), who=clean(action.who))
        self._put(Field.ACTION, activity, action)

    def _put(self, field: Field, key: str, value: object) -> None:
        self._type(put(self.assessment, field, key, value))

    # answers to the Caf

    @property
    def points(self) -> tuple[Point, ...]:
        """What the Caf said and what was answered, in the order of the grid."""
        seen = self.grid, self.assessment.said, self.assessment.drafts, self.assessment.answers
        if self._points is None or any(a is not b for a, b in zip(self._points[0], seen, strict=True)):
            self._points = seen, points_of(self.assessment, self.grid)
        return self._points[1]

    def answer(self, point: Point, choice: Choice | None, words: str, *, is_kept: bool = True) -> None:
        """Set the answer to a point; without a choice its words are the answer.

        Until it is kept it stays begun, and a blank one is removed. Once kept it settles the point and goes
        with the next sending, as one edit, for which no question is asked: `Choice.TAKE` gives the cell the
        note that the Caf proposes, `Choice.KEEP` gives it back the one before.
        """
        words, key = clean(words, multiline=True), point.draft_key
        draft = draft_of(point, choice, words, self.assessment.answers, is_kept=is_kept)
        said, drafts = self.assessment.said, self.assessment.drafts
        if key not in drafts and len(said) + len(drafts) >= MOST_ROWS:
            raise Refusal(
                "fil-plein",
                f"Le fil de cette évaluation compte déjà {thousands(MOST_ROWS)} remarques et réponses, et ne "
                "peut pas en compter plus. Rien n’a été changé.",
                "Retirez d’abord une réponse qui n’est pas partie.",
            )
        is_blank = not is_kept and choice is None and not words.strip()
        made = put(self.assessment, Field.DRAFT, key, None if is_blank else draft)
        if not is_kept:
            self._type(made)
            return
        if draft.note is not None and point.cell is not None:
            made = (*edits.rate(self.assessment, (point.cell,), draft.note), *made)
        self.record(Edit(Operation.DRAFT, made))

    def remove_answer(self, point: Point) -> None:
        """Remove the answer to a point that was not sent."""
        self.record(Edit(Operation.DRAFT, put(self.assessment, Field.DRAFT, point.draft_key, None)))

    # details, forecast

    def identify(self, identity: Identity) -> None:
        """Set the details, and the columns of the policies ticked or unticked there, as one edit.

        Raises Refusal for invalid details.
        """
        made = edits.describe_with_columns(self.grid, self.assessment, identity)
        if all(change.field is Field.DETAILS for change in made):
            self._type(made)
        else:
            self.record(Edit(Operation.TOGGLE_COLUMN, made))

    def fill_forecast(self, forecast: Forecast) -> None:
        """Set the forecast table."""
        before, after = forecast_text(self.forecast), forecast_text(forecast)
        self._type(() if before == after else (Change(Field.FORECAST, "", before, after),))

    # cursor, history

    def save_place(self) -> None:
        """Store the cursor's place, where it moved. Raises NotSaved."""
        if self.place is not None and self.place != self._saved_place:
            self._store.move(self.assessment.id, self.place)
            self._saved_place = self.place
