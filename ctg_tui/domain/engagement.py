"""The four years of a CTG: the actions of one year come back the next, and its end sees them all."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final, NamedTuple

from ctg_tui.domain.assessment import Action, Assessment, Identity, Moment, Outcome

YEARS: Final = 4
"""The years of an engagement (grille Caf 16, 1.2: « plan d'action annuel de la CTG (sur 4 ans) »)."""


class YearPlan(NamedTuple):
    """The actions of one assessment, by the line of the present grid that its own corresponds to."""

    identity: Identity
    actions: Mapping[str, Action]


class PastAction(NamedTuple):
    """An action with the year that planned it, and the year that said what became of it, if one did."""

    activity: str
    planned: int
    action: Action
    closed: int | None = None


def belongs_to(former: Identity, identity: Identity) -> bool:
    """Return whether an earlier assessment is of the same engagement: its end is the last of another one."""
    return former.moment is not Moment.END and identity.year - former.year <= YEARS


def is_open(action: Action) -> bool:
    """Return whether an action comes back the next year: not done, not abandoned."""
    return action.outcome in {None, Outcome.POSTPONED}


def to_close(assessment: Assessment, years: Sequence[YearPlan]) -> tuple[PastAction, ...]:
    """Return the actions of the former years still open, of which this assessment says nothing yet.

    `years` are the former ones, the earliest first.
    """
    return tuple(
        past
        for past in over_the_years(years)
        if is_open(past.action) and past.activity not in assessment.actions
    )


def over_the_years(years: Sequence[YearPlan]) -> tuple[PastAction, ...]:
    """Return every action of these years, the earliest first, each with the last that was said of it.

    An action that comes back on its line with the same words is one action, planned in its first year.
    """
    found: list[PastAction] = []
    last: dict[str, int] = {}
    for plan in years:
        year = plan.identity.year
        for activity, action in plan.actions.items():
            place = last.get(activity)
            closed = year if action.outcome is not None else None
            if place is not None and _is_same(found[place].action, action):
                found[place] = found[place]._replace(action=action, closed=closed)
                continue
            last[activity] = len(found)
            found.append(PastAction(activity, year, action, closed))
    return tuple(found)


def _is_same(former: Action, action: Action) -> bool:
    return is_open(former) and former.what.split() == action.what.split()


def in_grid_order(actions: Sequence[PastAction], lines: Sequence[str]) -> Iterator[PastAction]:
    """Yield the actions by the order of `lines`, then those of other lines."""
    ranks = {line: rank for rank, line in enumerate(lines)}
    yield from sorted(actions, key=lambda past: (ranks.get(past.activity, len(ranks)), past.planned))
