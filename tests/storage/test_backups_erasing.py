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
from ctg_tui.domain.errors import DatabaseRefusal, Refusal
from ctg_tui.services.backups import restore
from ctg_tui.storage import backups
from ctg_tui.storage.backups import list_backups
from ctg_tui.storage.connection import BackupReason, backup_folder
from ctg_tui.system.files import WriteRefusal
from tests.databases import DATABASE_NAME, FIRST_CELL, Clock, back_up, erase, open_workspace, read_again
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
    session.comment("m1.i02", f"{SECRET} remarque")
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


def test_no_trace_is_left_and_the_others_are_as_they_were(database: Path, clock: Clock) -> None:
    before = read_again(database.parent, 2)
    damaged = list_backups(database)[0].path
    damaged.write_bytes(damaged.read_bytes()[:60_000])
    aside = backup_folder(database) / "essai_2027-01-01_10h00m00_mise-de-cote.db"
    for path in (aside, aside.with_name(f"{aside.name}-journal")):
        path.write_bytes(b"x" * 500 + SECRET.encode())
    others = [
        database.with_name("voisine.db"),
        backup_folder(database) / "essai_2027-01-01_10h00m00_perso.db",
    ]
    for path in others:
        path.write_bytes(b"pas de ce fichier")
    former = {path for path in backup_folder(database).iterdir() if path.suffix != ".tmp"} - {*others}
    done = erase(database, 1, clock)
    assert traces(database.parent) == []
    assert set(done.removed) == former
    assert all(path.read_bytes() == b"pas de ce fichier" for path in others)
    assert list_backups(database) == (done.backup,), "verified, in the place of the former ones"
    assert done.backup.content
    assert (done.backup.content.assessments, done.backup.content.comments) == (1, 1)
    assert read_again(database.parent, 2) == before


@pytest.mark.parametrize("error", [OSError(errno.ENOSPC, "full"), sqlite3.DatabaseError("essai")])
def test_without_the_new_backup_the_former_ones_stay_and_are_named_until_it_is_done_again(
    database: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    def fail(*_: object) -> None:
        raise error

    former = [backup.path.name for backup in list_backups(database)]
    with monkeypatch.context() as failing:
        failing.setattr(backups, "_write", fail)
        with pytest.raises(WriteRefusal) as caught:
            erase(database, 1, clock)
    assert caught.value.code == "effacement-incomplet"
    assert caught.value.advice.endswith(", puis relancez la même commande.")
    assert all(name in caught.value.message for name in former)
    assert {name for name in traces(database.parent) if "ctg-" not in name} == set(former)
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
    assert caught.value.message.count(".db") == 1
    assert traces(database.parent) == [kept.name]
    erase(database, 1, clock)
    assert traces(database.parent) == []
    assert [one.content is None for one in list_backups(database)] == [False]
