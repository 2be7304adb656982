"""The refusal of a file that is not a valid submission, for the person who received it."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from ctg_tui.domain.errors import InvalidDocument
from ctg_tui.formats.problems import OF_THE_PATH, Problem, ProblemCode
from ctg_tui.system.files import shown_name
from ctg_tui.wording.french import count


class InvalidSubmission(InvalidDocument):
    """A file is not a valid submission. `problems` is never empty; `code` is that of the first."""

    def __init__(self, path: Path, problems: Iterable[Problem], name: str = "") -> None:
        """Refuse the file at `path`; `name` is its name in a mail or a zip."""
        self.problems = tuple(problems)
        first = self.problems[0]
        others = len(self.problems) - 1
        more = f" Et {count(others, 'autre problème', 'autres problèmes')}." if others else ""
        message = first.sentence()
        if first.code not in OF_THE_PATH:
            message = f"« {name or shown_name(path)} » est refusé : {message}{more}"
        super().__init__(
            first.code.value,
            message,
            ADVICE.get(
                first.code, "Demandez à l’expéditeur de l’enregistrer de nouveau et de l’envoyer tel quel."
            ),
        )


ADVICE = {
    ProblemCode.ABSENT: "Vérifiez son nom et son dossier.",
    ProblemCode.UNREADABLE: "Vérifiez vos droits sur ce fichier, ou copiez-le dans vos documents.",
    ProblemCode.NOT_A_FILE: "Donnez le fichier lui-même.",
    ProblemCode.TOO_LARGE: "Vérifiez que c’est le bon fichier.",
    ProblemCode.OTHER_PIECE: "",  # the sentence says which file to check
    ProblemCode.UNKNOWN_FORMAT: "Vérifiez que c’est le bon fichier.",
    ProblemCode.UNKNOWN_VERSION: "Mettez ctg-tui à jour, puis recommencez.",
}
