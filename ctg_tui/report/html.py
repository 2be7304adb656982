"""The HTML report: one printable file; a security policy forbids scripts and any request."""

from __future__ import annotations

import base64
import hashlib
from functools import cache
from importlib.resources import files

from ctg_tui.chart.figures import Figures
from ctg_tui.domain.assessment import (
    Action,
    Answer,
    Cell,
    NotConcerned,
    PreparationTopic,
    Status,
    answer_text,
)
from ctg_tui.domain.grid import Activity, Grid, Indicator, Mission
from ctg_tui.domain.results import in_grid_order
from ctg_tui.domain.scores import FigureRow, Scores, Tally, figure_rows
from ctg_tui.report import wording
from ctg_tui.report.content import ForeignLine, ReportContent
from ctg_tui.report.elements import (
    Element,
    Node,
    cell,
    column_header,
    definitions,
    element,
    hidden,
    items,
    paragraph,
    row,
    row_header,
    section,
    serialise,
    table,
    written,
)
from ctg_tui.wording.french import DASH, NBSP, TOPICS, day, explain, listing
from ctg_tui.wording.lines import (
    MARK,
    TOTAL,
    TOTAL_PROPOSED,
    basis,
    line_number,
    marked,
    numbered,
    outcome_in_words,
    outcome_name,
    total_name,
    whose_lines,
)
from ctg_tui.wording.results import DifferentLine, DifferentLines
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
    from ctg_tui.report.radar import radar_svg  # it measures with rich, which the minutes do without

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


PREPARATION = ("preparation", "Préparer l’entretien avec la Caf")
FOREIGN = ("hors-grille", "Lignes hors grille")
METHOD = ("methode", "Échelle et méthode")
FINGERPRINT = ("controle", "Code de contrôle")


def preparation(content: ReportContent) -> Element:
    return section(
        *PREPARATION,
        element("p", wording.reminder(content), class_="rappel", aria_hidden="true"),
        element("div", *(_topic(content, topic) for topic in PreparationTopic), class_="sujets"),
        element("h3", "Ce qui sera fait"),
        _actions(content),
        *_engagement(content),
        *_rated(content, "Lignes notées 3", frozenset({3})),
        *_rated(content, "Lignes notées 0 ou 1", frozenset({0, 1})),
        class_="preparation",
    )


def _topic(content: ReportContent, topic: PreparationTopic) -> Element:
    text = content.assessment.preparation.get(topic, "")
    body = written(text) if text.strip() else paragraph(wording.NOTHING_WRITTEN, class_="absent")
    return element("div", element("h3", TOPICS[topic]), body)


def _actions(content: ReportContent) -> Element:
    planned = [
        (line_number(grid, line.id), line.label, action)
        for grid in filter(None, (content.grid,))
        for mission in grid.missions
        for line, action in content.planned(mission)
    ]
    if not planned:
        elsewhere = bool(content.assessment.actions)
        return paragraph(wording.ACTIONS_ELSEWHERE if elsewhere else wording.NO_ACTION, class_="absent")
    closed = any(action.outcome for _, _, action in planned)
    names = ("Activité", "Quoi", "Qui", "Quand", *(["Devenir"] if closed else []))
    head = row(*(column_header(name) for name in names))
    rows = [
        row(
            row_header(element("span", f"{number} ", class_="numero"), label, class_="libelle"),
            *_action_cells(action),
            *([cell(outcome_name(action.outcome), label="Devenir")] if closed else []),
        )
        for number, label, action in planned
    ]
    return table("Actions prévues", [head], rows, class_="pile actions", caption_class="lu")


def _engagement(content: ReportContent) -> tuple[Node, ...]:
    """Return every action of the engagement; nothing before its last assessment."""
    grid = content.grid
    if grid is None or not content.engagement:
        return ()
    head = row(*(column_header(name) for name in ("Activité", "Année", "Quoi", "Qui", "Quand", "Devenir")))
    rows = [
        row(
            row_header(
                element("span", f"{line_number(grid, past.activity)} ", class_="numero"),
                grid.activities[past.activity].label,
                class_="libelle",
            ),
            cell(str(past.planned), label="Année"),
            *_action_cells(past.action),
            cell(outcome_in_words(past), label="Devenir"),
        )
        for past in in_grid_order(content.engagement, [*grid.activities])
        if past.activity in grid.activities
    ]
    caption = "Toutes les actions de l’engagement"
    return element("h3", caption), table(caption, [head], rows, class_="pile actions", caption_class="lu")


def _action_cells(action: Action) -> tuple[Element, ...]:
    return (
        cell(written(action.what), label="Quoi", class_="quoi"),
        cell(written(action.who) if action.who.strip() else DASH, label="Qui", class_="qui"),
        cell(day(action.due) if action.due else "date à fixer", label="Quand", class_="quand"),
    )


def _rated(content: ReportContent, title: str, notes: frozenset[int]) -> tuple[Node, ...]:
    lines = wording.rated_lines(content, notes)
    if not lines:
        return ()
    texts = (
        f"{number} {line.label}{NBSP}: {listing(f'{label} {note}' for label, note in rated)}"
        for number, line, rated in lines
    )
    return element("h3", title), items(texts, class_="lignes")


def foreign(content: ReportContent) -> Element | None:
    """Return the section of the lines that the grid does not have; None without any."""
    if not content.foreign_lines:
        return None
    labels = {policy.id: policy.label for policy in content.grid.policies} if content.grid else {}
    head = row(*(column_header(name) for name in ("Ligne", "Réponses", "Nombre", "Textes")))
    names = content.line_names
    rows = [_foreign_row(line, names.get(line.id, line.id), labels) for line in content.foreign_lines]
    return section(
        *FOREIGN,
        paragraph(wording.FOREIGN),
        table("Lignes hors grille", [head], rows, class_="pile apart", caption_class="lu"),
    )


def _foreign_row(line: ForeignLine, name: str, labels: dict[str, str]) -> Element:
    answers = ", ".join(
        f"{labels.get(policy, policy)} {wording.answer_shown(answer)}"
        for policy, answer in line.answers.items()
    )
    action = line.action
    return row(
        row_header(name),
        cell(answers or DASH, label="Réponses"),
        cell(DASH if line.number is None else f"{line.number}", label="Nombre"),
        cell(
            written(line.comment) if line.comment.strip() else None,
            None if action is None else written(wording.action_in_words(action)),
            class_="commentaire",
        ),
    )


def method(content: ReportContent) -> Element:
    grid = content.grid
    return section(
        *METHOD,
        *(() if grid is None else _grid_words(grid)),
        element("h3", "Calcul"),
        items(wording.METHOD),
    )


def _grid_words(grid: Grid) -> tuple[Element, ...]:
    head = row(column_header("Note"), column_header("Sens"))
    rows = [row(row_header(step.code), cell(step.label)) for step in grid.scale]
    themes = listing(theme.label for theme in grid.themes)
    parts = [
        element("h3", grid.title),
        paragraph(grid.definition, class_="definition"),
        element("h3", "Mode opératoire"),
        items(grid.instructions),
        element("h3", "Échelle"),
        table("Échelle des notes", [head], rows, class_="echelle", caption_class="lu"),
    ]
    if themes:
        parts.append(paragraph(f"Thématiques{NBSP}: {themes}.", class_="legende"))
    return tuple(parts)


def fingerprint(content: ReportContent) -> Element:
    if content.fingerprint is None:
        return section(*FINGERPRINT, paragraph(wording.NO_FINGERPRINT))
    rows = (("Code court", content.short_fingerprint), ("Code complet", content.fingerprint))
    return section(
        *FINGERPRINT,
        definitions(rows, class_="faits controle"),
        paragraph(wording.FINGERPRINT),
        class_="entier",
    )


DIFFERENCES_ID = "depuis"


def changes(content: ReportContent) -> Element | None:
    """Return the section; None when nothing can be compared."""
    found = content.differences
    if found is None:
        return None
    parts = (node for one in found.sections for node in _section(one))
    return section(DIFFERENCES_ID, found.title, paragraph(found.summary), *parts)


def _section(lines: DifferentLines) -> tuple[Node, ...]:
    return element("h3", lines.title), items(map(_line, lines.lines), class_="lignes")


def _line(line: DifferentLine) -> str:
    notes = f"{NBSP}: {line.notes}" if line.notes else ""
    return f"{line.number} {line.label}{notes}"


CONTENT = "contenu"


def render(content: ReportContent) -> str:
    """Return the whole report, to be written as UTF-8. The same content gives the same text."""
    parts = _header(content), _contents(content), _main(content), _footer(content)
    return whole_page(content.title, content.software, *parts)


@cache
def style_sheet() -> str:
    """Return the style sheet of the report, as it stands in the page."""
    return (files(__package__) / "report.css").read_text(encoding="utf-8")


@cache
def security_policy() -> str:
    """Return the policy: nothing is loaded, run or sent, and the one style sheet is allowed by its hash."""
    digest = base64.b64encode(hashlib.sha256(style_sheet().encode("utf-8")).digest()).decode("ascii")
    return f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"


def whole_page(title: str, software: str, *body: Element) -> str:
    """Return a page whose part `CONTENT` is one key away from its top."""
    document = element(
        "html",
        element(
            "head",
            element("meta", charset="utf-8"),
            element("meta", http_equiv="Content-Security-Policy", content=security_policy()),
            element("meta", name="viewport", content="width=device-width, initial-scale=1"),
            element("meta", name="referrer", content="no-referrer"),
            element("meta", name="generator", content=software),
            element("title", title),
            element("style", style_sheet()),
        ),
        element("body", element("a", "Aller au contenu", href=f"#{CONTENT}", class_="saut"), *body),
        lang="fr",
    )
    return f"<!DOCTYPE html>\n{serialise(document)}\n"


def _header(content: ReportContent) -> Element:
    draft = content.assessment.status is Status.DRAFT
    return element(
        "header",
        element("h1", content.title),
        paragraph("Document de travail, à discuter avec la Caf.", class_="provisoire") if draft else None,
        definitions(wording.facts(content), class_="faits"),
    )


def _contents(content: ReportContent) -> Element:
    places = [(ID, TITLE)]
    if content.grid is not None:
        places += [
            (mission_id(mission), f"{mission.number}{NBSP}{mission.short_title}")
            for mission in content.grid.missions
        ]
    if (found := content.differences) is not None:
        places.append((DIFFERENCES_ID, found.title))
    places.append(PREPARATION)
    if content.foreign_lines:
        places.append(FOREIGN)
    places += [METHOD, FINGERPRINT]
    links = (element("a", title, href=f"#{identifier}") for identifier, title in places)
    return element("nav", items(links), aria_label="Sommaire")


def _main(content: ReportContent) -> Element:
    return element(
        "main",
        summary(content),
        *(() if content.grid is None else _missions(content, content.grid)),
        changes(content),
        preparation(content),
        foreign(content),
        method(content),
        fingerprint(content),
        id=CONTENT,
        tabindex="-1",
    )


def _missions(content: ReportContent, grid: Grid) -> tuple[Element, ...]:
    scores = content.scores
    if scores is None:
        return ()
    return tuple(mission_section(content, grid, scores, mission) for mission in grid.missions)


def _footer(content: ReportContent) -> Element:
    return element("footer", paragraph(f"{wording.reminder(content)}. Fait avec {content.software}."))


__all__ = ["render"]
