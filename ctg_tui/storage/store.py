"""Writing assessments. Each public write is one transaction, whole or not at all."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING
from uuid import uuid4

from ctg_tui.domain.assessment import Identity, Place, Status
from ctg_tui.domain.grid import Grid
from ctg_tui.storage import rows
from ctg_tui.storage.open_database import Clock, OpenDatabase
from ctg_tui.storage.reading import Entry, Stored
from ctg_tui.storage.refusals import absent, damaged, is_final, other_journal

if TYPE_CHECKING:
    from ctg_tui.domain.changes import Edit
    from ctg_tui.grids.catalogue import GridFile
    from ctg_tui.storage.grid_rows import StoredGrid
    from ctg_tui.storage.journal import Journal
    from ctg_tui.storage.values import Owner

__all__ = ["Clock", "Entry", "Store", "Stored"]


class Store(OpenDatabase):
    """The assessments of one open database, to read and to write."""

    @cached_property
    def _journal(self) -> Journal:
        from ctg_tui.storage.journal import Journal  # not needed to start

        return Journal(self.connection)

    def create(
        self,
        grid: Grid,
        identity: Identity,
        previous_id: int | None = None,
        *,
        file: GridFile | None = None,
        waits: bool = False,
    ) -> int:
        """Create an empty assessment; return its id, never reused even after deletion.

        `file` is that of the grid, None when the database has it. `waits` is that of `writing`.
        """
        from ctg_tui.storage.details import write_people  # not needed to start

        with self.writing(waits=waits) as now:
            values = {
                "uuid": str(uuid4()),
                "grid_id": grid.id,
                "grid_version": grid.version,
                "grid_fingerprint": grid.fingerprint,
                "previous_id": previous_id,
                "created_at": rows.moment_text(now),
                "changed_at": rows.moment_text(now),
                **rows.identity_values(identity),
            }
            table = self.database.table("assessment")
            table.insert(values)
            assessment_id = int(self.connection.execute("SELECT last_insert_rowid()").fetchone()[0])
            write_people(self.connection, assessment_id, identity, now)
            if file is not None:
                self.keep_grid(file, waits=waits)
        return assessment_id

    def last_id(self) -> int:
        """Return the highest id of the assessments, 0 without any. To be called inside `writing`."""
        return int(self.connection.execute("SELECT coalesce(max(id), 0) FROM assessment").fetchone()[0])

    def keep_grid(self, file: GridFile, *, waits: bool = False) -> None:
        """Store a grid file byte for byte, unless the database has that grid. `waits`: see `writing`."""
        from ctg_tui.storage import grid_rows  # not needed to start

        with self.writing(waits=waits) as now:
            grid_rows.keep_grid(self.connection, file, now)

    def grids(self) -> tuple[StoredGrid, ...]:
        """Return the grids that the database keeps, the latest first. Raises DatabaseRefusal."""
        from ctg_tui.storage import grid_rows

        with self.reading():
            return grid_rows.stored_grids(self.connection)

    def grid(self, fingerprint: str) -> Grid | None:
        """Return a grid that the database keeps, its fingerprint checked; None when it has none such."""
        from ctg_tui.storage import grid_rows  # a grid that is shipped is not read here

        with self.reading():
            return grid_rows.stored_grid(self.connection, fingerprint)

    def has_submissions(self) -> bool:
        """Return whether a submission was ever received. Raises DatabaseRefusal."""
        with self.reading():
            found = self.connection.execute("SELECT 1 FROM document WHERE kind = 'recu' LIMIT 1")
            return found.fetchone() is not None

    def has_review(self, uuid: str) -> bool:
        """Return whether a review of the assessment of that stable id is kept. Raises DatabaseRefusal."""
        with self.reading():
            found = self.connection.execute(
                "SELECT 1 FROM document WHERE kind = 'avis' AND lineage = ? LIMIT 1", (uuid,)
            )
            return found.fetchone() is not None

    def record(
        self, owner: Owner, edit: Edit, place: Place | None = None, into: int | None = None
    ) -> tuple[int | None, datetime]:
        """Write an edit, its journal rows and the cursor; return the step and the moment of saving.

        The step is None when the database already held all of it. Raises NotSaved; Refusal when the
        assessment is gone, or final.
        """
        with self.writing(waits=True) as now:
            self._allow(owner, edit, now, place)
            step = self._journal.record(owner, edit, now, into)
        return step, now

    def undo(self, owner: Owner, edit: Edit) -> datetime:
        """Take back `edit`, the last one done; return the moment of saving."""
        return self._turn(owner, edit, self._journal.undo)

    def redo(self, owner: Owner, edit: Edit) -> datetime:
        """Make `edit`, the next one undone, again; return the moment of saving."""
        return self._turn(owner, edit, self._journal.redo)

    def _turn(self, owner: Owner, edit: Edit, turn: Callable[[Owner, Edit, datetime], bool]) -> datetime:
        """Apply `turn` to `edit`; return the moment of saving.

        Raises NotSaved; Refusal as `record` does, and when the journal has another edit at that place;
        DatabaseRefusal when the journal is damaged.
        """
        with self.writing(waits=True) as now:
            self._allow(owner, edit, now, None)
            try:
                is_turned = turn(owner, edit, now)
            except (*rows.CORRUPT_ROW_ERRORS, sqlite3.IntegrityError) as error:
                raise damaged(self.path) from error
            if not is_turned:
                raise other_journal()
        return now

    def last_done(self, owner: Owner) -> Edit | None:
        """Return the edit that undo would take back. Raises DatabaseRefusal, also for a damaged journal."""
        with self.reading():
            return self._journal.last_done(owner)

    def next_undone(self, owner: Owner) -> Edit | None:
        """Return the edit that redo would make again. Raises as `last_done` does."""
        with self.reading():
            return self._journal.next_undone(owner)

    def _allow(self, owner: Owner, edit: Edit, now: datetime, place: Place | None) -> None:
        """Require that `edit` may be written; the forecast, which is not sent, keeps the moment of change.

        Every edit passes here: nothing is written to a final assessment.
        """
        if isinstance(owner, str):
            return
        if not edit.is_about_forecast:
            self._touch(owner, now, place)
        elif not self._is_draft(owner):
            self.require(owner)
            raise is_final()

    def _touch(self, assessment_id: int, now: datetime, place: Place | None) -> None:
        """Update the row of a draft: its moment of change and, when known, the cursor's place."""
        moment = rows.moment_text(now)
        if place is None:
            touched = self.connection.execute(
                "UPDATE assessment SET changed_at = ? WHERE id = ? AND status = 'provisoire'",
                (moment, assessment_id),
            )
        else:
            touched = self.connection.execute(
                "UPDATE assessment SET changed_at = ?, place_mission = ?, place_line = ?, place_policy = ?"
                " WHERE id = ? AND status = 'provisoire'",
                (moment, place.mission, place.line, place.policy, assessment_id),
            )
        if touched.rowcount != 1:
            self.require(assessment_id)
            raise is_final()

    def _is_draft(self, assessment_id: int) -> bool:
        drafts = "SELECT 1 FROM assessment WHERE id = ? AND status = 'provisoire'"
        return self.connection.execute(drafts, (assessment_id,)).fetchone() is not None

    def require(self, assessment_id: int) -> None:
        """Raise Refusal (`evaluation-absente`) without it: a closing page may write after a deletion."""
        matching = self.connection.execute("SELECT 1 FROM assessment WHERE id = ?", (assessment_id,))
        if matching.fetchone() is None:
            raise absent(assessment_id)

    def move(self, assessment_id: int, place: Place) -> None:
        """Store the cursor's place, unless the database is read-only."""
        if not self._writes:
            return
        with self.writing():
            self.connection.execute(
                "UPDATE assessment SET place_mission = ?, place_line = ?, place_policy = ? WHERE id = ?",
                (place.mission, place.line, place.policy, assessment_id),
            )

    def finalise(self, assessment_id: int, fingerprint: str) -> None:
        """Make the current revision final, with the fingerprint of the submission that declares it."""
        with self.writing() as now:
            self.connection.execute(
                "INSERT OR REPLACE INTO release (assessment_id, revision, fingerprint, released_at)"
                " SELECT id, revision, ?, ? FROM assessment WHERE id = ?",
                (fingerprint, rows.moment_text(now), assessment_id),
            )
            self._set_status(assessment_id, Status.FINAL, now)

    def reopen(self, assessment_id: int) -> None:
        """Open a new revision of a final assessment."""
        with self.writing() as now:
            self.connection.execute(
                "UPDATE assessment SET revision = revision + 1 WHERE id = ?", (assessment_id,)
            )
            self._set_status(assessment_id, Status.DRAFT, now)

    def _set_status(self, assessment_id: int, status: Status, now: datetime) -> None:
        self.connection.execute(
            "UPDATE assessment SET status = ?, changed_at = ? WHERE id = ?",
            (status.value, rows.moment_text(now), assessment_id),
        )

    def delete(self, assessment_id: int) -> None:
        """Remove an assessment, its answers, its journal, its reviews, and a workbook used by nothing else.

        Those that follow it keep its stable id.
        """
        from ctg_tui.storage.workbooks import forget_unused  # not needed to start

        with self.writing():
            self.connection.execute(
                "UPDATE assessment SET previous_uuid = (SELECT uuid FROM assessment WHERE id = ?)"
                " WHERE previous_id = ?",
                (assessment_id, assessment_id),
            )
            self.connection.execute(
                "DELETE FROM document WHERE kind = 'avis'"
                " AND lineage IN (SELECT uuid FROM assessment WHERE id = ?)"
                " AND lineage NOT IN (SELECT lineage FROM document WHERE kind = 'recu')",
                (assessment_id,),
            )
            self.connection.execute("DELETE FROM assessment WHERE id = ?", (assessment_id,))
            forget_unused(self.connection)
