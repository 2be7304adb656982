"""The years side by side: their figures, what changed since the one before, the actions of an engagement."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple, TypeVar

from ctg_tui.domain.assessment import Action, Assessment, Cell, Identity, Moment, Outcome
from ctg_tui.domain.grid import Activity, Grid, Mission, shared_lines
from ctg_tui.domain.scores import Scores, Tally, score, tally

_V = TypeVar("_V")


def translated(former: Assessment, own: Grid, grid: Grid) -> Assessment:
    """Return `former`, filled with `own`, with what it has on the lines and columns that `grid` asks too."""
    lines = shared_lines(own, grid)

    def shared(values: Mapping[str, _V]) -> Mapping[str, _V]:
        return {line: value for line, value in values.items() if line in lines}

    return former._replace(
        answers={
            cell: answer
            for cell, answer in former.answers.items()
            if cell.activity in lines and cell.policy in grid.policies_by_id
        },
        comments=shared(former.comments),
        numbers=shared(former.numbers),
        actions=shared(former.actions),
    )


MOST_YEARS: Final = 5
"""The years side by side: those of an engagement, and the one that it starts from."""


class Year(NamedTuple):
    """A year of a territory: its assessment, `translated` to the present grid, and its figures.

    They rest on the cells of the present grid that were `asked` that year.
    """

    assessment: Assessment
    scores: Scores
    asked: frozenset[Cell]

    @property
    def identity(self) -> Identity:
        return self.assessment.identity

    @property
    def year(self) -> int:
        return self.identity.year

    def tally(self, lines: Sequence[Activity], policies: Sequence[str]) -> Tally | None:
        """Return the tally of these lines; None when that year asked none of them."""
        cells = self.asked.intersection(Cell(line.id, policy) for line in lines for policy in policies)
        return tally(self.assessment.answers, cells) if cells else None


def year_of(held: Assessment, grid: Grid, own: Grid) -> Year:
    """Return the year of an assessment over `grid`; `own` is the grid it was filled with.

    Another grid, or another version of it, has other lines and policies: only what both ask is scored.
    """
    here, lines = translated(held, own, grid), shared_lines(own, grid)
    asked = (cell for cell in grid.cells if cell.activity in lines and cell.policy in own.policies_by_id)
    return Year(here, score(grid, here.answers), frozenset(asked))


class YearRow(NamedTuple):
    """A figure through the years, the earliest first; None for a year that did not ask it.

    A rubric has a mission and a policy, None for all of them; a total has no mission; a line has its id.
    """

    tallies: tuple[Tally | None, ...]
    is_proposed: bool
    mission: Mission | None = None
    policy: str | None = None
    line: str | None = None

    @property
    def present(self) -> Tally:
        """This year's figure."""
        return self.tallies[-1] or Tally()

    @property
    def before(self) -> Tally:
        """The figure of the year before; blank where there is none, or where it rests on fewer cells."""
        former = self._former
        return former if former.cells == self.present.cells else Tally()

    @property
    def is_on_other_cells(self) -> bool:
        """Whether the year before has a figure that cannot be compared: it did not ask as much."""
        return self._former.rated > self.before.rated

    @property
    def _former(self) -> Tally:
        return (None, *self.tallies)[-2] or Tally()

    @property
    def moved(self) -> int | None:
        """By how many points the percentage moved since the year before; None when one of them has none."""
        before, now = self.before.percentage, self.present.percentage
        return None if before is None or now is None else now - before


class Years(NamedTuple):
    """The years of a territory, the earliest first, this one last.

    `left_out` are the former ones of which no line can be compared: their grid is another one.
    """

    grid: Grid
    years: tuple[Year, ...]
    left_out: tuple[Assessment, ...] = ()

    def row(self, mission: Mission, policy: str | None = None) -> YearRow:
        """Return the figures of a mission, for a policy or (None) all."""
        tallies = self._tallies(mission.activities, policy)
        return YearRow(tallies, mission.is_proposed, mission, policy)

    def total(self, is_proposed: bool, policy: str | None = None) -> YearRow:
        """Return the figures of every line of a kind: the Caf's or the proposed ones."""
        lines = [line for line in self.grid.activities.values() if line.is_proposed is is_proposed]
        return YearRow(self._tallies(lines, policy), is_proposed, None, policy)

    def line(self, line_id: str) -> YearRow:
        """Return the figures of a line, its policies together."""
        line = self.grid.activities[line_id]
        return YearRow(self._tallies([line], None), line.is_proposed, line=line_id)

    def _tallies(self, lines: Sequence[Activity], policy: str | None) -> tuple[Tally | None, ...]:
        policies = [one.id for one in self.grid.policies] if policy is None else [policy]
        return tuple(year.tally(lines, policies) for year in self.years)

    @property
    def wholes(self) -> tuple[YearRow, ...]:
        """Each mission, then the total of each kind that has several, all policies together."""
        kinds = [mission.is_proposed for mission in self.grid.noted_missions]
        return (
            *map(self.row, self.grid.noted_missions),
            *(self.total(kind) for kind in (False, True) if kinds.count(kind) > 1),
        )

    def by_policy(self, whole: YearRow) -> tuple[YearRow, ...]:
        """Return the figures of each policy that `whole` is made of."""
        ids = [policy.id for policy in self.grid.policies]
        if whole.mission is None:
            return tuple(self.total(whole.is_proposed, policy) for policy in ids)
        return tuple(self.row(whole.mission, policy) for policy in ids)


# The years of an engagement: the actions of one year come back the next, and its end sees them all.

YEARS: Final = 4
"""The years of an engagement (grille Caf 16, 1.2: « plan d'action annuel de la CTG (sur 4 ans) »)."""


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


def over_the_years(years: Sequence[Assessment]) -> tuple[PastAction, ...]:
    """Return every action of these years, the earliest first, each with the last that was said of it.

    An action that comes back on its line with the same words is one action, planned in its first year.
    """
    found: list[PastAction] = []
    last: dict[str, int] = {}
    for one in years:
        year = one.identity.year
        for activity, action in one.actions.items():
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
