"""The page « Grilles »: what is known here, installing a file, changing to it, and taking that back."""

from __future__ import annotations

import pytest

from ctg_tui.domain.assessment import Cell, Rating
from ctg_tui.domain.backups import BackupReason
from ctg_tui.storage.backups import list_backups
from tests.changed_grids import shorter_grid
from tests.databases import DATABASE_NAME, open_workspace
from tests.tui.driving import control_characters, faults_of_typography, make, messages, resized, shown
from tests.tui.person import GRIDS, Person


@pytest.fixture
def filled(person: Person) -> Person:
    """Give an answer that the shorter grid has a place for, and one that it has not."""
    made = make(person.folder)
    workspace = open_workspace(person.folder)
    session = workspace.open(made)
    session.rate(Cell("m1.a01", "famille"), Rating.FULLY)
    session.rate(Cell("m1.a14", "social"), Rating.PARTLY)
    workspace.close()
    return person


async def test_a_grid_is_installed_taken_and_given_back_by_keys(filled: Person) -> None:
    person, before, path = filled, filled.stored(), shorter_grid(filled.folder)
    async with person.at(GRIDS):
        person.sees("celle de cette évaluation", "14 lignes et 37 proposées", not_=("charente-2024-08",))
        await person.does("enter")
        person.sees("C’est déjà la grille de cette évaluation.")
        await person.does("i", "escape", "i", f"{path}!", "enter")
        person.sees("Grille installée")
        async for _ in resized(person.pilot):
            person.sees("1 y garde sa ligne ; 1 n’y a pas de place (1.14)", "se lit dans Résultats")
            assert not faults_of_typography(shown(person.pilot))
        assert person.stored() == before
        await person.does("enter")
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
        await person.does(".etapes.grilles", "down", "down", "enter")
        assert person.page == "GridScreen"
        assert person.stored() == before, "changing back gives all back"
        await person.does("escape")
        assert person.page == "HomeScreen"


async def test_without_any_assessment_grids_are_listed_and_installed(person: Person) -> None:
    path = shorter_grid(person.folder)
    async with person.at(GRIDS, identity=None):
        person.sees("fournie avec le programme")
        await person.does("enter")
        person.sees("Ouvrez d’abord une évaluation")
        await person.does("i", f'"{path}" !', "enter")
        person.sees("Grille installée")


async def test_what_is_no_grid_file_gets_a_sentence_and_changes_nothing(filled: Person) -> None:
    async with filled.at(GRIDS) as person:
        for typed in ("/nulle/x.toml", "~personne-de-ce-nom/x.toml", "nul\x00", ".", "x" * 900):
            await person.does("i", "ctrl+u", f"{typed}!", "enter")
            assert messages(person.pilot) or "n’existe pas" in person.screen, typed
            assert not control_characters(shown(person.pilot))
            await person.does("escape")
            assert person.page == "GridsScreen"
        person.sees("celle de cette évaluation", not_=("2 grilles",))
