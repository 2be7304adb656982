"""Erasing: no trace of an assessment in the bytes of any file of the folder; the others are untouched."""

from __future__ import annotations

import contextlib
import errno
import os
import sqlite3
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from ctg_tui.domain.answers import Rating
from ctg_tui.domain.assessment import Action, PreparationTopic
from ctg_tui.domain.backups import BackupReason, Content
from ctg_tui.domain.errors import DatabaseRefusal, Refusal
from ctg_tui.services.maintenance import back_up, erase, restore
from ctg_tui.storage import backups, erasing, rows
from ctg_tui.storage.backups import list_backups
from ctg_tui.storage.file_names import backup_folder
from ctg_tui.system.files import WriteRefusal
from tests.databases import DATABASE_NAME, FIRST_CELL, Clock, open_workspace, raw, read_again
from tests.strategies import make_identity

SECRET = "Sentinelle"
"""In every text of the assessment to erase, in different words: an index or a journal stores parts of them.
"""


@pytest.fixture
def database(tmp_path: Path, clock: Clock) -> Path:
    """Return a database of two assessments, the first full of secrets, with backups and crash leftovers."""
    workspace = open_workspace(tmp_path, clock)
    secret = make_identity()
    secret = secret._replace(
        territory=secret.territory._replace(name=f"{SECRET} territoire"),
        coordinators=(
            secret.coordinators[0]._replace(last_name=f"{SECRET} nom", first_name=f"{SECRET} prénom"),
        ),
        adviser=secret.adviser._replace(name=f"{SECRET} conseiller", email=f"{SECRET}@exemple.fr"),
    )
    session = workspace.open(workspace.create(secret))
    other = workspace.open(workspace.create(make_identity(year=2028)))
    other.comment("m1.a01", "À garder")
    session.comment("m1.a01", f"{SECRET} premier jet " + "long " * 3000)
    session.end_typing()
    session.comment("m1.a01", f"{SECRET} repris")
    session.undo()
    back_up(tmp_path / DATABASE_NAME, clock)
    clock.pass_by(days=1)
    session.rate(FIRST_CELL, Rating.NO)
    session.remark("m1.i02", f"{SECRET} remarque")
    session.prepare(PreparationTopic.HELP_ASKED, f"{SECRET} aide")
    session.plan("m1.a01", Action(f"{SECRET} quoi", f"{SECRET} qui"))
    workspace.store.back_up(BackupReason.DELETION)
    workspace.close()
    (backup_folder(tmp_path / DATABASE_NAME) / f".ctg-{'0' * 16}.tmp").write_text(f"{SECRET} d'un plantage")
    (tmp_path / f".ctg-{'1' * 16}.tmp").write_text(f"{SECRET} d'un plantage")
    return tmp_path / DATABASE_NAME


def traces(folder: Path) -> list[str]:
    """Return the files that still hold a secret, in any encoding SQLite or Python could have given it."""
    wanted = [SECRET.encode("utf-8"), SECRET.encode("utf-16-le"), SECRET[1:9].encode("ascii")]
    return [
        entry.name
        for entry in sorted(folder.rglob("*"))
        if entry.is_file() and any(one in entry.read_bytes() for one in wanted)
    ]


def test_no_trace_is_left_in_the_bytes_of_any_file(database: Path, clock: Clock) -> None:
    assert len(traces(database.parent)) == 5  # database, two backups, two leftovers
    done = erase(database, 1, clock)
    assert traces(database.parent) == []
    assert done.left == ()
    assert len(done.rewritten) == 3


@pytest.mark.skipif(sys.platform != "linux", reason="/proc lists the open files")
def test_no_file_is_replaced_or_removed_while_it_is_open(
    database: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Windows refuses that: every operation of the upkeep has to close a file first."""
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
    made = back_up(database, clock)
    clock.pass_by(hours=1)
    restore(database, made.path, clock)
    workspace = open_workspace(database.parent, clock)
    workspace.delete(2)
    workspace.restore(made.path)
    workspace.close()
    erase(database, 1, clock)
    assert traces(database.parent) == []
    database.write_bytes(b"abimee")
    restore(database, made.path, clock)


def _open_files() -> Iterator[os.stat_result]:
    for entry in Path("/proc/self/fd").iterdir():
        with contextlib.suppress(OSError):
            yield os.fstat(int(entry.name))


def test_one_that_was_deleted_is_erased_from_the_backups_that_still_hold_it(
    database: Path, clock: Clock
) -> None:
    workspace = open_workspace(database.parent, clock)
    workspace.delete(1)
    workspace.close()
    assert len(traces(database.parent)) == 5  # three backups, two leftovers
    done = erase(database, 1, clock)
    assert traces(database.parent) == []
    assert len(done.rewritten) == 3
    with pytest.raises(Refusal) as caught:
        erase(database, 1, clock)
    assert caught.value.code == "evaluation-absente"


def test_one_that_was_deleted_is_looked_for_past_a_damaged_backup(database: Path, clock: Clock) -> None:
    workspace = open_workspace(database.parent, clock)
    workspace.delete(1)
    workspace.close()
    damaged = list_backups(database)[0].path
    damaged.write_bytes(b"x" * 5000)
    done = erase(database, 1, clock)
    assert done.left == (damaged,)
    assert len(done.rewritten) == 2
    assert traces(database.parent) == []


def test_a_base_whose_rows_cannot_be_read_is_told_and_left(
    database: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise sqlite3.DatabaseError("essai")

    with monkeypatch.context() as patched:
        patched.setattr(rows, "identity", refuse)
        with pytest.raises(DatabaseRefusal):
            erase(database, 1, clock)
    assert read_again(database.parent).comments == {"m1.a01": f"{SECRET} premier jet " + "long " * 3000}


def test_a_backup_made_while_erasing_does_not_keep_it(
    database: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    rewrite = erasing._rewrite_without

    def back_up_after_each(path: Path, target: erasing._Target) -> bool:
        if path == database:
            back_up(database, clock)
        done = rewrite(path, target)
        clock.pass_by(hours=1)
        if len(list_backups(database)) < 6:
            back_up(database, clock)
        return done

    monkeypatch.setattr(erasing, "_rewrite_without", back_up_after_each)
    erase(database, 1, clock)
    assert traces(database.parent) == []
    assert len(list_backups(database)) == 6


def test_a_backup_under_a_former_name_of_the_base_does_not_keep_it(database: Path, clock: Clock) -> None:
    neighbour = database.with_name("voisine.db")
    neighbour.write_bytes(database.read_bytes())
    back_up(neighbour, clock)
    renamed = database.rename(database.with_name("autre.db"))
    erase(renamed, 1, clock)
    assert {one[:7] for one in traces(database.parent)} == {"voisine"}, "another database keeps its own files"


@pytest.mark.parametrize("error", [OSError(errno.ENOSPC, "full"), sqlite3.DatabaseError("essai")])
def test_what_could_not_be_rewritten_is_told_and_the_same_command_goes_on(
    database: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    copy = backups.copy_database

    def fail_after_the_base(source: sqlite3.Connection, target: Path, content: Content) -> None:
        if target.parent != database.parent:
            raise error
        copy(source, target, content)

    with monkeypatch.context() as failing:
        failing.setattr(backups, "copy_database", fail_after_the_base)
        with pytest.raises(WriteRefusal) as caught:
            erase(database, 1, clock)
    assert caught.value.code == "effacement-incomplet"
    assert "L’évaluation est effacée" in caught.value.sentences()
    assert all(not one.startswith(DATABASE_NAME) for one in traces(database.parent))
    erase(database, 1, clock)
    assert traces(database.parent) == []


def test_the_other_assessments_are_as_they_were_in_the_base_and_its_backups(
    database: Path, clock: Clock
) -> None:
    before = read_again(database.parent, 2)
    erase(database, 1, clock)
    assert read_again(database.parent, 2) == before
    listed = list_backups(database)
    assert [one.content and one.content.assessments for one in listed] == [1, 1]
    clock.pass_by(hours=1)
    restore(database, listed[-1].path, clock)
    assert read_again(database.parent, 2).comments == {"m1.a01": "À garder"}
    assert read_again(database.parent, 2).identity.year == 2028


def test_a_number_given_again_after_a_restoration_does_not_erase_another_assessment(
    database: Path, clock: Clock
) -> None:
    oldest = list_backups(database)[-1].path
    restore(database, oldest, clock)
    workspace = open_workspace(database.parent, clock)
    third = workspace.create(make_identity(year=2030))
    workspace.store.back_up(BackupReason.ASKED)
    workspace.close()
    clock.pass_by(days=1)
    restore(database, oldest, clock)
    workspace = open_workspace(database.parent, clock)
    assert workspace.create(make_identity(year=2040)) == third
    workspace.close()
    erase(database, third, clock)
    contents = [one.content.assessments for one in list_backups(database) if one.content]
    assert 3 in contents  # the database of the other third


@pytest.mark.parametrize("unreadable_too", [False, True])
def test_what_cannot_be_rewritten_is_told_or_deleted_when_asked(
    database: Path, clock: Clock, unreadable_too: bool
) -> None:
    damaged = list_backups(database)[0].path
    damaged.write_bytes(damaged.read_bytes()[:60_000])
    aside = backup_folder(database) / "essai_2027-01-01_10h00m00_mise-de-cote.db"
    aside.write_bytes(b"x" * 500 + SECRET.encode())
    done = erase(database, 1, clock, unreadable_too=unreadable_too)
    if unreadable_too:
        assert done.left == ()
        assert traces(database.parent) == []
    else:
        assert set(done.left) == {damaged, aside}
        assert set(traces(database.parent)) <= {damaged.name, aside.name}
        assert aside.name in traces(database.parent)


def test_what_a_newer_version_could_read_is_told_and_never_deleted(database: Path, clock: Clock) -> None:
    newer = list_backups(database)[0].path
    with raw(newer) as connection:
        connection.execute("PRAGMA user_version = 99")
    done = erase(database, 1, clock, unreadable_too=True)
    assert done.left == (newer,)
    assert newer.is_file()


def test_a_base_put_aside_that_can_be_read_is_rewritten_too(database: Path, clock: Clock) -> None:
    aside = backup_folder(database) / "essai_2027-01-01_10h00m00_mise-de-cote.db"
    aside.write_bytes(database.read_bytes())
    done = erase(database, 1, clock)
    assert aside in done.rewritten
    assert traces(database.parent) == []


def test_an_unknown_assessment_or_a_base_open_elsewhere_changes_nothing(database: Path, clock: Clock) -> None:
    before = {path: path.read_bytes() for path in database.parent.rglob("*") if path.is_file()}
    with pytest.raises(Refusal) as caught:
        erase(database, 12, clock)
    assert caught.value.code == "evaluation-absente"
    workspace = open_workspace(database.parent, clock)
    with pytest.raises(DatabaseRefusal):
        erase(database, 1, clock)
    workspace.close()
    assert {path: path.read_bytes() for path in before} == before


def test_interrupted_between_the_files_it_can_be_done_again(
    database: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(erasing, "_rewrite_backups", stop)
        with pytest.raises(KeyboardInterrupt):
            erase(database, 1, clock)
    assert len(traces(database.parent)) == 2, "the backups"
    erase(database, 1, clock)
    assert traces(database.parent) == []
