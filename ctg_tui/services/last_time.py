"""The assessment that came before another one, and its figures beside the present ones."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ctg_tui.domain.assessment import Assessment
from ctg_tui.domain.grid import Grid
from ctg_tui.domain.identity import of_territory, rank

if TYPE_CHECKING:
    from ctg_tui.domain.last_time import LastTime
    from ctg_tui.services.workspace import Workspace


def last_time_of(workspace: Workspace, grid: Grid, assessment: Assessment) -> LastTime | None:
    """Return last time's assessment, with its figures over `grid` if they compare; None without one.

    It is the one that `assessment` was created from, else the last one before it.
    """
    former = id_before(workspace, assessment)
    if former is None:
        return None
    from ctg_tui.domain.last_time import compared  # not needed by the list

    own, held = former_of(workspace, former)
    return compared(held, grid, own)


def former_of(workspace: Workspace, assessment_id: int) -> tuple[Grid | None, Assessment]:
    """Return a former assessment without the lines that it left aside, and its grid, None if it is not known.

    Raises as `Workspace.held` does.
    """
    from ctg_tui.domain.proposed_lines import in_view  # as above

    held = workspace.held(assessment_id)
    own = workspace.catalogue.find(held.grid_id, held.grid_fingerprint)
    return (None, held) if own is None else in_view(own, held)


def id_before(workspace: Workspace, assessment: Assessment) -> int | None:
    """Return the id of the assessment that came before; None without one. See `last_time_of`."""
    if assessment.previous_id is not None:
        return assessment.previous_id
    identity = assessment.identity
    before = [entry for entry in workspace.store.entries() if rank(entry.identity) < rank(identity)]
    of_it = of_territory(identity.territory, [entry.identity.territory for entry in before])
    return max((before[one] for one in of_it), key=lambda entry: rank(entry.identity)).id if of_it else None
