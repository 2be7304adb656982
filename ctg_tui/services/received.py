"""Received files: read a submission, and name the other pieces of a dossier."""

from __future__ import annotations

from pathlib import Path

from ctg_tui.formats.problems import Problem
from ctg_tui.grids.catalogue import Catalogue
from ctg_tui.submission import reader
from ctg_tui.submission.reader import Received, Verdict
from ctg_tui.submission.refusals import InvalidSubmission


def verify(path: Path, catalogue: Catalogue) -> Verdict:
    """Return the verdict on any path; another piece of a dossier is named in it. Never raises."""
    verdict = reader.verify(path, catalogue)
    problem = None if verdict.ok else _other_piece(path)
    return verdict if problem is None else Verdict(path, (problem,), None)


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
