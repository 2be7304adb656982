"""Reading the forecast table of an assessment; it is written as any other change (`Store.record`)."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from ctg_tui.domain.forecast import Forecast, parse_forecast
from ctg_tui.storage.reading import Reader
from ctg_tui.storage.rows import parse_moment


class StoredForecast(NamedTuple):
    """A forecast as last saved. `saved_at` (UTC) is None when nothing was ever filled in."""

    forecast: Forecast = Forecast()
    saved_at: datetime | None = None


def read_forecast(reader: Reader, assessment_id: int) -> StoredForecast:
    """Return the stored forecast of an assessment. Raises DatabaseRefusal."""
    with reader.reading():
        row = reader.connection.execute(
            "SELECT value, at FROM forecast_value WHERE owner = ?", (str(assessment_id),)
        ).fetchone()
        if row is None:
            return StoredForecast()
        return StoredForecast(parse_forecast(row["value"]), parse_moment(row["at"]))
