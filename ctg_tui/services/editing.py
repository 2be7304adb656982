"""The use cases of one open assessment: edits shown at once, written in order, undone; and the cursor."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from enum import Enum, auto
from typing import TYPE_CHECKING, Any, Final

from ctg_tui.domain import changes, edits
from ctg_tui.domain.assessment import (
    Action,
    Answer,
    Assessment,
    Cell,
    Identity,
    Outcome,
    Place,
    PreparationTopic,
)
from ctg_tui.domain.changes import Change, Edit, Field, JournalEntry, Operation
from ctg_tui.domain.details import cleaned_identity
from ctg_tui.domain.errors import NotSaved, Refusal
from ctg_tui.domain.forecast import Forecast, parse_forecast
from ctg_tui.domain.grid import Grid
from ctg_tui.domain.scores import Scores, rescore, score
from ctg_tui.domain.sending import Sending
from ctg_tui.domain.steps import MAX_NUMBER
from ctg_tui.domain.text import MAX_TEXT_LENGTH, clean, holds
from ctg_tui.domain.thread import Choice, Point, draft_of, points_of
from ctg_tui.storage.journal import read_forecast
from ctg_tui.storage.writer import Work
from ctg_tui.wording.french import thousands

if TYPE_CHECKING:
    from ctg_tui.grids.catalogue import Catalogue
    from ctg_tui.storage.reading import Stored
    from ctg_tui.storage.store import Store


class Way(Enum):
    """How an edit is shown."""

    DONE = auto()
    UNDONE = auto()
    REDONE = auto()


@dataclass(eq=False)
class Typing:
    """A field being typed."""

    field: Field
    key: str
    step: int | None = None
    """Its step in the journal, once written."""


@dataclass(eq=False)
class Pending:
    """An edit shown and not on the disk yet; `changes` are those shown."""

    edit: Edit
    changes: tuple[Change, ...]
    way: Way = Way.DONE
    place: Place | None = None
    typing: Typing | None = None
    goes_on: bool = False
    """Whether it is the rest of a text whose beginning was written before."""
    work: Work | None = None


class AsksFirst(Refusal):
    """An edit has to be agreed to first: `message` is the question, `yes` the answer that agrees.

    Call `agree`, then make the edit again.
    """

    def __init__(self, question: str, agree: Callable[[], object], yes: str = "Oui, la modifier") -> None:
        super().__init__("a-confirmer", question)
        self.agree = agree
        self.yes = yes


class Recorder:
    """What belongs to one owner: each edit is shown at once, written in its turn, and can be taken back.

    `pending` are the edits that are not on the disk yet, in order, and `saved_at` is when the last of the
    others was written. The writer of the store commits them: without an interface, before the edit returns.
    When the disk refuses, NotSaved is raised, with `waits` true: the edit stays shown and in the queue.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self.pending: tuple[Pending, ...] = ()
        self.saved_at: datetime | None = None
        self._made: deque[Pending] = deque(maxlen=100)
        """The last edits, in order, saved or not: to go through them, undo does not wait for the disk."""
        self._typing: Typing | None = None

    # what each owner says

    def _owner(self) -> int | None:
        """Return whose values they are; None before the first is written."""
        raise NotImplementedError

    def _show(self, made: tuple[Change, ...]) -> None:
        """Show `made`."""
        raise NotImplementedError

    def _read(self) -> None:
        """Show what the database holds. Raises Refusal."""
        raise NotImplementedError

    def _record(self, pending: Pending, into: int | None) -> tuple[int | None, datetime]:
        """Write an edit; return its step in the journal, which is to be `into`, and the moment of saving."""
        owner = self._owner()
        assert owner is not None
        return self._store.record(owner, pending.edit, pending.place, into)

    def _allow(self, edit: Edit | None) -> None:
        """Raise Refusal when `edit` cannot be made, or has to be agreed to first."""

    def _joins(self, pending: Pending) -> None:
        """Take note that an edit is about to join the queue."""

    def _written(self, pending: Pending, now: datetime) -> None:
        """Take note that an edit is on the disk."""
        self._end(pending)
        self.saved_at = now

    # edits

    @property
    def unsaved(self) -> frozenset[str]:
        """The keys of what is not on the disk yet."""
        return frozenset(change.key for pending in self.pending for change in pending.changes)

    def reload(self) -> None:
        """Read everything again, after a write that is not an edit. Raises Refusal."""
        self._typing = None
        self._made.clear()
        self._read()
        for pending in self.pending:
            self._show(pending.changes)

    def end_typing(self) -> None:
        """End the edit being typed: the next text of the same field is another edit."""
        self._typing = None

    def _type(self, made: tuple[Change, ...]) -> None:
        """Make `made`, one edit with what was typed before in the same field."""
        if not made:
            self._allow(None)
            return
        field, key = made[0].field, made[0].key
        typing = self._typing
        if len(made) > 1 or typing is None or (typing.field, typing.key) != (field, key):
            typing = Typing(field, key)
        self._do(Edit(Operation(field.value), made), None, typing if len(made) == 1 else None)

    def _do(
        self,
        edit: Edit,
        place: Place | None = None,
        typing: Typing | None = None,
        meanwhile: Callable[[], object] | None = None,
    ) -> None:
        self._allow(edit)
        if not edit.changes:
            return
        goes_on = typing is not None and typing is self._typing
        self._typing = typing
        self._show(edit.changes)
        if goes_on and self._merge(edit):
            self._store.writer.try_again()
            return
        pending = Pending(edit, edit.changes, Way.DONE, place, typing, goes_on)

        def write() -> datetime:
            step, now = self._record(pending, None if typing is None else typing.step)
            if typing is not None and step is not None:
                typing.step = step
            return now

        self._put(pending, write, meanwhile)

    def _merge(self, edit: Edit) -> bool:
        """Replace the queued text being typed with the new one; return False when it is not queued."""
        last = self.pending[-1] if self.pending else None
        if last is None or last.work is None or last.typing is not self._typing:
            return False
        whole = edit._replace(changes=(edit.changes[0]._replace(before=last.changes[0].before),))
        is_back = whole.changes[0].before == whole.changes[0].after
        if is_back and last.typing and last.typing.step is None:
            if not self._store.writer.withdraw(last.work):
                return False
            self._end(last)
            self._made.remove(last)
            self._typing = None
            return True

        def change() -> None:
            last.edit, last.changes = whole, whole.changes

        return self._store.writer.amend(last.work, change)

    def _put(
        self,
        pending: Pending,
        write: Callable[[], datetime],
        meanwhile: Callable[[], object] | None = None,
    ) -> None:
        """Let `write` store an edit in its turn."""

        def dropped() -> None:
            self._end(pending)
            with suppress(Refusal):  # unreadable too: the screen stays as it was
                self.reload()

        self._joins(pending)
        pending.work = Work(write, lambda now: self._written(pending, now), dropped)
        self.pending = (*self.pending, pending)
        self._made.append(pending)
        self._store.writer.put(pending.work, meanwhile)

    def _end(self, pending: Pending) -> None:
        self.pending = tuple(other for other in self.pending if other is not pending)

    # undo

    def next_undo(self) -> Edit | None:
        """Return the edit that `undo` would take back, also from a former day; None when there is none.

        Raises DatabaseRefusal; NotSaved when the disk refuses what is to be written before it is read.
        """
        return self._next(0, self._store.last_done)

    def next_redo(self) -> Edit | None:
        """Return the edit that `redo` would make again; None when there is none. Raises as `next_undo`."""
        return self._next(1, self._store.next_undone)

    def undo(self) -> Edit | None:
        """Take the last edit back and return it; None when there is nothing to undo."""
        edit = self.next_undo()
        if edit is not None:
            self._turn(Pending(edit, edit.inverse(), Way.UNDONE), self._store.undo)
        return edit

    def redo(self) -> Edit | None:
        """Redo the last undone edit and return it; None when there is none."""
        edit = self.next_redo()
        if edit is not None:
            self._turn(Pending(edit, edit.changes, Way.REDONE), self._store.redo)
        return edit

    def _next(self, which: int, read: Callable[[int], Edit | None]) -> Edit | None:
        """Return the last edit done (0) or undone (1), of the last ones made here, else of the journal."""
        known: list[list[Edit | None]] = [[None], [None]]
        """What is done and what is undone; where None comes, the journal alone knows."""
        for one in self._made:
            if one.goes_on:
                known = [[None], [None]]
            elif one.way is Way.DONE:
                known[0].append(one.edit)
                known[1] = []
            else:
                here, there = known if one.way is Way.UNDONE else reversed(known)
                if here[-1] is not None:
                    here.pop()
                there.append(one.edit)
        if known[which] != [None]:
            return known[which][-1] if known[which] else None
        self._store.writer.settle()
        owner = self._owner()
        return None if owner is None else read(owner)

    def _turn(self, pending: Pending, turn: Callable[[int, Edit], datetime]) -> None:
        self._allow(pending.edit)
        owner = self._owner()
        assert owner is not None
        self._typing = None
        self._show(pending.changes)
        self._put(pending, lambda: turn(owner, pending.edit))


# Where the cursor goes on to after a note, and its place saved behind the edits that wait to be written.


def next_cell(grid: Grid, assessment: Assessment, cell: Cell) -> Cell | None:
    """Return the cell to go on to after a note in `cell`, line by line; None at the end.

    Cells of a column set to NC are passed over.
    """
    following = grid.cells[grid.cells.index(cell) + 1 :]
    return next((each for each in following if each not in assessment.set_aside), None)


class CursorSaver:
    """Writes the last place only: a place still in the queue is replaced by the next one.

    `dropped` is called when the place will never be written.
    """

    def __init__(self, store: Store, assessment_id: int, dropped: Callable[[], None]) -> None:
        self._store = store
        self._assessment_id = assessment_id
        self._dropped = dropped
        self._queued: tuple[Work, list[Place]] | None = None

    def save(self, place: Place) -> None:
        """Queue `place`. Raises as `Writer.put` does."""
        queued = self._queued
        if queued is not None and self._store.writer.amend(queued[0], lambda: queued[1].append(place)):
            return
        places = [place]
        work = Work(
            lambda: self._store.move(self._assessment_id, places[-1]),
            _ignore,
            self._dropped,
            is_counted=False,
        )
        self._queued = (work, places)
        self._store.writer.put(work)

    def go_behind(self) -> None:
        """Write the next place behind an edit that is queued now, which writes the place of its own time."""
        self._queued = None


def _ignore(_: Any) -> None:
    """Do nothing with the result of a write."""


_NONE: Final[frozenset[str]] = frozenset()


class Session(Recorder):
    """One open assessment. After each edit, `assessment` and `scores` are new frozen values.

    While there is a `question`, edits raise AsksFirst until `agree` is called; answering the Caf does not.
    """

    saved_at: datetime
    question: str = ""
    """What to ask before the first change: of an assessment sent as definitive, or of a former year."""
    received: str = ""
    """What the head says of a file received, in place of when it was saved; empty for one's own."""

    def __init__(
        self, store: Store, grid: Grid, assessment_id: int, catalogue: Catalogue | None = None
    ) -> None:
        """Open an assessment filled with `grid`; `catalogue` gives the one that an undo goes back to."""
        super().__init__(store)
        self._catalogue = catalogue
        self.grid = grid
        stored = self._load(assessment_id)
        self.assessment: Assessment = stored.assessment
        self.scores: Scores = score(self.grid, self.assessment.answers)
        self.place: Place | None = stored.place
        self.saved_at = stored.changed_at
        self._forecast: Forecast | None = None
        self._forecast_saved_at: datetime | None = None
        self._points: tuple[tuple[object, ...], tuple[Point, ...]] | None = None
        self.sent: Sending | None = self._latest_sending()
        self._cursor = CursorSaver(store, assessment_id, self._forget_place)

    def _load(self, assessment_id: int) -> Stored:
        return self._store.load(assessment_id)

    @property
    def forecast(self) -> Forecast:
        """The forecast table. Raises DatabaseRefusal when it cannot be read."""
        self._load_forecast()
        return self._forecast or Forecast()

    @property
    def forecast_saved_at(self) -> datetime | None:
        """When the forecast was last written; None when nothing was filled in."""
        self._load_forecast()
        return self._forecast_saved_at

    def _load_forecast(self) -> None:
        if self._forecast is None:
            stored = read_forecast(self._store, self.assessment.id)
            self._forecast, self._forecast_saved_at = stored.forecast, stored.saved_at
            for pending in self.pending:
                if pending.edit.is_about_forecast:
                    self._forecast = parse_forecast(pending.changes[-1].after)

    def _forget_place(self) -> None:
        self.place = None

    @property
    def unsaved(self) -> frozenset[str]:
        """The keys of the notes and comments that are not on the disk yet."""
        if not self.pending:
            return _NONE
        changed = (change for pending in self.pending for change in pending.changes)
        return frozenset(change.key for change in changed if change.field in {Field.ANSWER, Field.COMMENT})

    def agree(self) -> None:
        """Let it be changed, the question having been asked."""
        self.question = ""

    def is_free(self, edit: Edit) -> bool:
        """Return whether `edit` is made without asking: an answer to the Caf changes nothing of one's own."""
        return not self.question or edit.op is Operation.DRAFT

    @property
    def is_received(self) -> bool:
        """Whether this is a file received: nothing edits it, and only Résultats opens on it."""
        return bool(self.received)

    def retry(self) -> None:
        """Wait until every edit is on the disk. Raises NotSaved when the disk refuses."""
        self._store.writer.settle()

    # of the recorder

    def _owner(self) -> int:
        return self.assessment.id

    def _read(self) -> None:
        self.assessment = self._load(self.assessment.id).assessment
        self._forecast = None
        self.scores = score(self.grid, self.assessment.answers)
        self.sent = self._latest_sending()

    def _latest_sending(self) -> Sending | None:
        return self._store.latest_sending(self.assessment.id)

    @property
    def is_sent(self) -> bool:
        """Whether the files of a definitive sending were made, and nothing was written since."""
        return self.sent is not None and self.sent.is_final and self.saved_at <= self.sent.created_at

    def _show(self, made: tuple[Change, ...]) -> None:
        if any(change.field is Field.FORECAST for change in made):
            self._load_forecast()
            self._forecast = parse_forecast(made[-1].after)
        self.assessment = edits.apply(self.assessment, made)
        cells = changes.changed_cells(made)
        fields = {change.field for change in made}
        if Field.GRID in fields and self._catalogue is not None:
            wanted = self.assessment.grid_id, self.assessment.grid_fingerprint
            # One not known here: the page closes, and the assessment opens to be read.
            self.grid = self._catalogue.find(*wanted) or self.grid
        if Field.GRID in fields:
            self.scores = score(self.grid, self.assessment.answers)
        elif cells:
            self.scores = rescore(self.grid, self.scores, self.assessment.answers, cells)

    def _joins(self, pending: Pending) -> None:
        if pending.place is not None:
            self.place = pending.place
        self._cursor.go_behind()

    def _written(self, pending: Pending, now: datetime) -> None:
        super()._written(pending, now)
        if pending.edit.is_about_forecast:
            self._forecast_saved_at = None if pending.changes[-1].after is None else now

    def _allow(self, edit: Edit | None) -> None:
        if edit is not None and not self.is_free(edit):
            raise AsksFirst(self.question, self.agree)

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

    def toggle_policy(self, policy: str) -> None:
        """Set a column to NC; when it is NC already, put its answers back.

        What the people of the details have ticked follows.
        """
        made = edits.toggle_column(self.grid, self.assessment, policy)
        self._do(Edit(Operation.TOGGLE_COLUMN, made), None)

    # the grid

    def fill_with(self, grid: Grid) -> None:
        """Fill the assessment with another grid, whose file is stored first: see `Workspace.fill_with`."""
        self._do(edits.filling(self.assessment, self.grid, grid), None)

    # texts and numbers

    def comment(self, activity: str, text: str) -> None:
        """Set the comment of a line; an empty text removes it."""
        self._write_text(Field.COMMENT, activity, text)

    def take_over(self, activity: str, text: str) -> bool:
        """Add a text to the comment of a line or an indicator, below what is there, as an edit of its own.

        Return False when the comment holds it already. Raises Refusal when both together are too long.
        """
        is_counted = activity in self.grid.indicators
        present = (self.assessment.remarks if is_counted else self.assessment.comments).get(activity, "")
        if holds(present, text):
            return False
        self.rewrite(activity, f"{present}\n{text}" if present else text)
        return True

    def rewrite(self, activity: str, text: str) -> None:
        """Set the comment of a line or an indicator, as an edit of its own. Raises Refusal when too long."""
        if len(text) > MAX_TEXT_LENGTH:
            raise Refusal(
                "commentaire-trop-long",
                f"Avec ce texte, le commentaire dépasserait {thousands(MAX_TEXT_LENGTH)} caractères.",
                "Rien n’a été changé. Raccourcissez-le d’abord.",
            )
        self.end_typing()
        try:
            (self.remark if activity in self.grid.indicators else self.comment)(activity, text)
        finally:
            self.end_typing()

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

    def type_number(self, indicator: str, number: int | None) -> None:
        """Set a number as it is typed, digit by digit: its digits are one edit. Raises as `count` does."""
        self._type(edits.count(self.assessment, indicator, number))

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

    # answers to the Caf

    @property
    def points(self) -> tuple[Point, ...]:
        """What the Caf said and what was answered, in the order of the grid (`domain.thread.points`)."""
        seen = self.grid, self.assessment.said, self.assessment.drafts, self.assessment.answers
        if self._points is None or any(a is not b for a, b in zip(self._points[0], seen, strict=True)):
            self._points = seen, points_of(self.assessment, self.grid)
        return self._points[1]

    def type_answer(self, point: Point, choice: Choice, words: str) -> None:
        """Set the answer to a point as it is typed: it stays begun, not kept. A blank one is removed."""
        self._reply(point, choice, clean(words, multiline=True), is_kept=False)

    def keep_answer(self, point: Point, choice: Choice, words: str) -> None:
        """Keep the answer to a point, which settles it and goes with the next sending, as one edit.

        `Choice.TAKE` gives the cell the note that the Caf proposes. No question is asked first.
        """
        self.end_typing()
        self._reply(point, choice, clean(words, multiline=True), is_kept=True)
        self.end_typing()

    def remove_answer(self, point: Point) -> None:
        """Remove the answer to a point that was not sent."""
        self.end_typing()
        if point.draft_key:
            self._do(Edit(Operation.DRAFT, edits.reply(self.assessment, point.draft_key, None)), None)

    def _reply(self, point: Point, choice: Choice, words: str, *, is_kept: bool) -> None:
        key, draft = draft_of(point, choice, words, self.assessment.answers, is_kept=is_kept)
        is_blank = not is_kept and draft.note is None and not draft.words.strip()
        made = edits.reply(self.assessment, key, None if is_blank else draft)
        if not is_kept:
            self._type(made)
            return
        if choice is Choice.TAKE and point.cell is not None:
            made = (*edits.rate(self.assessment, (point.cell,), point.proposed), *made)
        self._do(Edit(Operation.DRAFT, made), None)

    def _write_text(self, field: Field, key: str, text: str) -> None:
        self._type(edits.write_text(self.assessment, field, key, clean(text, multiline=True)))

    # details, forecast

    def identify(self, identity: Identity) -> None:
        """Set the details (territory, year, moment, people, adviser). Raises Refusal for invalid ones."""
        self._type(edits.describe(self.assessment.identity, cleaned_identity(identity)))

    def identify_with_columns(self, identity: Identity) -> None:
        """Set the details, and the columns of the policies ticked or unticked there, as one edit."""
        made = edits.describe_with_columns(self.grid, self.assessment, identity)
        self._do(Edit(Operation.TOGGLE_COLUMN, made), None)

    def fill_forecast(self, forecast: Forecast) -> None:
        """Set the forecast table."""
        made = edits.forecast(self.forecast, forecast)
        if made:
            self._type(made)

    # cursor, history

    def move(self, place: Place) -> None:
        """Store the cursor's place."""
        if place == self.place:
            return
        self.place = place
        self._cursor.save(place)

    def history(self, activity: str) -> tuple[JournalEntry, ...]:
        """Return the saved changes of a line (notes and comment), the latest first."""
        with suppress(NotSaved):
            self._store.writer.settle()
        cells = [changes.cell_key(Cell(activity, policy.id)) for policy in self.grid.policies]
        entries = self._store.history(self.assessment.id, [*cells, activity])
        return tuple(entry for entry in entries if entry.change.field is not Field.SET_ASIDE)
