"""`grille`: check a grid file, install it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from ctg_tui.cli.options import A_PATH, Group, database_option, json_option, workspace
from ctg_tui.cli.terminal import Result
from ctg_tui.domain.grid import Grid
from ctg_tui.grids.catalogue import read_grid_file
from ctg_tui.wording.french import count


@click.group("grille", cls=Group, help="Ce qui concerne un fichier de grille.")
def grid_group() -> None:
    """Group the commands on grid files."""


@grid_group.command("verifier", help="Vérifie un fichier de grille (TOML).")
@click.argument("path", metavar="FICHIER", type=A_PATH)
@json_option
def verify_grid(path: Path) -> Result:
    grid = read_grid_file(path).grid
    lines = (
        f"La grille « {grid.title} » est valide : {count(len(grid.activities), 'ligne')}.",
        f"Identifiant : {grid.id}, version {grid.version}, code de contrôle {grid.fingerprint}.",
    )
    return Result({"fichier": str(path), "valide": True, "grille": _grid_facts(grid)}, lines)


def _grid_facts(grid: Grid) -> dict[str, Any]:
    return {
        "id": grid.id,
        "version": grid.version,
        "empreinte": grid.fingerprint,
        "titre": grid.title,
        "missions": len(grid.missions),
        "activites": len(grid.activities),
        "propositions": sum(line.is_proposed for line in grid.activities.values()),
        "politiques": len(grid.policies),
        "indicateurs": len(grid.indicators),
    }


@grid_group.command(
    "installer",
    short_help="Ajoute une grille à celles que vous avez.",
    help="Conserve un fichier de grille avec vos évaluations : il est proposé pour les nouvelles, et sert à "
    "lire les fichiers reçus remplis avec lui. Aucune évaluation ne change de grille toute seule.",
)
@click.argument("path", metavar="FICHIER", type=A_PATH)
@database_option
@json_option
def install_grid(path: Path) -> Result:
    from ctg_tui.services.grid_files import install

    with workspace(write=True) as opened:
        grid, change = install(opened, path)
    name = f"« {grid.title} » ({grid.id}, version {grid.version})"
    said = f"Grille installée : {name}. {change}" if change else f"Déjà installée : {name}."
    state = "installee" if change else "deja"
    return Result({"fichier": str(path), "etat": state, "grille": _grid_facts(grid)}, (said,))


COMMANDS = (grid_group,)
