"""The forecast table (*tableau prévisionnel*): who, how many hours, what salary assigned to coordination.

Personal data: it has its own table in the database and its own files, and goes nowhere else.
Hours are integers of a hundredth of an hour (as payrolls count), salaries integers of a cent, for the whole
year N.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

from ctg_tui.domain.amounts import half_up
from ctg_tui.domain.assessment import Coordinator
from ctg_tui.domain.grid import Funding, FundingRate
from ctg_tui.domain.text import fold

MIN_HOURLY_CENTS: Final = 1_000
"""Below 10 € an hour, under the minimum wage: likely a month's salary. Our own threshold, advice only."""
MAX_HOURLY_CENTS: Final = 10_000
"""Above 100 € an hour: likely hours of another period. Our own threshold, advice only."""
MIN_YEARLY_CENTIHOURS: Final = 5_200
"""Below one hour a week (52 h a year): likely the hours of a week. Our own threshold, advice only."""


@dataclass(frozen=True)
class ForecastLine:
    """One person. `coordinator` is the `ref` of the form (*fiche*), None for somebody added by hand.

    `centihours` and `salary_cents` are None when not filled in; 0 is a value.
    """

    last_name: str = ""
    first_name: str = ""
    centihours: int | None = None
    salary_cents: int | None = None
    coordinator: str | None = None


@dataclass(frozen=True)
class Forecast:
    """The forecast as filled in. `rate` is the id of a funding rate of the grid; None is the default.

    With `pro_rata`, the yearly cap of each person is reduced to the part of a full-time post.
    """

    lines: tuple[ForecastLine, ...] = ()
    rate: str | None = None
    pro_rata: bool = False

    @property
    def is_blank(self) -> bool:
        """Whether no hour and no salary was filled in: there is no table to send."""
        return all(line.centihours is None and line.salary_cents is None for line in self.lines)


class ForecastCode(StrEnum):
    """A finding of the table's check; stable, ASCII, in French since `--json` shows it. All are advice."""

    NO_PERSON = "tableau-vide"
    NO_NAME = "nom-absent"
    DUPLICATE = "doublon"
    NO_HOURS = "heures-absentes"
    ZERO_HOURS = "heures-a-zero"
    FEW_HOURS = "heures-tres-peu"
    OVER_FULL_TIME = "heures-au-dela-du-temps-plein"
    NO_SALARY = "salaire-absent"
    LOW_HOURLY = "salaire-horaire-bas"
    HIGH_HOURLY = "salaire-horaire-eleve"


@dataclass(frozen=True)
class ForecastFinding:
    """One thing found, on the line at `position` (None: on the table)."""

    code: ForecastCode
    position: int | None = None


@dataclass(frozen=True)
class Estimate:
    """The estimated share of the Caf for one person: `rate` per cent of the salary, itself capped.

    `cap_cents` is the yearly cap after any pro rata, `retained_cents` the smaller of it and the salary, both
    rounded half up to the cent to be shown. `share_eur` is rounded half up to the euro once, from the exact
    amounts.
    """

    cap_cents: int
    retained_cents: int
    share_eur: int


@dataclass(frozen=True)
class Row:
    """A line with its computed figures. `fte_hundredths` is the part of a full-time post, half up.

    `estimate` is None without a rate, a salary or, when the cap is pro rata, hours; None too at 0 hours.
    """

    line: ForecastLine
    fte_hundredths: int | None
    estimate: Estimate | None
    findings: tuple[ForecastCode, ...]


@dataclass(frozen=True)
class ForecastTable:
    """The table as every surface shows it: screen, XLSX, JSON. Sums cover the filled-in values.

    `share_eur` is the sum of the persons' rounded shares; None when no share can be estimated. `complete` is
    True when every row has hours and a salary.
    """

    rows: tuple[Row, ...]
    centihours: int
    fte_hundredths: int
    salary_cents: int
    share_eur: int | None
    rate: FundingRate | None
    yearly_cap_eur: int
    pro_rata: bool
    full_time_hours: int
    complete: bool
    findings: tuple[ForecastFinding, ...]


def with_people(forecast: Forecast, coordinators: Iterable[Coordinator]) -> Forecast:
    """Return `forecast` with the people of the form first, in its order and under its names, then the others.

    A person removed from the form keeps a line, as if added by hand: hours and salary are never dropped. A
    `ref` reused for another person (no word of the last name in common) does not give them the line.
    """
    left = list(forecast.lines)
    first: list[ForecastLine] = []
    for person in coordinators:
        own_line = next((line for line in left if _is_theirs(line, person)), None)
        if own_line is not None:
            left.remove(own_line)
        first.append(
            replace(
                own_line or ForecastLine(),
                last_name=person.last_name,
                first_name=person.first_name,
                coordinator=person.ref,
            )
        )
    others = [
        replace(line, coordinator=None)
        for line in left
        if line.coordinator is None or line.centihours is not None or line.salary_cents is not None
    ]
    return replace(forecast, lines=(*first, *others))


def _is_theirs(line: ForecastLine, person: Coordinator) -> bool:
    if _words(person.last_name, person.first_name) == _words(line.last_name, line.first_name):
        return line.coordinator in {person.ref, None}
    # A corrected first name, a double name: the same person. Another last name may be a successor's.
    return line.coordinator == person.ref and bool(_words(person.last_name) & _words(line.last_name))


def _words(*names: str) -> frozenset[str]:
    """Return the words of a name without case, accents and order: two people differ by them."""
    return frozenset(fold(" ".join(names)).replace("-", " ").split())


def tabulate(forecast: Forecast, funding: Funding) -> ForecastTable:
    """Return the table computed from `forecast` by the rules of `funding`."""
    rate = next((one for one in funding.rates if one.id == forecast.rate), None)
    findings = check(forecast, funding)
    rows = tuple(
        Row(
            line,
            None if line.centihours is None else fte_hundredths(line.centihours, funding),
            None if rate is None else estimate(line, funding, rate, pro_rata=forecast.pro_rata),
            tuple(found.code for found in findings if found.position == position),
        )
        for position, line in enumerate(forecast.lines)
    )
    centihours = sum(line.centihours or 0 for line in forecast.lines)
    shares = [row.estimate.share_eur for row in rows if row.estimate is not None]
    return ForecastTable(
        rows=rows,
        centihours=centihours,
        fte_hundredths=fte_hundredths(centihours, funding),
        salary_cents=sum(line.salary_cents or 0 for line in forecast.lines),
        share_eur=sum(shares) if shares else None,
        rate=rate,
        yearly_cap_eur=funding.yearly_cap_eur,
        pro_rata=forecast.pro_rata,
        full_time_hours=funding.full_time_hours,
        complete=bool(rows)
        and all(None not in (line.centihours, line.salary_cents) for line in forecast.lines),
        findings=findings,
    )


def fte_hundredths(centihours: int, funding: Funding) -> int:
    """Return the part of a full-time post (ETP), in hundredths, rounded half up: 50 for 80,350 (803.5 h)."""
    return half_up(centihours, funding.full_time_hours)


def estimate(line: ForecastLine, funding: Funding, rate: FundingRate, *, pro_rata: bool) -> Estimate | None:
    """Return the Caf's share for one person, by « la dépense plafonnée » (grille Caf 16, financement).

    The cap is each person's; with `pro_rata` it is reduced to their part of a full-time post, never over
    one (a proposal of this project, to be confirmed by the Caf). None when a figure it needs is missing, and
    at 0 hours: the Caf pays no part of a post that has none.
    """
    if line.salary_cents is None or line.centihours == 0 or (pro_rata and line.centihours is None):
        return None
    full = 100 * funding.full_time_hours
    worked = full if not pro_rata or line.centihours is None else min(line.centihours, full)
    # Amounts in cents × `full`: the pro rata is divided once, with the share, and rounded there only.
    cap = 100 * funding.yearly_cap_eur * worked
    retained = min(line.salary_cents * full, cap)
    share = half_up(retained * rate.per_cent, full * 100 * 100)
    return Estimate(half_up(cap, full), half_up(retained, full), share)


def check(forecast: Forecast, funding: Funding) -> tuple[ForecastFinding, ...]:
    """Return what to check again, line by line. Nothing here forbids sending: the person knows best."""
    if not forecast.lines:
        return (ForecastFinding(ForecastCode.NO_PERSON),)
    names = [_words(line.last_name, line.first_name) for line in forecast.lines]
    return tuple(
        ForecastFinding(code, position)
        for position, line in enumerate(forecast.lines)
        for code in _line_codes(
            line, funding, twice=bool(names[position]) and names.count(names[position]) > 1
        )
    )


def _line_codes(line: ForecastLine, funding: Funding, *, twice: bool) -> Iterable[ForecastCode]:
    if not line.last_name.strip() or not line.first_name.strip():
        yield ForecastCode.NO_NAME
    if twice:
        yield ForecastCode.DUPLICATE
    if line.centihours is None:
        yield ForecastCode.NO_HOURS
    elif line.centihours == 0:
        yield ForecastCode.ZERO_HOURS
    elif line.centihours < MIN_YEARLY_CENTIHOURS:
        yield ForecastCode.FEW_HOURS
    elif line.centihours > 100 * funding.full_time_hours:
        yield ForecastCode.OVER_FULL_TIME
    if line.salary_cents is None:
        yield ForecastCode.NO_SALARY
    elif line.centihours:
        # cents an hour against a threshold, without dividing
        if 100 * line.salary_cents < MIN_HOURLY_CENTS * line.centihours:
            yield ForecastCode.LOW_HOURLY
        elif (
            line.centihours >= MIN_YEARLY_CENTIHOURS  # else the hours are in doubt already: one question
            and 100 * line.salary_cents > MAX_HOURLY_CENTS * line.centihours
        ):
            yield ForecastCode.HIGH_HOURLY
