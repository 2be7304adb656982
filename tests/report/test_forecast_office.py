"""The forecast's workbook in LibreOffice, where it is installed: its formulas give our figures."""

from __future__ import annotations

import random
from datetime import UTC, datetime
from pathlib import Path

import pytest

from ctg_tui.domain.forecast import Forecast, ForecastLine, ForecastTable, tabulate
from ctg_tui.report import forecast_xlsx
from tests.report.test_forecast_files import HEAD_ROW, sheet
from tests.report.test_office import convert, needs_office, without_values
from tests.strategies import charente, make_identity

pytestmark = pytest.mark.slow

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
        )
        for _ in range(30)
    )
    return tabulate(Forecast(lines, rate, pro_rata), FUNDING)


@needs_office
def test_recomputed_by_libreoffice_every_figure_is_ours(tmp_path: Path) -> None:
    chance = random.Random(20270120)
    tables = [random_table(chance, rate.id, pro_rata=pro) for rate in FUNDING.rates for pro in (False, True)]
    books = [forecast_xlsx.render(table, make_identity(), saved_at=AT) for table in tables]
    for table, raw in zip(tables, convert(tmp_path, [without_values(book) for book in books]), strict=True):
        rows = sheet(raw, values=True)
        for row, shown in zip(table.rows, rows[HEAD_ROW:], strict=False):
            computed = [None if value in {None, ""} else round(ROUNDED * value) for value in shown[3:8]]
            estimate = row.estimate
            expected = [
                row.fte_hundredths,
                row.line.salary_cents,
                estimate and estimate.cap_cents,
                estimate and estimate.retained_cents,
                estimate and 100 * estimate.share_eur,
            ]
            assert computed == expected
        total = rows[HEAD_ROW + len(table.rows)]
        assert table.share_eur is not None
        assert [round(ROUNDED * total[column]) for column in (2, 3, 4, 7)] == [
            table.centihours,
            table.fte_hundredths,
            table.salary_cents,
            100 * table.share_eur,
        ]
