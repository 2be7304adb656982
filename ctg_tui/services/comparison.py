"""Two or three moments of one territory, put in the order of time and compared."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations, pairwise
from pathlib import Path
from typing import NamedTuple

from ctg_tui.domain.assessment import Assessment, Identity
from ctg_tui.domain.comparison import Comparison, Filled, compare
from ctg_tui.domain.errors import Refusal
from ctg_tui.domain.identity import rank, same_territory
from ctg_tui.domain.text import fold
from ctg_tui.grids.catalogue import Catalogue
from ctg_tui.submission.reader import read
from ctg_tui.system.files import shown_name
from ctg_tui.wording.french import MOMENTS, territory_name


class Compared(NamedTuple):
    """Moments in the order of time, the whole comparison (first to last) and each step between.

    `notices` are French sentences to show first: order corrected, other people.
    """

    moments: tuple[Filled, ...]
    whole: Comparison
    steps: tuple[Comparison, ...]
    notices: tuple[str, ...]


def moment_of_file(path: Path, catalogue: Catalogue) -> Filled:
    """Return the moment of a received submission. Raises InvalidSubmission, Refusal (`grille-inconnue`)."""
    received = read(path, catalogue)
    if received.grid is None:
        raise Refusal(
            "grille-inconnue",
            f"La grille de « {shown_name(path)} » est introuvable sur ce poste : ce fichier ne peut pas être "
            "comparé.",
            "Installez-la avec « ctg-tui grille installer FICHIER », en donnant son fichier.",
        )
    return Filled(received.grid, received.assessment)


def compared(moments: Sequence[Filled]) -> Compared:
    """Return the comparison of two or three moments of one territory, in the order of time.

    Raises Refusal: `comparaison-territoires` for two territories (that would be a ranking),
    `comparaison-memes` when two moments are the same.
    """
    identities = [moment.assessment.identity for moment in moments]
    for first, second in combinations(identities, 2):
        if not same_territory(first.territory, second.territory):
            raise Refusal(
                "comparaison-territoires",
                f"« {territory_name(first)} » et « {territory_name(second)} » sont deux "
                "territoires : ils ne se comparent pas.",
                "Donnez deux évaluations du même territoire.",
            )
    ordered = tuple(sorted(moments, key=lambda moment: rank(moment.assessment.identity)))
    for earlier, later in pairwise(ordered):
        if rank(earlier.assessment.identity) == rank(later.assessment.identity):
            raise Refusal(
                "comparaison-memes",
                f"Ces évaluations sont du même moment ({_moment(earlier.assessment.identity)}).",
                "Donnez deux moments différents.",
            )
    notices = []
    if ordered != tuple(moments):
        dates = ", puis ".join(_moment(moment.assessment.identity) for moment in ordered)
        notices.append(f"L’ordre a été rétabli : {dates}.")
    if len({_people(moment.assessment) for moment in ordered}) > 1:
        notices.insert(0, "Les personnes ne sont pas les mêmes d’une fois à l’autre.")
    steps = tuple(compare(earlier, later) for earlier, later in pairwise(ordered))
    whole = steps[0] if len(steps) == 1 else compare(ordered[0], ordered[-1])
    return Compared(ordered, whole, steps, tuple(notices))


def _moment(identity: Identity) -> str:
    return f"{identity.year}, {MOMENTS[identity.moment]}"


def _people(assessment: Assessment) -> frozenset[str]:
    return frozenset(
        fold(f"{person.last_name} {person.first_name}") for person in assessment.identity.coordinators
    )
