"""The changes of an edit: the one form that the database writes, the journal stores, and undo reverses."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from enum import StrEnum
from typing import Any, Final, NamedTuple

from ctg_tui.domain.assessment import (
    Action,
    Assessment,
    Cell,
    Draft,
    PreparationTopic,
    answer_text,
    parse_answer,
)
from ctg_tui.domain.details import parse_parts, parts
from ctg_tui.domain.text import checked, is_kept, row_of, spelt, value_of
from ctg_tui.domain.thread import parse_said, said_text


class Field(StrEnum):
    """The field of a change. The value is the spelling in the database's journal."""

    ANSWER = "note"
    SET_ASIDE = "mise-de-cote"
    COMMENT = "commentaire"
    NUMBER = "nombre"
    PREPARATION = "preparation"
    ACTION = "action"
    DETAILS = "renseignements"
    FORECAST = "previsionnel"
    GRID = "grille"
    SAID = "parole"
    DRAFT = "reponse"


class Operation(StrEnum):
    """What the person did. The value is the spelling in the journal; `wording.changes` has the French."""

    RATE = "note"
    TOGGLE_COLUMN = "colonne"
    CARRY_OVER = "reprise"
    COMMENT = "commentaire"
    NUMBER = "nombre"
    PREPARATION = "preparation"
    ACTION = "action"
    DETAILS = "renseignements"
    FORECAST = "previsionnel"
    IMPORT = "import"
    ADOPTION = "grille"
    DRAFT = "reponse"


class Change(NamedTuple):
    """One value going from `before` to `after`; None is the absence of a value.

    `key` is a grid id (`m1.a01`, `m1.i02`), a topic, for a cell `activity/policy`, for the details a part
    of them (`domain.details.Part`), for the forecast and the grid a constant: each changes as a whole; for
    the thread the id of a row, for an answer that was not sent its place.
    """

    field: Field
    key: str
    before: str | None
    after: str | None

    def inverse(self) -> Change:
        return Change(self.field, self.key, self.after, self.before)


class Edit(NamedTuple):
    """The changes that are made together, and that one undo takes back."""

    op: Operation
    changes: tuple[Change, ...]

    def inverse(self) -> tuple[Change, ...]:
        """Return the changes that undo it."""
        return tuple(change.inverse() for change in reversed(self.changes))


def cells_to_show(edit: Edit) -> tuple[Cell, ...]:
    """Return the cells to go to after an undo of `edit`; none for a whole column: the cursor stays."""
    if edit.op is Operation.TOGGLE_COLUMN:
        return ()
    return tuple(parse_cell_key(change.key) for change in edit.changes if change.field is Field.ANSWER)


def goes_on(start: str | None, change: Change) -> bool:
    """Return whether typing that began at the text `start` goes on through `change`.

    False when undoing both as one edit would make a saved text unrecoverable.
    """
    return is_kept(change.before, change.after) or is_kept(change.before, start)


# How each value is spelt.


def cell_key(cell: Cell) -> str:
    return f"{cell.activity}/{cell.policy}"


def parse_cell_key(key: str) -> Cell:
    activity, _, policy = key.partition("/")
    return Cell(activity, policy)


ACTION: Final = {"what": "quoi", "who": "qui", "due": "quand", "outcome": "devenir"}


def parse_action(text: str) -> Action:
    """Return the action stored as `text`. Raises as `domain.text.value_of` does when it is not one."""
    return value_of(Action, json.loads(text), ACTION)


_DRAFT: Final = {"note": "note", "words": "texte", "answers": "repond_a", "is_kept": "gardee"}
GRID_KEY: Final = "grille"
"""The key of the one change about the grid itself."""
_GRID: Final = {"grid_id": "id", "grid_version": "version", "grid_fingerprint": "empreinte"}


def grid_text(assessment: Assessment) -> str:
    """Return the grid of `assessment` as the journal spells it."""
    return spelt_grid(assessment.grid_id, assessment.grid_version, assessment.grid_fingerprint)


def spelt_grid(grid_id: str, version: str, fingerprint: str) -> str:
    """Return the spelling of a grid in the journal."""
    return spelt({"id": grid_id, "version": version, "empreinte": fingerprint})


def parse_grid(text: str | None) -> Mapping[str, Any]:
    """Return the attributes that `text` spells. Raises ValueError, LookupError or TypeError for none."""
    row = json.loads(text or "")
    return {attribute: checked(str, row[name]) for attribute, name in _GRID.items()}


class _Spelling(NamedTuple):
    """The attribute that holds the values of a field; how their keys and values are read and spelt."""

    attribute: str
    parse_key: Callable[[str], Any] = str
    parse: Callable[[str], Any] = str
    key: Callable[[Any], str] = str
    text: Callable[[Any], str] = str


_SPELLINGS: Final[Mapping[Field, _Spelling]] = {
    Field.ANSWER: _Spelling("answers", parse_cell_key, parse_answer, cell_key, answer_text),
    Field.SET_ASIDE: _Spelling("set_aside", parse_cell_key, key=cell_key),
    Field.COMMENT: _Spelling("comments"),
    Field.NUMBER: _Spelling("numbers", parse=int),
    Field.ACTION: _Spelling("actions", parse=parse_action, text=lambda action: spelt(row_of(action, ACTION))),
    Field.PREPARATION: _Spelling("preparation", PreparationTopic),
    Field.SAID: _Spelling("said", parse=parse_said, text=said_text),
    Field.DRAFT: _Spelling(
        "drafts",
        parse=lambda text: value_of(Draft, json.loads(text), _DRAFT),
        text=lambda draft: spelt(row_of(draft, _DRAFT)),
    ),
}
OF_LINES: Final = (Field.ANSWER, Field.SET_ASIDE, Field.COMMENT, Field.NUMBER, Field.ACTION)
"""The fields whose values each belong to a line, which their key begins with."""

Values = Mapping[tuple[Field, str], str]
"""Values of an assessment, by their field and key."""


def values_of(assessment: Assessment, fields: Iterable[Field] = OF_LINES) -> Values:
    """Return the values of `assessment` in these fields, spelt as in the journal."""
    every: dict[tuple[Field, str], str] = {}
    for field in fields:
        spelling = _SPELLINGS[field]
        for key, value in getattr(assessment, spelling.attribute).items():
            every[field, spelling.key(key)] = spelling.text(value)
    return every


def changes_between(former: Values, new: Values) -> Iterator[Change]:
    """Yield the change of each value that differs."""
    for place in dict.fromkeys((*former, *new)):
        if former.get(place) != new.get(place):
            yield Change(*place, former.get(place), new.get(place))


def put(assessment: Assessment, field: Field, key: str, value: object) -> tuple[Change, ...]:
    """Return the change that gives a value its place; None, or a blank text, removes it."""
    spelling = _SPELLINGS[field]
    present = getattr(assessment, spelling.attribute).get(spelling.parse_key(key))
    is_blank = value is None or (isinstance(value, str) and not value.strip())
    before, after = (
        None if present is None else spelling.text(present),
        None if is_blank else spelling.text(value),
    )
    return () if before == after else (Change(field, key, before, after),)


def apply(assessment: Assessment, changes: Iterable[Change]) -> Assessment:
    """Return `assessment` with the `after` of every change; it holds no forecast."""
    updated: dict[str, Any] = {}
    for change in changes:
        if change.field is Field.FORECAST:
            continue
        if change.field is Field.DETAILS:
            details = updated.get("identity", assessment.identity)
            updated["identity"] = parse_parts({**parts(details), change.key: checked(str, change.after)})
            continue
        if change.field is Field.GRID:
            updated |= parse_grid(change.after)
            continue
        spelling = _SPELLINGS[change.field]
        attribute, key = spelling.attribute, spelling.parse_key(change.key)
        values = updated.setdefault(attribute, dict(getattr(assessment, attribute)))
        if change.after is None:
            values.pop(key, None)
        else:
            values[key] = spelling.parse(change.after)
    return assessment._replace(**updated)
