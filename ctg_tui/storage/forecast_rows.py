"""The rows of the forecast table: tables of their own, since they hold salaries."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass, field
from datetime import datetime

from ctg_tui.domain.forecast import Forecast, ForecastLine
from ctg_tui.domain.text import clean
from ctg_tui.storage.rows import moment_text, optional, parse_moment


@dataclass(frozen=True)
class StoredForecast:
    """A forecast as last saved. `saved_at` (UTC) is None when nothing was ever filled in."""

    forecast: Forecast = field(default_factory=Forecast)
    saved_at: datetime | None = None


def read_rows(connection: sqlite3.Connection, assessment_id: int) -> StoredForecast:
    """Return the forecast of an assessment, its texts cleaned."""
    chosen = connection.execute("SELECT * FROM forecast WHERE assessment_id = ?", (assessment_id,)).fetchone()
    if chosen is None:
        return StoredForecast()
    line_rows = connection.execute(
        "SELECT * FROM forecast_line WHERE assessment_id = ? ORDER BY position", (assessment_id,)
    )
    forecast = Forecast(
        tuple(_line(row) for row in line_rows),
        optional(chosen["rate"]),
        bool(chosen["pro_rata"]),
        chosen["diagnosis_cents"],
    )
    return StoredForecast(forecast, parse_moment(chosen["changed_at"]))


def write_rows(
    connection: sqlite3.Connection, assessment_id: int, forecast: Forecast | None, now: datetime
) -> None:
    """Replace the forecast of an assessment, or delete it when None; inside the caller's transaction."""
    connection.execute("DELETE FROM forecast WHERE assessment_id = ?", (assessment_id,))
    if forecast is None:
        return
    connection.execute(
        "INSERT INTO forecast (assessment_id, rate, pro_rata, changed_at, diagnosis_cents)"
        " VALUES (?, ?, ?, ?, ?)",
        (
            *(assessment_id, forecast.rate, int(forecast.pro_rata), moment_text(now)),
            forecast.diagnosis_cents,
        ),
    )
    connection.executemany(
        "INSERT INTO forecast_line"
        " (assessment_id, position, coordinator, last_name, first_name, centihours, salary_cents, post)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        [
            (
                *(assessment_id, position, line.coordinator, line.last_name, line.first_name),
                *(line.centihours, line.salary_cents, line.post),
            )
            for position, line in enumerate(forecast.lines)
        ],
    )


def _line(row: sqlite3.Row) -> ForecastLine:
    return ForecastLine(
        clean(row["last_name"]),
        clean(row["first_name"]),
        row["centihours"],
        row["salary_cents"],
        optional(row["coordinator"]),
        row["post"],
    )
