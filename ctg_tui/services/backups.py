"""The backups of a database by its path, and what `docteur` reports: also where it cannot be opened."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, NamedTuple

from ctg_tui import PROGRAM, __version__
from ctg_tui.domain.errors import DatabaseRefusal, Refusal, typeset
from ctg_tui.domain.text import clean
from ctg_tui.storage import backups
from ctg_tui.storage.backups import list_backups as list_backups
from ctg_tui.storage.backups import restore as restore
from ctg_tui.storage.backups import sound_content as sound_content
from ctg_tui.storage.connection import SQLITE_VERSION, BackupReason, Content, backup_folder, local
from ctg_tui.storage.connection import Backup as Backup
from ctg_tui.storage.documents import submissions
from ctg_tui.storage.journal import read_forecast
from ctg_tui.storage.refusals import command, not_opened, shown
from ctg_tui.storage.store import Store
from ctg_tui.system.computer import network_share, utc_now
from ctg_tui.system.files import shown_name
from ctg_tui.wording.french import count, day_and_time, listing


def chosen_backup(database: Path, which: str) -> Backup:
    """Return the backup that `which` names: its place in the list (1 is the latest), its name, or its path.

    A path leads to one of another computer. Raises Refusal (`sauvegarde-absente`), DatabaseRefusal.
    """
    for number, backup in enumerate(list_backups(database), 1):
        if which in {str(number), backup.path.name}:
            return backup
    path = Path(which)
    if which and os.path.isfile(path):  # noqa: PTH113 - raises nothing
        made_at = local(datetime.fromtimestamp(path.stat().st_mtime, UTC))
        return Backup(path.absolute(), made_at, BackupReason.ASKED, sound_content(path))
    raise Refusal(
        "sauvegarde-absente",
        f"Il n’y a pas de sauvegarde « {clean(which)} ».",
        f"« {PROGRAM} restaurer » sans rien d’autre en donne la liste.",
    )


# What `docteur` reports.


class CheckResult(NamedTuple):
    """The result of one check. `code` is stable; `found` is a French sentence.

    `advice` says what to do; it is empty where nothing is wrong.
    """

    code: str
    found: str
    advice: str = ""


def examine(database: Path) -> Mapping[str, CheckResult]:
    """Run every check, each under its title; nothing is changed. Never raises: errors become results."""
    checks = {"Versions": _versions, "Évaluations": _check_database, "Sauvegardes": _check_backups}
    return {title: _reported(check, database) for title, check in checks.items()}


def _reported(check: Callable[[Path], CheckResult], database: Path) -> CheckResult:
    """Return the result of a check or, if an error stops it, that error."""
    try:
        result = check(database)
    except Refusal as refusal:
        result = CheckResult(refusal.code, refusal.message, refusal.advice)
    except (OSError, ValueError):  # ValueError: a path that no file can have
        found = "Le système n’a pas permis d’aller plus loin. Vos évaluations sont intactes."
        result = CheckResult("non-examine", found, "Vérifiez vos droits sur ce dossier, puis recommencez.")
    return CheckResult(result.code, typeset(result.found), typeset(result.advice))


def _versions(database: Path) -> CheckResult:
    """Return what a person who helps asks for first."""
    python = ".".join(str(part) for part in sys.version_info[:3])
    share = network_share(database)
    place = "disque de cet ordinateur" if share is None else f"partage réseau ({share})"
    versions = f"ctg-tui {__version__}, Python {python}, SQLite {SQLITE_VERSION}, {sys.platform}, {place}."
    return CheckResult("versions", versions)


def _check_database(database: Path) -> CheckResult:
    """Read every assessment, its forecast and the files received. Raises Refusal."""
    try:
        with Store(database, utc_now, write=False) as store:
            submissions(store)
            for entry in store.entries():
                store.load(entry.id)
                read_forecast(store, entry.id)
        content = sound_content(database)
        if content is None:
            raise not_opened(database, "base-abimee")
    except DatabaseRefusal as refusal:
        if refusal.code == "base-absente":
            return CheckResult(refusal.code, refusal.sentences())
        if refusal.code not in {"base-abimee", "base-disparue"}:
            raise
        return CheckResult(refusal.code, refusal.message, _restoring(database))
    if not all(os.access(path, os.W_OK) for path in (database, database.parent)):
        found = f"« {shown(database)} », ou son dossier, est protégé : rien ne peut y être écrit."
        advice = "Rendez-les accessibles en écriture, ou demandez-en les droits."
        return CheckResult("droits-manquants", found, advice)
    return CheckResult("base", f"« {shown(database)} » est sain : {contents(content)}.")


def _restoring(database: Path) -> str:
    """Return the advice that points to the latest sound backup."""
    for number, backup in enumerate(list_backups(database), 1):
        if backup.content is not None:
            return (
                f"« {command(database, f'restaurer {number}')} » remet la sauvegarde du "
                f"{day_and_time(backup.made_at)} ({contents(backup.content)})."
            )
    return "Il n’y a pas de sauvegarde saine. Ne supprimez rien et demandez de l’aide."


def _check_backups(database: Path) -> CheckResult:
    """Read each backup. Raises Refusal."""
    folder = backup_folder(database)
    if folder.exists() and not (folder.is_dir() and os.access(folder, os.W_OK)):
        raise backups.not_made(folder)
    listed = list_backups(database)
    sound = [backup for backup in listed if backup.content is not None]
    unread = [f"« {shown_name(backup.path)} »" for backup in listed if backup.content is None]
    found = "Aucune sauvegarde saine pour l’instant : elle se fait chaque jour, à l’ouverture."
    if sound:
        number = count(len(sound), "sauvegarde saine", "sauvegardes saines")
        found = f"{number}, la dernière du {day_and_time(sound[0].made_at)}."
    return CheckResult("sauvegardes", f"{found} Illisibles : {listing(unread)}." if unread else found)


# Backups in words.

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


def contents(content: Content | None) -> str:
    """Return `2 évaluations, 203 cases remplies, 12 commentaires`, or that it cannot be read."""
    if content is None:
        return "contenu illisible"
    parts = (
        count(content.assessments, "évaluation"),
        count(content.answers, "case remplie", "cases remplies"),
        count(content.comments, "commentaire"),
    )
    return ", ".join(parts)


def restore_question(backup: Backup, present: Content | None) -> str:
    """Ask whether to restore a backup. `present` is what the file here holds; None: it is damaged."""
    after = (
        "l’état actuel ne peut pas être lu : s’il en reste un fichier, il sera mis de côté, jamais effacé."
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
