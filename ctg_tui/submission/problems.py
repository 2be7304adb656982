"""What a reader can find wrong in a submission: stable codes, where, and a French sentence."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from pathlib import Path
from typing import Final, NamedTuple

from ctg_tui.domain.errors import InvalidDocument, typeset
from ctg_tui.domain.french import count
from ctg_tui.files import shown_name

MAX_PROBLEMS: Final = 100
"""More would help nobody, and a hostile file could make millions."""


class ProblemCode(StrEnum):
    """Stable and ASCII: `--json` shows it, the published examples name it."""

    # the file
    ABSENT = "fichier-absent"
    UNREADABLE = "fichier-illisible"
    NOT_A_FILE = "pas-un-fichier"
    TOO_LARGE = "fichier-trop-gros"
    # its text
    BYTE_ORDER_MARK = "marque-bom"
    NOT_UTF8 = "pas-utf8"
    NOT_JSON = "json-invalide"
    TOO_DEEP = "trop-profond"
    REPEATED_KEY = "cle-repetee"
    NOT_INTEGER = "nombre-non-entier"
    HUGE_NUMBER = "nombre-demesure"
    # what it says it is
    UNKNOWN_FORMAT = "format-inconnu"
    UNKNOWN_VERSION = "version-inconnue"
    # what it holds
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
    # said, not held against it
    UNKNOWN_GRID = "grille-inconnue"


OF_THE_PATH: Final = frozenset(
    {ProblemCode.ABSENT, ProblemCode.UNREADABLE, ProblemCode.NOT_A_FILE, ProblemCode.TOO_LARGE}
)
"""Nothing of the file was looked at; the sentence names it."""


class Problem(NamedTuple):
    """`path` is `reponses[3].note`, empty for the whole file. `message` is a French sentence.

    Messages are written with plain spaces; `typeset_problem` sets the others, once, for those that are shown.
    """

    code: ProblemCode
    path: str
    message: str

    def sentence(self) -> str:
        return typeset(f"{self.path} : {self.message}") if self.path else self.message


def typeset_problem(problem: Problem) -> Problem:
    """`problem` with the no-break spaces of French."""
    return problem._replace(message=typeset(problem.message))


class InvalidSubmission(InvalidDocument):
    """A file is not a submission to be trusted. `problems` is never empty; `code` is that of the first."""

    def __init__(self, path: Path, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        first = self.problems[0]
        others = len(self.problems) - 1
        more = f" Et {count(others, 'autre problème', 'autres problèmes')}." if others else ""
        told = first.sentence()
        super().__init__(
            first.code.value,
            told if first.code in OF_THE_PATH else f"« {shown_name(path)} » est refusé : {told}{more}",
            ADVICE.get(
                first.code, "Demandez à l’expéditeur de l’exporter à nouveau et de l’envoyer tel quel."
            ),
        )


ADVICE = {
    ProblemCode.ABSENT: "Vérifiez son nom et son dossier.",
    ProblemCode.UNREADABLE: "Vérifiez vos droits sur ce fichier, ou copiez-le dans vos documents.",
    ProblemCode.NOT_A_FILE: "Donnez le fichier lui-même.",
    ProblemCode.TOO_LARGE: "Vérifiez que c’est le bon fichier.",
    ProblemCode.UNKNOWN_FORMAT: "Vérifiez que c’est le bon fichier.",
    ProblemCode.UNKNOWN_VERSION: "Mettez ctg-tui à jour, puis recommencez.",
}
