"""Reading the forecast table of an assessment; it is written as any other change (`Store.record`)."""

from __future__ import annotations

from ctg_tui.storage.forecast_rows import StoredForecast, read_rows
from ctg_tui.storage.reading import Reader

__all__ = ["StoredForecast", "read_forecast"]


def read_forecast(reader: Reader, assessment_id: int) -> StoredForecast:
    """Return the stored forecast of an assessment. Raises DatabaseRefusal."""
    with reader.reading():
        return read_rows(reader.connection, assessment_id)
