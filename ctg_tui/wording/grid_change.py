"""A grid whose file has changed, or is not here, in French words for the interface and the commands."""

from __future__ import annotations

from ctg_tui.domain.grid_change import GridChange
from ctg_tui.wording.french import count


def without_its_file(grid_id: str) -> str:
    """Return the sentences on a grid whose file is missing here."""
    return f"Le fichier de la grille « {grid_id} » est introuvable sur ce poste."


def what_differs(change: GridChange) -> str:
    """Return the sentences on a changed grid: what happened, the differences, what is safe."""
    if change.former_version == change.version:
        versions = f"même version annoncée, {change.version}"
    else:
        versions = f"version {change.former_version} alors, {change.version} maintenant"
    given = count(change.answers, "réponse")
    if change.without_cell:
        given += f", dont {change.without_cell} à des cases que le fichier actuel n’a pas"
    return (
        f"Le fichier de la grille « {change.grid_id} » a changé depuis que cette évaluation a été remplie "
        f"({versions}). Elle contient {given} ; le fichier actuel a {count(change.cells, 'case')}. "
        "Rien n’est perdu, mais ses chiffres ne peuvent être calculés qu’avec le fichier d’origine."
    )


def adopting(change: GridChange, name: str) -> str:
    """Return the question that asks whether to continue with the grid called `name`."""
    lost = change.without_cell
    apart = ""
    if lost == 1:
        apart = " 1 n’y a pas de case : elle est conservée à part, hors calcul."
    elif lost:
        apart = f" {lost} n’y ont pas de case : elles sont conservées à part, hors calcul."
    return (
        f"Continuer cette évaluation avec {name} ? Une sauvegarde est faite avant. "
        f"Vos réponses sont conservées.{apart}"
    )
