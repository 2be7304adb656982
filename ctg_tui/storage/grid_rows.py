"""The grids of a database, byte for byte, and the grid that each assessment is filled with."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from ctg_tui.domain.adoption import parse_grid, spelt_grid
from ctg_tui.domain.grid import Grid
from ctg_tui.domain.grid_origin import Origin
from ctg_tui.domain.text import clean
from ctg_tui.grids.grid_file import GridFile, grid_of
from ctg_tui.storage.rows import moment_text, optional, parse_moment


class StoredGrid(NamedTuple):
    """A grid of the database, without its content."""

    fingerprint: str
    id: str
    version: str
    title: str
    file_name: str
    origin: Origin
    workbook: str | None
    stored_at: datetime


def keep_grid(connection: sqlite3.Connection, file: GridFile, now: datetime) -> None:
    """Store a grid file, unless the database has that grid already; inside the caller's transaction.

    An installed one stays installed; content that another program damaged is replaced.
    """
    grid = file.grid
    row = connection.execute(
        "SELECT document, origin FROM grid WHERE fingerprint = ?", (grid.fingerprint,)
    ).fetchone()
    if row is not None:
        is_sound = grid_of(row["document"], grid.fingerprint) is not None
        if is_sound and (file.origin is not Origin.INSTALLED or row["origin"] == Origin.INSTALLED):
            return
    connection.execute(
        "INSERT OR REPLACE INTO grid"
        " (fingerprint, id, version, title, document, file_name, origin, workbook, stored_at)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            *(grid.fingerprint, grid.id, grid.version, grid.title, file.raw, file.name),
            *(file.origin.value, file.workbook, moment_text(now)),
        ),
    )
    from ctg_tui.storage.grid_wording import write_wording  # rarely needed

    write_wording(connection, grid)


def stored_grids(connection: sqlite3.Connection) -> tuple[StoredGrid, ...]:
    """Return the grids of the database, the latest first."""
    columns = "fingerprint, id, version, title, file_name, origin, workbook, stored_at"
    found: Iterable[sqlite3.Row] = connection.execute(
        f"SELECT {columns} FROM grid ORDER BY stored_at DESC, rowid DESC"
    )
    return tuple(
        StoredGrid(
            fingerprint=clean(row["fingerprint"]),
            id=clean(row["id"]),
            version=clean(row["version"]),
            title=clean(row["title"]),
            file_name=clean(row["file_name"]),
            origin=Origin(row["origin"]),
            workbook=optional(row["workbook"]),
            stored_at=parse_moment(row["stored_at"]),
        )
        for row in found
    )


def read_document(connection: sqlite3.Connection, fingerprint: str) -> bytes | None:
    """Return the file of a grid, byte for byte; None when the database does not have it."""
    row = connection.execute("SELECT document FROM grid WHERE fingerprint = ?", (fingerprint,)).fetchone()
    return None if row is None else bytes(row["document"])


def stored_grid(connection: sqlite3.Connection, fingerprint: str) -> Grid | None:
    """Return a grid; None without it, or when its content is not that of its fingerprint any more."""
    raw = read_document(connection, fingerprint)
    return None if raw is None else grid_of(raw, fingerprint)


def altered_grids(connection: sqlite3.Connection) -> tuple[str, ...]:
    """Return the titles of the grids whose content another program changed."""
    return tuple(
        clean(row["title"])
        for row in connection.execute("SELECT title, fingerprint, document FROM grid ORDER BY rowid")
        if grid_of(bytes(row["document"]), row["fingerprint"]) is None
    )


def read_grid(connection: sqlite3.Connection, assessment_id: int) -> str:
    """Return the grid of an assessment as the journal spells it."""
    row = connection.execute(
        "SELECT grid_id, grid_version, grid_fingerprint FROM assessment WHERE id = ?", (assessment_id,)
    ).fetchone()
    return spelt_grid(*(clean(value) for value in row))


def write_grid(connection: sqlite3.Connection, assessment_id: int, text: str | None) -> None:
    """Set the grid of an assessment from its spelling. Raises as `domain.adoption.parse_grid` does."""
    values = parse_grid(text)
    connection.execute(
        "UPDATE assessment SET grid_id = :grid_id, grid_version = :grid_version,"
        " grid_fingerprint = :grid_fingerprint WHERE id = :assessment_id",
        {**values, "assessment_id": assessment_id},
    )
