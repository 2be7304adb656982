"""The sections after the missions: meeting with the adviser, foreign lines, scale and method, fingerprint."""

from __future__ import annotations

from ctg_tui.domain.assessment import Action, PreparationTopic
from ctg_tui.domain.grid import Grid
from ctg_tui.domain.results import in_grid_order
from ctg_tui.report import wording
from ctg_tui.report.content import ForeignLine, ReportContent
from ctg_tui.report.elements import (
    Element,
    Node,
    cell,
    column_header,
    definitions,
    element,
    items,
    paragraph,
    row,
    row_header,
    section,
    table,
    written,
)
from ctg_tui.wording.french import DASH, NBSP, TOPICS, day, listing
from ctg_tui.wording.lines import line_number, outcome_in_words, outcome_name

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
