"""The forecast table in the base: its own tables, no journal, since it holds salaries."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from ctg_tui.domain.forecast import Forecast, ForecastLine
from ctg_tui.domain.text import clean
from ctg_tui.storage.reading import Reader
from ctg_tui.storage.rows import moment_text, optional, parse_moment

if TYPE_CHECKING:
    from ctg_tui.storage.store import Store


@dataclass(frozen=True)
class StoredForecast:
    """A forecast as it was last left. `saved_at` (UTC) is None when nothing was ever filled in."""

    forecast: Forecast = field(default_factory=Forecast)
    saved_at: datetime | None = None


def read_forecast(reader: Reader, assessment_id: int) -> StoredForecast:
    """What was filled in for an assessment. Raises DatabaseRefusal."""
    with reader.reading():
        chosen = reader.connection.execute(
            "SELECT * FROM forecast WHERE assessment_id = ?", (assessment_id,)
        ).fetchone()
        if chosen is None:
            return StoredForecast()
        found = reader.connection.execute(
            "SELECT * FROM forecast_line WHERE assessment_id = ? ORDER BY position", (assessment_id,)
        )
        forecast = Forecast(tuple(map(_line, found)), optional(chosen["rate"]), bool(chosen["pro_rata"]))
        return StoredForecast(forecast, parse_moment(chosen["changed_at"]))


def write_forecast(store: Store, assessment_id: int, forecast: Forecast) -> datetime:
    """Put `forecast` in the place of what was filled in; gives the moment of saving (UTC).

    Raises NotSaved: the base then holds what it held before; Refusal when the assessment is gone.
    """
    with store.writing() as now:
        store.require(assessment_id)
        store.connection.execute("DELETE FROM forecast WHERE assessment_id = ?", (assessment_id,))
        store.connection.execute(
            "INSERT INTO forecast (assessment_id, rate, pro_rata, changed_at) VALUES (?, ?, ?, ?)",
            (assessment_id, forecast.rate, int(forecast.pro_rata), moment_text(now)),
        )
        store.database.table("forecast_line").insert_all(_rows(assessment_id, forecast))
    return now


def _rows(assessment_id: int, forecast: Forecast) -> Iterator[dict[str, Any]]:
    for position, line in enumerate(forecast.lines):
        yield {
            "assessment_id": assessment_id,
            "position": position,
            "coordinator": line.coordinator,
            "last_name": line.last_name,
            "first_name": line.first_name,
            "centihours": line.centihours,
            "salary_cents": line.salary_cents,
        }


def _line(row: sqlite3.Row) -> ForecastLine:
    return ForecastLine(
        clean(row["last_name"]),
        clean(row["first_name"]),
        row["centihours"],
        row["salary_cents"],
        optional(row["coordinator"]),
    )
