"""The grid (*grille*): a versioned questionnaire from a data file; its lines, and those two grids share.

Its parts are named tuples: as frozen as a dataclass, and made five times faster when the program starts.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any, NamedTuple

from ctg_tui.domain.assessment import Cell
from ctg_tui.domain.text import fold, words_of


class Policy(NamedTuple):
    """A column of the grid: Famille, Éducation, Social."""

    id: str
    label: str


class Activity(NamedTuple):
    """One line of the grid, by whom it was written (`source`). `is_proposed`: that is not the Caf.

    `landmarks` are what its network wrote to agree on notes: a step of the scale, and what it means there.
    """

    id: str
    label: str
    source: str
    is_proposed: bool
    landmarks: tuple[tuple[str, str], ...] = ()


class Indicator(NamedTuple):
    """A counted fact. `type` is None for a heading line, which carries no number.

    `reserved_for` is a coordinator's profile: the line is not asked of an assessment without one.
    `is_proposed`: its source is not the Caf.
    """

    id: str
    label: str
    type: str | None
    reserved_for: str | None
    source: str
    is_proposed: bool

    @property
    def is_heading(self) -> bool:
        return self.type is None


class Mission(NamedTuple):
    """One of the parts of the job; an axis of the radar. `number` starts at 1."""

    id: str
    number: int
    title: str
    short_title: str
    activities: tuple[Activity, ...]
    indicators: tuple[Indicator, ...]
    brief_title: str = ""
    """At most ten letters, for a row of tabs; empty where the grid's file has none."""

    @property
    def tab(self) -> str:
        """Its name in a row of tabs."""
        return self.brief_title or self.short_title

    @property
    def is_proposed(self) -> bool:
        """Whether its activities are proposed: those of a mission are all the Caf's, or all proposed."""
        return any(line.is_proposed for line in self.activities)

    @property
    def lines(self) -> tuple[str, ...]:
        """The ids of its lines, activities then indicators; none where the Caf gives its title alone."""
        activities = (line.id for line in self.activities)
        return (*activities, *(line.id for line in self.indicators))


class Campaign(NamedTuple):
    """The window in which the Caf waits for the grid. Its months are 1–12."""

    opening_month: int
    closing_month: int


class FundingRate(NamedTuple):
    """A share of the post paid by the Caf, in per cent. `text` is the sentence of the Caf."""

    id: str
    name: str
    per_cent: int
    text: str
    to_confirm: bool


class Funding(NamedTuple):
    """Amounts in whole euros a year; hours a year for a full-time post.

    `diagnosis` is what the Caf says of the initial diagnosis, empty for nothing.
    """

    yearly_cap_eur: int
    rates: tuple[FundingRate, ...]
    full_time_hours: int
    diagnosis: str


@dataclass(frozen=True)
class Grid:
    """A whole grid file. `fingerprint` is `sha256:<64 hex>` of its canonical content, whatever its layout."""

    id: str
    version: str
    title: str
    scale: Mapping[str, str]
    """The label of each note of the scale and of NC, by its code, in the order of the Caf."""
    policies: tuple[Policy, ...]
    indicator_types: Mapping[str, str]
    """The label of each type of indicator, by its id."""
    campaign: Campaign
    funding: Funding
    missions: tuple[Mission, ...]
    fingerprint: str
    document: Mapping[str, Any]
    """All that its file says, for what is only read (« Le cadre »)."""
    sources: Mapping[str, str] = field(default_factory=dict)
    """The label of each source (*provenance*), by its id."""
    variant: str | None = None
    """The id of the other grid with the same ids of lines (*variante*), if there is one."""

    @cached_property
    def activities(self) -> dict[str, Activity]:
        """Every activity by id, in grid order."""
        return {activity.id: activity for mission in self.missions for activity in mission.activities}

    @cached_property
    def indicators(self) -> dict[str, Indicator]:
        """Every indicator by id, in grid order."""
        return {indicator.id: indicator for mission in self.missions for indicator in mission.indicators}

    @cached_property
    def numbers(self) -> dict[str, str]:
        """The number of each line by its id: `1.3` for an activity, `1.i2` for an indicator."""
        numbers: dict[str, str] = {}
        for one in self.missions:
            numbers |= {line.id: f"{one.number}.{rank}" for rank, line in enumerate(one.activities, 1)}
            numbers |= {line.id: f"{one.number}.i{rank}" for rank, line in enumerate(one.indicators, 1)}
        return numbers

    @cached_property
    def lines(self) -> dict[str, Activity | Indicator]:
        """Every activity by id, then every indicator."""
        return {**self.activities, **self.indicators}

    @cached_property
    def mission_of(self) -> dict[str, Mission]:
        """The mission of each activity and each indicator, by its id."""
        return {line: mission for mission in self.missions for line in mission.lines}

    @cached_property
    def missions_by_id(self) -> dict[str, Mission]:
        return {mission.id: mission for mission in self.missions}

    @cached_property
    def policies_by_id(self) -> dict[str, Policy]:
        return {policy.id: policy for policy in self.policies}

    @cached_property
    def cells(self) -> tuple[Cell, ...]:
        """Every cell, line by line, in grid order."""
        return tuple(Cell(a, policy.id) for a in self.activities for policy in self.policies)

    @cached_property
    def own_cells(self) -> tuple[Cell, ...]:
        """The cells of the Caf's lines, in grid order."""
        return tuple(cell for cell in self.cells if not self.activities[cell.activity].is_proposed)

    @cached_property
    def rubric_cells(self) -> dict[bool, dict[tuple[str, str], tuple[Cell, ...]]]:
        """The cells of each rubric, by mission and policy: those of proposed lines under True."""
        return {
            kind: {
                (mission.id, policy.id): tuple(
                    Cell(line.id, policy.id) for line in mission.activities if line.is_proposed is kind
                )
                for mission in self.missions
                for policy in self.policies
            }
            for kind in (False, True)
        }

    @cached_property
    def noted_missions(self) -> tuple[Mission, ...]:
        """The missions that have activities, in grid order."""
        return tuple(mission for mission in self.missions if mission.activities)

    @cached_property
    def proposed_lines(self) -> tuple[str, ...]:
        """The ids of the proposed lines, activities then indicators, in grid order."""
        return tuple(line.id for line in self.lines.values() if line.is_proposed)

    @cached_property
    def has_proposed_activities(self) -> bool:
        return any(line.is_proposed for line in self.activities.values())


def campaign_year(campaign: Campaign, today: date) -> int:
    """Return the year N proposed for a new assessment: that of the next closing of the campaign."""
    return today.year if today.month <= campaign.closing_month else today.year + 1


def campaign_closing(campaign: Campaign, year: int) -> date:
    """Return the last day of the campaign of year N (*mars* of year N for the Charente grid)."""
    first_of_next = date(year + (campaign.closing_month == 12), campaign.closing_month % 12 + 1, 1)
    return date.fromordinal(first_of_next.toordinal() - 1)


def campaign_opening(campaign: Campaign, year: int) -> date:
    """Return the first day of the campaign that closes in year N (*décembre* of the year before)."""
    return date(year - (campaign.opening_month > campaign.closing_month), campaign.opening_month, 1)


def named_line(grid: Grid, name: str) -> tuple[str, str | None] | None:
    """Return the line, and the policy or None, that a name means; None when the grid has none such.

    `1.3` is the third line of mission 1; behind it, a blank or a slash, a policy is its id or its label,
    accents and case aside.
    """
    line, _, policy = (part.strip() for part in name.replace("/", " ").strip().partition(" "))
    activity = next((one for one in grid.activities if line in (one, grid.numbers[one])), None)
    typed = (one.id for one in grid.policies if fold(policy) in (fold(one.id), fold(one.label)))
    chosen = next(typed, None)
    return None if activity is None or (policy and chosen is None) else (activity, chosen)


# The same line in two grids.


def shared_lines(before: Grid, after: Grid) -> frozenset[str]:
    """Return the ids of the lines and indicators that are the same in both grids.

    A line is the same under the same id and the same words; in one grid and its variant, under the
    same id alone, since an id is never used again there.
    """
    both = frozenset(
        (before.activities.keys() & after.activities.keys())
        | (before.indicators.keys() & after.indicators.keys())
    )
    if is_variant(before, after):
        return both
    return frozenset(
        line for line in both if words_of(before.lines[line].label) == words_of(after.lines[line].label)
    )


def is_variant(before: Grid, after: Grid) -> bool:
    """Return whether both are one grid, in any version, or a grid and its variant."""
    return after.id in {before.id, before.variant} or before.id == after.variant


def known_ids(grids: Iterable[Grid]) -> Mapping[tuple[bool, str], str]:
    """Return the id of each line that `grids` know, by whether it is an indicator and by its words.

    The first grid wins. Words that two lines of one grid share name neither; an id names one line only.
    """
    known: dict[tuple[bool, str], str] = {}
    taken: set[str] = set()
    for grid in grids:
        lines = {line.id: (line.id in grid.indicators, words_of(line.label)) for line in grid.lines.values()}
        numbers = Counter(lines.values())
        for line_id, key in lines.items():
            if numbers[key] == 1 and key not in known and line_id not in taken:
                known[key] = line_id
                taken.add(line_id)
    return known
