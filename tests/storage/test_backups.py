"""Backups: verified copies, dated, private, rotated so that a long absence removes nothing."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from ctg_tui.domain.assessment import Rating
from ctg_tui.domain.backups import BackupReason
from ctg_tui.domain.errors import DatabaseRefusal, Refusal
from ctg_tui.services.backups import back_up, chosen_backup
from ctg_tui.services.editing import Session
from ctg_tui.storage import backups
from ctg_tui.storage.backups import list_backups
from ctg_tui.storage.opening import backup_files, backup_folder, read_name
from ctg_tui.system.files import WriteRefusal
from tests.databases import SECOND_CELL, Clock, open_session, raw, rows


def content(path: Path) -> list[str]:
    with raw(path) as connection:
        return list(connection.iterdump())


# Made.


def test_a_backup_holds_all_that_the_base_held_and_opens_like_it(database: Path, clock: Clock) -> None:
    backup = back_up(database, clock)
    assert content(backup.path) == content(database)
    assert backup.reason is BackupReason.ASKED
    assert backup.content is not None
    assert (backup.content.assessments, backup.content.answers, backup.content.comments) == (1, 1, 1)
    assert backup.content.changed_at == clock.now
    assert rows(backup.path, "PRAGMA journal_mode") == [("delete",)]


@pytest.mark.skipif(os.name != "posix", reason="rights as POSIX has them")
def test_backups_can_be_read_by_the_person_alone(database: Path, clock: Clock) -> None:
    former = os.umask(0)
    try:
        backup = back_up(database, clock)
    finally:
        os.umask(former)
    assert stat.S_IMODE(backup.path.stat().st_mode) == 0o600
    assert stat.S_IMODE(backup.path.parent.stat().st_mode) == 0o700


def test_the_name_tells_the_base_the_persons_time_and_the_reason(database: Path, clock: Clock) -> None:
    backup = back_up(database, clock)
    local = clock.now.astimezone()
    assert backup.path.name == f"essai_{local:%Y-%m-%d_%Hh%Mm%S}_demandee.db"
    assert read_name(backup.path, database) == (local.replace(tzinfo=None), BackupReason.ASKED)
    assert backup.made_at == local.replace(tzinfo=None)


def test_two_backups_of_one_second_do_not_take_each_others_place(database: Path, clock: Clock) -> None:
    made = {back_up(database, clock).path for _ in range(3)}
    assert len(made) == 3
    assert set(backup_files(database)) == made


def test_two_bases_of_one_folder_keep_their_backups_apart(database: Path, clock: Clock) -> None:
    back_up(database, clock)
    with open_session(database.parent / "a", clock)._store as other:
        pass
    twin = database.with_name("essai_2.db")
    other.path.replace(twin)
    back_up(twin, clock)
    assert len(list_backups(database)) == 1
    assert len(list_backups(twin)) == 1
    assert len(list(backup_folder(database).iterdir())) == 2


def test_a_backup_is_never_made_of_a_damaged_base(database: Path, clock: Clock) -> None:
    with raw(database) as connection:
        connection.execute("PRAGMA ignore_check_constraints = ON")
        connection.execute("UPDATE value SET value = '7' WHERE field = 'note'")
    with pytest.raises(DatabaseRefusal) as caught:
        back_up(database, clock)
    assert caught.value.code == "base-abimee"
    assert list_backups(database) == ()


def test_a_copy_that_reads_otherwise_is_not_kept(
    database: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    sound = backups.sound_content
    monkeypatch.setattr(backups, "sound_content", lambda path: None if path.suffix == ".tmp" else sound(path))
    with pytest.raises(WriteRefusal) as caught:
        back_up(database, clock)
    assert caught.value.code == "sauvegarde-differente"
    assert list(backup_folder(database).iterdir()) == []


@pytest.mark.parametrize(("limit", "expected"), [(4096, "disque-plein"), (40_000, "disque-plein")])
def test_without_room_nothing_is_left_of_a_backup(
    database: Path, clock: Clock, limit: int, expected: str
) -> None:
    resource = pytest.importorskip("resource")
    former = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, former[1]))
    try:
        with pytest.raises(WriteRefusal) as caught:
            back_up(database, clock)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, former)
    assert caught.value.code in {expected, "ecriture-impossible"}
    assert list(backup_folder(database).iterdir()) == []


def test_a_folder_that_is_a_file_is_told(database: Path, clock: Clock) -> None:
    backup_folder(database).write_text("x")
    with pytest.raises(WriteRefusal) as caught:
        back_up(database, clock)
    assert caught.value.code == "sauvegarde-impossible"


def test_what_a_crash_left_goes_with_the_next_backup_but_not_what_is_in_use(
    database: Path, clock: Clock
) -> None:
    backup_folder(database).mkdir()
    left = [folder / f".ctg-{'0' * 16}.tmp" for folder in (database.parent, backup_folder(database))]
    stay = [database.parent / f".ctg-{'1' * 16}.tmp", database.parent / "a-moi.tmp"]
    for path in (*left, *stay):
        path.write_text("x")
    for path in (*left, stay[1]):
        os.utime(path, (0, 0))
    back_up(database, clock)
    assert [path.exists() for path in (*left, *stay)] == [False, False, True, True]


# Listed.


def test_a_backup_that_a_sudden_end_prevented_is_none(database: Path, clock: Clock) -> None:
    made = back_up(database, clock)
    made.path.with_name(made.path.name.replace(".db", "_2.db")).touch()
    assert list_backups(database) == (made,)


def test_the_list_tells_what_is_in_each_and_changes_nothing(
    database: Path, clock: Clock, session: Session
) -> None:
    first = back_up(database, clock)
    clock.pass_by(days=1)
    session.rate(SECOND_CELL, Rating.NO)
    second = back_up(database, clock)
    damaged = back_up(database, clock)
    damaged.path.write_bytes(damaged.path.read_bytes()[:5000])
    (backup_folder(database) / "notes.txt").write_text("autre chose")
    before = {path: path.stat().st_mtime_ns for path in backup_folder(database).iterdir()}
    listed = list_backups(database)
    assert [one.path for one in listed] == [damaged.path, second.path, first.path] or [
        one.path for one in listed
    ] == [second.path, damaged.path, first.path]
    contents = {one.path: one.content for one in listed}
    assert contents[first.path] == first.content
    assert contents[second.path] == second.content
    assert contents[damaged.path] is None
    assert [one.is_sound for one in listed].count(False) == 1
    assert {path: path.stat().st_mtime_ns for path in backup_folder(database).iterdir()} == before


def test_a_backup_is_chosen_by_its_place_or_its_name(database: Path, clock: Clock) -> None:
    first = back_up(database, clock)
    clock.pass_by(days=1)
    second = back_up(database, clock)
    assert chosen_backup(database, "1").path == second.path
    assert chosen_backup(database, "2").path == first.path
    assert chosen_backup(database, first.path.name).path == first.path
    for unknown in ("0", "3", "-1", "²", "../essai.db", "\x1b[2J", "1" * 5000, ""):
        with pytest.raises(Refusal) as caught:
            chosen_backup(database, unknown)
        assert caught.value.code == "sauvegarde-absente"
        assert "\x1b" not in caught.value.message
        assert "« . »" not in caught.value.message.replace("\N{NO-BREAK SPACE}", " ")


def test_names_that_are_not_ours_are_no_backups() -> None:
    database = Path("essai.db")
    for name in (
        *("essai_2027-02-31_10h00m00_demandee.db", "essai_2027-01-31_10h00m00_inconnue.db"),
        *("essai_2027-01-31_10h00m00_mise-de-cote.db", "autre_2027-01-31_10h00m00_demandee.db"),
        *("essai_2027-01-31_10h00m00_demandee.db.tmp", "essai.db"),
    ):
        assert read_name(Path(name), database) is None
