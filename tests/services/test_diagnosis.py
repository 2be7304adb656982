"""`docteur`: what is wrong is found and said, what can be repaired without loss is, nothing else changes."""

from __future__ import annotations

import errno
import os
import sqlite3
import stat
from pathlib import Path
from typing import NoReturn

import pytest

from ctg_tui.domain.answers import Rating
from ctg_tui.domain.backups import BackupReason
from ctg_tui.domain.errors import DatabaseRefusal
from ctg_tui.services import place_checks
from ctg_tui.services.checks import CheckResult, State
from ctg_tui.services.diagnosis import Terminal, examine, is_well
from ctg_tui.services.maintenance import back_up
from ctg_tui.services.place_checks import AT_WORK_SECONDS, NAMED_FILES
from ctg_tui.storage import backups, health, opening
from ctg_tui.storage.backups import list_backups
from ctg_tui.storage.file_names import backup_files, backup_folder
from ctg_tui.storage.locks import lock_file, locked
from ctg_tui.storage.refusals import not_opened
from ctg_tui.storage.restoring import put_aside
from ctg_tui.storage.store import Store
from ctg_tui.system import drives
from tests.databases import DATABASE_NAME, FIRST_CELL, Clock, raw, read_again, rows, session_on

COMFORTABLE = Terminal(120, 40, "utf-8", "xterm-256color", "riche")


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def database(tmp_path: Path, clock: Clock) -> Path:
    with session_on(tmp_path, clock) as session:
        session.rate(FIRST_CELL, Rating.FULLY)
    return tmp_path / DATABASE_NAME


def looks(
    database: Path, clock: Clock, terminal: Terminal = COMFORTABLE, *, correct: bool = False
) -> dict[str, CheckResult]:
    found = examine(database, terminal, clock, correct=correct)
    assert all(look.found.endswith(".") for look in found)
    return {look.code: look for look in found}


def plain(sentence: str) -> str:
    return sentence.replace("\N{NO-BREAK SPACE}", " ")


def _refuse(*_: object, **__: object) -> NoReturn:
    raise PermissionError


def damage_an_index(database: Path) -> None:
    """Take a row out of an index, behind its table's back."""
    with raw(database) as connection:
        connection.execute("PRAGMA writable_schema = ON")
        connection.execute(
            "UPDATE sqlite_schema SET sql = replace(sql, 'journal (assessment_id, key)', "
            "'journal (assessment_id, key) WHERE key <> ''m1.a01/famille''') WHERE name = 'journal_key'"
        )
    with raw(database) as connection:
        connection.execute("REINDEX journal_key")
        connection.execute("PRAGMA writable_schema = ON")
        connection.execute(
            "UPDATE sqlite_schema SET sql = 'CREATE INDEX journal_key ON journal (assessment_id, key)'"
            " WHERE name = 'journal_key'"
        )


def test_a_sound_base_is_said_sound_with_its_counts(database: Path, clock: Clock) -> None:
    found = looks(database, clock)
    assert found["base"].state is State.GOOD
    assert "1\N{NO-BREAK SPACE}évaluation, 1\N{NO-BREAK SPACE}réponse" in found["base"].found
    assert is_well(tuple(found.values()))
    assert not is_well((*found.values(), CheckResult("x", "x", State.PROBLEM, "x")))


def test_the_missing_backup_of_the_day_is_made_once(database: Path, clock: Clock) -> None:
    assert looks(database, clock)["sauvegarde-faite"].state is State.REPAIRED
    assert "sauvegarde-faite" not in looks(database, clock)
    assert [one.reason for one in list_backups(database)] == [BackupReason.DAILY]


def test_the_backup_of_the_day_is_made_again_when_it_is_damaged(database: Path, clock: Clock) -> None:
    looks(database, clock)
    os.truncate(list_backups(database)[0].path, 0)
    found = looks(database, clock)
    assert found["sauvegarde-faite"].state is State.REPAIRED
    assert found["sauvegardes"].state is State.GOOD
    assert any(one.is_sound for one in list_backups(database))


def test_looking_at_an_absent_base_makes_nothing(tmp_path: Path, clock: Clock) -> None:
    found = looks(tmp_path / "rien" / "rien.db", clock)
    assert found["base-absente"].state is State.GOOD
    assert list(tmp_path.iterdir()) == []


def test_a_damaged_base_is_left_alone_and_the_latest_sound_backup_is_proposed(
    database: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    looks(database, clock)
    clock.pass_by(hours=1)
    back_up(database, clock).path.write_bytes(b"abimee")
    damaged = database.read_bytes()[:2000]
    database.write_bytes(damaged)
    found = looks(database, clock)["base-abimee"]
    assert found.state is State.PROBLEM
    assert f'« ctg-tui restaurer 2 --base "{database}" »' in plain(found.advice)
    assert database.read_bytes() == damaged
    monkeypatch.setenv("CTG_TUI_BASE", str(database))
    assert "« ctg-tui restaurer 2 »" in plain(looks(database, clock)["base-abimee"].advice)
    list_backups(database)[1].path.unlink()
    assert "pas de sauvegarde saine" in looks(database, clock)["base-abimee"].advice


def test_a_row_that_breaks_a_rule_is_damage_too(database: Path, clock: Clock) -> None:
    with raw(database) as connection:
        connection.execute("PRAGMA ignore_check_constraints = ON")
        connection.execute("UPDATE answer SET note = '9'")
    assert looks(database, clock)["base-abimee"].state is State.PROBLEM


def test_a_row_that_nothing_can_be_made_of_is_damage_too(database: Path, clock: Clock) -> None:
    with raw(database) as connection:
        connection.execute("UPDATE assessment SET created_at = 'hier'")
    assert looks(database, clock)["base-abimee"].state is State.PROBLEM


def test_any_path_is_told_about(tmp_path: Path, clock: Clock) -> None:
    for path in (Path("/"), tmp_path, tmp_path / ("x" * 300), Path("/dev/null"), tmp_path / "a\0b"):
        assert examine(path, COMFORTABLE, clock), path


def test_a_base_that_is_gone_is_told_with_its_backup(database: Path, clock: Clock) -> None:
    looks(database, clock)
    database.unlink()
    assert "restaurer" in looks(database, clock)["base-abimee"].advice


def test_a_foreign_or_newer_base_is_told_as_it_is(database: Path, clock: Clock) -> None:
    with raw(database) as connection:
        connection.execute("PRAGMA user_version = 99")
    assert looks(database, clock)["base-plus-recente"].state is State.PROBLEM


def test_damaged_indexes_are_rebuilt_and_no_answer_changes(database: Path, clock: Clock) -> None:
    before = read_again(database.parent)
    damage_an_index(database)
    damaged = database.read_bytes()
    with pytest.raises(DatabaseRefusal) as caught:
        Store(database, clock)
    assert "docteur" in caught.value.advice
    found = looks(database, clock)
    assert found["base-index"].state is State.REPAIRED
    assert found["base"].state is State.GOOD
    assert read_again(database.parent) == before
    assert rows(database, "PRAGMA integrity_check") == [("ok",)]
    (kept,) = [path for path in backup_folder(database).iterdir() if "mise-de-cote" in path.name]
    assert kept.read_bytes() == damaged
    assert found["mis-de-cote"].state is State.ATTENTION


def test_damaged_indexes_of_a_base_open_elsewhere_wait(database: Path, clock: Clock) -> None:
    damage_an_index(database)
    lock = locked(database)
    try:
        assert looks(database, clock)["base-occupee"].state is State.PROBLEM
    finally:
        lock.release()


def test_indexes_that_cannot_be_rebuilt_are_told_as_damage(
    database: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    damage_an_index(database)
    monkeypatch.setattr(health, "_REBUILD", "SELECT 1")
    assert looks(database, clock)["base-abimee"].state is State.PROBLEM


def test_without_room_for_a_copy_indexes_are_not_touched(database: Path, clock: Clock) -> None:
    damage_an_index(database)
    before = database.read_bytes()
    backup_folder(database).write_text("un fichier tient la place du dossier")
    assert looks(database, clock)["sauvegarde-impossible"].state is State.PROBLEM
    assert database.read_bytes() == before


def test_a_damaged_backup_is_named_and_left(database: Path, clock: Clock) -> None:
    backup = back_up(database, clock)
    backup.path.write_bytes(b"abimee")
    found = looks(database, clock)["sauvegardes-abimees"]
    assert backup.path.name in found.found
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
        found = looks(database, clock)
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


def test_backups_of_which_none_is_sound_are_not_told_as_none_at_all(database: Path, clock: Clock) -> None:
    back_up(database, clock).path.write_bytes(b"abimee")
    database.write_bytes(b"abimee")
    assert looks(database, clock)["sauvegardes"].state is State.ATTENTION


@pytest.mark.skipif(os.name != "posix", reason="rights as POSIX has them")
def test_rights_open_to_others_are_closed(
    database: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    looks(database, clock)
    monkeypatch.setattr(place_checks, "own_folder", lambda: database.parent)
    (backup,) = list_backups(database)
    opened = [database, backup.path, backup_folder(database), database.parent]
    for path in opened:
        path.chmod(0o755 if path.is_dir() else 0o644)
    assert looks(database, clock)["droits"].state is State.REPAIRED
    assert [path.stat().st_mode & 0o077 for path in opened] == [0] * 4
    assert looks(database, clock)["droits"].state is State.GOOD

    database.chmod(0o644)
    monkeypatch.setattr(Path, "chmod", _refuse)
    assert looks(database, clock)["droits-ouverts"].state is State.ATTENTION


@pytest.mark.skipif(os.name != "posix", reason="rights as POSIX has them")
@pytest.mark.parametrize("correct", [False, True])
def test_a_folder_that_the_person_chose_keeps_its_rights(
    database: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch, correct: bool
) -> None:
    monkeypatch.setenv("CTG_TUI_BASE", str(database))
    database.parent.chmod(0o755)
    assert looks(database, clock, correct=correct)["droits"].state is State.GOOD
    assert stat.S_IMODE(database.parent.stat().st_mode) == 0o755


def test_a_link_in_the_place_of_the_lock_is_a_problem_since_nothing_can_be_written(
    database: Path, clock: Clock
) -> None:
    lock_file(database).unlink()
    lock_file(database).symlink_to(database.parent / "ailleurs")
    found = looks(database, clock)["verrou-refuse"]
    assert found.state is State.PROBLEM
    assert "Supprimez-le" in found.advice


@pytest.mark.skipif(os.name != "posix", reason="rights as POSIX has them")
def test_many_shared_backups_are_counted_and_not_all_named(database: Path, clock: Clock) -> None:
    for _ in range(5):
        clock.pass_by(days=1)
        back_up(database, clock)
    for path in (database, *backup_files(database)):
        path.chmod(0o664)
    found = plain(looks(database, clock)["droits-partages"].found)
    assert "« essai.db » (664)" in found
    assert found.endswith("autres fichiers.")
    assert found.count("(664)") == NAMED_FILES


@pytest.mark.skipif(os.name != "posix", reason="rights as POSIX has them")
def test_what_a_team_shares_is_reported_and_only_narrowed_on_request(
    database: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    looks(database, clock)
    monkeypatch.setenv("CTG_TUI_BASE", str(database))
    monkeypatch.setattr(place_checks, "own_folder", lambda: database.parent)
    (backup,) = list_backups(database)
    shared = {database.parent: 0o2775, database: 0o664, backup_folder(database): 0o2775, backup.path: 0o664}
    for path, bits in shared.items():
        path.chmod(bits)
    found = looks(database, clock)["droits-partages"]
    assert found.state is State.ATTENTION
    assert "essai.db » (664)" in plain(found.found)
    assert "« ctg-tui docteur --corriger »" in plain(found.advice)
    assert {path: stat.S_IMODE(path.stat().st_mode) for path in shared} == shared
    assert looks(database, clock, correct=True)["droits"].state is State.REPAIRED
    assert [path.stat().st_mode & 0o077 for path in shared] == [0] * 4


@pytest.mark.skipif(os.name != "posix", reason="rights as POSIX has them")
def test_a_file_of_another_program_keeps_its_rights(tmp_path: Path, clock: Clock) -> None:
    firefox, letter = tmp_path / "firefox.sqlite", tmp_path / "courrier.docx"
    with raw(firefox) as connection:
        connection.execute("CREATE TABLE moz_places (url TEXT)")
    letter.write_bytes(b"PK\x03\x04" + bytes(3000))
    empty = tmp_path / "vide.txt"
    empty.touch()
    for path in (firefox, letter, empty):
        path.chmod(0o644)
        found = looks(path, clock, correct=True)
        assert path == empty or found["base-etrangere"].state is State.PROBLEM
        assert not any("abîmé" in result.found for result in found.values())
        assert stat.S_IMODE(path.stat().st_mode) == 0o644
    assert sorted(tmp_path.iterdir()) == [letter, firefox, empty]


@pytest.mark.skipif(os.name != "posix", reason="rights as POSIX has them")
def test_closing_a_protected_base_to_others_leaves_it_protected(database: Path, clock: Clock) -> None:
    database.chmod(0o444)
    assert looks(database, clock)["droits"].state is State.REPAIRED
    assert database.stat().st_mode & 0o777 == 0o400


@pytest.mark.parametrize(
    ("name", "stopped"),
    [
        (DATABASE_NAME, "rien ne peut y être écrit"),
        (f"{DATABASE_NAME}.verrou", "rien ne peut y être écrit"),
        ("", "rien ne peut y être écrit"),
        ("sauvegardes", "les sauvegardes ne peuvent pas être faites"),
    ],
)
def test_what_the_program_may_not_write_to_is_a_problem_with_what_to_do(
    database: Path, clock: Clock, name: str, stopped: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "droits-manquants" not in looks(database, clock)
    protected, access = database.parent / name, os.access
    monkeypatch.setattr(os, "access", lambda path, mode: Path(path) != protected and access(path, mode))
    found = looks(database, clock)["droits-manquants"]
    assert found.state is State.PROBLEM
    assert str(protected) in found.found
    assert stopped in found.found
    assert "accessible en écriture" in found.advice


def test_what_a_crash_left_is_removed_but_not_what_is_being_written(
    database: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    left, at_work = (database.parent / f".ctg-{digit * 16}.tmp" for digit in "01")
    kept = database.parent / "a-moi.tmp"
    for path, age in ((left, 2 * AT_WORK_SECONDS), (at_work, 2), (kept, 2 * AT_WORK_SECONDS)):
        path.write_text("x")
        moment = clock().timestamp() - age
        os.utime(path, (moment, moment))
    with monkeypatch.context() as patched:
        patched.setattr(Path, "unlink", _refuse)
        assert looks(database, clock)["non-examine"].state is State.PROBLEM
    assert looks(database, clock)["restes"].state is State.REPAIRED
    assert not left.exists()
    assert at_work.exists(), "another window may be writing it"
    assert kept.exists()


def test_a_folder_of_backups_that_cannot_be_read_is_told_once(
    database: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    backup_folder(database).mkdir()
    read = Path.iterdir
    monkeypatch.setattr(
        Path, "iterdir", lambda path: _refuse() if path == backup_folder(database) else read(path)
    )
    found = examine(database, COMFORTABLE, clock)
    (told,) = [look for look in found if look.code == "dossier-illisible"]
    assert told.state is State.PROBLEM
    assert "sauvegardes" in told.found
    assert {"base", "place", "terminal"} <= {look.code for look in found}


def test_a_sound_backup_is_not_told_as_put_aside_whatever_the_base_is_called(
    tmp_path: Path, clock: Clock
) -> None:
    with session_on(tmp_path, clock):
        pass
    database = (tmp_path / DATABASE_NAME).rename(tmp_path / "essai_2027-01-20_14h02m11_mise-de-cote.db")
    looks(database, clock)
    found = looks(database, clock)
    assert "1 sauvegarde saine" in plain(found["sauvegardes"].found)
    assert "mis-de-cote" not in found
    put_aside(database, clock())
    assert "1 fichier mis de côté" in plain(looks(database, clock)["mis-de-cote"].found)


def test_little_room_on_the_disk_is_told(
    database: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(place_checks, "ENOUGH_BYTES", 10**18)
    found = looks(database, clock)["place"]
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
    database: Path, clock: Clock, terminal: Terminal, code: str, state: State
) -> None:
    assert looks(database, clock, terminal)[code].state is state


def test_a_network_share_is_told(database: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    assert looks(database, clock)["disque-local"].state is State.GOOD
    monkeypatch.setattr(place_checks, "network_share", lambda _: "cifs")
    assert "cifs" in looks(database, clock)["partage-reseau"].found


def test_a_base_that_onedrive_copies_elsewhere_is_told(
    database: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OneDriveCommercial", str(database.parent))
    assert "OneDrive" in looks(database, clock)["dossier-synchronise"].found
    monkeypatch.setenv("OneDriveCommercial", str(database.parent / "ailleurs"))
    assert "dossier-synchronise" not in looks(database, clock)


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
