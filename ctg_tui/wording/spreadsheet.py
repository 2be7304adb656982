"""The words of workbooks: of the one the adviser answers in, and why a file cannot be read as one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from ctg_tui.domain.errors import InvalidDocument, typeset
from ctg_tui.domain.grid import Grid
from ctg_tui.wording.french import DASH, NBSP
from ctg_tui.wording.lines import MARK as MARK_PROPOSED
from ctg_tui.wording.lines import line_number


def key_name(grid: Grid, key: str) -> str:
    """Return the place of a value: `1.3 Famille` for a cell, `1.3` for a line, `Indicateur 2`.

    A line that the grid does not have keeps its id.
    """
    line, _, policy = key.partition("/")
    if line not in grid.mission_of:
        return key
    known = grid.policies_by_id.get(policy)
    return f"{line_number(grid, line, mark='')} {known.label if known else policy}".strip()


# Why a file is refused: what happened, what is safe, what to do.

_NOTHING_TAKEN: Final = "Rien n’a été repris."


def _refusal(code: str, what: str, advice: str) -> Callable[..., InvalidDocument]:
    """Return what makes the refusal of the file of a given name, with what stands at each `{}` of `what`."""

    def refusal(name: str, *more: str) -> InvalidDocument:
        return InvalidDocument(code, f"« {name} » {what.format(*more)} {_NOTHING_TAKEN}", advice)

    return refusal


too_large: Final = _refusal(
    "tableur-trop-gros",
    "contient bien plus de données qu’une grille d’auto-évaluation.",
    "Vérifiez que c’est le bon fichier.",
)
damaged: Final = _refusal(
    "tableur-illisible",
    "n’a pas pu être lu comme un tableur, ou a un mot de passe ou des macros.",
    "Ouvrez-le dans votre tableur, enregistrez-le au format .xlsx, sans mot de passe, puis recommencez.",
)
without_grid: Final = _refusal(
    "tableur-sans-grille",
    "ne contient pas de tableau d’auto-évaluation : aucun en-tête avec des politiques "
    "(Famille, Éducation, Social).",
    "Vérifiez que c’est le tableur de votre Caf. S’il l’est, « ctg-tui importer --aide » dit comment donner "
    "ses colonnes.",
)
of_another_grid: Final = _refusal(
    "tableur-autre-grille",
    "n’a pas les lignes de cette évaluation.",
    "Donnez le tableur que la Caf a envoyé pour cette grille.",
)
our_workbook: Final = _refusal(
    "tableur-rapport",
    "est un classeur fait par ctg-tui, et non le tableur d’une Caf.",
    "Si la Caf y a répondu, ouvrez-le par la touche O, ou par « importer » sans « --dans » ni "
    "« --nouvelle ». Pour vos propres réponses, ouvrez le fichier pour la Caf (.json).",
)
table_of_all: Final = _refusal(
    "tableau-de-tous",
    "est le tableau de tous que fait ctg-tui des fichiers reçus : il n’y a rien à y reprendre.",
    "Ouvrez les fichiers reçus eux-mêmes, CTG_….json.",
)
data_changed: Final = _refusal(
    "classeur-donnees-modifiees",
    "est un classeur à compléter par la Caf, mais sa feuille masquée « Données » a été supprimée ou "
    "modifiée : rien ne dit plus de quelle évaluation il parle.",
    "Demandez à son auteur de reporter ce qu’il a écrit dans le classeur tel qu’il l’a reçu.",
)


columns_do_not_fit: Final = _refusal(
    "tableur-colonnes",
    "n’est pas lu avec les colonnes dites : {}.",
    "Dites-les ainsi : « lignes=A famille=D education=E social=F commentaires=G », avec les lettres du "
    "tableur.",
)
other_scale: Final = _refusal(
    "tableur-autre-echelle",
    "n’a pas l’échelle de la grille (0 à 3, NC) : « {} », en {}.",
    "Écrivez les notes de 0 à 3 et corrigez la légende dans une copie du tableur, puis recommencez.",
)


CONSOLIDATED: Final = ("Territoire", "SIREN", "Année", "Moment", "Envoi", "Date", "État", "Code")
"""The first headings of the data of `consolider`, by which its workbook is known."""

# The workbook that the adviser answers in: the words that its reader knows it by.

MARK: Final = "Repère"
"""The heading of the hidden column by which rows are known."""

ACTION_MARK: Final = "action-"
"""Before the rank of a blue row of who does what, in that column."""
GRID_SHEET: Final = "Grille"
NUMBER: Final = "N°"
ACTIVITY: Final = "Activité"
COMMENT: Final = "Commentaire"
THREAD: Final = "Ce qui s’est dit"
REMARK: Final = "Votre remarque ou question"
YOUR_NAME: Final = typeset("Votre nom :")
YOUR_NOTE: Final = "Note"
"""Before the name of a policy, the heading of a blue column of notes: `Note Famille`."""

INSTRUCTION: Final = (
    "En bleu, ce que vous ajoutez. Ce que vous avez déjà écrit est à côté et reste. "
    "Enregistrez, puis renvoyez ce classeur."
)
MENTION: Final = f"{DASH} "
"""Before what is said of a line below its label: its type, who wrote it."""

MEETING_SHEET: Final = "Entretien"
MEETING_DATE: Final = "Date de l’entretien"
MEETING_LINE: Final = "Ligne"
STATE: Final = "État"
AGREED_NOTE: Final = "Note convenue"
AGREED: Final = "Convenu"
WHAT: Final = "Quoi"
WHO: Final = "Qui"
WHEN: Final = "Pour quand"


def shown_number(grid: Grid, line: str) -> str:
    """Return what column « N° » shows: `1.3`, for an indicator its rank in its mission."""
    if line in grid.indicators:
        mark = f"{NBSP}{MARK_PROPOSED}" if grid.indicators[line].is_proposed else ""
        return f"{grid.numbers[line].partition('.i')[2]}{mark}"
    return line_number(grid, line)
