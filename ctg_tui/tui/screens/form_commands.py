"""The commands of the form, also where it is only read."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from ctg_tui.tui.commands import Command

COMMANDS: Final = (
    Command("fiche.grille", "grid", "remplir la grille", "Passer à la grille", ("ctrl+g",), bar=1),
    Command("fiche.ajouter", "add_person", "ajouter une personne", "Ajouter une personne", bar=3),
    Command("fiche.retirer", "remove_person", "retirer", "Retirer la personne où l’on se trouve", bar=4),
    Command("fiche.annuler", "undo", "annuler", "Annuler la dernière modification", ("ctrl+z",), bar=5),
    Command("fiche.refaire", "redo", "refaire", "Refaire ce qui vient d’être annulé", ("ctrl+y",)),
    Command("fiche.retour", "leave", "retour", "Revenir à la page précédente", ("escape",), bar=2),
    Command("fiche.suivant", "next_field", "champ suivant", "Champ suivant", ("down",), palette=False),
    Command(
        "fiche.precedent", "previous_field", "champ précédent", "Champ précédent", ("up",), palette=False
    ),
)
_EDITING: Final = frozenset({"add_person", "remove_person", "undo", "redo"})
_READING: Final = {
    "grid": ("voir la grille", "Passer à la grille"),
    "next_field": ("descendre", "Descendre dans la page"),
    "previous_field": ("monter", "Monter dans la page"),
}
"""Word and sentence of the commands that edit nothing, by their action."""


def reading(commands: Iterable[Command]) -> tuple[Command, ...]:
    """Return the commands of a form that is only read."""
    kept = (command for command in commands if command.action not in _EDITING)
    return tuple(
        command._replace(label=_READING[command.action][0], help=_READING[command.action][1])
        if command.action in _READING
        else command
        for command in kept
    )
