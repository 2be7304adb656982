"""The former years of the engagement of an assessment, with what was planned in each."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ctg_tui.domain.assessment import Assessment, Moment
from ctg_tui.domain.correspondences import carried_lines
from ctg_tui.domain.engagement import PastAction, YearPlan, belongs_to, over_the_years
from ctg_tui.domain.grid import Grid
from ctg_tui.services.last_time import former_of, id_before

if TYPE_CHECKING:
    from ctg_tui.services.workspace import Workspace


def former_years(workspace: Workspace, grid: Grid, assessment: Assessment) -> tuple[YearPlan, ...]:
    """Return the plans of the former assessments of the engagement, the earliest first.

    Their lines are those of `grid` that correspond; an action of a line that is gone is left out.
    Raises DatabaseRefusal.
    """
    plans: list[YearPlan] = []
    seen = {assessment.id}
    present = assessment
    while present.identity.moment is not Moment.START:
        former_id = id_before(workspace, present)
        if former_id is None or former_id in seen:
            break
        seen.add(former_id)
        own, present = former_of(workspace, former_id)
        if not belongs_to(present.identity, assessment.identity):
            break
        plans.append(_plan(own, grid, present))
    return tuple(reversed(plans))


def _plan(own: Grid | None, grid: Grid, former: Assessment) -> YearPlan:
    if former.grid_fingerprint == grid.fingerprint:
        lines = {line: line for line in grid.activities}
    else:
        lines = {} if own is None else carried_lines(own, grid)
    ordered = {lines[line]: action for line, action in former.actions.items() if line in lines}
    return YearPlan(former.identity, {line: ordered[line] for line in grid.activities if line in ordered})


def whole_engagement(workspace: Workspace, grid: Grid, assessment: Assessment) -> tuple[PastAction, ...]:
    """Return every action of the engagement, this year's too: what its end looks back at."""
    present = YearPlan(
        assessment.identity,
        {line: assessment.actions[line] for line in grid.activities if line in assessment.actions},
    )
    return over_the_years((*former_years(workspace, grid, assessment), present))
