"""An assessment created while its form is still being filled."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ctg_tui.domain.assessment import Identity
from ctg_tui.domain.grid import Grid
from ctg_tui.domain.identity import cleaned_identity
from ctg_tui.storage.writer import Work

if TYPE_CHECKING:
    from ctg_tui.services.workspace import Workspace


class Beginning:
    """An assessment being created: on a disk that refuses, it waits with the other changes.

    `assessment_id` is None until it is on the disk.
    """

    def __init__(self, workspace: Workspace, identity: Identity, grid: Grid) -> None:
        self._workspace = workspace
        self._identity = identity
        self.assessment_id: int | None = None
        self._grid = grid
        self._last_id: int | None = None
        """The highest id before the first try."""
        self._work = Work(self._write, self._written, self._dropped)

    def put(self) -> None:
        """Queue its creation. Raises NotSaved and Refusal as `Writer.put` does."""
        self._workspace.writer.put(self._work)

    def identify(self, identity: Identity) -> None:
        """Replace the details, unless they are written already. Raises Refusal for invalid ones."""
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
            file = self._workspace.catalogue.file_of(self._grid)
            return store.create(self._grid, self._identity, file=file, waits=True)

    def _written(self, assessment_id: int) -> None:
        self.assessment_id = assessment_id

    def _dropped(self) -> None:
        """Do nothing: the caller of `put` got the refusal."""
