"""The first page: the percentages, the radar, the findings."""

from __future__ import annotations

from ctg_tui.chart.figures import WHOLE, Figures
from ctg_tui.chart.levels import Level
from ctg_tui.chart.radar import legend_marks
from ctg_tui.domain.grid import Grid
from ctg_tui.domain.scores import FigureRow, Scores, Tally, figure_rows
from ctg_tui.report import wording
from ctg_tui.report.content import ReportContent
from ctg_tui.report.elements import Element, Node, element
from ctg_tui.report.html.parts import (
    cell,
    column_header,
    items,
    paragraph,
    row,
    row_header,
    section,
    table,
)
from ctg_tui.report.radar_svg import mark_svg, radar_svg, style_class
from ctg_tui.wording.french import NBSP, explain
from ctg_tui.wording.provenance import TOTAL, TOTAL_PROPOSED, basis, marked, numbered, total_name
from ctg_tui.wording.steps import finding

ID = "synthese"
TITLE = "Synthèse"


def summary(content: ReportContent) -> Element:
    grid, scores, figures = content.grid, content.scores, content.figures
    if grid is None or scores is None or figures is None:
        return section(ID, TITLE, paragraph(wording.UNKNOWN_GRID), paragraph(wording.completeness(content)))
    return section(
        ID,
        TITLE,
        *(_total(row) for row in figure_rows(grid, scores) if row.portion is None),
        paragraph(basis(grid)),
        paragraph(wording.completeness(content)),
        element(
            "div",
            element(
                "div",
                element("figure", radar_svg(figures)),
                element("h3", wording.MISSING),
                _findings(content),
                class_="gauche",
            ),
            _table(content, grid, scores, figures),
            class_="deux",
        ),
    )


def _total(figures: FigureRow) -> Element:
    return element(
        "p",
        TOTAL_PROPOSED if figures.is_proposed else TOTAL,
        element("strong", marked(figures.whole, figures.is_proposed)),
        element("span", explain(figures.whole)),
        class_="ensemble",
    )


def _findings(content: ReportContent) -> Element:
    if not content.findings:
        return paragraph(wording.COMPLETE)
    return items(map(finding, content.findings))


def _table(content: ReportContent, grid: Grid, scores: Scores, figures: Figures) -> Element:
    """Return the table of the radar's percentages, with the marks of its outlines."""
    marks = {
        (outline.key, outline.behind): mark_svg(mark, style_class(figures, rank))
        for rank, (outline, mark) in enumerate(
            zip(figures.outlines, legend_marks(figures, Level.RICH), strict=True)
        )
    }
    columns = [((policy.id, False), policy.label) for policy in grid.policies] + [((WHOLE, False), TOTAL)]
    if content.previous is not None:
        columns.append(((WHOLE, True), content.previous.name))
    names = [element("span", marks.get(key), f" {name}") for key, name in columns]
    before = content.previous.scores if content.previous else None
    return table(
        "Pourcentages de réalisation par mission et par politique",
        [row(column_header("Missions"), *(column_header(name) for name in names))],
        [_row(grid, figure_row, before, names) for figure_row in figure_rows(grid, scores)],
        class_="pile chiffres",
    )


def _row(grid: Grid, figures: FigureRow, before: Scores | None, names: list[Element]) -> Element:
    portion, is_proposed = figures.portion, figures.is_proposed
    tallies = (*figures.tallies, figures.whole)
    cells = [tally_cell(tally, name, is_proposed) for tally, name in zip(tallies, names, strict=False)]
    if before is not None:
        past = before.side(is_proposed).whole if portion is None else before.portion(portion)
        cells.append(cell(element("strong", marked(past, is_proposed)), label=names[-1], class_="figure"))
    if portion is None:
        return row(row_header(total_name(grid, is_proposed)), *cells, class_="total")
    return row(row_header(f"{numbered(portion)}{NBSP}{portion.mission.short_title}"), *cells)


def tally_cell(tally: Tally, label: Node, is_proposed: bool) -> Element:
    """Return a percentage with the counts it is computed from."""
    return cell(
        element("strong", marked(tally, is_proposed)),
        *(element("small", part) for part in wording.tally_parts(tally)),
        label=label,
        class_="figure",
    )
