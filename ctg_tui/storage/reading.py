"""Reading assessments: the list, and one whole."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from threading import RLock
from typing import TYPE_CHECKING, Final, NamedTuple

from ctg_tui.domain.assessment import Answer, Assessment, Cell, Identity, Place, parse_answer
from ctg_tui.domain.sending import Sending
from ctg_tui.domain.text import checked, clean
from ctg_tui.storage import rows
from ctg_tui.storage.refusals import FAILURES, absent, damaged, not_opened

if TYPE_CHECKING:
    pass

BUGS: Final = (sqlite3.ProgrammingError, sqlite3.IntegrityError, sqlite3.InterfaceError)
"""Errors of our own code: never reported as a failure of the disk."""


class Entry(NamedTuple):
    """An assessment in the list: its identity, without answers."""

    id: int
    grid_id: str
    grid_version: str
    grid_fingerprint: str
    identity: Identity
    previous_id: int | None
    created_at: datetime
    changed_at: datetime
    sent: Sending | None = None
    """The latest sending."""


class Stored(NamedTuple):
    """An assessment as last saved."""

    assessment: Assessment
    place: Place | None
    changed_at: datetime


class Reader:
    """Read access to an open database. Each reading sees one whole state of it."""

    def __init__(self, connection: sqlite3.Connection, path: Path) -> None:
        self.connection = connection
        self.path = path
        self.lock = RLock()

    @contextmanager
    def reading(self) -> Iterator[None]:
        """Hold one snapshot of the database while other processes write. Raises DatabaseRefusal."""
        with self.lock:
            try:
                if self.connection.in_transaction:  # inside a write: it sees its own rows
                    yield
                    return
                self.connection.execute("BEGIN")
                try:
                    yield
                finally:
                    self.connection.rollback()
            except BUGS:
                raise
            except FAILURES as error:
                raise not_opened(self.path, error) from error
            except rows.CORRUPT_ROW_ERRORS as error:
                raise damaged(self.path) from error

    def entries(self) -> tuple[Entry, ...]:
        """Return every assessment, the last changed first."""
        with self.reading():
            sent = self._latest_sendings()
            assessments = self.connection.execute(
                "SELECT * FROM assessment ORDER BY changed_at DESC, id DESC"
            )
            return tuple(
                Entry(
                    id=row["id"],
                    **rows.grid_values(row),
                    identity=rows.identity(row),
                    previous_id=row["previous_id"],
                    created_at=rows.parse_moment(row["created_at"]),
                    changed_at=rows.parse_moment(row["changed_at"]),
                    sent=sent.get(row["id"]),
                )
                for row in assessments
            )

    def answers(self) -> Mapping[int, Mapping[Cell, Answer]]:
        """Return the answers of every assessment that has some, by its id."""
        found: dict[int, dict[Cell, Answer]] = {}
        query = "SELECT assessment_id, key, value FROM value WHERE field = 'note'"
        with self.reading():
            for row in self.connection.execute(query):
                answers = found.setdefault(row["assessment_id"], {})
                line, _, policy = row["key"].partition("/")
                answers[Cell(line, policy)] = parse_answer(row["value"])
        return found

    def heard(self) -> frozenset[int]:
        """Return the ids of the assessments of which something was said. Raises DatabaseRefusal."""
        query = "SELECT DISTINCT assessment_id FROM value WHERE field = 'parole'"
        with self.reading():
            return frozenset(row[0] for row in self.connection.execute(query))

    def load(self, assessment_id: int) -> Stored:
        """Return the assessment and its last cursor. Raises Refusal (`evaluation-absente`) without it."""
        from ctg_tui.domain.edits import apply  # the list does without what makes and keeps changes
        from ctg_tui.storage.journal import read_values

        with self.reading():
            row = self.connection.execute(
                "SELECT * FROM assessment WHERE id = ?", (assessment_id,)
            ).fetchone()
            if row is None:
                raise absent(assessment_id)
            bare = Assessment(
                id=assessment_id,
                **rows.grid_values(row),
                identity=rows.identity(row),
                previous_id=row["previous_id"],
                uuid=clean(row["uuid"]),
                previous_uuid=self._previous_uuid(row),
            )
            return Stored(
                apply(bare, read_values(self.connection, assessment_id)),
                rows.place(row),
                rows.parse_moment(row["changed_at"]),
            )

    def installed_grids(self) -> Mapping[str, bool]:
        """Return the grids that the database keeps, and whether each is installed; the latest first."""
        from ctg_tui.storage.documents import Kind, listed  # not needed to start

        with self.reading():
            found = listed(self.connection, Kind.GRID)
            return {clean(row["id"]): checked(bool, facts["installed"]) for row, facts in found}

    def _previous_uuid(self, row: sqlite3.Row) -> str | None:
        """Return the stable id of the assessment that `row` follows, also when it is not in the database."""
        query = "SELECT uuid FROM assessment WHERE id = ?"
        previous = self.connection.execute(query, (row["previous_id"],)).fetchone()
        return rows.optional(row["previous_uuid"] if previous is None else previous["uuid"])

    def _latest_sendings(self) -> Mapping[int, Sending]:
        """Return the latest sending of each assessment, by its id."""
        found = self.connection.execute(
            "SELECT assessment_id, number, id, created_at, status, fingerprint FROM sending ORDER BY number"
        )
        return {row["assessment_id"]: rows.sending(row) for row in found}

    def latest_sending(self, assessment_id: int) -> Sending | None:
        """Return the latest sending of an assessment, None without any. Raises DatabaseRefusal."""
        with self.reading():
            return self._latest_sendings().get(assessment_id)
