"""The rules on where a file may be written, for every export."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable
from pathlib import Path

from ctg_tui.domain.errors import Refusal
from ctg_tui.storage.opening import backup_folder, lock_file
from ctg_tui.system.files import atomic_write, remove_leftovers, shown_name, why_unsafe


def protected_files(database: Path, *read: Path) -> tuple[Path, ...]:
    """Return the files that no output replaces: the database, its companion files, its backups, the input.

    The folder of backups stands for each file in it.
    """
    beside = [database.with_name(database.name + end) for end in ("-journal", "-wal", "-shm")]
    return (database, lock_file(database), *beside, backup_folder(database), *read)


def check_output(path: Path, protected: Iterable[Path], *, replace: bool) -> None:
    """Raise Refusal unless a file may be written at `path`; `replace` allows an existing one.

    Links, pipes, devices and folders are never replaced, nor are the `protected` files.
    """
    name = shown_name(path)
    if reason := why_unsafe(path):
        raise Refusal(
            "nom-refuse",
            f"« {name} » {reason} : rien n’a été écrit.",
            "Choisissez un autre nom, par exemple rapport-2027.html.",
        )
    try:
        present = os.lstat(path)
    except FileNotFoundError:
        present = None
    except (OSError, ValueError):
        return  # the write that follows fails, and reports it
    if any(_is_same(path, file) or (present and _is_same(path.parent, file)) for file in protected):
        raise Refusal(
            "fichier-protege",
            f"« {name} » n’est jamais remplacé : c’est le fichier qui est lu, ou celui de vos évaluations, "
            "ou une de ses sauvegardes. Rien n’a été écrit.",
            "Donnez un autre nom, ou choisissez un autre dossier.",
        )
    if present is None:
        return
    if stat.S_ISDIR(present.st_mode):
        raise Refusal(
            "nom-pris",
            f"Un dossier porte déjà le nom « {name} » : rien n’a été écrit.",
            "Donnez un autre nom, ou choisissez un autre dossier.",
        )
    if not stat.S_ISREG(present.st_mode):
        raise Refusal(
            "pas-un-fichier",
            f"« {name} » existe déjà et n’est pas un fichier ordinaire : rien n’a été écrit.",
            "Donnez un autre nom, ou choisissez un autre dossier.",
        )
    if not replace:
        raise Refusal(
            "fichier-existe",
            f"« {name} » existe déjà : rien n’a été écrit.",
            "Ajoutez --remplacer pour le remplacer, ou donnez un autre nom.",
        )


def write_output(path: Path, content: bytes, protected: Iterable[Path], *, replace: bool) -> None:
    """Write a file whole, or not at all. Raises Refusal as `check_output` does, WriteRefusal."""
    check_output(path, protected, replace=replace)
    remove_leftovers_below(path.parent)
    atomic_write(path, content)


def remove_leftovers_below(folder: Path) -> None:
    """Remove old temporary files from `folder` and from the dossiers prepared in it."""
    remove_leftovers(folder)
    try:
        dossiers = list(folder.glob("CTG_*_dossier"))
    except OSError:  # the write that follows reports a folder that cannot be listed
        return
    for dossier in dossiers:
        remove_leftovers(dossier)


def _is_same(path: Path, other: Path) -> bool:
    """Return True if both paths are one file, also where neither exists yet."""
    try:
        if path.samefile(other):
            return True
    except (OSError, ValueError):  # one does not exist: compare the paths
        pass
    return os.path.normcase(os.path.realpath(path)) == os.path.normcase(os.path.realpath(other))
