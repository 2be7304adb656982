"""The use cases of one open assessment: edits shown at once, written in order, undone; and the cursor."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
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
    Status,
)
from ctg_tui.domain.changes import Change, Edit, Field, JournalEntry, Operation, goes_on
from ctg_tui.domain.details import cleaned_identity
from ctg_tui.domain.errors import NotSaved, Refusal
from ctg_tui.domain.forecast import Forecast, parse_forecast
from ctg_tui.domain.grid import Grid
from ctg_tui.domain.review import FollowUp, answer
from ctg_tui.domain.scores import Scores, grid_in_view, rescore, score
from ctg_tui.domain.steps import MAX_NUMBER
from ctg_tui.domain.text import MAX_TEXT_LENGTH, clean
from ctg_tui.storage.journal import read_forecast
from ctg_tui.storage.refusals import is_final
from ctg_tui.storage.writer import Work
from ctg_tui.wording.french import FINAL_ADVICE, FINAL_STATE, thousands

if TYPE_CHECKING:
    from ctg_tui.grids.catalogue import Catalogue
    from ctg_tui.storage.store import Store, Stored


@dataclass(eq=False)
class Typing:
    """A field being typed."""

    field: Field
    key: str
    step: int | None = None
    """Its step in the journal, once written."""


@dataclass(eq=False)
class Pending:
    """An edit shown and not on the disk yet, done or undone; `changes` are those shown."""

    edit: Edit
    changes: tuple[Change, ...]
    place: Place | None = None
    typing: Typing | None = None
    work: Work | None = None


# The edits that undo and redo go through, known without reading the journal, which may be behind.

_State = tuple[int, Edit | None, list[Edit], bool, tuple[list[Edit], bool], Edit | None]


class Steps:
    """The latest edits of one assessment that can be undone, and those that can be redone.

    They equal those of the journal once the queue is written. Earlier edits are not known here: `done` and
    `undone` then run out, and `knows_undone` is False when the journal may hold more to redo.
    """

    def __init__(self) -> None:
        self.done: list[Edit] = []
        self.undone: list[Edit] = []
        """The next one to redo is the last."""
        self.knows_undone = False
        self._former: tuple[list[Edit], bool] = ([], False)
        """The edits that could be redone before the last edit."""
        self._typed: Edit | None = None
        """The edit still being typed."""
        self._before: _State = (0, None, [], False, self._former, None)
        """The state before the last `add`."""

    def add(self, edit: Edit, *, is_typed: bool = False) -> None:
        """Add an edit. A typed one continues the one before, by the rule of the journal."""
        typed = self._typed
        top = self.done[-1] if self.done else None
        self._before = (len(self.done), top, self.undone, self.knows_undone, self._former, typed)
        self._typed = edit if is_typed else None
        if is_typed and typed is not None and goes_on(typed.changes[0].before, edit.changes[0]):
            self._continue(typed, edit)
            return
        self._former = (self.undone, self.knows_undone)
        self.undone, self.knows_undone = [], True
        self.done.append(edit)

    def take_back(self) -> None:
        """Forget the last `add`."""
        size, top, self.undone, self.knows_undone, self._former, self._typed = self._before
        if top is not None:
            del self.done[size - 1 :]
            self.done.append(top)
        else:
            self.done.clear()

    def _continue(self, typed: Edit, edit: Edit) -> None:
        whole = edit._replace(changes=(edit.changes[0]._replace(before=typed.changes[0].before),))
        self._typed = whole
        if self.done and self.done[-1] is typed:
            self.done.pop()
        if whole.changes[0].before == whole.changes[0].after:  # no step: redo is as before it
            self.undone, self.knows_undone = self._former
            return
        self.undone, self.knows_undone = [], True
        self.done.append(whole)

    def end_typing(self) -> None:
        """End the edit being typed: the next text is another edit."""
        self._typed = None

    def undo(self, edit: Edit) -> None:
        """Move `edit`, the last one done, to those that can be redone."""
        if self.done:
            self.done.pop()
        self.undone = [*self.undone, edit]
        self._typed = None

    def redo(self, edit: Edit) -> None:
        """Move `edit`, the next one to redo, back to those done."""
        self.undone = self.undone[:-1]
        self.done.append(edit)
        self._typed = None


# Where the cursor goes on to after a note, and its place saved behind the edits that wait to be written.


def next_cell(
    grid: Grid, assessment: Assessment, cell: Cell, *, down: bool = False, past_line: bool = False
) -> Cell | None:
    """Return the cell to go on to after a note in `cell`; None at the end.

    Cells of a column set to NC are passed over. The cells come line by line or, `down`, column by column of
    each mission. With `past_line`, return the first cell of the next line.
    """
    cells = _down(grid) if down else grid.cells
    for following in cells[cells.index(cell) + 1 :]:
        if past_line and following.activity == cell.activity:
            continue
        if following not in assessment.set_aside:
            return following
    return None


def _down(grid: Grid) -> tuple[Cell, ...]:
    """Return every cell, mission by mission, column by column."""
    return tuple(
        Cell(line.id, policy.id)
        for mission in grid.missions
        for policy in grid.policies
        for line in mission.activities
    )


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


class Recorder:
    """One open assessment. After each edit, `assessment` and `scores` are new frozen values.

    `assessment` holds every edit at once; `pending` are those that are not on the disk yet, in order, and
    `saved_at` is when the last of the others was written. The writer of the store commits them: without an
    interface, before the edit returns. When the disk refuses, NotSaved is raised, with `waits` true: the edit
    stays shown and in the queue. Edits of a final assessment raise Refusal (`evaluation-definitive`).
    """

    def __init__(
        self, store: Store, grid: Grid, assessment_id: int, catalogue: Catalogue | None = None
    ) -> None:
        """Open an assessment filled with `grid`; `catalogue` gives the one that an undo goes back to."""
        self._store = store
        self._catalogue = catalogue
        self._whole_grid = grid
        stored = self._load(assessment_id)
        self.assessment: Assessment = stored.assessment
        self.scores: Scores = score(self.grid, self.assessment.answers)
        self.place: Place | None = stored.place
        self.saved_at: datetime = stored.changed_at
        self.pending: tuple[Pending, ...] = ()
        self._forecast: Forecast | None = None
        self._forecast_saved_at: datetime | None = None
        self._steps = Steps()
        self._typing: Typing | None = None
        self._cursor = CursorSaver(store, assessment_id, self._forget_place)

    def _load(self, assessment_id: int) -> Stored:
        return self._store.load(assessment_id)

    @property
    def grid(self) -> Grid:
        """The grid without what is behind a closed door; its `doors` are those of the whole grid."""
        return grid_in_view(self._whole_grid, self.assessment)

    @property
    def open_missions(self) -> frozenset[str]:
        """The missions whose door is open, by their id."""
        return self.assessment.open_missions

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

    def reload(self) -> None:
        """Read the assessment again, after a write that is not an edit."""
        self.assessment = self._load(self.assessment.id).assessment
        self._forecast = None
        self._steps = Steps()
        self._typing = None
        for pending in self.pending:
            self.assessment = edits.apply(self.assessment, pending.changes)
        self.scores = score(self.grid, self.assessment.answers)

    @property
    def is_read_only(self) -> bool:
        """Whether nothing can be edited; `read_only_state` then says why."""
        return self.assessment.status is Status.FINAL

    @property
    def is_received(self) -> bool:
        """Whether this is the file of someone else: no page that prepares or sends anything opens on it."""
        return False

    @property
    def read_only_state(self) -> str:
        """Why it is read-only, for the head line."""
        return FINAL_STATE

    @property
    def read_only_advice(self) -> str:
        """What to do to edit it, or empty when it is not read-only."""
        return FINAL_ADVICE if self.is_read_only else ""

    def read_only_refusal(self) -> Refusal:
        """Return the refusal of an edit of what is read-only."""
        return is_final()

    def retry(self) -> None:
        """Wait until every edit is on the disk. Raises NotSaved when the disk refuses."""
        self._store.writer.settle()

    def _type(self, made: tuple[Change, ...]) -> None:
        if not made:
            self._refuse_if_final()
            return
        field, key = made[0].field, made[0].key
        typing = self._typing
        if len(made) > 1 or typing is None or (typing.field, typing.key) != (field, key):
            typing = Typing(field, key)
        self._do(Edit(Operation(field.value), made), None, typing if len(made) == 1 else None)

    def _do(
        self,
        edit: Edit,
        place: Place | None,
        typing: Typing | None = None,
        meanwhile: Callable[[], object] | None = None,
    ) -> None:
        self._refuse_if_final()
        if not edit.changes:
            return
        goes_on = typing is not None and typing is self._typing
        if not goes_on:
            self._steps.end_typing()
        self._typing = typing
        self._take(edit.changes)
        if goes_on and self._merge(edit):
            self._store.writer.try_again()
            return
        self._steps.add(edit, is_typed=typing is not None)
        if place is not None:
            self.place = place
        pending = Pending(edit, edit.changes, place, typing)

        def write() -> datetime:
            into = None if pending.typing is None else pending.typing.step
            step, now = self._store.record(self.assessment.id, pending.edit, pending.place, into)
            if pending.typing is not None and step is not None:
                pending.typing.step = step
            return now

        self._put(pending, write, meanwhile)

    def _merge(self, edit: Edit) -> bool:
        """Replace the queued text being typed with the new one; return False when it is not queued."""
        last = self.pending[-1] if self.pending else None
        if last is None or last.work is None or last.typing is not self._typing:
            return False
        whole = edit._replace(changes=(edit.changes[0]._replace(before=last.changes[0].before),))
        is_back = whole.changes[0].before == whole.changes[0].after

        def change() -> None:
            last.edit, last.changes = whole, whole.changes

        if is_back and last.typing and last.typing.step is None:
            if not self._store.writer.withdraw(last.work):
                return False
            self.pending = self.pending[:-1]
            self._steps.take_back()
            self._typing = None
            return True
        if not self._store.writer.amend(last.work, change):
            return False
        self._steps.take_back()
        self._steps.add(whole, is_typed=True)
        return True

    def _turn(
        self,
        edit: Edit,
        made: tuple[Change, ...],
        turned: Callable[[Edit], None],
        turn: Callable[[int, Edit], datetime],
    ) -> None:
        self._refuse_if_final()
        if edit.is_about_forecast:
            self._load_forecast()
        self._typing = None
        turned(edit)
        self._take(made)
        self._put(Pending(edit, made), lambda: turn(self.assessment.id, edit))

    def _put(
        self,
        pending: Pending,
        write: Callable[[], datetime],
        meanwhile: Callable[[], object] | None = None,
    ) -> None:
        def written(now: datetime) -> None:
            self.pending = tuple(other for other in self.pending if other is not pending)
            self.saved_at = now
            if pending.edit.is_about_forecast:
                self._forecast_saved_at = None if pending.changes[-1].after is None else now

        def dropped() -> None:
            self.pending = tuple(other for other in self.pending if other is not pending)
            with suppress(Refusal):  # unreadable too: the screen stays as it was
                self.reload()

        pending.work = Work(write, written, dropped)
        self.pending = (*self.pending, pending)
        self._cursor.go_behind()
        self._store.writer.put(pending.work, meanwhile)

    def _read(self, read: Callable[[int], Edit | None]) -> Edit | None:
        """Read the journal, once it holds every edit."""
        self._store.writer.settle()
        return read(self.assessment.id)

    def _take(self, made: Iterable[Change]) -> None:
        made = tuple(made)
        self.assessment = edits.apply(self.assessment, made)
        for change in made:
            if change.field is Field.FORECAST:
                self._load_forecast()
                self._forecast = parse_forecast(change.after)
        cells = changes.changed_cells(made)
        fields = {change.field for change in made}
        if Field.GRID in fields and self._catalogue is not None:
            wanted = self.assessment.grid_id, self.assessment.grid_fingerprint
            # One not known here: the page closes, and the assessment opens to be read.
            self._whole_grid = self._catalogue.find(*wanted) or self._whole_grid
        if fields & {Field.GRID, Field.OPEN_MISSION}:
            self.scores = score(self.grid, self.assessment.answers)
        elif cells:
            self.scores = rescore(self.grid, self.scores, self.assessment.answers, cells)

    def _refuse_if_final(self) -> None:
        """Raise Refusal when the assessment is final."""
        if self.is_read_only:
            raise self.read_only_refusal()


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

    def toggle_policy(self, policy: str) -> None:
        """Set a column to NC; when it is NC already, put its answers back.

        What the people of the details have ticked follows.
        """
        made = edits.toggle_column(self.grid, self.assessment, policy)
        self._do(Edit(Operation.TOGGLE_COLUMN, made), None)

    # doors

    def open_doors(self, missions: Iterable[str]) -> None:
        """Open the doors of these missions, by their id: their proposed lines are asked from now on.

        A policy that is NC everywhere is NC there too.
        """
        there = {door.mission.id for door in self.grid.doors}
        opened = self.open_missions.union(there.intersection(missions))
        columns = edits.left_policies(self.grid, self.grid.through(opened), self.assessment)
        self._set_doors(opened, columns)

    def close_doors(self, missions: Iterable[str]) -> None:
        """Close the doors of these missions; the answers behind them stay stored, and come back with them."""
        self._set_doors(self.open_missions.difference(missions))

    def _set_doors(self, missions: Collection[str], others: tuple[Change, ...] = ()) -> None:
        self._do(Edit(Operation.DOORS, (*changes.set_doors(self.assessment, missions), *others)), None)

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
            (self.remark if is_counted else self.comment)(activity, whole)
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

    def answer_review(self, row: FollowUp, *, is_elsewhere: bool = False) -> None:
        """Set what is answered to a remark or a question of the adviser; no note changes by it.

        An answer without a decision nor a sentence is the absence of one; see `domain.review.answer`.
        """
        row = row._replace(text=clean(row.text, multiline=True))
        self._type(answer(self.assessment, row, is_elsewhere=is_elsewhere))

    def unanswer_review(self, row: FollowUp, *, is_elsewhere: bool = False) -> None:
        """Remove what was answered to a remark or a question."""
        self.end_typing()
        agreed = row.agreed_note if is_elsewhere else None
        blank = row._replace(agreed_note=agreed, decision=None, text="")
        self.answer_review(blank, is_elsewhere=is_elsewhere)
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

    def identify_with_columns(self, identity: Identity) -> None:
        """Set the details, and the columns of the policies ticked or unticked there, as one edit."""
        made = edits.describe_with_columns(self.grid, self.assessment, identity)
        self._do(Edit(Operation.TOGGLE_COLUMN, made), None)

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
