"""`grille verifier`: files from outside, checked without any base."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from ctg_tui.cli.french import Command, Group
from ctg_tui.cli.options import A_PATH, json_option
from ctg_tui.cli.streams import say, tell, tell_json
from ctg_tui.domain.errors import EXIT_INVALID_DOCUMENT
from ctg_tui.domain.french import NBSP, count
from ctg_tui.domain.grid import Grid
from ctg_tui.grids import InvalidGrid, load_grid


@click.group("grille", cls=Group, help="Ce qui concerne un fichier de grille.")
def grid_group() -> None:
    """Only holds its commands."""


@grid_group.command("verifier", cls=Command, help="Vérifie un fichier de grille (TOML).")
@click.argument("path", metavar="FICHIER", type=A_PATH)
@json_option
def verify_grid(path: Path, as_json: bool) -> int:
    try:
        grid = load_grid(path)
    except InvalidGrid as refused:
        if not as_json:
            raise
        problems = list(refused.problems)
        tell_json({"fichier": str(path), "valide": False, "code": refused.code, "erreurs": problems})
        say(refused.sentences())
        return EXIT_INVALID_DOCUMENT
    if as_json:
        tell_json({"fichier": str(path), "valide": True, "grille": _grid_facts(grid)})
        return 0
    proposals = sum(line.is_proposal for line in grid.activities.values())
    tell(f"La grille « {grid.title} » est valide.")
    tell(
        f"{count(len(grid.missions), 'mission')}, {count(len(grid.activities), 'activité')} "
        f"(dont {count(proposals, 'proposition')} à valider par la Caf), "
        f"{count(len(grid.policies), 'politique')}, {count(len(grid.indicators), 'indicateur')}."
    )
    tell(f"Identifiant{NBSP}: {grid.id}, version {grid.version}, empreinte {grid.fingerprint}.")
    return 0


def _grid_facts(grid: Grid) -> dict[str, Any]:
    return {
        "id": grid.id,
        "version": grid.version,
        "empreinte": grid.fingerprint,
        "titre": grid.title,
        "missions": len(grid.missions),
        "activites": len(grid.activities),
        "propositions": sum(line.is_proposal for line in grid.activities.values()),
        "politiques": len(grid.policies),
        "indicateurs": len(grid.indicators),
    }


COMMANDS = (grid_group,)
