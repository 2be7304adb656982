"""The grid (*grille*): a versioned questionnaire, read from a data file, never changed by the program.

Its parts are named tuples: as frozen as a dataclass, and made five times faster when the program starts.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import NamedTuple

from ctg_tui.domain.answers import Cell

PROPOSAL = "proposition"


class ScaleStep(NamedTuple):
    """One step of the scale. `points` is None for NC."""

    code: str
    label: str
    points: int | None
    source: str


class Policy(NamedTuple):
    """A column of the grid: Famille, Éducation, Social."""

    id: str
    label: str
    source: str


class Theme(NamedTuple):
    """A theme of the footnote."""

    id: str
    label: str
    source: str


class IndicatorType(NamedTuple):
    id: str
    label: str
    source: str


class Activity(NamedTuple):
    """One line of the grid."""

    id: str
    label: str
    source: str

    @property
    def is_proposal(self) -> bool:
        return self.source == PROPOSAL


class Indicator(NamedTuple):
    """A counted fact. `type` is None for a heading line, which carries no number.

    `reserved_for` is a coordinator's profile: the line is not asked of an assessment without one.
    """

    id: str
    label: str
    type: str | None
    reserved_for: str | None
    source: str

    @property
    def is_heading(self) -> bool:
        return self.type is None

    @property
    def is_proposal(self) -> bool:
        return self.source == PROPOSAL


class Mission(NamedTuple):
    """One of the parts of the job; an axis of the radar. `number` starts at 1."""

    id: str
    number: int
    title: str
    short_title: str
    activities: tuple[Activity, ...]
    indicators: tuple[Indicator, ...]
    source: str


class Campaign(NamedTuple):
    """The window in which the Caf waits for the grid. `closing_month` is 1–12."""

    text: str
    closing_month: int
    principle: str
    source: str


class RequiredDocument(NamedTuple):
    """A piece the Caf asks for (*pièce à fournir*)."""

    id: str
    label: str
    source: str


class FundingRate(NamedTuple):
    """A share of the post paid by the Caf, in per cent. `text` is the sentence of the Caf."""

    id: str
    per_cent: int
    text: str
    source: str
    to_confirm: bool
    name: str


class InitialDiagnosis(NamedTuple):
    """The share of the initial diagnosis paid by the Caf, its cost being capped in whole euros."""

    per_cent: int
    cap_eur: int
    text: str
    source: str


class Funding(NamedTuple):
    """Amounts in whole euros a year; hours a year for a full-time post."""

    yearly_cap_eur: int
    rates: tuple[FundingRate, ...]
    full_time_hours: int
    diagnosis: InitialDiagnosis | None
    source: str


@dataclass(frozen=True)
class Grid:
    """A whole grid file. `fingerprint` is `sha256:<64 hex>` of its canonical content, whatever its layout."""

    id: str
    version: str
    title: str
    organisation: str
    definition: str
    instructions: tuple[str, ...]
    scale: tuple[ScaleStep, ...]
    policies: tuple[Policy, ...]
    themes: tuple[Theme, ...]
    indicator_types: tuple[IndicatorType, ...]
    campaign: Campaign
    documents: tuple[RequiredDocument, ...]
    funding: Funding
    missions: tuple[Mission, ...]
    fingerprint: str

    @cached_property
    def activities(self) -> dict[str, Activity]:
        """Every activity by id, in grid order."""
        return {activity.id: activity for mission in self.missions for activity in mission.activities}

    @cached_property
    def indicators(self) -> dict[str, Indicator]:
        """Every indicator by id, in grid order."""
        return {indicator.id: indicator for mission in self.missions for indicator in mission.indicators}

    @cached_property
    def mission_of(self) -> dict[str, Mission]:
        """The mission of each activity and each indicator, by its id."""
        of_activities = {line.id: mission for mission in self.missions for line in mission.activities}
        return of_activities | {line.id: mission for mission in self.missions for line in mission.indicators}

    @cached_property
    def missions_by_id(self) -> dict[str, Mission]:
        return {mission.id: mission for mission in self.missions}

    @cached_property
    def policies_by_id(self) -> dict[str, Policy]:
        return {policy.id: policy for policy in self.policies}

    @cached_property
    def indicator_types_by_id(self) -> dict[str, IndicatorType]:
        return {kind.id: kind for kind in self.indicator_types}

    @cached_property
    def cells(self) -> tuple[Cell, ...]:
        """Every cell, line by line, in grid order."""
        return tuple(Cell(a, policy.id) for a in self.activities for policy in self.policies)

    @cached_property
    def rubric_cells(self) -> dict[tuple[str, str], tuple[Cell, ...]]:
        """The cells of each rubric, by mission and policy."""
        return {
            (mission.id, policy.id): tuple(Cell(line.id, policy.id) for line in mission.activities)
            for mission in self.missions
            for policy in self.policies
        }

    def provenance(self, source: str) -> str:
        """Return the French name of the source of a line, for the screen and the report."""
        if source == PROPOSAL:
            return "proposition, à valider par la Caf"
        if source == "referentiel-cnaf":
            return "référentiel national (Cnaf)"
        if source == "source-publique":
            return "source publique"
        return f"grille {self.organisation}, {self.version}"


class KnownTerritory(NamedTuple):
    """A local authority offered in the form. `siren` is 9 digits."""

    id: str
    name: str
    short_name: str
    siren: str
    department: str


def campaign_year(campaign: Campaign, today: date) -> int:
    """Return the year N proposed for a new assessment: that of the next closing of the campaign."""
    return today.year if today.month <= campaign.closing_month else today.year + 1


def campaign_closing(campaign: Campaign, year: int) -> date:
    """Return the last day of the campaign of year N (*mars* of year N for the Charente grid)."""
    first_of_next = date(year + (campaign.closing_month == 12), campaign.closing_month % 12 + 1, 1)
    return date.fromordinal(first_of_next.toordinal() - 1)
