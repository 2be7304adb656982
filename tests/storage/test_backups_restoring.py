"""Restoring: whole, undoable; the file of before stays, damaged or not."""

from __future__ import annotations

from pathlib import Path

import pytest

from ctg_tui.domain.assessment import Rating
from ctg_tui.domain.errors import DatabaseRefusal
from ctg_tui.services.backups import restore
from ctg_tui.storage import backups
from ctg_tui.storage.backups import list_backups
from ctg_tui.storage.connection import BackupReason, backup_folder
from ctg_tui.storage.store import Store
from ctg_tui.system.files import WriteRefusal
from tests.databases import (
    DATABASE_NAME,
    FIRST_CELL,
    SECOND_CELL,
    Clock,
    back_up,
    raw,
    read_again,
    session_on,
)


@pytest.fixture
def database(tmp_path: Path, clock: Clock) -> Path:
    """Return a closed database whose first note is backed up and whose second is not."""
    with session_on(tmp_path, clock) as session:
        session.rate(FIRST_CELL, Rating.FULLY)
        back_up(tmp_path / DATABASE_NAME, clock)
        session.rate(SECOND_CELL, Rating.NO)
    clock.pass_by(hours=2)
    return tmp_path / DATABASE_NAME


def only_backup(database: Path) -> Path:
    (backup,) = (one.path for one in list_backups(database) if one.reason is BackupReason.ASKED)
    return backup


def test_a_damaged_database_is_put_aside_as_it_was_and_its_journal_never_meets_the_new_one(
    database: Path, clock: Clock
) -> None:
    damaged = bytes(200) + database.read_bytes()[200:]
    database.write_bytes(damaged)
    journal = database.with_name(database.name + "-journal")
    journal.write_bytes(b"reste d'un plantage")
    done = restore(database, only_backup(database), clock)
    assert done.undo is None
    (aside,) = done.put_aside
    assert (aside.parent, aside.read_bytes()) == (backup_folder(database), damaged)
    assert aside.name.endswith("_mise-de-cote.db")
    assert not journal.exists()
    assert read_again(database.parent).answers == {FIRST_CELL: Rating.FULLY}


@pytest.mark.parametrize("is_there", [True, False])
def test_a_wal_left_by_a_killed_or_deleted_database_never_meets_the_restored_one(
    database: Path, clock: Clock, is_there: bool
) -> None:
    wal = database.with_name(database.name + "-wal")
    with session_on(database.parent, clock) as session:
        session.rate(SECOND_CELL, Rating.FULLY)
        left = wal.read_bytes()
    assert left
    if not is_there:
        database.unlink()
    wal.write_bytes(left)
    restore(database, only_backup(database), clock)
    assert not wal.exists()
    assert read_again(database.parent).answers == {FIRST_CELL: Rating.FULLY}


@pytest.mark.parametrize("content", [b"", b"\xff\xd8\xff\xe0 JFIF", None])
def test_an_empty_foreign_or_missing_database_is_restored_too(
    database: Path, clock: Clock, content: bytes | None
) -> None:
    database.unlink()
    if content is not None:
        database.write_bytes(content)
    with pytest.raises(DatabaseRefusal) as caught:
        Store(database, clock)
    assert "docteur" in caught.value.advice
    done = restore(database, only_backup(database), clock)
    assert read_again(database.parent).answers == {FIRST_CELL: Rating.FULLY}
    assert [path.read_bytes() for path in done.put_aside] == ([] if content is None else [content])


@pytest.mark.parametrize(
    ("setting", "code"),
    [("user_version = 99", "base-plus-recente"), ("application_id = 42", "base-etrangere")],
)
def test_a_newer_or_foreign_database_is_never_replaced(
    database: Path, clock: Clock, setting: str, code: str
) -> None:
    with raw(database) as connection:
        connection.execute(f"PRAGMA {setting}")
    before = {path: path.read_bytes() for path in (database, only_backup(database))}
    with pytest.raises(DatabaseRefusal) as caught:
        restore(database, only_backup(database), clock)
    assert caught.value.code == code
    assert database.read_bytes() == before.pop(database)
    assert {path: path.read_bytes() for path in backup_folder(database).iterdir()} == before


def test_a_file_that_was_never_a_database_of_ours_is_left_and_a_damaged_one_is_restored_over(
    database: Path, clock: Clock
) -> None:
    chosen = only_backup(database)
    letter = database.parent / "lettres" / "lettre.odt"
    letter.parent.mkdir()
    letter.write_bytes(b"hello")
    with pytest.raises(DatabaseRefusal) as caught:
        restore(letter, chosen, clock)
    assert caught.value.code == "base-etrangere"
    assert {path: path.read_bytes() for path in letter.parent.iterdir()} == {letter: b"hello"}
    for damaged in (b"", database.read_bytes()[:5000]):
        copied = database.parent / f"apportee-{len(damaged)}" / DATABASE_NAME
        copied.parent.mkdir()
        copied.write_bytes(damaged)
        done = restore(copied, chosen, clock)
        assert done.content.answers == 1
        assert read_again(copied.parent).answers == {FIRST_CELL: Rating.FULLY}


def test_a_damaged_or_foreign_backup_is_refused_and_nothing_changes(database: Path, clock: Clock) -> None:
    before = database.read_bytes()
    backup = only_backup(database)
    backup.write_bytes(backup.read_bytes()[:5000])
    for chosen in (backup, database.parent / "absente.db", database.parent):
        with pytest.raises(DatabaseRefusal) as caught:
            restore(database, chosen, clock)
        assert caught.value.code == "sauvegarde-abimee"
    assert database.read_bytes() == before
    assert len(list_backups(database)) == 1


def test_a_database_open_elsewhere_is_not_restored(
    database: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(backups, "PATIENCE_SECONDS", 0)
    with Store(database, clock), pytest.raises(DatabaseRefusal) as caught:
        restore(database, only_backup(database), clock)
    assert caught.value.code == "base-occupee"
    with raw(database) as other:
        other.execute("BEGIN EXCLUSIVE")
        with pytest.raises(DatabaseRefusal) as caught:
            restore(database, only_backup(database), clock)
        assert caught.value.code == "base-occupee"
    assert read_again(database.parent).answers == {FIRST_CELL: Rating.FULLY, SECOND_CELL: Rating.NO}


def test_when_the_disk_refuses_the_database_is_as_it_was(database: Path, clock: Clock) -> None:
    backup_folder(database).rename(database.parent / "ailleurs")
    chosen = next((database.parent / "ailleurs").iterdir())
    backup_folder(database).write_text("un fichier tient la place du dossier")
    with pytest.raises(WriteRefusal):
        restore(database, chosen, clock)
    assert read_again(database.parent).answers == {FIRST_CELL: Rating.FULLY, SECOND_CELL: Rating.NO}
    database.write_bytes(b"abimee")
    with pytest.raises(WriteRefusal):
        restore(database, chosen, clock)
    assert database.read_bytes() == b"abimee"
