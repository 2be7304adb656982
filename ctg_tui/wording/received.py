"""Received submissions in words: what an import did, other versions of one's own."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import combinations
from typing import TYPE_CHECKING, Final, Protocol

from ctg_tui.domain.assessment import (
    Moment,
    Status,
    Territory,
)
from ctg_tui.domain.details import is_another_territory
from ctg_tui.domain.errors import typeset
from ctg_tui.domain.text import short_fingerprint
from ctg_tui.wording.french import MOMENTS, NO_TERRITORY, STATUSES, count
from ctg_tui.wording.grid_files import INSTALL_IT

if TYPE_CHECKING:
    from datetime import datetime


READ_ONLY: Final = "Fichier reçu, en lecture seule."
TO_SEE: Final = "à voir"
"""What a person owes an answer to."""
OWN: Final = "fichier de votre propre évaluation"
OTHER_TERRITORY: Final = "le même identifiant pour deux territoires"
SAME_NUMBER: Final = "deux fichiers différents du même envoi"


class Described(Protocol):
    """What the sentences need of a received submission."""

    @property
    def territory(self) -> Territory: ...
    @property
    def territory_name(self) -> str: ...
    @property
    def year(self) -> int: ...
    @property
    def moment(self) -> Moment: ...
    @property
    def status(self) -> Status: ...
    @property
    def sending(self) -> int: ...
    @property
    def fingerprint(self) -> str: ...
    @property
    def created_at(self) -> datetime: ...


def grid_taken(file_name: str, number: int) -> str:
    """Return that a workbook gave the grid that `number` files received were filled with."""
    readable = count(number, "fichier reçu se lit maintenant", "fichiers reçus se lisent maintenant")
    return typeset(f"« {file_name} » : c’est la grille de sa Caf, elle est gardée. {readable}.")


def state_and_number(submission: Described) -> str:
    """Return `définitif, envoi n° 2`."""
    return typeset(f"{STATUSES[submission.status]}, envoi n° {submission.sending}")


def short(submission: Described) -> str:
    """Return `Val de Charente, 2027, annuelle, définitif, envoi n° 2`."""
    parts = (submission.territory_name or NO_TERRITORY, submission.year, MOMENTS[submission.moment])
    return f"{', '.join(map(str, parts))}, {state_and_number(submission)}"


def kept(new: Described, before: Iterable[Described], *, grid_is_known: bool) -> str:
    """Return what was kept, what it comes after, and what is to be looked at."""
    before = tuple(before)
    sentences = [f"{short(new)}."]
    later = [one for one in before if one.sending > new.sending]
    earlier = [one for one in before if one.sending < new.sending]
    if later:
        sentences.append(f"L’envoi n° {max(one.sending for one in later)}, plus récent, est déjà là.")
    elif earlier:
        last = max(earlier, key=lambda one: (one.sending, one.created_at))
        sentences.append(f"Remplace l’envoi n° {last.sending}, code {short_fingerprint(last.fingerprint)}.")
    elif before:
        sentences.append("Un autre fichier de cet envoi était déjà là : les deux sont gardés.")
    if problem := conflict((*before, new)):
        sentences.append(f"À vérifier avec l’expéditeur : {problem}.")
    if not grid_is_known:
        sentences.append("Sa grille est introuvable sur ce poste : ses chiffres ne sont pas recalculés.")
        sentences.append(INSTALL_IT)
    return typeset(" ".join(sentences))


def conflict(of_lineage: Iterable[Described]) -> str:
    """Return why files of one assessment contradict each other; empty when they do not."""
    every = tuple(of_lineage)
    if any(is_another_territory(*two) for two in combinations({one.territory for one in every}, 2)):
        return OTHER_TERRITORY
    numbers = {(one.sending, one.fingerprint) for one in every}
    if len({number for number, _ in numbers}) < len(numbers):
        return SAME_NUMBER
    return ""
