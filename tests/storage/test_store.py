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

from ctg_tui.domain.assessment import NOT_CONCERNED, Answer, Cell, Place, Rating
from ctg_tui.domain.changes import Change, Edit, Field, Operation
from ctg_tui.domain.errors import DatabaseRefusal, NotSaved, Refusal
from ctg_tui.domain.grid_files import adoption
from ctg_tui.domain.scores import score, totals
from ctg_tui.services.backups import back_up
from ctg_tui.storage.journal import read_values
from ctg_tui.storage.store import Store
from tests.databases import (
    DATABASE_NAME,
    FIRST_CELL,
    SECOND_CELL,
    Clock,
    insertion,
    open_workspace,
    read_again,
    rows,
    session_on,
    turn,
    undo,
)
from tests.each_row import each_row
from tests.strategies import charente, make_grid, make_identity

TABLES = (*("assessment", "value", "journal", "sending"),)


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
            rows(tmp_path / DATABASE_NAME, "SELECT * FROM answer"),
            rows(tmp_path / DATABASE_NAME, "SELECT * FROM assessment"),
        )
        with pytest.raises(sqlite3.IntegrityError, match="essai"):
            session.rate(Cell("m1.a02", "famille"), Rating.FULLY, Place("m2"))
        assert before == (
            rows(tmp_path / DATABASE_NAME, "SELECT * FROM answer"),
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
    "statement, why",
    [
        (
            insertion(1, "note", "m1.a01/famille", "4"),
            "a note out of the scale",
        ),
        (
            insertion(1, "note", "m1.a01/famille", ""),
            "no answer is no row",
        ),
        (
            insertion(9, "note", "m1.a01/famille", "1"),
            "no such assessment",
        ),
        (
            insertion(1, "commentaire", "m1.a01", ""),
            "an empty comment is no row",
        ),
        (
            insertion(1, "nombre", "m1.i02", "-1"),
            "a negative number",
        ),
        (
            insertion(1, "nombre", "m1.i02", "deux"),
            "a text for a number",
        ),
        (
            "INSERT INTO sending VALUES (1, 1, 'x', '2027-01-12T13:02:11Z', 'fini', 'f', NULL, x'')",
            "an unknown state",
        ),
        ("UPDATE assessment SET siren = '12345678x'", "letters in a SIREN"),
        ("UPDATE assessment SET year = 27", "a year of two digits"),
        ("UPDATE journal SET state = 'perdu'", "an unknown state of the journal"),
        (
            insertion(1, "preparation", "autre", "x"),
            "an unknown topic",
        ),
    ],
)
def test_the_base_itself_refuses_what_no_rule_allows(tmp_path: Path, statement: str, why: str) -> None:
    with session_on(tmp_path) as session:
        session.rate(FIRST_CELL, Rating.NO)
        with pytest.raises(sqlite3.IntegrityError):
            session._store.connection.execute(statement)
    assert why


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
    assert caught.value.code == "lecture-seule"
    assert read_again(tmp_path).id == 1


def test_the_figures_of_the_list_are_those_of_the_scores(tmp_path: Path) -> None:
    grid = make_grid(proposed={"m2.a01", "m2.a02"})
    with session_on(tmp_path, grid=grid) as session:
        pattern: list[Answer] = [Rating.NO, Rating.FULLY, NOT_CONCERNED]
        for rank, cell in enumerate(grid.cells[:9]):
            session.rate(cell, pattern[rank % 3])
        session._store.connection.execute(insertion(1, "note", "ancienne.ligne/famille", "3"))
        empty = session._store.create(grid, make_identity())
        both = totals(score(grid, session.assessment.answers))
        assert both.proposed is not None
        assert both.whole.rated + both.proposed.rated == 6
        assert session._store.totals(grid) == {1: both, empty: totals(score(grid, {}))}


def test_the_list_tells_the_last_changed_first_with_its_people(tmp_path: Path) -> None:
    clock = Clock()
    with Store(tmp_path / DATABASE_NAME, clock) as store:
        first = store.create(make_grid(), make_identity(year=2026))
        clock.pass_by(days=1)
        second = store.create(make_grid(), make_identity(year=2027, coordinators=()))
        clock.pass_by(days=1)
        store.record(first, Edit(Operation.RATE, (Change(Field.ANSWER, "m1.a01/famille", None, "1"),)), None)
        entries = store.entries()
    assert [entry.id for entry in entries] == [first, second]
    assert [len(entry.identity.coordinators) for entry in entries] == [1, 0]
    assert entries[0].changed_at == clock.now
    assert (entries[0].changed_at - entries[0].created_at).days == 2


def test_an_assessment_that_is_not_there_is_told(store: Store) -> None:
    with pytest.raises(Refusal) as caught:
        store.load(12)
    assert caught.value.code == "evaluation-absente"
    assert "12" in caught.value.message


# Deleting, revising.


def test_deleting_takes_every_row_and_the_number_is_never_used_again(tmp_path: Path) -> None:
    with session_on(tmp_path) as session:
        store = session._store
        session.rate(FIRST_CELL, Rating.NO)
        turn(session, "education")
        session.comment("m1.a01", "x")
        later = store.create(session.grid, make_identity(), previous_id=1)
        store.delete(1)
        left = {
            table: store.connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0] for table in TABLES
        }
        assert left.pop("assessment") == 1
        assert left.pop("value") == 1, "the people of the other one"
        assert set(left.values()) == {0}
        assert store.load(later).assessment.previous_id is None
        store.delete(later)
        assert store.create(session.grid, make_identity()) == later + 1


def test_an_assessment_keeps_its_id_for_life_and_knows_the_one_it_follows(store: Store) -> None:
    first = store.create(charente(), make_identity())
    second = store.create(charente(), make_identity(year=2028), previous_id=first)
    before, after = (store.load(key).assessment for key in (first, second))
    assert UUID(before.uuid).version == 4
    assert before.uuid != after.uuid
    assert (before.previous_uuid, after.previous_uuid) == (None, before.uuid)
    store.delete(first)
    assert store.load(second).assessment.previous_id is None
    assert store.load(second).assessment.previous_uuid == before.uuid, "it is in the file sent before"


def test_a_text_goes_on_only_with_the_gesture_of_its_own_field(store: Store) -> None:
    one = store.create(make_grid(), make_identity())
    first = Edit(Operation.COMMENT, (Change(Field.COMMENT, "m1.a01", None, "un"),))
    other = Edit(Operation.COMMENT, (Change(Field.COMMENT, "m1.a02", None, "deux"),))
    step, _ = store.record(one, first, None)
    assert store.record(one, other, None, into=step)[0] != step
    assert undo(store, one) == other
    assert store.load(one).assessment.comments == {"m1.a01": "un"}


def test_another_grid_keeps_every_answer(store: Store) -> None:
    one = store.create(make_grid(), make_identity())
    store.record(one, Edit(Operation.RATE, (Change(Field.ANSWER, "m2.a02/social", None, "1"),)), None)
    smaller = make_grid((1,), grid_id="essai-2")
    store.record(one, adoption(store.load(one).assessment, make_grid(), smaller).edit, None)
    stored = store.load(one).assessment
    assert (stored.grid_id, stored.grid_fingerprint) == ("essai-2", smaller.fingerprint)
    assert stored.answers == {Cell("m2.a02@essai-1", "social"): Rating.PARTLY}
    undo(store, one)
    stored = store.load(one).assessment
    assert (stored.grid_id, stored.grid_fingerprint) == ("essai-1", make_grid().fingerprint)
    assert stored.answers == {Cell("m2.a02", "social"): Rating.PARTLY}


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


def test_opening_and_reading_need_no_sqlite_utils(tmp_path: Path) -> None:
    import subprocess
    import sys

    workspace = open_workspace(tmp_path)
    workspace.create(make_identity())
    workspace.close()
    code = (
        "import sys; from pathlib import Path; from datetime import datetime, UTC\n"
        "from ctg_tui.storage.store import Store\n"
        "store = Store(Path(sys.argv[1]), lambda: datetime.now(UTC)); store.entries(); store.load(1)\n"
        "print('sqlite_utils' in sys.modules, 'ctg_tui.storage.backups' in sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path / DATABASE_NAME)],
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout == "False False\n"


def test_closing_waits_for_what_is_read_in_another_thread(tmp_path: Path) -> None:
    for rank in range(20):
        store = Store(tmp_path / f"{rank}.db", Clock())
        fingerprint, reads = charente().fingerprint, Event()

        def look(store: Store = store, fingerprint: str = fingerprint, reads: Event = reads) -> None:
            with suppress(sqlite3.ProgrammingError):  # closed: the next reading is refused, it does not crash
                while True:
                    store.grid(fingerprint)
                    reads.set()

        thread = Thread(target=look)
        thread.start()
        assert reads.wait(10)
        store.close()
        thread.join()
