"""The preparation sheet as items of a list: its four parts, then the lines to work on and their actions."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from ctg_tui.domain.answers import Cell, answer_text
from ctg_tui.domain.assessment import Action, Assessment, PreparationTopic
from ctg_tui.domain.completeness import lines_rated
from ctg_tui.domain.errors import typeset
from ctg_tui.domain.grid import Grid
from ctg_tui.domain.text import clean
from ctg_tui.tui.screens.summary_items import gap, place_name, section_title, sentence
from ctg_tui.tui.texts import shown, wrap
from ctg_tui.tui.widgets.listing import ACCENT, PLAIN, SOFT, STRONG, Item, Line, Piece
from ctg_tui.wording.french import NBSP, TOPICS, count, short_day

TOPIC: Final = "partie"
ACTION: Final = "action"
LOW: Final = frozenset({0, 1})


def planned_lines(grid: Grid, assessment: Assessment) -> tuple[str, ...]:
    """The activities noted 0 or 1 somewhere, and those that have an action all the same, in grid order."""
    low = {cell.activity for cell in lines_rated(grid, assessment, LOW)}
    return tuple(one for one in grid.activities if one in low or one in assessment.actions)


def preparation_items(grid: Grid, assessment: Assessment) -> Iterator[Item]:
    """Everything on the sheet; a key is `partie:topic` or `action:activity`."""
    yield section_title("Pour l’échange avec le conseiller", typeset("Entrée : écrire"))
    for topic in PreparationTopic:
        yield _topic_item(topic, assessment.preparation.get(topic, ""))
    lines = planned_lines(grid, assessment)
    planned = sum(one in assessment.actions for one in lines)
    beside = f"{count(planned, 'action')} sur {count(len(lines), 'ligne')}" if lines else ""
    yield section_title("Ce que je choisis de travailler (notes 0 et 1)", beside)
    if not lines:
        yield sentence("Aucune ligne notée 0 ou 1.")
    for activity in lines:
        yield _action_item(grid, assessment, activity)
    yield gap()


def _topic_item(topic: PreparationTopic, text: str) -> Item:
    kept = clean(text, multiline=True).strip()

    def lines(width: int) -> Sequence[Line]:
        body, role = (kept, PLAIN) if kept else ("à écrire", SOFT)
        written = [(Piece("  "), Piece(line, role)) for line in wrap(body, width - 2)]
        return (Piece(TOPICS[topic], STRONG),), *written, ()

    return Item(f"{TOPIC}:{topic.value}", lines)


def _action_item(grid: Grid, assessment: Assessment, activity: str) -> Item:
    line = grid.activities[activity]
    notes = ", ".join(
        f"{shown(policy.label)}{NBSP}{answer_text(answer)}"
        for policy in grid.policies
        if (answer := assessment.answers.get(Cell(activity, policy.id))) is not None
    )
    head = f"{place_name(grid.mission_of[activity], activity)}  "
    action = assessment.actions.get(activity)

    def lines(width: int) -> Sequence[Line]:
        indent, room = " " * len(head), max(width - len(head), 10)
        first, *others = wrap(f"{shown(line.label)} ({notes})" if notes else shown(line.label), room)
        told: list[Line] = [(Piece(head, SOFT), Piece(first))]
        told += [(Piece(indent), Piece(other)) for other in others]
        if action is not None:
            told += [(Piece(indent), Piece(one, ACCENT)) for one in wrap(action_text(action), room)]
        return *told, ()

    return Item(f"{ACTION}:{activity}", lines)


def action_text(action: Action) -> str:
    """`→ ce qui sera fait · par qui · avant le 31 mars`."""
    parts = [clean(action.what, multiline=True).strip(), shown(action.who).strip()]
    if action.due is not None:
        parts.append(f"pour le {short_day(action.due)} {action.due.year}")
    return f"→ {' · '.join(part for part in parts if part)}"
