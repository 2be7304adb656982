"""An assessment whose grid file has changed opens to be read, changes nothing, adopts the file if asked."""

from __future__ import annotations

from pathlib import Path

import pytest

from ctg_tui.domain.assessment import Rating
from ctg_tui.domain.backups import BackupReason
from ctg_tui.services.workspace import open_workspace as open_with
from ctg_tui.storage.backups.copies import list_backups
from ctg_tui.tui.app import CtgApp
from ctg_tui.tui.widgets.fields import TextField
from tests.changed_grids import shorter_grid
from tests.databases import DATABASE_NAME, raw, rows
from tests.strategies import ALL_OPEN, HOSTILE_TEXTS
from tests.tui.driving import (
    IDENTITY,
    control_characters,
    faults_of_typography,
    make,
    messages,
    page,
    press,
    resize,
    resized,
    running,
    shown,
)
from tests.tui.typing import at_rest

pytestmark = pytest.mark.usefixtures("filled_before")


def grid_backups(folder: Path) -> list[Path]:
    """Return the backups made before a change of grid: on a slow machine the daily one may be there too."""
    found = list_backups(folder / DATABASE_NAME)
    return [backup.path for backup in found if backup.reason is BackupReason.GRID]


@pytest.fixture
def filled_before(tmp_path: Path) -> None:
    """Create an assessment from a former file of the shipped grid: 36 cells noted 3, and a comment."""
    workspace = open_with(tmp_path / DATABASE_NAME, shorter_grid(tmp_path), write=True)
    session = workspace.open(workspace.create(IDENTITY._replace(year=2026), open_missions=ALL_OPEN))
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


async def test_every_way_in_opens_a_page_to_read_and_changes_nothing(tmp_path: Path) -> None:
    before = everything(tmp_path)
    async with running(tmp_path) as pilot:
        assert "grille d’origine absente" in shown(pilot)
        assert "100\u00a0%" not in shown(pilot)
        for key in ("enter", *"sfep"):
            await press(pilot, key)
            assert page(pilot) == "ChangedGridScreen", key
            await press(pilot, "0", "n", "delete", "ctrl+z", "end")
            assert page(pilot) == "ChangedGridScreen", key
            await press(pilot, "escape")
            assert page(pilot) == "HomeScreen"
        await press(pilot, "enter")
        async for size in resized(pilot):
            text = " ".join(shown(pilot).split())
            for expected in (
                "n’est pas sur ce poste",
                "grille actuelle a 153 cases",
                "touche G",
                "lecture seule",
                "36 notes",
            ):
                assert expected in text, (expected, size)
            assert "100 %" not in text
            assert not faults_of_typography(shown(pilot))
    assert everything(tmp_path) == before
    assert grid_backups(tmp_path) == []


async def test_what_was_written_can_still_be_read(tmp_path: Path) -> None:
    async with running(tmp_path, (120, 60)) as pilot:
        await press(pilot, "enter")
        assert "Un commentaire à garder" in shown(pilot)


async def test_the_present_file_is_adopted_when_asked_after_a_backup(tmp_path: Path) -> None:
    async with running(tmp_path, (120, 40)) as pilot:
        await press(pilot, "enter", "a", "escape")
        assert page(pilot) == "ChangedGridScreen"  # « non » comes first, and changes nothing
        assert grid_backups(tmp_path) == []
        await press(pilot, "a", "down", "enter")
        assert page(pilot) == "GridScreen"
        assert len(grid_backups(tmp_path)) == 1
        assert rows(tmp_path / DATABASE_NAME, "SELECT count(*) FROM answer") == [(36,)]
        await press(pilot, "ctrl+z")  # back to the grid that is not here: to be read
        assert page(pilot) == "ChangedGridScreen"
    assert rows(tmp_path / DATABASE_NAME, "SELECT count(*) FROM answer") == [(36,)]


async def test_the_missing_grid_is_given_from_the_page_of_grids(tmp_path: Path) -> None:
    async with running(tmp_path, (120, 40)) as pilot:
        await press(pilot, "enter", "g")
        assert page(pilot) == "GridsScreen"
        await press(pilot, ".accueil.grilles")
        await pilot.pause()
        pilot.app.screen.query_one(TextField).value = str(tmp_path / "ancienne.toml")
        await press(pilot, "enter")
        assert "installée" in messages(pilot)[-1]
        await press(pilot, "escape", "escape")
        assert page(pilot) == "HomeScreen"
        assert "absente" not in shown(pilot)
        await press(pilot, "enter")
        assert page(pilot) == "GridScreen"


async def test_a_final_one_has_to_be_revised_first(tmp_path: Path) -> None:
    with raw(tmp_path / DATABASE_NAME) as database:
        database.execute("UPDATE assessment SET status = 'definitif'")
    before = everything(tmp_path)
    async with running(tmp_path, (120, 40)) as pilot:
        await press(pilot, "enter", "a")
        assert page(pilot) == "ChangedGridScreen"
        assert "nouvelle révision" in messages(pilot)[-1]
    assert everything(tmp_path) == before


async def test_last_time_of_another_grid_is_shown_and_not_drawn(tmp_path: Path) -> None:
    make(tmp_path)  # 2027, changed last: the first of the list
    async with running(tmp_path, (120, 40)) as pilot:
        for way_in in ("enter", "s"):
            await press(pilot, way_in, "t")
            assert "Ensemble\u00a02026" not in shown(pilot)
            assert "autre grille" in messages(pilot)[-1]
            await press(pilot, "escape")


async def test_the_form_takes_another_grid_only_once_confirmed(tmp_path: Path) -> None:
    """Where the assessment has answers, the arrows alone, in the choice of the grid, change nothing."""
    other = tmp_path / "autre.toml"
    text = shorter_grid(tmp_path).read_text(encoding="utf-8")
    other.write_text(text.replace('id = "charente-2024-08"', 'id = "autre-2027"', 1), encoding="utf-8")
    workspace = open_with(tmp_path / DATABASE_NAME, other, write=True)
    grid_ids = "SELECT grid_id FROM assessment WHERE id = ?"
    try:
        made = workspace.create(IDENTITY, workspace.catalogue.get("charente-2024-08"), open_missions=ALL_OPEN)
        session = workspace.open(made)
        session.rate(session.grid.cells[-1], Rating.FULLY)  # a line that the other grid does not have
        app = CtgApp(workspace)
        async with app.run_test(size=(120, 40), notifications=True) as pilot:
            await press(pilot, ".accueil.renseignements")
            app.screen.set_focus(app.screen.query_one("#grilles"))
            await press(pilot, "left")
            assert page(pilot) == "Question"
            assert "tout est conservé" in " ".join(shown(pilot).split())
            await press(pilot, "escape")
            assert rows(tmp_path / DATABASE_NAME, grid_ids, made) == [("charente-2024-08",)]
            await press(pilot, "left", "down", "enter")
            await at_rest(pilot)
            assert rows(tmp_path / DATABASE_NAME, grid_ids, made) == [("autre-2027",)]
    finally:
        workspace.close()
    assert len(grid_backups(tmp_path)) == 1


async def test_the_page_lives_through_any_size_and_any_text(tmp_path: Path) -> None:
    with raw(tmp_path / DATABASE_NAME) as database:
        for rank, text in enumerate(HOSTILE_TEXTS):
            storable = text.encode("utf-8", "replace").decode("utf-8")
            database.execute(
                "INSERT INTO value (owner, field, key, value, at) VALUES ('1', 'commentaire', ?, ?, '')",
                (f"m8.a{rank}", storable),
            )
    async with running(tmp_path, (60, 16)) as pilot:
        await press(pilot, "enter")
        for size in ((20, 5), (1, 1), (300, 300), (60, 16)):
            await resize(pilot, *size)
            await pilot.pause()
            assert not control_characters(shown(pilot))
        assert "lecture seule" in shown(pilot)
        assert "36" in shown(pilot)
        await press(pilot, "f1", "escape", "f2", "escape", "escape")
        assert page(pilot) == "HomeScreen"
