"""The forecast table as one text: the form that its journal stores and undo restores."""

from __future__ import annotations

import json
from typing import Any

from ctg_tui.domain.amounts import MAX_CENTIHOURS, MAX_SALARY_CENTS
from ctg_tui.domain.forecast import Forecast, ForecastLine
from ctg_tui.domain.text import clean


def forecast_text(forecast: Forecast) -> str | None:
    """Return the stored form of a forecast; None when nothing was ever filled in."""
    if forecast == Forecast():
        return None
    lines = [
        {
            "nom": line.last_name,
            "prenom": line.first_name,
            "centiheures": line.centihours,
            "centimes": line.salary_cents,
            "ref": line.coordinator,
        }
        for line in forecast.lines
    ]
    whole = {"lignes": lines, "taux": forecast.rate, "prorata": forecast.pro_rata}
    return json.dumps(whole, ensure_ascii=False)


def parse_forecast(text: str | None) -> Forecast:
    """Return the forecast stored as `text`, its names cleaned.

    Raises ValueError, LookupError, TypeError or RecursionError for a malformed text.
    """
    if text is None:
        return Forecast()
    read = json.loads(text)
    pro_rata = read["prorata"]
    if not isinstance(pro_rata, bool):
        raise TypeError(pro_rata)
    return Forecast(tuple(map(_line, read["lignes"])), _optional(read["taux"]), pro_rata)


def _line(read: Any) -> ForecastLine:
    last_name, first_name = read["nom"], read["prenom"]
    if not isinstance(last_name, str) or not isinstance(first_name, str):
        raise TypeError(read)
    return ForecastLine(
        clean(last_name),
        clean(first_name),
        _amount(read["centiheures"], MAX_CENTIHOURS),
        _amount(read["centimes"], MAX_SALARY_CENTS),
        _optional(read["ref"]),
    )


def _amount(value: Any, most: int) -> int | None:
    if value is None:
        return None
    if type(value) is not int or not 0 <= value <= most:
        raise ValueError(value)
    return value


def _optional(value: Any) -> str | None:
    if value is None:
        return None
    if not isinstance(value, str):
        raise TypeError(value)
    return clean(value)
