"""The grids known here: of the program, of the database; what changing to one would do."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from ctg_tui.domain.assessment import Assessment
from ctg_tui.domain.changes import apply, values_of
from ctg_tui.domain.grid import Grid
from ctg_tui.domain.grid_files import adoption, whose
from ctg_tui.domain.steps import foreign_ids
from ctg_tui.grids.catalogue import read_grid_file
from ctg_tui.services.workspace import Workspace
from ctg_tui.storage.documents import keep_grid
from ctg_tui.wording.french import count
from ctg_tui.wording.lines import line_number


def in_place_of_another(workspace: Workspace, grid: Grid) -> str:
    """Return that `grid`, once installed, is offered in the place of another one of its id; or nothing."""
    present = workspace.catalogue.get(grid.id)
    if present is None or workspace.catalogue.offers(grid):
        return ""
    return ". Elle remplace celle de même identifiant, dont le contenu est autre"


def install(workspace: Workspace, path: Path) -> tuple[Grid, str]:
    """Store a grid file, unless it is offered already; return its grid, and what that changes in a sentence.

    Raises InvalidDocument and InvalidGrid for a file that is no grid, DatabaseRefusal.
    """
    file = read_grid_file(path)
    if workspace.catalogue.offers(file.grid):
        return file.grid, ""
    place = in_place_of_another(workspace, file.grid)
    keep_grid(workspace.store, file)
    return file.grid, f"Elle est proposée pour vos nouvelles évaluations{place}."


def other_grids(workspace: Workspace, assessment: Assessment) -> tuple[Grid, ...]:
    """Return the grids known here that `assessment` is not filled with. Raises DatabaseRefusal."""
    known = {grid.fingerprint: grid for grid in workspace.catalogue.every}
    return tuple(known[one] for one in known if one != assessment.grid_fingerprint)


def apart_names(workspace: Workspace, grid: Grid, assessment: Assessment) -> Mapping[str, str]:
    """Return the number and label, in their own grid, of the lines not in `grid`. Raises DatabaseRefusal."""
    names = {}
    for line in foreign_ids(grid, assessment):
        own, owner = whose(line)
        ids = {owner} if owner else {grid.id, grid.variant}
        of_it = (known for known in workspace.catalogue.every if known.id in ids and own in known.mission_of)
        if former := next(of_it, None):
            names[line] = f"{line_number(former, own)}  {former.lines[own].label}"
    return names


def change_sentence(assessment: Assessment, before: Grid, after: Grid) -> str:
    """Return what filling `assessment`, filled with `before`, with `after` would do to what was entered."""
    if not values_of(assessment):
        return "Rien n’est encore saisi."
    lines = foreign_ids(after, apply(assessment, adoption(assessment, before, after)))
    if not lines:
        return "Tout ce que vous avez saisi y garde sa ligne."
    said = count(len(lines), "ligne saisie n’y a", "lignes saisies n’y ont")
    rest = "Ce qui y est reste enregistré, n’est plus compté, et se lit dans Résultats."
    return f"{said} pas de place. {rest}"
