"""Rare failures of a disk or another tool: each gives a French sentence, nothing is half done."""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path
from typing import Any, NoReturn

import pytest

from ctg_tui.domain.assessment import Rating
from ctg_tui.domain.backups import Content
from ctg_tui.domain.errors import DatabaseRefusal
from ctg_tui.services.backups import back_up, restore
from ctg_tui.storage import backups
from ctg_tui.storage.opening import backup_folder
from ctg_tui.storage.store import Store
from tests.databases import DATABASE_NAME, FIRST_CELL, Clock, insertion, raw, read_again, session_on


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
