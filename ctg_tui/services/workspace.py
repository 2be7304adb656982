"""The assessments of one base: list, create, duplicate, open, delete, revise. The parts meet here."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple
from weakref import WeakValueDictionary

from ctg_tui.domain.answers import NOT_CONCERNED
from ctg_tui.domain.assessment import Assessment, Identity, Moment, Status
from ctg_tui.domain.backups import BackupReason
from ctg_tui.domain.changes import Edit, Operation, rate
from ctg_tui.domain.errors import Refusal
from ctg_tui.domain.grid import Grid
from ctg_tui.domain.identity import cleaned_identity, comes_before, rank
from ctg_tui.domain.scores import Tally
from ctg_tui.grids.catalogue import Catalogue
from ctg_tui.storage.opening import chosen_database
from ctg_tui.storage.store import Entry, Store
from ctg_tui.storage.writer import Work, Writer

if TYPE_CHECKING:
    from ctg_tui.services.editing import Session
    from ctg_tui.storage.restoring import Restored


def utc_now() -> datetime:
    return datetime.now(UTC)


class Summary(NamedTuple):
    """One line of the list. `whole` and `grid` are None when the assessment's grid is not known here."""

    entry: Entry
    grid: Grid | None
    whole: Tally | None


class Beginning:
    """An assessment that is being created: on a disk that refuses, it waits with all other changes.

    `assessment_id` is None until it is on the disk.
    """

    def __init__(self, workspace: Workspace, identity: Identity, grid: Grid) -> None:
        self._workspace = workspace
        self._identity = identity
        self.assessment_id: int | None = None
        self._grid = grid
        self._last_id: int | None = None
        """The last one there was when it was first tried."""
        self._work = Work(self._write, self._written, self._dropped)

    def put(self) -> None:
        """Have it written. Raises NotSaved and Refusal as `Writer.put` does."""
        self._workspace.writer.put(self._work)

    def identify(self, identity: Identity) -> None:
        """Take other details, unless it is written already. Raises Refusal when they cannot be stored."""
        identity = cleaned_identity(identity)

        def change() -> None:
            self._identity = identity

        self._workspace.writer.amend(self._work, change)

    def _write(self) -> int:
        store = self._workspace.store
        with store.writing(waits=True):
            last_id = store.last_id()
            if self._last_id is not None and last_id > self._last_id:
                return last_id  # the disk had stored it, and reported a failure
            self._last_id = last_id
            return store.create(self._grid, self._identity, waits=True)

    def _written(self, assessment_id: int) -> None:
        self.assessment_id = assessment_id

    def _dropped(self) -> None:
        """Refused for good: its caller was given the refusal."""


class Workspace:
    """The use cases that are not about one open assessment. Raises DatabaseRefusal on opening."""

    def __init__(self, store: Store, catalogue: Catalogue, clock: Callable[[], datetime] = utc_now) -> None:
        self.store = store
        self.catalogue = catalogue
        self.clock = clock
        self._sessions: WeakValueDictionary[int, Session] = WeakValueDictionary()
        self._notice: Callable[[], None] | None = None

    @property
    def writer(self) -> Writer:
        """What writes the changes, and knows which are not on the disk yet."""
        return self.store.writer

    def write_on_a_thread(self, notice: Callable[[], None]) -> None:
        """Commit changes on a thread of its own from now on; see `Writer`."""
        self._notice = notice
        self.writer.start(notice)

    def today(self) -> date:
        """The day it is where the person is."""
        return self.clock().astimezone().date()

    def close(self) -> None:
        self.store.close()

    def summaries(self) -> tuple[Summary, ...]:
        """Every assessment, the last changed first."""
        entries = self.store.entries()
        grids = {grid.id: grid for entry in entries if (grid := self.catalogue.get(entry.grid_id))}
        tallies = {grid_id: self.store.tallies(grid) for grid_id, grid in grids.items()}
        return tuple(
            self._with_pending(
                Summary(entry, grids.get(entry.grid_id), tallies.get(entry.grid_id, {}).get(entry.id))
            )
            for entry in entries
        )

    def _with_pending(self, summary: Summary) -> Summary:
        """`summary` with what is not on the disk yet."""
        session = self._sessions.get(summary.entry.id)
        if session is None or not session.pending:
            return summary
        entry = summary.entry._replace(identity=session.assessment.identity)
        return summary._replace(entry=entry, whole=session.scores.whole)

    def load(self, assessment_id: int) -> tuple[Grid, Assessment]:
        """An assessment with its grid, to read, once all of it is on the disk.

        Raises Refusal when either is not known, NotSaved when the disk refuses what waits.
        """
        self.writer.settle()
        assessment = self.store.load(assessment_id).assessment
        return self._grid_of(assessment), assessment

    def open(self, assessment_id: int) -> Session:
        """An assessment to work on. An updated file of the same grid takes the former one's place."""
        from ctg_tui.services.editing import Session  # the list needs none of it

        known = self._sessions.get(assessment_id)
        if known is not None and known.pending:
            return known
        grid, assessment = self.load(assessment_id)
        if assessment.grid_fingerprint != grid.fingerprint and assessment.status is not Status.FINAL:
            self.store.adopt_grid(assessment_id, grid)
        session = Session(self.store, grid, assessment_id)
        self._sessions[assessment_id] = session
        return session

    def begin(self, identity: Identity, grid: Grid) -> Beginning:
        """An assessment to be created by the queue of changes; `Beginning.put` has it written.

        Raises Refusal when the details cannot be stored.
        """
        return Beginning(self, cleaned_identity(identity), grid)

    def create(self, identity: Identity, grid: Grid | None = None) -> int:
        """A new, empty assessment; gives its id."""
        return self.store.create(grid or self.catalogue.default, cleaned_identity(identity))

    def duplicate(self, assessment_id: int, year: int, moment: Moment) -> int:
        """The start of a new year: same form, and what was NC stays NC; notes and texts start blank."""
        grid, former = self.load(assessment_id)
        identity = former.identity._replace(year=year, moment=moment)
        neutral = [cell for cell in grid.cells if former.answers.get(cell) is NOT_CONCERNED]
        with self.store.writing():
            new_id = self.store.create(grid, cleaned_identity(identity), previous_id=assessment_id)
            made = rate(self.store.load(new_id).assessment, neutral, NOT_CONCERNED)
            if made:
                self.store.record(new_id, Edit(Operation.CARRY_OVER, made), None)
        return new_id

    def previous(self, assessment: Assessment) -> Assessment | None:
        """Last time's assessment, for the outline behind the radar; None when there is none.

        The one that it was begun from, else the last one before it: the history is the territory's.
        """
        former = assessment.previous_id
        if former is None:
            before = [one for one in self.store.entries() if comes_before(one.identity, assessment.identity)]
            former = max(before, key=lambda one: rank(one.identity)).id if before else None
        if former is None:
            return None
        known = self._sessions.get(former)
        return known.assessment if known and known.pending else self.store.load(former).assessment

    def adopt_grid(self, assessment_id: int, grid: Grid) -> None:
        """Fill an assessment with another grid; answers without a line there are kept apart."""
        self.writer.settle()
        if self.store.load(assessment_id).assessment.status is Status.FINAL:
            raise Refusal(
                "evaluation-definitive",
                "Cette évaluation est définitive : elle garde sa grille.",
                "Ouvrez d’abord une nouvelle révision.",
            )
        self.store.adopt_grid(assessment_id, grid)

    def reopen(self, assessment_id: int) -> None:
        """Open a new revision of a final assessment. Raises Refusal when it is not final."""
        self.writer.settle()
        if self.store.load(assessment_id).assessment.status is not Status.FINAL:
            raise Refusal("pas-definitive", "Cette évaluation est encore provisoire : elle se modifie déjà.")
        self.store.reopen(assessment_id)

    def delete(self, assessment_id: int) -> None:
        """Remove an assessment from the base, after a backup. The caller has asked the person.

        Raises WriteRefusal when the backup cannot be made: nothing is removed then.
        """
        self.writer.settle()
        self.store.back_up(BackupReason.DELETION)
        self.store.delete(assessment_id)

    def restore(self, backup: Path) -> Restored:
        """Put a backup in the place of the base, and open it. Sessions opened before are no longer valid.

        Raises DatabaseRefusal, WriteRefusal: the base is then as it was, and open again, unless it cannot be
        opened any more (`store.is_open` tells).
        """
        from ctg_tui.services import maintenance  # a start needs none of it

        self.writer.settle()
        path = self.store.path
        lock = self.store.hand_over()
        try:
            return maintenance.restore(path, backup, self.clock, lock)
        finally:
            self.store = Store(path, self.clock, lock=lock)
            self._sessions.clear()
            if self._notice is not None:
                self.writer.start(self._notice)

    def _grid_of(self, assessment: Assessment) -> Grid:
        grid = self.catalogue.get(assessment.grid_id)
        if grid is None:
            raise Refusal(
                "grille-inconnue",
                f"La grille « {assessment.grid_id} » de cette évaluation n’est pas connue ici. "
                "Ses réponses sont intactes.",
                "Relancez avec « --grille FICHIER » en donnant le fichier de cette grille.",
            )
        return grid


def open_workspace(
    database: Path | None = None,
    grid_file: Path | None = None,
    *,
    write: bool,
    check_later: bool = False,
    clock: Callable[[], datetime] = utc_now,
) -> Workspace:
    """Open the workspace of a database (by default the user's own). `check_later`: see `Store`.

    Raises DatabaseRefusal, InvalidDocument.
    """
    catalogue = Catalogue(grid_file)
    store = Store(chosen_database(database), clock, write=write, check_later=check_later)
    return Workspace(store, catalogue, clock)
