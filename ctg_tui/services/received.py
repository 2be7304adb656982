"""Received files: read a submission, and name the other pieces of a dossier."""

from __future__ import annotations

import hashlib
import os
from datetime import datetime
from pathlib import Path

from ctg_tui.domain.errors import Refusal
from ctg_tui.formats.problems import Problem
from ctg_tui.grids.catalogue import Catalogue
from ctg_tui.storage.submissions import StoredSubmission
from ctg_tui.submission import reader
from ctg_tui.submission.reader import InvalidSubmission, Received, Verdict
from ctg_tui.system.files import shown_name
from ctg_tui.wording import received as wording


def verify(path: Path, catalogue: Catalogue) -> Verdict:
    """Return the verdict on any path; another piece of a dossier is named in it. Never raises."""
    verdict = reader.verify(path, catalogue)
    problem = None if verdict.ok else _other_piece(path)
    return verdict if problem is None else Verdict(path, (problem,), None)


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


def read_submission(path: Path, catalogue: Catalogue) -> Received:
    """Return the submission of a file. Raises InvalidSubmission, which names another piece of a dossier."""
    try:
        return reader.read(path, catalogue)
    except InvalidSubmission as refusal:
        problem = _other_piece(path)
        if problem is None:
            raise
        raise InvalidSubmission(path, [problem]) from refusal


def _other_piece(path: Path) -> Problem | None:
    from ctg_tui.services.pieces import other_piece  # only for a file refused as a submission

    return other_piece(path)


def stored_submission(content: bytes, file_name: str, found: Received, now: datetime) -> StoredSubmission:
    """Return the row that keeps a submission, whose bytes are `content`."""
    assessment, header = found.assessment, found.header
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
        people=wording.people(identity),
        year=identity.year,
        moment=identity.moment,
        grid_id=assessment.grid_id,
        grid_fingerprint=assessment.grid_fingerprint,
        created_at=header.created_at,
        received_at=now,
    )
