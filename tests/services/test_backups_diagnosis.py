"""`docteur` reports every problem, repairs those it can without loss, and changes nothing else."""

from __future__ import annotations

import errno
import os
import sqlite3
from pathlib import Path

import pytest

from ctg_tui.domain.assessment import Rating
from ctg_tui.domain.backups import BackupReason
from ctg_tui.services import backups as upkeep
from ctg_tui.services.backups import AT_WORK_SECONDS, CheckResult, State, Terminal, back_up, examine, is_well
from ctg_tui.storage import backups, opening
from ctg_tui.storage.backups import list_backups, put_aside
from ctg_tui.storage.opening import backup_folder
from ctg_tui.storage.refusals import not_opened
from ctg_tui.system import places
from tests.databases import (
    DATABASE_NAME,
    FIRST_CELL,
    Clock,
    open_workspace,
    raw,
    session_on,
)
from tests.each_row import each_row
from tests.services.diagnosis import COMFORTABLE, examined, plain, refuse
from tests.strategies import ALL_OPEN, make_identity


@pytest.fixture
def database(tmp_path: Path, clock: Clock) -> Path:
    with session_on(tmp_path, clock) as session:
        session.rate(FIRST_CELL, Rating.FULLY)
    return tmp_path / DATABASE_NAME


def test_a_sound_database_is_said_sound_with_its_counts(database: Path, clock: Clock) -> None:
    results = examined(database, clock)
    assert results["base"].state is State.GOOD
    assert "1\N{NO-BREAK SPACE}évaluation, 1\N{NO-BREAK SPACE}réponse" in results["base"].found
    assert is_well(tuple(results.values()))
    assert not is_well((*results.values(), CheckResult("x", "x", State.PROBLEM, "x")))


def test_the_missing_backup_of_the_day_is_made_once(database: Path, clock: Clock) -> None:
    assert examined(database, clock)["sauvegarde-faite"].state is State.REPAIRED
    assert "sauvegarde-faite" not in examined(database, clock)
    assert [backup.reason for backup in list_backups(database)] == [BackupReason.DAILY]


def test_the_backup_of_the_day_is_made_again_when_it_is_damaged(database: Path, clock: Clock) -> None:
    examined(database, clock)
    os.truncate(list_backups(database)[0].path, 0)
    results = examined(database, clock)
    assert results["sauvegarde-faite"].state is State.REPAIRED
    assert results["sauvegardes"].state is State.GOOD
    assert any(backup.is_sound for backup in list_backups(database))


def test_an_absent_database_is_not_made(tmp_path: Path, clock: Clock) -> None:
    results = examined(tmp_path / "rien" / "rien.db", clock)
    assert results["base-absente"].state is State.GOOD
    assert list(tmp_path.iterdir()) == []


def test_a_damaged_database_is_left_alone_and_the_latest_sound_backup_is_proposed(
    database: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    examined(database, clock)
    clock.pass_by(hours=1)
    back_up(database, clock).path.write_bytes(b"abimee")
    damaged = database.read_bytes()[:2000]
    database.write_bytes(damaged)
    result = examined(database, clock)["base-abimee"]
    assert result.state is State.PROBLEM
    assert f'« ctg-tui restaurer 2 --base "{database}" »' in plain(result.advice)
    assert database.read_bytes() == damaged
    monkeypatch.setenv("CTG_TUI_BASE", str(database))
    assert "« ctg-tui restaurer 2 »" in plain(examined(database, clock)["base-abimee"].advice)
    list_backups(database)[1].path.unlink()
    assert "pas de sauvegarde saine" in examined(database, clock)["base-abimee"].advice


def test_a_row_that_nothing_can_be_made_of_is_damage(database: Path, clock: Clock) -> None:
    with raw(database) as connection:
        connection.execute("UPDATE assessment SET created_at = 'hier'")
    assert examined(database, clock)["base-abimee"].state is State.PROBLEM


def test_any_path_gets_a_result(tmp_path: Path, clock: Clock) -> None:
    for path in (Path("/"), tmp_path, tmp_path / ("x" * 300), Path("/dev/null"), tmp_path / "a\0b"):
        assert examine(path, COMFORTABLE, clock), path


def test_a_missing_database_is_reported_with_its_backup(database: Path, clock: Clock) -> None:
    examined(database, clock)
    database.unlink()
    assert "restaurer" in examined(database, clock)["base-abimee"].advice


def test_a_foreign_or_newer_database_is_reported_as_such(database: Path, clock: Clock) -> None:
    with raw(database) as connection:
        connection.execute("PRAGMA user_version = 99")
    assert examined(database, clock)["base-plus-recente"].state is State.PROBLEM


def test_a_damaged_backup_is_named_and_left(database: Path, clock: Clock) -> None:
    backup = back_up(database, clock)
    backup.path.write_bytes(b"abimee")
    result = examined(database, clock)["sauvegardes-abimees"]
    assert backup.path.name in result.found
    assert backup.path.exists()


def test_a_backup_that_is_not_damaged_is_never_said_to_be_of_no_use(
    database: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    newer, busy, protected, damaged = (back_up(database, clock).path for _ in range(4))
    with raw(newer) as connection:
        connection.execute("PRAGMA user_version = 99")
    damaged.write_bytes(b"abimee")

    def connect(path: Path, *, write: bool) -> sqlite3.Connection:
        if path == protected:
            raise not_opened(path, PermissionError(errno.EACCES, "no"))
        return opening.connect(path, write=write)

    monkeypatch.setattr(backups, "connect", connect)
    with raw(busy) as other:
        other.execute("BEGIN EXCLUSIVE")
        results = examined(database, clock)
    expected = {
        "sauvegardes-abimees": damaged,
        "sauvegardes-plus-recentes": newer,
        "sauvegardes-occupees": busy,
        "sauvegardes-illisibles": protected,
    }
    for code, path in expected.items():
        assert results[code].state is State.ATTENTION
        assert [name for name in (newer, busy, protected, damaged) if name.name in results[code].found] == [
            path
        ]
        assert ("supprimer" in results[code].advice) is (path == damaged)


def test_backups_of_which_none_is_sound_are_not_reported_as_absent(database: Path, clock: Clock) -> None:
    back_up(database, clock).path.write_bytes(b"abimee")
    database.write_bytes(b"abimee")
    assert examined(database, clock)["sauvegardes"].state is State.ATTENTION


def test_files_left_by_a_crash_are_removed_but_not_those_in_use(
    database: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    left, at_work = (database.parent / f".ctg-{digit * 16}.tmp" for digit in "01")
    unrelated = database.parent / "a-moi.tmp"
    for path, age in ((left, 2 * AT_WORK_SECONDS), (at_work, 2), (unrelated, 2 * AT_WORK_SECONDS)):
        path.write_text("x")
        moment = clock().timestamp() - age
        os.utime(path, (moment, moment))
    with monkeypatch.context() as patched:
        patched.setattr(Path, "unlink", refuse)
        assert examined(database, clock)["non-examine"].state is State.PROBLEM
    assert examined(database, clock)["restes"].state is State.REPAIRED
    assert not left.exists()
    assert at_work.exists(), "another window may be writing it"
    assert unrelated.exists()


def test_a_folder_of_backups_that_cannot_be_read_is_reported_once(
    database: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    backup_folder(database).mkdir()
    read = Path.iterdir
    monkeypatch.setattr(
        Path, "iterdir", lambda path: refuse() if path == backup_folder(database) else read(path)
    )
    results = examine(database, COMFORTABLE, clock)
    (unreadable,) = [result for result in results if result.code == "dossier-illisible"]
    assert unreadable.state is State.PROBLEM
    assert "sauvegardes" in unreadable.found
    assert {"base", "place", "terminal"} <= {result.code for result in results}


def test_a_sound_backup_is_not_reported_as_put_aside_for_any_database_name(
    tmp_path: Path, clock: Clock
) -> None:
    with session_on(tmp_path, clock):
        pass
    database = (tmp_path / DATABASE_NAME).rename(tmp_path / "essai_2027-01-20_14h02m11_mise-de-cote.db")
    examined(database, clock)
    results = examined(database, clock)
    assert "1 sauvegarde saine" in plain(results["sauvegardes"].found)
    assert "mis-de-cote" not in results
    put_aside(database, clock())
    assert "1 fichier mis de côté" in plain(examined(database, clock)["mis-de-cote"].found)


def test_little_free_space_is_reported(database: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(upkeep, "ENOUGH_BYTES", 10**18)
    result = examined(database, clock)["place"]
    assert result.state is State.PROBLEM
    assert "Libérez" in result.advice


@each_row(
    "terminal, code, state",
    [
        (COMFORTABLE, "terminal", State.GOOD),
        (Terminal(79, 24, "utf-8", "xterm", "riche"), "terminal-etroit", State.ATTENTION),
        (Terminal(59, 40, "utf-8", "xterm", "riche"), "terminal-petit", State.PROBLEM),
        (Terminal(120, 40, "ascii", "dumb", "ascii"), "terminal-simple", State.ATTENTION),
        (Terminal(0, 0, "utf-8", "", "riche"), "terminal-absent", State.GOOD),
    ],
)
def test_the_terminal_is_reported_with_its_size_and_drawing(
    database: Path, clock: Clock, terminal: Terminal, code: str, state: State
) -> None:
    assert examined(database, clock, terminal)[code].state is state


def test_a_network_share_is_reported(database: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    assert examined(database, clock)["disque-local"].state is State.GOOD
    monkeypatch.setattr(upkeep, "network_share", lambda _: "cifs")
    assert "cifs" in examined(database, clock)["partage-reseau"].found


def test_a_database_in_a_onedrive_folder_is_reported(
    database: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OneDriveCommercial", str(database.parent))
    assert "OneDrive" in examined(database, clock)["dossier-synchronise"].found
    monkeypatch.setenv("OneDriveCommercial", str(database.parent / "ailleurs"))
    assert "dossier-synchronise" not in examined(database, clock)


@pytest.mark.skipif(os.name != "posix", reason="the table of mounts is POSIX's")
def test_the_share_is_that_of_the_closest_mount(tmp_path: Path) -> None:
    table = tmp_path / "mounts"
    table.write_text(
        "/dev/vda / ext4 rw 0 0\n//srv/profils /mnt/mes\\040profils cifs rw 0 0\n"
        "tmpfs /mnt/mes\\040profils/local tmpfs rw 0 0\nserveur:/x /srv nfs4 rw 0 0\n"
    )
    kinds = {
        "/home/x/b.db": None,
        "/mnt/mes profils/b.db": "cifs",
        "/mnt/mes profils/local/b.db": None,
        "/mnt/autre/b.db": None,
        "/srv/b.db": "nfs4",
    }
    for path, kind in kinds.items():
        assert places.network_share(Path(path), table) == kind
    assert places.network_share(Path("/srv/b.db"), tmp_path / "absent") is None


def test_a_grid_that_another_program_changed_is_named(tmp_path: Path, clock: Clock) -> None:
    workspace = open_workspace(tmp_path, clock)
    workspace.create(make_identity(), open_missions=ALL_OPEN)
    workspace.close()
    database = tmp_path / DATABASE_NAME
    assert "grille-alteree" not in examined(database, clock)
    with raw(database) as connection:
        connection.execute("UPDATE document SET content = X'00' WHERE kind = 'grille'")
    found = examined(database, clock)["grille-alteree"]
    assert found.state is State.ATTENTION
    assert "grille installer" in found.advice
