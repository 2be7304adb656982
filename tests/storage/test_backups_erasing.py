"""Erasing: no trace of an assessment in the bytes of any file of the folder; one backup of all the others."""

from __future__ import annotations

import contextlib
import errno
import os
import sqlite3
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from ctg_tui.domain.assessment import Action, PreparationTopic, Rating
from ctg_tui.domain.backups import BackupReason, Content
from ctg_tui.domain.errors import DatabaseRefusal, Refusal
from ctg_tui.services.backups import back_up, erase, restore
from ctg_tui.storage import backups, rows
from ctg_tui.storage.backups import list_backups
from ctg_tui.storage.opening import backup_folder
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
    former = set(list_backups(database))
    done = erase(database, 1, clock)
    assert traces(database.parent) == []
    assert done.left == ()
    assert set(done.removed) == {backup.path for backup in former}
    assert list_backups(database) == (done.backup,), "verified, in the place of the former ones"


def test_what_was_deleted_without_a_trace_in_the_rows_goes_with_the_former_backups(
    database: Path, clock: Clock
) -> None:
    """A row that another program deleted stays in the free pages of a file; its journal keeps what it was."""
    backup = list_backups(database)[0].path
    for path, deletion in (
        (backup, "assessment WHERE id = 1"),
        (database, "value WHERE field = 'commentaire'"),
    ):
        with raw(path) as connection:
            connection.execute("PRAGMA secure_delete = OFF")
            connection.execute("PRAGMA foreign_keys = ON")
            connection.execute(f"DELETE FROM {deletion}")
            connection.execute("DELETE FROM journal")
    backup.with_name(f"{backup.name}-journal").write_bytes(bytes(512) + SECRET.encode())
    assert backup.name in traces(database.parent)
    erase(database, 1, clock)
    assert traces(database.parent) == []


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
    done = erase(database, 1, clock)
    assert traces(database.parent) == []
    assert done.backup
    database.write_bytes(b"abimee")
    restore(database, done.backup.path, clock)


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
    assert len(done.removed) == 3
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
    assert len(done.removed) == 2
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
    rewrite, remove = backups._rewrite_without, backups._remove
    late = list_backups(database)[0].path.read_bytes()

    def back_up_then_rewrite(path: Path, target: backups._Target) -> None:
        back_up(database, clock)
        rewrite(path, target)
        clock.pass_by(hours=1)

    def remove_while_one_comes(path: Path) -> list[Path]:
        if path.read_bytes() != late:
            path.with_name(path.name.replace("demandee", "avant-suppression")).write_bytes(late)
        return remove(path)

    former = list_backups(database)
    monkeypatch.setattr(backups, "_rewrite_without", back_up_then_rewrite)
    monkeypatch.setattr(backups, "_remove", remove_while_one_comes)
    done = erase(database, 1, clock)
    assert traces(database.parent) == []
    assert list_backups(database) == (done.backup,)
    assert len(done.removed) > len(former) + 1


def test_a_backup_under_a_former_name_of_the_base_does_not_keep_it(database: Path, clock: Clock) -> None:
    neighbour = database.with_name("voisine.db")
    neighbour.write_bytes(database.read_bytes())
    back_up(neighbour, clock)
    renamed = database.rename(database.with_name("autre.db"))
    erase(renamed, 1, clock)
    assert {one[:7] for one in traces(database.parent)} == {"voisine"}, "another database keeps its own files"
    (backup,) = list_backups(renamed)
    assert backup.is_sound


@pytest.mark.parametrize("error", [OSError(errno.ENOSPC, "full"), sqlite3.DatabaseError("essai")])
def test_without_room_for_the_new_backup_the_former_ones_stay_and_are_named(
    database: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    copy = backups.copy_database

    def fail_after_the_base(source: sqlite3.Connection, target: Path, content: Content) -> None:
        if target.parent != database.parent:
            raise error
        copy(source, target, content)

    former = [backup.path.name for backup in list_backups(database)]
    with monkeypatch.context() as failing:
        failing.setattr(backups, "copy_database", fail_after_the_base)
        with pytest.raises(WriteRefusal) as caught:
            erase(database, 1, clock)
    assert caught.value.code == "effacement-incomplet"
    assert "L’évaluation est effacée" in caught.value.sentences()
    assert all(name in caught.value.message for name in former)
    assert sorted(traces(database.parent)) == sorted(former)
    erase(database, 1, clock)
    assert traces(database.parent) == []


def test_a_backup_that_cannot_be_removed_is_named_and_the_same_command_goes_on(
    database: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = list_backups(database)[-1].path
    unlink = Path.unlink

    def refuse_one(path: Path, missing_ok: bool = False) -> None:
        if path == kept:
            raise PermissionError(13, "open elsewhere", str(path))
        unlink(path, missing_ok)

    with monkeypatch.context() as failing:
        failing.setattr(Path, "unlink", refuse_one)
        with pytest.raises(WriteRefusal) as caught:
            erase(database, 1, clock)
    assert caught.value.code == "effacement-incomplet"
    assert traces(database.parent) == [kept.name]
    assert caught.value.message.count(".db") == 1
    assert kept.name in caught.value.message
    erase(database, 1, clock)
    assert traces(database.parent) == []
    assert [one.is_sound for one in list_backups(database)] == [True]


def test_the_other_assessments_are_as_they_were_in_the_base_and_its_backup(
    database: Path, clock: Clock
) -> None:
    before = read_again(database.parent, 2)
    erase(database, 1, clock)
    assert read_again(database.parent, 2) == before
    (kept,) = list_backups(database)
    assert kept.content
    assert (kept.content.assessments, kept.content.comments) == (1, 1)
    clock.pass_by(hours=1)
    restore(database, kept.path, clock)
    assert read_again(database.parent, 2) == before


def test_a_number_given_again_after_a_restoration_does_not_erase_another_assessment(
    database: Path, clock: Clock
) -> None:
    oldest = list_backups(database)[-1].path
    workspace = open_workspace(database.parent, clock)
    workspace.delete(1)
    workspace.close()
    erased_from = database.with_name("autre.db")
    erased_from.write_bytes(oldest.read_bytes())
    aside = backup_folder(database) / "essai_2027-01-01_10h00m00_mise-de-cote.db"
    with raw(erased_from) as connection:
        connection.execute("UPDATE assessment SET created_at = '2020-01-01T00:00:00Z' WHERE id = 1")
    erased_from.rename(aside)
    clock.pass_by(days=1)
    restore(database, oldest, clock)
    erase(database, 1, clock)
    assert aside.is_file(), "it holds another assessment of that number"


@pytest.mark.parametrize("unreadable_too", [False, True])
def test_what_cannot_be_read_is_told_or_deleted_when_asked(
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


def test_a_file_put_aside_goes_if_it_holds_it_and_is_named_if_it_cannot_be_told(
    database: Path, clock: Clock
) -> None:
    """One with a value no version writes, one with another column, one that does not hold it."""
    folder = backup_folder(database)
    asides = [folder / f"essai_2027-01-0{day}_10h00m00_mise-de-cote.db" for day in (1, 2, 3)]
    for aside, change in zip(
        asides,
        (
            "UPDATE value SET value = '7' WHERE field = 'note'",
            "ALTER TABLE assessment RENAME COLUMN created_at TO autrement",
            "DELETE FROM assessment WHERE id = 1",
        ),
        strict=True,
    ):
        aside.write_bytes(database.read_bytes())
        with raw(aside) as connection:
            connection.execute("PRAGMA foreign_keys = ON")
            connection.execute("PRAGMA secure_delete = ON")
            connection.execute("PRAGMA ignore_check_constraints = ON")
            connection.execute(change)
    done = erase(database, 1, clock)
    assert [aside.exists() for aside in asides] == [False, True, True]
    assert done.left == (asides[1],)
    assert traces(database.parent) == [asides[1].name]


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
        patched.setattr(backups, "_remove", stop)
        with pytest.raises(KeyboardInterrupt):
            erase(database, 1, clock)
    assert len(traces(database.parent)) == 2, "the backups"
    erase(database, 1, clock)
    assert traces(database.parent) == []
