"""The backup of the day: made while the interface is open, told when it cannot be."""

from __future__ import annotations

from pathlib import Path

import pytest

from ctg_tui.storage.backups import list_backups
from ctg_tui.storage.folder import Reason, backup_folder
from tests.bases import BASE_NAME
from tests.tui.driving import make, press, running, shown


@pytest.fixture(autouse=True)
def _soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ctg_tui.tui.app._BACKUP_SECONDS", 0.05)


async def test_the_backup_of_the_day_is_made_beside_the_interface(tmp_path: Path) -> None:
    make(tmp_path)
    async with running(tmp_path) as pilot:
        await press(pilot, "enter")
        for _ in range(100):
            await pilot.pause(0.02)
            if list_backups(tmp_path / BASE_NAME, check=False):
                break
        await press(pilot, "2")
    assert [one.reason for one in list_backups(tmp_path / BASE_NAME)] == [Reason.DAILY]
    assert all(one.is_sound for one in list_backups(tmp_path / BASE_NAME))


async def test_a_backup_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    make(tmp_path)
    backup_folder(tmp_path / BASE_NAME).write_text("un fichier tient la place du dossier")
    async with running(tmp_path, size=(120, 40)) as pilot:
        for _ in range(100):
            await pilot.pause(0.02)
            if "sauvegarde n’a pas été faite" in " ".join(shown(pilot).split()):
                break
        assert "La base est intacte" in " ".join(shown(pilot).split())
