"""Reading everything a database holds: its pages may be sound and its rows make no sense."""

from __future__ import annotations

from typing import Final

from ctg_tui.storage.forecasts import read_forecast
from ctg_tui.storage.reading import Reader
from ctg_tui.storage.schema_check import look

_WITH_FORECASTS: Final = 2
"""The first version of the schema that has the forecast tables."""


def read_all(reader: Reader) -> None:
    """Load every assessment and its forecast, as the program does. Raises DatabaseRefusal."""
    version = look(reader.connection).version
    for entry in reader.entries():
        reader.load(entry.id)
        if version >= _WITH_FORECASTS:
            read_forecast(reader, entry.id)
