"""The XLSX report: the Caf's grid, a sheet per mission, whose figures follow the notes; sheets in order."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from ctg_tui.chart.figures import FEWEST_AXES, MOST_AXES, Figures, in_words, rubric_key
from ctg_tui.domain.assessment import Action, PreparationTopic
from ctg_tui.domain.grid import Grid
from ctg_tui.domain.results import in_grid_order
from ctg_tui.domain.scores import FigureRow, Scores, Tally, figure_rows
from ctg_tui.domain.text import harmless
from ctg_tui.formats import NAME
from ctg_tui.report import sheets, wording
from ctg_tui.report import workbook as figures
from ctg_tui.report.content import Previous, ReportContent
from ctg_tui.report.workbook import Area, Areas, Column, DataRow, Looks, Sheet, make_workbook
from ctg_tui.wording import review
from ctg_tui.wording.french import DASH, NBSP, TOPICS, listing
from ctg_tui.wording.lines import (
    TOTAL,
    basis,
    line_number,
    marked,
    outcome_in_words,
    outcome_name,
    short_title,
    total_name,
)
from ctg_tui.wording.results import Differences
from ctg_tui.wording.steps import finding

if TYPE_CHECKING:
    from xlsxwriter.chart import Chart
    from xlsxwriter.workbook import Workbook

SUMMARY: Final = "Synthèse"
DETAIL: Final = "Calcul"
RADAR: Final = "Radar"
SUMMARY_WIDTHS: Final = (34, 14, 14, 14, 14, 14, 14, 14, 14)
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
    since = figures.changes_since_sent(changes)
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
        _row(sheet, grid, row, figures.places(grid, areas, row), before)
    sheet.line(basis(grid), "quiet")


def _row(sheet: Sheet, grid: Grid, row: FigureRow, places: list[list[Area]], before: Previous | None) -> None:
    """Write percentages by policy and together, last time's, and the numbers of notes, NC and blanks."""
    total = "total " if row.portion is None else ""
    look = figures.per_cent(row.is_proposed, total)
    fixed = () if before is None else (Column(marked(_past(before, row), row.is_proposed), look),)
    tallies = (*row.tallies, row.whole)
    sheet.cells(
        [
            Column(_name(grid, row), "total" if total else "text"),
            *(figures.shown_percentage(*one, look) for one in zip(places, tallies, strict=True)),
            *fixed,
            *figures.counts(places[-1], row.whole, f"{total}number"),
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
        *by_policy, together = figures.places(grid, areas, row)
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
            *figures.points(areas, tally, number),
            *figures.counts(areas, tally, number),
            figures.shown_percentage(areas, tally, figures.per_cent(is_proposed, total)),
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
            former = () if not shown.past else (figures.fixed_percentage(axis.before),)
            sheet.cells([Column(axis.label), figures.charted_percentage(cells[axis.key], axis.now), *former])


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


DIFFERENCES_WIDTHS: Final = (8, 60, 60)
PREPARATION: Final = "Préparation"
PREPARATION_WIDTHS: Final = (8, 48, 48, 24, 18, 22)
FOREIGN: Final = "Hors grille"
FOREIGN_WIDTHS: Final = (60, 36, 14, 60)
METHOD: Final = "Méthode"
METHOD_WIDTHS: Final = (20, 76, 34)


def write_differences(sheet: Sheet, content: ReportContent, found: Differences) -> None:
    """Write what changed since last time, line by line, under the way it changed."""
    sheet.line(found.title, "title")
    sheet.line(found.summary)
    for section in found.sections:
        sheet.skip()
        sheet.line(section.title, "subtitle")
        sheet.cells([Column(name, "head") for name in ("Ligne", "Activité", "Avant → maintenant")])
        for line in section.lines:
            sheet.cells([Column(line.number), Column(line.label), Column(line.notes or line.quoted)])
    sheet.print_set_up(wording.whose(content))


def write_preparation(sheet: Sheet, content: ReportContent) -> None:
    sheet.line("Préparer l’entretien avec la Caf", "title")
    sheet.line(wording.whose(content), "quiet")
    span = len(PREPARATION_WIDTHS)
    for topic in PreparationTopic:
        text = content.assessment.preparation.get(topic, "")
        sheet.skip()
        sheet.line(TOPICS[topic], "subtitle")
        sheet.line(text if text.strip() else wording.NOTHING_WRITTEN, "plain" if text.strip() else "quiet")
    sheet.skip()
    sheet.line("Ce qui sera fait", "subtitle")
    sheet.cells([Column(name, "head") for name in ("Ligne", "Activité", "Quoi", "Qui", "Quand", "Devenir")])
    planned = [
        (line_number(grid, line.id), line.label, action)
        for grid in filter(None, (content.grid,))
        for mission in grid.missions
        for line, action in content.planned(mission)
    ]
    for number, label, action in planned:
        sheet.cells(
            [
                *(Column(number), Column(label), *_columns_of(action)),
                Column(outcome_name(action.outcome)),
            ]
        )
    if not planned:
        elsewhere = bool(content.assessment.actions)
        sheet.cells([Column(wording.ACTIONS_ELSEWHERE if elsewhere else wording.NO_ACTION, "text", span)])
    _write_engagement(sheet, content)
    for title, notes in (("Lignes notées 3", {3}), ("Lignes notées 0 ou 1", {0, 1})):
        lines = wording.rated_lines(content, frozenset(notes))
        if lines:
            sheet.skip()
            sheet.line(title, "subtitle")
        for number, line, rated in lines:
            ratings = listing(f"{label} {note}" for label, note in rated)
            sheet.cells([Column(number), Column(line.label), Column(ratings, "text")])
    sheet.print_set_up(wording.whose(content))


def _columns_of(action: Action) -> tuple[Column, ...]:
    """Return the cells of an action: what, who, when."""
    due = Column(action.due or "date à fixer", "day")
    return Column(action.what), Column(action.who or DASH), due


def _write_engagement(sheet: Sheet, content: ReportContent) -> None:
    """Write every action of the engagement; nothing before its last assessment."""
    grid = content.grid
    if grid is None or not content.engagement:
        return
    sheet.skip()
    sheet.line("Toutes les actions de l’engagement", "subtitle")
    for past in in_grid_order(content.engagement, [*grid.activities]):
        if past.activity in grid.activities:
            number, label = line_number(grid, past.activity), grid.activities[past.activity].label
            became = f"prévue en {past.planned} · {outcome_in_words(past)}"
            sheet.cells([Column(number), Column(label), *_columns_of(past.action), Column(became)])


def write_foreign(sheet: Sheet, content: ReportContent) -> None:
    """Write the lines that the grid does not have."""
    sheet.line("Lignes hors grille", "title")
    sheet.line(wording.FOREIGN, "quiet")
    sheet.skip()
    head = sheet.row
    sheet.cells([Column(name, "head") for name in ("Ligne", "Réponses", "Nombre", "Textes")])
    sheet.worksheet.freeze_panes(sheet.row, 1)
    for line in content.foreign_lines:
        answers = wording.answers_apart(content.grid, line)
        action = "" if line.action is None else wording.action_in_words(line.action)
        texts = "\n".join(text for text in (line.comment, action) if text)
        name = content.line_names.get(line.id, line.id)
        sheet.cells([Column(name), Column(answers), Column(line.number, "number"), Column(texts)])
    sheet.print_set_up(wording.whose(content), (head, head))


def write_method(sheet: Sheet, content: ReportContent, changes: Sequence[Area]) -> None:
    sheet.line("Échelle et méthode", "title")
    grid = content.grid
    if grid is not None:
        sheet.line(grid.title, "subtitle")
        sheet.line(grid.definition)
        sheet.skip()
        sheet.line("Mode opératoire", "subtitle")
        for text in grid.instructions:
            sheet.line(f"– {text}")
        sheet.skip()
        sheet.line("Échelle", "subtitle")
        for step in grid.scale:
            sheet.cells([Column(step.code, "centred"), Column(step.label, span=2)])
        themes = listing(theme.label for theme in grid.themes)
        if themes:
            sheet.line(f"Thématiques{NBSP}: {themes}.", "quiet")
        sheet.skip()
    sheet.line("Calcul", "subtitle")
    for text in wording.METHOD:
        sheet.line(f"– {text}")
    sheet.skip()
    sheet.line("Code de contrôle", "subtitle")
    if content.fingerprint is None:
        sheet.line(wording.NO_FINGERPRINT)
    else:
        since = figures.changes_since_sent(changes)
        sheet.named("Code court", content.short_fingerprint, since)
        sheet.named("Code complet", content.fingerprint)
        sheet.line(wording.FINGERPRINT)
        if since is not None:
            sheet.line(wording.CHANGES)
    sheet.print_set_up(wording.whose(content))


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

    first = add(SUMMARY, SUMMARY_WIDTHS)
    grid, scores = content.grid, content.scores
    areas: dict[tuple[str, str, bool], Area] = {}
    changes: list[Area] = []
    data_rows: list[DataRow] = []
    charts: list[tuple[Chart, Figures]] = []
    if grid is not None and scores is not None:
        for mission in grid.missions:
            printed = sheets.widths(grid)
            entered = sheets.review_widths(content, grid)
            sheet = add(sheets.sheet_name(mission), [*printed, *entered], len(printed))
            own, counts = sheets.write_mission(sheet, content, grid, scores, mission, data_rows)
            areas |= own
            changes += counts
        if grid.indicators:
            sheets.write_indicators(add(sheets.INDICATORS, sheets.INDICATOR_WIDTHS), content, grid)
        if content.fingerprint is not None:
            sheets.write_questions(add(sheets.QUESTIONS, sheets.QUESTION_WIDTHS), content)
        charts = radar_charts(workbook, content)
    write_summary(first, content, areas, charts, changes)
    if content.differences is not None:
        changed = add(content.differences.title, DIFFERENCES_WIDTHS)
        write_differences(changed, content, content.differences)
    write_preparation(add(PREPARATION, PREPARATION_WIDTHS), content)
    if content.foreign_lines:
        write_foreign(add(FOREIGN, FOREIGN_WIDTHS), content)
    if grid is not None and scores is not None:
        detail = add(DETAIL, DETAIL_WIDTHS)
        write_detail(detail, content, grid, scores, areas)
    write_method(add(METHOD, METHOD_WIDTHS), content, changes)
    if grid is not None and scores is not None:
        charted = add(RADAR, (44, 14, 14))
        write_radar(charted, content, grid, areas, data_rows)
        charted.worksheet.hide()
        figures.write_data(add(NAME, figures.WIDTHS), content, grid, data_rows)


__all__ = ["render"]
