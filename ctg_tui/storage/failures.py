"""SQLite's and the system's errors, told in French: what happened, what is safe, what to do."""

from __future__ import annotations

import errno
import sqlite3
from pathlib import Path

from ctg_tui.domain.errors import BaseRefusal, NotSaved

_KEPT = "Ce qui était déjà enregistré est intact ; cette réponse attend en mémoire."


def damaged(path: Path) -> BaseRefusal:
    """The base cannot be read as a base."""
    return BaseRefusal(
        "base-abimee",
        f"La base « {path} » est abîmée. Elle n’a pas été modifiée.",
        "Lancez « ctg-tui restaurer » pour revenir à la dernière sauvegarde saine : "
        "le fichier abîmé sera mis de côté, jamais effacé.",
    )


def is_damage(error: sqlite3.Error) -> bool:
    """Whether the error says that the file is no sound SQLite base."""
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    return code in {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB} or (
        isinstance(error, sqlite3.DatabaseError) and type(error) is sqlite3.DatabaseError
    )


def not_opened(path: Path, error: sqlite3.Error | OSError) -> BaseRefusal:
    """Why the base could not be opened or read."""
    if isinstance(error, sqlite3.Error) and is_damage(error):
        return damaged(path)
    code = _code(error)
    if code in {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}:
        return BaseRefusal(
            "base-occupee",
            f"La base « {path} » est utilisée par un autre programme. Rien n’a été changé.",
            "Fermez cet autre programme, puis recommencez.",
        )
    if code in {sqlite3.SQLITE_READONLY, sqlite3.SQLITE_PERM, sqlite3.SQLITE_AUTH} or _is_rights(error):
        return BaseRefusal(
            "base-sans-droit",
            f"La base « {path} » ne peut pas être écrite : le fichier ou son dossier est en lecture seule.",
            "Choisissez un autre emplacement avec « --base FICHIER », ou demandez les droits d’écriture.",
        )
    if code == sqlite3.SQLITE_FULL or _is_full(error):
        return BaseRefusal(
            "disque-plein",
            f"Le disque est plein : la base « {path} » n’a pas pu être ouverte. Rien n’a été changé.",
            "Libérez de la place, puis recommencez.",
        )
    return BaseRefusal(
        "base-illisible",
        f"La base « {path} » n’a pas pu être ouverte. Rien n’a été changé.",
        "Vérifiez que le dossier existe et que le lecteur est branché, puis lancez « ctg-tui docteur ».",
    )


def not_saved(error: sqlite3.Error | OSError) -> NotSaved:
    """Why a change could not be written."""
    code = _code(error)
    if code == sqlite3.SQLITE_FULL or _is_full(error):
        return NotSaved(
            "disque-plein",
            f"Le disque est plein. {_KEPT}",
            "Libérez de la place : elle sera enregistrée toute seule.",
        )
    if code in {sqlite3.SQLITE_READONLY, sqlite3.SQLITE_PERM, sqlite3.SQLITE_CANTOPEN} or _is_rights(error):
        return NotSaved(
            "lecture-seule",
            f"Le dossier ou la base est en lecture seule. {_KEPT}",
            "Rendez le dossier accessible en écriture : elle sera enregistrée toute seule.",
        )
    if code in {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}:
        return NotSaved(
            "base-occupee",
            f"Un autre programme utilise la base. {_KEPT}",
            "Fermez cet autre programme : elle sera enregistrée toute seule.",
        )
    if isinstance(error, sqlite3.Error) and is_damage(error):
        return NotSaved(
            "base-abimee",
            f"La base est abîmée. {_KEPT}",
            "Notez cette réponse, quittez, puis lancez « ctg-tui restaurer ».",
        )
    return NotSaved(
        "erreur-disque",
        f"Le disque ou le réseau ne répond pas. {_KEPT}",
        "Vérifiez que le lecteur est branché : elle sera enregistrée toute seule.",
    )


def replaced() -> NotSaved:
    """The base file is no longer the one that was opened."""
    return NotSaved(
        "base-remplacee",
        "Le fichier de la base a été remplacé ou supprimé pendant l’utilisation. "
        "Rien n’est écrit dans le nouveau fichier.",
        "Notez cette réponse, quittez, puis rouvrez ctg-tui.",
    )


def _code(error: sqlite3.Error | OSError) -> int:
    return int(getattr(error, "sqlite_errorcode", 0) or 0) & 0xFF


def _is_full(error: sqlite3.Error | OSError) -> bool:
    return isinstance(error, OSError) and error.errno in {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


def _is_rights(error: sqlite3.Error | OSError) -> bool:
    return isinstance(error, OSError) and error.errno in {errno.EACCES, errno.EPERM, errno.EROFS}
