"""Last time's figures in French words, the same on the screen, in the commands and in the reports."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from ctg_tui.domain.answers import Answer, answer_text
from ctg_tui.domain.text import clean
from ctg_tui.wording.french import NBSP

if TYPE_CHECKING:
    from ctg_tui.domain.last_time import LastTime

NO_LAST_TIME: Final = "Il n’y a pas d’évaluation précédente pour ce territoire."
NO_FORMER_COMMENT: Final = "Cette ligne n’avait pas de commentaire la dernière fois."
TAKEN_ALREADY: Final = "Ce commentaire est déjà repris."


def outline_name(last: LastTime) -> str:
    """Return `Ensemble 2026`, with the number of lines compared when the grids differ by some."""
    name = f"Ensemble{NBSP}{last.assessment.identity.year}"
    if not last.other_lines:
        return name
    every = last.compared_lines + last.other_lines
    return f"{name} ({last.compared_lines}{NBSP}lignes comparées sur {every})"


def why_not_compared(last: LastTime) -> str:
    """Return why the former figures are not shown beside the present ones."""
    former = last.assessment
    return (
        f"L’évaluation {former.identity.year} a été remplie avec une autre grille (« {former.grid_id} », "
        f"version {former.grid_version}) : ses chiffres ne peuvent pas être comparés à ceux-ci."
    )


def former_line(year: int, answers: Mapping[str, Answer | None], comment: str) -> str:
    """Return `2026 : Famille 1, Éducation NC. « Pas encore d’outil commun »`; empty for a line left blank.

    `answers` are keyed by the label of a policy.
    """
    notes = ", ".join(
        f"{clean(policy)}{NBSP}{answer_text(answer)}"
        for policy, answer in answers.items()
        if answer is not None
    )
    quoted = f"«{NBSP}{clean(comment, multiline=True).strip()}{NBSP}»" if comment.strip() else ""
    parts = " ".join(filter(None, (f"{notes}." if notes and quoted else notes, quoted)))
    return f"{year}{NBSP}: {parts}" if parts else ""
