"""What one assessment looks like, read for the list without opening it."""

from __future__ import annotations

from typing import NamedTuple

from ctg_tui.domain.answers import Cell
from ctg_tui.domain.assessment import Assessment
from ctg_tui.domain.completeness import Finding, check, next_blank
from ctg_tui.domain.grid import Grid
from ctg_tui.domain.last_time import LastTime
from ctg_tui.domain.scores import Scores, score
from ctg_tui.services.workspace import Workspace


class Preview(NamedTuple):
    """An assessment with its figures, last time's, what is left, and the first cell to fill."""

    grid: Grid
    assessment: Assessment
    scores: Scores
    last: LastTime | None
    findings: tuple[Finding, ...]
    blank: Cell | None


def preview(workspace: Workspace, assessment_id: int) -> Preview:
    """Return the preview of an assessment. Raises as `Workspace.load` does."""
    grid, assessment = workspace.load(assessment_id)
    return Preview(
        grid,
        assessment,
        score(grid, assessment.answers),
        workspace.last_time(grid, assessment),
        check(grid, assessment),
        next_blank(grid, assessment, None),
    )
