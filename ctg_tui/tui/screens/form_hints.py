"""The hint of each field of the form, shown while it has the focus."""

from __future__ import annotations

from typing import Final

from ctg_tui.wording.french import NARROW, NBSP

HINTS: Final = {
    "territory": "En Charente, le début du nom suffit.",
    "moment": "← → pour choisir le moment de l’engagement.",
    "siren": "Neuf chiffres, vérifiés par leur clé de contrôle.",
    "department": f"Le numéro du département{NBSP}: 16 pour la Charente.",
    "grid": "Les réponses sans ligne équivalente sont conservées.",
    "adviser_name": "La personne de la Caf qui reçoit l’auto-évaluation.",
    "adviser_email": f"Pour préparer le courriel{NARROW}; rien n’est envoyé d’ici.",
}
