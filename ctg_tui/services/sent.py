"""What the latest files for the Caf hold, and what the person changed since."""

from __future__ import annotations

import json
from pathlib import Path

from ctg_tui import SOFTWARE
from ctg_tui.domain.assessment import Assessment, Sending
from ctg_tui.domain.changes import GRID_KEY, Change, Field, grid_text
from ctg_tui.domain.edits import differences
from ctg_tui.domain.grid import Grid
from ctg_tui.domain.thread import Thread, answers_sent, parse_said, said_in
from ctg_tui.services.workspace import Workspace
from ctg_tui.submission.document import assemble, assessment_of
from ctg_tui.submission.file import examine
from ctg_tui.wording.french import people


def thread_sent(stored: Sending) -> Thread:
    """Return the thread in the file of a sending."""
    return tuple(said_in(row) for row in json.loads(stored.content).get("fil", ()))


def changes_since(
    workspace: Workspace, grid: Grid, assessment: Assessment, stored: Sending
) -> tuple[Change, ...]:
    """Return what the person changed since a sending, of what would be sent now: answers kept count.

    Raises DatabaseRefusal, InvalidSubmission when what was sent cannot be read any more.
    """
    then = examine(stored.content, workspace.catalogue, Path(f"envoi {stored.number}"))
    answered, _ = answers_sent(assessment, people(assessment.identity), stored.created_at)
    now = assessment_of(assemble(stored, SOFTWARE, answered, grid))
    made = list(differences(then.assessment, now))
    if grid_text(now) != grid_text(then.assessment):
        made.append(Change(Field.GRID, GRID_KEY, grid_text(then.assessment), grid_text(now)))
    return tuple(change for change in made if _is_own(change))


def _is_own(change: Change) -> bool:
    """Return whether a change is the person's: of what the Caf said, their answer alone."""
    if change.field is Field.SAID:
        return change.after is not None and not parse_said(change.after).is_caf
    return change.field is not Field.SET_ASIDE
