"""The page « Grilles »: what is known here, installing a file, comparing, adopting, and taking that back."""

from __future__ import annotations

from pathlib import Path

import pytest

from ctg_tui.domain.assessment import Cell, Rating
from ctg_tui.domain.backups import BackupReason
from ctg_tui.storage.backups.copies import list_backups
from ctg_tui.tui.widgets.fields import TextField
from tests.changed_grids import shorter_grid
from tests.databases import DATABASE_NAME, open_workspace, read_again
from tests.tui.driving import (
    Driver,
    control_characters,
    faults_of_typography,
    make,
    messages,
    one_line,
    page,
    press,
    resized,
    running,
    shown,
)

APART = Cell("m1.a14", "social")


def filled(folder: Path) -> None:
    """Create an assessment with an answer that the shorter grid has a place for, and one that it has not."""
    made = make(folder)
    workspace = open_workspace(folder)
    session = workspace.open(made)
    session.rate(Cell("m1.a01", "famille"), Rating.FULLY)
    session.rate(APART, Rating.PARTLY)
    workspace.close()


async def install(pilot: Driver, path: Path | str) -> None:
    await press(pilot, ".accueil.grilles")
    pilot.app.screen.query_one(TextField).value = str(path)
    await press(pilot, "enter")


async def test_a_grid_is_installed_compared_adopted_and_given_back_by_keys(tmp_path: Path) -> None:
    filled(tmp_path)
    before = read_again(tmp_path)
    path = shorter_grid(tmp_path)
    async with running(tmp_path) as pilot:
        await press(pilot, ".accueil.grilles")
        assert page(pilot) == "GridsScreen"
        assert "celle de cette évaluation" in shown(pilot)
        await install(pilot, path)
        assert "installée" in messages(pilot)[-1]
        await press(pilot, "enter")
        assert page(pilot) == "GridComparisonScreen"
        async for size in resized(pilot):
            text = one_line(pilot)
            for expected in ("lignes reprises", "1 est reprise", "1 n’y a pas de place", "Supprimées"):
                assert expected in text, (size, text)
            assert not faults_of_typography(shown(pilot))
        assert read_again(tmp_path) == before
        await press(pilot, "a", "escape")
        assert read_again(tmp_path) == before
        await press(pilot, "a", "down", "enter")
        assert page(pilot) == "GridScreen"
        adopted = read_again(tmp_path)
        assert adopted.answers == before.answers
        assert adopted.grid_fingerprint != before.grid_fingerprint
        kept = [one for one in list_backups(tmp_path / DATABASE_NAME) if one.reason is BackupReason.GRID]
        assert len(kept) == 1
        await press(pilot, "ctrl+z")
        assert page(pilot) == "GridScreen"
        assert "changement de grille" in messages(pilot)[-1]
        assert read_again(tmp_path) == before
        await press(pilot, "ctrl+y")
        assert read_again(tmp_path).grid_fingerprint == adopted.grid_fingerprint
        await press(pilot, "escape")
        assert page(pilot) == "HomeScreen"


async def test_a_grid_of_its_own_is_not_compared_with_itself(tmp_path: Path) -> None:
    filled(tmp_path)
    async with running(tmp_path) as pilot:
        await press(pilot, ".accueil.grilles", "enter")
        assert page(pilot) == "GridsScreen"
        assert "déjà" in messages(pilot)[-1]


async def test_without_any_assessment_grids_are_listed_and_installed(tmp_path: Path) -> None:
    path = shorter_grid(tmp_path)
    async with running(tmp_path) as pilot:
        await press(pilot, ".accueil.grilles")
        assert "fournie avec le programme" in shown(pilot)
        await press(pilot, "enter")
        assert "évaluation" in messages(pilot)[-1]
        await install(pilot, f'"{path}" ')
        assert "installée" in messages(pilot)[-1]


@pytest.mark.parametrize("typed", ["/nulle/x.toml", "~personne-de-ce-nom/x.toml", "nul\x00", ".", "x" * 900])
async def test_what_is_no_grid_file_gets_a_sentence_and_changes_nothing(tmp_path: Path, typed: str) -> None:
    filled(tmp_path)
    async with running(tmp_path) as pilot:
        await press(pilot, ".accueil.grilles")
        await install(pilot, typed)
        assert page(pilot) == "GridsScreen"
        assert messages(pilot)
        assert not control_characters(shown(pilot))
        assert "2\N{NO-BREAK SPACE}grilles" not in shown(pilot)


async def test_a_final_assessment_keeps_its_grid(tmp_path: Path) -> None:
    filled(tmp_path)
    workspace = open_workspace(tmp_path)
    workspace.store.finalise(1, "0" * 64)
    workspace.close()
    before = read_again(tmp_path)
    async with running(tmp_path, (120, 40)) as pilot:
        await press(pilot, ".accueil.grilles")
        await install(pilot, shorter_grid(tmp_path))
        await press(pilot, "enter", "a")
        assert page(pilot) == "GridComparisonScreen"
        assert "nouvelle révision" in messages(pilot)[-1]
    assert read_again(tmp_path) == before
