"""Lines of a grid as people read them in a list: their place, their notes, their texts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final, NamedTuple

from ctg_tui.domain.assessment import Action, Assessment, Cell, Outcome, answer_text
from ctg_tui.domain.grid import Grid, number_of
from ctg_tui.domain.results import PastAction
from ctg_tui.domain.steps import foreign_ids, lines_rated
from ctg_tui.domain.text import clean
from ctg_tui.wording.french import DASH, NBSP, short_day, thousands
from ctg_tui.wording.provenance import MARK

LOW_NOTES: Final = frozenset({0, 1})


class LineInWords(NamedTuple):
    """A line with its notes; `comment` and `action` are empty when there is none."""

    id: str
    place: str
    """`1.03`: the mission and the rank in it."""
    label: str
    notes: str
    """`Famille 2, Éducation NC`."""
    comment: str = ""
    action: str = ""
    """`→ ce qui sera fait · par qui · pour le 31 mars 2027`."""


class StoredLine(NamedTuple):
    """The answers and texts of a line, whatever grid has it."""

    id: str
    answers: str
    texts: tuple[str, ...]


def planned_lines(grid: Grid, assessment: Assessment) -> tuple[LineInWords, ...]:
    """Return the lines noted 0 or 1 somewhere, and those that have an action all the same, in grid order."""
    low = {cell.activity for cell in lines_rated(grid, assessment, LOW_NOTES)}
    return tuple(
        _in_words(grid, assessment, line_id, [Cell(line_id, policy.id) for policy in grid.policies])
        for line_id in grid.activities
        if line_id in low or line_id in assessment.actions
    )


def foreign_lines(grid: Grid, assessment: Assessment) -> tuple[StoredLine, ...]:
    """Return the answers and texts of lines that `grid` does not have; its policies keep their labels."""
    labels = {policy.id: policy.label for policy in grid.policies}
    return tuple(stored_line(assessment, line_id, labels) for line_id in foreign_ids(grid, assessment))


def line_number(grid: Grid, line: str, mark: str = f"{NBSP}{MARK}") -> str:
    """Return `1.3`, the number of a line; `2.1 °`, with the `mark`, for a proposed one."""
    return f"{number_of(grid, line)}{mark if grid.whole.line(line).is_proposed else ''}"


def outcome_name(outcome: Outcome | None) -> str:
    """Return `fait`, `reporté` or `abandonné`: what became of an action; a dash when nothing is said."""
    if outcome is None:
        return DASH
    return {"fait": "fait", "reporte": "reporté", "abandonne": "abandonné"}[outcome.value]


def outcome_in_words(past: PastAction) -> str:
    """Return `reporté en 2026`; a dash when nothing is said of the action."""
    said_in = f" en {past.closed}" if past.closed is not None and past.closed != past.planned else ""
    return f"{outcome_name(past.action.outcome)}{said_in}"


def past_action_in_a_line(past: PastAction) -> str:
    """Return `2025 → ce qui sera fait · reporté en 2026`: an action of the engagement."""
    words = action_in_a_line(past.action)
    said_in = f" en {past.closed}" if past.closed is not None and past.closed != past.planned else ""
    return f"{past.planned} {words}{said_in}"


def action_in_a_line(action: Action | None) -> str:
    """Return `→ ce qui sera fait · par qui · pour le 31 mars 2027`; empty for no action."""
    if action is None:
        return ""
    parts = [clean(action.what, multiline=True).strip(), clean(action.who).strip()]
    if action.due is not None:
        parts.append(f"pour le {short_day(action.due)} {action.due.year}")
    if action.outcome is not None:
        parts.append(outcome_name(action.outcome))
    return f"→ {' · '.join(part for part in parts if part)}"


def _in_words(grid: Grid, assessment: Assessment, line_id: str, cells: Iterable[Cell]) -> LineInWords:
    labels = {policy.id: policy.label for policy in grid.policies}
    return LineInWords(
        line_id,
        line_number(grid, line_id),
        clean(grid.activities[line_id].label),
        notes_of(assessment, cells, labels),
        _written(assessment.comments.get(line_id, "")),
        action_in_a_line(assessment.actions.get(line_id)),
    )


def stored_line(assessment: Assessment, line_id: str, labels: Mapping[str, str]) -> StoredLine:
    """Return all that is stored of a line; `labels` names policies by their id."""
    answers = [
        notes_of(assessment, (cell for cell in assessment.answers if cell.activity == line_id), labels)
    ]
    if line_id in assessment.numbers:
        answers.append(f"nombre{NBSP}{thousands(assessment.numbers[line_id])}")
    action = assessment.actions.get(line_id)
    texts = (
        assessment.comments.get(line_id, ""),
        assessment.remarks.get(line_id, ""),
        action.what if action else "",
    )
    return StoredLine(
        clean(line_id), ", ".join(filter(None, answers)), tuple(filter(None, map(_written, texts)))
    )


def notes_of(assessment: Assessment, cells: Iterable[Cell], labels: Mapping[str, str]) -> str:
    """Return `Famille 2, Éducation NC`; `labels` names policies by their id."""
    given = ((cell, assessment.answers.get(cell)) for cell in cells)
    return ", ".join(
        f"{clean(labels.get(cell.policy, cell.policy))}{NBSP}{answer_text(answer)}"
        for cell, answer in given
        if answer is not None
    )


def _written(text: str) -> str:
    return clean(text, multiline=True).strip()
