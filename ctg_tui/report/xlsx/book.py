"""The workbook: its sheets in order, each written by its module."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from ctg_tui.chart.figures import Figures
from ctg_tui.formats.documents import NAME
from ctg_tui.report.content import ReportContent
from ctg_tui.report.workbook import make_workbook
from ctg_tui.report.xlsx import annexes, data, missions, review, summary
from ctg_tui.report.xlsx import missions as indicators
from ctg_tui.report.xlsx import review as review_columns
from ctg_tui.report.xlsx.data import DataRow
from ctg_tui.report.xlsx.sheet import Area, Looks, Sheet

if TYPE_CHECKING:
    from xlsxwriter.chart import Chart
    from xlsxwriter.workbook import Workbook


def render(content: ReportContent) -> bytes:
    """Return the whole workbook. The same content gives the same bytes."""
    return make_workbook(content.title, content.created_at, lambda workbook: _fill(workbook, content))


def _protect_structure(workbook: Workbook) -> None:
    """Keep sheets from being added, moved or renamed, without a password: XlsxWriter has no method for it."""
    write_views = workbook._write_book_views

    def write() -> None:
        workbook._xml_empty_tag("workbookProtection", [("lockStructure", 1)])
        write_views()

    workbook._write_book_views = write  # what comes next in the part (ECMA-376, 18.2.27)


def _fill(workbook: Workbook, content: ReportContent) -> None:
    _protect_structure(workbook)
    looks = Looks(workbook)

    def add(name: str, widths: Sequence[int], printed: int | None = None) -> Sheet:
        worksheet = workbook.add_worksheet(name)
        worksheet.protect("", {"format_columns": True, "format_rows": True})
        return Sheet(worksheet, looks, widths, printed)

    first = add(summary.NAME, summary.WIDTHS)
    grid, scores = content.grid, content.scores
    areas: dict[tuple[str, str, bool], Area] = {}
    changes: list[Area] = []
    data_rows: list[DataRow] = []
    charts: list[tuple[Chart, Figures]] = []
    if grid is not None and scores is not None:
        for mission in grid.missions:
            printed = missions.widths(grid)
            entered = review_columns.widths(content, grid)
            sheet = add(missions.sheet_name(mission), [*printed, *entered], len(printed))
            own, counts = missions.write_mission(sheet, content, grid, scores, mission, data_rows)
            areas |= own
            changes += counts
        if grid.indicators:
            indicators.write_indicators(add(indicators.NAME, indicators.WIDTHS), content, grid)
        if content.fingerprint is not None:
            review.write_questions(add(review.NAME, review.WIDTHS), content)
        charts = summary.radar_charts(workbook, content)
    summary.write_summary(first, content, areas, charts, changes)
    if content.differences is not None:
        changed = add(content.differences.title, annexes.DIFFERENCES_WIDTHS)
        annexes.write_differences(changed, content, content.differences)
    annexes.write_preparation(add(annexes.PREPARATION, annexes.PREPARATION_WIDTHS), content)
    if content.foreign_lines:
        annexes.write_foreign(add(annexes.FOREIGN, annexes.FOREIGN_WIDTHS), content)
    if grid is not None and scores is not None:
        detail = add(summary.DETAIL, summary.DETAIL_WIDTHS)
        summary.write_detail(detail, content, grid, scores, areas)
    annexes.write_method(add(annexes.METHOD, annexes.METHOD_WIDTHS), content, changes)
    if grid is not None and scores is not None:
        charted = add(summary.RADAR, (44, 14, 14))
        summary.write_radar(charted, content, grid, areas, data_rows)
        charted.worksheet.hide()
        data.write_data(add(NAME, data.WIDTHS), content, grid, data_rows)
