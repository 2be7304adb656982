"""The commands of the grid page: F-keys, Ctrl and Entrée, since any character but a note is a comment."""

from __future__ import annotations

from typing import Final

from ctg_tui.tui.commands import Command, Destination, cmd, leave, undo_and_redo
from ctg_tui.tui.settings import NOTE_KEYS_TEXT

FILL, _READ, _GO = "Répondre", "Comprendre", "Aller"

GRID_COMMANDS: Final = (
    cmd(
        *("grille.commentaire", "enter", "comment", "commenter", 0),
        "Écrire le commentaire de la ligne",
        group=FILL,
    ),
    cmd(
        *("grille.date", "f6", "put_date", "la date", 4),
        "Mettre la date d’aujourd’hui dans le commentaire",
        group=FILL,
        when="is_writing",
    ),
    cmd(
        *("grille.suivante", "f3", "next_blank", "vide", 5),
        "Aller à la prochaine case vide, puis au prochain nombre à donner",
        group=_GO,
    ),
    *(command._replace(group=FILL, bar=None) for command in undo_and_redo("grille", bar=40)),
    cmd(
        *("grille.chercher", "f7", "search", "chercher", None),
        "Chercher une ligne par ses mots, son commentaire ou ses notes",
        group=_GO,
    ),
    cmd(*("grille.pourquoi", "f8", "why", "calcul", None), "Voir d’où vient le pourcentage", group=_READ),
    cmd(
        *("grille.reponses", "", "", "réponses", None),
        "Les points de la Caf et vos réponses, tous à la suite",
        group=_GO,
        goes_to=Destination.ANSWERS,
        when="has_points",
    ),
    leave("grille", "Revenir : à la ligne, puis à l’accueil")._replace(group=_GO),
)

FIXED_KEYS: Final = (
    Command("", "", "", "Donner une note ; le curseur avance", shown_keys=NOTE_KEYS_TEXT, group=FILL),
    Command("", "", "", "Non concerné", shown_keys="N", group=FILL),
    Command("", "", "", "Effacer la réponse", shown_keys="Suppr ou Retour arrière", group=FILL),
    Command(
        "", "", "", "Commencer le commentaire par cette lettre", shown_keys="Toute autre lettre", group=FILL
    ),
    Command("", "", "", "Changer de case", shown_keys="← ↑ ↓ →", group=_GO),
    Command("", "", "", "Mission suivante, précédente", shown_keys="Tab, Maj+Tab", group=_GO),
    Command("", "", "", "Première, dernière ligne de la mission", shown_keys="Début, Fin", group=_GO),
)
"""Keys that are not commands: shown in the help only."""
