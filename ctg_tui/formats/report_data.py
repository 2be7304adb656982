"""The sheet « Données » of the XLSX report, and the mark of each of its lines: names and digests."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from ctg_tui.domain.fingerprint import digest

NAME: Final = "Données"
HEADINGS: Final = ("id", "politique", "note", "commentaire")
GRID: Final = "grille"
SUBMISSION: Final = "soumission"
ASSESSMENT: Final = "evaluation"
REVISION: Final = "revision"
GRID_VERSION: Final = "version"
TERRITORY: Final = "territoire"
CONTROL: Final = "controle"
ABOUT: Final = frozenset({GRID, SUBMISSION, ASSESSMENT, REVISION, GRID_VERSION, TERRITORY, CONTROL})
"""The ids of the rows that are no lines: which grid has these lines, which submission these answers."""

DataKey = tuple[str, str, str]
"""What the control of a row rests on: its id, its policy, and its note, or its text when it is no line."""


def control(rows: Iterable[DataKey]) -> str:
    """Return the digest of the rows of « Données », in whatever order they stand now.

    It shows an accident, such as rows of two files put together; it is not a signature.
    """
    return digest(sorted(map(list, rows)))


def line_mark(submission: str, line: str) -> str:
    """Return `m1.a03 5c0e`: a line of one file, so that a row copied from another file is known as such."""
    return f"{line} {digest([submission, line])[:4]}"


def continued_mark(submission: str, line: str) -> str:
    """Return the mark of the rows in which a long text of a line goes on: `m1.a03 5c0e suite`."""
    return f"{line_mark(submission, line)} suite"


def line_of(mark: str) -> str:
    """Return the id of the line that a mark names, whatever file it is of."""
    return mark.partition(" ")[0]
