"""A consolidation in French: its titles, its banner, the sentences on what is not counted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from ctg_tui import __version__
from ctg_tui.domain.consolidation import Choice, Entry, Revised
from ctg_tui.domain.errors import typeset
from ctg_tui.domain.grid import Grid
from ctg_tui.wording.french import NBSP, count
from ctg_tui.wording.lines import MARK

BANNER: Final = typeset(
    "Pour vous : ce document contient des noms et ne se partage pas. Il ne classe ni les personnes ni les "
    "territoires."
)
FACTS: Final[Mapping[str, str]] = {
    "annee": "Année",
    "evaluations": "Évaluations",
    "personnes": "Personnes",
    "grille": "Grille",
    "logiciel": "Logiciel",
}
"""What is known of the whole: names in the database, headings for people."""

# Whose lines a table rests on.
BOTH_APART: Final = typeset(
    f"Chiffres des lignes de la Caf ; ceux marqués {MARK}, des lignes proposées. Chacun dans sa grille."
)
EACH_LINE: Final = typeset(f"Lignes de la Caf et lignes proposées ({MARK}), jamais additionnées.")
NO_LINE: Final = typeset("Ne repose sur aucune ligne : l’évaluation entière.")

LEAST_NOTED: Final = f"moins{NBSP}notées"
MOST_NOTED: Final = f"mieux{NBSP}notées"
MOST_NC: Final = f"souvent{NBSP}NC"

ELSEWHERE: Final = typeset(
    "Dans le classeur (.xlsx) : chaque ligne, les missions et les points forts de chacun."
)
STOPPED: Final = typeset("Arrêté : rien n’a été écrit.")
EMPTY: Final = "Rien."
NAME: Final = "consolidation"
"""The name of the file, without its suffix."""
FORMATS: Final[Mapping[str, str]] = {
    ".html": "une page à lire et à imprimer",
    ".xlsx": "un classeur, pour Excel ou LibreOffice",
}


def title(entries: Sequence[Entry]) -> str:
    """Return `Auto-évaluations CTG 2027`."""
    return f"Auto-évaluations CTG {entries[0].identity.year}"


def facts(grid: Grid, entries: Sequence[Entry], people: int) -> tuple[tuple[str, str], ...]:
    """Return what is known of the whole: names as in the database, values for people."""
    return (
        ("annee", str(entries[0].identity.year)),
        ("evaluations", str(len(entries))),
        ("personnes", str(people)),
        ("grille", grid.title),
        ("logiciel", f"ctg-tui {__version__}"),
    )


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


def beside(choice: Choice, left_aside: int) -> str:
    """Return what is not counted, and why; empty when everything is."""
    drafts, replaced, duplicates = choice.drafts, choice.replaced, choice.duplicates
    other_years = choice.other_years
    parts = [
        *([count(drafts, "provisoire laissé", "provisoires laissés") + " de côté"] if drafts else []),
        *([count(replaced, "fichier remplacé", "fichiers remplacés")] if replaced else []),
        *([count(duplicates, "fichier en double", "fichiers en double")] if duplicates else []),
        *([count(other_years, "fichier") + " d’une autre année"] if other_years else []),
        *([count(left_aside, "pièce laissée", "pièces laissées") + " de côté"] if left_aside else []),
    ]
    return f"{', '.join(parts)}." if parts else ""


def conflict(files: Sequence[str]) -> str:
    """Return the sentence on different files of one revision."""
    names = ", ".join(f"« {name} »" for name in files)
    return typeset(f"Se contredisent, aucun n’est compté : {names}.")


def revised_since(one: Revised) -> str:
    """Return that a source of a merged file is not the version merged, and is not added."""
    return typeset(
        f"« {one.file} », version {one.revision}, n’est pas ce qui a été réuni dans « {one.merged} » : il "
        "n’est pas ajouté. S’il est plus récent, réunissez-les de nouveau."
    )
