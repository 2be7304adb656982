"""`python -m ctg_tui` typed in a folder of downloads: no file there is run."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.program import Program
from tests.each_row import each_row
from tests.effort import some

MODULES = (
    *("__future__", "json", "sqlite3", "datetime", "signal", "tomllib", "pathlib", "dataclasses", "re"),
    *("shutil", "fastjsonschema", "platformdirs", "xlsxwriter", "jinja2", "plotext"),
)
PACKAGES = ("textual", "click", "sqlite_utils", "rich")


@pytest.fixture
def downloads(tmp_path: Path) -> Path:
    """Make a folder of downloads where every module that the program imports has a namesake."""
    folder = tmp_path / "Téléchargements"
    folder.mkdir()
    for name in PACKAGES:
        (folder / name).mkdir()
    for path in (*(f"{name}.py" for name in MODULES), *(f"{name}/__init__.py" for name in PACKAGES)):
        (folder / path).write_text(f"print('lancé : {path}')\nraise SystemExit(9)\n", encoding="utf-8")
    return folder


def run(folder: Path, environment: dict[str, str], *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=folder,
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=60,
        check=False,
    )


@each_row("command", some([["docteur"], ["--version"], ["grille", "verifier", "x.toml"]], 2))
def test_no_file_of_the_current_folder_is_run_in_the_place_of_a_module(
    downloads: Path, tmp_path: Path, command: list[str]
) -> None:
    done = run(downloads, Program(tmp_path).environment(), "-m", "ctg_tui", *command)
    assert "lancé" not in done.stdout + done.stderr
    assert done.returncode != 9
    assert "Traceback" not in done.stderr
