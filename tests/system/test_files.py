"""Any file is read safely; a file is written whole or not at all, whichever step fails."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ctg_tui.domain.errors import EXIT_INVALID_DOCUMENT, InvalidDocument
from ctg_tui.system import files
from ctg_tui.system.files import WriteRefusal, atomic_write, read_document, read_regular, written_together
from tests.each_row import each_row

OLD = b"ancien\n"
NEW = b"nouveau\n" * 1000
posix_only = pytest.mark.skipif(os.name != "posix", reason="FIFOs and devices are of POSIX")


def code_of(path: Path, limit: int = 1000) -> str:
    with pytest.raises(InvalidDocument) as caught:
        read_regular(path, limit)
    assert caught.value.exit_code == EXIT_INVALID_DOCUMENT
    assert caught.value.advice
    assert "\x1b" not in caught.value.message
    return caught.value.code


# Reading.


@posix_only
def test_a_regular_file_is_read_up_to_its_limit_and_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / "mal\x1b[2Jnommé"
    path.write_bytes(b"x" * 1000)
    assert read_regular(path, 1000) == b"x" * 1000
    assert code_of(path, 999) == "fichier-trop-gros"
    fifo, link = tmp_path / "fifo", tmp_path / "lien"
    os.mkfifo(fifo)
    link.symlink_to(path)
    for other in (fifo, link, tmp_path, Path("/dev/null"), Path("/dev/zero")):
        assert code_of(other) == "pas-un-fichier"
    assert code_of(tmp_path / "rien") == code_of(path / "b") == "fichier-absent"
    for impossible in (Path("a\0b"), tmp_path / "\ud800", tmp_path / ("x" * 300)):
        assert code_of(impossible) == "fichier-illisible"


@posix_only
def test_a_file_that_grows_or_is_swapped_while_read_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a"
    path.write_bytes(b"x" * 1_000)
    real_open, real_fstat = os.open, os.fstat

    def grow(descriptor: int) -> os.stat_result:
        measured = real_fstat(descriptor)
        path.write_bytes(b"x" * 2_000)
        return measured

    def swap(*arguments: Any) -> int:
        path.unlink()
        os.mkfifo(path)
        return real_open(*arguments)

    with monkeypatch.context() as patch:
        patch.setattr(os, "fstat", grow)
        assert code_of(path, 1_000) == "fichier-trop-gros"
    monkeypatch.setattr(os, "open", swap)
    assert code_of(path, 3_000) == "pas-un-fichier"


@each_row(
    "name, code",
    [("a.EML", "courriel"), ("a.msg", "courriel"), ("a.zip", "archive"), ("a.xls", "tableur-ancien-format")],
)
def test_what_has_to_be_taken_out_or_saved_anew_says_how(tmp_path: Path, name: str, code: str) -> None:
    path = tmp_path / name
    path.write_bytes(OLD)
    with pytest.raises(InvalidDocument) as caught:
        read_document(path, 1000)
    assert (caught.value.code, name in caught.value.message) == (code, True)
    assert read_regular(path, 1000) == OLD


# Writing.


def listing(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_a_file_is_written_for_its_owner_alone_and_a_link_is_replaced_not_followed(tmp_path: Path) -> None:
    path, target = tmp_path / "a.json", tmp_path / "autre"
    target.write_bytes(OLD)
    path.symlink_to(target)
    atomic_write(path, NEW)
    assert (path.read_bytes(), path.is_symlink(), target.read_bytes()) == (NEW, False, OLD)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600 or os.name != "posix"
    assert listing(tmp_path) == ["a.json", "autre"]


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
        "open: ecriture-refusee",
        "write: ecriture-refusee",
        "fsync: ecriture-refusee",
        "replace: ecriture-refusee",
        *(of_the_folder if os.name == "posix" else ()),
    ]
    assert path.read_bytes() == NEW


@pytest.mark.skipif(os.name != "posix", reason="Windows syncs no folder")
def test_a_file_system_that_cannot_sync_folders_is_not_a_failure(tmp_path: Path) -> None:
    with pytest.MonkeyPatch.context() as patch:
        calls = fail_at(patch, 6, errno.EINVAL)
        atomic_write(tmp_path / "a.json", NEW)
    assert calls[4:6] == ["open", "fsync"]
    assert (tmp_path / "a.json").read_bytes() == NEW


def test_a_briefly_locked_file_is_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "_PAUSES", (0.0, 0.0))
    refusals = 2
    replace = Path.replace

    def replace_later(path: Path, target: Path) -> Path:
        nonlocal refusals
        refusals -= 1
        if refusals >= 0:
            raise PermissionError(errno.EACCES, "locked by another")
        return replace(path, target)

    monkeypatch.setattr(Path, "replace", replace_later)
    atomic_write(tmp_path / "a.json", NEW)
    refusals = 3
    with pytest.raises(WriteRefusal) as caught:
        atomic_write(tmp_path / "b.json", NEW)
    assert caught.value.code == "ecriture-refusee"
    assert listing(tmp_path) == ["a.json"]


@pytest.mark.parametrize("fault", ["a full disk", "a file that came meanwhile", "Ctrl+C"])
def test_several_files_are_all_there_or_none(tmp_path: Path, fault: str) -> None:
    with written_together(tmp_path, {"a.json": NEW, "b.json": NEW}):
        assert listing(tmp_path) == ["a.json", "b.json"]
    assert listing(tmp_path) == ["a.json", "b.json"]

    real = files._rename

    def come_meanwhile(source: Path, target: Path) -> None:
        (tmp_path / "d.json").write_bytes(OLD)
        real(source, target)

    def write_others() -> None:
        with pytest.MonkeyPatch.context() as patch:
            if fault == "a full disk":
                fail_at(patch, 5, errno.ENOSPC)
            elif fault == "a file that came meanwhile":
                patch.setattr(files, "_rename", come_meanwhile)
            with written_together(tmp_path, {"c.json": NEW, "d.json": NEW}):
                raise KeyboardInterrupt

    with pytest.raises((WriteRefusal, KeyboardInterrupt)):
        write_others()
    came = ["d.json"] if fault == "a file that came meanwhile" else []
    assert listing(tmp_path) == ["a.json", "b.json", *came]
    assert not came or (tmp_path / "d.json").read_bytes() == OLD
