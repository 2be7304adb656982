"""The commands of the list of assessments."""

from __future__ import annotations

from typing import Final

from ctg_tui.tui.commands import Command, Destination, to
from ctg_tui.wording.french import NBSP

COMMANDS: Final = (
    Command("accueil.ouvrir", "open", "ouvrir", "Ouvrir l’évaluation choisie", letters=("enter",), bar=1),
    Command("accueil.nouvelle", "create", "nouvelle", "Commencer une évaluation", letters=("n",), bar=2),
    to(Destination.SENDING, "accueil", letters=("e",), bar=3),
    to(Destination.SUMMARY, "accueil", help="Voir la synthèse", letters=("s",), bar=101),
    to(
        Destination.FORM,
        "accueil",
        help=f"Corriger les renseignements{NBSP}: territoire, année, personnes, contact Caf",
        letters=("f",),
        bar=102,
    ),
    Command(
        "accueil.dupliquer",
        "duplicate",
        "année suivante",
        f"Commencer l’année suivante{NBSP}: renseignements et NC sont repris, les notes sont à ressaisir",
        letters=("d",),
        bar=6,
    ),
    Command(
        "accueil.revision",
        "revise",
        "révision",
        "Ouvrir une nouvelle révision d’une évaluation définitive",
        letters=("r",),
        bar=110,
    ),
    Command(
        "accueil.supprimer",
        "delete",
        "supprimer",
        "Supprimer l’évaluation (une sauvegarde est faite avant)",
        letters=("delete",),
        bar=104,
    ),
    to(Destination.FORECAST, "accueil", letters=("p",)),
    to(Destination.LOG, "accueil", letters=("k",), bar=109),
    to(Destination.RADAR, "accueil", letters=("g",), bar=107),
    to(Destination.GRIDS, "accueil", letters=("i",), bar=106),
    Command(
        "accueil.tableur",
        "",
        "tableur de la Caf",
        f"Reprendre le tableur de votre Caf{NBSP}: sa grille, et ses réponses s’il est rempli",
        letters=("t",),
        bar=4,
        goes_to=Destination.WORKBOOKS,
    ),
    Command(
        "accueil.recues",
        "",
        "reçues",
        f"Les fichiers reçus d’autres personnes{NBSP}: les vérifier, les lire, voir ce qui manque",
        letters=("c",),
        bar=5,
        goes_to=Destination.RECEIVED,
    ),
    Command("accueil.chercher", "filter", "chercher", "Chercher une évaluation", keys=("f7",), bar=108),
    Command("accueil.tout", "end_filter", "tout montrer", "Tout montrer de nouveau", keys=("escape",), bar=1),
    Command(
        "accueil.exemple",
        "example",
        "exemple",
        f"Voir un exemple rempli{NBSP}: rien n’en est enregistré",
        letters=("x",),
    ),
    Command(
        "accueil.sauvegardes",
        "",
        "sauvegardes",
        "Voir les sauvegardes, et en restaurer une",
        letters=("b",),
        bar=105,
        goes_to=Destination.RESTORE,
    ),
)
AFTER_SENDING: Final = {"accueil.revision": 3, "accueil.dupliquer": 3}
"""The places in the key bar of what comes next, once the chosen assessment is final."""
WITHOUT_ASSESSMENT: Final = frozenset(
    {
        "accueil.nouvelle",
        "accueil.tableur",
        "accueil.sauvegardes",
        "accueil.grilles",
        "accueil.recues",
        "accueil.carnet",
        "accueil.exemple",
    }
)
"""The commands that need no assessment."""
