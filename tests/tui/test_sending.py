"""Envoi: the pieces, the missing ones, the folder checked after writing, and the commands on it."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from ctg_tui.domain.assessment import Rating
from ctg_tui.system import computer
from ctg_tui.tui.widgets.fields import Choice
from ctg_tui.tui.widgets.listing import Listing
from tests.services.test_sending_whole import needs_mount, small_disk
from tests.tui.driving import (
    control_characters,
    faults_of_typography,
    in_database,
    make,
    messages,
    page,
    press,
    resized,
    running,
    shown,
)
from tests.tui.typing import at_rest


async def test_what_can_go_and_what_is_missing_are_said_first(tmp_path: Path, folder: Path) -> None:
    make(tmp_path)
    async with running(tmp_path) as pilot:
        await press(pilot, "f9")
        async for size in resized(pilot):
            text = shown(pilot)
            for expected in (
                "HTML",
                "XLSX",
                "Brouillon de courriel",
                "provisoire",
                "définitif",
                str(folder)[:20],
                "à compléter",
                "42\u00a0cases sans réponse",
                "prévisionnel n’est pas rempli",
            ):
                assert expected in text, (expected, size)
            assert not faults_of_typography(text)
    assert list(folder.iterdir()) == []


async def test_the_dossier_is_written_and_its_files_named(tmp_path: Path, folder: Path) -> None:
    make(tmp_path, rating=Rating.MOSTLY)
    async with running(tmp_path, (120, 40)) as pilot:
        await press(pilot, "f9", "f9")
        text = shown(pilot)
    (made,) = folder.iterdir()
    names = {path.name for path in made.iterdir()}
    assert {Path(name).suffix for name in names} >= {".json", ".html", ".xlsx", ".eml"}
    for name in names:
        assert name in text or name.endswith(".txt"), name
    assert not control_characters(text)


async def test_what_is_left_out_is_not_written(tmp_path: Path, folder: Path) -> None:
    make(tmp_path, rating=Rating.MOSTLY)
    async with running(tmp_path, (120, 40)) as pilot:
        await press(pilot, "f9", "tab", "right", "space", "f9")  # without the first piece after the file
    (made,) = folder.iterdir()
    suffixes = {path.suffix for path in made.iterdir()}
    assert ".html" not in suffixes
    assert ".xlsx" in suffixes


async def test_opening_outside_hands_over_the_folder_and_the_mail(
    tmp_path: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown_outside: list[str] = []
    monkeypatch.setattr(computer, "show", lambda path: shown_outside.append(path.name))
    make(tmp_path, rating=Rating.MOSTLY)
    async with running(tmp_path, (120, 40)) as pilot:
        await press(pilot, "f9", "f9", "down", "enter")
        await pilot.app.workers.wait_for_complete()
        await press(pilot, "m")
        await pilot.app.workers.wait_for_complete()
    (made,) = folder.iterdir()
    assert shown_outside == [made.name, "courriel.eml"]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has always one")
async def test_without_a_desktop_the_path_is_shown(
    tmp_path: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("DISPLAY", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(name, raising=False)
    make(tmp_path, rating=Rating.MOSTLY)
    async with running(tmp_path, (120, 40)) as pilot:
        await press(pilot, "f9", "f9")
        pilot.app.clear_notifications()
        await press(pilot, "o")
        await pilot.app.workers.wait_for_complete()
        await at_rest(pilot)
        assert "Ouvrez-le" in shown(pilot)


async def test_the_text_of_the_mail_can_be_copied(tmp_path: Path, folder: Path) -> None:
    make(tmp_path, rating=Rating.MOSTLY)
    async with running(tmp_path, (120, 40)) as pilot:
        await press(pilot, "f9", "f9", "t")
        assert "Val de Charente" in pilot.app.clipboard


async def test_the_forecast_is_a_step_away_and_joins_once_filled(tmp_path: Path, folder: Path) -> None:
    make(tmp_path)
    async with running(tmp_path, (120, 40)) as pilot:
        await press(pilot, "f9", "f5", "5")
        assert page(pilot) == "ForecastScreen"
        await press(pilot, "1", "0", "escape")
        assert page(pilot) == "SendingScreen"
        assert "Tableau prévisionnel (données personnelles)" in shown(pilot)


@needs_mount
async def test_a_disk_that_gets_full_leaves_the_assessment_provisional_and_says_so(
    tmp_path: Path, folder: Path
) -> None:
    make(tmp_path, rating=Rating.MOSTLY)
    with small_disk(folder, 500_000):
        async with running(tmp_path, (120, 40)) as pilot:
            await press(pilot, "f9", "right", "f9", "down", "enter")
            text = " ".join(" ".join(messages(pilot)).split())
            assert "Il n’y a plus de place" in text
            assert "reste provisoire" in text
            assert "relu et vérifié" not in shown(pilot)
            assert [path.name for path in folder.iterdir()] == ["photo"]
            assert in_database(tmp_path, "SELECT status FROM assessment") == [("provisoire",)]
            (folder / "photo").unlink()
            await press(pilot, "f9", "down", "enter")
            assert "relu et vérifié" in shown(pilot)
        assert in_database(tmp_path, "SELECT status FROM assessment") == [("definitif",)]


async def test_letters_are_commands_in_the_list_and_not_in_the_fields(tmp_path: Path, folder: Path) -> None:
    make(tmp_path)
    async with running(tmp_path) as pilot:
        await press(pilot, "f9")
        assert isinstance(pilot.app.focused, Choice)
        await press(pilot, "o")
        assert not messages(pilot)
        pilot.app.screen.set_focus(pilot.app.screen.query_one(Listing))
        await press(pilot, "o")
        assert messages(pilot) == ["Préparez d’abord l’envoi, avec le brouillon de courriel."]


async def test_the_file_for_the_caf_always_goes(tmp_path: Path, folder: Path) -> None:
    make(tmp_path)
    async with running(tmp_path, (120, 40)) as pilot:
        await press(pilot, "f9", "tab", "space")
        assert "[x] Le fichier pour la Caf" in shown(pilot)
        assert messages(pilot) == ["Le fichier pour la Caf part toujours."]


async def test_the_code_and_the_path_are_copied_by_a_letter_and_by_a_click(
    tmp_path: Path, folder: Path
) -> None:
    make(tmp_path, rating=Rating.MOSTLY)
    async with running(tmp_path, (120, 40)) as pilot:
        await press(pilot, "f9", "f9", ".envoi.code")
        (made,) = folder.iterdir()
        assert f"_{pilot.app.clipboard}_" in next(
            path.name for path in made.glob("*.json") if "_r1_" in path.name
        )
        listing = pilot.app.screen.query_one(Listing)
        row = next(
            y for y, line in enumerate(shown(pilot).splitlines()) if "l’emplacement du dossier" in line
        )
        for _ in range(2):  # the first click goes to the line, the second runs it
            await pilot.click(listing, offset=(10, row - listing.region.y))
        await at_rest(pilot)
        assert pilot.app.clipboard == str(made)


async def test_for_whom_it_is_and_what_lacks_can_be_reached(tmp_path: Path, folder: Path) -> None:
    make(tmp_path)
    async with running(tmp_path, (120, 40)) as pilot:
        await press(pilot, "f9")
        assert "Pour\u00a0: Prénom Nom · prenom.nom@exemple.fr" in shown(pilot)


async def test_escape_neither_writes_nor_sends(tmp_path: Path, folder: Path) -> None:
    make(tmp_path, rating=Rating.MOSTLY)
    async with running(tmp_path, (120, 40)) as pilot:
        await press(pilot, "enter", "f9", "right", "f9", "escape", "escape")
        assert page(pilot) == "GridScreen", "where one came from"
    assert list(folder.iterdir()) == []
    assert in_database(tmp_path, "SELECT status FROM assessment") == [("provisoire",)]
