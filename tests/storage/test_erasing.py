"""Erasing: no trace of an assessment in the bytes of any file of the folder; the others are untouched."""

from __future__ import annotations

import contextlib
import errno
import os
import sqlite3
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

from ctg_tui.domain.answers import Rating
from ctg_tui.domain.assessment import Action, PreparationTopic
from ctg_tui.domain.backups import Content, Reason
from ctg_tui.domain.errors import BaseRefusal, Refusal
from ctg_tui.services.maintenance import back_up, erase, restore
from ctg_tui.storage import backups, erasing, rows
from ctg_tui.storage.backups import list_backups
from ctg_tui.storage.file_names import backup_folder
from ctg_tui.system.files import WriteRefusal
from tests.bases import BASE_NAME, FIRST_CELL, Clock, open_register, raw, read_again
from tests.strategies import make_identity

SECRET = "Sentinelle"
"""In every text of the assessment to erase, in different words: an index or a journal keeps parts of them."""


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def base(tmp_path: Path, clock: Clock) -> Path:
    """Two assessments, the first full of secrets, backups of different days, and leftovers of a crash."""
    register = open_register(tmp_path, clock)
    secret = make_identity()
    secret = secret._replace(
        territory=secret.territory._replace(name=f"{SECRET} territoire"),
        coordinators=(
            secret.coordinators[0]._replace(last_name=f"{SECRET} nom", first_name=f"{SECRET} prénom"),
        ),
        adviser=secret.adviser._replace(name=f"{SECRET} conseiller", email=f"{SECRET}@exemple.fr"),
    )
    session = register.open(register.create(secret))
    other = register.open(register.create(make_identity(year=2028)))
    other.comment("m1.a01", "À garder")
    session.comment("m1.a01", f"{SECRET} premier jet " + "long " * 3000)
    session.end_typing()
    session.comment("m1.a01", f"{SECRET} repris")
    session.undo()
    back_up(tmp_path / BASE_NAME, clock)
    clock.pass_by(days=1)
    session.rate(FIRST_CELL, Rating.NO)
    session.remark("m1.i02", f"{SECRET} remarque")
    session.prepare(PreparationTopic.HELP_ASKED, f"{SECRET} aide")
    session.plan("m1.a01", Action(f"{SECRET} quoi", f"{SECRET} qui"))
    register.store.back_up(Reason.DELETION)
    register.close()
    (backup_folder(tmp_path / BASE_NAME) / f".ctg-{'0' * 16}.tmp").write_text(f"{SECRET} d'un plantage")
    (tmp_path / f".ctg-{'1' * 16}.tmp").write_text(f"{SECRET} d'un plantage")
    return tmp_path / BASE_NAME


def traces(folder: Path) -> list[str]:
    """The files that still hold a secret, in any encoding SQLite or Python could have given it."""
    wanted = [SECRET.encode("utf-8"), SECRET.encode("utf-16-le"), SECRET[1:9].encode("ascii")]
    return [
        entry.name
        for entry in sorted(folder.rglob("*"))
        if entry.is_file() and any(one in entry.read_bytes() for one in wanted)
    ]


def test_no_trace_is_left_in_the_bytes_of_any_file(base: Path, clock: Clock) -> None:
    assert len(traces(base.parent)) == 5  # base, two backups, two leftovers
    done = erase(base, 1, clock)
    assert traces(base.parent) == []
    assert done.left == ()
    assert len(done.rewritten) == 3


@pytest.mark.skipif(sys.platform != "linux", reason="/proc tells which files are open")
def test_no_file_is_replaced_or_removed_while_it_is_open(
    base: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Windows refuses that: every act of the upkeep has to close a file first."""
    replace, unlink = Path.replace, Path.unlink

    def require_closed(path: Path) -> None:
        if path.exists() and any(os.path.samestat(path.stat(), one) for one in _open_files()):
            raise PermissionError(13, "open", str(path))

    def replace_closed(path: Path, target: Path) -> Path:
        require_closed(path)
        require_closed(Path(target))
        return replace(path, target)

    def unlink_closed(path: Path, missing_ok: bool = False) -> None:
        require_closed(path)
        unlink(path, missing_ok)

    monkeypatch.setattr(Path, "replace", replace_closed)
    monkeypatch.setattr(Path, "unlink", unlink_closed)
    made = back_up(base, clock)
    clock.pass_by(hours=1)
    restore(base, made.path, clock)
    register = open_register(base.parent, clock)
    register.delete(2)
    register.restore(made.path)
    register.close()
    erase(base, 1, clock)
    assert traces(base.parent) == []
    base.write_bytes(b"abimee")
    restore(base, made.path, clock)


def _open_files() -> Iterator[os.stat_result]:
    for entry in Path("/proc/self/fd").iterdir():
        with contextlib.suppress(OSError):
            yield os.fstat(int(entry.name))


def test_one_that_was_deleted_is_erased_from_the_backups_that_still_hold_it(base: Path, clock: Clock) -> None:
    register = open_register(base.parent, clock)
    register.delete(1)
    register.close()
    assert len(traces(base.parent)) == 5  # three backups, two leftovers
    done = erase(base, 1, clock)
    assert traces(base.parent) == []
    assert len(done.rewritten) == 3
    with pytest.raises(Refusal) as caught:
        erase(base, 1, clock)
    assert caught.value.code == "evaluation-absente"


def test_one_that_was_deleted_is_looked_for_past_a_damaged_backup(base: Path, clock: Clock) -> None:
    register = open_register(base.parent, clock)
    register.delete(1)
    register.close()
    damaged = list_backups(base)[0].path
    damaged.write_bytes(b"x" * 5000)
    done = erase(base, 1, clock)
    assert done.left == (damaged,)
    assert len(done.rewritten) == 2
    assert traces(base.parent) == []


def test_a_base_whose_rows_cannot_be_read_is_told_and_left(
    base: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise sqlite3.DatabaseError("essai")

    with monkeypatch.context() as patched:
        patched.setattr(rows, "identity", refuse)
        with pytest.raises(BaseRefusal):
            erase(base, 1, clock)
    assert read_again(base.parent).comments == {"m1.a01": f"{SECRET} premier jet " + "long " * 3000}


def test_a_backup_made_while_erasing_does_not_keep_it(
    base: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    rewrite = erasing._rewrite_without

    def back_up_after_each(path: Path, assessment_id: int, moments: Iterable[str]) -> bool:
        if path == base:
            back_up(base, clock)
        done = rewrite(path, assessment_id, moments)
        clock.pass_by(hours=1)
        if len(list_backups(base)) < 6:
            back_up(base, clock)
        return done

    monkeypatch.setattr(erasing, "_rewrite_without", back_up_after_each)
    erase(base, 1, clock)
    assert traces(base.parent) == []
    assert len(list_backups(base)) == 6


def test_a_backup_under_a_former_name_of_the_base_does_not_keep_it(base: Path, clock: Clock) -> None:
    neighbour = base.with_name("voisine.db")
    neighbour.write_bytes(base.read_bytes())
    back_up(neighbour, clock)
    renamed = base.rename(base.with_name("autre.db"))
    erase(renamed, 1, clock)
    assert {one[:7] for one in traces(base.parent)} == {"voisine"}, "another base keeps its own"


@pytest.mark.parametrize("error", [OSError(errno.ENOSPC, "full"), sqlite3.DatabaseError("essai")])
def test_what_could_not_be_rewritten_is_told_and_the_same_command_goes_on(
    base: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    copy = backups.copy_base

    def fail_after_the_base(source: sqlite3.Connection, target: Path, content: Content) -> None:
        if target.parent != base.parent:
            raise error
        copy(source, target, content)

    with monkeypatch.context() as failing:
        failing.setattr(backups, "copy_base", fail_after_the_base)
        with pytest.raises(WriteRefusal) as caught:
            erase(base, 1, clock)
    assert caught.value.code == "effacement-incomplet"
    assert "n’est plus dans la base" in caught.value.sentences()
    assert all(not one.startswith(BASE_NAME) for one in traces(base.parent))
    erase(base, 1, clock)
    assert traces(base.parent) == []


def test_the_other_assessments_are_as_they_were_in_the_base_and_its_backups(base: Path, clock: Clock) -> None:
    before = read_again(base.parent, 2)
    erase(base, 1, clock)
    assert read_again(base.parent, 2) == before
    listed = list_backups(base)
    assert [one.content and one.content.assessments for one in listed] == [1, 1]
    clock.pass_by(hours=1)
    restore(base, listed[-1].path, clock)
    assert read_again(base.parent, 2).comments == {"m1.a01": "À garder"}
    assert read_again(base.parent, 2).identity.year == 2028


def test_a_number_given_again_after_a_restoration_does_not_erase_another_assessment(
    base: Path, clock: Clock
) -> None:
    oldest = list_backups(base)[-1].path
    restore(base, oldest, clock)
    register = open_register(base.parent, clock)
    third = register.create(make_identity(year=2030))
    register.store.back_up(Reason.ASKED)
    register.close()
    clock.pass_by(days=1)
    restore(base, oldest, clock)
    register = open_register(base.parent, clock)
    assert register.create(make_identity(year=2040)) == third
    register.close()
    erase(base, third, clock)
    contents = [one.content.assessments for one in list_backups(base) if one.content]
    assert 3 in contents  # the one that held the other third


@pytest.mark.parametrize("unreadable_too", [False, True])
def test_what_cannot_be_rewritten_is_told_or_deleted_when_asked(
    base: Path, clock: Clock, unreadable_too: bool
) -> None:
    damaged = list_backups(base)[0].path
    damaged.write_bytes(damaged.read_bytes()[:60_000])
    aside = backup_folder(base) / "essai_2027-01-01_10h00m00_mise-de-cote.db"
    aside.write_bytes(b"x" * 500 + SECRET.encode())
    done = erase(base, 1, clock, unreadable_too=unreadable_too)
    if unreadable_too:
        assert done.left == ()
        assert traces(base.parent) == []
    else:
        assert set(done.left) == {damaged, aside}
        assert set(traces(base.parent)) <= {damaged.name, aside.name}
        assert aside.name in traces(base.parent)


def test_what_a_newer_version_could_read_is_told_and_never_deleted(base: Path, clock: Clock) -> None:
    newer = list_backups(base)[0].path
    with raw(newer) as connection:
        connection.execute("PRAGMA user_version = 99")
    done = erase(base, 1, clock, unreadable_too=True)
    assert done.left == (newer,)
    assert newer.is_file()


def test_a_base_put_aside_that_can_be_read_is_rewritten_too(base: Path, clock: Clock) -> None:
    aside = backup_folder(base) / "essai_2027-01-01_10h00m00_mise-de-cote.db"
    aside.write_bytes(base.read_bytes())
    done = erase(base, 1, clock)
    assert aside in done.rewritten
    assert traces(base.parent) == []


def test_an_unknown_assessment_or_a_base_open_elsewhere_changes_nothing(base: Path, clock: Clock) -> None:
    before = {path: path.read_bytes() for path in base.parent.rglob("*") if path.is_file()}
    with pytest.raises(Refusal) as caught:
        erase(base, 12, clock)
    assert caught.value.code == "evaluation-absente"
    register = open_register(base.parent, clock)
    with pytest.raises(BaseRefusal):
        erase(base, 1, clock)
    register.close()
    assert {path: path.read_bytes() for path in before} == before


def test_interrupted_between_the_files_it_can_be_done_again(
    base: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(erasing, "_rewrite_backups", stop)
        with pytest.raises(KeyboardInterrupt):
            erase(base, 1, clock)
    assert len(traces(base.parent)) == 2, "the backups"
    erase(base, 1, clock)
    assert traces(base.parent) == []
