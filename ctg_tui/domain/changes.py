"""The changes of an edit: the one form that the database writes, the journal stores, and undo reverses."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any, NamedTuple

from ctg_tui.domain.answers import Answer, Cell, answer_text, parse_answer
from ctg_tui.domain.assessment import Action, Assessment, Identity, PreparationTopic
from ctg_tui.domain.change_sources import TYPED
from ctg_tui.domain.text import is_kept

if TYPE_CHECKING:
    from ctg_tui.domain.forecast import Forecast

BLANK = ""
"""In SET_ASIDE: there was no answer when the column was made NC."""

_SHOWN: Mapping[str, bool] = {"1": True, "0": False}
"""The values of PROPOSED_LINES: shown, or left aside."""


class Field(StrEnum):
    """The field of a change. The value is the spelling in the database's journal."""

    ANSWER = "note"
    SET_ASIDE = "mise-de-cote"
    COMMENT = "commentaire"
    NUMBER = "nombre"
    REMARK = "remarque"
    PREPARATION = "preparation"
    ACTION = "action"
    DETAILS = "renseignements"
    FORECAST = "previsionnel"
    GRID = "grille"
    PROPOSED_LINES = "lignes-proposees"
    LOG_ENTRY = "carnet"
    FOLLOW_UP = "suite"
    REVIEW = "avis"


class Operation(StrEnum):
    """What the person did. The value is the spelling in the journal; `wording.history` has the French."""

    RATE = "note"
    RATE_LINE = "ligne"
    TOGGLE_COLUMN = "colonne"
    CARRY_OVER = "reprise"
    COMMENT = "commentaire"
    NUMBER = "nombre"
    REMARK = "remarque"
    PREPARATION = "preparation"
    ACTION = "action"
    DETAILS = "renseignements"
    FORECAST = "previsionnel"
    IMPORT = "import"
    ADOPTION = "grille"
    PROPOSED_LINES = "lignes-proposees"
    LOG_ENTRY = "carnet"
    FOLLOW_UP = "suite"
    REVIEW = "avis"
    OTHER = "autre"

    @classmethod
    def _missing_(cls, value: object) -> Operation:
        """Return OTHER: a journal written by another tool may name an unknown operation."""
        return cls.OTHER


class Change(NamedTuple):
    """One value going from `before` to `after`; None is the absence of a value.

    `key` is a grid id (`m1.a01`, `m1.i02`), a topic, for a cell `activity/policy`, for the details a part
    of them (`domain.details.Part`), for the forecast, the grid and the proposed lines a constant: each
    changes as a whole; for the log, the id of a fact; for the answer to a remark and for a part of a review,
    what `domain.follow_ups` and `domain.review_draft` say. `source` is `TYPED`, or where the value was read.
    """

    field: Field
    key: str
    before: str | None
    after: str | None
    source: str = TYPED

    def inverse(self) -> Change:
        return Change(self.field, self.key, self.after, self.before, self.source)


def cell_key(cell: Cell) -> str:
    return f"{cell.activity}/{cell.policy}"


def parse_cell_key(key: str) -> Cell:
    activity, _, policy = key.partition("/")
    return Cell(activity, policy)


def set_aside_text(answer: Answer | None) -> str:
    """Return the stored form of an answer set aside; `BLANK` for none."""
    return BLANK if answer is None else answer_text(answer)


def _parse_set_aside(text: str) -> Answer | None:
    return None if text == BLANK else parse_answer(text)


def action_text(action: Action) -> str:
    """Return the stored form of an action."""
    parts = {"quoi": action.what, "qui": action.who, "quand": action.due.isoformat() if action.due else ""}
    if action.outcome is not None:
        parts["devenir"] = action.outcome.value
    return json.dumps(parts, ensure_ascii=False, sort_keys=True)


def parse_action(text: str) -> Action:
    """Return the action stored as `text`. Raises ValueError when it is not one."""
    from ctg_tui.domain.follow_ups import Outcome  # not needed to start

    parts = json.loads(text)
    due = parts["quand"]
    outcome = Outcome(parts["devenir"]) if "devenir" in parts else None
    return Action(parts["quoi"], parts["qui"], date.fromisoformat(due) if due else None, outcome)


_PLACES: Mapping[Field, tuple[str, Callable[[str], Any], Callable[[str], Any]]] = {
    # field: (attribute of Assessment, key from text, value from text)
    Field.ANSWER: ("answers", parse_cell_key, parse_answer),
    Field.SET_ASIDE: ("set_aside", parse_cell_key, _parse_set_aside),
    Field.COMMENT: ("comments", str, str),
    Field.NUMBER: ("numbers", str, int),
    Field.REMARK: ("remarks", str, str),
    Field.PREPARATION: ("preparation", PreparationTopic, str),
    Field.ACTION: ("actions", str, parse_action),
}


def check(change: Change) -> None:
    """Check a change read from a file.

    Raises ValueError, LookupError, TypeError or RecursionError when it makes no sense.
    """
    if change.field is Field.DETAILS:
        from ctg_tui.domain.details import parse_part  # not needed to start

        for text in (change.before, change.after):
            parse_part(change.key, text)
        return
    if change.field is Field.FORECAST:
        from ctg_tui.domain.forecast_text import parse_forecast

        for text in (change.before, change.after):
            parse_forecast(text)
        return
    if change.field is Field.GRID:
        from ctg_tui.domain.adoption import parse_grid

        for text in (change.before, change.after):
            parse_grid(text)
        return
    if change.field is Field.PROPOSED_LINES:
        _SHOWN[change.before or ""], _SHOWN[change.after or ""]
        return
    if change.field is Field.LOG_ENTRY:
        from ctg_tui.domain.log import parse_entry

        for text in (change.before, change.after):
            if text is not None:
                parse_entry(text)
        return
    if change.field is Field.FOLLOW_UP:
        from ctg_tui.domain.follow_ups import parse_follow_up

        for text in (change.before, change.after):
            parse_follow_up(change.key, text)
        return
    if change.field is Field.REVIEW:
        from ctg_tui.domain.review_draft import parse_part as parse_review_part

        for text in (change.before, change.after):
            parse_review_part(change.key, text)
        return
    _, key_of, value_of = _PLACES[change.field]
    key = key_of(change.key)
    if isinstance(key, Cell) and change.key.count("/") != 1:
        raise ValueError(change.key)
    for text in (change.before, change.after):
        if text is not None:
            value_of(text)


def apply(assessment: Assessment, changes: Iterable[Change]) -> Assessment:
    """Return `assessment` with the `after` of every change; it holds no forecast."""
    updated: dict[str, Any] = {}
    for change in changes:
        if change.field is Field.FORECAST:
            continue
        if change.field is Field.DETAILS:
            from ctg_tui.domain.details import with_part

            details = updated.get("identity", assessment.identity)
            updated["identity"] = with_part(details, change.key, change.after)
            continue
        if change.field is Field.GRID:
            from ctg_tui.domain.adoption import parse_grid

            updated |= parse_grid(change.after)
            continue
        if change.field is Field.PROPOSED_LINES:
            updated["proposed_lines"] = _SHOWN[change.after or ""]
            continue
        if change.field is Field.FOLLOW_UP:
            from ctg_tui.domain.follow_ups import with_follow_up

            given = updated.get("follow_ups", assessment.follow_ups)
            updated["follow_ups"] = with_follow_up(given, change.key, change.after)
            continue
        attribute, key_of, value_of = _PLACES[change.field]
        values = updated.setdefault(attribute, dict(getattr(assessment, attribute)))
        key = key_of(change.key)
        if change.after is None:
            values.pop(key, None)
        else:
            values[key] = value_of(change.after)
    return assessment._replace(**updated)


def changed_cells(changes: Iterable[Change]) -> tuple[Cell, ...]:
    """Return the cells whose answer changes."""
    return tuple(parse_cell_key(change.key) for change in changes if change.field is Field.ANSWER)


def text_of(answer: Answer | None) -> str | None:
    """Return the stored form of an answer, None for none."""
    return None if answer is None else answer_text(answer)


def rate(assessment: Assessment, cells: Iterable[Cell], answer: Answer | None) -> tuple[Change, ...]:
    """Give `answer` (None: no answer) to every cell; drop the answers that a column edit set aside there."""
    changes = []
    for cell in cells:
        before = assessment.answers.get(cell)
        if before != answer:
            changes.append(Change(Field.ANSWER, cell_key(cell), text_of(before), text_of(answer)))
        if cell in assessment.set_aside and before != answer:
            kept = set_aside_text(assessment.set_aside[cell])
            changes.append(Change(Field.SET_ASIDE, cell_key(cell), kept, None))
    return tuple(changes)


def write_text(assessment: Assessment, field: Field, key: str, text: str) -> tuple[Change, ...]:
    """Set a text (comment, remark, preparation); an empty text is the absence of one."""
    attribute, key_of, _ = _PLACES[field]
    before: str | None = getattr(assessment, attribute).get(key_of(key))
    after = text if text.strip() else None
    return () if before == after else (Change(field, key, before, after),)


def count(assessment: Assessment, indicator: str, number: int | None) -> tuple[Change, ...]:
    """Set the number of an indicator; None removes it."""
    before = assessment.numbers.get(indicator)
    if before == number:
        return ()
    texts = [None if value is None else str(value) for value in (before, number)]
    return (Change(Field.NUMBER, indicator, texts[0], texts[1]),)


def plan(assessment: Assessment, activity: str, action: Action | None) -> tuple[Change, ...]:
    """Set the action of a line; None removes it."""
    before = assessment.actions.get(activity)
    if before == action:
        return ()
    texts = [None if value is None else action_text(value) for value in (before, action)]
    return (Change(Field.ACTION, activity, texts[0], texts[1]),)


def describe(former: Identity, identity: Identity) -> tuple[Change, ...]:
    """Return the parts of the details that differ between `former` and `identity`."""
    from ctg_tui.domain.details import parts

    after = parts(identity)
    return tuple(
        Change(Field.DETAILS, key, before, after[key])
        for key, before in parts(former).items()
        if before != after[key]
    )


def show_proposed_lines(assessment: Assessment, shown: bool) -> tuple[Change, ...]:
    """Take the proposed lines up (`shown`) or leave them aside; their answers stay."""
    before, after = str(int(assessment.proposed_lines)), str(int(shown))
    return () if before == after else (Change(Field.PROPOSED_LINES, "", before, after),)


def forecast(former: Forecast, new: Forecast) -> tuple[Change, ...]:
    """Set the forecast table."""
    from ctg_tui.domain.forecast_text import forecast_text

    before, after = forecast_text(former), forecast_text(new)
    return () if before == after else (Change(Field.FORECAST, "", before, after),)


def goes_on(start: str | None, change: Change) -> bool:
    """Return whether typing that began at the text `start` goes on through `change`.

    False when undoing both as one edit would make a saved text unrecoverable.
    """
    return is_kept(change.before, change.after) or is_kept(change.before, start)


class Edit(NamedTuple):
    """The changes that are made together, and that one undo takes back.

    `author` is who made them, empty for the person whose database it is.
    """

    op: Operation
    changes: tuple[Change, ...]
    author: str = ""

    @property
    def is_about_forecast(self) -> bool:
        """Whether it changes the forecast only, which a final assessment allows."""
        return all(change.field is Field.FORECAST for change in self.changes)

    def inverse(self) -> tuple[Change, ...]:
        """Return the changes that undo it."""
        return tuple(change.inverse() for change in reversed(self.changes))


class JournalEntry(NamedTuple):
    """A change as the journal stores it: its moment (UTC) and its values."""

    at: datetime
    change: Change
