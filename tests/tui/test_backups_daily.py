"""The daily backup: made while the interface is open, and a failure is shown."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from ctg_tui.domain.backups import Backup, BackupReason
from ctg_tui.storage.backups import list_backups
from ctg_tui.storage.opening import backup_folder
from tests.databases import DATABASE_NAME, Clock
from tests.tui.driving import (
    DELAYS,
    Driver,
    make,
    messages,
    press,
    running,
    until,
)

SOON = DELAYS._replace(backup=0.05)


def backups(folder: Path) -> Sequence[Backup]:
    return list_backups(folder / DATABASE_NAME)


async def until_backed_up(pilot: Driver, folder: Path, times: int) -> None:
    await until(pilot, lambda: len(backups(folder)) == times)


async def test_the_backup_of_the_day_is_made_beside_the_interface(tmp_path: Path) -> None:
    make(tmp_path)
    async with running(tmp_path, delays=SOON) as pilot:
        await press(pilot, "enter")
        await until(pilot, lambda: backups(tmp_path))
        await press(pilot, "2")
    assert [backup.reason for backup in list_backups(tmp_path / DATABASE_NAME)] == [BackupReason.DAILY]
    assert all(backup.is_sound for backup in list_backups(tmp_path / DATABASE_NAME))


async def test_a_backup_that_cannot_be_made_is_shown(tmp_path: Path) -> None:
    make(tmp_path)
    backup_folder(tmp_path / DATABASE_NAME).write_text("un fichier tient la place du dossier")
    async with running(tmp_path, (120, 40), delays=SOON) as pilot:
        await until(pilot, lambda: "sauvegarde n’a pas été faite" in " ".join(messages(pilot)))
        assert "Vos évaluations sont intactes" in " ".join(messages(pilot))


async def test_a_program_left_open_backs_up_each_day(tmp_path: Path) -> None:
    clock = Clock()
    make(tmp_path)
    async with running(tmp_path, clock=clock, delays=SOON._replace(next_backup=0.05)) as pilot:
        for day in (1, 2, 3):
            await until_backed_up(pilot, tmp_path, times=day)
            clock.pass_by(days=1)
    assert len({backup.made_at.date() for backup in list_backups(tmp_path / DATABASE_NAME)}) >= 3
