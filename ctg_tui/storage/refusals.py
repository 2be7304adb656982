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
from ctg_tui.system.places import default_database

Failure = sqlite3.Error | OSError | UnicodeDecodeError
FAILURES: Final = (sqlite3.Error, OSError, UnicodeDecodeError)
"""Errors of a database or its disk. SQLite's messages quote damaged bytes: they may not decode."""

_NOT_DONE = "Ce qui était déjà enregistré est intact ; rien n’a été changé."


def shown(path: Path) -> str:
    """Return the path cleaned for display: a file name is text from outside too."""
    return clean(str(path))


def command(database: Path, words: str) -> str:
    """Return the command line that runs `words` on this very database, from any folder."""
    if os.path.realpath(database) == os.path.realpath(default_database()):
        return f"{PROGRAM} {words}"
    name = shown(database.absolute())
    quoted = f'"{name}"'
    if os.name == "posix" and set(name) & set('"$`\\!'):  # a shell reads these within double quotes too
        import shlex  # seldom needed, and never to start

        quoted = shlex.quote(name)
    return f"{PROGRAM} {words} --base {quoted}"


def damaged(path: Path) -> DatabaseRefusal:
    """Return the refusal for a damaged database."""
    return DatabaseRefusal(
        "base-abimee",
        f"Le fichier « {shown(path)} » est abîmé. Il n’a pas été modifié.",
        f"« {command(path, 'docteur')} » donne la commande qui remet la dernière sauvegarde saine. "
        "Le fichier abîmé sera mis de côté, jamais effacé.",
    )


def not_ours(path: Path) -> DatabaseRefusal:
    """Return the refusal for a file of another program, or of a ctg-tui from before its first release."""
    return DatabaseRefusal(
        "base-etrangere",
        f"« {shown(path)} » n’est pas un fichier d’évaluations de cette version de ctg-tui. "
        "Il n’a pas été modifié.",
        "Indiquez un autre fichier avec « --base FICHIER ».",
    )


def is_not_sqlite(error: Failure) -> bool:
    """Return whether the error means that the file is not a SQLite database."""
    return _code(error) == sqlite3.SQLITE_NOTADB


def is_damage(error: Failure) -> bool:
    """Return whether the error means that the SQLite database is damaged."""
    if isinstance(error, OSError):
        return False
    code = getattr(error, "sqlite_errorcode", None)
    if code is None:  # raised by the sqlite3 module itself, for a text that is not UTF-8
        return True
    # SQLITE_ERROR: our statements are fixed, so the tables differ from those expected.
    return code & 0xFF in {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_ERROR}


def not_opened(path: Path, error: Failure) -> DatabaseRefusal:
    """Return the refusal for a database that could not be opened or read because of `error`."""
    if is_damage(error):
        return damaged(path)
    code = _code(error)
    if code in {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}:
        return busy(path)
    if code in {sqlite3.SQLITE_READONLY, sqlite3.SQLITE_PERM, sqlite3.SQLITE_AUTH} or _is_rights(error):
        return _without_rights(path)
    if code == sqlite3.SQLITE_CANTOPEN and os.path.isfile(path) and not os.access(path, os.R_OK):  # noqa: PTH113
        return _without_rights(path)
    if code == sqlite3.SQLITE_FULL or _is_full(error):
        return DatabaseRefusal(
            "disque-plein",
            f"Le disque est plein : « {shown(path)} » n’a pas pu être ouvert. Rien n’a été changé.",
            "Libérez de la place, puis recommencez.",
        )
    return DatabaseRefusal(
        "base-illisible",
        f"Le fichier « {shown(path)} » n’a pas pu être ouvert. Rien n’a été changé.",
        f"Vérifiez que le dossier existe et que le lecteur est branché, puis lancez « {PROGRAM} docteur ».",
    )


def _without_rights(path: Path) -> DatabaseRefusal:
    """Return the refusal for a database, or a folder, without the rights; it names the one that lacks them.

    Windows only shows the mark of a read-only file: for its other rights, both are named.
    """
    folder = path.absolute().parent
    advice = "Demandez les droits de lecture et d’écriture sur ce fichier et sur son dossier."
    if os.path.isfile(path) and not os.access(path, os.R_OK):  # noqa: PTH113 - raises nothing
        fact = f"Vous n’avez pas le droit de lire le fichier « {shown(path)} »"
    elif os.path.isfile(path) and not os.access(path, os.W_OK):  # noqa: PTH113
        fact = f"Le fichier « {shown(path)} » est en lecture seule : rien ne peut y être enregistré"
        advice = "Rendez ce fichier accessible en écriture, ou demandez-en les droits."
    elif os.path.isdir(folder) and not os.access(folder, os.W_OK):  # noqa: PTH112
        fact = f"Le dossier « {shown(folder)} » est en lecture seule : rien ne peut y être enregistré"
        advice = "Rendez ce dossier accessible en écriture, ou demandez-en les droits."
    else:
        fact = (
            f"Le fichier « {shown(path)} » ne peut pas être ouvert : il est protégé ou en lecture seule, ou "
            "son dossier l’est"
        )
    return DatabaseRefusal("base-sans-droit", f"{fact}. Rien n’a été changé.", advice)


def busy(path: Path) -> DatabaseRefusal:
    """Return the refusal for a database that another program holds."""
    return DatabaseRefusal(
        "base-occupee",
        f"Le fichier « {shown(path)} » est utilisé par un autre programme. Rien n’a été changé.",
        "Fermez cet autre programme, puis recommencez.",
    )


def unusable_name(path: Path) -> DatabaseRefusal:
    """Return the refusal for a file name that the system cannot have."""
    return DatabaseRefusal(
        "base-nom-refuse",
        f"« {shown(path)} » ne peut pas être le nom d’un fichier.",
        "Indiquez un autre fichier avec « --base FICHIER ».",
    )


def unreadable_folder(folder: Path) -> DatabaseRefusal:
    """Return the refusal for a folder beside the database that cannot be listed."""
    return DatabaseRefusal(
        "dossier-illisible",
        f"Le dossier « {shown(folder)} » ne peut pas être lu. Vos évaluations sont intactes.",
        "Demandez les droits de lecture sur ce dossier.",
    )


def missing(path: Path) -> DatabaseRefusal:
    """Return the refusal for reading a database that does not exist."""
    return DatabaseRefusal(
        "base-absente",
        f"Il n’y a pas encore d’évaluations à l’emplacement « {shown(path)} ».",
        f"Lancez « {PROGRAM} » pour commencer, ou indiquez votre fichier avec « --base FICHIER ».",
    )


def absent(assessment_id: int) -> Refusal:
    """Return the refusal for an assessment that the database does not have."""
    return Refusal(
        "evaluation-absente",
        f"Il n’y a pas d’évaluation n° {assessment_id}.",
        f"« {PROGRAM} liste » donne les numéros des évaluations.",
    )


def other_journal() -> Refusal:
    """Return the refusal for an undo or redo of another edit than the journal's last one."""
    return Refusal(
        "historique-autre",
        "L’historique de cette évaluation a changé. Rien n’a été annulé ni refait.",
        "Recommencez.",
    )


def not_saved(error: Failure) -> NotSaved:
    """Return the refusal for a failed write: nothing of it was done."""
    code = _code(error)
    if code == sqlite3.SQLITE_FULL or _is_full(error):
        return NotSaved(
            "disque-plein", f"Le disque est plein. {_NOT_DONE}", "Libérez de la place, puis recommencez."
        )
    if code in {sqlite3.SQLITE_READONLY, sqlite3.SQLITE_PERM, sqlite3.SQLITE_CANTOPEN} or _is_rights(error):
        return NotSaved(
            "lecture-seule",
            f"Le dossier ou le fichier est en lecture seule. {_NOT_DONE}",
            "Rendez le dossier accessible en écriture, puis recommencez.",
        )
    if code in {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}:
        return NotSaved(
            "base-occupee",
            f"Un autre programme utilise vos évaluations. {_NOT_DONE}",
            "Fermez cet autre programme, puis recommencez.",
        )
    if is_damage(error):
        return NotSaved(
            "base-abimee",
            "Le fichier de vos évaluations est abîmé, peut-être perdu. Rien n’y a été écrit.",
            f"Quittez, puis lancez « {PROGRAM} docteur » : il dit quelle sauvegarde peut le remplacer.",
        )
    return NotSaved(
        "erreur-disque",
        f"Le disque ou le réseau ne répond pas. {_NOT_DONE}",
        "Vérifiez que le lecteur est branché, puis recommencez.",
    )


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


def _is_full(error: Failure) -> bool:
    if isinstance(error, OSError):
        return error.errno in {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
    # a WAL is read through a file beside it, which has no room
    return getattr(error, "sqlite_errorcode", 0) == sqlite3.SQLITE_IOERR_SHMSIZE


def _is_rights(error: Failure) -> bool:
    return isinstance(error, OSError) and error.errno in {errno.EACCES, errno.EPERM, errno.EROFS}
