"""An assessment as its file holds it: with the files merged, and the adviser's remarks left to answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ctg_tui.domain.assessment import Status
from ctg_tui.domain.completeness import Finding, FindingCode, Severity, check
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


def before_sending(workspace: Workspace, grid: Grid, assessment: Assessment) -> tuple[Finding, ...]:
    """Return the findings to review before sending, blocking ones first: the remarks left to answer too.

    A final assessment takes no answer: none is asked for. Raises DatabaseRefusal.
    """
    found = check(grid, assessment)
    store = workspace.store
    if store.is_in_memory or assessment.status is Status.FINAL or not store.has_review(assessment.uuid):
        return found
    from ctg_tui.services.answering import review_to_answer  # as above
    from ctg_tui.wording.review import line_of

    review = review_to_answer(workspace, grid, assessment)
    rows = () if review is None else tuple(item.row for item in review.open_items)
    if not rows:
        return found
    named = tuple(line_of(grid, row) for row in rows)
    places = tuple(row.activity or "" for row in rows)
    left = Finding(FindingCode.OPEN_REMARKS, Severity.ADVICE, places, named)
    return tuple(sorted((left, *found), key=lambda one: one.severity is not Severity.BLOCKING))
