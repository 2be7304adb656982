"""The files of a sending are written whole or not at all, and it is recorded only with all of them."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from ctg_tui.domain.assessment import Status
from ctg_tui.domain.errors import NotSaved, Refusal
from ctg_tui.services.sending import prepare
from ctg_tui.services.workspace import Workspace
from ctg_tui.storage.documents import sendings
from ctg_tui.system.files import WriteRefusal
from tests.effort import IS_NIGHT, some
from tests.services.dossiers import example, with_salary

FIRST, SECOND = (Path("CTG", "val-de-charente", "2027-annuelle", f"envoi-{number}") for number in (1, 2))

needs_mount = pytest.mark.skipif(
    sys.platform != "linux" or os.geteuid() != 0, reason="only root can mount a small disk"
)


@contextmanager
def small_disk(folder: Path, pad: int) -> Iterator[Path]:
    """Mount a real disk of 600 kB that already holds `pad` bytes."""
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=600k", "ctg-essai", str(folder)], check=True)
    try:
        (folder / "photo").write_bytes(bytes(pad))
        yield folder
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)


def finals(workspace: Workspace, made: int) -> int:
    """Return how many definitive sendings the database has."""
    return sum(one.is_final for one in sendings(workspace.store, made))


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def snapshot(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*.*")}


@needs_mount
@pytest.mark.parametrize("pad", some([600_000, 450_000, 350_000], 2))
def test_a_disk_that_gets_full_leaves_no_file_and_no_sending(
    workspace: Workspace, out: Path, pad: int
) -> None:
    made = example(workspace)
    with_salary(workspace, made)
    with small_disk(out, pad) as disk:
        with pytest.raises(WriteRefusal) as refused:
            prepare(workspace, made, disk, status=Status.FINAL)
        assert [*snapshot(disk)] == []
        assert refused.value.code == "disque-plein"
        assert "rien n’a été écrit" in refused.value.message
        assert finals(workspace, made) == 0
        (disk / "photo").unlink()
        done = prepare(workspace, made, disk, status=Status.FINAL)
        assert {path.name for path in done.folder.iterdir()} == {*done.names}
        assert len(done.names) == 7
    assert finals(workspace, made) == 1


@pytest.mark.skipif(os.name != "posix", reason="Windows has no links without a right to make them")
def test_a_link_to_nowhere_named_like_the_report_stays_and_the_report_is_named_2(
    workspace: Workspace, out: Path
) -> None:
    made = example(workspace)
    report = next(name for name in prepare(workspace, made, out).names if name.endswith("_rapport.html"))
    link, content = out / FIRST / report, (out / FIRST / report).read_bytes()
    link.unlink()
    link.symlink_to(out / "nulle-part.html")
    done = prepare(workspace, made, out)
    second = report.replace(".html", " (2).html")
    assert second in done.names
    assert (out / FIRST / second).read_bytes() == content
    assert link.readlink() == out / "nulle-part.html"
    assert not link.exists(), "nothing was written where it leads"


def failing(patch: pytest.MonkeyPatch, name: str, rank: int, number: int = errno.ENOSPC) -> list[int]:
    """Make the call of `os.NAME` of that rank fail, once; return the list of the calls made."""
    calls: list[int] = []
    real: Callable[..., Any] = getattr(os, name)

    def call(*arguments: Any, **options: Any) -> Any:
        calls.append(rank)
        if len(calls) == rank:
            raise OSError(number, os.strerror(number))
        return real(*arguments, **options)

    patch.setattr(os, name, call)
    return calls


# By day, every call that puts a file in its place, and one in three of the others, in turn.
@pytest.mark.parametrize(
    ("name", "first", "step"), [("open", 1, 3), ("write", 2, 3), ("fsync", 3, 3), ("replace", 1, 1)]
)
def test_whichever_call_fails_the_folder_is_as_before_and_nothing_is_recorded(
    workspace: Workspace, out: Path, name: str, first: int, step: int
) -> None:
    made = example(workspace)
    prepare(workspace, made, out)
    with_salary(workspace, made)
    workspace.open(made).comment("m1.a02", "Un mot de plus.")
    before = snapshot(out)
    refusals = 0
    for rank in range(1, 200) if IS_NIGHT else range(first, 200, step):
        with pytest.MonkeyPatch.context() as patch:
            failing(patch, name, rank)
            try:
                prepare(workspace, made, out, status=Status.FINAL)
            except Refusal:
                refusals += 1
            else:
                break
        assert snapshot(out) == before, rank
        assert finals(workspace, made) == 0
    assert refusals >= (6 if IS_NIGHT else 6 // step)
    assert finals(workspace, made) == 1
    after = names(out / SECOND)
    assert len(after) == 7


def test_when_files_cannot_be_taken_back_the_sentence_names_them(
    workspace: Workspace, out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = example(workspace)
    real = Path.replace
    placed: list[Path] = []

    def stuck(path: Path, target: Path) -> Path:
        if len(placed) == 2:
            raise OSError(errno.EIO, "the share went away")
        placed.append(target)
        return real(path, target)

    def gone(*_: object) -> None:
        raise OSError(errno.EIO, "the share went away")

    monkeypatch.setattr(Path, "replace", stuck)
    monkeypatch.setattr(Path, "unlink", gone)
    with pytest.raises(WriteRefusal) as refused:
        prepare(workspace, made, out, status=Status.FINAL)
    monkeypatch.undo()
    there = {path.name for path in placed}
    assert {name for name in names(out / FIRST) if not name.startswith(".ctg-")} == there
    message = refused.value.message
    assert refused.value.code == "dossier-incomplet"
    assert all(name in message for name in there)
    assert finals(workspace, made) == 0


def test_a_database_that_refuses_the_sending_takes_the_files_back(
    workspace: Workspace, out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = example(workspace)
    prepare(workspace, made, out)
    before = snapshot(out)
    seen: list[int] = []

    def refuse(*_: object) -> None:
        seen.append(len(names(out / SECOND)))
        raise NotSaved("disque-plein", "Le disque est plein.")

    monkeypatch.setattr("ctg_tui.services.sending.record_sending", refuse)
    with pytest.raises(NotSaved):
        prepare(workspace, made, out, status=Status.FINAL)
    assert seen == [6]
    assert snapshot(out) == before
