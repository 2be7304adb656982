"""All the texts of a submission, in the order of the grid, for the person who received it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple, TypeVar

from ctg_tui.domain.assessment import Assessment, Cell, PreparationTopic
from ctg_tui.domain.grid import Grid
from ctg_tui.domain.text import clean
from ctg_tui.wording.french import NBSP, TOPICS, thousands
from ctg_tui.wording.lines import MARK, action_in_a_line, line_number, notes_of

Value = TypeVar("Value")


class Text(NamedTuple):
    """A text under its heading. `place` is empty or `1.03`."""

    place: str
    heading: str
    body: str


class Section(NamedTuple):
    """The texts of one kind; never empty."""

    title: str
    texts: tuple[Text, ...]


def sections(grid: Grid | None, assessment: Assessment) -> tuple[Section, ...]:
    """Return comments, indicators, preparation and actions; lines of an unknown grid have their id."""
    every = (
        ("Commentaires", tuple(_comments(grid, assessment))),
        ("Indicateurs", tuple(_indicators(grid, assessment))),
        ("Pour l’entretien", tuple(_preparation(assessment))),
        ("Actions choisies", tuple(_actions(grid, assessment))),
    )
    return tuple(Section(title, texts) for title, texts in every if texts)


def _comments(grid: Grid | None, assessment: Assessment) -> Iterator[Text]:
    for activity, text in _in_order(grid, assessment.comments):
        yield _of_line(grid, assessment, activity, text)


def _actions(grid: Grid | None, assessment: Assessment) -> Iterator[Text]:
    for activity, action in _in_order(grid, assessment.actions):
        yield _of_line(grid, assessment, activity, action_in_a_line(action))


def _of_line(grid: Grid | None, assessment: Assessment, activity: str, text: str) -> Text:
    if grid is None or activity not in grid.activities:
        return Text("", clean(activity), _body(text))
    labels = {policy.id: policy.label for policy in grid.policies}
    notes = notes_of(assessment, (Cell(activity, policy) for policy in labels), labels)
    label = clean(grid.activities[activity].label)
    return Text(line_number(grid, activity), f"{label} ({notes})" if notes else label, _body(text))


def _indicators(grid: Grid | None, assessment: Assessment) -> Iterator[Text]:
    filled = {**assessment.numbers, **assessment.remarks}
    known = grid.indicators if grid else {}
    for indicator in (*(key for key in known if key in filled), *(key for key in filled if key not in known)):
        number = assessment.numbers.get(indicator)
        parts = ("" if number is None else thousands(number), assessment.remarks.get(indicator, ""))
        is_known = grid is not None and indicator in known
        label = clean(known[indicator].label) if is_known else clean(indicator)
        mark = f"{NBSP}{MARK}" if is_known and known[indicator].is_proposed else ""
        yield Text("", label + mark, _body(" – ".join(filter(None, parts))))


def _preparation(assessment: Assessment) -> Iterator[Text]:
    for topic in PreparationTopic:
        if text := _body(assessment.preparation.get(topic, "")):
            yield Text("", TOPICS[topic], text)


def _in_order(grid: Grid | None, values: Mapping[str, Value]) -> Iterator[tuple[str, Value]]:
    """Yield the values by line, in the order of the grid, then those of lines that it does not have."""
    known = [activity for activity in (grid.activities if grid else ()) if activity in values]
    for activity in dict.fromkeys((*known, *values)):
        yield activity, values[activity]


def _body(text: str) -> str:
    return clean(text, multiline=True).strip()
