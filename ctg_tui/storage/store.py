"""Reading and writing assessments. Each public write is one transaction, whole or not at all."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ctg_tui.domain.assessment import Assessment, Identity, Place, Status
from ctg_tui.domain.changes import Gesture, Happening, apply
from ctg_tui.domain.errors import Refusal
from ctg_tui.domain.grid import Grid
from ctg_tui.domain.scores import Tally
from ctg_tui.storage import rows
from ctg_tui.storage.failures import not_opened, not_saved, replaced
from ctg_tui.storage.journal import Journal
from ctg_tui.storage.locks import WriterLock
from ctg_tui.storage.opening import SCHEMA_VERSION, connect
from ctg_tui.storage.values import read_values

if TYPE_CHECKING:
    from sqlite_utils.db import Database

Clock = Callable[[], datetime]


@dataclass(frozen=True)
class Entry:
    """An assessment in the list: no answers, only what identifies it."""

    id: int
    grid_id: str
    identity: Identity
    status: Status
    revision: int
    previous_id: int | None
    created_at: datetime
    changed_at: datetime


@dataclass(frozen=True)
class Stored:
    """An assessment as it was last left."""

    assessment: Assessment
    place: Place | None
    changed_at: datetime


class Store:
    """One open base. Made and used on a single thread.

    Opening with `write` takes the writer's lock and brings the base to the current version, after a backup
    made by `before_migration`. Raises BaseRefusal.
    """

    def __init__(
        self,
        path: Path,
        clock: Clock,
        *,
        write: bool = True,
        before_migration: Callable[[sqlite3.Connection, Path], None] | None = None,
    ) -> None:
        self.path = path
        self._clock = clock
        self._lock: WriterLock | None = None
        if write:
            try:
                path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
                self._lock = WriterLock(path)
            except OSError as error:
                raise not_opened(path, error) from error
        try:
            self.connection = connect(path, write=write)
            try:
                self._bring_to_version(write, before_migration)
                self._opened_file = _file_identity(path)
            except BaseException:
                self.connection.close()
                raise
        except BaseException:
            if self._lock:
                self._lock.release()
            raise
        self._journal = Journal(self.connection)

    def _bring_to_version(
        self, write: bool, before_migration: Callable[[sqlite3.Connection, Path], None] | None
    ) -> None:
        version = self.connection.execute("PRAGMA user_version").fetchone()[0]
        if version == SCHEMA_VERSION:
            return
        if not write and version == 0:
            raise not_opened(self.path, FileNotFoundError())
        from ctg_tui.storage.migrations import migrations

        try:
            if version > 0 and before_migration:
                before_migration(self.connection, self.path)
            self.connection.execute("PRAGMA query_only = OFF")
            migrations.apply(self.database)
        except (sqlite3.Error, OSError) as error:
            raise not_opened(self.path, error) from error

    @cached_property
    def database(self) -> Database:
        """sqlite-utils over the same connection: imported at the first write, since a list needs none."""
        from sqlite_utils.db import Database

        return Database(self.connection, execute_plugins=False)

    def close(self) -> None:
        """Release the base and its lock."""
        self.connection.close()
        if self._lock:
            self._lock.release()

    def __enter__(self) -> Store:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # reading

    @contextmanager
    def _reading(self) -> Iterator[None]:
        try:
            yield
        except (sqlite3.Error, OSError) as error:
            raise not_opened(self.path, error) from error

    def entries(self) -> tuple[Entry, ...]:
        """Every assessment, the last changed first."""
        with self._reading():
            people: dict[int, list[Any]] = {}
            for row in self.connection.execute("SELECT * FROM coordinator ORDER BY assessment_id, position"):
                people.setdefault(row["assessment_id"], []).append(rows.coordinator(row))
            found = self.connection.execute("SELECT * FROM assessment ORDER BY changed_at DESC, id DESC")
            return tuple(
                Entry(
                    id=row["id"],
                    grid_id=row["grid_id"],
                    identity=rows.identity(row, tuple(people.get(row["id"], ()))),
                    status=Status(row["status"]),
                    revision=row["revision"],
                    previous_id=row["previous_id"],
                    created_at=rows.parse_moment(row["created_at"]),
                    changed_at=rows.parse_moment(row["changed_at"]),
                )
                for row in found
            )

    def tallies(self, grid: Grid) -> Mapping[int, Tally]:
        """The whole's tally of every assessment of `grid`, without loading their answers."""
        import json

        query = """
            SELECT a.id, count(n.note) AS answered, total(n.note = 'NC') AS nc,
                total(CAST(n.note AS INTEGER)) AS points
            FROM assessment a LEFT JOIN answer n ON n.assessment_id = a.id
                AND n.activity IN (SELECT value FROM json_each(?))
                AND n.policy IN (SELECT value FROM json_each(?))
            WHERE a.grid_id = ? GROUP BY a.id
        """
        activities, policies = json.dumps(list(grid.activities)), json.dumps(list(grid.policies_by_id))
        with self._reading():
            return {
                row["id"]: Tally(
                    points=int(row["points"]),
                    rated=row["answered"] - int(row["nc"]),
                    not_concerned=int(row["nc"]),
                    blank=len(grid.cells) - row["answered"],
                )
                for row in self.connection.execute(query, (activities, policies, grid.id))
            }

    def load(self, assessment_id: int) -> Stored:
        """The assessment and where it was left. Raises Refusal (`evaluation-absente`) when there is none."""
        with self._reading():
            row = self.connection.execute(
                "SELECT * FROM assessment WHERE id = ?", (assessment_id,)
            ).fetchone()
            if row is None:
                raise Refusal(
                    "evaluation-absente",
                    f"Il n’y a pas d’évaluation n° {assessment_id} dans cette base.",
                    "« ctg-tui liste » donne les numéros des évaluations.",
                )
            people = self.connection.execute(
                "SELECT * FROM coordinator WHERE assessment_id = ? ORDER BY position", (assessment_id,)
            )
            bare = Assessment(
                id=assessment_id,
                grid_id=row["grid_id"],
                grid_version=row["grid_version"],
                grid_fingerprint=row["grid_fingerprint"],
                identity=rows.identity(row, tuple(map(rows.coordinator, people))),
                status=Status(row["status"]),
                revision=row["revision"],
                replaces=self._last_release(assessment_id, row["revision"]),
                previous_id=row["previous_id"],
            )
            return Stored(
                apply(bare, read_values(self.connection, assessment_id)),
                rows.place(row),
                rows.parse_moment(row["changed_at"]),
            )

    def history(self, assessment_id: int, keys: Iterable[str]) -> tuple[Happening, ...]:
        """What happened to these keys (see `domain.changes.Change.key`), the latest first."""
        with self._reading():
            return self._journal.history(assessment_id, keys)

    def _last_release(self, assessment_id: int, before_revision: int) -> str | None:
        row = self.connection.execute(
            "SELECT fingerprint FROM release WHERE assessment_id = ? AND revision < ? ORDER BY revision DESC",
            (assessment_id, before_revision),
        ).fetchone()
        return None if row is None else str(row["fingerprint"])

    # writing

    @contextmanager
    def writing(self) -> Iterator[datetime]:
        """One transaction; yields its moment (UTC). On any failure nothing of it is written.

        Raises NotSaved.
        """
        now = self._clock()
        try:
            if _file_identity(self.path) != self._opened_file:
                raise replaced()
            with self.database.atomic():
                yield now
        except (sqlite3.Error, OSError) as error:
            raise not_saved(error) from error

    def create(self, grid: Grid, identity: Identity, previous_id: int | None = None) -> int:
        """A new, empty assessment; gives its id, never used again even after deletion."""
        with self.writing() as now:
            values = {
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
            self._write_people(assessment_id, identity)
        return assessment_id

    def identify(self, assessment_id: int, identity: Identity) -> datetime:
        """Replace the form of an assessment; gives the moment of saving."""
        with self.writing() as now:
            changes = {**rows.identity_values(identity), "changed_at": rows.moment_text(now)}
            self.database.table("assessment").update(assessment_id, changes)
            self._write_people(assessment_id, identity)
        return now

    def _write_people(self, assessment_id: int, identity: Identity) -> None:
        people = self.database.table("coordinator")
        people.delete_where("assessment_id = ?", [assessment_id])
        people.insert_all(
            rows.coordinator_values(assessment_id, position, person)
            for position, person in enumerate(identity.coordinators)
        )

    def adopt_grid(self, assessment_id: int, grid: Grid) -> None:
        """Fill `assessment_id` with `grid` from now on. Answers stay, even those without a line."""
        with self.writing() as now:
            values = {
                "grid_id": grid.id,
                "grid_version": grid.version,
                "grid_fingerprint": grid.fingerprint,
                "changed_at": rows.moment_text(now),
            }
            self.database.table("assessment").update(assessment_id, values)

    def record(
        self, assessment_id: int, gesture: Gesture, place: Place | None, into: int | None = None
    ) -> tuple[int, datetime]:
        """Write a gesture, its journal rows and the cursor; gives the step and the moment of saving."""
        with self.writing() as now:
            step = self._journal.record(assessment_id, gesture, now, into)
            self._touch(assessment_id, now, place)
        return step, now

    def undo(self, assessment_id: int) -> tuple[Gesture, datetime] | None:
        """Take the last gesture back; None when there is nothing to undo."""
        return self._turn(assessment_id, self._journal.undo)

    def redo(self, assessment_id: int) -> tuple[Gesture, datetime] | None:
        """Make the last undone gesture again; None when there is none."""
        return self._turn(assessment_id, self._journal.redo)

    def _turn(
        self, assessment_id: int, turn: Callable[[int], Gesture | None]
    ) -> tuple[Gesture, datetime] | None:
        with self.writing() as now:
            gesture = turn(assessment_id)
            if gesture is None:
                return None
            self._touch(assessment_id, now, None)
        return gesture, now

    def _touch(self, assessment_id: int, now: datetime, place: Place | None) -> None:
        """One row of `assessment`: when it changed and, when known, where the cursor stands."""
        if place is None:
            self.connection.execute(
                "UPDATE assessment SET changed_at = ? WHERE id = ?", (rows.moment_text(now), assessment_id)
            )
        else:
            self.connection.execute(
                "UPDATE assessment SET changed_at = ?, place_mission = ?, place_line = ?, place_policy = ?"
                " WHERE id = ?",
                (rows.moment_text(now), place.mission, place.line, place.policy, assessment_id),
            )

    def move(self, assessment_id: int, place: Place) -> None:
        """Remember where the cursor stands."""
        with self.writing():
            self.connection.execute(
                "UPDATE assessment SET place_mission = ?, place_line = ?, place_policy = ? WHERE id = ?",
                (place.mission, place.line, place.policy, assessment_id),
            )

    def finalise(self, assessment_id: int, fingerprint: str) -> None:
        """Make the current revision final, with the fingerprint of the submission that says so."""
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
        """Remove an assessment with its answers and its journal."""
        with self.writing():
            self.connection.execute("DELETE FROM assessment WHERE id = ?", (assessment_id,))


def _file_identity(path: Path) -> tuple[int, int]:
    found = path.stat()
    return found.st_dev, found.st_ino
