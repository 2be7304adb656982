"""Databases of every former version, stored as files: migrated with all their rows, after a backup."""

from __future__ import annotations

import shutil
from itertools import islice
from pathlib import Path
from uuid import UUID

import pytest
from sqlite_utils.db import Database

from ctg_tui.domain.backups import BackupReason
from ctg_tui.domain.errors import DatabaseRefusal
from ctg_tui.grids.catalogue import Catalogue, former_grids
from ctg_tui.services.editing import Session
from ctg_tui.storage import backups, migrations
from ctg_tui.storage.file_names import backup_folder
from ctg_tui.storage.opening import SCHEMA_VERSION
from ctg_tui.storage.store import Store
from ctg_tui.system.files import WriteRefusal
from ctg_tui.wording.history import edit_name
from tests.databases import Clock, raw, rows, undo
from tests.each_row import each_row, new_folder

FORMER = Path(__file__).parent.parent / "data" / "bases"
VERSIONS = range(1, SCHEMA_VERSION)

SCHEMA = "SELECT type, name, sql FROM sqlite_schema WHERE name NOT LIKE 'sqlite%' ORDER BY type, name"


def former_database(folder: Path, version: int) -> Path:
    database = folder / "essai.db"
    shutil.copyfile(FORMER / f"version-{version}.db", database)
    return database


def content(database: Path, *, of: Path | None = None) -> dict[str, list[tuple[object, ...]]]:
    """Return every row of the tables of `of` (by default of `database`), except those of the migrations."""
    names = rows(
        of or database, "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE '%sqlite%'"
    )
    return {str(name): rows(database, f"SELECT * FROM {name}") for (name,) in names}


def test_a_base_of_every_former_version_is_kept() -> None:
    for version in VERSIONS:
        assert rows(FORMER / f"version-{version}.db", "PRAGMA user_version") == [(version,)]
    assert len(list(FORMER.glob("version-*.db"))) == len(VERSIONS)


@each_row("version", VERSIONS)
@each_row("write", [True, False])
def test_a_former_base_keeps_every_row_and_gets_todays_schema(
    tmp_path: Path, version: int, write: bool
) -> None:
    tmp_path = new_folder(tmp_path)
    database = former_database(tmp_path, version)
    before = content(database)
    assert len(before["answer"]) == 16
    with Store(database, Clock(), write=write) as store:
        assert len(store.load(1).assessment.answers) == 16
        assert store.history(1, ["m1.a01/famille"])
        assert bool(store.connection.execute("PRAGMA query_only").fetchone()[0]) is not write
    Store(tmp_path / "neuve.db", Clock()).close()
    after = content(database, of=FORMER / f"version-{version}.db")
    assert _what_changed(after.pop("journal")) == _what_changed(before.pop("journal"))
    assert {
        name: [row[: len(before[name][0])] if before[name] else row for row in lines]
        for name, lines in after.items()
    } == before
    assert rows(database, SCHEMA) == rows(tmp_path / "neuve.db", SCHEMA)
    assert rows(database, "PRAGMA user_version") == [(SCHEMA_VERSION,)]
    assert rows(database, "PRAGMA integrity_check") == [("ok",)]


def _what_changed(journal: list[tuple[object, ...]]) -> list[tuple[object, ...]]:
    """Return the columns that every version has: all but the author and the operation."""
    return [(*row[:3], *row[4:10]) for row in journal]


@each_row("version", VERSIONS)
def test_a_former_base_is_backed_up_as_it_was_before_it_changes(tmp_path: Path, version: int) -> None:
    database = former_database(new_folder(tmp_path), version)
    before = content(database)
    Store(database, Clock()).close()
    (backup,) = backups.list_backups(database)
    assert backup.reason is BackupReason.MIGRATION
    assert content(backup.path) == before
    assert rows(backup.path, "PRAGMA user_version") == [(version,)]


@each_row("version", VERSIONS)
def test_a_former_assessment_gets_an_id_that_a_restored_backup_gets_again(
    tmp_path: Path, version: int
) -> None:
    ids = set()
    for _ in range(2):
        database = former_database(new_folder(tmp_path), version)
        Store(database, Clock()).close()
        ((stable, previous, proposed, workbook),) = rows(
            database, "SELECT uuid, previous_uuid, proposed_lines, workbook FROM assessment"
        )
        assert (previous, proposed, workbook) == (None, 1, None)
        ids.add(str(UUID(str(stable))))
    assert len(ids) == 1


@each_row("version", VERSIONS)
def test_a_former_assessment_gets_the_grid_it_was_filled_with_byte_for_byte(
    tmp_path: Path, version: int
) -> None:
    database = former_database(new_folder(tmp_path), version)
    Store(database, Clock()).close()
    (former,) = former_grids()
    assert rows(database, "SELECT fingerprint, id, version, document, origin, workbook FROM grid") == [
        (former.fingerprint, "charente-2024-08", "2024-08", former.raw, "programme", None)
    ]
    assert rows(database, "SELECT grid_fingerprint FROM assessment") == [(former.fingerprint,)]


def test_undo_goes_back_through_a_migration(tmp_path: Path) -> None:
    database = former_database(tmp_path, 1)
    with Store(database, Clock()) as store:
        undone = list(islice(iter(lambda: undo(store, 1), None), 1000))
        assert undone
        assert store.load(1).assessment.answers == {}


def test_the_journal_of_a_former_base_names_what_was_done_and_is_undone_and_redone(tmp_path: Path) -> None:
    with Store(former_database(tmp_path, 3), Clock()) as store:
        grid = Catalogue().default
        session = Session(store, grid, 1)
        left = session.assessment
        names = [edit_name(grid, edit) for edit in islice(iter(session.undo, None), 1000)]
        assert (session.assessment.answers, session.assessment.comments) == ({}, {})
        assert (session.assessment.actions, session.assessment.preparation) == ({}, {})
        assert len(list(islice(iter(session.redo, None), 1000))) == len(names) + 1
        session.undo()  # the column edit that was undone in the former version
        assert session.assessment.answers == left.answers
        assert session.assessment.comments == left.comments
        assert rows(store.path, "SELECT DISTINCT author, source FROM journal") == [("", "saisie")]
        assert "modification" not in names
    assert names[:8] == [
        "action",
        "préparation",
        "commentaire",
        "commentaire",
        "ligne effacée",
        "ligne notée 1",
        "note effacée",
        "note 3",
    ]


def test_without_room_for_the_backup_the_base_is_not_touched(tmp_path: Path) -> None:
    database = former_database(tmp_path, 1)
    before = database.read_bytes()
    backup_folder(database).write_text("un fichier tient la place du dossier")
    with pytest.raises(WriteRefusal):
        Store(database, Clock())
    assert database.read_bytes() == before
    backup_folder(database).unlink()
    Store(database, Clock()).close()


def test_a_migration_that_fails_leaves_the_base_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    database = former_database(tmp_path, 1)
    before = content(database)

    def fail(db: Database) -> None:
        db.execute("CREATE TABLE moitie (x)")
        db.execute("INSERT INTO nulle_part VALUES (1)")

    last = migrations.migrations._migrations[-1]
    monkeypatch.setattr(last, "fn", fail)
    with pytest.raises(DatabaseRefusal):
        Store(database, Clock())
    assert content(database) == before
    assert rows(database, "PRAGMA user_version") == [(1,)]


def test_a_new_base_is_made_whole_or_stays_empty(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    database = tmp_path / "essai.db"

    def fail(_: Database) -> None:
        raise OSError(28, "no space")

    last = migrations.migrations._migrations[-1]
    with monkeypatch.context() as patched:
        patched.setattr(last, "fn", fail)
        with pytest.raises(DatabaseRefusal) as caught:
            Store(database, Clock())
    assert caught.value.code == "disque-plein"
    assert rows(database, "SELECT count(*) FROM sqlite_schema") == [(0,)]
    with Store(database, Clock()) as store:
        assert store.entries() == ()


def test_a_base_migrated_by_another_window_meanwhile_is_taken_as_it_is(tmp_path: Path) -> None:
    database = former_database(tmp_path, 1)
    with Store(database, Clock()), Store(database, Clock(), write=False) as reader:
        assert len(reader.entries()) == 1


def test_reading_a_former_base_open_elsewhere_is_refused(tmp_path: Path) -> None:
    from ctg_tui.storage.locks import locked

    database = former_database(tmp_path, 1)
    lock = locked(database)
    try:
        with pytest.raises(DatabaseRefusal) as caught:
            Store(database, Clock(), write=False)
        assert caught.value.code == "base-occupee"
    finally:
        lock.release()


def test_the_version_in_the_file_is_that_of_the_last_migration(tmp_path: Path) -> None:
    database = tmp_path / "essai.db"
    Store(database, Clock()).close()
    with raw(database) as connection:
        applied = connection.execute("SELECT name FROM _sqlite_migrations ORDER BY id").fetchall()
    assert [name for (name,) in applied] == [f"version_{n}" for n in range(1, SCHEMA_VERSION + 1)]
