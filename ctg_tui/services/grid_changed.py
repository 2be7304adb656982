"""The refusal of an assessment whose very grid is not known here: it opens to be read."""

from __future__ import annotations

from ctg_tui import PROGRAM
from ctg_tui.domain.assessment import Assessment, Status
from ctg_tui.domain.errors import Refusal
from ctg_tui.domain.grid import Grid


class GridChanged(Refusal):
    """The very grid that `assessment` was filled with is not known here: no figure can be computed.

    `grid` is the present one, which the assessment can adopt.
    """

    def __init__(self, assessment: Assessment, grid: Grid) -> None:
        from ctg_tui.domain.grid_change import grid_change  # the list names this refusal, and seldom meets it
        from ctg_tui.wording.grid_files import what_differs

        self.assessment = assessment
        self.grid = grid

        self.change = grid_change(grid, assessment)
        otherwise = (
            "ou ouvrez une nouvelle révision pour continuer avec la grille actuelle."
            if assessment.status is Status.FINAL
            else f"ou ouvrez-la dans {PROGRAM} pour continuer avec la grille actuelle."
        )
        super().__init__(
            "grille-changee",
            what_differs(self.change),
            f"Installez la grille d’origine avec « {PROGRAM} grille installer FICHIER », {otherwise}",
        )
