"""The first page: the percentages, the radar, the findings."""

from __future__ import annotations

from ctg_tui.chart.figures import Figures
from ctg_tui.chart.levels import Level
from ctg_tui.chart.radar import legend_marks
from ctg_tui.domain.grid import Grid
from ctg_tui.domain.scores import Scores, Tally
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
from ctg_tui.wording.french import NBSP, explain, finding, percentage

ID = "synthese"
TITLE = "Synthèse"


def summary(content: ReportContent) -> Element:
    grid, scores, figures = content.grid, content.scores, content.figures
    if grid is None or scores is None or figures is None:
        return section(ID, TITLE, paragraph(wording.UNKNOWN_GRID), paragraph(wording.completeness(content)))
    return section(
        ID,
        TITLE,
        element(
            "p",
            "Ensemble",
            element("strong", percentage(scores.whole)),
            element("span", explain(scores.whole)),
            class_="ensemble",
        ),
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


def _findings(content: ReportContent) -> Element:
    if not content.findings:
        return paragraph(wording.COMPLETE)
    return items(map(finding, content.findings))


def _table(content: ReportContent, grid: Grid, scores: Scores, figures: Figures) -> Element:
    """Return the table of the radar's percentages, with the marks of its outlines."""
    marks = legend_marks(figures, Level.RICH)
    ranks = sorted(range(len(marks)), key=lambda rank: figures.outlines[rank].behind)
    names = [
        element("span", mark_svg(marks[rank], style_class(figures, rank)), f" {figures.outlines[rank].name}")
        for rank in ranks
    ]
    before = content.previous.scores if content.previous else None
    rows = []
    for mission in grid.missions:
        tallies = [scores.rubrics[mission.id, policy.id] for policy in grid.policies]
        past = before.missions[mission.id] if before else None
        title = f"{mission.number}{NBSP}{mission.short_title}"
        rows.append(_row(title, [*tallies, scores.missions[mission.id]], past, names))
    tallies = [scores.policies[policy.id] for policy in grid.policies]
    past = before.whole if before else None
    total = _row("Toutes les missions", [*tallies, scores.whole], past, names, class_="total")
    return table(
        "Pourcentages de réalisation par mission et par politique",
        [row(column_header("Missions"), *(column_header(name) for name in names))],
        [*rows, total],
        class_="pile chiffres",
    )


def _row(
    title: str, tallies: list[Tally], past: Tally | None, names: list[Element], class_: str | None = None
) -> Element:
    cells = [tally_cell(tally, name) for tally, name in zip(tallies, names, strict=False)]
    if past is not None:
        cells.append(cell(element("strong", percentage(past)), label=names[-1], class_="figure"))
    return row(row_header(title), *cells, class_=class_)


def tally_cell(tally: Tally, label: Node) -> Element:
    """Return a percentage with the counts it is computed from."""
    return cell(
        element("strong", percentage(tally)),
        *(element("small", part) for part in wording.tally_parts(tally)),
        label=label,
        class_="figure",
    )
