"""The possible answers of a cell. *No answer* is the absence of a value, never a value."""

from __future__ import annotations

from enum import Enum, IntEnum
from typing import Final, Literal, NamedTuple

MAX_RATING: Final = 3


class Rating(IntEnum):
    """A note of the Caf's scale (grille Caf 16, mode opératoire)."""

    NO = 0
    PARTLY = 1
    MOSTLY = 2
    FULLY = 3


class NotConcerned(Enum):
    """NC: the theme is outside the CTG; the cell leaves numerator and denominator."""

    NOT_CONCERNED = "NC"


NOT_CONCERNED: Final = NotConcerned.NOT_CONCERNED

Answer = Rating | Literal[NotConcerned.NOT_CONCERNED]


class Cell(NamedTuple):
    """Activity × policy, by their grid ids."""

    activity: str
    policy: str


def answer_text(answer: Answer) -> str:
    """Return `0`–`3` or `NC`: the one spelling used by the database, the submission and the screen."""
    return answer.value if isinstance(answer, NotConcerned) else str(int(answer))


def parse_answer(text: str) -> Answer:
    """Return the answer spelt `0`–`3` or `NC`. Raises ValueError for anything else."""
    if text == "NC":
        return NOT_CONCERNED
    if text in {"0", "1", "2", "3"}:
        return Rating(int(text))
    raise ValueError(f"not an answer: {text!r}")
