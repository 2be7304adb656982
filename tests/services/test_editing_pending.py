"""Edits that the disk refuses: they wait, are counted, and are written when it takes them."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from ctg_tui.domain.assessment import NOT_CONCERNED, Place, Rating
from ctg_tui.services.editing import Session
from tests.databases import (
    DATABASE_NAME,
    FIRST_CELL,
    SECOND_CELL,
    insertion,
    raw,
    read_again,
    rows,
)
from tests.services.editing import JOURNAL, refused, unwritable, waiting
from tests.strategies import make_identity


def test_what_cannot_be_written_is_shown_as_unsaved_waits_and_is_written_when_it_can(
    session: Session, tmp_path: Path
) -> None:
    with unwritable(session):
        refusal = refused(lambda: session.rate(FIRST_CELL, Rating.MOSTLY, Place("m1", "m1.a02", "famille")))
        assert refusal.code == "lecture-seule"
        assert refusal.waits
        assert "Tout le reste est bien enregistré" in refusal.message
        assert session.assessment.answers == {FIRST_CELL: Rating.MOSTLY}
        assert session.unsaved == {"m1.a01/famille"}
        assert read_again(tmp_path).answers == {}
        assert waiting(session) == 1
        assert not refused(session.retry).waits
    session.retry()
    assert waiting(session) == 0
    assert session.unsaved == frozenset()
    assert session.assessment == read_again(tmp_path)
    assert session.assessment.answers == {FIRST_CELL: Rating.MOSTLY}
    assert session.place == Place("m1", "m1.a02", "famille")
    assert session.scores.whole.rated == 1


def test_the_next_edit_writes_what_waited_first(session: Session, tmp_path: Path) -> None:
    with unwritable(session):
        refused(lambda: session.rate(FIRST_CELL, Rating.NO))
    session.rate(SECOND_CELL, Rating.FULLY)
    assert read_again(tmp_path).answers == {FIRST_CELL: Rating.NO, SECOND_CELL: Rating.FULLY}
    session.undo()
    assert session.assessment.answers == {FIRST_CELL: Rating.NO}


def test_edits_that_pile_up_on_one_cell_are_journaled_with_what_was_really_there(
    session: Session, tmp_path: Path
) -> None:
    session.rate(FIRST_CELL, Rating.NO)
    with unwritable(session):
        for answer in (Rating.PARTLY, NOT_CONCERNED, None, Rating.FULLY):
            refused(lambda answer=answer: session.rate(FIRST_CELL, answer))  # type: ignore[misc]  # bound now
    session.retry()
    journal = rows(tmp_path / DATABASE_NAME, "SELECT before, after FROM journal ORDER BY id")
    assert journal == [(None, "0"), ("0", "1"), ("1", "NC"), ("NC", None), (None, "3")]
    for expected in (None, NOT_CONCERNED, Rating.PARTLY, Rating.NO, None):
        session.undo()
        assert session.assessment.answers.get(FIRST_CELL) == expected


def test_a_column_toggled_while_waiting_ends_as_it_would_have(session: Session, tmp_path: Path) -> None:
    session.rate(FIRST_CELL, Rating.MOSTLY)
    with unwritable(session):
        refused(lambda: session.toggle_policy("famille"))
        refused(lambda: session.rate(FIRST_CELL, Rating.NO))
    session.retry()
    assert FIRST_CELL not in session.assessment.set_aside
    assert session.assessment.answers[FIRST_CELL] == Rating.NO
    assert session.assessment == read_again(tmp_path)
    with unwritable(session):
        refused(lambda: session.toggle_policy("famille"))
        refused(lambda: session.toggle_policy("famille"))
    session.retry()
    assert session.assessment.answers == {FIRST_CELL: Rating.NO}


def test_a_text_still_typed_while_waiting_stays_one_edit(session: Session, tmp_path: Path) -> None:
    session.comment("m1.a01", "a")
    with unwritable(session):
        for typed in ("ab", "abc", "abcd"):
            refused(lambda typed=typed: session.comment("m1.a01", typed))  # type: ignore[misc]  # bound now
        assert waiting(session) == 1
    session.comment("m1.a01", "abcde")
    assert session.assessment.comments == {"m1.a01": "abcde"}
    assert len(rows(tmp_path / DATABASE_NAME, JOURNAL)) == 1
    session.undo()
    assert session.assessment.comments == {}
    assert session.undo() is None


def test_a_text_typed_and_deleted_while_waiting_leaves_nothing_to_write(
    session: Session, tmp_path: Path
) -> None:
    with unwritable(session):
        refused(lambda: session.comment("m1.a01", "x"))
        session.comment("m1.a01", "")
        assert waiting(session) == 0
    assert rows(tmp_path / DATABASE_NAME, JOURNAL) == []


def test_two_texts_and_a_note_wait_in_the_order_they_were_made(session: Session, tmp_path: Path) -> None:
    with unwritable(session):
        refused(lambda: session.comment("m1.a01", "un"))
        refused(lambda: session.rate(FIRST_CELL, Rating.NO))
        refused(lambda: session.comment("m1.a01", "un deux"))
        refused(lambda: session.remark("m1.i02", "autre"))
    session.retry()
    entries = rows(tmp_path / DATABASE_NAME, "SELECT field, before, after FROM journal ORDER BY id")
    assert entries == [
        ("commentaire", None, "un"),
        ("note", None, "0"),
        ("commentaire", "un", "un deux"),
        ("remarque", None, "autre"),
    ]


def test_the_same_note_again_while_waiting_is_not_another_edit(session: Session) -> None:
    with unwritable(session):
        refused(lambda: session.rate(FIRST_CELL, Rating.NO))
        session.rate(FIRST_CELL, Rating.NO)
        assert waiting(session) == 1
    session.retry()
    assert session.assessment.answers == {FIRST_CELL: Rating.NO}


def test_undo_takes_back_what_waits_and_redo_makes_it_again(session: Session, tmp_path: Path) -> None:
    session.rate(FIRST_CELL, Rating.NO)
    with unwritable(session):
        refused(lambda: session.rate(SECOND_CELL, Rating.FULLY))
        refused(lambda: session.rate(FIRST_CELL, Rating.PARTLY))
        refused(session.undo)
        assert session.assessment.answers == {FIRST_CELL: Rating.NO, SECOND_CELL: Rating.FULLY}
        refused(session.undo)
        refused(session.undo)
        assert session.assessment.answers == {}
        refused(session.redo)
        assert session.assessment.answers == {FIRST_CELL: Rating.NO}
    session.retry()
    assert read_again(tmp_path).answers == {FIRST_CELL: Rating.NO}
    session.redo()
    session.redo()
    assert session.redo() is None
    assert read_again(tmp_path).answers == {FIRST_CELL: Rating.PARTLY, SECOND_CELL: Rating.FULLY}


def test_what_was_undone_before_cannot_be_redone_past_an_edit_that_waits(session: Session) -> None:
    session.rate(FIRST_CELL, Rating.NO)
    session.undo()
    with unwritable(session):
        refused(lambda: session.rate(SECOND_CELL, Rating.FULLY))
        assert session.redo() is None
    session.retry()
    assert session.redo() is None
    assert session.assessment.answers == {SECOND_CELL: Rating.FULLY}


def test_a_write_that_failed_after_reaching_the_disk_is_not_journaled_twice(
    session: Session, tmp_path: Path
) -> None:
    """An fsync can fail after the commit: the database then holds an edit reported as refused."""
    with unwritable(session):
        refused(lambda: session.rate(FIRST_CELL, Rating.FULLY))
    with raw(tmp_path / DATABASE_NAME) as other:
        other.execute(insertion(1, "note", "m1.a01/famille", "3"))
    session.retry()
    assert session.assessment.answers == {FIRST_CELL: Rating.FULLY}
    assert rows(tmp_path / DATABASE_NAME, JOURNAL) == []


def test_an_undo_reported_as_refused_that_reached_the_disk_is_seen_as_done(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    session.rate(FIRST_CELL, Rating.NO)
    session.rate(SECOND_CELL, Rating.NO)
    transaction = session._store._transaction

    @contextmanager
    def commit_then_fail() -> Iterator[None]:
        with transaction():
            yield
        raise OSError(errno.EIO, "essai")

    with monkeypatch.context() as patched:
        patched.setattr(session._store, "_transaction", commit_then_fail)
        refused(session.undo)
    assert session.assessment.answers == {FIRST_CELL: Rating.NO}
    session.retry()
    assert session.assessment.answers == {FIRST_CELL: Rating.NO}
    assert session.assessment == read_again(session._store.path.parent)
    session.redo()
    assert session.assessment.answers == {FIRST_CELL: Rating.NO, SECOND_CELL: Rating.NO}


def test_details_that_cannot_be_written_wait_like_notes_and_a_cursor_does_not(
    session: Session, tmp_path: Path
) -> None:
    former = session.assessment.identity
    with unwritable(session):
        refused(lambda: session.move(Place("m2")))
        assert waiting(session) == 0
        assert session.place is None
        assert refused(lambda: session.identify(make_identity(year=2031))).waits
        assert session.assessment.identity.year == 2031
        assert read_again(tmp_path).identity == former
        assert waiting(session) == 1
    session.retry()
    assert read_again(tmp_path).identity.year == 2031
    session.undo()
    assert read_again(tmp_path).identity == former


@pytest.mark.skipif(os.name != "posix", reason="Windows replaces no file that is open")
def test_a_database_replaced_under_the_program_is_never_written_to(session: Session, tmp_path: Path) -> None:
    database = tmp_path / DATABASE_NAME
    session.rate(FIRST_CELL, Rating.NO)
    other = tmp_path / "copie.db"
    other.write_bytes(database.read_bytes())
    other.replace(database)
    before = database.read_bytes()
    assert refused(lambda: session.rate(SECOND_CELL, Rating.NO)).code == "base-remplacee"
    assert refused(session.retry).code == "base-remplacee"
    assert database.read_bytes() == before
    assert waiting(session) == 1
    database.unlink()
    assert refused(session.retry).code == "base-remplacee"
    assert not database.exists()


def test_on_a_windows_drive_that_gives_a_file_another_identity_each_time_notes_are_saved(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    numbers = iter(range(100))
    monkeypatch.setattr("ctg_tui.storage.store._file_identity", lambda _: (1, next(numbers)))
    monkeypatch.setattr("ctg_tui.storage.store._OPEN_FILES_STAY", False)
    assert refused(lambda: session.rate(FIRST_CELL, Rating.NO)).code == "base-remplacee"
    monkeypatch.setattr("ctg_tui.storage.store._OPEN_FILES_STAY", True)
    session.retry()
    assert session.assessment.answers == {FIRST_CELL: Rating.NO}


@pytest.mark.skipif(os.name != "posix", reason="Windows replaces no file that is open")
def test_a_database_replaced_during_the_write_is_not_reported_as_saved(
    session: Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    database = tmp_path / DATABASE_NAME
    record = session._store._journal.record

    def record_then_replace(*arguments: object, **named: object) -> int | None:
        done = record(*arguments, **named)  # type: ignore[arg-type]  # handed on as they came
        (tmp_path / "copie.db").write_bytes(b"")
        (tmp_path / "copie.db").replace(database)
        return done

    monkeypatch.setattr(session._store._journal, "record", record_then_replace)
    assert refused(lambda: session.rate(FIRST_CELL, Rating.NO)).code == "base-remplacee"
    assert session.unsaved == {"m1.a01/famille"}
    assert waiting(session) == 1
