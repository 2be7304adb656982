"""The folder for Windows under Wine: `python -m tests.release.wine [PYTHON]` builds it, checks exit codes.

The wheels of panda3d hold the interpreter's official DLLs. With the standard library of PYTHON, of the same
minor version, and a launcher of a few lines they stand for python.org's embeddable archive, which a machine
without the open network cannot fetch. Needs Debian's packages wine and gcc-mingw-w64-x86-64-win32.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path
from typing import Final

from ctg_tui import __version__
from tests.release import pyz, windows
from tests.release.archives import write_archive

COMPILER: Final = "x86_64-w64-mingw32-gcc"
LAUNCHER: Final = """
#include <windows.h>
typedef int (*python_main)(int, wchar_t **);
int wmain(int count, wchar_t **arguments) {
    HMODULE python = LoadLibraryW(L"python%s.dll");
    python_main run = python ? (python_main)(void *)GetProcAddress(python, "Py_Main") : NULL;
    return run ? run(count, arguments) : 9;
}
"""
CODES: Final = {"--version": 0, "--sans-sens": 2, "grille verifier ..\\grille.toml": 3, "liste": 4}
_OF_THE_SYSTEM: Final = ("api-ms-win-", "vcruntime")  # Wine has its own
NOT_NEEDED: Final = ("site-packages", "test", "lib-dynload", "idlelib", "tkinter", "turtledemo", "lib2to3")


def check(python: str, folder: Path) -> None:
    """Build the folder for Windows in `folder` and run it under Wine. Raises AssertionError for a code."""
    interpreter = _embeddable(python, folder)
    one_file, archive = folder / "ctg-tui.pyz", folder / "ctg-tui-windows.zip"
    pyz.build(one_file, [python])
    windows.build(interpreter, one_file, archive)
    place = folder / "Téléchargements"
    with zipfile.ZipFile(archive) as content:
        content.extractall(place)
    (place / "grille.toml").write_text("[grille]\n", encoding="utf-8")
    environment = os.environ | {"WINEPREFIX": str(folder / "prefix"), "WINEDEBUG": "-all"}
    subprocess.run(["wineboot", "--init"], env=environment, check=True, capture_output=True)
    for words, expected in CODES.items():
        line = ["wine", "cmd", "/c", f"ctg-tui.cmd {words}"]
        done = subprocess.run(
            line, env=environment, cwd=place / windows.FOLDER, capture_output=True, check=False
        )
        print(f"{words}: exit code {done.returncode}")
        assert done.returncode == expected, done.stderr.decode("cp1252", "replace")
        assert words != "--version" or __version__ in done.stdout.decode()
    subprocess.run(["wineserver", "--kill"], env=environment, check=False)


def _embeddable(python: str, folder: Path) -> Path:
    """Put an archive like python.org's together from the wheel of panda3d and the library of `python`."""
    version, library = version_and_library(python)
    short = version.replace(".", "")
    files = dlls(version, folder) | {f"python{short}._pth": f"python{short}.zip\r\n.\r\n".encode()}
    files["python.exe"] = launcher(version, folder)
    files[f"python{short}.zip"] = _library(python, library, folder)
    write_archive(folder / "embeddable.zip", files)
    return folder / "embeddable.zip"


def version_and_library(python: str) -> tuple[str, Path]:
    """Return the minor version of an interpreter, `3.13` for example, and the folder of its library."""
    script = "import os, sys; print('%d.%d' % sys.version_info[:2]); print(os.path.dirname(os.__file__))"
    answer = subprocess.run([python, "-I", "-c", script], check=True, capture_output=True, text=True)
    version, library = answer.stdout.splitlines()
    return version, Path(library)


def launcher(version: str, folder: Path) -> bytes:
    """Return a `python.exe` for the official DLL of that version, compiled in `folder`."""
    source, made = folder / "launcher.c", folder / "python.exe"
    source.write_text(LAUNCHER % version.replace(".", ""), encoding="ascii")
    subprocess.run([COMPILER, "-municode", "-O1", "-o", made, source], check=True)
    return made.read_bytes()


def dlls(version: str, folder: Path) -> dict[str, bytes]:
    """Return the interpreter's official DLLs by name, from the wheel of panda3d, left in `folder`."""
    pip = (sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--dest", folder)
    system = ("--platform", "win_amd64", "--python-version", version, "--only-binary", ":all:")
    subprocess.run([*pip, *system, "panda3d"], check=True)
    (wheel,) = folder.glob("panda3d-*.whl")
    with zipfile.ZipFile(wheel) as archive:
        names = [name for name in archive.namelist() if name.startswith("deploy_libs/")]
        return {
            name.partition("/")[2]: archive.read(name)
            for name in names
            if Path(name).suffix in {".dll", ".pyd"} and "cp3" not in name
            if not Path(name).name.lower().startswith(_OF_THE_SYSTEM)
        }


def _library(python: str, library: Path, folder: Path) -> bytes:
    """Compile the standard library; return it as a zip without its sources, as python.org makes it."""
    copy = folder / "library"
    shutil.copytree(library, copy, ignore=shutil.ignore_patterns(*NOT_NEEDED, "__pycache__", "config-*"))
    subprocess.run([python, "-I", "-m", "compileall", "-q", "-b", copy], check=True)
    files = {path.relative_to(copy).as_posix(): path.read_bytes() for path in copy.rglob("*.pyc")}
    write_archive(folder / "library.zip", files, compression=zipfile.ZIP_STORED)
    return (folder / "library.zip").read_bytes()


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as name:
        check(sys.argv[1] if len(sys.argv) > 1 else sys.executable, Path(name))
