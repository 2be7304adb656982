"""Rare failures of a disk or another tool: each gives a French sentence, nothing is half done."""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path
from typing import Any, NoReturn

import pytest

from ctg_tui.domain.assessment import Rating
from ctg_tui.domain.backups import BackupReason, Content
from ctg_tui.domain.errors import DatabaseRefusal
from ctg_tui.services.backups import back_up, restore
from ctg_tui.storage import backups, opening
from ctg_tui.storage.journal import read_forecast
from ctg_tui.storage.opening import backup_folder
from ctg_tui.storage.store import Store
from tests.databases import DATABASE_NAME, FIRST_CELL, Clock, insertion, raw, read_again, session_on
from tests.each_row import each_row


@pytest.fixture
def database(tmp_path: Path, clock: Clock) -> Path:
    """Return a closed database with one note, without any backup."""
    with session_on(tmp_path, clock) as session:
        session.rate(FIRST_CELL, Rating.FULLY)
    return tmp_path / DATABASE_NAME


def break_a_reference(database: Path) -> None:
    """Add an answer to no assessment: the pages are sound, the content is not."""
    with raw(database) as connection:
        connection.execute(insertion(99, "note", "m1.a01/famille", "1"))


def raises(error: Exception) -> Any:
    def fail(*_: object, **__: object) -> NoReturn:
        raise error

    return fail


def test_a_base_whose_rows_do_not_hold_together_is_no_sound_backup(database: Path, clock: Clock) -> None:
    backup = back_up(database, clock)
    break_a_reference(backup.path)
    assert backups.sound_content(backup.path) is None
    break_a_reference(database)
    with pytest.raises(DatabaseRefusal) as caught:
        back_up(database, clock)
    assert caught.value.code == "base-abimee"


def test_a_moment_that_is_none_is_damage_to_a_backup(database: Path, clock: Clock) -> None:
    backup = back_up(database, clock)
    with raw(backup.path) as connection:
        connection.execute("UPDATE assessment SET changed_at = 'hier'")
    assert backups.sound_content(backup.path) is None


def test_a_folder_of_backups_that_cannot_be_read_is_told(
    database: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    backup_folder(database).mkdir()
    monkeypatch.setattr(Path, "iterdir", raises(PermissionError(13, "no")))
    with pytest.raises(DatabaseRefusal) as caught:
        backups.list_backups(database)
    assert caught.value.code == "dossier-illisible"


def test_a_base_that_does_not_hold_together_is_put_aside_when_restoring(database: Path, clock: Clock) -> None:
    backup = back_up(database, clock)
    break_a_reference(database)
    done = restore(database, backup.path, clock)
    assert done.undo is None
    assert len(done.put_aside) == 1
    assert read_again(database.parent).answers == {FIRST_CELL: Rating.FULLY}


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        (sqlite3.SQLITE_BUSY, "base-occupee"),
        (sqlite3.SQLITE_READONLY, "base-sans-droit"),
        (sqlite3.SQLITE_FULL, "disque-plein"),
        (sqlite3.SQLITE_IOERR, "base-illisible"),
        (sqlite3.SQLITE_CORRUPT, None),
    ],
)
def test_only_a_base_that_is_damaged_is_put_aside_not_one_that_cannot_be_read_now(
    database: Path, clock: Clock, code: int, expected: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    backup = back_up(database, clock)
    error = sqlite3.DatabaseError("essai")
    error.sqlite_errorcode = code
    monkeypatch.setattr(backups, "make", raises(error))
    if expected is None:
        assert len(restore(database, backup.path, clock).put_aside) == 1
        return
    with pytest.raises(DatabaseRefusal) as caught:
        restore(database, backup.path, clock)
    assert caught.value.code == expected
    assert [path.name for path in backup_folder(database).iterdir()] == [backup.path.name]


def test_a_backup_that_fails_while_it_is_copied_leaves_the_base(
    database: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    backup = back_up(database, clock)
    with session_on(database.parent, clock) as session:
        session.rate(FIRST_CELL, Rating.NO)
    copy = backups.copy_database

    def fail_into_the_base(source: sqlite3.Connection, target: Path, content: Content) -> None:
        if target.parent == database.parent:
            raise sqlite3.DatabaseError("essai")
        copy(source, target, content)

    monkeypatch.setattr(backups, "copy_database", fail_into_the_base)
    with pytest.raises(DatabaseRefusal) as caught:
        backups.restore(database, backup.path, clock())
    assert caught.value.code == "base-abimee"
    assert read_again(database.parent).answers == {FIRST_CELL: Rating.NO}


@each_row("write, code", [(True, "base-nom-refuse"), (False, "base-absente")])
def test_a_name_no_system_has_is_told(tmp_path: Path, write: bool, code: str) -> None:
    with pytest.raises(DatabaseRefusal) as caught:
        opening.connect(tmp_path / "a\0b.db", write=write)
    assert caught.value.code == code


def test_a_protected_folder_is_told_before_anything_is_typed(
    database: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "access", lambda *_: False)
    with pytest.raises(DatabaseRefusal) as caught:
        Store(database, clock)
    assert caught.value.code == "base-sans-droit"
    with Store(database, clock, write=False) as reader:
        assert len(reader.entries()) == 1


def test_a_protected_base_is_told_before_anything_is_typed_and_keeps_its_place(
    database: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    backup = back_up(database, clock)
    database.chmod(0o444)
    before = database.read_bytes()
    access = os.access
    monkeypatch.setattr(
        os, "access", lambda path, mode: (Path(path), mode) != (database, os.W_OK) and access(path, mode)
    )
    for refused in (lambda: Store(database, clock), lambda: restore(database, backup.path, clock)):
        with pytest.raises(DatabaseRefusal) as caught:
            refused()
        assert caught.value.code == "base-sans-droit"
        assert "lecture seule" in caught.value.message
    with Store(database, clock, write=False) as reader:
        assert reader.load(1).assessment.answers == {FIRST_CELL: Rating.FULLY}
    assert database.read_bytes() == before
    assert database.stat().st_mode & 0o777 == 0o444, "a protection is the person's"
    assert [path.name for path in backup_folder(database).iterdir()] == [backup.path.name]


def test_a_base_that_another_program_is_writing_is_told_before_anything_is_typed(
    database: Path, clock: Clock
) -> None:
    with raw(database) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(DatabaseRefusal) as caught:
            Store(database, clock)
    assert caught.value.code == "base-occupee"


def test_a_journal_mode_that_cannot_be_had_is_told(database: Path) -> None:
    class Stubborn(sqlite3.Connection):
        def execute(self, sql: str, parameters: Any = (), /) -> sqlite3.Cursor:
            return super().execute("SELECT 'memory'" if "journal_mode" in sql else sql, parameters)

    connection = sqlite3.connect(database, factory=Stubborn)
    try:
        with pytest.raises(DatabaseRefusal) as caught:
            opening._set_up(connection, database, write=True)
        assert caught.value.code == "base-occupee"
    finally:
        connection.close()


def test_a_forecast_that_cannot_be_read_is_told(database: Path, clock: Clock) -> None:
    with Store(database, clock) as store:
        store.connection.execute("DROP TABLE value")
        with pytest.raises(DatabaseRefusal) as caught:
            read_forecast(store, 1)
    assert caught.value.code == "base-abimee"


def test_a_damaged_row_stops_the_backup_before_a_deletion(database: Path, clock: Clock) -> None:
    break_a_reference(database)
    with Store(database, clock) as store, pytest.raises(DatabaseRefusal) as caught:
        store.back_up(BackupReason.DELETION)
    assert caught.value.code == "base-abimee"


def test_pages_that_cannot_even_be_looked_at_are_told(database: Path) -> None:
    class Broken(sqlite3.Connection):
        def execute(self, sql: str, parameters: Any = (), /) -> sqlite3.Cursor:
            if "quick_check" in sql:
                raise sqlite3.OperationalError("disk I/O error")
            return super().execute(sql, parameters)

    connection = sqlite3.connect(database, factory=Broken)
    try:
        with pytest.raises(DatabaseRefusal) as caught:
            opening.check_pages(connection, database)
        assert caught.value.code == "base-abimee"
    finally:
        connection.close()


def test_who_only_reads_has_no_lock_to_hand_over(database: Path, clock: Clock) -> None:
    with Store(database, clock, write=False) as store:
        with pytest.raises(RuntimeError):
            store.hand_over()
        assert len(store.entries()) == 1, "and goes on reading"
