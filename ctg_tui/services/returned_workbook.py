"""Our own report, filled by an adviser in a spreadsheet program and sent back: the review that it holds."""

from __future__ import annotations

from collections.abc import Container
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from ctg_tui.domain.errors import InvalidDocument
from ctg_tui.grids.catalogue import Catalogue
from ctg_tui.review.document import ordered
from ctg_tui.services.reviews import checked
from ctg_tui.spreadsheet.reader import MAX_BYTES, read_workbook
from ctg_tui.spreadsheet.returned_report import ReturnedReport, read_returned
from ctg_tui.storage.lineage import own_ids
from ctg_tui.system.computer import utc_now
from ctg_tui.system.files import read_regular, shown_name

if TYPE_CHECKING:
    from ctg_tui.services.workspace import Workspace

SUFFIXES: Final = (".xlsx", ".ods")
_OF_ANY_WORKBOOK: Final = "tableur-"
"""How the codes of refusals begin that are not about a review."""


class ReturnedWorkbook(NamedTuple):
    """What a workbook says, and the file of its review; None when nothing is read in its blue cells."""

    report: ReturnedReport
    content: bytes | None


def own_lineages(workspace: Workspace) -> Container[str]:
    """Return the stable ids of one's own assessments. Raises DatabaseRefusal."""
    return own_ids(workspace.store)


def holds_review(path: Path, catalogue: Catalogue, own: Container[str]) -> bool:
    """Return whether a workbook is our report with a review in it, even one that is to be refused.

    It is to be received, not taken for the self-notes beside the review; so is one with notes typed over
    those of an assessment among `own`, by stable id. Raises InvalidDocument when the file cannot be read.
    """
    if path.suffix.casefold() not in SUFFIXES:
        return False
    content = read_regular(path, MAX_BYTES)
    try:
        found = read(content, shown_name(path), catalogue, utc_now())
    except InvalidDocument:
        return True
    if found is None:
        return False
    report = found.report
    is_offered = bool(report.typed_over) and report.review.assessment in own
    return found.content is not None or bool(report.unread) or is_offered


def read(content: bytes, name: str, catalogue: Catalogue, now: datetime) -> ReturnedWorkbook | None:
    """Return the review in a workbook, as the very bytes of a review file but for its `document`.

    None for any other workbook, one that cannot be read, and a report as it was sent: these are read as the
    workbooks they are. Raises InvalidDocument for a returned report of which nothing can be taken.
    """
    if len(content) > MAX_BYTES:
        return None
    try:
        report = read_returned(read_workbook(content, name), catalogue.find, name)
    except InvalidDocument as refusal:
        if refusal.code.startswith(_OF_ANY_WORKBOOK):
            return None
        raise
    if report is None or not (report.is_filled or report.is_touched):
        return None
    return ReturnedWorkbook(report, file_of(report, name, catalogue, now) if report.is_filled else None)


def file_of(report: ReturnedReport, name: str, catalogue: Catalogue, now: datetime) -> bytes:
    """Return the file of the review in a report. Raises InvalidReview."""
    return checked(ordered(report.review, report.grid), catalogue, now, name=name)[0]
