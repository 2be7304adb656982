"""The first sheet: territory and people, percentages, radar, findings."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from ctg_tui.chart.figures import Figures, in_words, rubric_key
from ctg_tui.chart.radar import FEWEST_AXES, MOST_AXES
from ctg_tui.domain.grid import Grid
from ctg_tui.domain.scores import FigureRow, Scores, Tally, figure_rows
from ctg_tui.domain.text import harmless
from ctg_tui.report import wording
from ctg_tui.report.content import Previous, ReportContent
from ctg_tui.report.xlsx import data
from ctg_tui.report.xlsx.data import Areas, DataRow
from ctg_tui.report.xlsx.sheet import Area, Column, Sheet
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
_SECOND_CHART: Final = 4
"""The column at which the chart of the lines begins, beside that of the rubrics."""
_DESCRIPTION_LENGTH: Final = 2_000
"""Far above the real grid's; the table beside has every figure."""


def write_summary(
    sheet: Sheet,
    content: ReportContent,
    areas: Areas,
    charts: Sequence[tuple[Chart, Figures]],
    changes: Sequence[Area],
) -> None:
    """Write the first sheet. `changes` are the areas that count the cells changed since they were sent."""
    sheet.line(content.title, "title")
    since = data.changes_since_sent(changes)
    for name, value in wording.facts(content):
        sheet.named(name, value, since if name == wording.FINGERPRINT_NAME else None)
    sheet.skip()
    grid, scores = content.grid, content.scores
    if grid is None or scores is None:
        sheet.line(wording.UNKNOWN_GRID)
        sheet.line(wording.completeness(content))
    else:
        _percentages(sheet, content, grid, scores, areas)
        sheet.skip()
        sheet.line(wording.completeness(content))
        sheet.line(review.HOW_FROM_SUMMARY if content.is_sent else review.TRY_OUT, "quiet")
        sheet.skip()
        for (chart, drawn), column in zip(charts, (0, _SECOND_CHART), strict=False):
            text = harmless(in_words(drawn))[:_DESCRIPTION_LENGTH]
            sheet.worksheet.insert_chart(sheet.row, column, chart, {"description": text})
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
            *(Column(name, "head centred") for name in ("Notées", "NC", "Vides")),
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
    names = ("Points", "Maximum", "Notées", "NC", "Vides", "Pourcentage")
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


def write_radar(
    sheet: Sheet, content: ReportContent, grid: Grid, areas: Areas, data_rows: Sequence[DataRow]
) -> None:
    """Write the data of the charts: an axis per row, this year's and last year's, #N/A without a note.

    Those of the lines, where they have a chart, stand below those of the rubrics.
    """
    places: dict[str, list[str]] = {}
    for row in data_rows:
        places.setdefault(row.activity, []).append(row.place)
    cells = {line: f"{every[0]}:{every[-1].rpartition('!')[2]}" for line, every in places.items()}
    for portion in grid.portions:
        for policy in grid.policies:
            area = areas[portion.mission.id, policy.id, portion.is_proposed]
            cells[rubric_key(portion, policy.id)] = area.reference
    for shown in filter(None, (content.figures, content.line_figures)):
        names = [shown.year, *filter(None, [shown.past])]
        sheet.cells([Column("Chiffres du radar", "head"), *(Column(name, "head centred") for name in names)])
        for axis in shown.axes:
            former = () if not shown.past else (data.fixed_percentage(axis.before),)
            sheet.cells([Column(axis.label), data.charted_percentage(cells[axis.key], axis.now), *former])


def radar_charts(workbook: Workbook, content: ReportContent) -> list[tuple[Chart, Figures]]:
    """Return the native radars over the data of `write_radar`: the rubrics, and the lines beside them."""
    charts: list[tuple[Chart, Figures]] = []
    head = 1
    for shown in filter(None, (content.figures, content.line_figures)):
        title = "Pourcentages par ligne" if charts else "Pourcentages de réalisation"
        charts.append((_radar_chart(workbook, shown, head, title), shown))
        head += len(shown.axes) + 1
    for chart, _ in charts:
        chart.set_size({"width": 760 if len(charts) == 1 else 510, "height": 440})
    return charts


def _radar_chart(workbook: Workbook, shown: Figures, head: int, title: str) -> Chart:
    """Return a radar over the rows below the row `head`, which has the years; it is open at missing values.

    Last year's line is drawn first: it never hides this year's. Too few or too many axes are columns.
    """
    is_round = FEWEST_AXES <= len(shown.axes) <= MOST_AXES
    chart = workbook.add_chart({"type": "radar" if is_round else "column"})
    assert chart is not None  # the type above exists
    first, last = head + 1, head + len(shown.axes)
    now = ("B", [axis.now for axis in shown.axes], {"color": "#1B1F24", "width": 3.0})
    before = (
        *("C", [axis.before for axis in shown.axes]),
        {"color": "#7A5200", "width": 1.5, "dash_type": "dash"},
    )
    for column, values, line in (before, now) if shown.past else (now,):
        chart.add_series(
            {
                "name": f"={RADAR}!${column}${head}",
                "categories": f"={RADAR}!$A${first}:$A${last}",
                "values": f"={RADAR}!${column}${first}:${column}${last}",
                "values_data": [None if value is None else value / 100 for value in values],
                **({"line": line} if is_round else {"fill": {"color": line["color"]}}),
            }
        )
    chart.set_title({"name": title, "name_font": {"size": 12}})
    chart.set_y_axis(
        {
            "min": 0,
            "max": 1,
            "major_unit": 0.5,
            "num_format": "0%",
            "major_gridlines": {"visible": True, "line": {"color": "#7D8792", "width": 0.5}},
        }
    )
    chart.set_legend({"position": "bottom"})
    chart.show_blanks_as("gap")
    chart.show_na_as_empty_cell()
    chart.show_hidden_data()
    return chart
