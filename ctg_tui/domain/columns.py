"""A whole column made NC, in a mission or in the grid, with the answers that it had set aside."""

from __future__ import annotations

from collections.abc import Iterable

from ctg_tui.domain.answers import Cell
from ctg_tui.domain.assessment import Assessment
from ctg_tui.domain.changes import Change, Field, cell_key, rate, set_aside_text, text_of
from ctg_tui.domain.grid import Grid


def column_cells(grid: Grid, policy: str, mission: str | None = None) -> tuple[Cell, ...]:
    """Return the cells of one policy, in one mission or in the whole grid."""
    missions = grid.missions if mission is None else (grid.missions_by_id[mission],)
    return tuple(Cell(line.id, policy) for m in missions for line in m.activities)


def neutralise(assessment: Assessment, cells: Iterable[Cell]) -> tuple[Change, ...]:
    """Make every cell NC, setting its answer aside. Cells already NC stay as they are."""
    changes = []
    for cell in cells:
        before = assessment.answers.get(cell)
        if text_of(before) == "NC":
            continue
        changes.append(Change(Field.ANSWER, cell_key(cell), text_of(before), "NC"))
        changes.append(Change(Field.SET_ASIDE, cell_key(cell), None, set_aside_text(before)))
    return tuple(changes)


def give_back(assessment: Assessment, cells: Iterable[Cell]) -> tuple[Change, ...]:
    """Put back the answers that `neutralise` set aside."""
    changes = []
    for cell in cells:
        if cell not in assessment.set_aside:
            continue
        kept = assessment.set_aside[cell]
        present = text_of(assessment.answers.get(cell))
        changes.append(Change(Field.ANSWER, cell_key(cell), present, text_of(kept)))
        changes.append(Change(Field.SET_ASIDE, cell_key(cell), set_aside_text(kept), None))
    return tuple(changes)


def toggle_column(
    grid: Grid, assessment: Assessment, policy: str, mission: str | None = None
) -> tuple[Change, ...]:
    """Make a policy NC (mission or grid) as one edit or, when it is, put its answers back.

    A column wholly NC by hand, with nothing set aside, goes back to no answer.
    """
    cells = column_cells(grid, policy, mission)
    if any(text_of(assessment.answers.get(cell)) != "NC" for cell in cells):
        return neutralise(assessment, cells)
    return give_back(assessment, cells) or rate(assessment, cells, None)
