"""The years of a territory: the assessment before, their figures side by side, those of the engagement."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import islice

from ctg_tui.domain.assessment import Assessment, Moment
from ctg_tui.domain.details import rank, same_territory
from ctg_tui.domain.edits import whose
from ctg_tui.domain.grid import Grid
from ctg_tui.domain.results import (
    MOST_YEARS,
    PastAction,
    Year,
    Years,
    belongs_to,
    over_the_years,
    year_of,
)
from ctg_tui.domain.steps import foreign_ids
from ctg_tui.domain.thread import order_in
from ctg_tui.services.workspace import Workspace
from ctg_tui.wording.lines import line_number


def last_time_of(workspace: Workspace, grid: Grid, assessment: Assessment) -> Year | None:
    """Return the year before over `grid`; None without one.

    It is that of the assessment that `assessment` was created from, else of the last one before it.
    """
    return next(_before(workspace, grid, assessment), None)


def _before(workspace: Workspace, grid: Grid, assessment: Assessment) -> Iterator[Year]:
    """Yield each former year of the territory, the latest first."""
    while (former := _id_before(workspace, assessment)) is not None:
        assessment = workspace.store.load(former).assessment
        if (own := workspace.catalogue.find(assessment.grid_fingerprint)) is not None:
            yield year_of(assessment, grid, own)


def _id_before(workspace: Workspace, assessment: Assessment) -> int | None:
    identity = assessment.identity
    before = [entry for entry in workspace.store.entries() if rank(entry.identity) < rank(identity)]
    for entry in before:  # its year may have been changed since
        if entry.uuid == assessment.previous_uuid:
            return entry.id
    of_it = [entry for entry in before if same_territory(entry.identity.territory, identity.territory)]
    return max(of_it, key=lambda entry: rank(entry.identity)).id if of_it else None


def former_years(workspace: Workspace, grid: Grid, assessment: Assessment) -> tuple[Assessment, ...]:
    """Return the former assessments of the engagement over `grid`, the earliest first.

    Raises DatabaseRefusal.
    """
    found: list[Assessment] = []
    present = assessment.identity
    for year in _before(workspace, grid, assessment):
        if present.moment is Moment.START or not belongs_to(year.identity, assessment.identity):
            break
        found.append(year.assessment)
        present = year.identity
    return tuple(reversed(found))


def years_of(workspace: Workspace, grid: Grid, assessment: Assessment) -> Years:
    """Return this year and up to four former ones of the territory, over the lines of `grid`.

    Raises DatabaseRefusal.
    """
    former = [*islice(_before(workspace, grid, assessment), MOST_YEARS - 1)][::-1]
    compared = (year for year in former if year.asked)
    left_out = tuple(year.assessment for year in former if not year.asked)
    return Years(grid, (*compared, year_of(assessment, grid, grid)), left_out)


def former_actions(workspace: Workspace, grid: Grid, assessment: Assessment) -> tuple[PastAction, ...]:
    """Return the actions decided before this year, and what became of them until now, in grid order."""
    present = year_of(assessment, grid, grid).assessment
    every = over_the_years((*former_years(workspace, grid, assessment), present))
    past = [one for one in every if one.planned < assessment.identity.year]
    rank = order_in(grid)
    return tuple(sorted(past, key=lambda one: (rank(one.activity, None), one.planned)))


def apart_names(workspace: Workspace, grid: Grid, assessment: Assessment) -> Mapping[str, str]:
    """Return the number and label, in their own grid, of the lines not in `grid`. Raises DatabaseRefusal."""
    names = {}
    for line in foreign_ids(grid, assessment):
        own, owner = whose(line)
        ids = {owner} if owner else {grid.id, grid.variant}
        of_it = (known for known in workspace.catalogue.every if known.id in ids and own in known.mission_of)
        if former := next(of_it, None):
            names[line] = f"{line_number(former, own)}  {former.lines[own].label}"
    return names
