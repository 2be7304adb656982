"""`grille`: check a grid file, install it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from ctg_tui.cli.options import (
    A_PATH,
    Group,
    database_option,
    json_option,
    workspace,
)
from ctg_tui.cli.terminal import print_json, print_line, print_message
from ctg_tui.domain.errors import EXIT_INVALID_DOCUMENT, typeset
from ctg_tui.domain.grid import Grid
from ctg_tui.domain.scores import line_count
from ctg_tui.grids.catalogue import InvalidGrid, load_grid
from ctg_tui.wording.french import NBSP, count
from ctg_tui.wording.lines import MARK_MEANING, count_apart


@click.group("grille", cls=Group, help="Ce qui concerne un fichier de grille.")
def grid_group() -> None:
    """Group the commands on grid files."""


@grid_group.command("verifier", help="Vérifie un fichier de grille (TOML).")
@click.argument("path", metavar="FICHIER", type=A_PATH)
@json_option
def verify_grid(path: Path, as_json: bool) -> int:
    try:
        grid = load_grid(path)
    except InvalidGrid as refused:
        if not as_json:
            raise
        problems = list(refused.problems)
        print_json({"fichier": str(path), "valide": False, "code": refused.code, "erreurs": problems})
        print_message(refused.sentences())
        return EXIT_INVALID_DOCUMENT
    if as_json:
        print_json({"fichier": str(path), "valide": True, "grille": _grid_facts(grid)})
        return 0
    activities, indicators = (
        line_count(lines, grid.proposed_lines) for lines in (grid.activities, grid.indicators)
    )
    print_line(f"La grille «{NBSP}{grid.title}{NBSP}» est valide.")
    print_line(
        f"{count(len(grid.missions), 'mission')}, {count(len(grid.policies), 'politique')}, "
        f"{count_apart(activities, 'activité')}, {count_apart(indicators, 'indicateur')}."
    )
    if grid.proposed_lines:
        print_line(MARK_MEANING)
    print_line(f"Identifiant{NBSP}: {grid.id}, version {grid.version}, code de contrôle {grid.fingerprint}.")
    return 0


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
def install_grid(path: Path, as_json: bool) -> None:
    from ctg_tui.services.grid_files import install

    with workspace(write=True) as opened:
        file, is_new = install(opened, path)
    if as_json:
        state = "installee" if is_new else "deja"
        print_json({"fichier": str(path), "etat": state, "grille": _grid_facts(file.grid)})
        return
    grid = file.grid
    name = f"« {grid.title} » ({grid.id}, version {grid.version})"
    if is_new:
        print_line(typeset(f"Grille installée : {name}. Elle est proposée pour vos nouvelles évaluations."))
    else:
        print_line(typeset(f"Cette grille était déjà installée : {name}."))


COMMANDS = (grid_group,)
