"""The estimated share of the Caf: of one post, in each reading of its sentence, and of the initial diagnosis.

Costs are integers of a cent, hours of a hundredth of an hour, for the year. The amounts are exact until the
one rounding, to the euro.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from ctg_tui.domain.amounts import half_up
from ctg_tui.domain.grid import Funding, FundingRate, InitialDiagnosis


class Reading(StrEnum):
    """A way to read the Caf's sentence on a rate and its cap; in French since the JSON file shows it."""

    CAPPED_COST = "cout-plafonne"
    """The rate of a cost that is itself capped: at most 80 % of 48,000 €, so 38,400 €."""
    CAPPED_SHARE = "part-plafonnee"
    """The rate of the whole cost, the share being capped: at most 48,000 €."""


@dataclass(frozen=True)
class Estimate:
    """The estimated share of the Caf for one post, in each reading of its sentence.

    `cap_cents` is the yearly cap after any pro rata, `retained_cents` the smaller of it and the cost, both
    rounded half up to the cent to be shown. `shares_eur` are rounded half up to the euro once, from the exact
    amounts.
    """

    cap_cents: int
    retained_cents: int
    shares_eur: Mapping[Reading, int]


@dataclass(frozen=True)
class DiagnosisEstimate:
    """The estimated share of the Caf for the initial diagnosis: never added to those of the posts."""

    cost_cents: int
    share_eur: int
    rule: InitialDiagnosis


def fte_hundredths(centihours: int, funding: Funding) -> int:
    """Return the part of a full-time post (ETP), in hundredths, rounded half up: 50 for 80,350 (803.5 h)."""
    return half_up(centihours, funding.full_time_hours)


def readings(rate: FundingRate) -> tuple[Reading, ...]:
    """Return the readings of the sentence of a rate: both while the Caf has not confirmed it."""
    return tuple(Reading) if rate.to_confirm else (Reading.CAPPED_COST,)


def estimate(
    cost_cents: int, centihours: int | None, funding: Funding, rate: FundingRate, *, pro_rata: bool
) -> Estimate | None:
    """Return the Caf's share of a post, by its sentences on « plafond » (grille Caf 16, financement).

    The cap is each post's; with `pro_rata` it is reduced to the part of a full-time post, never over one (a
    proposal of this project, to be confirmed by the Caf). None when it needs hours that are missing.
    """
    if pro_rata and centihours is None:
        return None
    full = 100 * funding.full_time_hours
    worked = full if not pro_rata or centihours is None else min(centihours, full)
    # Amounts in cents × `full`: the pro rata is divided once, with the share, and rounded there only.
    cost = cost_cents * full
    cap = 100 * funding.yearly_cap_eur * worked
    exact = {  # in cents × full × 100
        Reading.CAPPED_COST: min(cost, cap) * rate.per_cent,
        Reading.CAPPED_SHARE: min(cost * rate.per_cent, cap * 100),
    }
    shares = {reading: half_up(exact[reading], full * 100 * 100) for reading in readings(rate)}
    return Estimate(half_up(cap, full), half_up(min(cost, cap), full), shares)


def diagnosis_estimate(cost_cents: int | None, rule: InitialDiagnosis | None) -> DiagnosisEstimate | None:
    """Return the share of the initial diagnosis; None without its cost, or without a rule in the grid."""
    if cost_cents is None or rule is None:
        return None
    share = half_up(min(cost_cents, 100 * rule.cap_eur) * rule.per_cent, 100 * 100)
    return DiagnosisEstimate(cost_cents, share, rule)
