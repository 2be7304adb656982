"""The files of a release, built once from the checkout, and a way to run them as a person does."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.release import pyz
from tests.release.locked import build_wheel


def run(*command: object, cwd: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run `command` in `cwd`, whose `data` folder it has for its own, without our paths of imports."""
    inherited = {name: os.environ[name] for name in ("PATH", "SYSTEMROOT") if name in os.environ}
    own = {"HOME": str(cwd), "XDG_DATA_HOME": str(cwd / "data"), "LOCALAPPDATA": str(cwd / "data")}
    return subprocess.run(
        [str(part) for part in command],
        env=inherited | own | {"PYTHONUTF8": "1"} | environment,
        cwd=cwd,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=300,
        check=False,
    )


@pytest.fixture(scope="session")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build_wheel(tmp_path_factory.mktemp("wheel"))


@pytest.fixture(scope="session")
def one_file(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build `ctg-tui.pyz`, compiled for this Python, in a folder with an accent that cannot be written to."""
    folder = tmp_path_factory.mktemp("é") / "Téléchargements de l’été"
    path = folder / "ctg-tui.pyz"
    pyz.build(path, [sys.executable], wheel)
    path.chmod(0o555)
    folder.chmod(0o555)
    return path
