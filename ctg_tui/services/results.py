"""The years of a territory: the assessment before, their figures side by side, those of the engagement."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import TYPE_CHECKING

from ctg_tui.domain.assessment import Assessment, Moment
from ctg_tui.domain.details import rank, same_territory
from ctg_tui.domain.grid import Grid
from ctg_tui.domain.results import (
    MOST_YEARS,
    LastTime,
    PastAction,
    Years,
    belongs_to,
    compared,
    in_grid_order,
    over_the_years,
    translated,
    year_figures,
)

if TYPE_CHECKING:
    from ctg_tui.services.workspace import Workspace


def last_time_of(workspace: Workspace, grid: Grid, assessment: Assessment) -> LastTime | None:
    """Return last time's assessment, with its figures over `grid` if they compare; None without one.

    It is the one that `assessment` was created from, else the last one before it.
    """
    former = id_before(workspace, assessment)
    if former is None:
        return None

    own, held = former_of(workspace, former)
    return compared(held, grid, own)


def former_of(workspace: Workspace, assessment_id: int) -> tuple[Grid | None, Assessment]:
    """Return a former assessment and its grid, None if it is not known. Raises as `Workspace.held` does."""
    held = workspace.store.load(assessment_id).assessment
    return workspace.catalogue.own_grid(held), held


def id_before(workspace: Workspace, assessment: Assessment) -> int | None:
    """Return the id of the assessment that came before; None without one. See `last_time_of`."""
    identity = assessment.identity
    before = [entry for entry in workspace.store.entries() if rank(entry.identity) < rank(identity)]
    if assessment.previous_id in {entry.id for entry in before}:  # its year may have been changed since
        return assessment.previous_id
    of_it = [entry for entry in before if same_territory(entry.identity.territory, identity.territory)]
    return max(of_it, key=lambda entry: rank(entry.identity)).id if of_it else None


def former_years(workspace: Workspace, grid: Grid, assessment: Assessment) -> tuple[Assessment, ...]:
    """Return the former assessments of the engagement, `translated` to `grid`, the earliest first.

    Raises DatabaseRefusal.
    """
    found: list[Assessment] = []
    present = assessment
    for own, former in _before(workspace, assessment):
        if present.identity.moment is Moment.START or not belongs_to(former.identity, assessment.identity):
            break
        found.append(translated(former, own, grid))
        present = former
    return tuple(reversed(found))


def _before(workspace: Workspace, assessment: Assessment) -> Iterator[tuple[Grid | None, Assessment]]:
    """Yield each former assessment of the territory with its grid, the latest first."""
    seen = {assessment.id}
    present = assessment
    while (former := id_before(workspace, present)) is not None and former not in seen:
        seen.add(former)
        own, present = former_of(workspace, former)
        yield own, present


def years_of(workspace: Workspace, grid: Grid, assessment: Assessment) -> Years:
    """Return this year and up to four former ones of the territory, over the lines of `grid`.

    Raises DatabaseRefusal.
    """
    former = list(islice(_before(workspace, assessment), MOST_YEARS - 1))
    found = [(year_figures(held, grid, own), held) for own, held in reversed(former)]
    return Years(
        grid,
        (*(year for year, _ in found if year.asked), year_figures(assessment, grid, grid)),
        tuple(held for year, held in found if not year.asked),
    )


def whole_engagement(workspace: Workspace, grid: Grid, assessment: Assessment) -> tuple[PastAction, ...]:
    """Return every action of the engagement, this year's too: what its end looks back at."""
    present = translated(assessment, grid, grid)
    return over_the_years((*former_years(workspace, grid, assessment), present))


def former_actions(workspace: Workspace, grid: Grid, assessment: Assessment) -> tuple[PastAction, ...]:
    """Return the actions decided before this year, and what became of them until now, in grid order."""
    year = assessment.identity.year
    past = [one for one in whole_engagement(workspace, grid, assessment) if one.planned < year]
    return tuple(in_grid_order(past, list(grid.activities)))
