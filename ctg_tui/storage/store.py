"""The assessments of a database: listed, read, created, removed."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from contextlib import ExitStack
from datetime import datetime
from pathlib import Path
from threading import RLock
from typing import ClassVar, Final, NamedTuple
from uuid import uuid4

from ctg_tui.domain.assessment import Answer, Assessment, Cell, Identity, Place, Sending, parse_answer
from ctg_tui.domain.errors import Refusal
from ctg_tui.domain.grid import Grid
from ctg_tui.domain.text import clean
from ctg_tui.grids.catalogue import GridFile, shipped_file
from ctg_tui.storage import schema
from ctg_tui.storage.connection import Backup, BackupReason
from ctg_tui.storage.database import Clock, Database
from ctg_tui.storage.documents import keep_grid
from ctg_tui.storage.refusals import absent
from ctg_tui.storage.schema import migrate


class Entry(NamedTuple):
    """An assessment in the list: its identity, without answers."""

    id: int
    grid_id: str
    grid_version: str
    grid_fingerprint: str
    identity: Identity
    uuid: str
    created_at: datetime
    changed_at: datetime
    sent: Sending | None = None
    """The latest sending."""


class Stored(NamedTuple):
    """An assessment as last saved."""

    assessment: Assessment
    place: Place | None
    changed_at: datetime


class Store(Database):
    """The assessments of one open database. Reading raises DatabaseRefusal, writing NotSaved.

    What makes and keeps changes is imported when it is used: the list does without.
    """

    is_in_memory: ClassVar[bool] = False
    """Whether no file holds it: it is an example, nothing of which is kept or sent."""

    def entries(self) -> tuple[Entry, ...]:
        """Return every assessment, the last changed first."""
        with self.reading() as connection:
            sent = self._latest_sendings()
            found = connection.execute("SELECT * FROM assessment ORDER BY changed_at DESC, id DESC")
            return tuple(
                Entry(
                    id=row["id"],
                    **schema.grid_values(row),
                    identity=schema.identity(row),
                    uuid=clean(row["uuid"]),
                    created_at=schema.parse_moment(row["created_at"]),
                    changed_at=schema.parse_moment(row["changed_at"]),
                    sent=sent.get(row["id"]),
                )
                for row in found
            )

    def answers(self) -> Mapping[int, Mapping[Cell, Answer]]:
        """Return the answers of every assessment that has some, by its id."""
        found: dict[int, dict[Cell, Answer]] = {}
        with self.reading() as connection:
            for row in connection.execute("SELECT assessment_id, key, value FROM value WHERE field = 'note'"):
                line, _, policy = row["key"].partition("/")
                answers = found.setdefault(row["assessment_id"], {})
                answers[Cell(line, policy)] = parse_answer(row["value"])
        return found

    def heard(self) -> frozenset[int]:
        """Return the ids of the assessments of which something was said."""
        with self.reading() as connection:
            found = connection.execute("SELECT DISTINCT assessment_id FROM value WHERE field = 'parole'")
            return frozenset(row[0] for row in found)

    def has_submissions(self) -> bool:
        """Return whether a submission was ever received."""
        with self.reading() as connection:
            found = connection.execute("SELECT 1 FROM document WHERE kind = 'recu' LIMIT 1")
            return found.fetchone() is not None

    def load(self, assessment_id: int) -> Stored:
        """Return the assessment and its last cursor. Raises Refusal (`evaluation-absente`) without it."""
        from ctg_tui.domain.changes import apply
        from ctg_tui.storage.journal import read_values

        with self.reading() as connection:
            query = "SELECT * FROM assessment WHERE id = ?"
            row = connection.execute(query, (assessment_id,)).fetchone()
            if row is None:
                raise absent(assessment_id)
            bare = Assessment(
                id=assessment_id,
                **schema.grid_values(row),
                identity=schema.identity(row),
                uuid=clean(row["uuid"]),
                previous_uuid=row["previous_uuid"] and clean(row["previous_uuid"]),
            )
            whole = apply(bare, read_values(connection, assessment_id))
            return Stored(whole, schema.place(row), schema.parse_moment(row["changed_at"]))

    def own_ids(self) -> Mapping[str, int]:
        """Return the ids of the assessments by their stable id."""
        with self.reading() as connection:
            return {clean(row["uuid"]): row["id"] for row in connection.execute("SELECT * FROM assessment")}

    def _latest_sendings(self) -> Mapping[int, Sending]:
        """Return the latest sending of each assessment, by its id."""
        found = self.connection.execute(
            "SELECT assessment_id, number, id, created_at, status, fingerprint, forecast, x'' AS content"
            " FROM sending ORDER BY number"
        )
        return {row["assessment_id"]: schema.sending(row) for row in found}

    def create(
        self,
        grid: Grid,
        identity: Identity,
        *,
        uuid: str = "",
        previous_uuid: str | None = None,
        file: GridFile | None = None,
    ) -> int:
        """Create an empty assessment; return its id, never reused even after deletion.

        `uuid` is its stable id, a new one without it; `file` that of a grid that is not known yet.
        """
        from ctg_tui.domain.changes import spelt_grid

        with self.writing() as now:
            values = {
                "uuid": uuid or str(uuid4()),
                "grid": spelt_grid(grid.id, grid.version, grid.fingerprint),
                "previous_uuid": previous_uuid,
                "created_at": schema.moment_text(now),
                "changed_at": schema.moment_text(now),
                **schema.identity_values(identity),
            }
            self.utils.table("assessment").insert(values)
            assessment_id = int(self.connection.execute("SELECT last_insert_rowid()").fetchone()[0])
            if file := file or shipped_file(grid):
                keep_grid(self, file)
        return assessment_id

    def move(self, assessment_id: int, place: Place) -> None:
        """Store the cursor's place, unless the database is read-only."""
        if self.writes:
            with self.writing():
                schema.update(self.connection, assessment_id, {"place": schema.place_text(place)})

    def has_given(self, assessment_id: int) -> bool:
        """Return whether an assessment has or had this number."""
        with self.reading() as connection:
            given = connection.execute(
                "SELECT ? BETWEEN 1 AND seq FROM sqlite_sequence WHERE name = 'assessment'", (assessment_id,)
            ).fetchone()
            return given is not None and bool(given[0])

    def delete(self, assessment_id: int, *, wholly: bool = False) -> None:
        """Remove an assessment with all that is of it alone; `wholly`, also what was received of it."""
        with self.writing():
            if wholly:
                self.connection.execute(
                    "DELETE FROM document WHERE kind = 'recu'"
                    " AND lineage = (SELECT uuid FROM assessment WHERE id = ?)",
                    (assessment_id,),
                )
            self.connection.execute("DELETE FROM assessment WHERE id = ?", (assessment_id,))


# A database in memory: no file, no lock, nothing left when it is closed.

IN_MEMORY: Final = ":memory:"


class MemoryStore(Store):
    """A store of which no file holds anything."""

    is_in_memory = True

    def __init__(self, clock: Clock) -> None:
        self.connection = sqlite3.connect(IN_MEMORY, isolation_level=None, check_same_thread=False)
        self.connection.row_factory = sqlite3.Row
        self.connection.execute("PRAGMA foreign_keys = ON")
        self.path, self._clock, self.lock = Path(IN_MEMORY), clock, RLock()
        self._closing = ExitStack()
        self._closing.callback(self.connection.close)
        self.writes = self.is_open = True
        migrate(self.utils)

    def forget_edits(self) -> None:
        """Leave nothing of what was written until now to undo."""
        self.connection.execute("DELETE FROM journal")

    def back_up(self, reason: BackupReason) -> Backup:
        """Raise Refusal: there is no file to copy."""
        raise Refusal("sans-fichier", "Ceci n’est enregistré nulle part : il n’y a rien à sauvegarder.")

    def require_file(self) -> None:
        """Do nothing: there is no file that could be replaced."""
