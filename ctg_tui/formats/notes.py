"""Answers as exchanged files spell them: 0 to 3, or `NC`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from ctg_tui.domain.answers import NOT_CONCERNED, Answer, NotConcerned, Rating

ANSWERS: Final[Mapping[int | str, Answer]] = {
    **{int(rating): rating for rating in Rating},
    "NC": NOT_CONCERNED,
}


def note_of(answer: Answer) -> int | str:
    """Return an answer as a file spells it: 0 to 3, or `NC`."""
    return answer.value if isinstance(answer, NotConcerned) else int(answer)
