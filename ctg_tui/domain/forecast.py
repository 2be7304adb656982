"""The forecast table (*tableau prévisionnel*): hours, salary costs, the estimated share, its text form.

Personal data: it leaves in its own file alone. Hours are integers of a hundredth of an hour (as payrolls
count), costs integers of a cent, for the whole year N. The share of the Caf is estimated per person, each
counted as a post; amounts are exact until the one rounding, to the euro.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Final, NamedTuple

from ctg_tui.domain.assessment import Coordinator
from ctg_tui.domain.grid import Funding, FundingRate
from ctg_tui.domain.text import checked, fields_of, fold, row_of, spelt, value_of

MAX_CENTIHOURS: Final = 878_400
"""The hours of a leap year, the most that a person can work."""
MAX_SALARY_CENTS: Final = 99_999_999


def half_up(numerator: int, denominator: int) -> int:
    """Return the quotient of two natural numbers, rounded half up."""
    return (2 * numerator + denominator) // (2 * denominator)


def shares(cost_cents: int, yearly_cap_eur: int, rate: FundingRate) -> tuple[int, ...]:
    """Return the Caf's share of a cost in euros, by each reading of its sentence (grille Caf 16).

    First the rate of a cost that is itself capped: at most 80 % of 48,000 €, so 38,400 €. Then, while the Caf
    has not confirmed it, the rate of the whole cost, the share being capped: at most 48,000 €. The cap is
    that of a post, one for each person; the share is rounded half up once, to the euro.
    """
    cap = 100 * yearly_cap_eur
    exact = min(cost_cents, cap) * rate.per_cent, min(cost_cents * rate.per_cent, cap * 100)
    return tuple(half_up(one, 100 * 100) for one in exact[: 1 + rate.to_confirm])


# The table.


@dataclass(frozen=True)
class ForecastLine:
    """One person. `coordinator` is the `ref` of the form, None for somebody who is no longer in it.

    `centihours` and `salary_cents` (the employer's cost: gross salary and charges) are None when not filled
    in; 0 is a value.
    """

    last_name: str = ""
    first_name: str = ""
    centihours: int | None = None
    salary_cents: int | None = None
    coordinator: str | None = None

    @property
    def is_filled(self) -> bool:
        return None not in (self.centihours, self.salary_cents)


@dataclass(frozen=True)
class Forecast:
    """The forecast as filled in. `rate` is the id of a funding rate of the grid; None is the default."""

    lines: tuple[ForecastLine, ...] = ()
    rate: str | None = None

    @property
    def is_blank(self) -> bool:
        """Whether no hour and no salary was filled in: there is no table to send."""
        return all(line.centihours is None and line.salary_cents is None for line in self.lines)


class Row(NamedTuple):
    """A line with its computed figures.

    `fte_hundredths` is the part of a full-time post, half up. `shares_eur` is empty without a rate or a cost,
    and for a person at 0 hours.
    """

    line: ForecastLine
    fte_hundredths: int | None
    shares_eur: tuple[int, ...]


class ForecastTable(NamedTuple):
    """The table as every surface shows it: screen, XLSX. Sums cover the filled-in values."""

    forecast: Forecast
    funding: Funding
    rate: FundingRate | None
    rows: tuple[Row, ...]

    @property
    def centihours(self) -> int:
        return sum(line.centihours or 0 for line in self.forecast.lines)

    @property
    def fte_hundredths(self) -> int:
        return half_up(self.centihours, self.funding.full_time_hours)

    @property
    def salary_cents(self) -> int:
        return sum(line.salary_cents or 0 for line in self.forecast.lines)

    @property
    def shares_eur(self) -> tuple[int, ...]:
        """The sum of the rounded shares in each reading; empty when no share can be estimated."""
        return tuple(map(sum, zip(*filter(None, (row.shares_eur for row in self.rows)), strict=True)))


def with_people(forecast: Forecast, coordinators: Iterable[Coordinator]) -> Forecast:
    """Return `forecast` with the people of the form first, in its order and under its names, then the others.

    A person removed from the form keeps a line until both amounts are blank: none is dropped by itself. A
    `ref` reused for another person (no word of the name in common) does not give them the line.
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
        if line.centihours is not None or line.salary_cents is not None
    ]
    return replace(forecast, lines=(*first, *others))


def _is_theirs(line: ForecastLine, person: Coordinator) -> bool:
    words, here = _words(person.last_name, person.first_name), _words(line.last_name, line.first_name)
    if words == here:
        return line.coordinator in {person.ref, None}
    return line.coordinator == person.ref and bool(words & here)


def _words(*names: str) -> frozenset[str]:
    """Return the words of a name without case, accents and order: two people differ by them."""
    return frozenset(fold(" ".join(names)).replace("-", " ").split())


def tabulate(forecast: Forecast, funding: Funding) -> ForecastTable:
    """Return the table computed from `forecast` by the rules of `funding`."""
    rate = next((known for known in funding.rates if known.id == forecast.rate), None)
    full_time = funding.full_time_hours
    rows = (
        Row(
            line,
            None if line.centihours is None else half_up(line.centihours, full_time),
            ()
            if rate is None or line.salary_cents is None or line.centihours == 0
            else shares(line.salary_cents, funding.yearly_cap_eur, rate),
        )
        for line in forecast.lines
    )
    return ForecastTable(forecast, funding, rate, tuple(rows))


# The forecast table as one text: the form that its journal stores and undo restores.


FORECAST_LINE: Final = {
    "last_name": "nom",
    "first_name": "prenom",
    "centihours": "centiheures",
    "salary_cents": "centimes",
    "coordinator": "ref",
}
_WHOLE: Final = {"rate": "taux"}


def forecast_text(forecast: Forecast) -> str | None:
    """Return the stored form of a forecast; None when nothing was ever filled in."""
    if forecast == Forecast():
        return None
    whole = row_of(forecast, _WHOLE, short=False)
    return spelt({**whole, "lignes": [row_of(line, FORECAST_LINE, short=False) for line in forecast.lines]})


def parse_forecast(text: str | None) -> Forecast:
    """Return the forecast stored as `text`, its names cleaned.

    Raises ValueError, LookupError, TypeError or RecursionError for a malformed text.
    """
    if text is None:
        return Forecast()
    read = json.loads(text)
    lines = tuple(value_of(ForecastLine, line, FORECAST_LINE) for line in checked(list, read["lignes"]))
    forecast = Forecast(lines, **fields_of(Forecast, read, _WHOLE))
    amounts = [
        *((line.centihours, MAX_CENTIHOURS) for line in lines),
        *((line.salary_cents, MAX_SALARY_CENTS) for line in lines),
    ]
    if not all(value is None or 0 <= value <= most for value, most in amounts):
        raise ValueError(text)
    return forecast
