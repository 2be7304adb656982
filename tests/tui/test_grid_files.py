"""« Changer de grille »: the grids known here, what becomes of what was entered, taking it back."""

from __future__ import annotations

import pytest

from ctg_tui.domain.assessment import Cell, Rating
from ctg_tui.services import exchange
from ctg_tui.storage.backups import list_backups
from ctg_tui.storage.connection import BackupReason
from tests.changed_grids import shorter_grid
from tests.databases import DATABASE_NAME, open_workspace
from tests.tui.driving import faults_of_typography, make, resized, shown
from tests.tui.person import Person

CHANGE = (".etapes.vous", "down", "down", "enter")
"""The keys to the button of Vous, behind the year and the moment."""


@pytest.fixture
def filled(person: Person) -> Person:
    """Give an answer that the shorter grid, installed, has a place for, and one that it has not."""
    made = make(person.folder)
    workspace = open_workspace(person.folder)
    session = workspace.open(made)
    session.rate(Cell("m1.a01", "famille"), Rating.FULLY)
    session.rate(Cell("m1.a14", "social"), Rating.PARTLY)
    exchange.install(workspace, shorter_grid(person.folder))
    workspace.close()
    return person


async def test_a_grid_is_changed_once_agreed_to_and_given_back_by_keys(filled: Person) -> None:
    person, before = filled, filled.stored()
    async with person.at("enter", *CHANGE):
        person.sees("Changer de grille", "14 lignes", not_=("charente-2024-08",))
        await person.does("9 proposées", "enter")
        async for _ in resized(person.pilot):
            person.sees("pas de place", "se lit dans", "Ctrl+Z rend", "Annuler")
            assert not faults_of_typography(shown(person.pilot))
        await person.does("enter")  # the cursor is on « Annuler »
        assert person.stored() == before
        await person.does("enter", "9 proposées", "enter", "down", "enter")
        assert person.page == "GridScreen"
        person.sees("Ctrl+Z rétablit la précédente")
        adopted = person.stored()
        assert adopted.answers == before.answers
        assert adopted.grid_fingerprint != before.grid_fingerprint
        kept = list_backups(person.folder / DATABASE_NAME)
        assert [one.reason for one in kept].count(BackupReason.GRID) == 1
        await person.does("f4", "end")
        person.sees("Lignes d’une autre grille", "1.14", "Social 1")
        await person.does("escape", "ctrl+z")
        person.sees("changement de grille")
        assert person.stored() == before
        await person.does("ctrl+y")
        assert person.stored().grid_fingerprint == adopted.grid_fingerprint
        await person.does("escape", *CHANGE, "37 proposées", "enter", "down", "enter")
        assert person.page == "GridScreen"
        assert person.stored() == before, "changing back gives all back"


async def test_the_example_keeps_its_grid(person: Person) -> None:
    async with person.at("x", *CHANGE[:-1], "down", "enter", identity=None):
        person.sees("Cette page n’est pas dans l’exemple")
