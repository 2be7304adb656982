"""Reports of one assessment, from the database or from a received submission."""

from __future__ import annotations

from datetime import datetime

from ctg_tui.domain.assessment import Assessment, Sending
from ctg_tui.domain.grid import Grid
from ctg_tui.domain.results import Years, year_of
from ctg_tui.report.tables import ReportContent
from ctg_tui.services.home import changes_since, thread_sent
from ctg_tui.services.results import years_of
from ctg_tui.services.workspace import Workspace
from ctg_tui.storage.documents import latest_sending, sendings
from ctg_tui.submission.document import fingerprint_of, serialise
from ctg_tui.submission.file import Received
from ctg_tui.system.computer import local_time


def of_assessment(workspace: Workspace, assessment_id: int) -> ReportContent:
    """Return the content of a report on an assessment of the database: of its latest sending, or a draft."""
    grid, assessment = workspace.load(assessment_id)
    latest = latest_sending(workspace.store, assessment_id)
    if latest is not None and _is_as_sent(grid, assessment, latest):
        return content_of(workspace, grid, assessment, latest, latest.created_at)
    return content_of(workspace, grid, assessment, None, workspace.clock())


def _is_as_sent(grid: Grid, assessment: Assessment, stored: Sending) -> bool:
    """Return whether nothing changed since a sending: neither the state nor the thread, no answer kept."""
    if stored.fingerprint != fingerprint_of(grid, assessment):
        return False
    thread = {said.id for said in thread_sent(stored)}
    return thread == assessment.said.keys() and not any(one.is_kept for one in assessment.drafts.values())


def content_of(
    workspace: Workspace, grid: Grid, assessment: Assessment, stored: Sending | None, now: datetime
) -> ReportContent:
    """Return the content of a report on an assessment, made at `now`, as it is `stored` where it is sent.

    Raises as `changes_since` does.
    """
    sent = sendings(workspace.store, assessment.id)
    before = next((one for one in sent if stored is None or one.number < stored.number), None)
    return ReportContent(
        grid,
        assessment,
        stored,
        local_time(now),
        years_of(workspace, grid, assessment),
        former=before,
        changes=() if before is None else changes_since(workspace, grid, assessment, before),
        document=b"" if stored is None else stored.content,
    )


def of_received(received: Received) -> ReportContent:
    """Return the content of a report on a submission that was read."""
    grid, assessment = received.grid, received.assessment
    years = Years(grid, (year_of(assessment, grid, grid),))
    at, document = local_time(received.sending.created_at), serialise(received.document)
    return ReportContent(grid, assessment, received.sending, at, years, document=document)
