"""What people may disagree on when their assessments are merged, and how each disagreement ends."""

from __future__ import annotations

from datetime import date
from enum import Enum, auto
from typing import NamedTuple

from ctg_tui.domain.answers import Answer
from ctg_tui.domain.assessment import Outcome

Value = Answer | int | date | Outcome


class Kind(Enum):
    """What people may disagree on."""

    NOTE = auto()
    NUMBER = auto()
    DUE = auto()
    OUTCOME = auto()


class Item(NamedTuple):
    """What one value is about: a cell, the number of an indicator, the date or outcome of an action."""

    kind: Kind
    line: str
    policy: str | None = None


class Opinion(NamedTuple):
    """The value of one side. `refs` are its people in the merged assessment."""

    refs: tuple[str, ...]
    value: Value
    gives_way: bool = False
    """NC from people none of whom works on the policy."""


class State(Enum):
    """How a disagreement ends."""

    CONFLICT = auto()
    SETTLED = auto()
    """By the details: NC from somebody who does not work on that policy gave way."""
    FOLLOWED = auto()
    """One side alone changed the ancestor's value."""


class Disagreement(NamedTuple):
    """An item on which sides differ. `result` is None while it is blank."""

    item: Item
    opinions: tuple[Opinion, ...]
    state: State
    result: Value | None


class Difference(Enum):
    """What differs apart from the answers: blank in the merged assessment."""

    ADVISER = auto()
    PREVIOUS = auto()
    FOLLOW_UP = auto()
    POLICIES = auto()
