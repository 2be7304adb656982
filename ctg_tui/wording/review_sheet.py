"""The headings under which an adviser fills our workbook: written, then found again when it is back."""

from __future__ import annotations

from typing import Final

from ctg_tui.wording.french import NBSP

MISSIONS: Final = "Missions"
ACTIVITIES: Final = "Activités"
SELF_NOTES: Final = "Politiques concernées"
COMMENTS: Final = "Commentaires"
NOTES: Final = "Note du CCD"
REVIEW: Final = "Avis de la Caf"
REMARK: Final = "Remarque du CCD"
ON_AGENDA: Final = "À l’ordre du jour"
AGREED: Final = "Note convenue"
MARK: Final = "Repère"
MARK_ADVICE: Final = "ne pas modifier"

QUESTIONS_SHEET: Final = "Questions et entretien"
AUTHOR: Final = "Votre nom"
EMAIL: Final = "Votre courriel"
MEETING: Final = "Date de l’entretien"
QUESTION: Final = "Question"
QUESTION_LINE: Final = "Ligne (facultatif)"

YES: Final = "oui"

HOW: Final = (
    f"Pour répondre{NBSP}: complétez les cellules bleues, ici et dans les feuilles des missions, "
    "enregistrez, puis renvoyez ce fichier."
)
HOW_FROM_SUMMARY: Final = (
    f"Pour répondre{NBSP}: complétez les cellules bleues des feuilles des missions et de la feuille "
    f"«{NBSP}{QUESTIONS_SHEET}{NBSP}», enregistrez, puis renvoyez ce fichier."
)
HOW_NOTES: Final = (
    f"Vos notes s’écrivent dans les colonnes bleues «{NBSP}{NOTES}{NBSP}»{NBSP}: une case laissée vide veut "
    f"dire «{NBSP}sans avis{NBSP}»."
)
HOW_PROTECTED: Final = (
    "Les autres cellules, notes de l’auto-évaluation comprises, sont protégées, sans mot de passe. "
    "Rien n’est calculé à partir de votre avis."
)
TRY_OUT: Final = (
    f"Changez une note dans la feuille d’une mission{NBSP}: les pourcentages et le radar suivent."
)
"""In a report that was not sent, whose notes are not locked."""
