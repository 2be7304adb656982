"""Submissions of several people, each with answers of their own and a name that must not leave."""

from __future__ import annotations

import random

from ctg_tui.domain.assessment import (
    NOT_CONCERNED,
    Assessment,
    Coordinator,
    PreparationTopic,
    Profile,
    Rating,
)
from tests.received import an_assessment, submission
from tests.strategies import charente

SENTINEL = "Zwentinelle"


def person(number: int, *, territory: int = 0) -> Assessment:
    """Return a complete assessment of a person of that number, with answers of their own."""
    chance = random.Random(number)
    grid = charente()
    made = an_assessment(number, territory=territory)
    one = Coordinator("c1", f"{SENTINEL}{number}", "Prénom", Profile.THEMATIC, ("famille",))
    answers = {cell: chance.choice([*Rating, *Rating, NOT_CONCERNED]) for cell in grid.cells}
    return made._replace(
        identity=made.identity._replace(coordinators=(one,)),
        answers=answers,
        comments={"m1.a01": f"{SENTINEL} commentaire"},
        preparation={PreparationTopic.TRAINING: f"{SENTINEL} formation"},
    )


def people(number: int, *, first: int = 0) -> list[bytes]:
    return [submission(person(one, territory=one % 7)) for one in range(first, first + number)]
