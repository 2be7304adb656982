"""From what a check found to the place where it is put right."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from ctg_tui.domain.assessment import Place
from ctg_tui.domain.completeness import FindingCode, blank_cells, check
from ctg_tui.domain.grid import Grid
from ctg_tui.tui.commands import Destination
from ctg_tui.tui.screens.page import FormField, Page

_IN_FORM: Final[Mapping[FindingCode, FormField]] = {
    FindingCode.NO_TERRITORY: FormField.TERRITORY,
    FindingCode.NO_SIREN: FormField.SIREN,
    FindingCode.NO_COORDINATOR: FormField.COORDINATOR,
    FindingCode.NO_ADVISER: FormField.ADVISER,
}


def place_of(grid: Grid, line_id: str, policy: str | None = None) -> Place:
    """Where a line of `grid` is, in its first column unless another is given."""
    return Place(grid.mission_of[line_id].id, line_id, policy or grid.policies[0].id)


def visit_finding(page: Page, code: str) -> None:
    """Go from `page` to the first place of what the check of this code found."""
    opened = page.opened
    grid = opened.grid
    found = next((one for one in check(grid, opened.assessment) if one.code.value == code), None)
    if found is None:
        return
    if found.code in _IN_FORM:
        page.visit(Destination.FORM, place=_IN_FORM[found.code])
    elif found.code is FindingCode.NUMBERS_MISSING:
        page.visit(Destination.INDICATORS, place=place_of(grid, found.places[0]))
    elif found.code is FindingCode.BLANK_CELLS:
        cell = blank_cells(grid, opened.assessment)[0]
        page.visit(Destination.GRID, place=place_of(grid, cell.activity, cell.policy))
    elif found.code is FindingCode.LOW_WITHOUT_COMMENT:
        page.visit(Destination.GRID, place=place_of(grid, found.places[0]))
    else:
        page.visit(Destination.SUMMARY)
