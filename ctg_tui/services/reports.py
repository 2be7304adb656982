"""A report of one assessment, whether it is in the base or only in a received submission."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from ctg_tui.domain.assessment import Assessment, Status
from ctg_tui.domain.errors import Refusal
from ctg_tui.domain.grid import Grid
from ctg_tui.grids.catalogue import Catalogue
from ctg_tui.report.content import Previous, ReportContent
from ctg_tui.services.export import SOFTWARE
from ctg_tui.submission.document import fingerprint_of
from ctg_tui.submission.reader import read
from ctg_tui.system.files import atomic_write
from ctg_tui.wording.last_time import outline_name

if TYPE_CHECKING:
    from ctg_tui.services.workspace import Workspace

SUFFIXES: Final = (".html", ".xlsx")


def of_assessment(workspace: Workspace, assessment_id: int) -> ReportContent:
    """What a report tells of an assessment of the base. Only a final one has a fingerprint to be compared."""
    grid, assessment = workspace.load(assessment_id)
    fingerprint = fingerprint_of(grid, assessment) if assessment.status is Status.FINAL else None
    created_at = workspace.clock().astimezone()
    previous = previous_of(workspace, grid, assessment)
    return ReportContent(grid, assessment, fingerprint, created_at, SOFTWARE, previous)


def previous_of(workspace: Workspace, grid: Grid, assessment: Assessment) -> Previous | None:
    """Last time's figures, when they can be compared."""
    last = workspace.last_time(grid, assessment)
    if last is None or last.scores is None:
        return None
    return Previous(outline_name(last), last.scores)


def of_submission(path: Path, catalogue: Catalogue) -> ReportContent:
    """What a report tells of a submission, dated with it. Raises InvalidSubmission."""
    received = read(path, catalogue)
    created_at = received.header.created_at.astimezone()
    return ReportContent(received.grid, received.assessment, received.fingerprint, created_at, SOFTWARE)


def write(content: ReportContent, path: Path) -> None:
    """Write the report in the format that the suffix of `path` names (`SUFFIXES`), whole or not at all.

    Raises Refusal (`rapport-sans-format`), WriteRefusal.
    """
    match path.suffix.casefold():
        case ".html":
            from ctg_tui.report import html

            rendered = html.render(content).encode("utf-8")
        case ".xlsx":
            from ctg_tui.report import xlsx

            rendered = xlsx.render(content)
        case _:
            raise Refusal(
                "rapport-sans-format",
                "Le nom du rapport doit finir par .html ou par .xlsx. Rien n’a été écrit.",
                "Par exemple : --sortie rapport.html",
            )
    atomic_write(path, rendered)
