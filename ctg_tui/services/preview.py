"""What one assessment looks like, read for the list without opening it."""

from __future__ import annotations

from typing import NamedTuple

from ctg_tui.domain.answers import Cell
from ctg_tui.domain.assessment import Assessment
from ctg_tui.domain.completeness import Finding, check, next_blank
from ctg_tui.domain.grid import Grid
from ctg_tui.domain.last_time import LastTime
from ctg_tui.domain.road import Road, road
from ctg_tui.domain.scores import Scores, score
from ctg_tui.services.last_time import last_time_of
from ctg_tui.services.workspace import Workspace
from ctg_tui.storage.forecasts import read_forecast


class Preview(NamedTuple):
    """An assessment with its figures, its road, last time's figures, what is left, the first cell to fill."""

    grid: Grid
    assessment: Assessment
    scores: Scores
    road: Road
    last: LastTime | None
    findings: tuple[Finding, ...]
    blank: Cell | None


def preview(workspace: Workspace, assessment_id: int) -> Preview:
    """Return the preview of an assessment. Raises as `Workspace.load` does."""
    grid, assessment = workspace.load(assessment_id)
    scores = score(grid, assessment.answers)
    return Preview(
        grid,
        assessment,
        scores,
        road(grid, assessment, scores, read_forecast(workspace.store, assessment_id).forecast),
        last_time_of(workspace, grid, assessment),
        check(grid, assessment),
        next_blank(grid, assessment, None),
    )
