"""The store: one transaction per write, one snapshot per reading, a cost that does not grow."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from threading import Event, Thread
from uuid import UUID

import pytest

from ctg_tui.domain.assessment import Cell, Place, Rating
from ctg_tui.domain.changes import Change, Edit, Field, Operation
from ctg_tui.domain.errors import DatabaseRefusal, NotSaved
from ctg_tui.storage import journal
from ctg_tui.storage.documents import kept_grids
from ctg_tui.storage.journal import read_values
from ctg_tui.storage.refusals import not_opened, not_saved
from ctg_tui.storage.store import Store
from tests.databases import (
    DATABASE_NAME,
    FIRST_CELL,
    SECOND_CELL,
    Clock,
    back_up,
    insertion,
    read_again,
    redo,
    rows,
    session_on,
    turn,
    undo,
)
from tests.each_row import each_row
from tests.strategies import charente, make_grid, make_identity

TABLES = ("assessment", "value", "journal", "sending")


# Whole or not at all.


@pytest.mark.parametrize("table", ["assessment", "value", "journal"])
def test_a_failure_anywhere_in_a_write_leaves_nothing_of_it(tmp_path: Path, table: str) -> None:
    with session_on(tmp_path) as session:
        session.rate(FIRST_CELL, Rating.NO)
        verb = "UPDATE" if table == "assessment" else "INSERT"
        session._store.connection.execute(
            f"CREATE TEMP TRIGGER refuse AFTER {verb} ON {table} BEGIN SELECT RAISE(ABORT, 'essai'); END"
        )
        before = (
            rows(tmp_path / DATABASE_NAME, "SELECT * FROM value"),
            rows(tmp_path / DATABASE_NAME, "SELECT * FROM assessment"),
        )
        with pytest.raises(sqlite3.IntegrityError, match="essai"):
            session.rate(Cell("m1.a02", "famille"), Rating.FULLY, Place("m2"))
        assert before == (
            rows(tmp_path / DATABASE_NAME, "SELECT * FROM value"),
            rows(tmp_path / DATABASE_NAME, "SELECT * FROM assessment"),
        )
        assert not session._store.connection.in_transaction


def test_a_write_inside_another_is_part_of_it(store: Store) -> None:
    def create_and_fail() -> None:
        with store.writing():
            store.create(make_grid(), make_identity())
            assert len(store.entries()) == 1
            raise RuntimeError

    with pytest.raises(RuntimeError):
        create_and_fail()
    assert store.entries() == ()


@each_row(
    "statement",
    [
        insertion(1, "note", "m1.a01/famille", "4"),
        insertion(9, "note", "m1.a01/famille", "1"),
        "UPDATE journal SET state = 'perdu'",
    ],
)
def test_the_base_itself_refuses_what_no_rule_allows(tmp_path: Path, statement: str) -> None:
    with session_on(tmp_path) as session:
        session.rate(FIRST_CELL, Rating.NO)
        with pytest.raises(sqlite3.IntegrityError):
            session._store.connection.execute(statement)


# Reading.


def test_a_reading_sees_one_state_while_another_process_writes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with session_on(tmp_path) as session, Store(tmp_path / DATABASE_NAME, Clock(), write=False) as reader:
        session.rate(FIRST_CELL, Rating.NO)
        seen = []

        def write_meanwhile(connection: sqlite3.Connection, assessment_id: int) -> Iterator[Change]:
            if connection is reader.connection:  # it sees the state from before, and delays no write
                session.rate(FIRST_CELL, Rating.FULLY)
                seen.append(session.assessment.answers)
            return read_values(connection, assessment_id)

        monkeypatch.setattr("ctg_tui.storage.journal.read_values", write_meanwhile)
        assert reader.load(1).assessment.answers == {FIRST_CELL: Rating.NO}
        assert seen == [{FIRST_CELL: Rating.FULLY}]
        monkeypatch.undo()
    assert read_again(tmp_path).answers == {FIRST_CELL: Rating.FULLY}


def test_a_reader_can_write_nothing(tmp_path: Path) -> None:
    with session_on(tmp_path):
        pass
    with Store(tmp_path / DATABASE_NAME, Clock(), write=False) as reader:
        assert not reader.writes
        with pytest.raises(NotSaved) as caught:
            reader.delete(1)
    assert caught.value.code == "base-sans-droit"
    assert read_again(tmp_path).id == 1


# Deleting, revising.


def test_deleting_takes_every_row_and_the_number_is_never_used_again(tmp_path: Path) -> None:
    with session_on(tmp_path) as session:
        store = session._store
        session.rate(FIRST_CELL, Rating.NO)
        turn(session, "education")
        session.comment("m1.a01", "x")
        later = store.create(session.grid, make_identity(), previous_uuid=session.assessment.uuid)
        store.delete(1)
        left = {
            table: store.connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0] for table in TABLES
        }
        assert left.pop("assessment") == 1
        assert set(left.values()) == {0}
        store.delete(later)
        assert store.create(session.grid, make_identity()) == later + 1


def test_an_assessment_keeps_its_id_for_life_and_knows_the_one_it_follows(store: Store) -> None:
    first = store.create(charente(), make_identity())
    before = store.load(first).assessment
    second = store.create(charente(), make_identity(year=2028), previous_uuid=before.uuid)
    after = store.load(second).assessment
    assert UUID(before.uuid).version == 4
    assert before.uuid != after.uuid
    assert (before.previous_uuid, after.previous_uuid) == (None, before.uuid)
    store.delete(first)
    assert store.load(second).assessment.previous_uuid == before.uuid, "it is in the file sent before"


@pytest.mark.skipif(os.name != "posix", reason="Windows refuses to truncate an open file")
def test_a_base_cut_while_it_is_open_is_not_said_to_be_intact(tmp_path: Path) -> None:
    with session_on(tmp_path) as session:
        session.rate(FIRST_CELL, Rating.FULLY)
        database = tmp_path / DATABASE_NAME
        back_up(database, Clock())
        os.truncate(database, 0)
        with pytest.raises(NotSaved) as caught:
            session.rate(SECOND_CELL, Rating.FULLY)
        assert caught.value.code == "base-remplacee"
        assert "intact" not in caught.value.sentences()
        assert database.stat().st_size == 0
    with pytest.raises(DatabaseRefusal) as refused:
        Store(database, Clock())
    assert refused.value.code == "base-abimee", "its backups are there: it is not begun anew"


def test_closing_waits_for_what_is_read_in_another_thread(tmp_path: Path) -> None:
    for rank in range(8):
        store = Store(tmp_path / f"{rank}.db", Clock())
        reads = Event()

        def look(store: Store = store, reads: Event = reads) -> None:
            with suppress(sqlite3.ProgrammingError):  # closed: the next reading is refused, it does not crash
                while True:
                    kept_grids(store)
                    reads.set()

        thread = Thread(target=look)
        thread.start()
        assert reads.wait(10)
        store.close()
        thread.join()


# A note costs the same few statements, whatever the database holds.


def test_no_statement_of_a_key_press_reads_a_table_through(tmp_path: Path) -> None:
    with Store(tmp_path / DATABASE_NAME, Clock()) as store:
        store.create(make_grid(), make_identity())
        edit = Edit(Operation.RATE, (Change(Field.ANSWER, "m1.a01/famille", "2", "3"),))
        seen: list[str] = []
        store.connection.set_trace_callback(seen.append)
        journal.record(store, 1, edit, Place("m1", "m1.a02", "famille"))
        journal.record(store, 1, Edit(Operation.COMMENT, (Change(Field.COMMENT, "m1.a01", None, "x"),)))
        undo(store, 1)
        redo(store, 1)
        store.move(1, Place("m1"))
        store.connection.set_trace_callback(None)
        planned = [line for line in seen if line.split()[0] in {"SELECT", "UPDATE", "DELETE", "INSERT"}]
        assert len(planned) > 20
        for line in planned:
            for step in store.connection.execute(f"EXPLAIN QUERY PLAN {line}"):
                assert not step["detail"].startswith("SCAN") or "CONSTANT ROW" in step["detail"], (
                    line,
                    step["detail"],
                )


# Each failure of a database has its sentence.


@each_row(
    "code, expected",
    [
        *((sqlite3.SQLITE_FULL, "disque-plein"), (sqlite3.SQLITE_BUSY, "base-occupee")),
        *((sqlite3.SQLITE_READONLY, "base-sans-droit"), (sqlite3.SQLITE_CANTOPEN, "base-sans-droit")),
        *((sqlite3.SQLITE_CORRUPT, "base-abimee"), (sqlite3.SQLITE_NOTADB, "base-abimee")),
        *((sqlite3.SQLITE_IOERR, "erreur-disque"), (sqlite3.SQLITE_IOERR | 0x400, "erreur-disque")),
        *((OSError(28, "no space"), "disque-plein"), (PermissionError(13, "no"), "base-sans-droit")),
        (OSError(5, "I/O"), "erreur-disque"),
    ],
)
def test_each_failure_has_its_sentence(code: int | OSError, expected: str) -> None:
    error: sqlite3.Error | OSError = sqlite3.OperationalError("essai") if isinstance(code, int) else code
    if isinstance(code, int):
        error.sqlite_errorcode = code  # type: ignore[union-attr]
    saving, opening = not_saved(error), not_opened(Path("base.db"), error)
    assert (saving.code, opening.code) == (expected, expected)
    assert saving.advice
    assert "base.db" in opening.message
    is_damaged = expected == "base-abimee"
    assert ("enregistré" in saving.message) is not is_damaged, "of a damaged file nothing is said to be safe"


def test_a_defect_of_ours_is_never_told_as_a_failure_of_the_disk(store: Store) -> None:
    store.connection.close()
    with pytest.raises(sqlite3.ProgrammingError):
        store.entries()
    with pytest.raises(sqlite3.ProgrammingError):
        store.create(make_grid(), make_identity())
