"""The columns of percentages and counts, as formulas over the areas of the notes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ctg_tui.domain.grid import Grid
from ctg_tui.domain.scores import FigureRow, Tally
from ctg_tui.report.xlsx import formulas
from ctg_tui.report.xlsx.formulas import Area
from ctg_tui.report.xlsx.sheet import Column, Formula
from ctg_tui.wording.french import DASH

Areas = Mapping[tuple[str, str, bool], Area]
"""By mission, policy, and whether the lines are proposed: a block of cells has lines of one kind."""


def per_cent(is_proposed: bool, total: str = "") -> str:
    """Return the look of a percentage, with the mark for proposed lines."""
    return f"{total}{'proposed ' if is_proposed else ''}per cent"


def places(grid: Grid, areas: Areas, row: FigureRow) -> list[list[Area]]:
    """Return the blocks that each figure of a row rests on: by policy, then all together."""
    portions = [
        portion
        for portion in grid.portions
        if portion.is_proposed is row.is_proposed and row.portion in {None, portion}
    ]
    by_policy = [
        [areas[portion.mission.id, policy.id, row.is_proposed] for portion in portions]
        for policy in grid.policies
    ]
    return [*by_policy, [area for blocks in by_policy for area in blocks]]


def shown_percentage(areas: Sequence[Area], tally: Tally, look: str = "per cent", span: int = 1) -> Column:
    """Return the percentage of some areas; `tally` is their present one."""
    value = DASH if tally.percentage is None else tally.percentage / 100
    return Column(Formula(formulas.percentage(areas), value), look, span)


def charted_percentage(areas: Sequence[Area], tally: Tally) -> Column:
    value = formulas.MISSING if tally.percentage is None else tally.percentage / 100
    return Column(Formula(formulas.radar_value(areas), value), "per cent")


def counts(areas: Sequence[Area], tally: Tally, look: str = "number") -> tuple[Column, Column, Column]:
    """Return the numbers of notes, NC and blanks."""
    return (
        Column(Formula(formulas.rated(areas), tally.rated), look),
        Column(Formula(formulas.not_concerned(areas), tally.not_concerned), look),
        Column(Formula(formulas.blank(areas), tally.blank), look),
    )


def points(areas: Sequence[Area], tally: Tally, look: str = "number") -> tuple[Column, Column]:
    """Return the points and their maximum."""
    return (
        Column(Formula(formulas.points(areas), tally.points), look),
        Column(Formula(formulas.maximum(areas), tally.maximum), look),
    )


def changes_since_sent(counts: Sequence[Area]) -> Formula | None:
    """Return the formula that counts the notes changed since the fingerprint; None when nothing was sent."""
    return Formula(formulas.changes_in_words(counts), formulas.NO_CHANGE) if counts else None


def fixed_percentage(tally: Tally, look: str = "per cent") -> Column:
    """Return a percentage that the notes do not change: last time's."""
    return Column(
        None if tally.percentage is None else Formula(f"={tally.percentage}/100", tally.percentage / 100),
        look,
    )
