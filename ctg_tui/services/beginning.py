"""An assessment created while its form is still being filled, and the one that it would double."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, NamedTuple

from ctg_tui.domain.assessment import Identity
from ctg_tui.domain.errors import DatabaseRefusal, NotSaved
from ctg_tui.domain.grid import Grid
from ctg_tui.domain.identity import cleaned_identity, same_assessment
from ctg_tui.storage.writer import Work
from ctg_tui.system.computer import local_time
from ctg_tui.wording.french import already_there

if TYPE_CHECKING:
    from ctg_tui.services.editing import Session
    from ctg_tui.services.workspace import Workspace


class Double(NamedTuple):
    """An assessment of the same territory, year and moment as another; `sentence` says that it exists."""

    id: int
    sentence: str


def double_of(workspace: Workspace, identity: Identity, own_id: int | None = None) -> Double | None:
    """Return the last changed assessment that one of `identity`, stored as `own_id` if it is, would double.

    None without one. Raises DatabaseRefusal.
    """
    for entry in workspace.store.entries():
        if entry.id != own_id and same_assessment(entry.identity, identity):
            changed = local_time(entry.changed_at).date()
            return Double(entry.id, already_there(entry.identity, entry.status, entry.revision, changed))
    return None


class Beginning:
    """An assessment being created: on a disk that refuses, it waits with the other changes.

    `session` is None until it is on the disk. What is typed in its form while it is being written follows it,
    also when the form has been left.
    """

    def __init__(self, workspace: Workspace, identity: Identity, grid: Grid) -> None:
        self._workspace = workspace
        self._identity = identity
        self._written_as = identity
        """The details of the last try."""
        self.session: Session | None = None
        self._id: int | None = None
        """Its id once it is on the disk."""
        self._grid = grid
        self._last_id: int | None = None
        """The highest id before the first try."""

    def put(self) -> None:
        """Queue its creation. Raises NotSaved and Refusal as `Writer.put` does."""
        self._workspace.writer.put(Work(self._write, self._written, self._dropped))

    def identify(self, identity: Identity) -> None:
        """Replace the details. Raises Refusal for invalid ones, and NotSaved as `Writer.put` does."""
        self._identity = cleaned_identity(identity)
        self.open()
        if self.session is not None:
            self.session.identify(self._identity)

    def open(self) -> None:
        """Open it once it is on the disk, with what was typed meanwhile. Raises DatabaseRefusal."""
        if self.session is not None or self._id is None:
            return
        self.session = self._workspace.open(self._id)
        if self._identity != self._written_as:
            with suppress(NotSaved):  # it waits in the queue, which says so
                self.session.identify(self._identity)

    def _write(self) -> int:
        store = self._workspace.store
        with store.writing(waits=True):
            last_id = store.last_id()
            if self._last_id is not None and last_id > self._last_id:
                return last_id  # the disk had stored it, and reported a failure
            self._last_id = last_id
            self._written_as = self._identity
            file = self._workspace.catalogue.file_of(self._grid)
            return store.create(self._grid, self._written_as, file=file, waits=True)

    def _written(self, assessment_id: int) -> None:
        self._id = assessment_id
        with suppress(DatabaseRefusal):  # others of the queue are told too; the form opens it, and says why
            self.open()

    def _dropped(self) -> None:
        """Do nothing: the caller of `put` got the refusal."""
