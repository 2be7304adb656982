"""What the disk refuses is not done, not shown and said; the next edit tries again."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import pytest

from ctg_tui.domain.assessment import Place, Rating
from ctg_tui.services.editing import Session
from ctg_tui.storage.refusals import not_saved
from tests.databases import DATABASE_NAME, FIRST_CELL, SECOND_CELL, read_again, turn
from tests.services.editing import everything, refused, unwritable
from tests.strategies import make_identity


def test_what_cannot_be_written_is_said_and_nothing_of_it_is_shown(session: Session, tmp_path: Path) -> None:
    session.rate(FIRST_CELL, Rating.NO, Place("m1", "m1.a01", "education"))
    session.comment("m1.a01", "Un")
    before, place = everything(session), session.place
    edits: tuple[Callable[[], object], ...] = (
        lambda: session.rate(SECOND_CELL, Rating.MOSTLY, Place("m1", "m1.a02", "famille")),
        lambda: session.comment("m1.a01", "Un deux"),
        lambda: turn(session, "famille"),
        lambda: session.identify(make_identity(year=2031)),
        session.undo,
    )
    with unwritable(session):
        for edit in edits:
            refusal = refused(edit)
            assert refusal.code == "base-sans-droit"
            assert "rien n’a été changé" in refusal.message
            assert (everything(session), session.place) == (before, place)
    assert session.assessment == read_again(tmp_path)
    for edit in edits[:2]:
        edit()
    assert session.assessment == read_again(tmp_path)
    assert session.assessment.answers == {FIRST_CELL: Rating.NO, SECOND_CELL: Rating.MOSTLY}
    assert session.assessment.comments == {"m1.a01": "Un deux"}


def test_an_edit_reported_as_refused_that_reached_the_disk_is_shown(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    session.rate(FIRST_CELL, Rating.NO)
    writing = session._store.writing

    @contextmanager
    def commit_then_fail() -> Iterator[datetime]:
        with writing() as now:
            yield now
        raise not_saved(OSError(errno.EIO, "essai"))

    with monkeypatch.context() as patched:
        patched.setattr(session._store, "writing", commit_then_fail)
        refused(lambda: session.rate(SECOND_CELL, Rating.NO))
        assert session.assessment.answers == {FIRST_CELL: Rating.NO, SECOND_CELL: Rating.NO}
        refused(session.undo)
        assert session.assessment.answers == {FIRST_CELL: Rating.NO}
    session.redo()
    assert session.assessment.answers == {FIRST_CELL: Rating.NO, SECOND_CELL: Rating.NO}
    assert session.assessment == read_again(session._store.path.parent)


@pytest.mark.skipif(os.name != "posix", reason="Windows replaces no file that is open")
def test_a_database_replaced_under_the_program_is_never_written_to(session: Session, tmp_path: Path) -> None:
    database = tmp_path / DATABASE_NAME
    session.rate(FIRST_CELL, Rating.NO)
    other = tmp_path / "copie.db"
    other.write_bytes(database.read_bytes())
    other.replace(database)
    before = database.read_bytes()
    assert refused(lambda: session.rate(SECOND_CELL, Rating.NO)).code == "base-remplacee"
    assert database.read_bytes() == before
    database.unlink()
    assert refused(lambda: session.rate(SECOND_CELL, Rating.NO)).code == "base-remplacee"
    assert not database.exists()
