"""An assessment as its file holds it: with the files merged, and the adviser's remarks left to answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ctg_tui.domain.assessment import Status
from ctg_tui.services.merged_files import with_contributions
from ctg_tui.storage import lineage
from ctg_tui.submission.document import bare, fingerprint_of

if TYPE_CHECKING:
    from ctg_tui.domain.assessment import Assessment
    from ctg_tui.domain.grid import Grid
    from ctg_tui.services.workspace import Workspace


def as_sent(workspace: Workspace, grid: Grid, assessment: Assessment) -> Assessment:
    """Return `assessment` as its file holds it. Raises DatabaseRefusal.

    A final one is as it was when it became final: a review received since is in the next revision.
    """
    store = workspace.store
    assessment = with_contributions(workspace, assessment)
    if not store.has_review(assessment.uuid):
        return assessment
    from ctg_tui.services.answering import received_reviews, states_before  # most have no review

    states = states_before(received_reviews(workspace, assessment.uuid), grid, assessment)
    if assessment.status is not Status.FINAL:
        return next(states)
    with store.reading():
        released = bare(lineage.released(store.connection, assessment.id, assessment.revision))
    return next((state for state in states if bare(fingerprint_of(grid, state)) == released), assessment)
