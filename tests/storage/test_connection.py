"""Opening a database: created private; an untrusted one is refused in a sentence and not changed."""

from __future__ import annotations

import contextlib
import errno
import os
import random
import shutil
import sqlite3
import stat
import subprocess
import sys
from contextlib import closing
from pathlib import Path, PureWindowsPath

import pytest

from ctg_tui.domain.changes import Change, Edit, Field, Operation
from ctg_tui.domain.errors import EXIT_DATABASE, DatabaseRefusal
from ctg_tui.services.backups import examine
from ctg_tui.services.workspace import open_workspace as workspace_of
from ctg_tui.storage import connection, journal
from ctg_tui.storage.connection import BackupReason, backup_folder, chosen_database
from ctg_tui.storage.store import Store
from ctg_tui.system.computer import default_database
from tests.databases import (
    DATABASE_NAME,
    Clock,
    insertion,
    raw,
    read_again,
    session_on,
    spoil_journal,
)
from tests.each_row import each_row
from tests.strategies import HOSTILE_TEXTS

posix_only = pytest.mark.skipif(os.name != "posix", reason="rights as POSIX has them")


def commented(line: str, text: str) -> Edit:
    return Edit(Operation.COMMENT, (Change(Field.COMMENT, line, None, text),))


def refusal_of(path: Path, *, write: bool = True) -> DatabaseRefusal:
    with pytest.raises(DatabaseRefusal) as caught:
        Store(path, Clock(), write=write)
    assert caught.value.exit_code == EXIT_DATABASE
    assert caught.value.message
    assert caught.value.advice
    return caught.value


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def a_database_of_recipes() -> bytes:
    with closing(sqlite3.connect(":memory:")) as other:
        other.execute("CREATE TABLE recette (nom TEXT)")
        return other.serialize()


@posix_only
def test_a_new_base_and_all_beside_it_can_be_read_by_the_person_alone(tmp_path: Path) -> None:
    folder = tmp_path / "neuf"
    former = os.umask(0)
    try:
        with session_on(folder) as session:
            session.comment("m1.a01", "bonjour")
            session._store.back_up(BackupReason.ASKED)
            seen = {entry.name: mode(entry) for entry in folder.rglob("*")}
    finally:
        os.umask(former)
    assert mode(folder) == 0o700
    folders = {name for name, bits in seen.items() if bits == 0o700}
    assert folders == {"sauvegardes"}
    assert len(seen) == 6  # database, its WAL and memory, lock, folder of backups, backup
    assert all(bits == 0o600 for name, bits in seen.items() if name not in folders)


def test_every_setting_of_the_design_holds_on_the_connection(closed_database: Path) -> None:
    with Store(closed_database, Clock()) as store:
        settings = {
            name: store.connection.execute(f"PRAGMA {name}").fetchone()[0]
            for name in ("foreign_keys", "trusted_schema", "secure_delete", "synchronous", "journal_mode")
        }
    assert settings == {
        "foreign_keys": 1,
        "trusted_schema": 0,
        "secure_delete": 1,
        "synchronous": 2,
        "journal_mode": "wal",
    }


def test_an_empty_file_becomes_a_base_and_reading_none_makes_none(tmp_path: Path) -> None:
    path = tmp_path / DATABASE_NAME
    assert refusal_of(path, write=False).code == "base-absente"
    assert list(tmp_path.iterdir()) == []
    path.touch()
    assert refusal_of(path, write=False).code == "base-absente"
    with Store(path, Clock()) as store:
        assert store.entries() == ()


@pytest.mark.parametrize("left", ["vide", "rien"])
def test_an_empty_or_missing_base_with_backups_is_never_started_anew(
    closed_database: Path, left: str
) -> None:
    with Store(closed_database, Clock()) as store:
        store.back_up(BackupReason.ASKED)
    closed_database.unlink()
    if left == "vide":
        closed_database.touch()
    refusal = refusal_of(closed_database)
    assert refusal.code == ("base-abimee" if left == "vide" else "base-disparue")
    assert "docteur" in refusal.advice
    assert not closed_database.exists() or closed_database.stat().st_size == 0


@each_row(
    "content",
    [
        b"\xff\xd8\xff\xe0\x00\x10JFIF" + bytes(range(256)) * 20,
        b"bonjour",
        b"SQLite format 3\x00" + b"\xff" * 500,
        bytes(8192),
        a_database_of_recipes(),
    ],
)
@each_row("write", [True, False])
def test_a_file_that_is_no_base_is_refused_and_untouched(tmp_path: Path, content: bytes, write: bool) -> None:
    path = tmp_path / DATABASE_NAME
    path.write_bytes(content)
    path.chmod(0o644)
    refusal = refusal_of(path, write=write)
    assert refusal.code == "base-etrangere"
    assert "abîmé" not in refusal.sentences()
    assert path.read_bytes() == content
    assert mode(path) == 0o644 or os.name != "posix"
    assert list(tmp_path.iterdir()) == [path], "nothing is made beside a file that is not ours"


def test_our_file_whose_header_was_overwritten_is_still_ours(closed_database: Path) -> None:
    with Store(closed_database, Clock()) as store:
        store.back_up(BackupReason.ASKED)
    with closed_database.open("r+b") as file:
        file.write(b"\xff" * 100)
    assert refusal_of(closed_database).code == "base-abimee"
    assert refusal_of(closed_database, write=False).code == "base-abimee"
    connection.lock_file(closed_database).unlink()
    assert refusal_of(closed_database).code == "base-abimee", "its backups are enough"


def test_a_base_that_another_program_writes_to_is_told_to_be_in_use_and_can_be_read(
    closed_database: Path,
) -> None:
    with raw(closed_database) as other:
        other.execute("BEGIN EXCLUSIVE")
        assert refusal_of(closed_database).code == "base-occupee"
        with Store(closed_database, Clock(), write=False) as reader:
            assert len(reader.entries()) == 1
        other.rollback()


@pytest.mark.skipif(os.name != "posix", reason="Windows has no such names")
def test_a_hostile_file_name_reaches_no_sentence_uncleaned(tmp_path: Path) -> None:
    for text in (text for text in HOSTILE_TEXTS if "\0" not in text and len(text) < 200):
        errors = "surrogateescape" if "\ud800" not in text else "replace"
        path = tmp_path / os.fsdecode(text.replace("/", "∕").encode("utf-8", errors))
        path.write_bytes(b"rien de bon")
        reported = refusal_of(path).sentences()
        assert not any(
            ord(c) < 32 or 0x7F <= ord(c) < 0xA0 or 0x202A <= ord(c) <= 0x202E for c in reported
        ), text


def test_on_this_computer_commits_go_through_a_wal_and_on_a_share_through_a_journal(
    closed_database: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    modes = [("wal", None), ("delete", "cifs"), ("wal", None)]
    for rank, (mode, share) in enumerate(modes):
        monkeypatch.setattr(connection, "network_share", lambda _, share=share: share)
        with Store(closed_database, Clock()) as store:
            assert store.connection.execute("PRAGMA journal_mode").fetchone()[0] == mode
            assert store.connection.execute("PRAGMA synchronous").fetchone()[0] == 2, "FULL"
            journal.record(store, 1, commented(f"m1.a0{rank + 1}", mode))
    with Store(closed_database, Clock(), write=False) as reader:
        assert set(reader.load(1).assessment.comments) >= {"m1.a01", "m1.a02", "m1.a03"}


def test_a_killed_base_in_wal_opens_on_a_share_with_all_that_was_in_its_wal(
    closed_database: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Store(closed_database, Clock()) as store:
        journal.record(store, 1, commented("m1.a01", "en WAL"))
        killed = Path(shutil.copytree(closed_database.parent, tmp_path / "partage")) / closed_database.name
    assert killed.with_name(f"{killed.name}-wal").stat().st_size
    monkeypatch.setattr(connection, "network_share", lambda _: "cifs")
    with Store(killed, Clock()) as store:
        assert store.load(1).assessment.comments["m1.a01"] == "en WAL"
        assert [path.suffix for path in killed.parent.glob("*-*")] == []


def test_after_a_rest_and_at_the_end_the_file_alone_is_whole(closed_database: Path, tmp_path: Path) -> None:
    alone = tmp_path / "seule.db"
    with Store(closed_database, Clock()) as store:
        journal.record(store, 1, commented("m1.a01", "au repos"))
        store.checkpoint()
        shutil.copyfile(closed_database, alone)
    with Store(alone, Clock(), write=False) as reader:
        assert reader.load(1).assessment.comments["m1.a01"] == "au repos"
    assert not list(closed_database.parent.glob(f"{closed_database.name}-*")), "nothing is left beside it"


@pytest.mark.skipif(sys.platform != "linux" or os.geteuid() != 0, reason="only root can mount a small disk")
@pytest.mark.parametrize("end", ["closed", "killed"])
def test_a_full_disk_is_named_at_the_opening_and_nothing_is_lost_of_it(tmp_path: Path, end: str) -> None:
    full = tmp_path / "plein"
    full.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=800k", "ctg-essai", str(full)], check=True)
    try:
        with session_on(tmp_path) as session:
            session.comment("m1.a01", "avant")
            for path in tmp_path.glob(f"{DATABASE_NAME}*"):  # killed, all is in its WAL
                if not path.name.endswith("-shm") and end == "killed":
                    shutil.copy(path, full)
        if end == "closed":
            shutil.copy(tmp_path / DATABASE_NAME, full)
        with contextlib.suppress(OSError):
            (full / "photo").write_bytes(bytes(800_000))
        assert refusal_of(full / DATABASE_NAME).code == "disque-plein"
        assert examine(full / DATABASE_NAME)["Évaluations"].code == "disque-plein"
        (full / "photo").unlink()
        with session_on(full) as session:
            assert session.assessment.comments == {"m1.a01": "avant"}
            session.comment("m1.a01", "après")
        assert read_again(full).comments == {"m1.a01": "après"}
    finally:
        subprocess.run(["umount", "-l", str(full)], check=True)


def test_damage_anywhere_is_opened_whole_or_refused_never_a_traceback(
    closed_database: Path, tmp_path: Path
) -> None:
    sound = closed_database.read_bytes()
    draw = random.Random(20270112)
    refused = 0
    for _ in range(60):
        content = bytearray(sound)
        start = draw.randrange(len(content))
        length = draw.choice((1, 8, 64, 512))
        content[start : start + length] = draw.randbytes(len(content[start : start + length]))
        closed_database.write_bytes(content)
        try:
            with Store(closed_database, Clock(), write=False) as store:
                for entry in store.entries():
                    store.load(entry.id)
        except DatabaseRefusal:
            refused += 1
    assert 0 < refused < 60


def test_a_damaged_page_anywhere_is_seen_at_opening(closed_database: Path) -> None:
    spoil_journal(closed_database)
    spoilt = closed_database.read_bytes()
    assert refusal_of(closed_database).code == "base-abimee"
    assert closed_database.read_bytes() == spoilt


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE assessment SET changed_at = 'hier'",
        "UPDATE assessment SET territory = CAST(x'ff41' AS TEXT)",
        "UPDATE assessment SET people = '3'",
        "DROP TABLE value",
        insertion(1, "avis", "m1.a01", "x"),
        "UPDATE assessment SET moment = 'mensuelle'",
    ],
)
def test_a_row_that_no_version_ever_wrote_is_told_as_damage(closed_database: Path, statement: str) -> None:
    with raw(closed_database) as connection:
        connection.execute(statement)
    with Store(closed_database, Clock(), write=False) as store, pytest.raises(DatabaseRefusal) as refused:
        store.load(1)
    assert "abîmé" in refused.value.message


def test_what_is_no_file_is_refused(tmp_path: Path) -> None:
    assert refusal_of(tmp_path).code == "base-etrangere"
    if hasattr(os, "mkfifo"):
        fifo = tmp_path / "tube.db"
        os.mkfifo(fifo)
        assert refusal_of(fifo).code == "base-etrangere"
    assert refusal_of(Path(f"{tmp_path}/{'x' * 300}.db")).code == "erreur-disque"


# One window at a time writes.


def test_the_lock_dies_with_its_process_however_it_ends(closed_database: Path) -> None:
    code = (
        "import sys, time; from pathlib import Path; from datetime import datetime, UTC\n"
        "from ctg_tui.storage.store import Store\n"
        "store = Store(Path(sys.argv[1]), lambda: datetime.now(UTC)); "
        "print('pris', flush=True); time.sleep(60)"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code, str(closed_database)], stdout=subprocess.PIPE
    ) as other:
        assert other.stdout is not None
        assert other.stdout.readline().rstrip() == b"pris"
        assert refusal_of(closed_database).code == "base-occupee"
        other.kill()
        other.wait()
    Store(closed_database, Clock()).close()


@posix_only
def test_a_link_in_the_place_of_the_lock_is_refused_and_never_followed(
    closed_database: Path, tmp_path: Path
) -> None:
    lock, elsewhere = connection.lock_file(closed_database), tmp_path / "ailleurs"
    lock.unlink()
    lock.symlink_to(elsewhere)
    assert refusal_of(closed_database).code == "erreur-disque"
    assert not elsewhere.exists()
    with Store(closed_database, Clock(), write=False) as reader:
        assert len(reader.entries()) == 1


def test_a_refused_opening_gives_its_lock_back(tmp_path: Path) -> None:
    path = tmp_path / DATABASE_NAME
    path.write_bytes(b"pas une base")
    connection.lock_file(path).touch()
    assert refusal_of(path).code == "base-abimee"
    path.unlink()
    Store(path, Clock()).close()


def test_a_protected_base_is_refused_before_anything_is_typed_and_keeps_its_place(
    closed_database: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "access", lambda path, mode: False)
    assert refusal_of(closed_database).code == "base-sans-droit"
    with Store(closed_database, Clock(), write=False) as reader:
        assert len(reader.entries()) == 1


# Where a database is.


def test_the_base_of_the_environment_comes_before_the_folder_of_the_program(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("CTG_TUI_BASE", f'"{tmp_path / "ailleurs.db"}"')  # as Windows' `set` leaves it
    assert default_database() == tmp_path / "ailleurs.db"
    monkeypatch.delenv("CTG_TUI_BASE")
    monkeypatch.setenv("HOME" if os.name == "posix" else "USERPROFILE", str(tmp_path))
    monkeypatch.setattr(sys, "platform", "win32")
    assert default_database() == tmp_path / "ctg-tui" / "ctg-tui.db"


def test_a_base_on_a_share_of_windows_has_an_address_that_sqlite_takes(tmp_path: Path) -> None:
    assert (
        connection.uri(PureWindowsPath(r"\\srv\part à nous\x.db")) == "file:////srv/part%20%C3%A0%20nous/x.db"
    )
    assert connection.uri(PureWindowsPath(r"C:\x.db")) == "file:///C:/x.db"
    with closing(sqlite3.connect(f"file:///{tmp_path.as_posix()}/x.db", uri=True)):
        assert (tmp_path / "x.db").is_file(), "no server in such an address"


def test_a_share_that_does_not_answer_is_a_database_that_cannot_be_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def is_down(*_: object, **__: object) -> None:
        raise OSError(errno.EHOSTDOWN, "no answer")

    asked = tmp_path / "base.db"
    with monkeypatch.context() as patched:
        patched.setattr(os, "lstat", is_down)
        patched.setattr(os, "stat", is_down)
        assert chosen_database(asked) == asked
        with pytest.raises(DatabaseRefusal) as caught:
            connection.connect(asked, write=False)
    assert caught.value.code == "erreur-disque"


@posix_only
def test_a_link_to_a_base_has_the_writer_the_backups_and_the_restoration_of_the_base_itself(
    closed_database: Path, tmp_path: Path
) -> None:
    link = tmp_path / "ailleurs" / "lien.db"
    link.parent.mkdir()
    link.symlink_to(closed_database)
    with Store(closed_database, Clock()), pytest.raises(DatabaseRefusal) as caught:
        workspace_of(link, write=True)
    assert caught.value.code == "base-occupee"
    workspace = workspace_of(link, write=True, clock=Clock())
    made = workspace.store.back_up(BackupReason.ASKED)
    workspace.restore(made.path)
    workspace.close()
    assert made.path.parent == backup_folder(closed_database)
    assert closed_database.samefile(link)
