"""Backups: verified copies, dated, private, made while notes are written, rotated by their names."""

from __future__ import annotations

import os
import stat
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from ctg_tui.domain.assessment import Rating
from ctg_tui.domain.errors import DatabaseRefusal, Refusal
from ctg_tui.services.backups import chosen_backup
from ctg_tui.services.editing import Session
from ctg_tui.storage import backups
from ctg_tui.storage.backups import kept_backups, list_backups
from ctg_tui.storage.connection import Backup, BackupReason, backup_files, backup_folder
from ctg_tui.storage.store import Store
from ctg_tui.system.files import WriteRefusal
from tests.databases import (
    DATABASE_NAME,
    SECOND_CELL,
    Clock,
    a_next_version,
    back_up,
    daily_backup,
    insertion,
    raw,
    rows,
)
from tests.strategies import make_grid, make_identity


def content(path: Path) -> list[str]:
    with raw(path) as connection:
        return list(connection.iterdump())


# Made.


def test_a_backup_is_one_private_verified_file_named_after_the_database(database: Path, clock: Clock) -> None:
    former = os.umask(0)
    try:
        backup = back_up(database, clock)
    finally:
        os.umask(former)
    local = clock.now.astimezone()
    assert content(backup.path) == content(database)
    assert backup.path.name == f"essai_{local:%Y-%m-%d_%Hh%Mm%S}_demandee.db"
    assert list_backups(database) == (backup,)
    assert (backup.made_at, backup.reason) == (local.replace(tzinfo=None), BackupReason.ASKED)
    assert backup.content is not None
    assert (backup.content.assessments, backup.content.answers, backup.content.comments) == (1, 1, 1)
    assert backup.path.read_bytes()[18:20] == b"\x01\x01", "it opens without a WAL beside it"
    if os.name == "posix":
        assert stat.S_IMODE(backup.path.stat().st_mode) == 0o600
        assert stat.S_IMODE(backup.path.parent.stat().st_mode) == 0o700


def test_two_backups_of_one_second_do_not_take_each_others_place(database: Path, clock: Clock) -> None:
    made = {back_up(database, clock).path for _ in range(3)}
    assert {one.path for one in backup_files(database)} == made
    assert len(made) == 3


def test_a_backup_holds_what_another_program_left_in_the_wal(closed_database: Path, clock: Clock) -> None:
    with raw(closed_database) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute(insertion(1, "commentaire", "m2.a01", "dans le WAL"))
        made = back_up(closed_database, clock)
    assert made.content is not None
    assert made.content.comments == 1


@pytest.mark.parametrize(
    "damage",
    ["UPDATE value SET value = '7' WHERE field = 'note'", insertion(99, "note", "m1.a01/famille", "1")],
)
def test_a_backup_is_never_made_of_a_damaged_database(database: Path, clock: Clock, damage: str) -> None:
    with raw(database) as connection:
        connection.execute("PRAGMA ignore_check_constraints = ON")
        connection.execute(damage)
    with pytest.raises(DatabaseRefusal) as caught:
        back_up(database, clock)
    assert caught.value.code == "base-abimee"
    assert list_backups(database) == ()


def test_a_copy_that_reads_otherwise_is_not_kept(
    database: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(backups, "sound_content", lambda path: None)
    with pytest.raises(WriteRefusal) as caught:
        back_up(database, clock)
    assert caught.value.code == "sauvegarde-differente"
    assert list(backup_folder(database).iterdir()) == []


def test_without_room_or_folder_nothing_is_left_of_a_backup(database: Path, clock: Clock) -> None:
    resource = pytest.importorskip("resource")
    former = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (40_000, former[1]))
    try:
        with pytest.raises(WriteRefusal) as caught:
            back_up(database, clock)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, former)
    assert caught.value.code == "disque-plein"
    assert caught.value.message.endswith("la sauvegarde n’a pas été faite. Vos évaluations sont intactes.")
    assert list(backup_folder(database).iterdir()) == []
    backup_folder(database).rmdir()
    backup_folder(database).write_text("x")
    with pytest.raises(WriteRefusal) as caught:
        back_up(database, clock)
    assert caught.value.code == "sauvegarde-impossible"


def test_what_a_crash_left_goes_with_the_next_backup_but_not_what_is_in_use(
    database: Path, clock: Clock
) -> None:
    backup_folder(database).mkdir()
    left = [folder / f".ctg-{'0' * 16}.tmp" for folder in (database.parent, backup_folder(database))]
    stay = [database.parent / f".ctg-{'1' * 16}.tmp", database.parent / "a-moi.tmp"]
    for path in (*left, *stay):
        path.write_text("x")
    for path in (*left, stay[1]):
        os.utime(path, (0, 0))
    back_up(database, clock)
    assert [path.exists() for path in (*left, *stay)] == [False, False, True, True]


# Listed.


def test_the_list_shows_what_is_in_each_and_changes_nothing(
    database: Path, clock: Clock, session: Session
) -> None:
    first = back_up(database, clock)
    clock.pass_by(days=1)
    session.rate(SECOND_CELL, Rating.NO)
    second = back_up(database, clock)
    clock.pass_by(days=1)
    damaged = back_up(database, clock)
    damaged.path.write_bytes(damaged.path.read_bytes()[:5000])
    for name in (
        *("notes.txt", "essai_2027-02-31_10h00m00_demandee.db", "essai_2027-01-31_10h00m00_inconnue.db"),
        *("essai_2027-01-31_10h00m00_mise-de-cote.db", "autre_2027-01-31_10h00m00_demandee.db"),
        "essai_2027-01-31_10h00m00_demandee.db.tmp",
    ):
        (backup_folder(database) / name).write_text("autre chose")
    before = {path: path.stat().st_mtime_ns for path in backup_folder(database).iterdir()}
    listed = list_backups(database)
    assert [one.path for one in listed] == [damaged.path, second.path, first.path]
    assert [one.content for one in listed] == [None, second.content, first.content]
    assert {path: path.stat().st_mtime_ns for path in backup_folder(database).iterdir()} == before
    assert chosen_backup(database, "2").path == second.path
    assert chosen_backup(database, first.path.name).path == first.path
    for unknown in ("0", "4", "-1", "²", "../essai.db", "\x1b[2J", "1" * 5000, ""):
        with pytest.raises(Refusal) as caught:
            chosen_backup(database, unknown)
        assert caught.value.code == "sauvegarde-absente"
        assert "\x1b" not in caught.value.message


# Each day.


def test_one_backup_a_day_of_use_is_made_also_while_the_database_is_open(
    database: Path, clock: Clock, session: Session
) -> None:
    first = daily_backup(database, clock)
    assert first is not None
    assert first.reason is BackupReason.DAILY
    clock.pass_by(hours=1)
    assert daily_backup(database, clock) is None
    clock.pass_by(days=1)
    session.rate(SECOND_CELL, Rating.NO)
    second = daily_backup(database, clock)
    assert second is not None
    assert second.content is not None
    assert second.content.answers == 2


def test_an_empty_database_needs_no_daily_backup(tmp_path: Path, clock: Clock) -> None:
    Store(tmp_path / DATABASE_NAME, clock).close()
    assert daily_backup(tmp_path / DATABASE_NAME, clock) is None


def test_the_daily_backup_runs_on_another_thread_while_notes_are_written(
    database: Path, clock: Clock, session: Session
) -> None:
    with ThreadPoolExecutor(1) as pool:
        made = pool.submit(daily_backup, database, clock)
        for rank in range(30):
            session.rate(SECOND_CELL, Rating(rank % 4))
            # Faster than any person: without a pause between two writes, a reader never gets its turn.
            time.sleep(0.01)
        backup = made.result(timeout=60)
    assert backup is not None
    assert backup.content is not None
    assert rows(database, "SELECT count(*) FROM value WHERE field = 'note'") == [(2,)]


def test_databases_of_one_folder_keep_their_backups_apart(tmp_path: Path, clock: Clock) -> None:
    databases = [tmp_path / name for name in ("essai.db", "essai_2.db", "essai.sqlite", "essai")]
    for rank, path in enumerate(databases):
        with Store(path, clock) as store:
            store.create(make_grid(), make_identity(year=2027 + rank))
        assert daily_backup(path, clock) is not None
    assert len({one.path for path in databases for one in list_backups(path)}) == 4


# Rotated.


def kept(days: list[int], reason: BackupReason = BackupReason.DAILY) -> list[int]:
    """Return, of backups made that many days before the last one, those that stay."""
    last = datetime(2027, 3, 31, 9, 0)  # noqa: DTZ001 - local time, as in the names
    made = [Backup(Path(f"{day}.db"), last - timedelta(days=day), reason) for day in days]
    return sorted(int(path.stem) for path in kept_backups(made, date(2027, 3, 31)))


def test_thirty_days_twelve_months_and_those_asked_for_are_kept() -> None:
    # The last days of the months before: the latest backup of each. The 1st of March is 30 days ago.
    months = [31, 59, 90, 121, 151, 182, 212, 243, 274, 304, 335]
    assert kept(list(range(800))) == [*range(30), *months]
    assert kept([400, 401, 440, 500]) == [400, 440, 500], "a long absence removes no month"
    assert kept([0, 1, 45, 46, 800], BackupReason.ASKED) == [0, 1, 45, 46, 800]
    assert kept([0, 20, 29, 30, 31, 32], BackupReason.DELETION) == [0, 20, 29, 31]


# Before a migration, on a pretended next version.


@pytest.mark.parametrize("write", [True, False])
def test_a_former_database_keeps_its_rows_after_a_backup(closed_database: Path, write: bool) -> None:
    with a_next_version(), Store(closed_database, Clock(), write=write) as store:
        assert store.load(1).assessment.id == 1
        assert bool(store.connection.execute("PRAGMA query_only").fetchone()[0]) is not write
        assert rows(closed_database, "PRAGMA user_version") == [(2,)]
        (backup,) = list_backups(closed_database)
    assert (backup.reason, rows(backup.path, "PRAGMA user_version")) == (BackupReason.MIGRATION, [(1,)])


def test_a_migration_that_fails_or_has_no_backup_leaves_the_database_as_it_was(closed_database: Path) -> None:
    with a_next_version() as faults:
        faults.append(OSError(28, "no space"))
        with pytest.raises(DatabaseRefusal) as caught:
            Store(closed_database, Clock())
        assert caught.value.code == "disque-plein"
        assert rows(closed_database, "SELECT 1 FROM sqlite_schema WHERE name = 'nouveau'") == []
        (backup,) = backup_folder(closed_database).iterdir()
        backup.unlink()
        backup_folder(closed_database).rmdir()
        backup_folder(closed_database).write_text("un fichier tient la place du dossier")
        with pytest.raises(WriteRefusal):
            Store(closed_database, Clock())
    assert rows(closed_database, "PRAGMA user_version") == [(1,)]
