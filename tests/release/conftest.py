"""The files of a release, built once from the checkout, and a way to run them as a person does."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from ctg_tui.services.workspace import open_workspace
from tests.release.locked import build_wheel, runtime_lock
from tests.strategies import charente, make_identity


def run(*command: object, cwd: Path | None = None, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run `command` outside of the checkout, as an installed program runs, without our paths of imports.

    In `cwd`, when it is given, the program also has its data folder.
    """
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "CTG_TUI"))}
    own = {name: str(cwd) for name in ("HOME", "USERPROFILE", "XDG_DATA_HOME") if cwd}
    return subprocess.run(
        [str(part) for part in command],
        env=kept | own | {"PYTHONUTF8": "1"} | environment,
        cwd=cwd or Path(sys.prefix).anchor,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=300,
        check=False,
    )


@pytest.fixture
def database(tmp_path: Path) -> Path:
    """Make a database with one empty assessment of 2027."""
    path = tmp_path / "base.db"
    workspace = open_workspace(path, write=True)
    workspace.create(make_identity(year=2027), charente())
    workspace.close()
    return path


@pytest.fixture(scope="session")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build_wheel(tmp_path_factory.mktemp("wheel"))


def install(wheel: Path, folder: Path) -> Path:
    """Install the wheel and its locked requirements in a new environment; return its folder of scripts."""
    lock = folder / "runtime.lock"
    lock.write_text(runtime_lock(), encoding="utf-8")
    made = run(sys.executable, "-m", "venv", "--without-pip", folder / "venv")
    assert made.returncode == 0, made.stderr
    pip = (sys.executable, "-m", "pip", "--python", folder / "venv", "install", "--quiet", "--no-deps")
    for target in (("--require-hashes", "-r", lock), (wheel,)):
        done = run(*pip, *target)
        assert done.returncode == 0, done.stderr
    return folder / "venv" / ("Scripts" if os.name == "nt" else "bin")
