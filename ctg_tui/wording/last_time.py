"""Last time's figures in French words, the same on the screen, in the commands and in the reports."""

from __future__ import annotations

from ctg_tui.domain.last_time import LastTime
from ctg_tui.wording.french import NBSP


def outline_name(last: LastTime) -> str:
    """Return `Ensemble 2026`, with the number of lines compared when the grids differ by some."""
    name = f"Ensemble{NBSP}{last.assessment.identity.year}"
    if not last.other_lines:
        return name
    every = last.compared_lines + last.other_lines
    return f"{name} ({last.compared_lines}{NBSP}lignes comparées sur {every})"


def why_not_compared(last: LastTime) -> str:
    """Return why the former figures are not shown beside the present ones."""
    former = last.assessment
    return (
        f"L’évaluation {former.identity.year} a été remplie avec une autre grille (« {former.grid_id} », "
        f"version {former.grid_version}) : ses chiffres ne peuvent pas être comparés à ceux-ci."
    )
