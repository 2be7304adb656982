"""The last sheets: what changed, the meeting with the adviser, lines kept apart, scale and method."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from ctg_tui.domain.assessment import Action, PreparationTopic
from ctg_tui.domain.results import in_grid_order
from ctg_tui.report import wording
from ctg_tui.report.content import ReportContent
from ctg_tui.report.xlsx import data
from ctg_tui.report.xlsx.sheet import Area, Column, Sheet
from ctg_tui.wording.french import DASH, NBSP, TOPICS, listing
from ctg_tui.wording.lines import line_number, outcome_in_words, outcome_name
from ctg_tui.wording.results import Differences

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
    labels = {policy.id: policy.label for policy in content.grid.policies} if content.grid else {}
    sheet.line("Lignes hors grille", "title")
    sheet.line(wording.FOREIGN, "quiet")
    sheet.skip()
    head = sheet.row
    sheet.cells([Column(name, "head") for name in ("Ligne", "Réponses", "Nombre", "Textes")])
    sheet.worksheet.freeze_panes(sheet.row, 1)
    for line in content.foreign_lines:
        answers = ", ".join(
            f"{labels.get(policy, policy)} {wording.answer_shown(answer)}"
            for policy, answer in line.answers.items()
        )
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
        since = data.changes_since_sent(changes)
        sheet.named("Code court", content.short_fingerprint, since)
        sheet.named("Code complet", content.fingerprint)
        sheet.line(wording.FINGERPRINT)
        if since is not None:
            sheet.line(wording.CHANGES)
    sheet.print_set_up(wording.whose(content))
