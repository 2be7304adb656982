"""`wheelhouse.zip`: pip installs the program from it alone, without the network."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from ctg_tui import __version__
from tests.release.conftest import run
from tests.release.wheelhouse import build

pytestmark = [pytest.mark.night, pytest.mark.xdist_group("wheelhouse")]


def without_network() -> tuple[str, ...]:
    """Return the command that runs another one without any network, empty where the system gives none."""
    command = (shutil.which("unshare") or "", "--net")
    if not command[0] or subprocess.run([*command, "true"], check=False, capture_output=True).returncode:
        return ()
    return command


def test_it_installs_the_program_from_nothing_else(wheel: Path, tmp_path: Path) -> None:
    build(tmp_path / "wheelhouse.zip", wheel)
    with zipfile.ZipFile(tmp_path / "wheelhouse.zip") as archive:
        archive.extractall(tmp_path)
    made = run(sys.executable, "-m", "venv", tmp_path / "venv")
    assert made.returncode == 0, made.stderr
    scripts = tmp_path / "venv" / ("Scripts" if os.name == "nt" else "bin")
    source = ("--no-index", "--find-links", tmp_path / "wheelhouse")
    pip = (scripts / "python", "-m", "pip", "install", "--quiet", "--disable-pip-version-check")
    done = run(*without_network(), *pip, *source, "ctg-tui", cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    answer = run(*without_network(), scripts / "ctg-tui", "--version", cwd=tmp_path)
    assert (answer.returncode, answer.stdout) == (0, f"ctg-tui {__version__}\n")
    assert run(scripts / "python", "-m", "pip", "check", cwd=tmp_path).returncode == 0
