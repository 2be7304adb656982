"""The refusal of a file that is not a valid review, for the person who received it."""

from __future__ import annotations

from collections.abc import Iterable

from ctg_tui.domain.errors import InvalidDocument
from ctg_tui.formats.problems import Problem
from ctg_tui.wording.french import count


class InvalidReview(InvalidDocument):
    """A file is not a valid review. `problems` is never empty; `code` is that of the first."""

    def __init__(self, name: str, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        first = self.problems[0]
        others = len(self.problems) - 1
        more = f" Et {count(others, 'autre problème', 'autres problèmes')}." if others else ""
        super().__init__(
            first.code.value,
            f"L’avis « {name} » est refusé : {first.sentence()}{more}",
            "Demandez à son auteur de l’enregistrer de nouveau et de l’envoyer tel quel.",
        )
