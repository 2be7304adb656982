"""Grids, and what changing to another one does, in French words for the interface and the commands."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from ctg_tui import PROGRAM
from ctg_tui.domain.errors import Refusal
from ctg_tui.domain.grid import Grid, Origin
from ctg_tui.domain.grid_files import Adoption
from ctg_tui.domain.scores import line_count
from ctg_tui.wording.french import count, day_and_time, listing
from ctg_tui.wording.lines import line_number

_MOST_NAMED: Final = 6
"""The lines named in a sentence, the others being counted."""
INSTALL_IT: Final = (
    f"Installez cette grille avec « {PROGRAM} grille installer FICHIER » ; si elle vient d’un tableur, "
    "demandez à l’expéditeur le tableur vierge de sa Caf, puis donnez-le ici."
)
"""How to get a grid that is not known here."""


def without_its_file(grid_id: str) -> str:
    """Return the sentences on a grid whose file is missing here."""
    return f"Le fichier de la grille « {grid_id} » est introuvable sur ce poste."


def unknown_grid(grid_id: str, safe: str) -> Refusal:
    """Return the refusal of what needs a grid that is not here; `safe` says what was left as it was."""
    return Refusal("grille-inconnue", f"{without_its_file(grid_id)} {safe}", INSTALL_IT)


def effect(adoption: Adoption, before: Grid) -> str:
    """Return what adopting a grid in place of `before` does to what was entered."""
    values = adoption.kept + adoption.apart
    if not values:
        return "Rien n’est encore saisi."
    if not adoption.apart:
        return "Tout ce que vous avez saisi y garde sa ligne."
    kept = "1 y garde sa ligne" if adoption.kept == 1 else f"{adoption.kept} y gardent leur ligne"
    if adoption.apart == 1:
        others = "1 n’y a pas de place{} : elle reste enregistrée, n’est plus comptée, et se lit"
    else:
        others = (
            f"{adoption.apart} n’y ont pas de place{{}} : elles restent enregistrées, ne sont plus comptées, "
            "et se lisent"
        )
    numbers = [line_number(before, line) for line in adoption.left_out]
    if len(numbers) > _MOST_NAMED:
        numbers = [*numbers[:_MOST_NAMED], count(len(numbers) - _MOST_NAMED, "autre ligne", "autres lignes")]
    named = f" ({listing(numbers)})" if numbers else ""
    return f"Sur {count(values, 'saisie')}, {kept} ; {others.format(named)} dans Résultats."


def own_line_name(grid: Grid, line_id: str) -> str:
    """Return `1.3  Intègre…`: the number and the label of a line in its own grid."""
    return f"{line_number(grid, line_id)}  {grid.line(line_id).label}"


def grid_facts(grid: Grid) -> str:
    """Return `version 2024-08 · 4 missions · 14 lignes et 37 proposées · 14 indicateurs`."""
    lines = line_count(grid.activities, grid.proposed_lines)
    proposed = f" et {count(lines.proposed, 'proposée')}" if lines.proposed else ""
    return " · ".join(
        (
            f"version {grid.version}",
            count(len(grid.missions), "mission"),
            f"{count(lines.own, 'ligne')}{proposed}",
            count(len(grid.indicators), "indicateur"),
        )
    )


def origin_name(origin: Origin, file_name: str, at: datetime | None) -> str:
    """Return where a grid comes from: `installée le 12 janvier 2027 à 14 h 02, fichier grille.toml`."""
    when = "" if at is None else f" le {day_and_time(at)}"
    if origin is Origin.SHIPPED:
        return "fournie avec le programme" if at is None else f"fournie avec le programme, enregistrée{when}"
    if origin is Origin.WORKBOOK:
        return f"lue{when} dans le tableur {file_name}"
    if origin is Origin.INSTALLED:
        return f"installée{when}, fichier {file_name}"
    return f"donnée par --grille, fichier {file_name}" + (f", enregistrée{when}" if when else "")
