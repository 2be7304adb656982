"""Backups in French words, for the commands and the interface."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from ctg_tui.domain.backups import Backup, BackupReason, Content
from ctg_tui.domain.errors import typeset
from ctg_tui.system.files import shown_name
from ctg_tui.wording.french import count, day_and_time, listing

REASONS: Final[Mapping[BackupReason, str]] = {
    BackupReason.DAILY: "de la journée",
    BackupReason.ASKED: "demandée",
    BackupReason.MIGRATION: "avant une mise à jour",
    BackupReason.DELETION: "avant une suppression",
    BackupReason.RESTORATION: "avant une restauration",
    BackupReason.GRID: "avant un changement de grille",
    BackupReason.REPLACEMENT: "avant un remplacement par un fichier",
}
"""Why a backup was made: `sauvegarde demandée`, `sauvegarde avant une suppression`."""


def held(backup: Backup) -> str:
    """Return the counts of a backup, or that it cannot be read, in French."""
    return "ne peut pas être lue" if backup.content is None else contents(backup.content)


def contents(content: Content | None) -> str:
    """Return `2 évaluations, 203 réponses, 12 commentaires`."""
    if content is None:
        return "rien de lisible"
    parts = (
        count(content.assessments, "évaluation"),
        count(content.answers, "réponse"),
        count(content.comments, "commentaire"),
    )
    return ", ".join(parts)


def restore_question(backup: Backup, present: Content | None) -> str:
    """Ask whether to restore a backup. `present` is what the file here holds; None: it is damaged."""
    after = (
        "l’état actuel ne peut pas être lu : le fichier abîmé sera mis de côté, jamais effacé."
        if present is None
        else "l’état actuel est d’abord sauvegardé, et se restaure de la même façon."
    )
    return typeset(
        f"Restaurer la sauvegarde du {day_and_time(backup.made_at)} ({contents(backup.content)}) ? Ce qui a "
        f"été fait depuis, prévisionnel et fichiers reçus compris, n’y sera plus ; {after}"
    )


def restored(undo: Backup | None, put_aside: Sequence[Path]) -> str:
    """Return how to come back from a restoration, by the backup `undo`, or where a damaged file is."""
    if undo:
        return typeset("Pour annuler, restaurez la sauvegarde « avant une restauration ».")
    if not put_aside:
        return "Le fichier de vos évaluations n’était plus là : il n’y avait rien à conserver."
    names = listing(f"« {shown_name(path)} »" for path in put_aside)
    return typeset(f"Le fichier abîmé est conservé avec les sauvegardes : {names}.")
