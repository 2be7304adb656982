"""Where a database is: the environment, the drives and names of Windows, links."""

from __future__ import annotations

import errno
import os
import sys
from pathlib import Path
from typing import Any

import pytest

from ctg_tui.domain.backups import BackupReason
from ctg_tui.domain.errors import DatabaseRefusal
from ctg_tui.services.workspace import open_workspace as workspace_of
from ctg_tui.storage.opening import backup_folder, chosen_database, connect
from ctg_tui.storage.store import Store
from ctg_tui.system.places import default_database
from tests.databases import Clock, rows
from tests.storage.test_opening import posix_only
from tests.strategies import make_grid, make_identity


def test_the_base_of_the_environment_comes_before_the_users_folder(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("CTG_TUI_BASE", str(tmp_path / "ailleurs.db"))
    assert default_database() == tmp_path / "ailleurs.db"
    monkeypatch.setenv("CTG_TUI_BASE", f'"{tmp_path / "ailleurs.db"}"')  # as Windows' `set` leaves it
    assert default_database() == tmp_path / "ailleurs.db"
    monkeypatch.delenv("CTG_TUI_BASE")
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    assert default_database().name == "ctg-tui.db"


def test_on_windows_the_base_is_where_no_version_of_python_takes_it_away(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delenv("CTG_TUI_BASE", raising=False)
    monkeypatch.setenv("HOME" if os.name == "posix" else "USERPROFILE", str(tmp_path))
    monkeypatch.setattr(sys, "platform", "win32")
    assert default_database() == tmp_path / "ctg-tui" / "ctg-tui.db"


def test_on_windows_a_base_has_one_name_however_it_is_spelt(
    closed_database: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "platform", "win32")
    monkeypatch.setattr(os.path, "exists", lambda _: True)
    monkeypatch.setattr(os.path, "realpath", lambda _: str(closed_database))
    assert chosen_database(closed_database.with_name(closed_database.name.upper())) == closed_database


def test_a_share_that_does_not_answer_is_told_as_a_base_that_cannot_be_read(
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
            connect(asked, write=False)
    assert caught.value.code == "base-illisible"


def test_a_drive_that_is_not_there_is_no_base_to_be_begun(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    look = os.stat

    def without_root(path: Any, *arguments: Any, **named: Any) -> Any:
        if path == tmp_path.anchor:
            raise FileNotFoundError(errno.ENOENT, "no such drive")
        return look(path, *arguments, **named)

    with pytest.raises(DatabaseRefusal) as caught:
        connect(tmp_path / "base.db", write=False)
    assert caught.value.code == "base-absente"
    monkeypatch.setattr(os, "stat", without_root)
    with pytest.raises(DatabaseRefusal) as caught:
        connect(tmp_path / "base.db", write=False)
    assert caught.value.code == "base-illisible"


def test_no_backup_folder_is_made_by_opening(closed_database: Path) -> None:
    assert not backup_folder(closed_database).exists()


@posix_only
def test_a_link_to_a_base_has_the_writer_the_backups_and_the_restoration_of_the_base_itself(
    closed_database: Path, tmp_path: Path
) -> None:
    link = tmp_path / "ailleurs" / "lien.db"
    link.parent.mkdir()
    link.symlink_to(closed_database)
    assert chosen_database(link) == closed_database
    assert chosen_database(closed_database) == closed_database
    with Store(closed_database, Clock()), pytest.raises(DatabaseRefusal) as caught:
        workspace_of(link, write=True)
    assert caught.value.code == "base-occupee"
    workspace = workspace_of(link, write=True, clock=Clock())
    made = workspace.store.back_up(BackupReason.ASKED)
    workspace.restore(made.path)
    workspace.close()
    assert made.path.parent == backup_folder(closed_database)
    assert link.is_symlink()
    assert closed_database.samefile(link)


def test_the_name_of_memory_is_the_name_of_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with Store(Path(":memory:"), Clock()) as store:
        store.create(make_grid(), make_identity())
    assert rows(tmp_path / ":memory:", "SELECT count(*) FROM assessment") == [(1,)]
