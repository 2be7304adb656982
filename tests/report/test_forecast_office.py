"""The forecast's workbook in LibreOffice, where it is installed: its formulas give our figures."""

from __future__ import annotations

import random
from datetime import UTC, datetime
from pathlib import Path

import pytest

from ctg_tui.domain.forecast import Forecast, ForecastLine, ForecastTable, tabulate
from ctg_tui.report import forecast
from tests.report.test_forecast import HEAD_ROW, expected_figures, figures, sheet
from tests.report.test_xlsx_office import convert, needs_office, without_values
from tests.strategies import charente, make_identity

pytestmark = pytest.mark.night

AT = datetime(2027, 1, 20, 14, 2, 11, tzinfo=UTC)
FUNDING = charente().funding
ROUNDED = 100
"""Cells of the figures are compared in hundredths: a spreadsheet computes in floats."""


def random_table(chance: random.Random, rate: str, *, pro_rata: bool) -> ForecastTable:
    lines = tuple(
        ForecastLine(
            "Nom",
            "Prénom",
            chance.choice([None, 0, 80_350, 160_700, chance.randrange(250_000)]),
            chance.choice([None, 0, 100, 4_800_000, chance.randrange(9_000_000)]),
            post=chance.choice([None, None, *range(1, 9)]),
        )
        for _ in range(30)
    )
    return tabulate(Forecast(lines, rate, pro_rata, chance.randrange(2_000_000)), FUNDING)


@needs_office
def test_recomputed_by_libreoffice_every_figure_is_ours(tmp_path: Path) -> None:
    chance = random.Random(20270120)
    tables = [random_table(chance, rate.id, pro_rata=pro) for rate in FUNDING.rates for pro in (False, True)]
    books = [forecast.render(table, make_identity(), saved_at=AT) for table in tables]
    for table, raw in zip(tables, convert(tmp_path, [without_values(book) for book in books]), strict=True):
        rows = sheet(raw, values=True)
        assert figures(rows, table) == expected_figures(table)
        people = rows[HEAD_ROW + len(table.rows)]
        assert [round(ROUNDED * people[column]) for column in (3, 4, 5)] == [
            table.centihours,
            table.fte_hundredths,
            table.salary_cents,
        ]
        posts = next(row for row in rows[HEAD_ROW + len(table.rows) + 1 :] if row[0] == "Total")
        assert [amount for amount in posts[8:] if amount is not None] == list(table.shares_eur.values())
        assert table.diagnosis is not None
        assert rows[-1][5] == table.diagnosis.share_eur
