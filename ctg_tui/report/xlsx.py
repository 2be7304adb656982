"""The XLSX report: the workbook that the adviser answers in; its sheets in order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Final

from ctg_tui.chart.figures import Figures
from ctg_tui.domain.assessment import Action, PreparationTopic
from ctg_tui.domain.results import in_grid_order
from ctg_tui.formats import NAME
from ctg_tui.report import meeting, sheets, wording
from ctg_tui.report import workbook as figures
from ctg_tui.report.content import ReportContent
from ctg_tui.report.workbook import ARIAL, Column, Content, Looks, RuledSheet, Sheet, make_workbook, pieces
from ctg_tui.wording.french import DASH, TOPICS
from ctg_tui.wording.lines import (
    action_in_a_line,
    line_number,
    outcome_in_words,
    outcome_name,
)
from ctg_tui.wording.steps import finding
from ctg_tui.wording.workbook import GRID_SHEET, MEETING_SHEET

if TYPE_CHECKING:
    from xlsxwriter.chart import Chart
    from xlsxwriter.workbook import Workbook
    from xlsxwriter.worksheet import Worksheet

    from ctg_tui.domain.thread import Point

SUMMARY: Final = "Synthèse"
RADAR: Final = "Radar"
SUMMARY_WIDTHS: Final = (34, 11, 11, 11, 11, 11, 11, 11, 11)

_CHART_ROWS: Final = 23
_SECOND_CHART: Final = 4
"""The column at which the chart of the lines begins, beside that of the rubrics."""


def write_summary(sheet: Sheet, content: ReportContent, charts: Sequence[tuple[Chart, Figures]]) -> None:
    """Write the first sheet."""
    sheet.line(content.title, "title")
    for name, value in wording.at_a_glance(content):
        sheet.named(name, value)
    sheet.skip()
    grid, scores = content.grid, content.scores
    if grid is not None and scores is not None:
        meeting.write_percentages(sheet, content, grid, scores)
        sheet.line(wording.completeness(content))
        sheet.skip()
        for (chart, drawn), column in zip(charts, (0, _SECOND_CHART), strict=False):
            meeting.insert_chart(sheet, chart, drawn, column)
        sheet.row += _CHART_ROWS if charts else 0
        sheet.line(wording.MISSING, "subtitle")
        for found in content.findings:
            sheet.line(f"– {finding(found)}")
        if not content.findings:
            sheet.line(wording.COMPLETE)
        sheet.skip()
    else:
        sheet.line(wording.UNKNOWN_GRID)
        sheet.line(wording.completeness(content))
        sheet.skip()
    for name, value in wording.facts(content):
        sheet.named(name, value)
    sheet.line(wording.FINGERPRINT if content.is_sent else wording.NO_FINGERPRINT, "quiet")
    sheet.skip()
    write_preparation(sheet, content)
    sheet.print_set_up(wording.whose(content))


def write_radar(sheet: Sheet, content: ReportContent) -> None:
    """Write the data of the charts: an axis per row, this year's and last year's, #N/A without a note.

    Those of the lines, where they have a chart, stand below those of the rubrics.
    """
    for shown in filter(None, (content.figures, content.line_figures)):
        names = [shown.year, *filter(None, [shown.past])]
        sheet.cells([Column("Chiffres du radar", "head"), *(Column(name, "head centred") for name in names)])
        for axis in shown.axes:
            former = () if not shown.past else (Column(figures.fraction(axis.before), "per cent"),)
            now = figures.MISSING if axis.now is None else figures.fraction(axis.now)
            sheet.cells([Column(axis.label), Column(now, "per cent"), *former])


def radar_charts(workbook: Workbook, content: ReportContent) -> list[tuple[Chart, Figures]]:
    """Return the native radars over the data of `write_radar`: the rubrics, and the lines beside them.

    Without a surface to draw, there is none: the tables have the figures.
    """
    charts: list[tuple[Chart, Figures]] = []
    head = 1
    for shown in filter(None, (content.figures, content.line_figures)):
        title = "Pourcentages par ligne" if charts else "Pourcentages de réalisation"
        if not shown.is_empty:
            charts.append((_radar_chart(workbook, shown, head, title), shown))
        head += len(shown.axes) + 1
    for chart, _ in charts:
        chart.set_size({"width": 800 if len(charts) == 1 else 400, "height": 440})
    return charts


def _radar_chart(workbook: Workbook, shown: Figures, head: int, title: str) -> Chart:
    """Return a radar over the rows below the row `head`, which has the years; it is open at missing values.

    Last year's line is drawn first: it never hides this year's.
    """
    chart = workbook.add_chart({"type": "radar"})
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
                "line": line,
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


FOREIGN: Final = "Hors grille"
FOREIGN_WIDTHS: Final = (44, 28, 10, 46)


def write_preparation(sheet: Sheet, content: ReportContent) -> None:
    """Write what the person prepared for the meeting, and the actions, below the figures."""
    sheet.line("Préparer l’entretien avec la Caf", "title")
    for topic in PreparationTopic:
        text = content.assessment.preparation.get(topic, "")
        sheet.skip()
        sheet.line(TOPICS[topic], "subtitle")
        sheet.line(text if text.strip() else wording.NOTHING_WRITTEN, "plain" if text.strip() else "quiet")
    sheet.skip()
    sheet.line("Ce qui sera fait", "subtitle")
    names = ("Ligne", "Quoi", "Qui", "Quand", "Devenir")
    sheet.cells([Column(name, "head", span) for name, span in zip(names, _ACTION_SPANS, strict=True)])
    planned = [
        (f"{line_number(grid, line.id)} {line.label}", action)
        for grid in filter(None, (content.grid,))
        for mission in grid.missions
        for line, action in content.planned(mission)
    ]
    for line, action in planned:
        _write_action(sheet, line, action, outcome_name(action.outcome))
    if not planned:
        sheet.line(wording.ACTIONS_ELSEWHERE if content.assessment.actions else wording.NO_ACTION)
    _write_engagement(sheet, content)


_ACTION_SPANS: Final = (1, 3, 2, 2, 1)
"""The columns that each cell of an action takes: which line, what, who, when, what became of it."""


def _write_action(sheet: Sheet, line: str, action: Action, became: str) -> None:
    """Write an action in rows as high as its texts: merged cells do not grow."""
    due = action.due or "date à fixer"
    cells: tuple[Content, ...] = (line, action.what, action.who or DASH, due, became)
    start, looks = sheet.row, ("text", "text", "text", "day", "text")
    sheet.cells([Column(*one) for one in zip(cells, looks, _ACTION_SPANS, strict=True)])
    first, other = sheet.widths[:2]
    rooms = (first, *(other * span for span in _ACTION_SPANS[1:]))
    parts = [(pieces(str(cell), room), room) for cell, room in zip(cells, rooms, strict=True)]
    for rank in range(sheet.row - start):
        heights = [meeting.lines_of(shown[rank], room) for shown, room in parts if rank < len(shown)]
        sheet.worksheet.set_row(start + rank, meeting.LINE_HEIGHT * max(heights))


def _write_engagement(sheet: Sheet, content: ReportContent) -> None:
    """Write every action of the engagement; nothing before its last assessment."""
    grid = content.grid
    if grid is None or not content.engagement:
        return
    sheet.skip()
    sheet.line("Toutes les actions de l’engagement", "subtitle")
    for past in in_grid_order(content.engagement, [*grid.activities]):
        if past.activity in grid.activities:
            line = f"{line_number(grid, past.activity)} {grid.activities[past.activity].label}"
            became = f"prévue en {past.planned} · {outcome_in_words(past)}"
            _write_action(sheet, line, past.action, became)


def write_foreign(sheet: Sheet, content: ReportContent) -> None:
    """Write the lines that the grid does not have."""
    sheet.line("Lignes hors grille", "title")
    sheet.line(wording.FOREIGN, "quiet")
    sheet.skip()
    head = sheet.row
    sheet.cells([Column(name, "head") for name in ("Ligne", "Réponses", "Nombre", "Textes")])
    sheet.worksheet.freeze_panes(sheet.row, 1)
    for line in content.foreign_lines:
        apart, answers = content.apart, wording.answers_apart(content, line)
        action = action_in_a_line(apart.actions.get(line))
        texts = "\n".join(filter(None, (apart.comments.get(line), apart.remarks.get(line), action)))
        name, number = content.line_names.get(line, line), apart.numbers.get(line)
        sheet.cells([Column(name), Column(answers), Column(number, "number"), Column(texts)])
    sheet.print_set_up(wording.whose(content), (head, head))


def render(content: ReportContent) -> bytes:
    """Return the whole workbook. The same content gives the same bytes."""
    return make_workbook(content.title, content.created_at, lambda workbook: _fill(workbook, content), ARIAL)


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

    def worksheet(name: str) -> Worksheet:
        made = workbook.add_worksheet(name)
        made.protect("", {"format_columns": True, "format_rows": True, "sort": True, "autofilter": True})
        return made

    def add(name: str, widths: Sequence[int]) -> Sheet:
        return Sheet(worksheet(name), looks, widths)

    grid, scores = content.grid, content.scores
    charts: list[tuple[Chart, Figures]] = []
    points: Mapping[str, Point] = {}
    if grid is not None and scores is not None:
        pixels = sheets.pixels(content, grid)
        printed = len(pixels) - 1 if content.is_sent else len(pixels)
        sheets.write_grid(RuledSheet(worksheet(GRID_SHEET), looks, pixels, printed), content, grid, scores)
        charts = radar_charts(workbook, content)
        if content.is_sent or content.discussed:
            met = RuledSheet(worksheet(MEETING_SHEET), looks, meeting.PIXELS, meeting.PRINTED)
            points = meeting.write_meeting(met, content, grid, scores)
    write_summary(add(SUMMARY, SUMMARY_WIDTHS), content, charts)
    if content.foreign_lines:
        write_foreign(add(FOREIGN, FOREIGN_WIDTHS), content)
    if grid is not None and scores is not None:
        hidden = add(RADAR, (44, 14, 14))
        write_radar(hidden, content)
        hidden.worksheet.hide()
        data = add(NAME, figures.WIDTHS)
        figures.write_data(data, content, grid, points, [*looks.texts])
        data.worksheet.hide()


__all__ = ["render"]
