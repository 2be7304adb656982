"""The changes of an edit: the one form that the database writes, the journal stores, and undo reverses."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from enum import StrEnum
from typing import Final, NamedTuple, TypeVar

from ctg_tui.domain.assessment import Action, Answer, Cell, answer_text
from ctg_tui.domain.text import is_kept, row_of, spelt, value_of

_V = TypeVar("_V")

BLANK = ""
"""In SET_ASIDE: there was no answer when the column was made NC."""


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
    SAID = "parole"
    DRAFT = "reponse"


class Operation(StrEnum):
    """What the person did. The value is the spelling in the journal; `wording.grid` has the French."""

    RATE = "note"
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
    SAID = "parole"
    DRAFT = "reponse"
    OTHER = "autre"


class Change(NamedTuple):
    """One value going from `before` to `after`; None is the absence of a value.

    `key` is a grid id (`m1.a01`, `m1.i02`), a topic, for a cell `activity/policy`, for the details a part
    of them (`domain.details.Part`), for the forecast and the grid a constant: each changes as a whole; for
    the thread the id of a row, for an answer that was not sent its key.
    """

    field: Field
    key: str
    before: str | None
    after: str | None

    def inverse(self) -> Change:
        return Change(self.field, self.key, self.after, self.before)


def of_value(
    field: Field, key: str, before: _V | None, after: _V | None, text_of: Callable[[_V], str]
) -> tuple[Change, ...]:
    """Return the change of one value, None for the absence of one; nothing when its spelling stays."""
    was, now = (None if value is None else text_of(value) for value in (before, after))
    return () if was == now else (Change(field, key, was, now),)


def set_aside_text(answer: Answer | None) -> str:
    """Return the value of SET_ASIDE for an answer, None for the absence of one."""
    return BLANK if answer is None else answer_text(answer)


def cell_key(cell: Cell) -> str:
    return f"{cell.activity}/{cell.policy}"


def parse_cell_key(key: str) -> Cell:
    activity, _, policy = key.partition("/")
    return Cell(activity, policy)


ACTION: Final = {"what": "quoi", "who": "qui", "due": "quand", "outcome": "devenir"}


def action_text(action: Action) -> str:
    """Return the stored form of an action."""
    return spelt(row_of(action, ACTION))


def parse_action(text: str) -> Action:
    """Return the action stored as `text`. Raises as `domain.text.value_of` does when it is not one."""
    return value_of(Action, json.loads(text), ACTION)


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
    """The changes that are made together, and that one undo takes back."""

    op: Operation
    changes: tuple[Change, ...]

    @property
    def is_about_forecast(self) -> bool:
        """Whether it changes the forecast only, which is no part of the state that is sent."""
        return all(change.field is Field.FORECAST for change in self.changes)

    def inverse(self) -> tuple[Change, ...]:
        """Return the changes that undo it."""
        return tuple(change.inverse() for change in reversed(self.changes))
