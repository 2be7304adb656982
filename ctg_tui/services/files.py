"""Files on any path: submissions read and kept, and where a file may be written, for every export."""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import combinations
from pathlib import Path
from typing import Final, NamedTuple

from ctg_tui import PROGRAM
from ctg_tui.domain.assessment import Assessment
from ctg_tui.domain.details import is_another_territory
from ctg_tui.domain.errors import InvalidDocument, Refusal, typeset
from ctg_tui.domain.grid import Grid
from ctg_tui.domain.steps import lines_rated
from ctg_tui.domain.thread import points_of
from ctg_tui.formats import MAX_BYTES, ProblemCode
from ctg_tui.storage.opening import backup_folder, holds_assessments, lock_file
from ctg_tui.storage.received import StoredSubmission
from ctg_tui.submission.file import Received
from ctg_tui.system import crash_log
from ctg_tui.system.files import atomic_write, read_document, remove_leftovers, shown_name, why_unsafe
from ctg_tui.wording.french import MOMENTS, NO_TERRITORY, STATUSES, people
from ctg_tui.wording.lines import LOW_NOTES


def protected_files(database: Path, *read: Path) -> tuple[Path, ...]:
    """Return the files that no output replaces: the database, its companion files, its backups, the input.

    The folder of backups stands for each file in it.
    """
    beside = [database.with_name(database.name + end) for end in ("-journal", "-wal", "-shm")]
    return (database, lock_file(database), *beside, backup_folder(database), *read)


def check_output(path: Path, protected: Iterable[Path], *, replace: bool) -> None:
    """Raise Refusal unless a file may be written at `path`; `replace` allows an existing one.

    Links, pipes, devices and folders are never replaced, nor are the `protected` files, nor a database of
    assessments, whoever they are of.
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
    if holds_assessments(path):
        raise Refusal(
            "fichier-protege",
            f"« {name} » n’est jamais remplacé : il contient des évaluations. Rien n’a été écrit.",
            "Donnez un autre nom, ou choisissez un autre dossier.",
        )


def write_output(path: Path, content: bytes, protected: Iterable[Path], *, replace: bool) -> None:
    """Write a file whole, or not at all. Raises Refusal as `check_output` does, WriteRefusal."""
    check_output(path, protected, replace=replace)
    remove_leftovers(path.parent)
    atomic_write(path, content)


def _is_same(path: Path, other: Path) -> bool:
    """Return True if both paths are one file, also where neither exists yet."""
    try:
        if path.samefile(other):
            return True
    except (OSError, ValueError):  # one does not exist: compare the paths
        pass
    return os.path.normcase(os.path.realpath(path)) == os.path.normcase(os.path.realpath(other))


# The files that a person gives, by themselves or in folders: one walk for every command and page.

MAX_DEPTH: Final = 8
"""Folders within each other."""
MAX_FILES: Final = 20_000
"""Files of one folder."""
_MAX_PIECE: Final = 2 * MAX_BYTES
_HIDDEN: Final = (".", "~$", "Thumbs.db", "desktop.ini")


class Piece(NamedTuple):
    """A file that was found. Once read, `content` is None when it could not be: `refusal` says why.

    `is_given` is True for a file that the person named, rather than one found in a folder.
    """

    path: Path
    content: bytes | None = None
    refusal: InvalidDocument | None = None
    is_given: bool = False

    @property
    def name(self) -> str:
        return shown_name(self.path)

    @property
    def suffix(self) -> str:
        """The end of the file's name, in lower case, with its dot."""
        return self.path.suffix.casefold()


def pieces(paths: Iterable[Path]) -> Iterator[Piece]:
    """Yield the files of `files_at`, each read. Raises nothing."""
    return map(read, files_at(paths))


def files_at(paths: Iterable[Path]) -> Iterator[Piece]:
    """Yield the files at `paths` and in their folders, not read yet, in a stable order. Raises nothing.

    Hidden files and links in a folder are passed over. Folders that are empty, without rights or too deep
    have their refusal.
    """
    for path in paths:
        if _is_own_folder(path):
            yield from _in_folder(path, MAX_DEPTH)
        else:
            yield Piece(path, is_given=True)


def read(piece: Piece) -> Piece:
    """Return a piece with its content, or the refusal of its reader. Raises nothing."""
    if piece.refusal is not None:
        return piece
    try:
        return piece._replace(content=read_document(piece.path, _MAX_PIECE))
    except InvalidDocument as refusal:
        is_absent = refusal.code == ProblemCode.ABSENT.value
        return piece._replace(refusal=absent(piece.path) if is_absent else refusal)
    except Exception as error:  # noqa: BLE001 - the other files are read, and this one is named
        return piece._replace(refusal=unforeseen(piece, error))


def absent(path: Path) -> InvalidDocument:
    """Return the refusal of a path that names nothing, neither a file nor a folder."""
    return InvalidDocument(
        ProblemCode.ABSENT.value,
        f"Le fichier ou dossier « {shown_name(path)} » n’existe pas.",
        "Vérifiez son nom et où il est.",
    )


def unforeseen(piece: Piece, error: Exception) -> InvalidDocument:
    """Return the refusal of a file whose reading raised what no check foresees; `error` goes to the log."""
    log = crash_log.record(error)
    sentence = crash_log.sentences_meanwhile(log, f"« {piece.name} » n’a pas pu être lu.")
    return InvalidDocument("erreur-imprevue", sentence)


def _in_folder(folder: Path, depth: int) -> Iterator[Piece]:
    try:
        names = sorted(one.name for one in os.scandir(folder) if not one.name.startswith(_HIDDEN))
    except OSError as error:
        refusal = InvalidDocument(
            "dossier-illisible",
            f"Le dossier « {shown_name(folder)} » ne peut pas être lu.",
            "Vérifiez vos droits, ou copiez-le dans vos documents.",
        )
        refusal.__cause__ = error
        yield Piece(folder, refusal=refusal)
        return
    if not names and depth == MAX_DEPTH:
        refusal = InvalidDocument(
            "dossier-vide",
            f"Le dossier « {shown_name(folder)} » ne contient aucun fichier.",
            "Enregistrez-y les pièces jointes des courriels, puis recommencez.",
        )
        yield Piece(folder, refusal=refusal)
    if len(names) > MAX_FILES or depth == 0:
        refusal = InvalidDocument(
            "trop-de-contenu",
            f"« {shown_name(folder)} » contient trop de choses : le reste n’a pas été lu.",
            "Ouvrez les fichiers eux-mêmes, en plusieurs fois.",
        )
        yield Piece(folder, refusal=refusal)
        return
    for path in (folder / name for name in names):
        if _is_own_folder(path):
            yield from _in_folder(path, depth - 1)
        elif not os.path.islink(path):  # noqa: PTH114 - Path's own may raise
            yield Piece(path)


def _is_own_folder(path: Path) -> bool:
    """Return whether `path` is a folder and no link to one."""
    return is_folder(path) and not os.path.islink(path)  # noqa: PTH114 - Path's own may raise


def is_folder(path: Path) -> bool:
    """Return whether `path` is a folder; False for what cannot be looked at, which its reader reports."""
    return os.path.isdir(path)  # noqa: PTH112 - Path.is_dir raises in a folder without rights


def stored_submission(content: bytes, file_name: str, found: Received, now: datetime) -> StoredSubmission:
    """Return the row that keeps a submission, whose bytes are `content`."""
    assessment, sent, grid = found.assessment, found.sending, found.grid
    identity = assessment.identity
    return StoredSubmission(
        sha256=hashlib.sha256(content).hexdigest(),
        file_name=file_name,
        lineage=assessment.uuid,
        sending=sent.number,
        status=sent.status,
        fingerprint=found.fingerprint,
        territory_id=identity.territory.known_id,
        territory_name=identity.territory.name,
        siren=identity.territory.siren,
        department=identity.territory.department,
        people=people(identity),
        year=identity.year,
        moment=identity.moment,
        grid_id=assessment.grid_id,
        grid_fingerprint=assessment.grid_fingerprint,
        created_at=sent.created_at,
        received_at=now,
        percentage=None if found.scores is None else found.scores.whole.percentage,
        low=None if grid is None else len(low_lines(grid, assessment)),
        open_points=sum(point.is_to_see for point in points_of(assessment, grid)),
    )


def low_lines(grid: Grid, assessment: Assessment) -> tuple[str, ...]:
    """Return the ids of the Caf's lines noted 0 or 1 somewhere, in grid order."""
    low = dict.fromkeys(cell.activity for cell in lines_rated(grid, assessment, LOW_NOTES))
    return tuple(line for line in low if not grid.activities[line].is_proposed)


# Files received, and grids that are not here, in words.

INSTALL_IT: Final = (
    f"Installez cette grille avec « {PROGRAM} grille installer FICHIER », puis ouvrez de nouveau ce fichier."
)
"""How to get a grid that is not known here."""
TO_SEE: Final = "à voir"
"""What a person owes an answer to."""
OWN: Final = "fichier de votre propre évaluation"


def unknown_grid(grid_id: str, safe: str) -> Refusal:
    """Return the refusal of what needs a grid that is not here; `safe` says what was left as it was."""
    why = f"Le fichier de la grille « {grid_id} » est introuvable sur ce poste. {safe}"
    return Refusal("grille-inconnue", why, INSTALL_IT)


def state_and_number(submission: StoredSubmission) -> str:
    """Return `définitif, envoi n° 2`."""
    return typeset(f"{STATUSES[submission.status]}, envoi n° {submission.sending}")


def short(submission: StoredSubmission) -> str:
    """Return `Val de Charente, 2027, annuelle, définitif, envoi n° 2`."""
    parts = (submission.territory_name or NO_TERRITORY, submission.year, MOMENTS[submission.moment])
    return f"{', '.join(map(str, parts))}, {state_and_number(submission)}"


def kept(new: StoredSubmission, before: Iterable[StoredSubmission], *, grid_is_known: bool) -> str:
    """Return what was kept, and what is to be looked at."""
    sentences = [f"{short(new)}."]
    if problem := conflict((*before, new)):
        sentences.append(f"À vérifier avec l’expéditeur : {problem}.")
    if not grid_is_known:
        sentences.append("Sa grille est introuvable sur ce poste : ses chiffres ne sont pas recalculés.")
        sentences.append(INSTALL_IT)
    return typeset(" ".join(sentences))


def conflict(of_lineage: Iterable[StoredSubmission]) -> str:
    """Return why files of one assessment contradict each other; empty when they do not."""
    every = tuple(of_lineage)
    if any(is_another_territory(*two) for two in combinations({one.territory for one in every}, 2)):
        return "le même identifiant pour deux territoires"
    numbers = {(one.sending, one.fingerprint) for one in every}
    if len({number for number, _ in numbers}) < len(numbers):
        return "deux fichiers différents du même envoi"
    return ""
