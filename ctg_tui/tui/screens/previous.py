"""Last time's outline behind the radar, on demand."""

from __future__ import annotations

from dataclasses import replace

from ctg_tui.domain.errors import Refusal
from ctg_tui.domain.scores import score
from ctg_tui.tui.screens.page import Page
from ctg_tui.tui.view import View
from ctg_tui.wording.french import NBSP


def with_previous(page: Page, view: View) -> View:
    """`view` with last time's outline, or without it when it had one. Why there is none is told."""
    if view.previous is not None:
        return replace(view, previous=None, previous_name="")
    try:
        former = page.workspace.previous(view.assessment)
    except Refusal as refusal:
        page.refuse(refusal)
        return view
    if former is None:
        page.tell("Il n’y a pas d’évaluation précédente pour ce territoire.")
        return view
    name = f"Ensemble{NBSP}{former.identity.year}"
    return replace(view, previous=score(view.grid, former.answers), previous_name=name)
