"""The queue of writes: in order, in one transaction, kept when refused, never silent."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path
from threading import Event

import pytest

from ctg_tui.domain.assessment import Cell, Place, Rating
from ctg_tui.domain.changes import Edit, Operation
from ctg_tui.services.editing import Session
from ctg_tui.storage import writer as writer_module
from ctg_tui.storage.store import Store
from tests.databases import DATABASE_NAME, FIRST_CELL, SECOND_CELL, Clock, raw, read_again, rows, session_on
from tests.services.editing import refused
from tests.strategies import make_identity

THIRD_CELL = Cell("m1.a03", "famille")


class Disk:
    """A disk that ends each commit on demand, and refuses it on demand."""

    def __init__(self, store: Store, patched: pytest.MonkeyPatch) -> None:
        self.quick = Event()
        self.is_full = False
        self.commits = 0
        self.began = Event()
        self._before_commit = store.writer.before_commit
        patched.setattr(store.writer, "before_commit", self._slow)

    def _slow(self) -> None:
        self._before_commit()
        self.began.set()
        assert self.quick.wait(60)
        if self.is_full:
            raise OSError(28, "no space")
        self.commits += 1


@pytest.fixture
def session(tmp_path: Path) -> Iterator[Session]:
    with session_on(tmp_path) as opened:
        yield opened


@pytest.fixture
def noticed() -> Event:
    return Event()


@pytest.fixture
def disk(session: Session, monkeypatch: pytest.MonkeyPatch, noticed: Event) -> Iterator[Disk]:
    """Yield a slow disk under a session whose changes are committed on a thread."""
    monkeypatch.setattr(writer_module, "PATIENCE_SECONDS", 0.0)
    disk = Disk(session._store, monkeypatch)
    session._store.writer.start(noticed.set)
    yield disk
    disk.is_full = False
    disk.quick.set()


def unsaved(session: Session) -> int:
    """Return how many edits are shown and not on the disk."""
    return len(session.pending)


def until_full(session: Session, disk: Disk) -> None:
    """Make one note on a full disk, and wait until it is refused."""
    disk.is_full = True
    disk.quick.set()
    session.rate(FIRST_CELL, Rating.NO)
    assert refused(session.retry).code == "disque-plein"


def test_what_waits_for_a_commit_is_committed_together_after_it_each_with_its_journal_row(
    session: Session, disk: Disk, tmp_path: Path
) -> None:
    session.rate(FIRST_CELL, Rating.NO)
    assert disk.began.wait(60)
    for answer in (Rating.PARTLY, Rating.MOSTLY, Rating.FULLY):
        session.rate(SECOND_CELL, answer)
    session.comment("m1.a01", "texte")
    session.undo()
    assert session._store.writer.waiting == 6
    assert unsaved(session) == 6
    disk.quick.set()
    session.retry()
    assert disk.commits == 2
    assert unsaved(session) == 0
    assert session.assessment == read_again(tmp_path)
    assert rows(tmp_path / DATABASE_NAME, "SELECT before, after, state FROM journal ORDER BY id") == [
        (None, "0", "fait"),
        (None, "1", "fait"),
        ("1", "2", "fait"),
        ("2", "3", "fait"),
        (None, "texte", "annule"),
    ]


def test_what_a_waited_for_try_brings_beside_is_told(
    session: Session, disk: Disk, noticed: Event, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writer_module, "RETRY_SECONDS", 3600)  # no try of its own
    until_full(session, disk)
    noticed.clear()
    disk.is_full = False
    session._store.writer.settle()
    assert noticed.wait(60)


def test_while_the_disk_works_the_interface_goes_on_with_the_new_state(
    session: Session, disk: Disk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writer_module, "PATIENCE_SECONDS", 60.0)
    seen = []

    def meanwhile() -> None:
        seen.append((session.assessment.answers, session.scores.whole.points, read_again(tmp_path).answers))
        disk.quick.set()

    session.rate(FIRST_CELL, Rating.MOSTLY, meanwhile=meanwhile)
    assert seen == [({FIRST_CELL: Rating.MOSTLY}, 2, {})]
    assert unsaved(session) == 0
    assert read_again(tmp_path).answers == {FIRST_CELL: Rating.MOSTLY}


def test_while_more_keys_wait_none_waits_for_the_disk_and_all_is_committed_together(
    session: Session, disk: Disk, noticed: Event, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writer_module, "PATIENCE_SECONDS", 60.0)
    writer = session._store.writer
    writer.stop()
    writer.start(noticed.set, lambda: True)
    for cell in (FIRST_CELL, SECOND_CELL, THIRD_CELL):
        session.rate(cell, Rating.MOSTLY)
    assert unsaved(session) == 3
    disk.quick.set()
    session.retry()
    assert disk.commits <= 2
    assert set(read_again(tmp_path).answers) == {FIRST_CELL, SECOND_CELL, THIRD_CELL}


def test_a_text_typed_while_the_disk_writes_is_one_step(session: Session, disk: Disk, tmp_path: Path) -> None:
    for typed in ("a", "ab", "abc", "abcd", "abcde"):
        session.comment("m1.a01", typed)
        assert disk.began.wait(60)
    assert session._store.writer.waiting == 2, "what waits takes the place of its former state"
    disk.quick.set()
    session.retry()
    assert rows(tmp_path / DATABASE_NAME, "SELECT before, after FROM journal") == [(None, "abcde")]
    session.undo()
    session.retry()
    assert read_again(tmp_path).comments == {}


def test_when_a_commit_ends_later_than_the_hand_the_interface_is_told(
    session: Session, disk: Disk, noticed: Event
) -> None:
    session.rate(FIRST_CELL, Rating.NO)
    assert unsaved(session) == 1
    assert not noticed.is_set()
    disk.quick.set()
    assert noticed.wait(60)
    session._store.writer.collect()
    assert unsaved(session) == 0


def test_what_a_full_disk_refuses_is_counted_and_tried_again_by_itself(
    session: Session, disk: Disk, monkeypatch: pytest.MonkeyPatch, noticed: Event, tmp_path: Path
) -> None:
    monkeypatch.setattr(writer_module, "RETRY_SECONDS", 0.01)
    until_full(session, disk)
    noticed.clear()
    writer = session._store.writer
    assert writer.failure is not None
    assert writer.waiting == 1
    disk.is_full = False
    while unsaved(session):  # no call of the owner: the thread alone retries
        assert noticed.wait(60)
        noticed.clear()
        writer.collect()
    assert read_again(tmp_path).answers == {FIRST_CELL: Rating.NO}


def test_a_change_that_the_database_refuses_leaves_those_that_wait_beside_it(
    session: Session, disk: Disk, tmp_path: Path
) -> None:
    disk.quick.set()
    other = Session(session._store, session.grid, session._store.create(session.grid, make_identity()))
    until_full(session, disk)
    refused(lambda: other.rate(FIRST_CELL, Rating.FULLY))
    refused(lambda: session.rate(SECOND_CELL, Rating.NO))
    with raw(tmp_path / DATABASE_NAME) as connection:
        connection.execute("DELETE FROM assessment WHERE id = 2")
    disk.is_full = False
    session.retry()
    assert [refusal.code for refusal in session._store.writer.take_refusals()] == ["evaluation-absente"]
    assert read_again(tmp_path).answers == {FIRST_CELL: Rating.NO, SECOND_CELL: Rating.NO}


def test_a_cursor_that_cannot_be_remembered_raises_no_alarm(session: Session, disk: Disk) -> None:
    disk.is_full = True
    disk.quick.set()
    session.move(Place("m2"))
    session.retry()
    assert session._store.writer.failure is None
    assert session.place is None, "the next move writes it again"


def test_the_cursor_comes_back_where_it_was_left_whatever_waited_for_the_disk(
    session: Session, disk: Disk, tmp_path: Path
) -> None:
    session.rate(FIRST_CELL, Rating.NO)
    assert disk.began.wait(60)
    session.move(Place("m1", "m1.a02", "famille"))
    session.rate(SECOND_CELL, Rating.NO, Place("m1", "m1.a03", "famille"))
    left = Place("m1", "m1.a04", "famille")
    session.move(left)
    disk.quick.set()
    session._store.writer.settle()
    with Store(tmp_path / DATABASE_NAME, Clock(), write=False) as reader:
        assert reader.load(1).place == left


def test_closing_writes_what_waits(session: Session, disk: Disk, tmp_path: Path) -> None:
    session.rate(FIRST_CELL, Rating.NO)
    session.rate(SECOND_CELL, Rating.FULLY)
    disk.quick.set()
    session._store.writer.stop()
    assert unsaved(session) == 0
    assert read_again(tmp_path).answers == {FIRST_CELL: Rating.NO, SECOND_CELL: Rating.FULLY}
    session.rate(THIRD_CELL, Rating.NO)
    assert len(read_again(tmp_path).answers) == 3, "without its thread, each change is written at once"


def test_an_error_that_nobody_foresaw_ends_the_thread_and_is_told_with_what_waits(
    session: Session, disk: Disk, noticed: Event, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    writer, record = session._store.writer, session._store.record

    def record_texts_only(
        assessment_id: int, edit: Edit, place: Place | None, into: int | None = None
    ) -> object:
        if edit.op is Operation.RATE:
            raise sqlite3.ProgrammingError("essai")
        return record(assessment_id, edit, place, into)

    monkeypatch.setattr(session._store, "record", record_texts_only)
    session.comment("m1.a01", "un")
    assert disk.began.wait(60)
    session.comment("m1.a02", "deux")  # waits together with the note, and is written before it
    session.rate(FIRST_CELL, Rating.NO)
    disk.quick.set()
    while writer.error is None:
        assert noticed.wait(60)
        noticed.clear()
    writer.collect()
    assert unsaved(session) == 1
    assert read_again(tmp_path).comments == {"m1.a01": "un", "m1.a02": "deux"}
    assert isinstance(writer.error, sqlite3.ProgrammingError)
    assert refused(lambda: session.rate(SECOND_CELL, Rating.NO)).code == "ecriture-arretee"
    assert refused(session.retry).code == "ecriture-arretee"
    assert writer.waiting == 2


def test_an_assessment_is_read_while_its_changes_are_written(tmp_path: Path) -> None:
    with session_on(tmp_path, Clock()) as session:
        session._store.writer.start(lambda: None)
        for rank in range(40):
            session.rate(session.grid.cells[rank % 10], [Rating.NO, Rating.FULLY][rank // 10 % 2])
            assert session._store.load(1).assessment.id == 1
        session.retry()
        assert session.assessment == session._store.load(1).assessment
