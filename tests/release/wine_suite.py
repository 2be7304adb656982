"""The tests and the interface under Wine: `python -m tests.release.wine_suite [PYTHON]`.

A whole Windows Python is put together as `tests.release.wine` says, with the packages of the lock file that
the tests need, and a copy of the files that are committed. What fails is printed, and ends with 1.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from time import monotonic
from typing import Final, NamedTuple
from xml.etree import ElementTree

import pexpect

from tests.release import wine
from tests.release.locked import ROOT
from tests.tui.driving import make

_NO_PACKAGES: Final = re.compile(
    r"mypy|ruff|grimp|import-linter|ast-serialize|librt|pexpect|ptyprocess|types-|coverage"
)
"""What checks or builds, has no wheel for Windows here, or is not for Windows."""
_PACKAGE: Final = re.compile(r"^([a-z0-9-]+==[^ ;\\]+)", re.MULTILINE)
_MAX_SECONDS: Final = 3600
_NOTES: Final = 'é&"n'
"""Typed without Shift on the keyboard of France: 2, 1, 3 and NC."""
_COMMENT: Final = "Œuvre à 100 € : l’œil"
_CLOSE: Final = """
import ctypes, sys
kernel, by_name = ctypes.WinDLL('kernel32'), ctypes.c_char_p
kernel.GetModuleHandleW.restype = kernel.GetProcAddress.restype = kernel.OpenProcess.restype = ctypes.c_void_p
base = ctypes.c_void_p(kernel.GetModuleHandleW('kernelbase.dll'))
routine = ctypes.c_void_p(kernel.GetProcAddress(base, by_name(b'CtrlRoutine')))
process = ctypes.c_void_p(kernel.OpenProcess(0x1FFFFF, False, int(sys.argv[1])))
event = ctypes.c_void_p(2)
sys.exit(not kernel.CreateRemoteThread(process, None, ctypes.c_size_t(0), routine, event, 0, None))
"""
"""Does in a process what the system does when its console is closed by its cross (CTRL_CLOSE_EVENT)."""
_START: Final = """
import os, runpy, sys
open('numero', 'w').write(str(os.getpid()))
runpy.run_module('ctg_tui', run_name='__main__', alter_sys=True)
"""


_ASK: Final = """
import sqlite3, sys
print(*sqlite3.connect(sys.argv[1]).execute(sys.argv[2]).fetchone() or ())
"""


class Outcome(NamedTuple):
    """What the tests of one room gave; `failures` are the names of those that failed."""

    room: str
    passed: int
    skipped: int
    failures: tuple[str, ...]


class WindowsPython(NamedTuple):
    """A Windows Python under Wine, with the packages of the tests; `copy` has the committed files."""

    executable: Path
    copy: Path
    environment: Mapping[str, str]

    def command(self, *arguments: str | Path) -> list[str]:
        return ["wine", str(self.executable), *map(str, arguments)]


def installed(python: str, folder: Path) -> WindowsPython:
    """Put a Windows Python together in `folder`, and a prefix of Wine."""
    version, library = wine.version_and_library(python)
    place, copy = folder / "python", folder / "copie"
    for part in (place / "DLLs", copy):
        part.mkdir(parents=True)
    for name, content in wine.dlls(version, folder).items():
        (place if name.startswith("python3") else place / "DLLs").joinpath(name).write_bytes(content)
    (place / "python.exe").write_bytes(wine.launcher(version, folder))
    left_out = shutil.ignore_patterns(*wine.NOT_NEEDED, "__pycache__", "config-*")
    shutil.copytree(library, place / "Lib", ignore=left_out)
    packages = _PACKAGE.findall((ROOT / "requirements.lock").read_text(encoding="utf-8"))
    pip = (sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-compile")
    system = ("--platform", "win_amd64", "--python-version", version, "--only-binary", ":all:")
    target = ("--target", str(place / "Lib" / "site-packages"))
    wanted = [package for package in packages if not _NO_PACKAGES.match(package)]
    subprocess.run([*pip, *system, *target, *wanted], check=True)
    archive = subprocess.run(["git", "archive", "HEAD"], cwd=ROOT, check=True, capture_output=True).stdout
    subprocess.run(["tar", "-x"], cwd=copy, input=archive, check=True)
    own = {"WINEPREFIX": str(folder / "prefix"), "WINEDEBUG": "-all", "PYTHONUTF8": "1"}
    environment = os.environ | own | {"PYTHONPATH": "Z:" + str(copy).replace("/", "\\")}
    subprocess.run(["wineboot", "--init"], env=environment, check=True, capture_output=True)
    return WindowsPython(place / "python.exe", copy, environment)


def outcomes(windows: WindowsPython) -> Iterator[Outcome]:
    """Run the tests room by room, but for what is built: that takes pip and the network."""
    tests = windows.copy / "tests"
    rooms = sorted({path.parent for path in tests.rglob("test_*.py")} - {tests, tests / "release"})
    for room, paths in [
        ("tests/", sorted(tests.glob("test_*.py"))),
        *((room.name, [room]) for room in rooms),
    ]:
        yield _outcome(windows, room, paths)


def _outcome(windows: WindowsPython, room: str, paths: Iterable[Path]) -> Outcome:
    report = windows.copy / "report.xml"
    report.unlink(missing_ok=True)
    pytest = ("-m", "pytest", "-q", "-n", "2", "--dist", "loadgroup", "-p", "no:cacheprovider")
    of_room = [path.relative_to(windows.copy) for path in paths]
    command = windows.command(*pytest, f"--junit-xml={report.name}", *of_room)
    environment, copy = dict(windows.environment), windows.copy
    subprocess.run(command, env=environment, cwd=copy, capture_output=True, timeout=_MAX_SECONDS, check=False)
    cases = list(ElementTree.parse(report).iter("testcase"))
    failed = [case for case in cases if case.find("failure") is not None or case.find("error") is not None]
    skipped = [case for case in cases if case.find("skipped") is not None]
    names = sorted({f"{case.get('classname')}.{case.get('name')}" for case in failed})
    return Outcome(room, len(cases) - len(failed) - len(skipped), len(skipped), tuple(names))


def check_interface(windows: WindowsPython, folder: Path) -> None:
    """Note four cells and comment, in a window; ask for a second one; close by the cross.

    Raises AssertionError for what is not in the database, or not said.
    """
    folder.mkdir()
    make(folder)
    database = folder / "essai.db"
    environment = dict(windows.environment)
    program, *start = windows.command("-c", _START, "--base", database.name)
    window = pexpect.spawn(
        program, start, dimensions=(40, 120), timeout=60, env=environment, cwd=folder, encoding="utf-8"
    )
    window.expect("Envoi")  # the last step, in the preview of the first page
    window.send("\r")
    for rank, note in enumerate(_NOTES, 1):
        window.send(note)
        _wait_for(windows, database, "SELECT count(*) FROM answer", str(rank), window)
    window.send(f"\r{_COMMENT}")
    _wait_for(windows, database, "SELECT text FROM comment", _COMMENT, window)
    second = subprocess.run(
        windows.command("-m", "ctg_tui", "texte", "--base", database.name),
        env=environment,
        cwd=folder,
        input=b"",
        capture_output=True,
        check=False,
    )
    assert second.returncode == 4, second
    assert "déjà ouvertes" in second.stdout.decode() + second.stderr.decode()
    window.send(", et la croix")
    number = (folder / "numero").read_text(encoding="ascii")
    subprocess.run(windows.command("-c", _CLOSE, number), env=environment, check=True)
    window.expect(pexpect.EOF)
    window.close()
    _wait_for(windows, database, "SELECT text FROM comment", f"{_COMMENT}, et la croix")
    assert window.exitstatus == 143, window.exitstatus


def _wait_for(
    windows: WindowsPython,
    database: Path,
    query: str,
    expected: str,
    window: pexpect.spawn[str] | None = None,
) -> None:
    """Wait until the first value of the query is `expected`; read meanwhile what `window` shows.

    It is asked under Wine: a program outside sees no lock of those inside, and would take a write
    for a crash.
    """
    command = windows.command("-c", _ASK, database.name, query)
    ends = monotonic() + 60
    found = ""
    while found != expected:
        assert monotonic() < ends, (query, found)
        if window is not None:
            window.expect(pexpect.TIMEOUT, timeout=0.1)
        asked = subprocess.run(
            command, env=dict(windows.environment), cwd=database.parent, capture_output=True, check=True
        )
        found = asked.stdout.decode().strip()


def _main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("python", nargs="?", default=sys.executable)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        windows = installed(arguments.python, Path(name))
        check_interface(windows, Path(name) / "essai")
        print("interface: four notes, a comment, the second window refused, closed by the cross: held")
        print("| room | passed | skipped | failed |\n|---|---:|---:|---:|", flush=True)
        failures: list[str] = []
        for one in outcomes(windows):
            print(f"| {one.room} | {one.passed} | {one.skipped} | {len(one.failures)} |", flush=True)
            failures += one.failures
        subprocess.run(["wineserver", "--kill"], env=dict(windows.environment), check=False)
    print(*failures, sep="\n")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(_main())
