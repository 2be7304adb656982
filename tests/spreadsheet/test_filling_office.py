"""The Caf's workbook, filled, in LibreOffice: its percentages are ours, and its radar follows."""

from __future__ import annotations

import re
import zipfile
from io import BytesIO
from pathlib import Path

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.chart import RadarChart, Reference

from ctg_tui.domain.scores import score
from ctg_tui.services.spreadsheet.filling import filled
from tests.report.test_printed import convert, needs_office
from tests.spreadsheet.test_filling import drawn_assessment
from tests.spreadsheet.workbooks import KNOWN, book_of, saved
from tests.strategies import charente

pytestmark = pytest.mark.night


COLUMNS = {"famille": "B", "education": "C", "social": "D"}


def with_percentages() -> Workbook:
    """Return a workbook that computes mission 1 and draws it, as a Caf’s own does."""
    book = book_of(KNOWN)
    figures = book.create_sheet("Radar")
    for row, (policy, column) in enumerate(COLUMNS.items(), 1):
        cells = f"Grille!{column}7:{column}20"
        figures.cell(row, 1, policy)
        figures.cell(row, 2, f"=IF(COUNT({cells})=0,0,SUM({cells})/(3*COUNT({cells})))")
    chart = RadarChart()
    chart.add_data(Reference(figures, min_col=2, min_row=1, max_row=3))
    figures.add_chart(chart, "D2")
    return book


@needs_office
def test_libreoffice_computes_our_percentages_and_moves_the_radar(tmp_path: Path) -> None:
    grid = charente()
    blank = convert(tmp_path, saved(with_percentages()))
    assert [cell.value for cell in load_workbook(BytesIO(blank), data_only=True)["Radar"]["B"]] == [0, 0, 0]
    assessments = [drawn_assessment(grid, seed) for seed in (1, 2, 3)]
    results = [filled(blank, grid, assessment, "grille.xlsx") for assessment in assessments]
    assert [result.left_out for result in results] == [(), (), ()]
    computed_of_each = [convert(tmp_path, result.content) for result in results]
    for assessment, computed in zip(assessments, computed_of_each, strict=True):
        shown = [cell.value for cell in load_workbook(BytesIO(computed), data_only=True)["Radar"]["B"]]
        tallies = [score(grid, assessment.answers).rubrics["m1", policy] for policy in COLUMNS]
        assert shown == [pytest.approx(tally.points / tally.maximum) for tally in tallies]
        assert [int(100 * value + 0.5) for value in shown] == [tally.percentage for tally in tallies]
        assert radar(computed) == [pytest.approx(value) for value in shown]


def radar(content: bytes) -> list[float]:
    """Return the values that the radar is drawn from."""
    with zipfile.ZipFile(BytesIO(content)) as package:
        (name,) = [name for name in package.namelist() if name.startswith("xl/charts/chart")]
        (values,) = re.findall(rb"<c:val>.*?</c:val>", package.read(name), re.DOTALL)
    return [float(value) for value in re.findall(rb"<c:v>([^<]*)</c:v>", values)]
