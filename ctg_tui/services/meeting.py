"""The dates of the meeting and of the actions, for the person's own calendar: they are in no file sent."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from ctg_tui import SOFTWARE
from ctg_tui.domain.assessment import Assessment
from ctg_tui.domain.errors import Refusal
from ctg_tui.domain.grid import Grid
from ctg_tui.report import calendar
from ctg_tui.services.files import protected_files, write_output
from ctg_tui.services.review.answering import as_sent
from ctg_tui.spreadsheet.reader import MAX_BYTES
from ctg_tui.submission.reader import safe_part
from ctg_tui.system.files import read_regular
from ctg_tui.wording.help import NOT_SENT, NOT_SENT_ADVICE

if TYPE_CHECKING:
    from ctg_tui.services.workspace import Workspace


def has_dates(assessment: Assessment, grid: Grid) -> bool:
    """Return whether there is a date to write: that of the meeting, or of an action still to do."""
    return calendar.meeting_of(assessment) is not None or bool(calendar.dated_actions(assessment, grid))


def write_calendar(workspace: Workspace, grid: Grid, assessment: Assessment, folder: Path) -> Path:
    """Write the dates into `folder`, in place of those written before; return the file.

    Raises Refusal (`exemple`, `aucune-date`, those of `check_output`), WriteRefusal.
    """
    if workspace.store.is_in_memory:
        raise Refusal("exemple", NOT_SENT, NOT_SENT_ADVICE)
    assessment = as_sent(workspace, grid, assessment)  # with the day that the adviser gave
    if not has_dates(assessment, grid):
        raise Refusal(
            "aucune-date",
            "Ni l’entretien ni une action n’a de date.",
            "Donnez-en une, puis recommencez.",
        )
    identity = assessment.identity
    place = safe_part(identity.territory.known_id or identity.territory.name) or "territoire"
    path = folder / f"CTG_{place}_{identity.year}_agenda.ics"
    content = calendar.render(assessment, grid, created_at=workspace.clock(), software=SOFTWARE)
    is_ours = path.is_file() and calendar.is_ours(read_regular(path, MAX_BYTES))
    write_output(path, content, protected_files(workspace.store.path), replace=is_ours)
    return path
