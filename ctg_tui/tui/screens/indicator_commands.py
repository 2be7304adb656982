"""The commands of the indicators, also where they are only read."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from ctg_tui.tui.commands import Command, adapted, leave, undo_and_redo

COMMANDS: Final = (
    Command(
        "indicateurs.suivant", "next_number", "suivant", "Nombre suivant", ("down",), bar=5, palette=False
    ),
    Command(
        "indicateurs.precedent",
        "previous_number",
        "précédent",
        "Nombre précédent",
        ("up",),
        palette=False,
    ),
    Command("indicateurs.vide", "next_blank", "sans nombre", "Aller au prochain sans nombre", ("f3",), bar=2),
    Command(
        "indicateurs.carnet",
        "take_number",
        "reprendre le carnet",
        "Reprendre le nombre que les faits du carnet donnent à cet indicateur",
        ("ctrl+r",),
        bar=6,
    ),
    *undo_and_redo("indicateurs", bar=4),
    leave("indicateurs", bar=1),
)
_EDITING: Final = frozenset({"next_blank", "take_number", "undo", "redo"})
_READING: Final = {
    "next_number": {"label": "descendre", "help": "Descendre dans la page"},
    "previous_number": {"label": "monter", "help": "Monter dans la page"},
}
"""Word and sentence of the commands that only scroll, by their action."""


def reading(commands: Iterable[Command]) -> tuple[Command, ...]:
    """Return the commands of indicators that are only read."""
    return adapted(commands, _READING, without=_EDITING)
