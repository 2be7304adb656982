"""The commands of the form; those of a form that is only read."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from ctg_tui.tui.commands import Command, adapted, field_steps, leave, undo_and_redo

COMMANDS: Final = (
    Command("fiche.grille", "grid", "remplir la grille", "Passer à la grille", ("ctrl+g",), bar=1),
    Command("fiche.ajouter", "add_person", "ajouter une personne", "Ajouter une personne", bar=3),
    Command("fiche.retirer", "remove_person", "retirer", "Retirer la personne où l’on se trouve", bar=4),
    *undo_and_redo("fiche", bar=5),
    leave("fiche", bar=2),
    *field_steps("fiche"),
)
_EDITING: Final = frozenset({"add_person", "remove_person", "add", "remove", "undo", "redo"})
_READING: Final = {
    "grid": {"label": "voir la grille", "help": "Passer à la grille"},
    "next_field": {"label": "descendre", "help": "Descendre dans la page"},
    "previous_field": {"label": "monter", "help": "Monter dans la page"},
}
"""Word and sentence of the commands that edit nothing, by their action."""


def reading(commands: Iterable[Command]) -> tuple[Command, ...]:
    """Return the commands of a form that is only read."""
    return adapted(commands, _READING, without=_EDITING)
