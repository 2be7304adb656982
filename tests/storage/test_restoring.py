"""Restoring: whole, undoable, and what was there before is kept, damaged or not."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from ctg_tui.domain.answers import Rating
from ctg_tui.domain.backups import Reason
from ctg_tui.domain.errors import BaseRefusal
from ctg_tui.services.maintenance import back_up, latest_sound, restore
from ctg_tui.storage.backups import list_backups
from ctg_tui.storage.file_names import backup_folder, leftovers
from ctg_tui.storage.restoring import put_aside
from ctg_tui.storage.store import Store
from ctg_tui.system.files import WriteRefusal
from tests.bases import BASE_NAME, FIRST_CELL, SECOND_CELL, Clock, open_register, raw, read_again, session_on
from tests.strategies import make_identity


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def base(tmp_path: Path, clock: Clock) -> Path:
    """A base whose first note is backed up and whose second is not; closed."""
    with session_on(tmp_path, clock) as session:
        session.rate(FIRST_CELL, Rating.FULLY)
        back_up(tmp_path / BASE_NAME, clock)
        session.rate(SECOND_CELL, Rating.NO)
    clock.pass_by(hours=2)
    return tmp_path / BASE_NAME


def only_backup(base: Path) -> Path:
    (backup,) = (one.path for one in list_backups(base) if one.reason is Reason.ASKED)
    return backup


def test_the_base_is_again_what_the_backup_holds_and_can_be_worked_on(base: Path, clock: Clock) -> None:
    done = restore(base, only_backup(base), clock)
    assert done.content.answers == 1
    assert read_again(base.parent).answers == {FIRST_CELL: Rating.FULLY}
    with session_on(base.parent, clock) as session:
        session.rate(SECOND_CELL, Rating.MOSTLY)
        session.undo()
        session.undo()
        assert session.assessment.answers == {}


def test_a_restoration_is_itself_undoable(base: Path, clock: Clock) -> None:
    done = restore(base, only_backup(base), clock)
    assert done.undo is not None
    assert done.undo.reason is Reason.RESTORATION
    assert done.put_aside == ()
    clock.pass_by(hours=1)
    again = restore(base, done.undo.path, clock)
    assert read_again(base.parent).answers == {FIRST_CELL: Rating.FULLY, SECOND_CELL: Rating.NO}
    assert again.undo is not None
    assert len(list_backups(base)) == 3


@pytest.mark.parametrize("links", [True, False])
def test_a_damaged_base_is_put_aside_as_it_was_and_its_journal_never_meets_the_new_one(
    base: Path, clock: Clock, links: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    damaged = bytes(200) + base.read_bytes()[200:]
    base.write_bytes(damaged)
    journal = base.with_name(base.name + "-journal")
    journal.write_bytes(b"reste d'un plantage")
    if not links:

        def no_links(*_: object) -> None:
            raise OSError(errno.EPERM, "no hard links here")

        monkeypatch.setattr(os, "link", no_links)
    proposed = latest_sound(base, clock)
    assert proposed is not None
    done = restore(base, proposed.path, clock)
    assert done.undo is None
    assert [path.read_bytes() for path in done.put_aside] == [damaged]
    assert [path.parent for path in done.put_aside] == [backup_folder(base)]
    assert not journal.exists()
    assert read_again(base.parent).answers == {FIRST_CELL: Rating.FULLY}
    assert leftovers(base) == ()


def test_what_sqlite_left_beside_a_base_is_put_aside_with_it(base: Path, clock: Clock) -> None:
    base.with_name(base.name + "-wal").write_bytes(b"reste")
    aside = put_aside(base, clock())
    assert [path.read_bytes() for path in aside] == [base.read_bytes(), b"reste"]
    assert [path.name.endswith(("_mise-de-cote.db", "_mise-de-cote.db-wal")) for path in aside] == [
        True,
        True,
    ]


@pytest.mark.parametrize("content", [b"", b"\xff\xd8\xff\xe0 JFIF", None])
def test_an_empty_foreign_or_missing_base_is_restored_too(
    base: Path, clock: Clock, content: bytes | None
) -> None:
    base.unlink()
    if content is not None:
        base.write_bytes(content)
    with pytest.raises(BaseRefusal) as caught:
        Store(base, clock)
    assert "docteur" in caught.value.advice
    done = restore(base, only_backup(base), clock)
    assert read_again(base.parent).answers == {FIRST_CELL: Rating.FULLY}
    assert [path.read_bytes() for path in done.put_aside] == ([] if content is None else [content])


@pytest.mark.parametrize(
    ("setting", "code"),
    [("user_version = 99", "base-plus-recente"), ("application_id = 42", "base-etrangere")],
)
def test_a_newer_or_foreign_base_is_never_replaced(base: Path, clock: Clock, setting: str, code: str) -> None:
    with raw(base) as connection:
        connection.execute(f"PRAGMA {setting}")
    before = {path: path.read_bytes() for path in (base, only_backup(base))}
    with pytest.raises(BaseRefusal) as caught:
        restore(base, only_backup(base), clock)
    assert caught.value.code == code
    assert "n’a pas été modifiée" in caught.value.message
    assert base.read_bytes() == before.pop(base)
    assert {path: path.read_bytes() for path in backup_folder(base).iterdir()} == before


def test_a_damaged_or_foreign_backup_is_refused_and_nothing_changes(base: Path, clock: Clock) -> None:
    before = base.read_bytes()
    backup = only_backup(base)
    backup.write_bytes(backup.read_bytes()[:5000])
    for chosen in (backup, base.parent / "absente.db", base.parent):
        with pytest.raises(BaseRefusal) as caught:
            restore(base, chosen, clock)
        assert caught.value.code == "sauvegarde-abimee"
    assert base.read_bytes() == before
    assert len(list_backups(base)) == 1


def test_a_base_open_elsewhere_is_not_restored(base: Path, clock: Clock) -> None:
    with Store(base, clock), pytest.raises(BaseRefusal) as caught:
        restore(base, only_backup(base), clock)
    assert caught.value.code == "base-occupee"
    with raw(base) as other:
        other.execute("BEGIN EXCLUSIVE")
        with pytest.raises(BaseRefusal) as caught:
            restore(base, only_backup(base), clock)
        assert caught.value.code == "base-occupee"
    assert read_again(base.parent).answers == {FIRST_CELL: Rating.FULLY, SECOND_CELL: Rating.NO}


def test_when_the_disk_refuses_the_base_is_as_it_was(
    base: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = base.read_bytes()
    backup_folder(base).rename(base.parent / "ailleurs")
    chosen = next((base.parent / "ailleurs").iterdir())
    backup_folder(base).write_text("un fichier tient la place du dossier")
    with pytest.raises(WriteRefusal):
        restore(base, chosen, clock)
    base.write_bytes(b"abimee")
    with pytest.raises(WriteRefusal):
        restore(base, chosen, clock)
    assert base.read_bytes() == b"abimee"
    assert before != b"abimee"


def test_the_interface_restores_and_goes_on_with_the_base_open(tmp_path: Path, clock: Clock) -> None:
    register = open_register(tmp_path, clock)
    one = register.create(make_identity())
    register.open(one).rate(FIRST_CELL, Rating.FULLY)
    clock.pass_by(minutes=1)
    register.delete(one)
    assert register.summaries() == ()
    (backup,) = list_backups(tmp_path / BASE_NAME)
    assert backup.reason is Reason.DELETION
    register.restore(backup.path)
    assert register.open(one).assessment.answers == {FIRST_CELL: Rating.FULLY}
    backup.path.write_bytes(b"abimee")
    with pytest.raises(BaseRefusal):
        register.restore(backup.path)
    register.open(one).rate(FIRST_CELL, Rating.NO)
    register.close()
    assert read_again(tmp_path, one).answers == {FIRST_CELL: Rating.NO}
