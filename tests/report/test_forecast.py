"""The files of the forecast: the values of the table, in integers; text stays text."""

from __future__ import annotations

import io
from datetime import UTC, datetime
from typing import Any

import openpyxl

from ctg_tui.domain.forecast import Forecast, ForecastLine, ForecastTable, tabulate
from ctg_tui.domain.text import clean
from ctg_tui.report import forecast
from tests.strategies import HOSTILE_TEXTS, charente, make_identity

AT = datetime(2027, 1, 20, 14, 2, 11, tzinfo=UTC)
FUNDING = charente().funding

TABLE = tabulate(
    Forecast(
        (
            ForecastLine("Nom", "Prénom", 80_350, 2_400_050, "c1"),
            ForecastLine("Autre", "Prénom", None, 2_800_000),
            ForecastLine("Tiers", "Prénom", 40_175, 600_000),
        ),
        "charente",
    ),
    FUNDING,
)


def sheet(raw: bytes) -> list[tuple[Any, ...]]:
    return list(openpyxl.load_workbook(io.BytesIO(raw))[forecast.SHEET].iter_rows(values_only=True))


def as_xlsx(table: ForecastTable) -> bytes:
    return forecast.render(table, make_identity(), saved_at=AT)


def below_headings(rows: list[tuple[Any, ...]]) -> int:
    """Return the place of the first person."""
    return 1 + next(place for place, row in enumerate(rows) if row[:2] == ("Nom", "Prénom"))


def test_the_workbook_is_laid_out_as_the_caf_asks() -> None:
    rows = sheet(as_xlsx(TABLE))
    first = below_headings(rows)
    assert rows[0][0] == "Tableau prévisionnel 2027"
    assert rows[1][0] == "Communauté de communes Val de Charente (SIREN 200043016)"
    assert rows[first - 1][:5] == (
        "Nom",
        "Prénom",
        "Volume horaire prévisionnel (heures)",
        "Part d’un temps plein (ETP)",
        "Coût salarial affecté à la coordination (brut + charges)",
    )
    assert all("estimation" in heading for heading in rows[first - 1][5:7])
    assert rows[first] == ("Nom", "Prénom", 803.5, 0.5, 24_000.5, 19_200, 19_200)
    assert rows[first + 1] == ("Autre", "Prénom", None, None, 28_000, 22_400, 22_400)
    assert rows[first + 2] == ("Tiers", "Prénom", 401.75, 0.25, 6_000, 4_800, 4_800)
    assert rows[first + 3] == ("Total", None, 1205.25, 0.75, 58_000.5, 46_400, 46_400)
    assert rows[first + 4][0] == "Le total ne compte que ce qui est renseigné."
    said = " ".join(row[0] or "" for row in rows[:first])
    for part in ("80", "à confirmer", "deux façons", "1\N{NARROW NO-BREAK SPACE}607\N{NO-BREAK SPACE}heures"):
        assert part in said


def test_without_a_rate_no_amount_of_the_caf_is_shown() -> None:
    table = tabulate(Forecast((ForecastLine("Nom", "Prénom", 80_350, 2_400_050),)), FUNDING)
    rows = sheet(as_xlsx(table))
    first = below_headings(rows)
    assert len(rows[first]) == 5
    assert len(rows) == first + 2
    assert any("aucun taux" in (row[0] or "") for row in rows[:first])


def test_hostile_texts_stay_texts_and_are_not_dropped() -> None:
    lines = tuple(ForecastLine(clean(text), clean(text), 100, 2000) for text in HOSTILE_TEXTS)
    raw = as_xlsx(tabulate(Forecast(lines, "national"), FUNDING))
    assert raw == as_xlsx(tabulate(Forecast(lines, "national"), FUNDING)), "the same bytes"
    shown = openpyxl.load_workbook(io.BytesIO(raw))[forecast.SHEET]
    for row, text in enumerate(HOSTILE_TEXTS, below_headings(sheet(raw)) + 1):
        for column in (1, 2):
            cell = shown.cell(row, column)
            assert (cell.data_type, cell.value) == ("s", clean(text)[:200]), text[:60]
