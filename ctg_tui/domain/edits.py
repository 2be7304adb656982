"""The changes that each edit of a person makes; how their values are checked, cleaned and applied."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from ctg_tui.domain.assessment import (
    NOT_CONCERNED,
    Action,
    Answer,
    Assessment,
    Cell,
    Draft,
    Identity,
    PreparationTopic,
    Said,
    answer_text,
    parse_answer,
)
from ctg_tui.domain.changes import (
    BLANK,
    Change,
    Edit,
    Field,
    Operation,
    action_text,
    cell_key,
    of_value,
    parse_action,
    parse_cell_key,
    set_aside_text,
)
from ctg_tui.domain.details import cleaned_identity, parts, with_part
from ctg_tui.domain.forecast import Forecast, forecast_text
from ctg_tui.domain.grid import Grid
from ctg_tui.domain.grid_files import adoption, changes_between, line_values, parse_grid
from ctg_tui.domain.thread import draft_text, parse_draft, parse_said, said_text, union


def _parse_set_aside(text: str) -> Answer | None:
    return None if text == BLANK else parse_answer(text)


PLACES: Mapping[Field, tuple[str, Callable[[str], Any], Callable[[str], Any]]] = {
    Field.ANSWER: ("answers", parse_cell_key, parse_answer),
    Field.SET_ASIDE: ("set_aside", parse_cell_key, _parse_set_aside),
    Field.COMMENT: ("comments", str, str),
    Field.NUMBER: ("numbers", str, int),
    Field.REMARK: ("remarks", str, str),
    Field.PREPARATION: ("preparation", PreparationTopic, str),
    Field.ACTION: ("actions", str, parse_action),
    Field.SAID: ("said", str, parse_said),
    Field.DRAFT: ("drafts", str, parse_draft),
}
"""The attribute of an assessment that holds the values of a field, what reads a key, what reads a value."""


def apply(assessment: Assessment, changes: Iterable[Change]) -> Assessment:
    """Return `assessment` with the `after` of every change; it holds no forecast."""
    updated: dict[str, Any] = {}
    for change in changes:
        if change.field is Field.FORECAST:
            continue
        if change.field is Field.DETAILS:
            details = updated.get("identity", assessment.identity)
            updated["identity"] = with_part(details, change.key, change.after)
            continue
        if change.field is Field.GRID:
            updated |= parse_grid(change.after)
            continue
        attribute, key_of, value_of = PLACES[change.field]
        values = updated.setdefault(attribute, dict(getattr(assessment, attribute)))
        key = key_of(change.key)
        if change.after is None:
            values.pop(key, None)
        else:
            values[key] = value_of(change.after)
    return assessment._replace(**updated)


def _text(answer: Answer | None) -> str | None:
    return None if answer is None else answer_text(answer)


def rate(assessment: Assessment, cells: Iterable[Cell], answer: Answer | None) -> tuple[Change, ...]:
    """Give `answer` (None: no answer) to every cell; drop the answers that a column edit set aside there."""
    changes = []
    for cell in cells:
        before = assessment.answers.get(cell)
        if before == answer:
            continue
        changes.append(Change(Field.ANSWER, cell_key(cell), _text(before), _text(answer)))
        if cell in assessment.set_aside:
            kept = set_aside_text(assessment.set_aside[cell])
            changes.append(Change(Field.SET_ASIDE, cell_key(cell), kept, None))
    return tuple(changes)


def column_cells(grid: Grid, policy: str) -> tuple[Cell, ...]:
    """Return the cells of one policy."""
    return tuple(Cell(line, policy) for line in grid.activities)


def neutralise(assessment: Assessment, cells: Iterable[Cell]) -> tuple[Change, ...]:
    """Make every cell NC, setting its answer aside. Cells already NC stay as they are."""
    changes = []
    for cell in cells:
        before = assessment.answers.get(cell)
        if before is NOT_CONCERNED:
            continue
        changes.append(Change(Field.ANSWER, cell_key(cell), _text(before), answer_text(NOT_CONCERNED)))
        changes.append(Change(Field.SET_ASIDE, cell_key(cell), None, set_aside_text(before)))
    return tuple(changes)


def give_back(assessment: Assessment, cells: Iterable[Cell]) -> tuple[Change, ...]:
    """Put back the answers that `neutralise` set aside."""
    changes = []
    for cell in cells:
        if cell not in assessment.set_aside:
            continue
        kept = assessment.set_aside[cell]
        changes.append(Change(Field.ANSWER, cell_key(cell), _text(assessment.answers.get(cell)), _text(kept)))
        changes.append(Change(Field.SET_ASIDE, cell_key(cell), set_aside_text(kept), None))
    return tuple(changes)


def _turn_column(grid: Grid, assessment: Assessment, policy: str) -> tuple[Change, ...]:
    """Make a policy NC or, when it is, put its answers back."""
    cells = column_cells(grid, policy)
    if not is_column_neutral(grid, assessment, policy):
        return neutralise(assessment, cells)
    return give_back(assessment, cells) or rate(assessment, cells, None)


def is_column_neutral(grid: Grid, assessment: Assessment, policy: str) -> bool:
    """Return whether every cell of a policy is NC."""
    return all(assessment.answers.get(cell) is NOT_CONCERNED for cell in column_cells(grid, policy))


def turned_policies(grid: Grid, assessment: Assessment, identity: Identity) -> tuple[str, ...]:
    """Return the policies that the people of `identity` turn: no person has it any more, or one has it again.

    Those whose column is as it should be already are left out, and so are all while no person has a name.
    """
    before, after = (
        {policy for person in people for policy in person.policies}
        for people in (assessment.identity.coordinators, identity.coordinators)
    )
    if not (assessment.identity.coordinators and identity.coordinators):
        return ()
    return tuple(
        policy.id
        for policy in grid.policies
        if policy.id in before ^ after
        and (policy.id in after) == is_column_neutral(grid, assessment, policy.id)
    )


def describe_with_columns(grid: Grid, assessment: Assessment, identity: Identity) -> tuple[Change, ...]:
    """Set the details, and the columns of the policies that they turn (`turned_policies`) with them.

    A policy that no person has is NC on every line; a column wholly NC gets its answers back once one has.
    """
    turned = turned_policies(grid, assessment, identity)
    made = (change for policy in turned for change in _turn_column(grid, assessment, policy))
    return (*made, *describe(assessment.identity, cleaned_identity(identity)))


def filling(assessment: Assessment, before: Grid, after: Grid) -> Edit:
    """Return the edit that fills with the grid `after`; `before` is that of `assessment`.

    A policy that was NC everywhere is NC on the blank cells of the new lines too.
    """
    made = adoption(assessment, before, after).edit.changes
    left = {policy.id for policy in before.policies if is_column_neutral(before, assessment, policy.id)}
    there = apply(assessment, made)
    blank = [
        cell
        for cell in after.cells
        if cell.policy in left and cell.activity not in before.activities and cell not in there.answers
    ]
    return Edit(Operation.ADOPTION, (*made, *neutralise(there, blank)))


def write_text(assessment: Assessment, field: Field, key: str, text: str) -> tuple[Change, ...]:
    """Set a text (comment, remark, preparation); an empty text is the absence of one."""
    attribute, key_of, _ = PLACES[field]
    before: str | None = getattr(assessment, attribute).get(key_of(key))
    return of_value(field, key, before, text if text.strip() else None, str)


def count(assessment: Assessment, indicator: str, number: int | None) -> tuple[Change, ...]:
    """Set the number of an indicator; None removes it."""
    return of_value(Field.NUMBER, indicator, assessment.numbers.get(indicator), number, str)


def plan(assessment: Assessment, activity: str, action: Action | None) -> tuple[Change, ...]:
    """Set the action of a line; None removes it."""
    return of_value(Field.ACTION, activity, assessment.actions.get(activity), action, action_text)


def hear(assessment: Assessment, rows: Iterable[Said]) -> tuple[Change, ...]:
    """Add rows to the thread; one that is there already takes its earliest date (`domain.thread.union`)."""
    present = assessment.said
    return tuple(
        change
        for said in union(present.values(), rows)
        for change in of_value(Field.SAID, said.id, present.get(said.id), said, said_text)
    )


def reply(assessment: Assessment, key: str, draft: Draft | None) -> tuple[Change, ...]:
    """Set the answer that was not sent yet, under its key (`domain.thread.draft_key`); None removes it."""
    return of_value(Field.DRAFT, key, assessment.drafts.get(key), draft, draft_text)


def describe(former: Identity, identity: Identity) -> tuple[Change, ...]:
    """Return the parts of the details that differ between `former` and `identity`."""

    after = parts(identity)
    return tuple(
        Change(Field.DETAILS, key, before, after[key])
        for key, before in parts(former).items()
        if before != after[key]
    )


def forecast(former: Forecast, new: Forecast) -> tuple[Change, ...]:
    """Set the forecast table."""

    return of_value(Field.FORECAST, "", forecast_text(former), forecast_text(new), str)


def differences(before: Assessment, after: Assessment) -> Iterator[Change]:
    """Yield the changes from one content to another, of one grid; of a thread, what was said since."""
    yield from changes_between(line_values(before), line_values(after))
    for topic in PreparationTopic:
        yield from write_text(before, Field.PREPARATION, topic.value, after.preparation.get(topic, ""))
    yield from describe(before.identity, cleaned_identity(after.identity))
    yield from hear(before, after.said.values())
