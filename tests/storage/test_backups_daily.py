"""One backup a day of use, made while notes are written."""

from __future__ import annotations

import sqlite3
import time
from pathlib import Path

import pytest

from ctg_tui.domain.assessment import Rating
from ctg_tui.domain.backups import BackupReason, Content
from ctg_tui.services.backups import back_up, daily_backup
from ctg_tui.services.editing import Session
from ctg_tui.storage import backups
from ctg_tui.storage.backups import list_backups
from ctg_tui.storage.opening import backup_folder
from tests.databases import DATABASE_NAME, SECOND_CELL, Clock, insertion, raw, rows
from tests.strategies import make_grid, make_identity


def test_one_backup_a_day_of_use_is_made_also_while_the_base_is_open(
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
    session.rate(SECOND_CELL, Rating.FULLY)


def test_the_daily_backup_can_run_on_another_thread_while_notes_are_written(
    database: Path, clock: Clock, session: Session
) -> None:
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(1) as pool:
        made = pool.submit(daily_backup, database, clock)
        for rank in range(60):
            session.rate(SECOND_CELL, Rating(rank % 4))
            # Faster than any person: without a pause between two writes, a reader never gets its turn.
            time.sleep(0.01)
        backup = made.result(timeout=60)
    assert backup is not None
    assert backup.is_sound


def test_a_note_given_while_the_backup_is_made_neither_refuses_it_nor_is_lost(
    database: Path, clock: Clock, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    from concurrent.futures import ThreadPoolExecutor
    from threading import Event

    looked, committing = Event(), Event()
    read_content = backups.read_content

    def read_until_a_note_waits(connection: sqlite3.Connection) -> Content:
        content = read_content(connection)
        looked.set()
        assert committing.wait(60)
        return content

    def note_is_given(statement: str) -> None:
        if statement.startswith("COMMIT"):
            committing.set()

    monkeypatch.setattr(backups, "read_content", read_until_a_note_waits)
    session._store.connection.set_trace_callback(note_is_given)
    with ThreadPoolExecutor(1) as pool:
        made = pool.submit(daily_backup, database, clock)
        assert looked.wait(60)
        session.rate(SECOND_CELL, Rating.FULLY)
        backup = made.result(timeout=60)
    assert backup is not None
    assert backup.is_sound
    assert rows(database, "SELECT count(*) FROM answer") == [(2,)]


def test_a_backup_on_a_slow_disk_holds_no_note_back(
    database: Path, clock: Clock, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    from concurrent.futures import ThreadPoolExecutor
    from threading import Event

    writing, noted = Event(), Event()
    copy_database = backups.copy_database

    def copy_slowly(source: sqlite3.Connection, target: Path, content: Content) -> None:
        copy_database(source, target, content)
        writing.set()
        assert noted.wait(60), "the note waits for the disk of the backup"

    monkeypatch.setattr(backups, "copy_database", copy_slowly)
    with ThreadPoolExecutor(1) as pool:
        made = pool.submit(daily_backup, database, clock)
        assert writing.wait(60)
        session.rate(SECOND_CELL, Rating.FULLY)
        noted.set()
        backup = made.result(timeout=60)
    assert backup is not None
    assert backup.content is not None
    assert backup.content.answers == 1, "the content when the backup began"


def test_a_backup_of_a_base_in_wal_mode_is_one_file(closed_database: Path, clock: Clock) -> None:
    with raw(closed_database) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute(insertion(1, "commentaire", "m2.a01", "dans le WAL"))
        made = back_up(closed_database, clock)
    assert made.content is not None
    assert made.content.comments == 1
    assert made.path.read_bytes()[18:20] == b"\x01\x01", "it opens without a WAL beside it"


def test_a_clock_that_was_years_ahead_does_not_take_the_new_backup_away(database: Path, clock: Clock) -> None:
    clock.pass_by(days=4000)
    for _ in range(15):
        daily_backup(database, clock)
        clock.pass_by(days=40)
    clock.pass_by(days=-5000)
    made = daily_backup(database, clock)
    assert made is not None
    assert made.path.exists()
    assert daily_backup(database, clock) is None


def test_two_bases_whose_names_differ_by_their_ending_keep_their_backups_apart(
    tmp_path: Path, clock: Clock
) -> None:
    from ctg_tui.storage.store import Store

    databases = [tmp_path / name for name in ("essai.db", "essai.sqlite", "essai", "essai~.db", "essai~")]
    for rank, path in enumerate(databases):
        with Store(path, clock) as store:
            store.create(make_grid(), make_identity(year=2027 + rank))
        made = daily_backup(path, clock)
        assert made is not None, path
    assert len({one.path for path in databases for one in list_backups(path)}) == len(databases)
    assert all(len(list_backups(path)) == 1 for path in databases)


def test_an_empty_base_needs_no_daily_backup(tmp_path: Path, clock: Clock) -> None:
    from ctg_tui.storage.store import Store

    Store(tmp_path / DATABASE_NAME, clock).close()
    assert daily_backup(tmp_path / DATABASE_NAME, clock) is None
    assert not backup_folder(tmp_path / DATABASE_NAME).exists()
