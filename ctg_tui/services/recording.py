"""Recording edits: each one shown at once, written in order, with the figures that follow from it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import suppress
from datetime import datetime
from typing import TYPE_CHECKING, Final

from ctg_tui.domain import changes, values
from ctg_tui.domain.assessment import Assessment, Place, Status
from ctg_tui.domain.changes import Change, Edit, Field, Operation
from ctg_tui.domain.errors import Refusal
from ctg_tui.domain.forecast import Forecast
from ctg_tui.domain.forecast_text import parse_forecast
from ctg_tui.domain.grid import Grid
from ctg_tui.domain.proposed_lines import grid_in_view
from ctg_tui.domain.scores import Scores, rescore, score
from ctg_tui.services.cursor import CursorSaver
from ctg_tui.services.pending import Pending, Typing
from ctg_tui.services.steps import Steps
from ctg_tui.storage.forecasts import read_forecast
from ctg_tui.storage.refusals import is_final
from ctg_tui.storage.writer import Work
from ctg_tui.wording.french import FINAL_ADVICE, FINAL_STATE

if TYPE_CHECKING:
    from ctg_tui.grids.catalogue import Catalogue
    from ctg_tui.storage.store import Store, Stored


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
        """The grid without the lines that the assessment leaves aside."""
        return grid_in_view(self._whole_grid, self.assessment)

    @property
    def has_proposed_lines(self) -> bool:
        """Whether there are lines that can be left aside, or are."""
        return self._whole_grid.without_proposed_lines is not self._whole_grid

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
            self.assessment = values.apply(self.assessment, pending.changes)
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
        self.assessment = values.apply(self.assessment, made)
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
        if fields & {Field.GRID, Field.PROPOSED_LINES}:
            self.scores = score(self.grid, self.assessment.answers)
        elif cells:
            self.scores = rescore(self.grid, self.scores, self.assessment.answers, cells)

    def _refuse_if_final(self) -> None:
        """Raise Refusal when the assessment is final."""
        if self.is_read_only:
            raise self.read_only_refusal()
