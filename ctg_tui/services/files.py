"""Files on any path: submissions read and kept, and where a file may be written, for every export."""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from ctg_tui.domain.errors import Refusal
from ctg_tui.storage import received as stored_received
from ctg_tui.storage.opening import backup_folder, holds_assessments, lock_file
from ctg_tui.storage.received import StoredSubmission
from ctg_tui.submission.document import serialise
from ctg_tui.submission.file import Received, examine
from ctg_tui.system.files import atomic_write, remove_leftovers, shown_name, why_unsafe
from ctg_tui.wording import received as words
from ctg_tui.wording.lines import low_lines

if TYPE_CHECKING:
    from ctg_tui.domain.assessment import Assessment
    from ctg_tui.services.workspace import Workspace


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


def is_folder(path: Path) -> bool:
    """Return whether `path` is a folder; False for what cannot be looked at, which its reader reports."""
    return os.path.isdir(path)  # noqa: PTH112 - Path.is_dir raises in a folder without rights


def files_in(folder: Path) -> tuple[list[Path], int]:
    """Return the `.json` files of a folder and its subfolders, in order, and how many others there are.

    Hidden files and links to folders are left out. Raises Refusal when a folder cannot be listed.
    """

    def refuse(error: OSError) -> None:
        place = shown_name(Path(error.filename or folder))
        raise Refusal(
            "dossier-illisible",
            f"Le contenu du dossier « {place} » ne peut pas être lu. Rien n’a été vérifié.",
            "Vérifiez vos droits sur ce dossier, ou copiez-le dans vos documents.",
        ) from error

    found, others = [], 0
    for place, folders, names in os.walk(folder, onerror=refuse):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(name for name in names if not name.startswith(".")):
            if name.lower().endswith(".json"):
                found.append(Path(place) / name)
            else:
                others += 1
    return found, others


def stored_submission(content: bytes, file_name: str, found: Received, now: datetime) -> StoredSubmission:
    """Return the row that keeps a submission, whose bytes are `content`."""
    assessment, header, grid = found.assessment, found.header, found.grid
    identity = assessment.identity
    return StoredSubmission(
        sha256=hashlib.sha256(content).hexdigest(),
        file_name=file_name,
        lineage=assessment.uuid,
        revision=header.revision,
        status=header.status,
        fingerprint=found.fingerprint,
        replaces=header.replaces,
        territory_id=identity.territory.known_id,
        territory_name=identity.territory.name,
        siren=identity.territory.siren,
        department=identity.territory.department,
        people=words.people(identity),
        year=identity.year,
        moment=identity.moment,
        grid_id=assessment.grid_id,
        grid_fingerprint=assessment.grid_fingerprint,
        created_at=header.created_at,
        received_at=now,
        percentage=None if found.scores is None else found.scores.whole.percentage,
        low=None if grid is None else len(low_lines(grid, assessment)),
        answers=sum(row.is_answered for row in assessment.follow_ups),
        unanswered=sum(row.is_open for row in assessment.follow_ups),
        sources=" ".join(row.assessment for row in assessment.contributions),
    )


def keep_made_of(workspace: Workspace, received: Received, file_name: str) -> None:
    """Keep a merged file that one's own assessment is made of, byte for byte; one kept already stays.

    To be called inside the transaction of the caller.
    """
    content = serialise(received.document)
    row = stored_submission(content, file_name, received, workspace.clock())
    connection = workspace.store.connection
    if not stored_received.is_kept(connection, row.sha256):
        stored_received.keep(connection, row, content)
    stored_received.mark_as_own(connection, row.sha256)


def with_contributions(workspace: Workspace, assessment: Assessment) -> Assessment:
    """Return `assessment` with the files merged of the people still in it, by the last one it is made of.

    A file that was only received says nothing of one's own. Raises DatabaseRefusal.
    """
    store = workspace.store
    if not store.has_submissions():
        return assessment
    with store.reading():
        content = stored_received.made_of(store.connection, assessment.uuid)
    present = {person.ref for person in assessment.identity.coordinators}
    found = examine(content or b"", workspace.catalogue)
    if not isinstance(found, Received):
        return assessment
    return assessment._replace(
        contributions=tuple(
            merged._replace(coordinators=tuple(ref for ref in merged.coordinators if ref in present))
            for merged in found.assessment.contributions
        )
    )
