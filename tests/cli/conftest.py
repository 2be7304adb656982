from __future__ import annotations

import random
import shutil
from pathlib import Path

import pytest

from ctg_tui.domain.assessment import (
    NOT_CONCERNED,
    Answer,
    Assessment,
    Coordinator,
    PreparationTopic,
    Profile,
    Rating,
)
from ctg_tui.domain.grid import Grid
from ctg_tui.services.workspace import open_workspace
from tests.cli.program import Program
from tests.received import an_assessment
from tests.strategies import charente, make_identity

PATTERN: tuple[Answer, ...] = (Rating.MOSTLY, Rating.FULLY, NOT_CONCERNED, Rating.PARTLY)


@pytest.fixture
def program(tmp_path: Path) -> Program:
    """Return the program, without a database yet."""
    return Program(tmp_path)


@pytest.fixture
def grid() -> Grid:
    return charente()


def fill(program: Program, year: int, *, every: int = 1) -> int:
    """Create an assessment of `year`, one cell in `every` answered; return its id."""
    workspace = open_workspace(program.database, write=True)
    try:
        identifier = workspace.create(make_identity(year=year), charente())
        session = workspace.open(identifier)
        for number, cell in enumerate(session.grid.cells):
            if number % every == 0:
                session.rate(cell, PATTERN[number * 5 // 3 % len(PATTERN)])
        return identifier
    finally:
        workspace.close()


@pytest.fixture(scope="session")
def filled_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a database with one assessment half filled: each test works on a copy of it."""
    program = Program(tmp_path_factory.mktemp("filled"))
    fill(program, 2027, every=2)
    return program.database


@pytest.fixture
def filled(program: Program, filled_database: Path) -> Program:
    """Return the program, with one assessment half filled."""
    shutil.copy(filled_database, program.database)
    return program


def person(number: int, *, territory: int = 0) -> Assessment:
    """Return a complete assessment of a person of that number, with answers of their own."""
    chance = random.Random(number)
    made = an_assessment(number, territory=territory)
    one = Coordinator("c1", f"Nom{number}", "Prénom", Profile.THEMATIC, ("famille",))
    of_indicators = {line: text for line, text in made.comments.items() if line in charente().indicators}
    return made._replace(
        identity=made.identity._replace(coordinators=(one,)),
        answers={cell: chance.choice([*Rating, *Rating, NOT_CONCERNED]) for cell in charente().cells},
        comments={"m1.a01": "Un commentaire", **of_indicators},
        preparation={PreparationTopic.TRAINING: "Une formation"},
    )
