"""The commands of the grid screen."""

from __future__ import annotations

from typing import Final

from ctg_tui.tui.commands import Command

FILL, _READ, _GO = "Répondre", "Comprendre", "Aller"

GRID_COMMANDS: Final = (
    Command(
        "grille.commentaire",
        "comment",
        "commentaire",
        "Écrire le commentaire de la ligne",
        letters=("enter", "c"),
        bar=10,
        group=FILL,
    ),
    Command(
        "grille.suivante",
        "next_blank",
        "case vide suivante",
        "Aller à la prochaine case sans réponse",
        keys=("f3",),
        letters=("s",),
        bar=11,
        group=_GO,
    ),
    Command(
        "grille.ligne",
        "whole_line",
        "toute la ligne",
        "Appliquer la même note à toute la ligne",
        letters=("l",),
        bar=30,
        group=FILL,
    ),
    Command(
        "grille.politique",
        "toggle_policy",
        "politique NC",
        "Passer toute la colonne en NC dans cette mission (rappuyez pour rétablir les notes)",
        letters=("p",),
        bar=31,
        group=FILL,
    ),
    Command(
        "grille.politique-partout",
        "toggle_policy(True)",
        "politique NC partout",
        "Passer toute la colonne en NC dans toute la grille (rappuyez pour rétablir les notes)",
        letters=("P",),
        group=FILL,
        shown_keys="Maj+P",
    ),
    Command(
        "grille.proposees",
        "toggle_proposed",
        "lignes °",
        "Laisser de côté les lignes proposées (°), ou les reprendre avec leurs réponses",
        letters=("d",),
        group=FILL,
    ),
    Command(
        "grille.annuler",
        "undo",
        "annuler",
        "Annuler la dernière modification, même ancienne",
        keys=("ctrl+z",),
        letters=("u",),
        bar=40,
        group=FILL,
    ),
    Command(
        "grille.refaire",
        "redo",
        "refaire",
        "Refaire ce qui vient d’être annulé",
        keys=("ctrl+y",),
        letters=("y",),
        group=FILL,
    ),
    Command(
        "grille.sens",
        "turn",
        "sens de saisie",
        "Avancer ligne par ligne ou colonne par colonne",
        letters=("v",),
        group=FILL,
    ),
    Command(
        "grille.chercher",
        "search",
        "chercher",
        "Chercher une ligne par ses mots, avec ou sans accents",
        keys=("f7",),
        letters=("r",),
        bar=15,
        group=_GO,
    ),
    Command(
        "grille.pourquoi",
        "why",
        "calcul",
        "Voir d’où vient chaque pourcentage",
        keys=("f8",),
        letters=("o",),
        bar=16,
        group=_READ,
    ),
    Command(
        "grille.historique",
        "history",
        "historique",
        "Voir ce qui a été répondu sur la ligne, et quand",
        letters=("h",),
        bar=50,
        group=_READ,
    ),
    Command(
        "grille.precedent",
        "previous_outline",
        "comparer à l’an dernier",
        "Montrer ou cacher le tracé de l’évaluation précédente",
        letters=("t",),
        bar=51,
        group=_READ,
    ),
    Command(
        "grille.retour",
        "back",
        "retour",
        "Revenir : à la grille, puis à l’accueil",
        ("escape",),
        bar=20,
        group=_GO,
    ),
)

FIXED_KEYS: Final = (
    Command("", "", "", "Non concerné", shown_keys="N ou X", group=FILL),
    Command("", "", "", "Effacer la réponse", shown_keys="Suppr ou Retour arrière", group=FILL),
    Command("", "", "", "Changer de case", shown_keys="← ↑ ↓ →", group=_GO),
    Command("", "", "", "Mission suivante, précédente", shown_keys="Tab, Maj+Tab, Page", group=_GO),
    Command("", "", "", "Première, dernière ligne de la mission", shown_keys="Début, Fin", group=_GO),
)
"""Keys that are not commands: shown in the help only."""
