"""Files on any path: those that a person gives, and where a file may be written, for every export."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final, NamedTuple

from ctg_tui.domain.errors import InvalidDocument, Refusal
from ctg_tui.formats import MAX_BYTES
from ctg_tui.storage.connection import holds_assessments
from ctg_tui.system.computer import reported
from ctg_tui.system.files import atomic_write, read_document, shown_name


def check_output(path: Path, *, replace: bool) -> None:
    """Raise Refusal unless a file may be written at `path`; `replace` allows an existing one.

    Links, pipes, devices and folders are never replaced, nor a database of assessments or a backup of one.
    """
    name, elsewhere = shown_name(path), "Donnez un autre nom, ou choisissez un autre dossier."
    try:
        present = os.lstat(path)
    except (OSError, ValueError):
        return  # there is none; or the write that follows fails, and reports it
    if not stat.S_ISREG(present.st_mode):
        why = f"« {name} » existe déjà et n’est pas un fichier : rien n’a été écrit."
        raise Refusal("pas-un-fichier", why, elsewhere)
    if replace and holds_assessments(path):
        why = "il contient des évaluations. Rien n’a été écrit."
        raise Refusal("fichier-protege", f"« {name} » n’est jamais remplacé : {why}", elsewhere)
    if not replace:
        why = f"« {name} » existe déjà : rien n’a été écrit."
        advice = "Ajoutez --remplacer pour le remplacer, ou donnez un autre nom."
        raise Refusal("fichier-existe", why, advice)


def write_output(path: Path, content: bytes, *, replace: bool) -> None:
    """Write a file whole, or not at all. Raises Refusal as `check_output` does, WriteRefusal."""
    check_output(path, replace=replace)
    atomic_write(path, content)


def is_same(path: Path, other: Path) -> bool:
    """Return True if both paths are one file, also where neither exists yet."""
    try:
        if path.samefile(other):
            return True
    except (OSError, ValueError):  # one does not exist: compare the paths
        pass
    return os.path.normcase(os.path.realpath(path)) == os.path.normcase(os.path.realpath(other))


# The files that a person gives, by themselves or in folders: one walk for every command and page.

MAX_FILES: Final = 20_000
"""Files of one folder."""
_MAX_PIECE: Final = 2 * MAX_BYTES
_GRID: Final = ".toml"
_HIDDEN: Final = (".", "~$", "Thumbs.db", "desktop.ini")


class Piece(NamedTuple):
    """A file that was found, not read yet unless it has its `content`; `refusal` is that of a folder.

    `is_given` is True for a file that the person named, rather than one found in a folder.
    """

    path: Path
    content: bytes | None = None
    refusal: InvalidDocument | None = None
    is_given: bool = False

    def read(self) -> bytes:
        """Return its content. Raises InvalidDocument: its refusal, that of its reader."""
        if self.refusal is not None:
            raise self.refusal
        return read_document(self.path, _MAX_PIECE) if self.content is None else self.content


def pieces(paths: Iterable[Path]) -> Iterator[Piece]:
    """Yield the files at `paths` and in their folders. Raises nothing.

    Hidden files in a folder and links to folders are passed over, links to files are refused by their reader.
    Its grids come first: what else it has may be filled with one. A folder that is empty or cannot be read
    has its refusal.
    """
    for path in paths:
        is_own_folder = is_folder(path) and not os.path.islink(path)  # noqa: PTH114 - Path's own may raise
        yield from _in_folder(path) if is_own_folder else (Piece(path, is_given=True),)


def _in_folder(folder: Path) -> Iterator[Piece]:
    def refused(path: Path, code: str, why: str, advice: str) -> Piece:
        return Piece(path, refusal=InvalidDocument(code, f"Le dossier « {shown_name(path)} » {why}", advice))

    unreadable: list[OSError] = []
    every: list[Path] = []
    for parent, folders, names in os.walk(folder, onerror=unreadable.append):
        folders[:] = sorted(name for name in folders if not name.startswith(_HIDDEN))
        every += (Path(parent, name) for name in sorted(names) if not name.startswith(_HIDDEN))
        if len(every) > MAX_FILES:
            break
    for path in sorted(every[:MAX_FILES], key=lambda path: path.suffix.casefold() != _GRID):
        yield Piece(path)
    if len(every) > MAX_FILES:
        why = "contient trop de fichiers : le reste n’a pas été lu."
        yield refused(folder, "trop-de-contenu", why, "Ouvrez-les en plusieurs fois.")
        return
    for error in unreadable:
        advice = "Vérifiez vos droits, ou copiez-le dans vos documents."
        yield refused(Path(error.filename), "dossier-illisible", "ne peut pas être lu.", advice)
    if not every and not unreadable:
        advice = "Enregistrez-y les pièces jointes des courriels, puis recommencez."
        yield refused(folder, "dossier-vide", "ne contient aucun fichier.", advice)


def unforeseen(piece: Piece, error: Exception) -> InvalidDocument:
    """Return the refusal of a file whose reading raised what no check foresees; `error` goes to the log."""
    what = "n’a pas pu être lu : c’est une erreur imprévue, vos réponses sont intactes."
    return InvalidDocument("erreur-imprevue", reported(error, f"« {shown_name(piece.path)} » {what}"))


def is_folder(path: Path) -> bool:
    """Return whether `path` is a folder; False for what cannot be looked at, which its reader reports."""
    return os.path.isdir(path)  # noqa: PTH112 - Path.is_dir raises in a folder without rights
