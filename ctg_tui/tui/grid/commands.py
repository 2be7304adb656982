"""The commands of the grid page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from ctg_tui.tui.commands import Command, Destination, to

if TYPE_CHECKING:
    from ctg_tui.services.editing import Session
    from ctg_tui.tui.review.on_grid import GridReview
    from ctg_tui.tui.settings import Keyboard


FILL, _READ, _GO = "Répondre", "Comprendre", "Aller"

GRID_COMMANDS: Final = (
    Command(
        "grille.commentaire",
        "comment",
        "commentaire",
        "Écrire le commentaire de la ligne",
        letters=("enter",),
        bar=10,
        group=FILL,
    ),
    Command(
        "grille.faits",
        "take_facts",
        "reprendre le carnet",
        "Reprendre dans le commentaire les faits de l’année notés sur la ligne",
        letters=("j",),
        bar=54,
        group=FILL,
    ),
    Command(
        "grille.suivante",
        "next_blank",
        "case vide",
        "Aller à la prochaine case sans réponse",
        keys=("f3",),
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
        group=FILL,
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
        bar=40,
        group=FILL,
    ),
    Command(
        "grille.refaire",
        "redo",
        "refaire",
        "Refaire ce qui vient d’être annulé",
        keys=("ctrl+y",),
        group=FILL,
    ),
    Command(
        "grille.sens",
        "turn",
        "sens de saisie",
        "Avancer ligne par ligne ou colonne par colonne",
        group=FILL,
    ),
    Command(
        "grille.chercher",
        "search",
        "chercher",
        "Chercher une ligne par ses mots, son commentaire ou ses notes",
        keys=("f7",),
        bar=15,
        group=_GO,
    ),
    Command(
        "grille.pourquoi",
        "why",
        "calcul",
        "Voir d’où vient chaque pourcentage",
        keys=("f8",),
        bar=16,
        group=_READ,
    ),
    Command(
        "grille.historique",
        "history",
        "historique",
        "Voir ce qui a été répondu sur la ligne, et quand",
        bar=50,
        group=_READ,
    ),
    Command(
        "grille.precedent",
        "previous_outline",
        "comparer à l’an dernier",
        "Montrer ou cacher le tracé de l’évaluation précédente",
        bar=55,
        group=_READ,
    ),
    Command(
        "grille.suite-du-texte",
        "read_on",
        "suite du texte",
        "Lire la suite des commentaires de la ligne, puis de nouveau leur début",
        group=_READ,
        palette=False,
    ),
    Command(
        "grille.derniere-fois",
        "last_time",
        "dernière fois",
        "Montrer ou cacher les notes et les commentaires de la dernière fois",
        group=_READ,
    ),
    Command(
        "grille.meme-commentaire",
        "take_over",
        "reprendre",
        "Reprendre le commentaire de la dernière fois sur cette ligne",
        letters=("m",),
        group=FILL,
    ),
    Command(
        "grille.question",
        "of_review('question')",
        "question",
        "Poser une question à la personne sur cette ligne",
        letters=("q",),
        bar=31,
        group=FILL,
    ),
    Command(
        "grille.ordre-du-jour",
        "of_review('agenda')",
        "ordre du jour",
        "Mettre la ligne à l’ordre du jour de l’entretien, ou l’en retirer",
        letters=("i",),
        bar=32,
        group=FILL,
    ),
    Command(
        "grille.avis",
        "of_review('page')",
        "avis",
        "L’avis de la Caf : ses remarques et ses questions",
        bar=11,
        group=_GO,
    ),
    to(
        Destination.LOG,
        "grille",
        help="Noter un fait au carnet, sur cette ligne",
        letters=("k",),
        bar=53,
        group=_GO,
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

_OF_A_REVIEW: Final = frozenset({"of_review('question')", "of_review('agenda')"})
"""The actions on a submission received only."""
_ON_RECEIVED: Final = _OF_A_REVIEW | {"comment", "undo", "redo"}
"""The actions that edit, on a submission received: they write its review."""

FIXED_KEYS: Final = (
    Command("", "", "", "Non concerné", shown_keys="N ou X", group=FILL),
    Command("", "", "", "Effacer la réponse", shown_keys="Suppr ou Retour arrière", group=FILL),
    Command("", "", "", "Changer de case", shown_keys="← ↑ ↓ →", group=_GO),
    Command("", "", "", "Mission suivante, précédente", shown_keys="Tab, Maj+Tab, Page", group=_GO),
    Command("", "", "", "Première, dernière ligne de la mission", shown_keys="Début, Fin", group=_GO),
)
"""Keys that are not commands: shown in the help only."""


def fixed_keys(keyboard: Keyboard, opened: Session) -> tuple[Command, ...]:
    """Return the lines of the help for keys that are not commands."""
    said = "Votre note à côté de la sienne" if opened.is_received else "Donner une note ; le curseur avance"
    notes = Command("", "", "", said, shown_keys=keyboard.note_keys_text, group=FILL)
    edits = opened.is_received or not opened.is_read_only
    return tuple(command for command in (notes, *FIXED_KEYS) if command.group != FILL or edits)


def available(every: tuple[Command, ...], opened: Session, review: GridReview) -> tuple[Command, ...]:
    """Return the commands that have an effect: no answers once final, a review of a file received."""
    if not opened.grid.doors:
        every = tuple(command for command in every if command.action != "toggle_proposed")
    if opened.is_received:
        return tuple(
            _as(command, "remarque", "Écrire votre remarque sur la ligne")
            if command.action == "comment"
            else command
            for command in every
            if command.group != FILL or command.action in _ON_RECEIVED
        )
    every = tuple(
        _as(command, "remarque", "Aller à la prochaine remarque de la Caf sans réponse")
        if command.action == "next_blank" and review.has_open
        else command
        for command in every
        if command.action not in _OF_A_REVIEW and (command.action != "of_review('page')" or review.is_there)
    )
    if not opened.is_read_only:
        return every
    return tuple(
        _as(command, "lire", "Lire le commentaire de la ligne") if command.action == "comment" else command
        for command in every
        if command.group != FILL or command.action == "comment"
    )


def _as(command: Command, label: str, sentence: str) -> Command:
    return command._replace(label=label, help=sentence)
