"""The files merged into an assessment: the database keeps them with the merged file it was made of."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ctg_tui.services.received import stored_submission
from ctg_tui.storage import submissions
from ctg_tui.submission.reader import Received, examine
from ctg_tui.submission.spelling import serialise

if TYPE_CHECKING:
    from ctg_tui.domain.assessment import Assessment
    from ctg_tui.services.workspace import Workspace


def keep(workspace: Workspace, received: Received, file_name: str) -> None:
    """Keep a merged file, byte for byte, inside the transaction of the caller; one kept already stays."""
    content = serialise(received.document)
    row = stored_submission(content, file_name, received, workspace.clock())
    connection = workspace.store.connection
    if not submissions.is_kept(connection, row.sha256):
        submissions.keep(connection, row, content)


def with_contributions(workspace: Workspace, assessment: Assessment) -> Assessment:
    """Return `assessment` with the files merged of the people still in it. Raises DatabaseRefusal."""
    store = workspace.store
    if not store.has_submissions():
        return assessment
    with store.reading():
        rows = submissions.of_lineage(store.connection, assessment.uuid)
    present = {person.ref for person in assessment.identity.coordinators}
    for row in sorted(rows, key=lambda row: row.created_at, reverse=True):
        found = examine(submissions.content_of(store, row.sha256) or b"", workspace.catalogue)
        if isinstance(found, Received) and found.assessment.contributions:
            return assessment._replace(
                contributions=tuple(
                    merged._replace(coordinators=tuple(ref for ref in merged.coordinators if ref in present))
                    for merged in found.assessment.contributions
                )
            )
    return assessment
