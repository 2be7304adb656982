"""`ctg-tui.pyz`, built from the checkout: one file that any supported Python runs."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from ctg_tui import __version__
from tests.release.conftest import run
from tests.release.locked import PYTHONS, ROOT

pytestmark = [pytest.mark.night, pytest.mark.xdist_group("release")]
GRID = ROOT / "data/grilles/charente-2024-08.toml"
MAX_BYTES = 15_000_000


def other_pythons() -> list[str]:
    """Return the supported Pythons of this machine, without the one of the tests."""
    own = f"{sys.version_info[0]}.{sys.version_info[1]}"
    found = [shutil.which(f"python{version}") for version in PYTHONS if version != own]
    runs = "import sys; sys.exit(sys.version_info < (3, 11))"
    return [path for path in found if path and not subprocess.run([path, "-c", runs], check=False).returncode]


def test_it_gives_its_version(one_file: Path, tmp_path: Path) -> None:
    answer = run(sys.executable, one_file, "--version", cwd=tmp_path)
    assert (answer.returncode, answer.stdout, answer.stderr) == (0, f"ctg-tui {__version__}\n", "")


def test_it_keeps_the_exit_codes(one_file: Path, tmp_path: Path) -> None:
    wrong = tmp_path / "grille.toml"
    wrong.write_text("[grille]\n", encoding="utf-8")
    lines = {
        ("grille", "verifier", GRID): 0,
        ("--sans-sens",): 2,
        ("grille", "verifier", wrong): 3,
        ("liste",): 4,
    }
    assert {line: run(sys.executable, one_file, *line, cwd=tmp_path).returncode for line in lines} == lines


def test_it_exports_what_it_verifies_and_writes_nothing_elsewhere(
    one_file: Path, database: Path, tmp_path: Path
) -> None:
    output = tmp_path / "sortie"
    output.mkdir()
    line = ("--base", database, "exporter", "--sortie", output, "--json")
    answer = run(sys.executable, one_file, *line, cwd=tmp_path)
    assert answer.returncode == 0, answer.stderr
    checked = run(
        sys.executable, one_file, "verifier", "--json", json.loads(answer.stdout)["fichier"], cwd=tmp_path
    )
    assert json.loads(checked.stdout)[0]["valide"] is True
    report = run(
        sys.executable, one_file, "--base", database, "rapport", "1", "--sortie", "r.html", cwd=tmp_path
    )
    assert (report.returncode, report.stderr) == (0, "")
    assert [path.name for path in one_file.parent.iterdir()] == [one_file.name]
    beside = {path.name for path in tmp_path.iterdir() if not path.name.startswith(database.name)}
    assert beside == {"sortie", "r.html"}


COMPILED = """
import runpy, sys
def note(event, arguments):
    if event == "compile" and str(arguments[1]).startswith(sys.argv[0]):
        print(arguments[1][len(sys.argv[0]) + 1:], file=sys.stderr)
del sys.argv[0]
sys.addaudithook(note)
runpy.run_path(sys.argv[0], run_name="__main__")
"""


def test_only_its_first_lines_are_compiled_at_start(one_file: Path, database: Path, tmp_path: Path) -> None:
    line = (sys.executable, "-c", COMPILED, one_file, "--base", database, "synthese")
    answer = run(*line, cwd=tmp_path)
    assert answer.returncode == 0, answer.stderr
    assert {*answer.stderr.split()} == {"__main__.py", "pyz_importer.py"}


def test_a_python_it_was_not_compiled_for_reads_the_sources(
    one_file: Path, database: Path, tmp_path: Path
) -> None:
    without = tmp_path / "sources.pyz"
    with zipfile.ZipFile(one_file) as archive, zipfile.ZipFile(without, "w") as copy:
        for name in archive.namelist():
            if not name.startswith("cpython-"):
                copy.writestr(name, archive.read(name))
    answer = run(sys.executable, without, "--base", database, "synthese", cwd=tmp_path)
    assert answer.returncode == 0, answer.stderr
    assert "Ensemble" in answer.stdout


@pytest.mark.parametrize("python", other_pythons())
def test_other_pythons_run_it(python: str, one_file: Path, database: Path, tmp_path: Path) -> None:
    answer = run(python, one_file, "--base", database, "synthese", cwd=tmp_path)
    assert answer.returncode == 0, answer.stderr
    assert "Ensemble" in answer.stdout


def test_its_size_leaves_room_for_four_pythons(one_file: Path) -> None:
    with zipfile.ZipFile(one_file) as archive:
        compiled = sum(
            entry.compress_size for entry in archive.infolist() if entry.filename.startswith("cpython-")
        )
        names = archive.namelist()
    assert one_file.stat().st_size + (len(PYTHONS) - 1) * compiled < MAX_BYTES
    assert any(name.startswith("textual-") and "LICENSE" in name for name in names)
