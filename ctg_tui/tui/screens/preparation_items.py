"""The preparation sheet as items of a list: its four parts, then the lines to work on and their actions."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from ctg_tui.domain.assessment import Assessment, Moment, PreparationTopic
from ctg_tui.domain.errors import typeset
from ctg_tui.domain.grid import Grid
from ctg_tui.domain.results import PastAction, YearPlan, in_grid_order, over_the_years, to_close
from ctg_tui.domain.scores import line_count
from ctg_tui.tui.screens.summary_items import gap, section_title, sentence
from ctg_tui.tui.texts import shown, shown_text
from ctg_tui.tui.widgets.listing import ACCENT, PLAIN, SOFT, STRONG, Item, Line, Piece, hanging
from ctg_tui.wording.french import TOPICS
from ctg_tui.wording.lines import LineInWords, line_number, past_action_in_a_line, planned_lines
from ctg_tui.wording.provenance import count_apart, out_of

TOPIC: Final = "partie"
ACTION: Final = "action"
TO_CLOSE: Final = "clore"
_NUMBER: Final = len("2.10 °")
"""The cells of a line's number, in which the texts of all lines begin at one column."""


def preparation_items(
    grid: Grid, assessment: Assessment, years: Sequence[YearPlan] = (), *, read_only: bool = False
) -> Iterator[Item]:
    """Yield the items of the sheet; a key is `partie:topic`, `action:activity` or `clore:activity`.

    `years` are the plans of the former years of the engagement.
    """
    advice = "" if read_only else typeset("Entrée : écrire")
    yield section_title("Pour l’entretien avec la Caf", advice)
    for topic in PreparationTopic:
        empty = "non renseigné" if read_only else "à écrire"
        yield _topic_item(topic, assessment.preparation.get(topic, ""), empty)
    lines = planned_lines(grid, assessment)
    planned = line_count((line.id for line in lines if line.action), grid.proposed_lines)
    chosen = line_count((line.id for line in lines), grid.proposed_lines)
    beside = out_of(planned, chosen, "action") if lines else ""
    yield section_title("Ce que je choisis de travailler (notes 0 et 1)", beside)
    if not lines:
        yield sentence("Aucune ligne notée 0 ou 1.")
    yield from map(_action_item, lines)
    yield from _former_items(grid, assessment, years, read_only=read_only)
    yield gap()


def _former_items(
    grid: Grid, assessment: Assessment, years: Sequence[YearPlan], *, read_only: bool
) -> Iterator[Item]:
    """Yield the actions of former years to close; at the end of the engagement, all of them too."""
    left = to_close(assessment, years)
    if left:
        advice = "" if read_only else typeset("F : fait · R : reporté · A : abandonné")
        yield section_title("Actions des années précédentes, à clore", advice)
        for past in in_grid_order(left, [*grid.activities]):
            yield _past_item(grid, past, f"{TO_CLOSE}:{past.activity}")
    if assessment.identity.moment is not Moment.END:
        return
    every = over_the_years((*years, YearPlan(assessment.identity, assessment.actions)))
    known = [past for past in every if past.activity in grid.activities]
    if known:
        yield section_title("Toutes les actions de l’engagement", _actions(grid, known))
        for past in in_grid_order(known, [*grid.activities]):
            yield _past_item(grid, past, None)


def _actions(grid: Grid, past: Sequence[PastAction]) -> str:
    return count_apart(line_count((each.activity for each in past), grid.proposed_lines), "action")


def _past_item(grid: Grid, past: PastAction, key: str | None) -> Item:
    head = Piece(f"{line_number(grid, past.activity):<{_NUMBER}} ", SOFT)
    label = shown(grid.activities[past.activity].label)

    def lines(width: int) -> Sequence[Line]:
        words = hanging(Piece(" " * len(head.text)), past_action_in_a_line(past), width, ACCENT)
        return *hanging(head, label, width), *words, ()

    return Item(key, lines)


def _topic_item(topic: PreparationTopic, text: str, empty: str) -> Item:
    cleaned = shown_text(text).strip()

    def lines(width: int) -> Sequence[Line]:
        body, role = (cleaned, PLAIN) if cleaned else (empty, SOFT)
        return (Piece(TOPICS[topic], STRONG),), *hanging(Piece("  "), body, width, role), ()

    return Item(f"{TOPIC}:{topic.value}", lines)


def _action_item(line: LineInWords) -> Item:
    head = Piece(f"{line.place:<{_NUMBER}} ", SOFT)
    label = shown(f"{line.label} ({line.notes})" if line.notes else line.label)

    def lines(width: int) -> Sequence[Line]:
        action = hanging(Piece(" " * len(head.text)), line.action, width, ACCENT) if line.action else ()
        return *hanging(head, label, width), *action, ()

    return Item(f"{ACTION}:{line.id}", lines)
