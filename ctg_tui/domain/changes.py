"""The changes of an edit: the one form that the database writes, the journal stores, and undo reverses."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Final, NamedTuple

from ctg_tui.domain.answers import Answer, Cell, parse_answer
from ctg_tui.domain.assessment import Action, Assessment, Identity, Moment, PreparationTopic
from ctg_tui.domain.change_sources import TYPED
from ctg_tui.domain.text import clean, is_kept

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


PLACES: Mapping[Field, tuple[str, Callable[[str], Any], Callable[[str], Any]]] = {
    Field.ANSWER: ("answers", parse_cell_key, parse_answer),
    Field.SET_ASIDE: ("set_aside", parse_cell_key, _parse_set_aside),
    Field.COMMENT: ("comments", str, str),
    Field.NUMBER: ("numbers", str, int),
    Field.REMARK: ("remarks", str, str),
    Field.PREPARATION: ("preparation", PreparationTopic, str),
    Field.ACTION: ("actions", str, parse_action),
}
"""The attribute of an assessment that holds the values of a field, what reads a key, what reads a value."""


def check(change: Change) -> None:
    """Check a change read from a file.

    Raises ValueError, LookupError, TypeError or RecursionError when it makes no sense.
    """
    if change.field in PLACES:
        _, key_of, _ = PLACES[change.field]
        if isinstance(key_of(change.key), Cell) and change.key.count("/") != 1:
            raise ValueError(change.key)
    for text in (change.before, change.after):
        clean_value(change.field, change.key, text)


def clean_value(field: Field, key: str, text: str | None) -> str | None:
    """Return a stored value as the input of its field cleans it; None for no value. Raises as `check` does.

    A field needs a case here unless its values are plain: those are read as `PLACES` says.
    """
    match field:
        case Field.DETAILS:
            from ctg_tui.domain.details import parts, with_part  # not needed to start, here and below

            return parts(with_part(_NO_DETAILS, key, text))[key]
        case Field.FORECAST:
            from ctg_tui.domain.forecast_text import forecast_text, parse_forecast

            return forecast_text(parse_forecast(text)) or text
        case Field.GRID:
            from ctg_tui.domain.adoption import parse_grid

            parse_grid(text)
            return clean(text or "")
        case Field.PROPOSED_LINES:
            return str(int(_SHOWN[text or ""]))
        case Field.FOLLOW_UP:
            from ctg_tui.domain.follow_ups import follow_up_text, parse_follow_up

            row = parse_follow_up(key, text)
            return None if row is None else follow_up_text(row)
        case Field.REVIEW:
            from ctg_tui.domain.review_draft import parse_part

            return parse_part(key, text) or text
    if text is None:
        return None
    match field:
        case Field.LOG_ENTRY:
            from ctg_tui.domain.log import entry_text, parse_entry

            return entry_text(parse_entry(text))
        case Field.ACTION:
            action = parse_action(text)
            return action_text(
                action._replace(what=clean(action.what, multiline=True), who=clean(action.who))
            )
    _, _, value_of = PLACES[field]
    value_of(text)
    return clean(text, multiline=True)


_NO_DETAILS: Final = Identity(2000, Moment.YEARLY)


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
        attribute, key_of, value_of = PLACES[change.field]
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


def cells_to_show(edit: Edit) -> tuple[Cell, ...]:
    """Return the cells to go to after an undo of `edit`; none for a whole column: the cursor stays."""
    return () if edit.op is Operation.TOGGLE_COLUMN else changed_cells(edit.changes)


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
