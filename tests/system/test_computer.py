"""Opening with the system's program: the right argument, no file run, a refusal on failure."""

from __future__ import annotations

import os
import stat
import time
from pathlib import Path

import pytest

from ctg_tui.domain.errors import Refusal
from ctg_tui.system import computer

pytestmark = pytest.mark.skipif(os.name == "nt", reason="the opener of the test is a shell script")


@pytest.fixture
def desktop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Install an `xdg-open` that records its arguments."""
    programs = tmp_path / "programmes"
    programs.mkdir()
    script = programs / "xdg-open"
    script.write_text(
        f'#!/bin/sh\nprintf "%s\\n" "$@" > {programs}/arguments\ntouch {programs}/done\n', encoding="utf-8"
    )
    script.chmod(script.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("PATH", f"{programs}{os.pathsep}/usr/bin{os.pathsep}/bin")
    monkeypatch.setenv("DISPLAY", ":0")
    monkeypatch.setattr("sys.platform", "linux")
    return programs


def asked(desktop: Path) -> str:
    """Return what the opener was asked, once it has written it."""
    until = time.monotonic() + 20
    while not (desktop / "done").exists() and time.monotonic() < until:
        time.sleep(0.01)
    return (desktop / "arguments").read_text(encoding="utf-8")


def test_the_opener_gets_the_whole_path_alone_and_never_as_an_option(
    desktop: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for path in (Path("-e calc; touch x"), Path("--help.txt")):
        path.touch() if path.suffix else path.mkdir()
        (desktop / "done").unlink(missing_ok=True)
        computer.show(path)
        assert asked(desktop) == f"{tmp_path / path}\n"


@pytest.mark.parametrize("fault", ["a program", "absent", "no desktop", "gone"])
def test_what_cannot_be_opened_says_where_it_is(
    desktop: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fault: str
) -> None:
    path = tmp_path / ("calc.desktop" if fault == "a program" else "courriel.txt")
    path.touch()
    match fault:
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
    assert refused.value.code == ("fichier-absent" if fault == "gone" else "ouverture-impossible")
    assert fault == "gone" or str(path) in refused.value.advice
    assert not (desktop / "arguments").exists()
