"""The files merged into an assessment: the database keeps them with the merged file it was made of."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ctg_tui.services.received import stored_submission
from ctg_tui.storage import submissions
from ctg_tui.submission.document import serialise
from ctg_tui.submission.reader import Received, examine

if TYPE_CHECKING:
    from ctg_tui.domain.assessment import Assessment
    from ctg_tui.services.workspace import Workspace


def keep_made_of(workspace: Workspace, received: Received, file_name: str) -> None:
    """Keep a merged file that one's own assessment is made of, byte for byte; one kept already stays.

    To be called inside the transaction of the caller.
    """
    content = serialise(received.document)
    row = stored_submission(content, file_name, received, workspace.clock())
    connection = workspace.store.connection
    if not submissions.is_kept(connection, row.sha256):
        submissions.keep(connection, row, content)
    submissions.mark_as_own(connection, row.sha256)


def with_contributions(workspace: Workspace, assessment: Assessment) -> Assessment:
    """Return `assessment` with the files merged of the people still in it, by the last one it is made of.

    A file that was only received says nothing of one's own. Raises DatabaseRefusal.
    """
    store = workspace.store
    if not store.has_submissions():
        return assessment
    with store.reading():
        content = submissions.made_of(store.connection, assessment.uuid)
    present = {person.ref for person in assessment.identity.coordinators}
    found = examine(content or b"", workspace.catalogue)
    if not isinstance(found, Received):
        return assessment
    return assessment._replace(
        contributions=tuple(
            merged._replace(coordinators=tuple(ref for ref in merged.coordinators if ref in present))
            for merged in found.assessment.contributions
        )
    )
