"""An assessment that is gone, or cannot be opened yet: nothing ends, nothing is made twice."""

from __future__ import annotations

from pathlib import Path

import pytest

from ctg_tui.domain.errors import DatabaseRefusal
from ctg_tui.services.workspace import Workspace
from ctg_tui.tui.app import CtgApp
from ctg_tui.tui.page import Page
from tests.databases import DATABASE_NAME, read_again, rows
from tests.tui.driving import (
    make,
    message,
    messages,
    press,
    running,
    until,
    write,
)


async def test_a_form_that_was_begun_and_could_not_be_opened_is_not_begun_twice(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make(tmp_path)
    open_ = Workspace.open
    refusals = iter([DatabaseRefusal("base-occupee", "La base est occupée.")])

    def open_later(workspace: Workspace, assessment_id: int, *, asks: bool = False) -> object:
        for refusal in refusals:
            raise refusal
        return open_(workspace, assessment_id, asks=asks)

    async with running(tmp_path, (120, 40)) as pilot:
        await press(pilot, "n")
        monkeypatch.setattr(Workspace, "open", open_later)
        await write(pilot, "Ma commune")
        await press(pilot, "ctrl+g")
        assert rows(tmp_path / DATABASE_NAME, "SELECT id FROM assessment ORDER BY id") == [(1,), (2,)]
        await press(pilot, "ctrl+g", "escape")
    assert rows(tmp_path / DATABASE_NAME, "SELECT id FROM assessment ORDER BY id") == [(1,), (2,)]
    assert read_again(tmp_path, 2).identity.territory.name == "Ma commune"


@pytest.mark.parametrize("keys", [(".accueil.renseignements", *["down"] * 8), (".accueil.previsionnel",)])
async def test_a_page_of_an_assessment_that_is_gone_ends_nothing_and_brings_nothing_back(
    tmp_path: Path, keys: tuple[str, ...]
) -> None:
    make(tmp_path)
    async with running(tmp_path, (120, 40)) as pilot:
        await press(pilot, *keys)
        top = pilot.app.screen
        assert isinstance(top, Page)
        top.workspace.delete(1)
        await write(pilot, "12")
        await press(pilot, "tab")
        assert "Il n’y a pas d’évaluation" in message(pilot)
        await press(pilot, "escape", "escape")
    assert rows(tmp_path / DATABASE_NAME, "SELECT id FROM assessment ORDER BY id") == []


async def test_a_file_removed_under_the_window_is_said_to_be_so_also_by_its_backups(tmp_path: Path) -> None:
    make(tmp_path)
    async with running(tmp_path, (120, 40)) as pilot:
        await press(pilot, "s")
        (tmp_path / DATABASE_NAME).unlink()
        await press(pilot, "s")
        assert ["remplacé ou supprimé entre-temps" in message for message in messages(pilot)] == [True]
        app = pilot.app
        assert isinstance(app, CtgApp)
        await press(pilot, "right")
        assert not messages(pilot)
        app.back_up()
        await until(pilot, lambda: messages(pilot))
        assert ["remplacé ou supprimé entre-temps" in message for message in messages(pilot)] == [True]
