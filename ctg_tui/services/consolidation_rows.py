"""The rows of a consolidation's tables: lines, missions, and what names them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Final, NamedTuple

from ctg_tui.domain.consolidation import Column, Table, Value
from ctg_tui.domain.grid import Activity, Grid, Policy, Portion
from ctg_tui.wording import consolidation as wording
from ctg_tui.wording.lines import line_number
from ctg_tui.wording.provenance import short_title, whose_lines

LINE_COLUMNS: Final = (
    Column("ligne", "Ligne"),
    Column("intitule", "Intitulé"),
    Column("provenance", "Provenance"),
)


_LANDMARKS: Final = 3
"""Lines in each list of the most and the least noted."""


class LineFigures(NamedTuple):
    """A line with its figure (0–100) and how often it is NC; None where that is not known."""

    activity: Activity
    figure: int | None
    not_concerned: int | None


class PlacedCell(NamedTuple):
    """A cell of the grid: its position among the marks of an entry, its line and its policy."""

    position: int
    activity: Activity
    policy: Policy


def cells(grid: Grid) -> Iterator[PlacedCell]:
    """Yield every cell, line by line, in grid order."""
    for position, cell in enumerate(grid.cells):
        yield PlacedCell(position, grid.activities[cell.activity], grid.policies_by_id[cell.policy])


def line_values(grid: Grid, activity: Activity) -> tuple[str, str, str]:
    """Return the values of `LINE_COLUMNS`."""
    return line_number(grid, activity.id), activity.label, whose_lines(activity.is_proposed)


def mission_name(grid: Grid, mission_id: str, *, is_proposed: bool = False) -> str:
    """Return `1 Développer les partenariats`; `2 ° …` for the proposed lines of a mission."""
    return short_title(Portion(grid.missions_by_id[mission_id], is_proposed))


def landmarks(grid: Grid, lines: Sequence[LineFigures], figure: Column) -> Table:
    """Return the lines least noted, most noted and most often NC: lines are ranked, people never.

    The Caf's lines and proposed ones are ranked apart; of equal lines, the first of the grid comes first.
    """
    lists: tuple[tuple[str, Callable[[LineFigures], int | None]], ...] = (
        (wording.LEAST_NOTED, lambda line: line.figure),
        (wording.MOST_NOTED, lambda line: None if line.figure is None else -line.figure),
        (wording.MOST_NC, lambda line: -line.not_concerned if line.not_concerned else None),
    )
    rows: list[tuple[Value, ...]] = []
    for is_proposed in (False, True):
        for name, key in lists:
            ranked = sorted(
                (
                    (value, rank)
                    for rank, line in enumerate(lines)
                    if line.activity.is_proposed is is_proposed and (value := key(line)) is not None
                ),
            )
            for _, rank in ranked[:_LANDMARKS]:
                line = lines[rank]
                rows.append((name, *line_values(grid, line.activity), line.figure, line.not_concerned))
    columns = (Column("repere", "Repère"), *LINE_COLUMNS, figure, Column("nc", "NC", is_number=True))
    return Table("repere", wording.LANDMARKS, columns, tuple(rows))
