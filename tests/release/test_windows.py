"""The folder for Windows, put together from an archive with the names of python.org's."""

from __future__ import annotations

import json
import os
import sys
import zipfile
from pathlib import Path

import pytest

from ctg_tui import __version__
from tests.each_row import each_row
from tests.release.conftest import run
from tests.release.windows import PROGRAM, assemble, build

INTERPRETER = {"python.exe": b"MZ", "python313.dll": b"MZ", "python313.zip": b"PK", "python313._pth": b".\n"}


def archive(path: Path, files: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w") as target:
        for name, content in files.items():
            target.writestr(name, content)
    return path


@pytest.fixture
def program(tmp_path: Path) -> Path:
    """Return a program of one module, compiled by the version of the interpreter."""
    folder = tmp_path / "assemble"
    (folder / "__pycache__").mkdir(parents=True)
    (folder / "__main__.py").write_bytes(b"#!")
    (folder / "__pycache__" / "__main__.cpython-313.pyc").write_bytes(b"compiled")
    return folder


@pytest.fixture
def folder(tmp_path: Path, program: Path) -> Path:
    """Return the archive of a folder with an interpreter of four files."""
    output = tmp_path / "ctg-tui-windows.zip"
    build(archive(tmp_path / "embed.zip", INTERPRETER), program, output)
    return output


def test_it_holds_the_interpreter_as_it_came_and_no_other_binary(folder: Path) -> None:
    with zipfile.ZipFile(folder) as target:
        files = {name: target.read(name) for name in target.namelist()}
    assert {
        f"ctg-tui-windows/python/{name}": content for name, content in INTERPRETER.items()
    }.items() <= files.items()
    ours = {name for name in files if not name.startswith("ctg-tui-windows/python/")}
    assert ours == {
        "ctg-tui-windows/ctg-tui.cmd",
        "ctg-tui-windows/LISEZMOI.txt",
        "ctg-tui-windows/programme/__main__.py",
        "ctg-tui-windows/programme/__pycache__/__main__.cpython-313.pyc",
    }


@each_row(
    "files",
    [
        {"python.exe": b"MZ"},
        INTERPRETER | {"Lib/os.py": b""},
        INTERPRETER | {"..\\evil.dll": b""},
        {name.replace("313", "312"): content for name, content in INTERPRETER.items()},
    ],
)
def test_another_archive_or_another_version_is_refused(
    files: dict[str, bytes], tmp_path: Path, program: Path
) -> None:
    with pytest.raises(ValueError, match=r"embeddable|version"):
        build(archive(tmp_path / "other.zip", files), program, tmp_path / "output.zip")
    assert not (tmp_path / "output.zip").exists()


@pytest.mark.night
def test_the_program_of_the_folder_runs_compiled_and_writes_nothing_there(
    wheel: Path, database: Path, tmp_path: Path
) -> None:
    program = tmp_path / "Téléchargements de l’été" / PROGRAM
    assemble(wheel, sys.executable, program)
    before = sorted(program.rglob("*"))
    for path in (*before, program):
        os.utime(path, (0, 0))  # as an archive gives them back
    version = run(sys.executable, program, "--version", cwd=tmp_path)
    assert (version.returncode, version.stdout, version.stderr) == (0, f"ctg-tui {__version__}\n", "")
    output = tmp_path / "sortie"
    output.mkdir()
    line = ("--base", database, "exporter", "--sortie", output, "--json")
    answer = run(sys.executable, "-c", COMPILED, program, *line, cwd=tmp_path)
    assert answer.returncode == 0, answer.stderr
    assert "compiled again" not in answer.stderr
    checked = run(
        sys.executable, program, "verifier", "--json", json.loads(answer.stdout)["fichier"], cwd=tmp_path
    )
    assert json.loads(checked.stdout)[0]["valide"] is True
    assert sorted(program.rglob("*")) == before


COMPILED = """
import runpy, sys
def note(event, arguments):
    if event == "compile" and str(arguments[1]).startswith(sys.argv[0]):
        print("compiled again", arguments[1], file=sys.stderr)
del sys.argv[0]
sys.addaudithook(note)
runpy.run_path(sys.argv[0], run_name="__main__")
"""
