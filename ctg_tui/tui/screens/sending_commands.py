"""The commands of the page Envoi."""

from __future__ import annotations

from typing import Final

from ctg_tui.tui.commands import Command, field_steps, leave

ON_FILES: Final = ("open_folder", "open_mail", "copy_path", "copy_code", "copy_mail")
"""The actions on the files written."""
SENDING_COMMANDS: Final = (
    Command(
        "envoi.ecrire", "write", "préparer l’envoi", "Écrire ce qui est à envoyer à la Caf", ("f9",), bar=10
    ),
    Command("envoi.dossier", "open_folder", "ouvrir le dossier", "Ouvrir le dossier", letters=("o",), bar=13),
    Command(
        "envoi.courriel",
        "open_mail",
        "ouvrir le courriel",
        "Ouvrir le brouillon de courriel dans votre messagerie",
        letters=("m",),
        bar=14,
    ),
    Command(
        "envoi.copier",
        "copy_mail",
        "copier le texte",
        "Copier le texte du courriel, à coller dans votre messagerie",
        letters=("c",),
        bar=15,
    ),
    Command(
        "envoi.code", "copy_code", "copier le code", "Copier le code de contrôle", letters=("k",), bar=16
    ),
    Command(
        "envoi.chemin",
        "copy_path",
        "copier l’emplacement",
        "Copier l’emplacement du dossier",
        letters=("d",),
        bar=17,
    ),
    Command(
        "envoi.annuler", "undo", "annuler", "Remettre le dossier proposé", ("ctrl+z",), bar=40, palette=False
    ),
    *field_steps("envoi"),
    leave("envoi", bar=11),
)
