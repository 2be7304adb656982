"""Databases and submissions of realistic size, made through the program's own use cases."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

from ctg_tui.domain.assessment import (
    NOT_CONCERNED,
    Adviser,
    Answer,
    Assessment,
    Coordinator,
    Identity,
    Moment,
    Place,
    Profile,
    Rating,
    Territory,
)
from ctg_tui.domain.grid import Grid
from ctg_tui.grids.catalogue import Catalogue
from ctg_tui.services.editing import Session
from ctg_tui.services.workspace import Workspace
from ctg_tui.storage.store import Store
from tests.strategies import charente

WORDS = (
    *("tableau", "de", "bord", "partagé", "au", "comité", "de", "pilotage", "de", "mars", "à", "reprendre"),
    *("avec", "le", "conseiller", "de", "la", "Caf", "réunions", "trimestrielles", "des", "structures"),
    *("d’accueil", "diagnostic", "mis", "à", "jour", "indicateurs", "suivis", "par", "commune"),
)
_START = datetime(2026, 12, 1, 9, tzinfo=UTC)


def identity(number: int, year: int = 2027) -> Identity:
    """Return a form such as those of the Charente, with `number` in the name of its territory."""
    return Identity(
        year=year,
        moment=Moment.YEARLY,
        territory=Territory(f"Territoire {number:03}", "200043016", "16"),
        coordinators=(Coordinator("c1", "Nom", "Prénom", Profile.PROJECT_LEAD, ("famille", "education")),),
        adviser=Adviser("Prénom Nom", "prenom.nom@example.org"),
    )


def answer(chance: random.Random) -> Answer:
    return NOT_CONCERNED if chance.random() < 0.2 else Rating(chance.randrange(4))


def sentence(chance: random.Random) -> str:
    return " ".join(chance.choices(WORDS, k=chance.randrange(6, 30))).capitalize() + "."


def filled(grid: Grid, chance: random.Random, number: int) -> Assessment:
    """Return a complete assessment, with a comment on two lines out of five and every number."""
    return Assessment(
        id=number,
        uuid=str(UUID(int=number, version=4)),
        grid_id=grid.id,
        grid_version=grid.version,
        grid_fingerprint=grid.fingerprint,
        identity=identity(number),
        answers={cell: answer(chance) for cell in grid.cells},
        comments={line: sentence(chance) for line in grid.activities if chance.random() < 0.4},
        numbers={line.id: chance.randrange(200) for line in grid.indicators.values() if not line.is_heading},
    )


def make_database(path: Path, assessments: int, journal_rows: int = 0) -> None:
    """Make a database of `assessments` assessments, all filled but the last, which opens first.

    `journal_rows` more edits are recorded on the last one, which ends without answers.
    """
    clock = _Clock()
    store = Store(path, clock)
    workspace = Workspace(store, Catalogue(None), clock)
    grid = charente()
    chance = random.Random(assessments)
    for number in range(1, assessments):
        session = Session(store, grid, workspace.create(identity(number), charente()))
        with store.writing():  # one transaction: making the input is not measured
            for cell in grid.cells:
                session.rate(cell, answer(chance))
    if assessments:
        session = Session(store, grid, workspace.create(identity(assessments), charente()))
        cell = grid.cells[0]
        with store.writing():
            for row in range(journal_rows):
                session.rate(cell, Rating(row % 4))
            session.rate(cell, None)
        session.move(Place(grid.missions[0].id, cell.activity, cell.policy))
    store.close()


class _Clock:
    """A clock that advances by a second at each call, so that no two times are equal."""

    def __init__(self) -> None:
        self._now = _START

    def __call__(self) -> datetime:
        self._now += timedelta(seconds=1)
        return self._now
