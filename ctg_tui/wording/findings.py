"""The sentences of what is missing in an assessment, and of what is worth a look."""

from __future__ import annotations

from typing import Final

from ctg_tui.domain.completeness import Finding, FindingCode
from ctg_tui.wording.french import NBSP, count

_MOST_NAMED: Final = 6
"""Lines named in a sentence; the others are counted."""


def finding(found: Finding) -> str:
    """Return the sentence of a finding."""
    n = found.count
    match found.code:
        case FindingCode.NO_TERRITORY:
            return "Le territoire n’a pas de nom."
        case FindingCode.NO_SIREN:
            return "Le SIREN du territoire n’est pas renseigné."
        case FindingCode.NO_COORDINATOR:
            return "Aucune personne n’est renseignée."
        case FindingCode.NO_ADVISER:
            return "Le contact Caf (CCD) ou son courriel n’est pas renseigné."
        case FindingCode.NO_LINE_OF_CAF:
            return (
                f"Aucune ligne de cette grille n’est déclarée comme celle de la Caf (fait_foi){NBSP}: "
                "l’évaluation ne peut pas être définitive."
            )
        case FindingCode.BLANK_CELLS:
            return f"{count(n, 'case')} sans réponse."
        case FindingCode.ALL_NOT_CONCERNED:
            return f"Toutes les lignes de la Caf sont NC{NBSP}: aucun pourcentage ne peut être calculé."
        case FindingCode.NUMBERS_MISSING:
            return f"{count(n, 'indicateur')} sans nombre."
        case FindingCode.LOW_WITHOUT_COMMENT:
            return f"{count(n, 'ligne notée', 'lignes notées')} 0 ou 1 sans commentaire."
        case FindingCode.UNKNOWN_LINES:
            return f"{count(n, 'ligne')} d’une autre grille, conservées mais non comptées."
        case FindingCode.NOTE_TAKEN:
            retained = count(
                n,
                "note du CCD retenue, mais la vôtre n’a pas changé",
                "notes du CCD retenues, mais les vôtres n’ont pas changé",
            )
            return f"{retained}{_each(found)}"
        case FindingCode.OPEN_REMARKS:
            left = count(n, "remarque ou question de la Caf", "remarques ou questions de la Caf")
            return f"{left} sans réponse{_each(found)}"


def _each(found: Finding) -> str:
    """Return ` : 1.1 Famille, 1.3, 1.4 et 2 autres.`"""
    first, others = found.named[:_MOST_NAMED], len(found.named) - _MOST_NAMED
    more = f" et {count(others, 'autre')}" if others > 0 else ""
    return f"{NBSP}: {', '.join(first)}{more}."
