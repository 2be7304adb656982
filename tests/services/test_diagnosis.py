"""`docteur`: what is wrong is found and said, what can be repaired without loss is, nothing else changes."""

from __future__ import annotations

import errno
import os
import sqlite3
from pathlib import Path
from typing import NoReturn

import pytest

from ctg_tui.domain.answers import Rating
from ctg_tui.domain.backups import Reason
from ctg_tui.domain.errors import BaseRefusal
from ctg_tui.services import diagnosis
from ctg_tui.services.diagnosis import AT_WORK_SECONDS, Look, State, Terminal, examine, is_well
from ctg_tui.services.maintenance import back_up
from ctg_tui.storage import backups, health, opening
from ctg_tui.storage.backups import list_backups
from ctg_tui.storage.file_names import backup_folder
from ctg_tui.storage.locks import locked
from ctg_tui.storage.refusals import not_opened
from ctg_tui.storage.restoring import put_aside
from ctg_tui.storage.store import Store
from ctg_tui.system import drives
from tests.bases import BASE_NAME, FIRST_CELL, Clock, raw, read_again, rows, session_on

COMFORTABLE = Terminal(120, 40, "utf-8", "xterm-256color", "riche")


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def base(tmp_path: Path, clock: Clock) -> Path:
    with session_on(tmp_path, clock) as session:
        session.rate(FIRST_CELL, Rating.FULLY)
    return tmp_path / BASE_NAME


def looks(base: Path, clock: Clock, terminal: Terminal = COMFORTABLE) -> dict[str, Look]:
    found = examine(base, terminal, clock)
    assert all(look.found.endswith(".") for look in found)
    return {look.code: look for look in found}


def plain(sentence: str) -> str:
    return sentence.replace("\N{NO-BREAK SPACE}", " ")


def _refuse(*_: object, **__: object) -> NoReturn:
    raise PermissionError


def damage_an_index(base: Path) -> None:
    """Take a row out of an index, behind its table's back."""
    with raw(base) as connection:
        connection.execute("PRAGMA writable_schema = ON")
        connection.execute(
            "UPDATE sqlite_schema SET sql = replace(sql, 'journal (assessment_id, key)', "
            "'journal (assessment_id, key) WHERE key <> ''m1.a01/famille''') WHERE name = 'journal_key'"
        )
    with raw(base) as connection:
        connection.execute("REINDEX journal_key")
        connection.execute("PRAGMA writable_schema = ON")
        connection.execute(
            "UPDATE sqlite_schema SET sql = 'CREATE INDEX journal_key ON journal (assessment_id, key)'"
            " WHERE name = 'journal_key'"
        )


def test_a_sound_base_is_said_sound_with_its_counts(base: Path, clock: Clock) -> None:
    found = looks(base, clock)
    assert found["base"].state is State.GOOD
    assert "1\N{NO-BREAK SPACE}évaluation, 1\N{NO-BREAK SPACE}réponse" in found["base"].found
    assert is_well(tuple(found.values()))
    assert not is_well((*found.values(), Look("x", "x", State.PROBLEM, "x")))


def test_the_missing_backup_of_the_day_is_made_once(base: Path, clock: Clock) -> None:
    assert looks(base, clock)["sauvegarde-faite"].state is State.REPAIRED
    assert "sauvegarde-faite" not in looks(base, clock)
    assert [one.reason for one in list_backups(base)] == [Reason.DAILY]


def test_the_backup_of_the_day_is_made_again_when_it_is_damaged(base: Path, clock: Clock) -> None:
    looks(base, clock)
    os.truncate(list_backups(base)[0].path, 0)
    found = looks(base, clock)
    assert found["sauvegarde-faite"].state is State.REPAIRED
    assert found["sauvegardes"].state is State.GOOD
    assert any(one.is_sound for one in list_backups(base))


def test_looking_at_an_absent_base_makes_nothing(tmp_path: Path, clock: Clock) -> None:
    found = looks(tmp_path / "rien" / "rien.db", clock)
    assert found["base-absente"].state is State.GOOD
    assert list(tmp_path.iterdir()) == []


def test_a_damaged_base_is_left_alone_and_the_latest_sound_backup_is_proposed(
    base: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    looks(base, clock)
    clock.pass_by(hours=1)
    back_up(base, clock).path.write_bytes(b"abimee")
    damaged = base.read_bytes()[:2000]
    base.write_bytes(damaged)
    found = looks(base, clock)["base-abimee"]
    assert found.state is State.PROBLEM
    assert f'« ctg-tui restaurer 2 --base "{base}" »' in plain(found.advice)
    assert base.read_bytes() == damaged
    monkeypatch.setenv("CTG_TUI_BASE", str(base))
    assert "« ctg-tui restaurer 2 »" in plain(looks(base, clock)["base-abimee"].advice)
    list_backups(base)[1].path.unlink()
    assert "pas de sauvegarde saine" in looks(base, clock)["base-abimee"].advice


def test_a_row_that_breaks_a_rule_is_damage_too(base: Path, clock: Clock) -> None:
    with raw(base) as connection:
        connection.execute("PRAGMA ignore_check_constraints = ON")
        connection.execute("UPDATE answer SET note = '9'")
    assert looks(base, clock)["base-abimee"].state is State.PROBLEM


def test_a_row_that_nothing_can_be_made_of_is_damage_too(base: Path, clock: Clock) -> None:
    with raw(base) as connection:
        connection.execute("UPDATE assessment SET created_at = 'hier'")
    assert looks(base, clock)["base-abimee"].state is State.PROBLEM


def test_any_path_is_told_about(tmp_path: Path, clock: Clock) -> None:
    for path in (Path("/"), tmp_path, tmp_path / ("x" * 300), Path("/dev/null"), tmp_path / "a\0b"):
        assert examine(path, COMFORTABLE, clock), path


def test_a_base_that_is_gone_is_told_with_its_backup(base: Path, clock: Clock) -> None:
    looks(base, clock)
    base.unlink()
    assert "restaurer" in looks(base, clock)["base-abimee"].advice


def test_a_foreign_or_newer_base_is_told_as_it_is(base: Path, clock: Clock) -> None:
    with raw(base) as connection:
        connection.execute("PRAGMA user_version = 99")
    assert looks(base, clock)["base-plus-recente"].state is State.PROBLEM


def test_damaged_indexes_are_rebuilt_and_no_answer_changes(base: Path, clock: Clock) -> None:
    before = read_again(base.parent)
    damage_an_index(base)
    damaged = base.read_bytes()
    with pytest.raises(BaseRefusal) as caught:
        Store(base, clock)
    assert "docteur" in caught.value.advice
    found = looks(base, clock)
    assert found["base-index"].state is State.REPAIRED
    assert found["base"].state is State.GOOD
    assert read_again(base.parent) == before
    assert rows(base, "PRAGMA integrity_check") == [("ok",)]
    (kept,) = [path for path in backup_folder(base).iterdir() if "mise-de-cote" in path.name]
    assert kept.read_bytes() == damaged
    assert found["mis-de-cote"].state is State.ATTENTION


def test_damaged_indexes_of_a_base_open_elsewhere_wait(base: Path, clock: Clock) -> None:
    damage_an_index(base)
    lock = locked(base)
    try:
        assert looks(base, clock)["base-occupee"].state is State.PROBLEM
    finally:
        lock.release()


def test_indexes_that_cannot_be_rebuilt_are_told_as_damage(
    base: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    damage_an_index(base)
    monkeypatch.setattr(health, "_REBUILD", "SELECT 1")
    assert looks(base, clock)["base-abimee"].state is State.PROBLEM


def test_without_room_for_a_copy_indexes_are_not_touched(base: Path, clock: Clock) -> None:
    damage_an_index(base)
    before = base.read_bytes()
    backup_folder(base).write_text("un fichier tient la place du dossier")
    assert looks(base, clock)["sauvegarde-impossible"].state is State.PROBLEM
    assert base.read_bytes() == before


def test_a_damaged_backup_is_named_and_left(base: Path, clock: Clock) -> None:
    backup = back_up(base, clock)
    backup.path.write_bytes(b"abimee")
    found = looks(base, clock)["sauvegardes-abimees"]
    assert backup.path.name in found.found
    assert backup.path.exists()


def test_a_backup_that_is_not_damaged_is_never_said_to_be_of_no_use(
    base: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    newer, busy, protected, damaged = (back_up(base, clock).path for _ in range(4))
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
        found = looks(base, clock)
    expected = {
        "sauvegardes-abimees": damaged,
        "sauvegardes-plus-recentes": newer,
        "sauvegardes-occupees": busy,
        "sauvegardes-illisibles": protected,
    }
    for code, path in expected.items():
        assert found[code].state is State.ATTENTION
        assert [one for one in (newer, busy, protected, damaged) if one.name in found[code].found] == [path]
        assert ("supprimer" in found[code].advice) is (path == damaged)


def test_backups_of_which_none_is_sound_are_not_told_as_none_at_all(base: Path, clock: Clock) -> None:
    back_up(base, clock).path.write_bytes(b"abimee")
    base.write_bytes(b"abimee")
    assert looks(base, clock)["sauvegardes"].state is State.ATTENTION


@pytest.mark.skipif(os.name != "posix", reason="rights as POSIX has them")
def test_rights_open_to_others_are_closed(base: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    looks(base, clock)
    monkeypatch.setenv("CTG_TUI_BASE", str(base))
    (backup,) = list_backups(base)
    opened = [base, backup.path, backup_folder(base), base.parent]
    for path in opened:
        path.chmod(0o755 if path.is_dir() else 0o644)
    assert looks(base, clock)["droits"].state is State.REPAIRED
    assert [path.stat().st_mode & 0o077 for path in opened] == [0] * 4
    assert looks(base, clock)["droits"].state is State.GOOD

    base.chmod(0o644)
    monkeypatch.setattr(Path, "chmod", _refuse)
    assert looks(base, clock)["droits-ouverts"].state is State.ATTENTION


@pytest.mark.skipif(os.name != "posix", reason="rights as POSIX has them")
def test_closing_a_protected_base_to_others_leaves_it_protected(base: Path, clock: Clock) -> None:
    base.chmod(0o444)
    assert looks(base, clock)["droits"].state is State.REPAIRED
    assert base.stat().st_mode & 0o777 == 0o400


@pytest.mark.parametrize(
    ("name", "stopped"),
    [
        (BASE_NAME, "rien ne peut y être écrit"),
        (f"{BASE_NAME}.verrou", "rien ne peut y être écrit"),
        ("", "rien ne peut y être écrit"),
        ("sauvegardes", "les sauvegardes ne peuvent pas être faites"),
    ],
)
def test_what_the_program_may_not_write_to_is_a_problem_with_what_to_do(
    base: Path, clock: Clock, name: str, stopped: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "droits-manquants" not in looks(base, clock)
    protected, access = base.parent / name, os.access
    monkeypatch.setattr(os, "access", lambda path, mode: Path(path) != protected and access(path, mode))
    found = looks(base, clock)["droits-manquants"]
    assert found.state is State.PROBLEM
    assert str(protected) in found.found
    assert stopped in found.found
    assert "accessible en écriture" in found.advice


def test_what_a_crash_left_is_removed_but_not_what_is_being_written(
    base: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    left, at_work = (base.parent / f".ctg-{digit * 16}.tmp" for digit in "01")
    kept = base.parent / "a-moi.tmp"
    for path, age in ((left, 2 * AT_WORK_SECONDS), (at_work, 2), (kept, 2 * AT_WORK_SECONDS)):
        path.write_text("x")
        moment = clock().timestamp() - age
        os.utime(path, (moment, moment))
    with monkeypatch.context() as patched:
        patched.setattr(Path, "unlink", _refuse)
        assert looks(base, clock)["non-examine"].state is State.PROBLEM
    assert looks(base, clock)["restes"].state is State.REPAIRED
    assert not left.exists()
    assert at_work.exists(), "another window may be writing it"
    assert kept.exists()


def test_a_folder_of_backups_that_cannot_be_read_is_told_once(
    base: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    backup_folder(base).mkdir()
    read = Path.iterdir
    monkeypatch.setattr(
        Path, "iterdir", lambda path: _refuse() if path == backup_folder(base) else read(path)
    )
    found = examine(base, COMFORTABLE, clock)
    (told,) = [look for look in found if look.code == "dossier-illisible"]
    assert told.state is State.PROBLEM
    assert "sauvegardes" in told.found
    assert {"base", "place", "terminal"} <= {look.code for look in found}


def test_a_sound_backup_is_not_told_as_put_aside_whatever_the_base_is_called(
    tmp_path: Path, clock: Clock
) -> None:
    with session_on(tmp_path, clock):
        pass
    base = (tmp_path / BASE_NAME).rename(tmp_path / "essai_2027-01-20_14h02m11_mise-de-cote.db")
    looks(base, clock)
    found = looks(base, clock)
    assert "1 sauvegarde saine" in plain(found["sauvegardes"].found)
    assert "mis-de-cote" not in found
    put_aside(base, clock())
    assert "1 fichier mis de côté" in plain(looks(base, clock)["mis-de-cote"].found)


def test_little_room_on_the_disk_is_told(base: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(diagnosis, "ENOUGH_BYTES", 10**18)
    found = looks(base, clock)["place"]
    assert found.state is State.PROBLEM
    assert "Libérez" in found.advice


@pytest.mark.parametrize(
    ("terminal", "code", "state"),
    [
        (COMFORTABLE, "terminal", State.GOOD),
        (Terminal(79, 24, "utf-8", "xterm", "riche"), "terminal-etroit", State.ATTENTION),
        (Terminal(59, 40, "utf-8", "xterm", "riche"), "terminal-petit", State.PROBLEM),
        (Terminal(120, 40, "ascii", "dumb", "ascii"), "terminal-simple", State.ATTENTION),
        (Terminal(0, 0, "utf-8", "", "riche"), "terminal-absent", State.GOOD),
    ],
)
def test_the_terminal_is_told_by_what_it_can_show(
    base: Path, clock: Clock, terminal: Terminal, code: str, state: State
) -> None:
    assert looks(base, clock, terminal)[code].state is state


def test_a_network_share_is_told(base: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    assert looks(base, clock)["disque-local"].state is State.GOOD
    monkeypatch.setattr(diagnosis, "network_share", lambda _: "cifs")
    assert "cifs" in looks(base, clock)["partage-reseau"].found


def test_a_base_that_onedrive_copies_elsewhere_is_told(
    base: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OneDriveCommercial", str(base.parent))
    assert "OneDrive" in looks(base, clock)["dossier-synchronise"].found
    monkeypatch.setenv("OneDriveCommercial", str(base.parent / "ailleurs"))
    assert "dossier-synchronise" not in looks(base, clock)


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
        assert drives.network_share(Path(path), table) == kind
    assert drives.network_share(Path("/srv/b.db"), tmp_path / "absent") is None
