"""The first sheet: territory and people, percentages, radar, findings."""

from __future__ import annotations

from collections.abc import Sequence
from types import MethodType
from typing import TYPE_CHECKING, Any, Final

from ctg_tui.chart.figures import Figures, is_by_policy
from ctg_tui.chart.levels import Level
from ctg_tui.chart.picture import describe
from ctg_tui.chart.radar import legend_marks
from ctg_tui.domain.grid import Grid
from ctg_tui.domain.scores import FigureRow, Scores, Tally, figure_rows
from ctg_tui.domain.text import harmless
from ctg_tui.report import wording
from ctg_tui.report.content import Previous, ReportContent
from ctg_tui.report.radar import drawing_order
from ctg_tui.report.xlsx import data
from ctg_tui.report.xlsx.data import Areas
from ctg_tui.report.xlsx.sheet import Area, Column, Sheet, column_letters
from ctg_tui.wording import review
from ctg_tui.wording.provenance import TOTAL, basis, marked, short_title, total_name
from ctg_tui.wording.steps import finding

if TYPE_CHECKING:
    from xlsxwriter.chart import Chart
    from xlsxwriter.workbook import Workbook

NAME: Final = "Synthèse"
DETAIL: Final = "Calcul"
RADAR: Final = "Radar"
WIDTHS: Final = (34, 14, 14, 14, 14, 14, 14, 14, 14)
DETAIL_WIDTHS: Final = (44, 18, 12, 12, 12, 12, 16, 14)

_CHART_ROWS: Final = 23
_DESCRIPTION_LENGTH: Final = 2_000
"""Far above the real grid's; the table beside has every figure."""
_COLOURS: Final = ("#0B5CAD", "#8F4F00", "#6A2F96", "#00666A", "#6B5A00", "#8C2566")
_DASHES: Final = ("solid", "dash", "round_dot", "dash_dot", "square_dot", "long_dash")
_MARKERS: Final = {"●": "circle", "▲": "triangle", "■": "square", "▼": "long_dash", "►": "plus", "◄": "star"}


def write_summary(
    sheet: Sheet, content: ReportContent, areas: Areas, chart: Chart | None, changes: Sequence[Area]
) -> None:
    """Write the first sheet. `changes` are the areas that count the cells changed since they were sent."""
    sheet.line(content.title, "title")
    since = data.changes_since_sent(changes)
    for name, value in wording.facts(content):
        sheet.named(name, value, since if name == wording.FINGERPRINT_NAME else None)
    sheet.skip()
    grid, scores, shown = content.grid, content.scores, content.figures
    if grid is None or scores is None or shown is None:
        sheet.line(wording.UNKNOWN_GRID)
        sheet.line(wording.completeness(content))
    else:
        _percentages(sheet, content, grid, scores, areas)
        sheet.skip()
        sheet.line(wording.completeness(content))
        sheet.line(review.HOW_FROM_SUMMARY if content.is_sent else review.TRY_OUT, "quiet")
        if chart is not None:
            sheet.skip()
            sheet.worksheet.insert_chart(
                sheet.row, 0, chart, {"description": harmless(describe(shown))[:_DESCRIPTION_LENGTH]}
            )
            sheet.row += _CHART_ROWS
        sheet.line(wording.MISSING, "subtitle")
        for found in content.findings:
            sheet.line(f"– {finding(found)}")
        if not content.findings:
            sheet.line(wording.COMPLETE)
    sheet.print_set_up(wording.whose(content))
    sheet.worksheet.fit_to_pages(1, 1)  # the radar is not cut in two


def _percentages(sheet: Sheet, content: ReportContent, grid: Grid, scores: Scores, areas: Areas) -> None:
    before = content.previous
    sheet.cells(
        [
            Column("Pourcentages de réalisation", "head"),
            *(Column(policy.label, "head centred") for policy in grid.policies),
            Column("Ensemble", "head centred"),
            *((Column(before.name, "head centred"),) if before else ()),
            *(Column(name, "head centred") for name in ("Notées", "NC", "Sans réponse")),
        ]
    )
    for row in figure_rows(grid, scores):
        _row(sheet, grid, row, data.places(grid, areas, row), before)
    sheet.line(basis(grid), "quiet")


def _row(sheet: Sheet, grid: Grid, row: FigureRow, places: list[list[Area]], before: Previous | None) -> None:
    """Write percentages by policy and together, last time's, and the numbers of notes, NC and blanks."""
    total = "total " if row.portion is None else ""
    look = data.per_cent(row.is_proposed, total)
    fixed = () if before is None else (Column(marked(_past(before, row), row.is_proposed), look),)
    tallies = (*row.tallies, row.whole)
    sheet.cells(
        [
            Column(_name(grid, row), "total" if total else "text"),
            *(data.shown_percentage(*one, look) for one in zip(places, tallies, strict=True)),
            *fixed,
            *data.counts(places[-1], row.whole, f"{total}number"),
        ]
    )


def _name(grid: Grid, row: FigureRow) -> str:
    return total_name(grid, row.is_proposed) if row.portion is None else short_title(row.portion)


def _past(before: Previous, row: FigureRow) -> Tally:
    """Return last time's tally of a row."""
    if row.portion is None:
        return before.scores.side(row.is_proposed).whole
    return before.scores.portion(row.portion)


def write_detail(sheet: Sheet, content: ReportContent, grid: Grid, scores: Scores, areas: Areas) -> None:
    """Write every percentage with its points and counts, rubric by rubric."""
    sheet.line("De quoi sont faits les pourcentages", "title")
    sheet.line(wording.METHOD[0], "quiet")
    head = sheet.row
    names = ("Points", "Maximum", "Notées", "NC", "Sans réponse", "Pourcentage")
    sheet.cells(
        [Column("Mission", "head"), Column("Politique", "head"), *(Column(n, "head centred") for n in names)]
    )
    sheet.worksheet.freeze_panes(sheet.row, 2)
    sheet.print_set_up(wording.whose(content), (head, head))
    for row in figure_rows(grid, scores):
        name, policies = _name(grid, row), [policy.label for policy in grid.policies]
        *by_policy, together = data.places(grid, areas, row)
        for policy, blocks, tally in zip(policies, by_policy, row.tallies, strict=True):
            _detail(sheet, name, policy, blocks, tally, row.is_proposed)
        _detail(sheet, name, TOTAL, together, row.whole, row.is_proposed, "total ")


def _detail(
    sheet: Sheet,
    mission: str,
    policy: str,
    areas: list[Area],
    tally: Tally,
    is_proposed: bool,
    total: str = "",
) -> None:
    text, number = ("total", "total number") if total else ("text", "number")
    sheet.cells(
        [
            Column(mission, text),
            Column(policy, text),
            *data.points(areas, tally, number),
            *data.counts(areas, tally, number),
            data.shown_percentage(areas, tally, data.per_cent(is_proposed, total)),
        ]
    )


def write_radar(sheet: Sheet, content: ReportContent, grid: Grid, scores: Scores, areas: Areas) -> None:
    """Write the data of the chart: an outline per column, an axis per row, #N/A without a note.

    The axes are missions or, when these are too few, policies.
    """
    rows = figure_rows(grid, scores)
    before = content.previous
    if is_by_policy(grid):
        _radar_heads(sheet, [], before)
        (total,) = [row for row in rows if row.portion is None]
        for rank, policy in enumerate(grid.policies):
            past = () if before is None else (before.scores.policies[policy.id],)
            blocks = data.places(grid, areas, total)[rank]
            _radar_row(sheet, policy.label, [(blocks, total.tallies[rank])], past)
        return
    _radar_heads(sheet, [policy.label for policy in grid.policies], before)
    for row in rows:
        if row.portion is not None:
            past = () if before is None else (before.scores.portion(row.portion),)
            places = data.places(grid, areas, row)
            charted = list(zip(places, (*row.tallies, row.whole), strict=True))
            _radar_row(sheet, short_title(row.portion), charted, past)


def _radar_heads(sheet: Sheet, policies: list[str], before: Previous | None) -> None:
    names = [*policies, TOTAL, *([before.name] if before else [])]
    sheet.cells([Column("Chiffres du radar", "head"), *(Column(name, "head centred") for name in names)])


def _radar_row(
    sheet: Sheet, name: str, charted: Sequence[tuple[list[Area], Tally]], past: Sequence[Tally]
) -> None:
    sheet.cells(
        [
            Column(name),
            *(data.charted_percentage(blocks, tally) for blocks, tally in charted),
            *map(data.fixed_percentage, past),
        ]
    )


def radar_chart(workbook: Workbook, shown: Figures) -> Chart:
    """Return the native radar over the data of `write_radar`; outlines are open at missing values."""
    chart = workbook.add_chart({"type": "radar", "subtype": "with_markers"})
    assert chart is not None  # the type above exists
    _with_marks_of_points(chart)
    rows = len(shown.axes)
    marks = legend_marks(shown, Level.RICH)
    ahead = [rank for rank, outline in enumerate(shown.outlines) if not outline.behind]
    behind = [rank for rank, outline in enumerate(shown.outlines) if outline.behind]
    order = [*ahead, *behind]
    for rank in drawing_order(shown):
        column = column_letters(1 + order.index(rank))
        values = [None if value is None else value / 100 for value in shown.outlines[rank].values]
        chart.add_series(
            {
                "name": f"={RADAR}!${column}$1",
                "categories": f"={RADAR}!$A$2:$A${rows + 1}",
                "values": f"={RADAR}!${column}$2:${column}${rows + 1}",
                "values_data": values,
                **_style(shown, ahead, marks, rank),
            }
        )
    chart.set_title({"name": "Pourcentages de réalisation", "name_font": {"size": 12}})
    chart.set_y_axis(
        {
            "min": 0,
            "max": 1,
            "major_unit": 0.25,
            "num_format": "0%",
            "major_gridlines": {"visible": True, "line": {"color": "#7D8792", "width": 0.5}},
        }
    )
    chart.set_legend({"position": "bottom"})
    chart.set_size({"width": 760, "height": 440})
    chart.show_blanks_as("gap")
    chart.show_na_as_empty_cell()
    chart.show_hidden_data()
    return chart


def _style(shown: Figures, ahead: list[int], marks: tuple[str, ...], rank: int) -> dict[str, Any]:
    """Return colour, dashes and mark of an outline, as in the HTML report: distinct also without colour."""
    if shown.outlines[rank].behind:
        colour, dash, width, marker, size = "#626B76", "round_dot", 1.0, "x", 7
    elif rank == ahead[-1]:
        colour, dash, width, marker, size = "#1B1F24", "solid", 3.0, "diamond", 8
    else:
        place = ahead.index(rank) % len(_COLOURS)
        colour, dash, width, size = _COLOURS[place], _DASHES[place], 2.0, 8
        marker = _MARKERS.get(marks[rank], "circle")
    border = {"color": colour, "width": 1.5}
    hollow = {"fill": {"color": "#FFFFFF"}, "border": border}
    return {
        "line": {"color": colour, "width": width, "dash_type": dash},
        "marker": {"type": marker, "size": size, "fill": {"color": colour}, "border": border},
        "points": [hollow if axis.is_proposed else None for axis in shown.axes],
    }


def _with_marks_of_points(chart: Chart) -> None:
    """Let the points of a radar have marks of their own, as those of a line chart have.

    XlsxWriter writes their format on the line of a radar, where it says nothing of the mark.
    """
    from xlsxwriter.chart_line import ChartLine  # slow to import, like the rest of it

    chart._write_d_pt_point = MethodType(ChartLine._write_d_pt_point, chart)
