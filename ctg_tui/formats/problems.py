"""Problems of a file from outside: a stable code, a place, and a French sentence."""

from __future__ import annotations

from enum import StrEnum
from typing import Final, NamedTuple

from ctg_tui.domain.errors import typeset

MAX_PROBLEMS: Final = 100
"""A longer list helps no reader, and a hostile file could cause millions."""


class ProblemCode(StrEnum):
    """Stable and ASCII: `--json` shows it, the published examples name it."""

    # the file
    ABSENT = "fichier-absent"
    UNREADABLE = "fichier-illisible"
    NOT_A_FILE = "pas-un-fichier"
    TOO_LARGE = "fichier-trop-gros"
    OTHER_PIECE = "autre-piece"
    # its text
    BYTE_ORDER_MARK = "marque-bom"
    NOT_UTF8 = "pas-utf8"
    NOT_JSON = "json-invalide"
    TOO_DEEP = "trop-profond"
    REPEATED_KEY = "cle-repetee"
    NOT_INTEGER = "nombre-non-entier"
    HUGE_NUMBER = "nombre-demesure"
    # its format and version
    UNKNOWN_FORMAT = "format-inconnu"
    UNKNOWN_VERSION = "version-inconnue"
    # its content
    STRUCTURE = "structure"
    FORBIDDEN_TEXT = "texte-interdit"
    IMPOSSIBLE_DATE = "date-impossible"
    WRONG_SIREN = "siren-faux"
    OTHER_GRID_VERSION = "grille-incoherente"
    UNKNOWN_LINE = "ligne-inconnue"
    REPEATED_LINE = "ligne-repetee"
    WRONG_ORDER = "ordre"
    INCOMPLETE = "definitif-incomplet"
    OTHER_FIGURES = "resultats-differents"
    # its hashes and its bytes
    OTHER_FINGERPRINT = "empreinte-differente"
    OTHER_SEAL = "controle-different"
    OTHER_LAYOUT = "mise-en-forme"
    # a notice: the file is accepted
    UNKNOWN_GRID = "grille-inconnue"


OF_THE_PATH: Final = frozenset(
    {
        ProblemCode.ABSENT,
        ProblemCode.UNREADABLE,
        ProblemCode.NOT_A_FILE,
        ProblemCode.TOO_LARGE,
        ProblemCode.OTHER_PIECE,
    }
)
"""The file was not read as a submission; the sentence names it."""


class Problem(NamedTuple):
    """`path` is `reponses[3].note`, for machines, empty for the whole file. `message` is a French sentence.

    `place` is the path in words, « Réponse 1.3, Famille, note ». Both have plain spaces; `typeset_problem`
    sets the no-break ones for those that are shown.
    """

    code: ProblemCode
    path: str
    message: str
    place: str = ""

    def sentence(self) -> str:
        return typeset(f"{self.place} : {self.message}") if self.place else self.message


def typeset_problem(problem: Problem) -> Problem:
    """Return `problem` with the no-break spaces of French."""
    return problem._replace(message=typeset(problem.message), place=typeset(problem.place))
