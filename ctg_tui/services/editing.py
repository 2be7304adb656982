"""One open assessment: every gesture of the grid, saved at once, and the figures that follow from it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from typing import TYPE_CHECKING, Final, NamedTuple

from ctg_tui.domain import changes
from ctg_tui.domain.answers import Answer, Cell, answer_text
from ctg_tui.domain.assessment import Action, Assessment, Identity, Place, PreparationTopic, Status
from ctg_tui.domain.changes import Change, Edit, Field, JournalEntry
from ctg_tui.domain.completeness import MAX_NUMBER
from ctg_tui.domain.errors import DatabaseRefusal, NotSaved, Refusal
from ctg_tui.domain.grid import Grid
from ctg_tui.domain.identity import cleaned_identity
from ctg_tui.domain.scores import Scores, rescore, score
from ctg_tui.domain.text import clean
from ctg_tui.storage.refusals import is_final
from ctg_tui.wording.french import thousands

if TYPE_CHECKING:
    from ctg_tui.storage.store import Store


_TYPED: Final = {Field.COMMENT, Field.REMARK, Field.PREPARATION, Field.ACTION}
"""What is saved while it is being written: each save goes on with the gesture of the one before."""


class Waiting(NamedTuple):
    """A gesture that could not be written, kept in memory until it can."""

    edit: Edit
    place: Place | None
    into: int | None = None
    """The journal step that a text still being typed goes on with."""


class Session:
    """The use cases of one assessment. After each gesture, `assessment` and `scores` are new frozen values.

    A gesture is written before it is seen: `assessment` only ever holds what is in the base. When the base
    refuses, the gesture waits in `waiting`, NotSaved is raised, and `retry` (or the next gesture) writes it.
    The next gestures follow from what waits: they wait behind it, in order, and `undo` takes back the last.
    Gestures on a final assessment raise Refusal (`evaluation-definitive`).
    """

    def __init__(self, store: Store, grid: Grid, assessment_id: int) -> None:
        self._store = store
        self.grid = grid
        stored = store.load(assessment_id)
        self.assessment: Assessment = stored.assessment
        self.scores: Scores = score(grid, self.assessment.answers)
        self.place: Place | None = stored.place
        self.saved_at: datetime = stored.changed_at
        self.waiting: tuple[Waiting, ...] = ()
        self._typing: tuple[Field, str, int] | None = None

    # notes

    def rate(self, cell: Cell, answer: Answer | None, place: Place | None = None) -> None:
        """Give one cell a note, NC, or no answer. `place` is where the cursor goes on to."""
        name = f"note {answer_text(answer)}" if answer is not None else "note effacée"
        self._do(Edit(name, changes.rate(self.upcoming, (cell,), answer)), place)

    def rate_line(self, activity: str, answer: Answer | None, place: Place | None = None) -> None:
        """Give every policy of a line the same answer."""
        cells = [Cell(activity, policy.id) for policy in self.grid.policies]
        name = f"ligne notée {answer_text(answer)}" if answer is not None else "ligne effacée"
        self._do(Edit(name, changes.rate(self.upcoming, cells, answer)), place)

    def toggle_policy(self, policy: str, mission: str | None = None) -> None:
        """A whole column NC, in a mission or in the grid; again, and what was there is given back."""
        label = self.grid.policies_by_id[policy].label
        made = changes.toggle_column(self.grid, self.upcoming, policy, mission)
        self._do(Edit(f"colonne {label} NC ou rendue", made), None)

    # texts and numbers

    def comment(self, activity: str, text: str) -> None:
        """Set the comment of a line; an empty one takes it away."""
        self._write_text(Field.COMMENT, activity, text)

    def remark(self, indicator: str, text: str) -> None:
        """Set the comment of an indicator; an empty one takes it away."""
        self._write_text(Field.REMARK, indicator, text)

    def prepare(self, topic: PreparationTopic, text: str) -> None:
        """Set a part of the preparation sheet."""
        self._write_text(Field.PREPARATION, topic.value, text)

    def count(self, indicator: str, number: int | None) -> None:
        """Set the number of an indicator, 0 to `MAX_NUMBER`; None takes it away. Raises Refusal beyond."""
        if number is not None and not 0 <= number <= MAX_NUMBER:
            raise Refusal(
                "nombre-hors-bornes",
                f"Le nombre doit être compris entre 0 et {thousands(MAX_NUMBER)}.",
                "Corrigez-le.",
            )
        self._do(Edit("nombre", changes.count(self.upcoming, indicator, number)), None)

    def plan(self, activity: str, action: Action | None) -> None:
        """Set what will be done about a line; None takes it away."""
        if action is not None:
            action = Action(clean(action.what, multiline=True), clean(action.who), action.due)
        self._type(Field.ACTION, activity, changes.plan(self.upcoming, activity, action))

    def end_typing(self) -> None:
        """The field is left: the next text of the same field is another gesture."""
        self._typing = None

    def _write_text(self, field: Field, key: str, text: str) -> None:
        self._type(field, key, changes.write_text(self.upcoming, field, key, clean(text, multiline=True)))

    def _type(self, field: Field, key: str, made: tuple[Change, ...]) -> None:
        step = None if self._typing is None or self._typing[:2] != (field, key) else self._typing[2]
        self._do(Edit(field.value, made), None, into=step)

    # cursor, undo, history

    def move(self, place: Place) -> None:
        """Remember where the cursor stands. Raises NotSaved; nothing waits."""
        if place == self.place:
            return
        self._store.move(self.assessment.id, place)
        self.place = place

    def undo(self) -> Edit | None:
        """Take the last gesture back, also one of a former day; None when there is nothing to undo.

        A gesture that waits is the last one: it is dropped, and was never written.
        """
        if not self.waiting:
            return self._turn(self._store.undo)
        *kept, dropped = self.waiting
        self.waiting = tuple(kept)
        self._typing = None
        made = reversed(dropped.edit.changes)
        return Edit(dropped.edit.name, tuple(change.inverse() for change in made))

    def redo(self) -> Edit | None:
        """Make the last undone gesture again; None when there is none."""
        return self._turn(self._store.redo)

    def history(self, activity: str) -> tuple[JournalEntry, ...]:
        """What happened to a line (notes and comment), the latest first."""
        cells = [changes.cell_key(Cell(activity, policy.id)) for policy in self.grid.policies]
        told = self._store.history(self.assessment.id, [*cells, activity])
        return tuple(one for one in told if one.change.field is not Field.SET_ASIDE)

    # form, revision

    def identify(self, identity: Identity) -> None:
        """Replace the form (territory, year, moment, people, adviser). Raises NotSaved; nothing waits."""
        self._refuse_if_final()
        identity = cleaned_identity(identity)
        self.saved_at = self._store.identify(self.assessment.id, identity)
        self.assessment = self.assessment._replace(identity=identity)

    def reload(self) -> None:
        """Read the assessment again, after something else than a gesture wrote to it."""
        self.assessment = self._store.load(self.assessment.id).assessment
        self.scores = score(self.grid, self.assessment.answers)
        self._typing = None

    @property
    def is_final(self) -> bool:
        return self.assessment.status is Status.FINAL

    # writing

    def retry(self) -> bool:
        """Try again to write what waits; True when all is written. Raises NotSaved when it still fails."""
        while self.waiting:
            first, *others = self.waiting
            self._write(first.edit, first.place, first.into)
            self.waiting = tuple(others)
        return True

    @property
    def upcoming(self) -> Assessment:
        """The assessment as it will be when what waits is written: what a field shows to be gone on with."""
        return changes.apply(self.assessment, (c for one in self.waiting for c in one.edit.changes))

    def _do(self, edit: Edit, place: Place | None, into: int | None = None) -> None:
        self._refuse_if_final()
        late = Waiting(edit, place, into)
        if self.waiting:
            self.waiting = _queued(self.waiting, late)
            self.retry()
        elif edit.changes:
            try:
                self._write(edit, place, into)
            except NotSaved:
                self.waiting = (late,)
                raise

    def _write(self, edit: Edit, place: Place | None, into: int | None) -> None:
        with self._reread_if_refused():
            step, self.saved_at = self._store.record(self.assessment.id, edit, place, into)
        self._take(edit.changes)
        if place is not None:
            self.place = place
        first = edit.changes[0]
        self._typing = None if step is None or first.field not in _TYPED else (first.field, first.key, step)

    def _take(self, made: Iterable[Change]) -> None:
        made = tuple(made)
        self.assessment = changes.apply(self.assessment, made)
        cells = changes.changed_cells(made)
        if cells:
            self.scores = rescore(self.grid, self.scores, self.assessment.answers, cells)

    def _turn(self, turn: Callable[[int], tuple[Edit, datetime] | None]) -> Edit | None:
        self._refuse_if_final()
        self.retry()
        with self._reread_if_refused():
            turned = turn(self.assessment.id)
        self._typing = None
        if turned is None:
            return None
        edit, self.saved_at = turned
        self._take(edit.changes)
        return edit

    @contextmanager
    def _reread_if_refused(self) -> Iterator[None]:
        """A disk can refuse the last sync of a change that the base already holds: what is seen is then read
        again, or the person would undo, or write, twice.
        """
        try:
            yield
        except NotSaved as refusal:
            if refusal.code != "base-remplacee":  # what could be read is no longer anybody's base
                with suppress(DatabaseRefusal):  # it cannot be read either: what was seen stays
                    self.reload()
            raise

    def _refuse_if_final(self) -> None:
        if self.is_final:
            raise is_final()


def _queued(waiting: tuple[Waiting, ...], late: Waiting) -> tuple[Waiting, ...]:
    """`waiting`, then `late`; a text still being typed takes the place of its former state."""
    if not late.edit.changes:
        return waiting
    *kept, last = waiting
    new = late.edit.changes[0]
    old = last.edit.changes[0]
    if new.field not in _TYPED or (new.field, new.key) != (old.field, old.key):
        return (*waiting, late)
    if new.after == old.before and last.into is None:  # back to what the base holds: nothing is left to write
        return tuple(kept)
    merged = Edit(last.edit.name, (old._replace(after=new.after),))
    return (*kept, Waiting(merged, last.place, last.into))
