"""Which backups stay and which go: a long absence removes nothing, a damaged one has the place of none."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ctg_tui.domain.backups import BackupReason, kept_backups
from ctg_tui.services.backups import daily_backup
from ctg_tui.services.editing import Session
from ctg_tui.storage.backups import list_backups
from ctg_tui.storage.opening import backup_folder
from ctg_tui.system.files import WriteRefusal
from tests.databases import Clock

LAST_DAY = date(2027, 3, 31)


def dated(
    days: list[int], reason: BackupReason = BackupReason.DAILY
) -> list[tuple[Path, datetime, BackupReason]]:
    last = datetime(2027, 3, 31, 9, 0)  # noqa: DTZ001 - local time, as in the names
    return [(Path(f"{day}.db"), last - timedelta(days=day), reason) for day in days]


def test_seven_days_five_weeks_and_twelve_months_are_kept() -> None:
    every_day = dated(list(range(800)))
    kept = {int(path.stem) for path in kept_backups(every_day, LAST_DAY)}
    assert kept >= set(range(7))
    # Sundays, then the last days of months: the latest of each week and month.
    assert kept - set(range(7)) == {10, 17, 24, *(31, 59, 90, 121, 151, 182, 212, 243, 274, 304, 335)}
    assert len(kept) == 7 + 3 + 11


def test_a_long_absence_removes_nothing() -> None:
    some = dated([400, 401, 402, 500])
    assert len(kept_backups(some, LAST_DAY)) == 4


def test_what_undoes_a_risky_act_is_kept_thirty_days_and_what_was_asked_for_always() -> None:
    daily = dated(list(range(60)))
    reasons = (BackupReason.MIGRATION, BackupReason.DELETION, BackupReason.RESTORATION, BackupReason.GRID)
    risky = [
        (Path(f"{reason}-{path.stem}.db"), at - timedelta(hours=1), reason)
        for reason in reasons
        for path, at, _ in dated([20, 25, 30, 31])
    ]
    asked = [(Path("asked.db"), at - timedelta(hours=2), BackupReason.ASKED) for _, at, _ in dated([45])]
    kept = {path.name for path in kept_backups([*daily, *risky, *asked], LAST_DAY)}
    assert "asked.db" in kept
    for reason in reasons:
        assert f"{reason}-30.db" in kept
        assert f"{reason}-31.db" not in kept


def test_the_latest_ten_that_undo_a_risky_act_are_kept_whatever_their_date() -> None:
    daily = dated(list(range(60)))
    risky = [
        (Path(f"risky-{path.stem}.db"), at - timedelta(hours=1), BackupReason.DELETION)
        for path, at, _ in dated(list(range(400, 415)))
    ]
    kept = kept_backups([*daily, *risky], LAST_DAY)
    assert {path.name for path in kept if path.name.startswith("risky")} >= {
        f"risky-{day}.db" for day in range(400, 410)
    }
    assert Path("risky-413.db") not in kept


@pytest.mark.parametrize(("deletion_days", "start_days"), [(0, 730), (-2500, 0)])
def test_a_clock_that_is_wrong_once_does_not_take_the_only_copy_of_what_was_deleted(
    database: Path, clock: Clock, session: Session, deletion_days: int, start_days: int
) -> None:
    clock.pass_by(days=deletion_days)
    undo = []
    for _ in range(2):  # the latest of a day may hold a slot of its own
        undo.append(session._store.back_up(BackupReason.DELETION))
        clock.pass_by(minutes=1)
    clock.pass_by(days=-deletion_days)
    for _ in range(15):
        clock.pass_by(days=1)
        daily_backup(database, clock)
    clock.pass_by(days=start_days)
    daily_backup(database, clock)
    assert all(one.path.exists() for one in undo)


def spoilt(*names: str) -> Callable[[Path], bool]:
    return lambda path: path.name not in names


def test_a_damaged_backup_has_the_place_of_no_other() -> None:
    # The last of February holds its month's slot. The one before it would replace it, so it stays too.
    kept = kept_backups(dated(list(range(60))), LAST_DAY, spoilt("31.db"))
    assert {Path("31.db"), Path("32.db")} <= kept
    # Two damaged in a row hold no slot.
    kept = kept_backups(dated(list(range(60))), LAST_DAY, spoilt("31.db", "32.db"))
    assert {Path("31.db"), Path("32.db"), Path("33.db")} <= kept


def test_a_week_of_damaged_backups_counts_for_none_of_the_days() -> None:
    bad = [f"{day}.db" for day in range(7)]
    kept = kept_backups(dated(list(range(60))), LAST_DAY, spoilt(*bad))
    assert {Path(f"{day}.db") for day in range(7, 14)} <= kept


def test_damaged_backups_before_a_risky_act_do_not_count_among_the_latest_ten() -> None:
    daily = dated(list(range(60)))
    risky = [
        (Path(f"risky-{path.stem}.db"), at - timedelta(hours=1), BackupReason.DELETION)
        for path, at, _ in dated(list(range(400, 415)))
    ]
    kept = kept_backups([*daily, *risky], LAST_DAY, spoilt("risky-401.db", "risky-402.db"))
    assert {Path(f"risky-{day}.db") for day in (400, *range(403, 412))} <= kept


@given(
    st.lists(st.tuples(st.integers(0, 2000), st.sampled_from(BackupReason), st.booleans()), max_size=60),
)
def test_damaged_backups_never_make_a_sound_one_go(drawn: list[tuple[int, BackupReason, bool]]) -> None:
    last = datetime(2027, 3, 31, 9, 0)  # noqa: DTZ001 - local time, as in the names
    found = [
        (Path(f"{rank}.db"), last - timedelta(hours=4 * step), reason)
        for rank, (step, reason, _) in enumerate(drawn)
    ]
    sound = {Path(f"{rank}.db") for rank, (*_, is_sound) in enumerate(drawn) if is_sound}
    alone = kept_backups([one for one in found if one[0] in sound], LAST_DAY)
    assert kept_backups(found, LAST_DAY, sound.__contains__) >= alone


def test_only_the_backups_for_which_another_goes_are_looked_into() -> None:
    asked: list[Path] = []

    def is_sound(path: Path) -> bool:
        asked.append(path)
        return True

    kept_backups(dated(list(range(7))), LAST_DAY, is_sound)
    assert asked == [], "none goes"
    rotated = kept_backups(dated(list(range(1, 800))), LAST_DAY)
    dates = {path: (path, at, reason) for path, at, reason in dated(list(range(800)))}
    kept = kept_backups([dates[path] for path in (Path("0.db"), *rotated)], LAST_DAY, is_sound)
    assert len(rotated) + 1 - len(kept) == 1
    assert len(set(asked)) < len(kept) // 2


def test_the_rotation_looks_into_the_files_that_have_a_place(database: Path, clock: Clock) -> None:
    damaged = None
    for day in range(30):
        made = daily_backup(database, clock)
        assert made is not None
        if day == 19:  # 31 January, the last of its month
            damaged = made.path
            damaged.write_bytes(b"abimee")
        clock.pass_by(days=1)
    january = [one for one in list_backups(database) if one.made_at.month == 1]
    assert damaged is not None
    assert damaged.exists()
    assert january[0].path == damaged
    assert january[1].made_at.day == 30
    assert january[1].is_sound


def test_a_damaged_backup_of_the_day_is_made_again(database: Path, clock: Clock) -> None:
    first = daily_backup(database, clock)
    assert first is not None
    os.truncate(first.path, 0)
    clock.pass_by(minutes=10)
    again = daily_backup(database, clock)
    assert again is not None
    assert again.is_sound
    assert daily_backup(database, clock) is None


def test_the_rotation_removes_files_of_this_base_only(database: Path, clock: Clock) -> None:
    stranger = backup_folder(database) / "autre_2020-01-01_10h00m00_quotidienne.db"
    for _ in range(30):
        daily_backup(database, clock)
        clock.pass_by(days=1)
    stranger.write_text("x")
    daily_backup(database, clock)
    left = list_backups(database)
    assert 7 < len(left) < 15
    assert all(one.is_sound for one in left)
    assert stranger.exists()


def test_a_backup_that_cannot_be_removed_is_told(
    database: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(9):
        daily_backup(database, clock)
        clock.pass_by(days=1)

    def refuse(_: Path, missing_ok: bool = False) -> None:
        raise PermissionError

    monkeypatch.setattr(Path, "unlink", refuse)
    with pytest.raises(WriteRefusal) as caught:
        daily_backup(database, clock)
    assert caught.value.code == "sauvegarde-impossible"
    assert list_backups(database)[0].made_at.date() == clock.now.astimezone().date()  # the new backup exists
