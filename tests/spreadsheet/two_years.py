"""The workbook of a Caf, last year filled, and this year blank with one line added in second place."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from ctg_tui.domain.assessment import Cell, Rating
from ctg_tui.domain.grid import Grid
from tests.spreadsheet.workbooks import Layout, make_workbook, saved
from tests.strategies import make_grid

NOTES = {
    "Réunit les élus référents chaque trimestre": Rating.FULLY,
    "Tient à jour le diagnostic du territoire": Rating.NO,
    "Anime le comité technique parentalité": Rating.PARTLY,
    "Fait connaître les lieux d’accueil aux familles": Rating.MOSTLY,
    "Rend compte des actions financées": Rating.PARTLY,
}
"""The lines of last year, each with its note in the column « Famille »."""
ADDED = "Recense les besoins en mode de garde"
NUMBER, COUNTED = "Nombre de comités de pilotage tenus", 3


def write_workbooks(folder: Path) -> tuple[Path, Path]:
    """Write both workbooks, their lines numbered by hand; return their paths, last year's first."""
    former = [*NOTES]
    answers = {Cell(f"m1.a{rank:02}", "famille"): note for rank, note in enumerate(NOTES.values(), 1)}
    paths = folder / "grille 2026.xlsx", folder / "grille 2027.xlsx"
    layout = Layout(comment="Dit en 2026 : {}")
    paths[0].write_bytes(saved(make_workbook(_grid(former), answers, layout)))
    present = _grid([former[0], ADDED, *former[1:]])
    paths[1].write_bytes(saved(make_workbook(present, {}, Layout(comment="", has_numbers=False))))
    return paths


def _grid(labels: Sequence[str]) -> Grid:
    grid = make_grid((len(labels),), indicators=(1,))
    (mission,) = grid.missions
    lines = zip(mission.activities, labels, strict=True)
    activities = [line._replace(label=f"{rank}. {label}") for rank, (line, label) in enumerate(lines, 1)]
    (counted,) = mission.indicators
    indicators = (counted._replace(label=NUMBER),)
    return replace(grid, missions=(mission._replace(activities=tuple(activities), indicators=indicators),))
