"""The place on a page where a finding is corrected."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING, Final

from ctg_tui.domain.assessment import Place
from ctg_tui.domain.grid import Grid
from ctg_tui.domain.steps import Finding, FindingCode, blank_cells, check, taken_unchanged
from ctg_tui.tui.commands import CommentOf, Destination, FormField

if TYPE_CHECKING:
    from ctg_tui.services.editing import Session
    from ctg_tui.tui.screens.page import Page

_IN_FORM: Final[Mapping[FindingCode, FormField]] = {
    FindingCode.NO_TERRITORY: FormField.TERRITORY,
    FindingCode.NO_SIREN: FormField.SIREN,
    FindingCode.NO_COORDINATOR: FormField.COORDINATOR,
    FindingCode.NO_ADVISER: FormField.ADVISER,
}


def place_of(grid: Grid, line_id: str, policy: str | None = None) -> Place:
    """Return the place of a line of `grid`, in its first column unless another is given."""
    return Place(grid.mission_of[line_id].id, line_id, policy or grid.policies[0].id)


def visit_findings(page: Page, session: Session, codes: Collection[FindingCode]) -> bool:
    """Go from `page` to the place of the first finding among `codes`; return False when there is none."""
    findings = check(session.grid, session.assessment)
    found = next((each for each in findings if each.code in codes), None)
    if found is not None:
        _visit(page, session, found)
    return found is not None


def visit_finding(page: Page, code: str) -> None:
    """Go from `page` to the first place of the finding with this code."""
    visit_findings(page, page.opened, [each for each in FindingCode if each.value == code])


def _visit(page: Page, session: Session, finding: Finding) -> None:
    grid = session.grid
    if finding.code in _IN_FORM:
        page.visit(Destination.FORM, session, _IN_FORM[finding.code])
    elif finding.code is FindingCode.NUMBERS_MISSING:
        page.visit(Destination.INDICATORS, session, place_of(grid, finding.places[0]))
    elif finding.code is FindingCode.BLANK_CELLS:
        cell = blank_cells(grid, session.assessment)[0]
        page.visit(Destination.GRID, session, place_of(grid, cell.activity, cell.policy))
    elif finding.code is FindingCode.NOTE_TAKEN:
        cell, _ = taken_unchanged(grid, session.assessment)[0]
        page.visit(Destination.GRID, session, place_of(grid, cell.activity, cell.policy))
    elif finding.code is FindingCode.LOW_WITHOUT_COMMENT:
        page.visit(Destination.GRID, session, CommentOf(place_of(grid, finding.places[0])))
    else:
        page.visit(Destination.SUMMARY, session)
