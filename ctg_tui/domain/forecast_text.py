"""The forecast table as one text: the form that its journal stores and undo restores."""

from __future__ import annotations

import json
from typing import Any

from ctg_tui.domain.amounts import MAX_CENTIHOURS, MAX_SALARY_CENTS
from ctg_tui.domain.forecast import MAX_POST, Forecast, ForecastLine
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
            "poste": line.post,
        }
        for line in forecast.lines
    ]
    whole: dict[str, Any] = {"lignes": lines, "taux": forecast.rate, "prorata": forecast.pro_rata}
    if forecast.diagnosis_cents is not None:
        whole["diagnostic"] = forecast.diagnosis_cents
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
    return Forecast(
        tuple(map(_line, read["lignes"])),
        _optional(read["taux"]),
        pro_rata,
        _amount(read.get("diagnostic"), MAX_SALARY_CENTS),
    )


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
        _post(read["poste"]),
    )


def _amount(value: Any, most: int) -> int | None:
    if value is None:
        return None
    if type(value) is not int or not 0 <= value <= most:
        raise ValueError(value)
    return value


def _post(value: Any) -> int | None:
    post = _amount(value, MAX_POST)
    if post == 0:
        raise ValueError(value)
    return post


def _optional(value: Any) -> str | None:
    if value is None:
        return None
    if not isinstance(value, str):
        raise TypeError(value)
    return clean(value)
