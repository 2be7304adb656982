"""The rows that both usages have: lines, missions, and what names them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, NamedTuple

from ctg_tui.domain.consolidation import Column
from ctg_tui.domain.grid import Activity, Grid, Policy
from ctg_tui.wording.lines import line_number
from ctg_tui.wording.provenance import whose_lines

LINE_COLUMNS: Final = (
    Column("ligne", "Ligne"),
    Column("intitule", "Intitulé"),
    Column("provenance", "Provenance"),
)


class PlacedCell(NamedTuple):
    """A cell of the grid: its position among the marks of an entry, its line and its policy."""

    position: int
    activity: Activity
    policy: Policy

    @property
    def figure(self) -> str:
        """The name of the figures of this cell."""
        return f"{self.activity.id}/{self.policy.id}"


def cells(grid: Grid) -> Iterator[PlacedCell]:
    """Yield every cell, line by line, in grid order."""
    for position, cell in enumerate(grid.cells):
        yield PlacedCell(position, grid.activities[cell.activity], grid.policies_by_id[cell.policy])


def line_values(grid: Grid, activity: Activity) -> tuple[str, str, str]:
    """Return the values of `LINE_COLUMNS`."""
    return line_number(grid, activity.id), activity.label, whose_lines(activity.is_proposed)


def mission_name(grid: Grid, mission_id: str) -> str:
    """Return `1 Développer les partenariats`."""
    mission = grid.missions_by_id[mission_id]
    return f"{mission.number} {mission.short_title}"
