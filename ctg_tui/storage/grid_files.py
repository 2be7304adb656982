"""The grids of a database, byte for byte, their wording for the views, and the grid of each assessment."""

from __future__ import annotations

import sqlite3
from datetime import datetime
from typing import Final, NamedTuple

from ctg_tui.domain.grid import Activity, Grid, Indicator, Origin, number_of
from ctg_tui.domain.grid_files import parse_grid, spelt_grid
from ctg_tui.domain.text import clean, fields_of
from ctg_tui.grids.catalogue import GridFile, grid_of
from ctg_tui.storage import documents
from ctg_tui.storage.documents import Kind
from ctg_tui.storage.rows import optional, parse_moment


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


_FACTS: Final = {name: name for name in ("id", "version", "title", "origin")}


def keep_grid(connection: sqlite3.Connection, file: GridFile, now: datetime) -> None:
    """Store a grid file, unless the database has that grid already; inside the caller's transaction.

    An installed one stays installed; content that another program damaged is replaced.
    """
    grid = file.grid
    origins = {stored.fingerprint: stored.origin for stored in stored_grids(connection)}
    if stored_grid(connection, grid.fingerprint) is not None and (
        file.origin is not Origin.INSTALLED or origins[grid.fingerprint] is Origin.INSTALLED
    ):
        return
    documents.keep(
        connection,
        Kind.GRID,
        grid.fingerprint,
        file.name,
        file.raw,
        now,
        workbook=file.workbook,
        facts={"id": grid.id, "version": grid.version, "title": grid.title, "origin": file.origin.value},
    )

    write_wording(connection, grid)


def stored_grids(connection: sqlite3.Connection) -> tuple[StoredGrid, ...]:
    """Return the grids of the database, the latest first."""
    return tuple(
        StoredGrid(
            fingerprint=clean(row["id"]),
            file_name=clean(row["name"]),
            **fields_of(StoredGrid, facts, _FACTS),
            workbook=optional(row["workbook"]),
            stored_at=parse_moment(row["stored_at"]),
        )
        for row, facts in documents.listed(connection, Kind.GRID)
    )


def stored_grid(connection: sqlite3.Connection, fingerprint: str) -> Grid | None:
    """Return a grid; None without it, or when its content is not that of its fingerprint any more."""
    raw = documents.content_of(connection, Kind.GRID, fingerprint)
    return None if raw is None else grid_of(raw, fingerprint)


def read_grid(connection: sqlite3.Connection, assessment_id: int) -> str:
    """Return the grid of an assessment as the journal spells it."""
    row = connection.execute(
        "SELECT grid_id, grid_version, grid_fingerprint FROM assessment WHERE id = ?", (assessment_id,)
    ).fetchone()
    return spelt_grid(*(clean(value) for value in row))


def write_grid(connection: sqlite3.Connection, assessment_id: int, text: str | None) -> None:
    """Set the grid of an assessment from its spelling. Raises as `domain.grid_files.parse_grid` does."""
    values = parse_grid(text)
    connection.execute(
        "UPDATE assessment SET grid_id = :grid_id, grid_version = :grid_version,"
        " grid_fingerprint = :grid_fingerprint WHERE id = :assessment_id",
        {**values, "assessment_id": assessment_id},
    )


def write_wording(connection: sqlite3.Connection, grid: Grid) -> None:
    """Store the numbers and labels of a grid that is in the database; inside the caller's transaction."""
    for table in ("grid_line", "grid_policy"):
        connection.execute(f"DELETE FROM {table} WHERE grid = ?", (grid.fingerprint,))
    lines: list[tuple[Activity | Indicator, bool]] = [(line, False) for line in grid.activities.values()]
    lines += [(line, True) for line in grid.indicators.values()]
    missions = grid.mission_of
    connection.executemany(
        "INSERT INTO grid_line (grid, line, rank, number, label, mission_number, mission_title, is_proposed,"
        " is_indicator) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [
            (
                *(grid.fingerprint, line.id, rank, number_of(grid, line.id), line.label),
                *(missions[line.id].number, missions[line.id].title, line.is_proposed, is_indicator),
            )
            for rank, (line, is_indicator) in enumerate(lines)
        ],
    )
    connection.executemany(
        "INSERT INTO grid_policy (grid, policy, rank, label) VALUES (?, ?, ?, ?)",
        [(grid.fingerprint, policy.id, rank, policy.label) for rank, policy in enumerate(grid.policies)],
    )
