"""Opening with the system's program: the right argument, no file run, a refusal on failure."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from ctg_tui.domain.errors import Refusal
from ctg_tui.system import computer

pytestmark = pytest.mark.skipif(os.name == "nt", reason="the opener of the test is a shell script")


@pytest.fixture
def desktop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Install an `xdg-open` that records its arguments and exits with the code in the file beside it."""
    programs = tmp_path / "programmes"
    programs.mkdir()
    script = programs / "xdg-open"
    script.write_text(
        f'#!/bin/sh\nprintf "%s\\n" "$@" > {programs}/arguments\n. {programs}/ending\n', encoding="utf-8"
    )
    script.chmod(script.stat().st_mode | stat.S_IXUSR)
    (programs / "ending").write_text("exit 0\n", encoding="utf-8")
    monkeypatch.setenv("PATH", f"{programs}{os.pathsep}/usr/bin{os.pathsep}/bin")
    monkeypatch.setenv("DISPLAY", ":0")
    monkeypatch.setattr("sys.platform", "linux")
    return programs


def test_the_opener_gets_the_whole_path_alone(desktop: Path, tmp_path: Path) -> None:
    folder = tmp_path / "-e calc; touch x"
    folder.mkdir()
    draft = folder / "courriel.eml"
    draft.write_bytes(b"X-Unsent: 1\r\n\r\n")
    for path in (folder, draft):
        computer.show(path)
        assert (desktop / "arguments").read_text(encoding="utf-8") == f"{path}\n"


def test_a_relative_path_is_never_read_as_an_option(
    desktop: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("--help.txt").touch()
    computer.show(Path("--help.txt"))
    assert (desktop / "arguments").read_text(encoding="utf-8") == f"{tmp_path}/--help.txt\n"


def test_a_file_that_the_system_would_run_is_not_opened(desktop: Path, tmp_path: Path) -> None:
    program = tmp_path / "calc.desktop"
    program.touch()
    with pytest.raises(Refusal, match="ne peut pas être ouvert") as refused:
        computer.show(program)
    assert refused.value.code == "ouverture-refusee"
    assert not (desktop / "arguments").exists()


def test_an_opener_that_stays_does_not_hold_the_program(
    desktop: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(computer, "_PATIENCE", 0.2)
    asked, ended = tmp_path / "asked", tmp_path / "ended"
    stay = f"for _ in $(seq 600); do [ -e '{asked}' ] && break; sleep 0.1; done; touch '{ended}'\n"
    (desktop / "ending").write_text(stay, encoding="utf-8")
    computer.show(tmp_path)
    assert not ended.exists()
    asked.touch()


@pytest.mark.parametrize("fault", ["fails", "absent", "no desktop", "gone"])
def test_a_failed_opening_shows_where_the_file_is(
    desktop: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fault: str
) -> None:
    path = tmp_path / "courriel.txt"
    path.touch()
    match fault:
        case "fails":
            (desktop / "ending").write_text("exit 3\n", encoding="utf-8")
        case "absent":
            (desktop / "xdg-open").unlink()
            monkeypatch.setenv("PATH", str(computer))
        case "no desktop":
            monkeypatch.delenv("DISPLAY")
            monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
        case "gone":
            path.unlink()
    with pytest.raises(Refusal) as refused:
        computer.show(path)
    expected = {"no desktop": "pas-de-bureau", "gone": "fichier-absent"}
    assert refused.value.code == expected.get(fault, "ouverture-impossible")
    assert fault == "gone" or str(path) in refused.value.advice
