"""Threads for the tests: what the Caf said of an assessment, put into its database as a file brings it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from ctg_tui.domain.assessment import Answer, Rating, Said
from ctg_tui.domain.changes import Edit, Operation
from ctg_tui.domain.edits import hear
from ctg_tui.storage import journal
from tests.databases import open_workspace

MARCH: Final = datetime(2027, 3, 15, 9, 30, tzinfo=UTC)
ABOUT: Final = "a" * 32
"""The print of the file that the Caf read."""


def caf_says(
    place: str = "",
    words: str = "",
    note: Answer | None = None,
    *,
    read: Answer | None = None,
    author: str = "Prénom Nom",
    days: int = 0,
) -> Said:
    """Return what the Caf says of `m1.a01/famille`, of `m1.a01`, or (blank) of the whole assessment."""
    line, _, policy = place.partition("/")
    at = MARCH + timedelta(days=days)
    return Said(at, author, True, ABOUT, line or None, policy or None, read, note, words)


SIX_NOTES: Final = tuple(
    caf_says(f"m1.a{line:02}/{policy}", words, Rating.PARTLY, read=Rating.MOSTLY)
    for line, policy, words in (
        (1, "famille", "Le COPIL ne s’est réuni qu’une fois."),
        (1, "education", ""),
        (2, "social", ""),
        (5, "famille", ""),
        (8, "famille", "Un tableau par action aiderait l’entretien."),
        (14, "social", ""),
    )
)
FOUR_QUESTIONS: Final = (
    caf_says("m1.a03", "Avec quels partenaires ?"),
    caf_says("m1.i01", "Merci de préciser les actions en cours."),
    caf_says("", "Pouvez-vous venir avec le DGS ?"),
    caf_says("m9.a99", "Cette ligne vaut-elle pour 2027 ?"),
)
"""Of a line, of an indicator, of the whole, and of a line that the grid does not have."""


def hears(folder: Path, *rows: Said, assessment: int = 1) -> None:
    """Put rows into the thread of an assessment of `folder`, as one edit, as taking a file does."""
    workspace = open_workspace(folder)
    try:
        stored = workspace.load(assessment)[1]
        edit = Edit(Operation.IMPORT, hear(stored, rows))
        journal.record(workspace.store, assessment, edit)
    finally:
        workspace.close()
