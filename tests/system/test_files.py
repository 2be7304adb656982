"""Any file is read safely; a file is written whole or not at all, whichever step fails."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ctg_tui.domain.errors import EXIT_INVALID_DOCUMENT, EXIT_REFUSED, InvalidDocument
from ctg_tui.system import files
from ctg_tui.system.files import WriteRefusal, atomic_replace, atomic_write, read_regular
from tests.each_row import each_row

OLD = b"ancien\n"
NEW = b"nouveau\n" * 1000
posix_only = pytest.mark.skipif(os.name != "posix", reason="FIFOs and devices are of POSIX")


def code_of(path: Path, limit: int = 1000) -> str:
    with pytest.raises(InvalidDocument) as caught:
        read_regular(path, limit)
    assert caught.value.exit_code == EXIT_INVALID_DOCUMENT
    assert caught.value.advice
    return caught.value.code


# Reading.


def test_a_regular_file_is_read_up_to_its_limit(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_bytes(b"x" * 1000)
    assert read_regular(path, 1000) == b"x" * 1000
    assert code_of(path, 999) == "fichier-trop-gros"


@posix_only
def test_what_is_not_a_regular_file_is_refused_without_waiting(tmp_path: Path) -> None:
    fifo = tmp_path / "fifo"
    os.mkfifo(fifo)
    target = tmp_path / "cible"
    target.write_bytes(OLD)
    link = tmp_path / "lien"
    link.symlink_to(target)
    for path in (fifo, link, tmp_path, Path("/dev/null"), Path("/dev/zero"), Path("/dev/full")):
        assert code_of(path) == "pas-un-fichier"


def test_missing_and_impossible_names_are_refused(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(OLD)
    assert code_of(tmp_path / "rien") == "fichier-absent"
    assert code_of(tmp_path / "a" / "b") == "fichier-absent"
    assert code_of(Path("a\0b")) == "fichier-illisible"
    impossible = "fichier-illisible" if os.name == "posix" else "fichier-absent"  # Windows says no more
    assert code_of(tmp_path / "\ud800") == impossible
    assert code_of(tmp_path / ("x" * 300)) == impossible


def test_a_name_is_cleaned_before_it_is_shown(tmp_path: Path) -> None:
    path = tmp_path / "mal\x1b[2Jnommé"
    with pytest.raises(InvalidDocument) as caught:
        read_regular(path, 1)
    assert "\x1b" not in caught.value.message
    assert "mal�[2Jnommé" in caught.value.message


@posix_only
def test_a_file_that_grows_or_is_swapped_while_read_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a"
    path.write_bytes(b"x" * 10)
    real_open = os.open

    def grow(*arguments: Any) -> int:
        path.write_bytes(b"x" * 100)
        return real_open(*arguments)

    monkeypatch.setattr(os, "open", grow)
    assert code_of(path, 50) == "fichier-trop-gros"

    monkeypatch.setattr(os, "open", real_open)
    real_fstat = os.fstat

    def grow_later(descriptor: int) -> os.stat_result:
        measured = real_fstat(descriptor)
        path.write_bytes(b"x" * 2_000)
        return measured

    path.write_bytes(b"x" * 1_000)
    with monkeypatch.context() as patch:
        patch.setattr(os, "fstat", grow_later)
        assert code_of(path, 1_000) == "fichier-trop-gros"
    path.write_bytes(b"x")

    def swap(*arguments: Any) -> int:
        path.unlink()
        os.mkfifo(path)
        return real_open(*arguments)

    monkeypatch.setattr(os, "open", swap)
    assert code_of(path, 500) == "pas-un-fichier"


# Writing.


def listing(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_a_file_is_written_for_its_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    atomic_write(path, NEW)
    assert path.read_bytes() == NEW
    assert stat.S_IMODE(path.stat().st_mode) == 0o600 or os.name != "posix"
    assert listing(tmp_path) == ["a.json"]


def test_a_former_file_is_replaced_and_its_link_not_followed(tmp_path: Path) -> None:
    target = tmp_path / "autre"
    target.write_bytes(OLD)
    path = tmp_path / "a.json"
    path.symlink_to(target)
    atomic_write(path, NEW)
    assert target.read_bytes() == OLD
    assert not path.is_symlink()
    assert path.read_bytes() == NEW


CALLS = ("open", "write", "fsync", "replace")


def fail_at(patch: pytest.MonkeyPatch, rank: int, number: int) -> list[str]:
    """Make the call of that rank (from 1) fail with the error `number`; return the growing list of calls."""
    calls: list[str] = []

    def wrapped(name: str, real: Callable[..., Any]) -> Callable[..., Any]:
        def call(*arguments: Any, **options: Any) -> Any:
            calls.append(name)
            if len(calls) == rank:
                raise OSError(number, os.strerror(number))
            return real(*arguments, **options)

        return call

    for name in CALLS:
        patch.setattr(os, name, wrapped(name, getattr(os, name)))
    return calls


@pytest.mark.parametrize("before", [None, OLD], ids=["nothing before", "a file before"])
def test_when_any_call_fails_the_file_is_wholly_the_old_or_the_new_one(
    tmp_path: Path, before: bytes | None
) -> None:
    path = tmp_path / "a.json"
    seen: list[str] = []
    for rank in range(1, 50):
        path.unlink(missing_ok=True)
        if before is not None:
            path.write_bytes(before)
        with pytest.MonkeyPatch.context() as patch:
            calls = fail_at(patch, rank, errno.EIO)
            try:
                atomic_write(path, NEW)
            except WriteRefusal as refusal:
                seen.append(f"{calls[-1]}: {refusal.code}")
            else:
                break
        assert listing(tmp_path) == ([] if before is None and not path.exists() else ["a.json"])
        assert not path.exists() or path.read_bytes() in {before, NEW}
        if "replace" not in calls[:-1]:
            assert path.exists() == (before is not None)
    of_the_folder = ["open: ecriture-non-assuree", "fsync: ecriture-non-assuree"]
    assert seen == [
        "open: ecriture-impossible",
        "write: ecriture-impossible",
        "open: ecriture-impossible",
        "fsync: ecriture-impossible",
        "replace: ecriture-impossible",
        *(of_the_folder if os.name == "posix" else ()),
        "open: relecture-differente",
    ]
    assert path.read_bytes() == NEW


@each_row(
    "number, code",
    [
        *((errno.ENOSPC, "disque-plein"), (errno.EDQUOT, "disque-plein"), (errno.EFBIG, "disque-plein")),
        *((errno.EACCES, "ecriture-refusee"), (errno.EROFS, "ecriture-refusee")),
        *((errno.EPERM, "ecriture-refusee"), (errno.EISDIR, "nom-pris")),
        *((errno.ENAMETOOLONG, "nom-refuse"), (errno.EIO, "ecriture-impossible")),
    ],
)
def test_each_failure_of_the_system_has_its_sentence(tmp_path: Path, number: int, code: str) -> None:
    with pytest.MonkeyPatch.context() as patch:
        fail_at(patch, 2, number)
        with pytest.raises(WriteRefusal) as caught:
            atomic_write(tmp_path / "a.json", NEW)
    assert caught.value.code == code
    assert caught.value.exit_code == EXIT_REFUSED
    assert "a.json" in caught.value.message
    assert caught.value.advice
    assert listing(tmp_path) == []


def test_a_missing_folder_is_reported_with_its_name(tmp_path: Path) -> None:
    for path in (tmp_path / "absent" / "a.json", Path("/dev/null/a.json")):
        with pytest.raises(WriteRefusal) as caught:
            atomic_write(path, NEW)
        assert caught.value.code == "dossier-absent"
        assert str(path.parent) in caught.value.message


def test_a_folder_of_the_same_name_is_not_replaced(tmp_path: Path) -> None:
    (tmp_path / "a.json").mkdir()
    with pytest.raises(WriteRefusal) as caught:
        atomic_write(tmp_path / "a.json", NEW)
    assert caught.value.code == "nom-pris"
    assert listing(tmp_path) == ["a.json"]


def test_a_limit_on_the_size_of_files_leaves_the_old_one(tmp_path: Path) -> None:
    resource = pytest.importorskip("resource")
    path = tmp_path / "a.json"
    path.write_bytes(OLD)
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100, limits[1]))
    try:
        with pytest.raises(WriteRefusal) as caught:
            atomic_write(path, NEW)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert caught.value.code == "disque-plein"
    assert path.read_bytes() == OLD
    assert listing(tmp_path) == ["a.json"]


def test_the_file_is_read_back_and_compared(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "read_regular", lambda path, limit: NEW[:-1])
    with pytest.raises(WriteRefusal) as caught:
        atomic_write(tmp_path / "a.json", NEW)
    assert caught.value.code == "relecture-differente"


@pytest.mark.skipif(os.name != "posix", reason="Windows syncs no folder")
def test_a_file_system_that_cannot_sync_folders_is_not_a_failure(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    with pytest.MonkeyPatch.context() as patch:
        calls = fail_at(patch, 7, errno.EINVAL)
        atomic_write(path, NEW)
    assert calls[5:7] == ["open", "fsync"]
    assert path.read_bytes() == NEW


def test_an_interruption_removes_the_temporary_file(tmp_path: Path) -> None:
    def interrupted(temporary: Path) -> None:
        temporary.write_bytes(b"moitie")
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        atomic_replace(tmp_path / "a.json", interrupted)
    assert listing(tmp_path) == []


def test_a_briefly_locked_file_is_written_and_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "_PAUSES", (0.0, 0.0))
    locked_calls = {"replace": 2, "open": 2}
    replace, open_ = Path.replace, os.open

    def replace_later(path: Path, target: Path) -> Path:
        locked_calls["replace"] -= 1
        if locked_calls["replace"] >= 0:
            raise PermissionError(errno.EACCES, "locked by another")
        return replace(path, target)

    def open_later(path: Any, flags: int, *arguments: Any) -> int:
        if path == tmp_path / "a.json":
            locked_calls["open"] -= 1
            if locked_calls["open"] >= 0:
                raise PermissionError(errno.EACCES, "locked by another")
        return open_(path, flags, *arguments)

    monkeypatch.setattr(Path, "replace", replace_later)
    monkeypatch.setattr(os, "open", open_later)
    atomic_write(tmp_path / "a.json", NEW)
    assert (tmp_path / "a.json").read_bytes() == NEW
    locked_calls["replace"] = 3
    with pytest.raises(WriteRefusal) as caught:
        atomic_write(tmp_path / "b.json", NEW)
    assert caught.value.code == "ecriture-refusee"
    assert listing(tmp_path) == ["a.json"]


@each_row(
    "number, of_windows, code",
    [
        (errno.ENOENT, 3, "ecriture-empechee"),
        (errno.EINVAL, 123, "nom-refuse"),
        (errno.EINVAL, 64, "ecriture-impossible"),
    ],
)
def test_errors_of_windows_get_their_own_refusals(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int, of_windows: int, code: str
) -> None:
    def refuse(*_: object) -> None:
        error = OSError(number, "as Windows does")
        error.winerror = of_windows  # type: ignore[attr-defined]
        raise error

    monkeypatch.setattr(Path, "replace", refuse)
    with pytest.raises(WriteRefusal) as caught:
        atomic_write(tmp_path / "a.json", NEW)
    assert caught.value.code == code
    assert "rien n’a été écrit" in caught.value.message.casefold() or code == "ecriture-impossible"
    assert listing(tmp_path) == []
