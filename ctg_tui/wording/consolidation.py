"""A consolidation in French: its titles, its banner, the sentences on what is not counted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from ctg_tui import __version__
from ctg_tui.domain.consolidation import Entry, Revised
from ctg_tui.domain.errors import typeset
from ctg_tui.domain.grid import Grid
from ctg_tui.wording.french import NBSP, count
from ctg_tui.wording.lines import MARK

BANNER: Final = typeset(
    "Document de travail de la Caf : il contient des noms et ne se partage pas. Il ne classe ni "
    "les personnes ni les territoires."
)
FACTS: Final[Mapping[str, str]] = {
    "annee": "Année",
    "evaluations": "Évaluations",
    "personnes": "Personnes",
    "grille": "Grille",
    "logiciel": "Logiciel",
}
"""What is known of the whole: names in the database, headings for people."""

SUBMISSIONS: Final = "Évaluations reçues, par territoire"
OF_THE_CAF: Final = typeset(
    f"Les chiffres, les commentaires et les actions sont ceux des lignes de la Caf ; les colonnes {MARK}, "
    "ceux des lignes proposées."
)
EXPECTED: Final = "Territoires dont rien n’a été compté"
MISSIONS: Final = "Par mission et politique"
MISSIONS_OF_EACH: Final = "Par territoire et mission"
EVOLUTION: Final = "Évolution, à périmètre constant"
SAME_PANEL: Final = typeset(
    "Sur les évaluations dont la précédente est aussi parmi les fichiers, et sur les cases notées les deux "
    "fois."
)
LINES: Final = "Par ligne"
LANDMARKS: Final = "Lignes les moins notées, les mieux notées, le plus souvent NC"
LEAST_NOTED: Final = f"moins{NBSP}notées"
MOST_NOTED: Final = f"mieux{NBSP}notées"
MOST_NC: Final = f"souvent{NBSP}NC"
SPREAD: Final = "Répartition des réponses"
POLICIES: Final = "Politiques dont les personnes ont la charge"
INDICATORS: Final = "Indicateurs"
NEEDS: Final = "Aide et formation demandées"
ACTIONS: Final = "Actions prévues, par mission et trimestre"
REJECTS: Final = "Fichiers non comptés"
CONFLICTS: Final = "Fichiers qui se contredisent"
NO_DATE: Final = "sans date"

ELSEWHERE: Final = typeset(
    "Le détail (chaque ligne, la répartition des réponses, les textes) est dans les sorties .xlsx et .db."
)
STOPPED: Final = typeset("Arrêté : rien n’a été écrit.")
EMPTY: Final = "Aucun chiffre à montrer."


def title(entries: Sequence[Entry]) -> str:
    """Return `Auto-évaluations CTG 2027, pour instruction`."""
    return f"Auto-évaluations CTG {entries[0].identity.year}, pour instruction"


def facts(grid: Grid, entries: Sequence[Entry], people: int) -> tuple[tuple[str, str], ...]:
    """Return what is known of the whole: names as in the database, values for people."""
    return (
        ("annee", str(entries[0].identity.year)),
        ("evaluations", str(len(entries))),
        ("personnes", str(people)),
        ("grille", grid.title),
        ("logiciel", f"ctg-tui {__version__}"),
    )


def other_grid(name: str) -> str:
    """Return why a submission filled with another grid is not counted."""
    return typeset(
        f"« {name} » est rempli avec une autre grille, sans ligne correspondante : il n’est pas compté."
    )


def unknown_grid(name: str) -> str:
    """Return why a submission whose grid is unknown here is not counted."""
    return typeset(
        f"La grille de « {name} » est introuvable sur ce poste : il n’est pas compté. Installez-la avec "
        "« ctg-tui grille installer FICHIER »."
    )


def not_counted(name: str) -> str:
    """Return why a given file that is no submission is not counted."""
    return typeset(f"« {name} » n’est pas un fichier pour la Caf : il n’est pas compté.")


def nothing_counted(drafts: int) -> str:
    """Return the advice where no file is counted."""
    if not drafts:
        return "Donnez des fichiers pour la Caf, ou le dossier qui les contient."
    what = count(drafts, "fichier est provisoire", "fichiers sont provisoires")
    return f"{what}{NBSP}: comptez-les aussi (« --provisoires », ou P sur la page)."


def done(counted: int, people: int) -> str:
    """Return what was counted: `20 évaluations comptées, 24 personnes.`"""
    counted_words = count(counted, "évaluation comptée", "évaluations comptées")
    return f"{counted_words}, {count(people, 'personne')}."


def beside(*, drafts: int, replaced: int, duplicates: int, other_years: int) -> str:
    """Return what is not counted, and why; empty when everything is."""
    parts = [
        *([count(drafts, "provisoire laissé", "provisoires laissés") + " de côté"] if drafts else []),
        *([count(replaced, "fichier remplacé", "fichiers remplacés")] if replaced else []),
        *([count(duplicates, "fichier en double", "fichiers en double")] if duplicates else []),
        *([count(other_years, "fichier") + " d’une autre année"] if other_years else []),
    ]
    return f"{', '.join(parts)}." if parts else ""


def conflict(files: Sequence[str]) -> str:
    """Return the sentence on different files of one revision."""
    names = ", ".join(f"« {name} »" for name in files)
    return typeset(f"Se contredisent, aucun n’est compté : {names}.")


def revised_since(one: Revised) -> str:
    """Return that a source of a merged file is not the version merged, and is not added."""
    if one.is_later:
        return typeset(
            f"« {one.file} », version {one.revision}, a été revu depuis sa réunion dans « {one.merged} » : "
            "il n’est pas ajouté. Réunissez-les de nouveau pour en tenir compte."
        )
    return typeset(
        f"« {one.file} » n’est pas la version réunie dans « {one.merged} » : il n’est pas ajouté. S’il est "
        "plus récent, réunissez-les de nouveau."
    )


def read_so_far(done: int) -> str:
    """Return the progress shown while files are read."""
    return f"{count(done, 'fichier lu', 'fichiers lus')}… (Ctrl+C pour arrêter)"
