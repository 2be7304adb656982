"""SQLite's and the system's errors as French refusals: what happened, what is safe, what to do."""

from __future__ import annotations

import errno
import os
import sqlite3
from pathlib import Path
from typing import Final

from ctg_tui import PROGRAM
from ctg_tui.domain.errors import DatabaseRefusal, NotSaved, Refusal
from ctg_tui.domain.text import clean
from ctg_tui.system.computer import default_database

Failure = sqlite3.Error | OSError | UnicodeDecodeError
FAILURES: Final = (sqlite3.Error, OSError, UnicodeDecodeError)
"""Errors of a database or its disk. SQLite's messages quote damaged bytes: they may not decode."""


def shown(path: Path) -> str:
    """Return the path cleaned for display: a file name is text from outside too."""
    return clean(str(path))


def command(database: Path, words: str) -> str:
    """Return the command line that runs `words` on this very database, from any folder."""
    if os.path.realpath(database) == os.path.realpath(default_database()):
        return f"{PROGRAM} {words}"
    return f'{PROGRAM} {words} --base "{shown(database.absolute())}"'


def absent(assessment_id: int) -> Refusal:
    """Return the refusal for an assessment that the database does not have."""
    return Refusal(
        "evaluation-absente",
        f"Il n’y a pas d’évaluation n° {assessment_id}.",
        f"« {PROGRAM} liste » donne les numéros des évaluations.",
    )


def is_not_sqlite(error: Failure) -> bool:
    """Return whether the error means that the file is not a SQLite database."""
    return _code(error) == sqlite3.SQLITE_NOTADB


def _cause(error: Failure) -> str:
    """Return why the database or its disk refused, as the code of a refusal."""
    code, number = _code(error), error.errno if isinstance(error, OSError) else 0
    no_index = (
        getattr(error, "sqlite_errorcode", 0) == sqlite3.SQLITE_IOERR_SHMSIZE
    )  # of a WAL, a file beside it
    if code == sqlite3.SQLITE_FULL or no_index or number in {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}:
        return "disque-plein"
    if code in {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}:
        return "base-occupee"
    rights = {sqlite3.SQLITE_READONLY, sqlite3.SQLITE_PERM, sqlite3.SQLITE_AUTH, sqlite3.SQLITE_CANTOPEN}
    if code in rights or number in {errno.EACCES, errno.EPERM, errno.EROFS}:
        return "base-sans-droit"
    # SQLITE_ERROR: our statements are fixed, so the tables differ from those expected. Without a code, the
    # sqlite3 module itself raised it, for a text that is not UTF-8.
    is_damage = code in {0, sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_ERROR}
    return "base-abimee" if is_damage and not isinstance(error, OSError) else "erreur-disque"


_OPENING: Final = {
    "base-abimee": (
        "Le fichier « {path} » est abîmé. Il n’a pas été modifié.",
        "« {doctor} » dit comment remettre la dernière sauvegarde ; ce fichier sera mis de côté.",
    ),
    "base-etrangere": (
        "« {path} » n’est pas un fichier d’évaluations de cette version de ctg-tui. Il n’a pas été modifié.",
        "Indiquez un autre fichier avec « --base FICHIER ».",
    ),
    "base-plus-recente": (
        "Le fichier « {path} » vient d’une version plus récente de ctg-tui. Il n’a pas été modifié.",
        "Installez la dernière version de ctg-tui pour l’ouvrir.",
    ),
    "base-absente": (
        "Il n’y a pas encore d’évaluations à l’emplacement « {path} ».",
        f"Lancez « {PROGRAM} » pour commencer, ou indiquez votre fichier avec « --base FICHIER ».",
    ),
    "base-disparue": (
        "Le fichier « {path} » a disparu, mais ses sauvegardes sont là. Rien n’a été changé.",
        "Lancez « {doctor} » : il dit comment le remettre. Sinon, repartez avec « --base AUTRE-FICHIER ».",
    ),
}
"""Why a database is not opened and what to do, by the code of the refusal."""
_CAUSES: Final = {
    "disque-plein": ("Le disque est plein.", "Libérez de la place, puis recommencez."),
    "base-occupee": (
        "Un autre programme utilise vos évaluations.",
        "Fermez cet autre programme, puis recommencez.",
    ),
    "base-sans-droit": (
        "Le fichier de vos évaluations, ou son dossier, est protégé ou en lecture seule.",
        "Demandez les droits de lecture et d’écriture sur ce fichier et sur son dossier.",
    ),
    "erreur-disque": (
        "Le disque ou le réseau ne répond pas.",
        "Vérifiez que le dossier existe et que le lecteur est branché, puis recommencez.",
    ),
    "base-abimee": (
        "Le fichier de vos évaluations est abîmé, peut-être perdu.",
        f"Quittez, puis lancez « {PROGRAM} docteur » : il dit quelle sauvegarde le remplace.",
    ),
}
"""What the system refuses, at the opening or later, and what to do."""


def not_opened(path: Path, cause: Failure | str) -> DatabaseRefusal:
    """Return the refusal for a database that is not opened or read, because of an error or by its code."""
    code = cause if isinstance(cause, str) else _cause(cause)
    if code in _OPENING:
        message, advice = _OPENING[code]
    else:
        fact, advice = _CAUSES[code]
        message = f"« {{path}} » n’a pas pu être ouvert. {fact} Rien n’a été changé."
    parts = {"path": shown(path), "doctor": command(path, "docteur")}
    return DatabaseRefusal(code, message.format(**parts), advice.format(**parts))


def not_saved(error: Failure) -> NotSaved:
    """Return the refusal for a failed write: nothing of it was done."""
    cause = _cause(error)
    fact, advice = _CAUSES[cause]
    safe = "" if cause == "base-abimee" else " Ce qui était déjà enregistré est intact ; rien n’a été changé."
    return NotSaved(cause, f"{fact}{safe}", advice)


def replaced() -> NotSaved:
    """Return the refusal for a database file replaced since it was opened."""
    return NotSaved(
        "base-remplacee",
        "Le fichier de vos évaluations a été remplacé ou supprimé entre-temps. "
        "Rien n’est écrit dans le nouveau fichier.",
        "Notez ce que vous veniez d’écrire, quittez, puis rouvrez ctg-tui.",
    )


def _code(error: Failure) -> int:
    return int(getattr(error, "sqlite_errorcode", 0) or 0) & 0xFF
