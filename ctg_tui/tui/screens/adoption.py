"""Filling an assessment with another grid: confirmed if it has answers, and backed up before."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from ctg_tui.domain.assessment import Assessment, holds_answers
from ctg_tui.domain.errors import typeset
from ctg_tui.domain.grid import Grid
from ctg_tui.services.grids import preview
from ctg_tui.wording.grid_change import adopting

if TYPE_CHECKING:
    from ctg_tui.tui.screens.page import Page


def adopt(page: Page, assessment: Assessment, grid: Grid, name: str, then: Callable[[], None]) -> None:
    """Fill `assessment` with `grid`, called `name` in the question, and do `then` once that is written."""

    def write() -> None:
        page.workspace.adopt_grid(assessment.id, grid)
        then()

    if not holds_answers(assessment):
        page.save(write)
        return
    sentence = typeset(adopting(preview(page.workspace, assessment, grid), name))
    page.ask(sentence, "Oui, continuer avec cette grille", lambda: page.save(write))
