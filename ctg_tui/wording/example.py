"""The words of « Voir un exemple rempli »: what tells it from one's own, and what each page shows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from ctg_tui.wording.french import NARROW, NBSP

MARK: Final = "EXEMPLE"
"""Stands before the name of the territory, on every page."""
STATE: Final = "rien n’est enregistré"
"""Stands where other assessments show when they were saved."""
WARNING: Final = f"EXEMPLE{NBSP}: tout y est fictif, rien n’est gardé ni envoyé."
NOT_SENT: Final = f"Ceci est un exemple{NBSP}: aucun fichier n’en est fait. Rien n’a été écrit."
NOT_SENT_ADVICE: Final = "Pour votre propre évaluation, revenez à l’accueil avec Échap, puis appuyez sur N."
NOT_HERE: Final = f"Cette page n’est pas dans l’exemple{NBSP}: elle concerne vos propres fichiers."

NOTES: Final[Mapping[str, str]] = {
    "GridScreen": f"La grille{NBSP}: 0 à 3 ou N pour noter, Entrée pour commenter, Ctrl+Z pour annuler.",
    "FormScreen": f"Les renseignements{NBSP}: le territoire suffit pour commencer, le reste suivra.",
    "IndicatorsScreen": f"Les indicateurs{NBSP}: des faits comptés dans l’année, avec un commentaire.",
    "SummaryScreen": f"La synthèse{NBSP}: Entrée montre le calcul d’un chiffre, T compare à l’an dernier.",
    "RadarScreen": f"Le radar en grand{NBSP}: un axe par mission{NARROW}; le tracé de l’an dernier derrière.",
    "PreparationScreen": f"L’entretien avec le contact Caf (CCD){NBSP}: ce qu’il faut dire, et les actions.",
    "ForecastScreen": f"Le prévisionnel{NBSP}: heures et coût par personne, dans un fichier à part.",
    "LogScreen": f"Le carnet{NBSP}: les faits de l’année, à reprendre en commentaire ou en nombre.",
    "SendingScreen": f"L’envoi{NBSP}: ce qui part, pour qui, et ce qui manque. Ici, rien n’est écrit.",
}
"""What each page shows, by the name of its class."""
