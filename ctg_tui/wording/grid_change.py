"""Another version of a grid, or one that is not here, in French words for the interface and the commands."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Final

from ctg_tui.domain.adoption import Adoption
from ctg_tui.domain.correspondences import CARRIED, Kind, LineChange
from ctg_tui.domain.grid import Grid
from ctg_tui.domain.grid_change import GridChange
from ctg_tui.wording.french import count
from ctg_tui.wording.lines import place_name

_KINDS: Final[Mapping[Kind, tuple[str, str]]] = {
    Kind.IDENTICAL: ("identique", "identiques"),
    Kind.RENUMBERED: ("renumérotée", "renumérotées"),
    Kind.REWORDED: ("reformulée", "reformulées"),
    Kind.MERGED: ("fusionnée", "fusionnées"),
    Kind.SPLIT: ("scindée", "scindées"),
    Kind.REMOVED: ("supprimée", "supprimées"),
    Kind.ADDED: ("nouvelle", "nouvelles"),
}


def without_its_file(grid_id: str) -> str:
    """Return the sentences on a grid whose file is missing here."""
    return f"Le fichier de la grille « {grid_id} » est introuvable sur ce poste."


def what_differs(change: GridChange) -> str:
    """Return the sentences on an assessment whose very grid is not here: what happened, what is safe."""
    if change.former_version == change.version:
        versions = f"même version annoncée, {change.version}"
    else:
        versions = f"version {change.former_version} alors, {change.version} maintenant"
    given = count(change.answers, "réponse")
    if change.without_cell:
        given += f", dont {change.without_cell} à des cases que la grille actuelle n’a pas"
    return (
        f"Cette évaluation a été remplie avec une autre version de la grille « {change.grid_id} », qui n’est "
        f"pas sur ce poste ({versions}). Elle contient {given} ; la grille actuelle a "
        f"{count(change.cells, 'case')}. Rien n’est perdu, mais ses chiffres ne peuvent être calculés "
        "qu’avec la grille d’origine."
    )


def adopting(adoption: Adoption, name: str) -> str:
    """Return the question that asks whether to continue with the grid called `name`."""
    return (
        f"Continuer cette évaluation avec {name} ? {effect(adoption)} Une sauvegarde est faite avant, et "
        "Ctrl+Z rétablit tout."
    )


def effect(adoption: Adoption) -> str:
    """Return the sentences on what adopting a grid does to the answers, comments, numbers and actions."""
    values = adoption.carried + adoption.apart
    if not values:
        return "Rien n’y est encore saisi."
    sentences = [
        "Tout ce que vous avez saisi est repris."
        if not adoption.apart
        else f"Sur {count(values, 'saisie')}, {_taken_over(adoption.carried)}."
    ]
    if adoption.reworded:
        verb = "est" if adoption.reworded == 1 else "sont"
        sentences.append(f"{adoption.reworded} {verb} à relire : le texte de la ligne a changé.")
    if adoption.apart == 1:
        sentences.append("1 n’y a pas de place : elle est conservée à part, sans être comptée.")
    elif adoption.apart:
        sentences.append(
            f"{adoption.apart} n’y ont pas de place : elles sont conservées à part, sans être comptées."
        )
    return " ".join(sentences)


def _taken_over(number: int) -> str:
    if not number:
        return "aucune n’est reprise"
    return f"{number} est reprise" if number == 1 else f"{number} sont reprises"


def comparison_counts(changes: Iterable[LineChange]) -> str:
    """Return `48 lignes reprises : 45 identiques, 3 reformulées ; 2 nouvelles, 1 supprimée.`"""
    numbers = Counter(change.kind for change in changes)
    carried = [_counted(kind, numbers) for kind in Kind if kind in CARRIED and numbers[kind]]
    others = [_counted(kind, numbers) for kind in Kind if kind not in CARRIED and numbers[kind]]
    lines = sum(numbers[kind] for kind in CARRIED)
    sentence = f"{count(lines, 'ligne reprise', 'lignes reprises')}"
    if carried:
        sentence += f" : {', '.join(carried)}"
    return f"{sentence} ; {', '.join(others)}." if others else f"{sentence}."


def _counted(kind: Kind, numbers: Mapping[Kind, int]) -> str:
    return f"{numbers[kind]} {_KINDS[kind][numbers[kind] > 1]}"


def change_name(change: LineChange) -> str:
    """Return what became of a line: `reformulée`."""
    return _KINDS[change.kind][0]


def _place(grid: Grid, line_id: str) -> str:
    if line_id in grid.activities:
        return place_name(grid, line_id)
    mission = grid.mission_of[line_id]
    return f"{mission.number}.i{[line.id for line in mission.indicators].index(line_id) + 1}"


def line_name(before: Grid, after: Grid, change: LineChange) -> str:
    """Return `1.3 → 1.4  Intègre…`: the number then and now, and the present text, else the former one."""
    former = "" if change.old is None else _place(before, change.old)
    present = "" if change.new is None else _place(after, change.new)
    label = after.line(change.new).label if change.new else before.line(change.old or "").label
    places = f"{former} → {present}" if former and present and former != present else present or former
    return f"{places}  {label}"
