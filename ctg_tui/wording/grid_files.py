"""Grids, and what changing to another one does, in French words for the interface and the commands."""

from __future__ import annotations

from typing import Final

from ctg_tui import PROGRAM
from ctg_tui.domain.errors import Refusal

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
