"""The Caf's workbook, filled, in LibreOffice: its percentages are ours."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import pytest
from openpyxl import load_workbook

from ctg_tui.domain.scores import score
from ctg_tui.services.spreadsheet.filling import filled
from tests.report.test_printed import convert, needs_office
from tests.spreadsheet.test_filling import drawn_assessment
from tests.spreadsheet.workbooks import KNOWN, book_of, saved
from tests.strategies import charente

pytestmark = pytest.mark.night
COLUMNS = {"famille": "B", "education": "C", "social": "D"}


@needs_office
def test_libreoffice_computes_our_percentages(tmp_path: Path) -> None:
    grid, book = charente(), book_of(KNOWN)
    figures = book.create_sheet("Radar")
    for row, column in enumerate(COLUMNS.values(), 1):
        cells = f"Grille!{column}7:{column}20"
        figures.cell(row, 2, f"=IF(COUNT({cells})=0,0,SUM({cells})/(3*COUNT({cells})))")
    blank = convert(tmp_path, saved(book))
    assessment = drawn_assessment(grid, 1)
    result = filled(blank, grid, assessment, "grille.xlsx")
    assert result.left_out == ()
    computed = load_workbook(BytesIO(convert(tmp_path, result.content)), data_only=True)
    tallies = [score(grid, assessment.answers).rubrics["m1", policy] for policy in COLUMNS]
    assert [cell.value for cell in computed["Radar"]["B"]] == [
        pytest.approx(tally.points / tally.maximum) for tally in tallies
    ]
