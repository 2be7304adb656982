"""The years of a territory: the assessment before, those of the engagement, several moments compared."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations, pairwise
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from ctg_tui.domain.assessment import Assessment, Identity, Moment
from ctg_tui.domain.details import of_territory, rank, same_territory
from ctg_tui.domain.errors import Refusal
from ctg_tui.domain.grid import Grid
from ctg_tui.domain.grid_files import carried_lines
from ctg_tui.domain.results import (
    Comparison,
    Filled,
    PastAction,
    YearPlan,
    belongs_to,
    compare,
    over_the_years,
)
from ctg_tui.domain.text import fold
from ctg_tui.grids.catalogue import Catalogue
from ctg_tui.system.files import shown_name
from ctg_tui.wording.french import MOMENTS, territory_name

if TYPE_CHECKING:
    from ctg_tui.domain.results import LastTime
    from ctg_tui.services.workspace import Workspace


def last_time_of(workspace: Workspace, grid: Grid, assessment: Assessment) -> LastTime | None:
    """Return last time's assessment, with its figures over `grid` if they compare; None without one.

    It is the one that `assessment` was created from, else the last one before it.
    """
    former = id_before(workspace, assessment)
    if former is None:
        return None
    from ctg_tui.domain.results import compared

    own, held = former_of(workspace, former)
    return compared(held, grid, own)


def former_of(workspace: Workspace, assessment_id: int) -> tuple[Grid | None, Assessment]:
    """Return a former assessment without the lines that it left aside, and its grid, None if it is not known.

    Raises as `Workspace.held` does.
    """
    from ctg_tui.domain.scores import in_view

    held = workspace.held(assessment_id)
    own = workspace.catalogue.find(held.grid_id, held.grid_fingerprint)
    return (None, held) if own is None else in_view(own, held)


def id_before(workspace: Workspace, assessment: Assessment) -> int | None:
    """Return the id of the assessment that came before; None without one. See `last_time_of`."""
    if assessment.previous_id is not None:
        return assessment.previous_id
    identity = assessment.identity
    before = [entry for entry in workspace.store.entries() if rank(entry.identity) < rank(identity)]
    of_it = of_territory(identity.territory, [entry.identity.territory for entry in before])
    return max((before[one] for one in of_it), key=lambda entry: rank(entry.identity)).id if of_it else None


def former_years(workspace: Workspace, grid: Grid, assessment: Assessment) -> tuple[YearPlan, ...]:
    """Return the plans of the former assessments of the engagement, the earliest first.

    Their lines are those of `grid` that correspond; an action of a line that is gone is left out.
    Raises DatabaseRefusal.
    """
    plans: list[YearPlan] = []
    seen = {assessment.id}
    present = assessment
    while present.identity.moment is not Moment.START:
        former_id = id_before(workspace, present)
        if former_id is None or former_id in seen:
            break
        seen.add(former_id)
        own, present = former_of(workspace, former_id)
        if not belongs_to(present.identity, assessment.identity):
            break
        plans.append(_plan(own, grid, present))
    return tuple(reversed(plans))


def _plan(own: Grid | None, grid: Grid, former: Assessment) -> YearPlan:
    if former.grid_fingerprint == grid.fingerprint:
        lines = {line: line for line in grid.activities}
    else:
        lines = {} if own is None else carried_lines(own, grid)
    ordered = {lines[line]: action for line, action in former.actions.items() if line in lines}
    return YearPlan(former.identity, {line: ordered[line] for line in grid.activities if line in ordered})


def whole_engagement(workspace: Workspace, grid: Grid, assessment: Assessment) -> tuple[PastAction, ...]:
    """Return every action of the engagement, this year's too: what its end looks back at."""
    present = YearPlan(
        assessment.identity,
        {line: assessment.actions[line] for line in grid.activities if line in assessment.actions},
    )
    return over_the_years((*former_years(workspace, grid, assessment), present))


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
    from ctg_tui.submission.reader import read  # a page compares without any file

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
