"""The Caf's table, mission by mission, laid out as on paper."""

from __future__ import annotations

from ctg_tui.domain.answers import Answer, Cell, NotConcerned, answer_text
from ctg_tui.domain.grid import Activity, Grid, Indicator, Mission
from ctg_tui.domain.scores import FigureRow, Scores, figure_rows
from ctg_tui.report import wording
from ctg_tui.report.content import ReportContent
from ctg_tui.report.elements import Element, Node, element
from ctg_tui.report.html.parts import (
    cell,
    column_header,
    hidden,
    paragraph,
    row,
    row_header,
    section,
    table,
    written,
)
from ctg_tui.report.html.summary import tally_cell
from ctg_tui.wording.french import NBSP, explain
from ctg_tui.wording.lines import line_number
from ctg_tui.wording.provenance import MARK, numbered, whose_lines


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
    """Return a note, NC, or a dot that screen readers read as « sans réponse »."""
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
