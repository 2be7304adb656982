"""The mechanism of migrations, on a pretended next version: after a backup, all or nothing, once."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from ctg_tui.domain.assessment import Rating
from ctg_tui.domain.backups import BackupReason
from ctg_tui.domain.errors import DatabaseRefusal
from ctg_tui.storage import backups
from ctg_tui.storage.opening import backup_folder
from ctg_tui.storage.store import Store
from ctg_tui.system.files import WriteRefusal
from tests.databases import DATABASE_NAME, FIRST_CELL, Clock, a_next_version, rows, session_on


@pytest.fixture
def database(tmp_path: Path) -> Path:
    """Return a database of the version before the pretended one, with a note."""
    with session_on(tmp_path) as session:
        session.rate(FIRST_CELL, Rating.FULLY)
    return tmp_path / DATABASE_NAME


@pytest.fixture
def next_version(database: Path) -> Iterator[list[Exception]]:
    """Pretend that there is a version 2; what is put in the list is raised at its end."""
    with a_next_version() as faults:
        yield faults


def version(path: Path) -> object:
    return rows(path, "PRAGMA user_version")[0][0]


@pytest.mark.parametrize("write", [True, False])
def test_a_former_base_keeps_its_rows_after_a_backup(
    database: Path, next_version: list[Exception], write: bool
) -> None:
    with Store(database, Clock(), write=write) as store:
        assert store.load(1).assessment.answers == {FIRST_CELL: Rating.FULLY}
        assert bool(store.connection.execute("PRAGMA query_only").fetchone()[0]) is not write
    assert (version(database), rows(database, "SELECT * FROM nouveau")) == (2, [])
    (backup,) = backups.list_backups(database)
    assert (backup.reason, version(backup.path)) == (BackupReason.MIGRATION, 1)


def test_a_migration_that_fails_leaves_the_base_as_it_was(
    database: Path, next_version: list[Exception]
) -> None:
    next_version.append(OSError(28, "no space"))
    with pytest.raises(DatabaseRefusal) as caught:
        Store(database, Clock())
    assert caught.value.code == "disque-plein"
    assert version(database) == 1
    assert rows(database, "SELECT 1 FROM sqlite_schema WHERE name = 'nouveau'") == []


def test_without_room_for_the_backup_the_base_is_not_touched(
    database: Path, next_version: list[Exception]
) -> None:
    before = database.read_bytes()
    backup_folder(database).write_text("un fichier tient la place du dossier")
    with pytest.raises(WriteRefusal):
        Store(database, Clock())
    assert database.read_bytes() == before
