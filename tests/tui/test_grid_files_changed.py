"""An assessment whose grid file has changed opens to be read, changes nothing, adopts the file if asked."""

from __future__ import annotations

from pathlib import Path

import pytest

from ctg_tui.domain.assessment import Rating
from ctg_tui.domain.backups import BackupReason
from ctg_tui.services.workspace import open_workspace as open_with
from ctg_tui.storage.backups import list_backups
from tests.changed_grids import shorter_grid
from tests.databases import DATABASE_NAME, raw, rows
from tests.strategies import HOSTILE_TEXTS
from tests.tui.driving import (
    IDENTITY,
    control_characters,
    faults_of_typography,
    resize,
    resized,
    shown,
)
from tests.tui.person import Person

ANSWERS = "SELECT count(*) FROM answer"
pytestmark = pytest.mark.usefixtures("filled_before")


@pytest.fixture
def filled_before(tmp_path: Path) -> None:
    """Create an assessment from a former file of the shipped grid: nine cells noted 3, and a comment."""
    workspace = open_with(tmp_path / DATABASE_NAME, shorter_grid(tmp_path), write=True)
    session = workspace.open(workspace.create(IDENTITY._replace(year=2026)))
    for cell in session.grid.cells:
        session.rate(cell, Rating.FULLY)
    session.comment("m1.a02", "Un commentaire à garder")
    workspace.close()
    with raw(tmp_path / DATABASE_NAME) as database:
        for table in ("grid_line", "grid_policy", "document"):  # as another program may
            database.execute(f"DELETE FROM {table}")


def everything(folder: Path) -> list[str]:
    with raw(folder / DATABASE_NAME) as database:
        return [*database.iterdump()]


def backups(folder: Path) -> int:
    """Count those made before a change of grid: on a slow machine the daily one may be there too."""
    return [one.reason for one in list_backups(folder / DATABASE_NAME)].count(BackupReason.GRID)


async def test_it_opens_on_a_page_to_read_and_changes_nothing(person: Person) -> None:
    before = everything(person.folder)
    async with person.at("enter"):
        assert person.page == "ChangedGridScreen"
        async for _ in resized(person.pilot):
            person.sees("n’est pas sur ce poste", "lecture seule", "9 notes", not_=("100 %",))
            assert not faults_of_typography(shown(person.pilot))
        await person.does("0", "n", "delete", "ctrl+z", "end")
        assert person.page == "ChangedGridScreen"
        await person.does("escape")
        assert person.page == "HomeScreen"
    assert everything(person.folder) == before


async def test_the_present_file_is_adopted_when_asked_after_a_backup(person: Person) -> None:
    async with person.at("enter", size=(120, 60)):
        person.sees("Un commentaire à garder", "Continuer avec la grille actuelle")
        await person.does("down", "enter", "escape")
        assert person.page == "ChangedGridScreen"  # « non » comes first, and changes nothing
        assert backups(person.folder) == 0
        await person.does("a", "down", "enter")
        assert person.page == "GridScreen"
        assert backups(person.folder) == 1
        await person.does("ctrl+z")  # back to the grid that is not here: to be read
        assert person.page == "ChangedGridScreen"
    assert rows(person.folder / DATABASE_NAME, ANSWERS) == [(9,)]


async def test_the_missing_grid_is_given_from_the_page_of_grids(person: Person) -> None:
    async with person.at("enter", "enter"):
        await person.does("i", f"{person.folder / 'ancienne.toml'}!", "enter")
        person.sees("Grille installée")
        await person.does("escape", "escape", "enter")
        assert person.page == "GridScreen"


async def test_a_final_one_has_to_be_corrected_first(person: Person) -> None:
    with raw(person.folder / DATABASE_NAME) as database:
        database.execute("UPDATE assessment SET status = 'definitif'")
    before = everything(person.folder)
    async with person.at("enter", "a"):
        assert person.page == "ChangedGridScreen"
        person.sees("version corrigée")
    assert everything(person.folder) == before


async def test_the_page_lives_through_any_size_and_any_text(person: Person) -> None:
    with raw(person.folder / DATABASE_NAME) as database:
        for rank, text in enumerate(HOSTILE_TEXTS):
            storable = text.encode("utf-8", "replace").decode("utf-8")
            database.execute(
                "INSERT INTO value (owner, field, key, value, at) VALUES ('1', 'commentaire', ?, ?, '')",
                (f"m8.a{rank}", storable),
            )
    async with person.at("enter", size=(60, 16)):
        for size in ((20, 5), (1, 1), (300, 300), (60, 16)):
            await resize(person.pilot, *size)
            await person.pilot.pause()
            assert not control_characters(shown(person.pilot))
        person.sees("lecture seule", "9 notes")
        await person.does("f1", "escape", "f2", "escape", "escape")
        assert person.page == "HomeScreen"
