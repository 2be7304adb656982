"""The hint of each field of the form, shown while it has the focus."""

from __future__ import annotations

from typing import Final

from ctg_tui.wording.french import NBSP

HINTS: Final = {
    "territory": "La collectivité qui porte la CTG. Les neuf de la Charente sont proposées.",
    "moment": "← → pour choisir le moment de l’engagement.",
    "siren": "Neuf chiffres. La clé de contrôle est vérifiée, sans réseau.",
    "department": f"Le numéro du département{NBSP}: 16 pour la Charente.",
    "grid": "Les réponses sans ligne dans la nouvelle grille sont conservées à part.",
    "adviser_name": "La personne de la Caf qui reçoit l’auto-évaluation.",
    "adviser_email": "Son adresse, pour préparer le courriel. Rien n’est envoyé par le programme.",
}
