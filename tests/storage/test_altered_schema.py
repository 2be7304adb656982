"""Tables that another program changed: read, never written, repaired on request after a backup."""

from __future__ import annotations

import contextlib
import errno
import shutil
from pathlib import Path

import pytest

from ctg_tui.domain.answers import NOT_CONCERNED, Rating
from ctg_tui.domain.errors import DatabaseRefusal
from ctg_tui.services.checks import CheckResult, State
from ctg_tui.services.diagnosis import Terminal, examine
from ctg_tui.services.maintenance import back_up, restore
from ctg_tui.services.workspace import open_to_work
from ctg_tui.storage import schema_repair
from ctg_tui.storage.backups import list_backups
from ctg_tui.storage.erasing import erase
from ctg_tui.storage.opening import connect
from ctg_tui.storage.schema import EXPECTED, SCHEMA_VERSION
from ctg_tui.storage.schema_check import look
from ctg_tui.storage.store import Store
from tests.databases import (
    DATABASE_NAME,
    FIRST_CELL,
    SECOND_CELL,
    Clock,
    insertion,
    raw,
    read_again,
    rows,
    session_on,
)
from tests.each_row import each_row, new_folder
from tests.strategies import make_grid, make_identity

TRIGGER = "CREATE TRIGGER efface AFTER INSERT ON journal BEGIN DELETE FROM value WHERE key <> new.key; END"
ALTERATIONS = {
    "trigger": TRIGGER,
    "unique index": "CREATE UNIQUE INDEX une_note ON value (field, value)",
    "computed index": "CREATE INDEX calcul ON value (lower(value))",
    "partial index": "CREATE INDEX partiel ON value (value) WHERE lower(value) IS NOT NULL",
    "column added": "ALTER TABLE value ADD COLUMN couleur TEXT NOT NULL DEFAULT 'rouge'",
    "index dropped": "DROP INDEX journal_step",
    "version lost": "PRAGMA user_version = 0",
}
LEFT_IN_PEACE = (
    "CREATE VIEW v_notes AS SELECT * FROM answer",
    "CREATE TABLE a_moi (x TEXT)",
    "CREATE INDEX par_note ON value (value, key COLLATE NOCASE DESC)",
    "CREATE UNIQUE INDEX a_moi_x ON a_moi (x)",
    "ANALYZE",
)


@pytest.fixture
def database(tmp_path: Path) -> Path:
    with session_on(tmp_path) as session:
        session.rate(FIRST_CELL, Rating.FULLY)
        session.rate(SECOND_CELL, NOT_CONCERNED)
        session.comment("m1.a01", "un commentaire")
    return tmp_path / DATABASE_NAME


def alter(database: Path, *statements: str) -> None:
    with raw(database) as connection:
        for statement in statements:
            connection.execute(statement)


def schema_of(database: Path) -> list[tuple[object, ...]]:
    query = (
        "SELECT name, sql FROM sqlite_schema WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite_%' ORDER BY name"
    )
    return rows(database, query)


def doctor(database: Path, *, correct: bool = False) -> dict[str, CheckResult]:
    found = examine(database, Terminal(120, 40, "utf-8", "xterm", "riche"), Clock(), correct=correct)
    return {result.code: result for result in found}


def refusal_of(database: Path) -> DatabaseRefusal:
    with pytest.raises(DatabaseRefusal) as caught:
        Store(database, Clock())
    return caught.value


def test_the_tables_of_a_new_database_are_those_that_opening_expects(database: Path) -> None:
    assert {name: sql for name, sql in schema_of(database) if "_sqlite_" not in str(name)} == EXPECTED


@each_row("statement", ALTERATIONS.values())
def test_altered_tables_are_read_never_written_and_repaired_on_request(
    database: Path, statement: str
) -> None:
    database = Path(shutil.copy(database, new_folder(database.parent)))
    before, schema = read_again(database.parent), schema_of(database)
    alter(database, statement)
    altered = database.read_bytes()

    refusal = refusal_of(database)
    assert refusal.code == "base-alteree"
    assert f'docteur --corriger --base "{database}"' in refusal.advice
    assert read_again(database.parent) == before
    assert doctor(database)["base-alteree"].state is State.PROBLEM
    assert database.read_bytes() == altered

    assert doctor(database, correct=True)["base-alteree"].state is State.REPAIRED
    assert schema_of(database) == schema
    assert rows(database, "PRAGMA user_version") == [(SCHEMA_VERSION,)]
    assert read_again(database.parent) == before
    assert "avant-reparation" in [backup.reason.value for backup in list_backups(database)]
    assert doctor(database)["base"].state is State.GOOD
    with session_on(database.parent) as session:
        session.rate(SECOND_CELL, Rating.PARTLY)
        assert session.undo()
    assert read_again(database.parent) == before


def test_what_others_add_beside_our_tables_is_left_in_peace(database: Path) -> None:
    alter(database, *LEFT_IN_PEACE)
    schema = schema_of(database)
    with session_on(database.parent) as session:
        session.rate(SECOND_CELL, Rating.PARTLY)
    alter(
        database,
        TRIGGER,
        "ALTER TABLE value ADD COLUMN couleur TEXT",
        "CREATE INDEX par_couleur ON value (couleur)",
    )
    doctor(database, correct=True)
    assert schema_of(database) == schema


def test_a_table_made_again_keeps_its_rows_its_highest_id_and_those_that_refer_to_it(database: Path) -> None:
    with Store(database, Clock()) as store:
        last = store.create(make_grid(), make_identity(year=2028))
        store.delete(last)
    before = read_again(database.parent)
    alter(
        database, "ALTER TABLE assessment ADD COLUMN couleur TEXT", "UPDATE assessment SET couleur = 'rouge'"
    )
    assert doctor(database, correct=True)["base-alteree"].state is State.REPAIRED
    assert read_again(database.parent) == before
    assert rows(database, "PRAGMA foreign_key_check") == []
    with Store(database, Clock()) as store:
        assert store.create(make_grid(), make_identity(year=2028)) == last + 1


def test_rows_that_no_version_would_have_written_stop_the_repair(database: Path) -> None:
    loose = EXPECTED["value"].replace("ELSE value <> '' END", "ELSE 1 END")
    alter(
        database,
        "DROP TABLE value",
        loose,
        insertion(1, "commentaire", "m1.a01", ""),
    )
    altered = database.read_bytes()
    assert doctor(database, correct=True)["base-abimee"].state is State.PROBLEM
    assert database.read_bytes() == altered


def test_rows_that_refer_to_nothing_stop_the_repair(database: Path) -> None:
    loose = EXPECTED["value"].replace("REFERENCES assessment (id) ON DELETE CASCADE", "")
    alter(
        database,
        "DROP TABLE value",
        loose,
        insertion(99, "commentaire", "m1.a01", "de personne"),
    )
    altered = database.read_bytes()
    assert doctor(database, correct=True)["base-abimee"].state is State.PROBLEM
    assert database.read_bytes() == altered


def test_a_disk_that_refuses_the_repair_leaves_the_file_as_it_was(
    database: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    alter(database, TRIGGER)
    altered = database.read_bytes()

    def refuse(*_: object) -> None:
        raise OSError(errno.ENOSPC, "no room")

    monkeypatch.setattr(schema_repair, "drop_triggers", refuse)
    assert doctor(database, correct=True)["disque-plein"].state is State.PROBLEM
    assert database.read_bytes() == altered
    assert refusal_of(database).code == "base-alteree", "its lock was released"


def test_a_table_that_is_gone_is_damage(database: Path) -> None:
    back_up(database, Clock())
    alter(database, "DROP TABLE release")
    assert refusal_of(database).code == "base-abimee"
    found = doctor(database, correct=True)["base-abimee"]
    assert "restaurer" in found.advice
    with pytest.raises(DatabaseRefusal, match="abîmé"):
        schema_repair.repair(database, Clock()())


def test_every_command_tells_the_same_of_a_base_whose_version_was_lost(database: Path) -> None:
    alter(database, "PRAGMA user_version = 0")
    assert refusal_of(database).code == "base-alteree"
    assert read_again(database.parent).answers[FIRST_CELL] is Rating.FULLY
    assert "version 0" in doctor(database)["base-alteree"].found
    content = back_up(database, Clock()).content
    assert content is not None
    assert content.answers == 2


def test_a_backup_can_take_the_place_of_an_altered_base(database: Path) -> None:
    backup = back_up(database, Clock())
    alter(database, TRIGGER)
    done = restore(database, backup.path, Clock())
    assert done.undo is not None
    assert done.put_aside == ()
    Store(database, Clock()).close()


def test_a_backup_restored_over_an_altered_base_that_is_only_read_is_open_for_writing(database: Path) -> None:
    backup = back_up(database, Clock())
    alter(database, TRIGGER)
    workspace = open_to_work(database, None, Clock())
    with pytest.raises(DatabaseRefusal, match="autre programme"):
        workspace.delete(1)
    workspace.restore(backup.path)
    workspace.delete(1)
    assert workspace.summaries() == ()
    workspace.close()


def test_a_trigger_in_a_backup_cannot_bring_back_what_is_erased(database: Path) -> None:
    backup = back_up(database, Clock())
    alter(
        backup.path,
        "CREATE TRIGGER garde AFTER DELETE ON value BEGIN"
        " INSERT OR IGNORE INTO value (owner, field, key, value, at)"
        " SELECT id, 'commentaire', 'gardé', 'un commentaire', 'x' FROM assessment; END",
    )
    erase(database, 1)
    assert b"un commentaire" not in backup.path.read_bytes()


def test_comparing_the_tables_is_one_query(database: Path) -> None:
    with contextlib.closing(connect(database, write=False)) as connection:
        seen: list[str] = []
        connection.set_trace_callback(seen.append)
        look(connection)
    assert len(seen) == 2  # with that of the version
