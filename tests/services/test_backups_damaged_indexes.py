"""Indexes that miss a row of their table: `docteur` rebuilds them, and no answer changes."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from ctg_tui.domain.assessment import Rating
from ctg_tui.domain.errors import DatabaseRefusal
from ctg_tui.services.backups import State
from ctg_tui.storage import repair
from ctg_tui.storage.opening import backup_folder, locked
from ctg_tui.storage.store import Store
from tests.databases import DATABASE_NAME, FIRST_CELL, Clock, raw, read_again, rows, session_on
from tests.services.diagnosis import examined


@pytest.fixture
def database(tmp_path: Path, clock: Clock) -> Path:
    with session_on(tmp_path, clock) as session:
        session.rate(FIRST_CELL, Rating.FULLY)
    return tmp_path / DATABASE_NAME


def damage_an_index(database: Path) -> None:
    """Remove a row from an index, but not from its table."""
    with raw(database) as connection:
        connection.execute("PRAGMA writable_schema = ON")
        connection.execute(
            "UPDATE sqlite_schema SET sql = replace(sql, 'journal (owner, key)', "
            "'journal (owner, key) WHERE key <> ''m1.a01/famille''') WHERE name = 'journal_key'"
        )
    with raw(database) as connection:
        connection.execute("REINDEX journal_key")
        connection.execute("PRAGMA writable_schema = ON")
        connection.execute(
            "UPDATE sqlite_schema SET sql = 'CREATE INDEX journal_key ON journal (owner, key)'"
            " WHERE name = 'journal_key'"
        )


def test_damaged_indexes_are_rebuilt_and_no_answer_changes(database: Path, clock: Clock) -> None:
    before = read_again(database.parent)
    damage_an_index(database)
    damaged = database.read_bytes()
    results = examined(database, clock)
    assert results["base-index"].state is State.REPAIRED
    assert results["base"].state is State.GOOD
    assert read_again(database.parent) == before
    assert rows(database, "PRAGMA integrity_check") == [("ok",)]
    (aside,) = [path for path in backup_folder(database).iterdir() if "mise-de-cote" in path.name]
    assert aside.read_bytes() == damaged
    assert results["mis-de-cote"].state is State.ATTENTION


@pytest.mark.skipif(
    sqlite3.sqlite_version_info < (3, 46),
    reason="an older SQLite sees these damaged indexes with `integrity_check` only, which `docteur` runs",
)
def test_a_database_with_damaged_indexes_is_not_opened_and_docteur_is_named(
    database: Path, clock: Clock
) -> None:
    damage_an_index(database)
    with pytest.raises(DatabaseRefusal) as caught:
        Store(database, clock)
    assert "docteur" in caught.value.advice


def test_damaged_indexes_of_a_database_open_elsewhere_wait(database: Path, clock: Clock) -> None:
    damage_an_index(database)
    lock = locked(database)
    try:
        assert examined(database, clock)["base-occupee"].state is State.PROBLEM
    finally:
        lock.release()


def test_indexes_that_cannot_be_rebuilt_are_reported_as_damage(
    database: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    damage_an_index(database)
    monkeypatch.setattr(repair, "_REBUILD", "SELECT 1")
    assert examined(database, clock)["base-abimee"].state is State.PROBLEM


def test_without_room_for_a_copy_indexes_are_not_touched(database: Path, clock: Clock) -> None:
    damage_an_index(database)
    before = database.read_bytes()
    backup_folder(database).write_text("un fichier tient la place du dossier")
    assert examined(database, clock)["sauvegarde-impossible"].state is State.PROBLEM
    assert database.read_bytes() == before
