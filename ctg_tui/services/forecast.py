"""The forecast table of one assessment as a form: its rows, every edit of it, the figures that follow."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from typing import Any, Final

from ctg_tui.domain.errors import typeset
from ctg_tui.domain.forecast import (
    MAX_CENTIHOURS,
    MAX_SALARY_CENTS,
    Forecast,
    ForecastLine,
    ForecastTable,
    half_up,
    tabulate,
    with_people,
)
from ctg_tui.services.editing import Session
from ctg_tui.services.forms import Fact, Field, Kind, Option, Row, StoredForm
from ctg_tui.wording import forecast as words
from ctg_tui.wording.french import NBSP, count

# Hours and salaries as people type them: hundredths of an hour, cents. No floats.

_NUMBER: Final = re.compile(r"(\d{1,12})(?:[.,](\d{1,2}))?", re.ASCII)
_CLOCK: Final = re.compile(r"(\d{1,12})h([0-5]\d)", re.ASCII)
_HOURS: Final = (
    f"Un nombre d’heures s’écrit par exemple 1607, 803,5, 803{NBSP}h{NBSP}30, ou 60 % d’un temps plein."
)
_AMOUNT: Final = f"Un montant s’écrit par exemple 24000 ou 24{NBSP}000,50."


def parse_hours(text: str, full_time_hours: int | None = None) -> int | None:
    """Return the hundredths of an hour of `1607`, `803,5`, `803 h 30`, `60 %`; None when blank.

    A percentage is a part of `full_time_hours`, refused without them. Minutes are rounded half up. Raises
    ValueError, with a French sentence, for anything but the hours of a year.
    """
    typed, part = _without(text, "heures", "heure", "h"), _without(text, "%")
    if clock := _CLOCK.fullmatch(typed):
        centihours: int | None = 100 * int(clock[1]) + half_up(100 * int(clock[2]), 60)
    elif full_time_hours is not None and part != typed:
        share = _hundredths(part or "%", _HOURS)
        centihours = half_up((share or 0) * full_time_hours, 100)
    else:
        centihours = _hundredths(typed, _HOURS)
    if centihours is not None and centihours > MAX_CENTIHOURS:
        raise ValueError(typeset(f"Une année ne compte que 8{NBSP}784{NBSP}heures : vérifiez ce nombre."))
    return centihours


def parse_salary(text: str) -> int | None:
    """Return the cents of `24 000,50 €`; None when blank. Raises ValueError with a French sentence."""
    typed = _without(text, "euros", "euro", "eur", "€")
    cents = _hundredths(typed, _AMOUNT)
    if cents is not None and cents > MAX_SALARY_CENTS:
        raise ValueError(typeset("Ce montant atteint le million d’euros : vérifiez ce nombre."))
    return cents


def _without(text: str, *units: str) -> str:
    typed = "".join(text.split()).lower()
    return next((typed.removesuffix(unit) for unit in units if typed.endswith(unit)), typed)


def _hundredths(typed: str, example: str) -> int | None:
    """Return a number in hundredths, None for a blank text; raise ValueError with `example`."""
    parts = _NUMBER.fullmatch(typed)
    if typed and parts is None:
        raise ValueError(typeset(example))
    return None if parts is None else 100 * int(parts[1]) + int((parts[2] or "").ljust(2, "0"))


HOURS_HINT = typeset(f"par exemple 803{NBSP}h{NBSP}30, ou 60 %")
COST_HINT = "brut et charges"


PEOPLE, RATE = "personnes", "taux"
HOURS, COST = "heures", "cout"
"""The parts of a person; the key of a row is `personnes.2.heures`."""
_NO_RATE: Final = "aucun"


class ForecastForm(StoredForm):
    """« Prévisionnel », on an open assessment.

    NotSaved and Refusal are raised as `Session` does.
    """

    name = "previsionnel"
    title = "Prévisionnel"

    def __init__(self, session: Session) -> None:
        self._session = session

    @property
    def forecast(self) -> Forecast:
        """The forecast as it is stored, with the people of the form first. Raises DatabaseRefusal."""
        return with_people(self._session.forecast, self._session.assessment.identity.coordinators)

    @property
    def table(self) -> ForecastTable:
        return tabulate(self.forecast, self._session.grid.funding)

    # rows

    def rows(self) -> Iterator[Row]:
        """Yield the sums and the part of the Caf, the rows of each person, then what the part rests on."""
        table = self.table
        sums = [words.money(table.salary_cents), count(len(table.rows), "personne")]
        sums += [words.hours(table.centihours)]
        sums += [f"{table.fte_hundredths // 100},{table.fte_hundredths % 100:02}{NBSP}ETP"]
        yield Fact("intime", "", words.PRIVACY)
        yield Fact("total", "Total", " · ".join(sums))
        yield Fact("part", words.ESTIMATED, words.share(table))
        for position, line in enumerate(table.forecast.lines):
            yield from self._person(position, line)
        rates = [Option(_NO_RATE, _NO_RATE)]
        rates += [Option(one.id, typeset(f"{one.per_cent} % {one.name}")) for one in table.funding.rates]
        rate = Field(RATE, "Taux de la Caf", table.forecast.rate or _NO_RATE, kind=Kind.ONE, options=rates)
        rate = rate._replace(note=words.cap(table))
        yield rate._replace(keep=lambda key: self._put(rate=None if key == _NO_RATE else key))

    def _person(self, position: int, line: ForecastLine) -> Iterator[Row]:
        """Yield the rows of a person; of one who is no longer in Vous, until both are blank."""
        key = f"{PEOPLE}.{position + 1}"
        who = f"{line.last_name} {line.first_name}".strip() or f"Personne {position + 1}"
        yield Fact(key, "", who if line.coordinator else f"{who} (plus dans Vous)")
        put, full_time = partial(self._put_of_person, position), self._session.grid.funding.full_time_hours
        hours = Field(f"{key}.{HOURS}", "Heures par an", words.typed(line.centihours), hint=HOURS_HINT)
        hours = hours._replace(parse=lambda text: words.typed(parse_hours(text, full_time)))
        hours = hours._replace(keep=lambda text: put(centihours=parse_hours(text)))
        cost = Field(f"{key}.{COST}", "Coût annuel (€)", words.typed(line.salary_cents), hint=COST_HINT)
        cost = cost._replace(parse=lambda text: words.typed(parse_salary(text)))
        cost = cost._replace(keep=lambda text: put(salary_cents=parse_salary(text)))
        for field in hours, cost:
            yield field._replace(kind=Kind.NUMBER, who=who)

    # values

    def _put(self, **parts: Any) -> None:
        if (forecast := replace(self.forecast, **parts)) != self.forecast:
            self._session.fill_forecast(forecast)

    def _put_of_person(self, position: int, **parts: Any) -> None:
        lines = [*self.forecast.lines]
        lines[position] = replace(lines[position], **parts)
        self._put(lines=tuple(lines))
