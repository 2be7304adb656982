"""The wording of the lines of each stored grid, for the French views that other programs read."""

from __future__ import annotations

import sqlite3

from ctg_tui.domain.grid import Activity, Grid, Indicator, number_of


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
