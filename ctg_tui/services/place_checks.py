"""The checks around the database: rights, leftovers, free space, and its disk."""

from __future__ import annotations

import os
import shutil
import stat
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Final

from ctg_tui.domain.errors import DatabaseRefusal
from ctg_tui.services.checks import CheckResult, State
from ctg_tui.storage.file_names import aside_files, backup_folder, folder_files, leftovers
from ctg_tui.storage.locks import lock_file, require_own_file
from ctg_tui.storage.opening import is_foreign
from ctg_tui.storage.refusals import command, shown
from ctg_tui.storage.rights import OTHERS, is_shared
from ctg_tui.system.places import is_synchronised, network_share, own_folder
from ctg_tui.wording.french import NBSP, count, listing, thousands

ENOUGH_BYTES: Final = 50_000_000
"""Free space under which the person is warned: some hundred backups of a large database."""
AT_WORK_SECONDS: Final = 3600
"""The age under which a temporary file may still be in use: no write takes that long."""


NAMED_FILES: Final = 3
"""The shared files that are named; of the others only the number is given."""


def right_checks(database: Path, *, correct: bool) -> Iterator[CheckResult]:
    """Check the program's write access and, on POSIX systems, who else may read the files.

    Rights given to others by accident are removed; those of a shared file only with `correct`. A file of
    another program is left as it is. Raises Refusal, OSError.
    """
    if is_foreign(database):
        return
    yield from _protected(database)
    yield from _lock_kind(database)
    if os.name == "posix":
        yield from _open_to_others(database, correct=correct)


def _protected(database: Path) -> Iterator[CheckResult]:
    """Report the files and folders that the program needs to write to, and may not."""
    for path in (database, lock_file(database), database.parent, backup_folder(database)):
        if path.exists() and not os.access(path, os.W_OK):
            kind = "dossier" if path.is_dir() else "fichier"
            stopped = (
                "les sauvegardes ne peuvent pas être faites"
                if path == backup_folder(database)
                else "vos évaluations peuvent être lues, mais rien ne peut y être écrit"
            )
            yield CheckResult(
                "droits-manquants",
                "Droits",
                State.PROBLEM,
                f"Le {kind} « {shown(path.absolute())} » est protégé, ou en lecture seule : {stopped}.",
                f"Rendez ce {kind} accessible en écriture, ou demandez-en les droits.",
            )


def _lock_kind(database: Path) -> Iterator[CheckResult]:
    """Check that a link or a folder does not stand in the place of the lock: nothing could be written."""
    try:
        require_own_file(lock_file(database))
    except DatabaseRefusal as refusal:
        yield CheckResult("verrou-refuse", "Droits", State.PROBLEM, refusal.message, refusal.advice)


def _open_to_others(database: Path, *, correct: bool) -> Iterator[CheckResult]:
    title = "Droits"
    private = [path for path in (database, lock_file(database), *folder_files(database)) if path.is_file()]
    # Only its own folder is made by the program; any other may be the person's.
    folders = [backup_folder(database), *([database.parent] if database.parent == own_folder() else [])]
    private += [folder for folder in folders if folder.is_dir()]
    open_to_others = [path for path in private if path.stat().st_mode & OTHERS]
    if not open_to_others:
        yield CheckResult("droits", title, State.GOOD, "Vous seul pouvez lire vos fichiers.")
        return
    if not correct and any(map(is_shared, open_to_others)):
        yield CheckResult(
            "droits-partages",
            title,
            State.ATTENTION,
            f"D’autres personnes que vous ont accès à : {listing(_with_rights(open_to_others))}.",
            "Si c’est voulu, ne changez rien. Sinon, "
            f"« {command(database, 'docteur --corriger')} » vous en réserve l’accès.",
        )
        return
    closed = sum(map(_close_to_others, open_to_others))
    if closed == len(open_to_others):
        files = count(closed, "de vos fichiers ou dossiers", "de vos fichiers ou dossiers")
        found = f"D’autres que vous pouvaient lire {files}"
        yield CheckResult("droits", title, State.REPAIRED, f"{found} : c’est corrigé.")
    else:
        yield CheckResult(
            "droits-ouverts",
            title,
            State.ATTENTION,
            "D’autres que vous peuvent lire vos fichiers, et ce disque ne permet pas de le corriger.",
            "Placez le fichier dans votre dossier personnel, sur le disque de l’ordinateur.",
        )


def _with_rights(paths: Sequence[Path]) -> Iterator[str]:
    """Yield the first names with their rights, then how many more there are: a team has many backups."""
    for path in paths[:NAMED_FILES]:
        yield f"« {shown(Path(path.name))} » ({stat.S_IMODE(path.stat().st_mode):o})"
    if others := paths[NAMED_FILES:]:
        yield count(len(others), "autre fichier", "autres fichiers")


def _close_to_others(path: Path) -> bool:
    """Remove the rights of others; return True if the disk did it. The owner's rights stay as they are."""
    try:
        path.chmod(path.stat().st_mode & stat.S_IRWXU)
    except OSError:
        return False
    return not path.stat().st_mode & OTHERS


def leftover_checks(database: Path, clock: Callable[[], datetime]) -> Iterator[CheckResult]:
    """Remove temporary files left by crashes, and count the files put aside. Raises Refusal, OSError."""
    title = "Dossier"
    now = clock().timestamp()
    # A younger one may be in use by another window.
    left = [path for path in leftovers(database) if abs(now - path.stat().st_mtime) > AT_WORK_SECONDS]
    for path in left:
        path.unlink()
    if left:
        found = count(len(left), "fichier provisoire", "fichiers provisoires")
        yield CheckResult("restes", title, State.REPAIRED, f"{found} d’un arrêt brutal : c’est nettoyé.")
    aside = aside_files(database)
    if aside:
        yield CheckResult(
            "mis-de-cote",
            title,
            State.ATTENTION,
            f"{count(len(aside), 'fichier mis', 'fichiers mis')} de côté dans "
            f"« {shown(backup_folder(database))} ».",
            "Quand vous n’en avez plus besoin, vous pouvez les supprimer.",
        )


def room_checks(database: Path) -> Iterator[CheckResult]:
    """Check the free space of the disk. Raises OSError."""
    folder = next((folder for folder in database.absolute().parents if folder.is_dir()), database.absolute())
    free = shutil.disk_usage(folder).free
    found = f"{thousands(free // 1_000_000)}{NBSP}Mo libres."
    if free >= ENOUGH_BYTES:
        yield CheckResult("place", "Disque", State.GOOD, found)
        return
    yield CheckResult(
        "place",
        "Disque",
        State.PROBLEM,
        found,
        "Libérez de la place : vos réponses pourraient ne plus être enregistrées.",
    )


def disk_checks(database: Path) -> Iterator[CheckResult]:
    """Check whether the database is on a network share, or in a synchronised folder."""
    if is_synchronised(database):
        yield CheckResult(
            "dossier-synchronise",
            "Emplacement",
            State.ATTENTION,
            "Le fichier est dans un dossier que OneDrive synchronise : ouvert sur deux ordinateurs, vous "
            "auriez deux versions différentes.",
            "Ne l’ouvrez que sur celui-ci, ou déplacez-le hors de OneDrive avec son dossier « sauvegardes », "
            "puis ouvrez-le avec « --base FICHIER ».",
        )
        return
    kind = network_share(database)
    if kind is None:
        yield CheckResult(
            "disque-local", "Emplacement", State.GOOD, "Le fichier est sur un disque de cet ordinateur."
        )
        return
    yield CheckResult(
        "partage-reseau",
        "Emplacement",
        State.ATTENTION,
        f"Le fichier est sur un partage réseau ({kind}) : chaque réponse attend le réseau pour être "
        "enregistrée.",
        "N’ouvrez jamais le même fichier depuis deux ordinateurs à la fois.",
    )
