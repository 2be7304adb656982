"""One window at a time writes: the lock, and what stands in its place."""

from __future__ import annotations

import errno
import subprocess
import sys
from pathlib import Path

import pytest

from ctg_tui.storage import opening
from ctg_tui.storage.store import Store
from tests.databases import DATABASE_NAME, Clock
from tests.each_row import each_row
from tests.storage.test_opening import posix_only, refusal_of


def test_a_second_window_is_told_and_reading_stays_possible(closed_database: Path) -> None:
    with Store(closed_database, Clock()):
        refusal = refusal_of(closed_database)
        assert refusal.code == "base-occupee"
        assert "autre fenêtre" in refusal.message
        with Store(closed_database, Clock(), write=False) as reader:
            assert len(reader.entries()) == 1
    Store(closed_database, Clock()).close()


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


@each_row("number", [0, errno.EACCES, errno.EAGAIN, errno.EDEADLK, errno.EPERM, errno.EBUSY])
def test_a_refused_lock_means_another_window_whatever_number_the_system_gives(
    closed_database: Path, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    def refuse(_: int) -> None:
        raise OSError(number, "refused")

    monkeypatch.setattr(opening, "_lock", refuse)
    refusal = refusal_of(closed_database)
    assert refusal.code == "base-occupee"
    assert "autre fenêtre" in refusal.message
    assert "copi" not in refusal.sentences()


def test_a_folder_without_locks_is_told_apart_from_a_second_window_and_no_copy_is_advised(
    closed_database: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_locks(_: int) -> None:
        raise OSError(errno.ENOLCK, "no locks available")

    monkeypatch.setattr(opening, "_lock", no_locks)
    refusal = refusal_of(closed_database)
    assert refusal.code == "base-sans-verrou"
    assert "copi" not in refusal.sentences().lower()


@posix_only
@each_row("kind", ["link", "folder"])
def test_a_link_or_a_folder_in_the_place_of_the_lock_is_refused_and_never_followed(
    closed_database: Path, tmp_path: Path, kind: str
) -> None:
    lock, elsewhere = opening.lock_file(closed_database), tmp_path / "ailleurs"
    lock.unlink()
    if kind == "folder":
        lock.mkdir()
    else:
        lock.symlink_to(elsewhere)
    assert refusal_of(closed_database).code == "base-illisible"
    assert not elsewhere.exists()
    with Store(closed_database, Clock(), write=False) as reader:
        assert len(reader.entries()) == 1
    if kind == "folder":  # `each_row` runs both on one database
        lock.rmdir()
    else:
        lock.unlink()
    lock.touch()


def test_a_refused_opening_gives_its_lock_back(tmp_path: Path) -> None:
    path = tmp_path / DATABASE_NAME
    path.write_bytes(b"pas une base")
    opening.lock_file(path).touch()
    assert refusal_of(path).code == "base-abimee"
    path.unlink()
    Store(path, Clock()).close()
