"""The first page (percentages, radar, findings), then the Caf's table, mission by mission, as on paper."""

from __future__ import annotations

from ctg_tui.chart.figures import Figures
from ctg_tui.domain.assessment import Answer, Cell, NotConcerned, answer_text
from ctg_tui.domain.grid import Activity, Grid, Indicator, Mission
from ctg_tui.domain.scores import FigureRow, Scores, Tally, figure_rows
from ctg_tui.report import wording
from ctg_tui.report.content import ReportContent
from ctg_tui.report.elements import (
    Element,
    Node,
    cell,
    column_header,
    element,
    hidden,
    items,
    paragraph,
    row,
    row_header,
    section,
    table,
    written,
)
from ctg_tui.report.radar import radar_svg
from ctg_tui.wording.french import NBSP, explain
from ctg_tui.wording.lines import line_number
from ctg_tui.wording.provenance import (
    MARK,
    TOTAL,
    TOTAL_PROPOSED,
    basis,
    marked,
    numbered,
    total_name,
    whose_lines,
)
from ctg_tui.wording.steps import finding


def mission_section(content: ReportContent, grid: Grid, scores: Scores, mission: Mission) -> Element:
    source = wording.own_source(grid, mission)
    return section(
        mission_id(mission),
        wording.mission_title(mission),
        element("p", wording.reminder(content), class_="rappel", aria_hidden="true"),
        paragraph(wording.scale_in_brief(grid), class_="legende"),
        None if source is None else paragraph(source, class_="legende"),
        _activities(content, grid, scores, mission),
        _indicators(content, grid, mission) if mission.indicators else None,
        class_="mission",
    )


def mission_id(mission: Mission) -> str:
    return f"mission-{mission.number}"


def _activities(content: ReportContent, grid: Grid, scores: Scores, mission: Mission) -> Element:
    heads = [
        row(
            column_header("Activités", rows=2, class_="libelle"),
            column_header("Politiques concernées", columns=len(grid.policies)),
            column_header("Commentaires", rows=2, class_="commentaire"),
        ),
        row(*(column_header(policy.label, class_="note") for policy in grid.policies)),
    ]
    rows = [_activity(content, grid, mission, rank) for rank in range(len(mission.activities))]
    totals = [_percentages(grid, row) for row in figure_rows(grid, scores) if _is_of(row, mission)]
    return table(
        f"Mission {mission.number}{NBSP}: notes et commentaires par activité",
        heads,
        rows,
        totals,
        class_="pile grille",
        caption_class="lu",
        columns=("libelle", *("note" for _ in grid.policies), "commentaire"),
    )


def _is_of(figures: FigureRow, mission: Mission) -> bool:
    return figures.portion is not None and figures.portion.mission.id == mission.id


def _percentages(grid: Grid, figures: FigureRow) -> Element:
    """Return the percentages of the Caf's lines of a mission, or of its proposed lines."""
    portion, proposed = figures.portion, figures.is_proposed
    number = "" if portion is None else numbered(portion)
    return row(
        row_header(f"Pourcentage de réalisation{f'{NBSP}{MARK}' if proposed else ''}"),
        *(
            tally_cell(tally, policy.label, proposed)
            for tally, policy in zip(figures.tallies, grid.policies, strict=True)
        ),
        cell(
            f"Ensemble de la mission {number} ({whose_lines(proposed)}){NBSP}: {explain(figures.whole)}",
            class_="commentaire explication",
        ),
        class_="total",
    )


def _activity(content: ReportContent, grid: Grid, mission: Mission, rank: int) -> Element:
    line = mission.activities[rank]
    comment = content.assessment.comments.get(line.id, "")
    notes = (
        cell(
            answer_node(content.assessment.answers.get(Cell(line.id, policy.id))),
            label=policy.label,
            class_="note",
        )
        for policy in grid.policies
    )
    return row(
        row_header(*label(grid, mission, line, line_number(grid, line.id)), class_="libelle"),
        *notes,
        cell(written(comment) if comment.strip() else None, class_="commentaire"),
    )


def label(
    grid: Grid, mission: Mission, line: Activity | Indicator, number: str | None = None
) -> tuple[Node | None, ...]:
    """Return a line's number and label, with its source when it is not the mission's."""
    mention = wording.mention(grid, mission, line)
    return (
        None if number is None else element("span", f"{number} ", class_="numero"),
        line.label,
        None if mention is None else element("small", mention, class_="provenance"),
    )


def answer_node(answer: Answer | None) -> Element:
    """Return a note, NC, or a dot that screen readers read as « vide »."""
    if answer is None:
        dot = element("span", "·", aria_hidden="true")
        return element("span", dot, hidden(wording.NO_ANSWER), class_="vide")
    if isinstance(answer, NotConcerned):
        return element("abbr", answer_text(answer), title="non concerné")
    return element("span", answer_text(answer), class_="valeur")


def _indicators(content: ReportContent, grid: Grid, mission: Mission) -> Element:
    head = row(
        column_header("Indicateurs", class_="libelle"),
        column_header("Type"),
        column_header("Nombre"),
        column_header("Commentaires", class_="commentaire"),
    )
    rows = []
    for line in mission.indicators:
        remark = content.assessment.remarks.get(line.id, "")
        rows.append(
            row(
                row_header(*label(grid, mission, line, MARK if line.is_proposed else None), class_="libelle"),
                cell(wording.indicator_type(grid, line), label="Type", class_="type"),
                cell(wording.indicator_number(line, content.assessment), label="Nombre", class_="nombre"),
                cell(written(remark) if remark.strip() else None, class_="commentaire"),
            )
        )
    return table(
        f"Mission {mission.number}{NBSP}: indicateurs",
        [head],
        rows,
        class_="pile indicateurs",
        caption_class="lu",
        columns=("libelle", "type", "nombre", "commentaire"),
    )


# The first page: the percentages, the radar, the findings.

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
                *_figure(figures, "radar", "Pourcentages par mission et par politique"),
                element("h3", wording.MISSING),
                _findings(content),
                class_="gauche",
            ),
            element(
                "div",
                _table(content, grid, scores),
                *_figure(content.line_figures, "radar-lignes", "Pourcentages par ligne"),
                class_="droite",
            ),
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


def _figure(figures: Figures | None, name: str, title: str) -> list[Element]:
    """Return the radar of `figures`; nothing where nothing is noted."""
    if figures is None or figures.is_empty:
        return []
    return [element("figure", radar_svg(figures, name, title))]


def _table(content: ReportContent, grid: Grid, scores: Scores) -> Element:
    """Return the table of the radar's percentages."""
    columns = [*(policy.label for policy in grid.policies), TOTAL]
    if content.previous is not None:
        columns.append(content.previous.name)
    names = [element("span", name) for name in columns]
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
