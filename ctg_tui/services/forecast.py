"""The forecast table of one assessment: every edit of it, and the figures that follow."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from ctg_tui.domain.errors import Refusal
from ctg_tui.domain.forecast import (
    MAX_CENTIHOURS,
    MAX_SALARY_CENTS,
    Forecast,
    ForecastLine,
    ForecastTable,
    tabulate,
    with_people,
)
from ctg_tui.domain.grid import Grid
from ctg_tui.domain.text import clean

if TYPE_CHECKING:
    from ctg_tui.services.editing import Session

MAX_LINES = 200
"""Far above the coordinators of any local authority."""


class ForecastSession:
    """The use cases of the screen « Prévisionnel », on an open assessment.

    `forecast` and `table` follow the assessment: its forecast, with the people of its details first.
    NotSaved and Refusal are raised as `Session` does.
    """

    def __init__(self, session: Session) -> None:
        """Read the forecast of `session`. Raises DatabaseRefusal."""
        self._session = session
        self.follow()

    @property
    def grid(self) -> Grid:
        return self._session.grid

    @property
    def saved_at(self) -> datetime | None:
        """When the forecast was last written; None when nothing was filled in."""
        return self._session.forecast_saved_at

    def follow(self) -> None:
        """Read the assessment's forecast again, after an undo or a change of its people."""
        people = self._session.assessment.identity.coordinators
        self.forecast: Forecast = with_people(self._session.forecast, people)
        self.table: ForecastTable = tabulate(self.forecast, self.grid.funding)

    def end_typing(self) -> None:
        """End the edit being typed: the next text is another edit."""
        self._session.end_typing()

    def set_hours(self, position: int, centihours: int | None) -> None:
        """Set the yearly hours of a line, in hundredths (`wording.typed`); None removes them."""
        _refuse_outside(centihours, MAX_CENTIHOURS)
        self._change(position, lambda line: replace(line, centihours=centihours))

    def set_salary(self, position: int, cents: int | None) -> None:
        """Set the yearly cost of a line, in cents (`wording.typed`); None removes it."""
        _refuse_outside(cents, MAX_SALARY_CENTS)
        self._change(position, lambda line: replace(line, salary_cents=cents))

    def set_diagnosis(self, cents: int | None) -> None:
        """Set the cost of the initial diagnosis, in cents; None removes it."""
        _refuse_outside(cents, MAX_SALARY_CENTS)
        self._save(replace(self.forecast, diagnosis_cents=cents))

    def rename(self, position: int, last_name: str, first_name: str) -> None:
        """Name a person added by hand. Raises Refusal (`nom-de-la-fiche`) for a person of the details."""
        if self.forecast.lines[position].coordinator is not None:
            raise Refusal(
                "nom-de-la-fiche",
                "Ce nom vient des renseignements.",
                "Corrigez-le dans les renseignements : le tableau suivra.",
            )
        last, first = clean(last_name).strip(), clean(first_name).strip()
        self._change(position, lambda line: replace(line, last_name=last, first_name=first))

    def add(self) -> int:
        """Add a blank line for a person who is not in the details; return its position."""
        lines = self.forecast.lines
        if len(lines) >= MAX_LINES:
            raise Refusal("tableau-plein", f"Le tableau compte déjà {MAX_LINES} personnes.")
        self._save(replace(self.forecast, lines=(*lines, ForecastLine())))
        return len(lines)

    def remove(self, position: int) -> None:
        """Remove a line added by hand. The line of a person of the details is emptied, and stays."""
        lines = self.forecast.lines
        line = lines[position]
        if line.coordinator is None:
            remaining = (*lines[:position], *lines[position + 1 :])
        else:
            emptied = replace(line, centihours=None, salary_cents=None)
            remaining = (*lines[:position], emptied, *lines[position + 1 :])
        self._save(replace(self.forecast, lines=remaining))

    def choose_rate(self, rate: str | None) -> None:
        """Set the funding rate of the estimate, by its id in the grid; None for no estimate."""
        if rate is not None and rate not in {known.id for known in self.grid.funding.rates}:
            raise Refusal("taux-inconnu", "Ce taux n’est pas dans la grille.", "Choisissez un taux proposé.")
        self._save(replace(self.forecast, rate=rate))

    def choose_pro_rata(self, pro_rata: bool) -> None:
        """Set whether the yearly cap of each post is reduced to the part of a full-time post."""
        self._save(replace(self.forecast, pro_rata=pro_rata))

    def _change(self, position: int, change: Callable[[ForecastLine], ForecastLine]) -> None:
        lines = self.forecast.lines
        changed = (*lines[:position], change(lines[position]), *lines[position + 1 :])
        self._save(replace(self.forecast, lines=changed))

    def _save(self, forecast: Forecast) -> None:
        if forecast == self.forecast:
            return
        try:
            self._session.fill_forecast(forecast)
        finally:
            self.follow()


def _refuse_outside(value: int | None, maximum: int) -> None:
    if value is not None and not 0 <= value <= maximum:
        raise Refusal("nombre-hors-bornes", "Ce nombre est négatif ou bien trop grand.", "Corrigez-le.")
