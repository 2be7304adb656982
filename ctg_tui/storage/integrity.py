"""Reading everything a database holds: its pages may be sound and its rows make no sense."""

from __future__ import annotations

from ctg_tui.storage.forecasts import read_forecast
from ctg_tui.storage.reading import Reader


def read_all(reader: Reader) -> None:
    """Load every assessment and its forecast, as the program does. Raises DatabaseRefusal."""
    for entry in reader.entries():
        reader.load(entry.id)
        read_forecast(reader, entry.id)
