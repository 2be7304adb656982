"""Which backups stay: those asked for, those of 30 days, the latest of 12 months; by their names."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from pathlib import Path

from ctg_tui.domain.backups import BackupReason, kept_backups
from ctg_tui.services.backups import back_up, daily_backup
from ctg_tui.services.editing import Session
from ctg_tui.storage.backups import list_backups
from tests.databases import Clock

LAST_DAY = date(2027, 3, 31)


def kept(days: list[int], reason: BackupReason = BackupReason.DAILY) -> list[int]:
    """Return, of backups made that many days before the last one, those that stay."""
    last = datetime(2027, 3, 31, 9, 0)  # noqa: DTZ001 - local time, as in the names
    dated = [(Path(f"{day}.db"), last - timedelta(days=day), reason) for day in days]
    return sorted(int(path.stem) for path in kept_backups(dated, LAST_DAY))


def test_thirty_days_and_twelve_months_are_kept() -> None:
    # The last days of the months before: the latest backup of each.
    months = [31, 59, 90, 121, 151, 182, 212, 243, 274, 304, 335]
    assert kept(list(range(800))) == [*range(31), *months]


def test_a_long_absence_removes_nothing_that_was_the_latest_of_its_month() -> None:
    assert kept([400, 401, 440, 500]) == [400, 440, 500]


def test_what_was_asked_for_stays_always() -> None:
    assert kept([0, 1, 45, 46, 800], BackupReason.ASKED) == [0, 1, 45, 46, 800]


def test_one_that_undoes_a_risky_act_stays_thirty_days() -> None:
    assert kept([0, 20, 30, 31, 32], BackupReason.DELETION) == [0, 20, 30, 31]


def test_after_a_year_of_use_the_folder_holds_what_the_rotation_keeps(
    database: Path, clock: Clock, session: Session
) -> None:
    asked = back_up(database, clock)
    for _ in range(14):
        clock.pass_by(days=29)
        daily_backup(database, clock)
    listed = list_backups(database)
    assert asked.path == listed[-1].path
    assert 12 <= len(listed) <= 14
    assert all(one.is_sound for one in listed)
