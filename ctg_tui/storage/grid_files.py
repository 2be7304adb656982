"""The grids of a database, byte for byte, their wording for the views, and the grid of each assessment."""

from __future__ import annotations

import sqlite3
from datetime import datetime

from ctg_tui.domain.grid import Activity, Grid, Indicator, number_of
from ctg_tui.grids.catalogue import GridFile, grid_of
from ctg_tui.storage import documents
from ctg_tui.storage.documents import Kind


def keep_grid(connection: sqlite3.Connection, file: GridFile, now: datetime) -> None:
    """Store a grid file, unless the database has that grid already; inside the caller's transaction.

    One that is there and is installed now becomes so.
    """
    fingerprint = file.grid.fingerprint
    if documents.is_kept(connection, Kind.GRID, fingerprint) and not file.is_installed:
        return
    documents.keep(
        connection,
        Kind.GRID,
        fingerprint,
        file.name,
        file.raw,
        now,
        workbook=file.workbook,
        facts={"installed": file.is_installed},
    )
    write_wording(connection, file.grid)


def stored_grid(connection: sqlite3.Connection, fingerprint: str) -> Grid | None:
    """Return a grid; None without it, or when its content is not that of its fingerprint any more."""
    raw = documents.content_of(connection, Kind.GRID, fingerprint)
    return None if raw is None else grid_of(raw, fingerprint)


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
