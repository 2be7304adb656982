"""The steps of an assessment in words: names, counts, what each lacks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, NamedTuple

from ctg_tui.domain.errors import typeset
from ctg_tui.domain.steps import Finding, FindingCode, Progress, Step, Steps
from ctg_tui.wording.french import count

_SENTENCES: Final = {
    FindingCode.NO_TERRITORY: "Le territoire n’a pas de nom.",
    FindingCode.NO_SIREN: "Le SIREN du territoire n’est pas renseigné.",
    FindingCode.NO_COORDINATOR: "Aucune personne n’est renseignée.",
    FindingCode.NO_ADVISER: "Le contact à la Caf ou son courriel n’est pas renseigné.",
    FindingCode.NO_LINE_OF_CAF: "Aucune ligne de cette grille n’est déclarée comme celle de la Caf "
    "(fait_foi) : l’évaluation ne peut pas être définitive.",
    FindingCode.ALL_NOT_CONCERNED: "Toutes les lignes de la Caf sont NC : aucun pourcentage ne peut être "
    "calculé.",
}
_COUNTED: Final = {
    FindingCode.BLANK_CELLS: ("case vide", "cases vides", ""),
    FindingCode.NUMBERS_MISSING: ("indicateur", "indicateurs", " sans nombre"),
    FindingCode.LOW_WITHOUT_COMMENT: ("ligne notée", "lignes notées", " 0 ou 1 sans commentaire"),
    FindingCode.UNKNOWN_LINES: ("ligne", "lignes", " d’une autre grille, conservées mais non comptées"),
    FindingCode.OPEN_POINTS: ("point", "points", " de la Caf sans réponse"),
}


def finding(found: Finding) -> str:
    """Return the sentence of a finding."""
    if found.code in _SENTENCES:
        return typeset(_SENTENCES[found.code])
    one, several, rest = _COUNTED[found.code]
    return f"{count(len(found.places), one, several)}{rest}."


OPTIONAL: Final = "Facultatif"


def urgency(found: Finding) -> str:
    """Return the word before a finding: whether it holds the files, waits for an answer, or can be left."""
    if found.is_blocking:
        return "Il manque"
    return "À répondre" if found.code is FindingCode.OPEN_POINTS else OPTIONAL


DONE: Final = "✓"

NAMES: Final[Mapping[Step, tuple[str, str]]] = {
    Step.DETAILS: ("Vous", "Vous"),
    Step.GRID: ("Grille", "Grille"),
    Step.PREPARATION: ("Entretien", "Entr."),
    Step.FORECAST: ("Prévisionnel", "Prév."),
    Step.SENDING: ("Envoi", "Envoi"),
}
"""The name of each step, and the short one for a narrow window."""


class Stop(NamedTuple):
    """A step as people read it; `tally` is empty, `✓`, `13 sur 42`, or `42 sur 42 · 1 nombre à donner`."""

    step: Step
    name: str
    short: str
    tally: str


def stops(steps: Steps, *, of_caf: bool = False) -> tuple[Stop, ...]:
    """Return the steps with their counts; `of_caf` says that the grid has lines beside the Caf's."""
    return tuple(Stop(each.step, *NAMES[each.step], _tally(each, of_caf)) for each in steps)


def _tally(progress: Progress, of_caf: bool) -> str:
    """Return how far a step is; only the grid is counted."""
    done = DONE if progress.is_complete and progress.asked > 0 else ""
    if progress.step is not Step.GRID or not progress.asked:
        return done
    figures = f"{'Caf ' * of_caf}{progress.done} sur {progress.asked}"
    if progress.numbers_left and progress.done >= progress.asked:
        return f"{figures} · {count(progress.numbers_left, 'nombre')} à donner"
    return f"{figures} {done}".rstrip()
