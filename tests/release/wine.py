"""An interpreter for Windows to try with, under Wine: `python -m tests.release.wine [PYTHON] OUTPUT.zip`.

The wheels of panda3d hold the interpreter's official DLLs. With the standard library of PYTHON, of the same
minor version, and a launcher of a few lines they stand for python.org's embeddable archive, which a machine
without the open network cannot fetch. Needs Debian's packages wine and gcc-mingw-w64-x86-64-win32.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path
from typing import Final

from tests.release.archives import write_archive

_COMPILER: Final = "x86_64-w64-mingw32-gcc"
_LAUNCHER: Final = """
#include <windows.h>
typedef int (*python_main)(int, wchar_t **);
int wmain(int count, wchar_t **arguments) {
    HMODULE python = LoadLibraryW(L"python%s.dll");
    python_main run = python ? (python_main)(void *)GetProcAddress(python, "Py_Main") : NULL;
    return run ? run(count, arguments) : 9;
}
"""
_OF_THE_SYSTEM: Final = ("api-ms-win-", "vcruntime")  # Wine has its own
_NOT_NEEDED: Final = ("site-packages", "test", "lib-dynload", "idlelib", "tkinter", "turtledemo", "lib2to3")


def write_embeddable(python: str, output: Path, folder: Path) -> None:
    """Put an archive like python.org's together from the wheel of panda3d and the library of `python`."""
    version, library = _version_and_library(python)
    short = version.replace(".", "")
    files = _dlls(version, folder) | {f"python{short}._pth": f"python{short}.zip\r\n.\r\n".encode()}
    files["python.exe"] = _launcher(version, folder)
    files[f"python{short}.zip"] = _library(python, library, folder)
    output.parent.mkdir(parents=True, exist_ok=True)
    write_archive(output, files)


def _version_and_library(python: str) -> tuple[str, Path]:
    """Return the minor version of an interpreter, `3.13` for example, and the folder of its library."""
    script = "import os, sys; print('%d.%d' % sys.version_info[:2]); print(os.path.dirname(os.__file__))"
    answer = subprocess.run([python, "-I", "-c", script], check=True, capture_output=True, text=True)
    version, library = answer.stdout.splitlines()
    return version, Path(library)


def _launcher(version: str, folder: Path) -> bytes:
    """Return a `python.exe` for the official DLL of that version, compiled in `folder`."""
    source, made = folder / "launcher.c", folder / "python.exe"
    source.write_text(_LAUNCHER % version.replace(".", ""), encoding="ascii")
    subprocess.run([_COMPILER, "-municode", "-O1", "-o", made, source], check=True)
    return made.read_bytes()


def _dlls(version: str, folder: Path) -> dict[str, bytes]:
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
    shutil.copytree(library, copy, ignore=shutil.ignore_patterns(*_NOT_NEEDED, "__pycache__", "config-*"))
    subprocess.run([python, "-I", "-m", "compileall", "-q", "-b", copy], check=True)
    files = {path.relative_to(copy).as_posix(): path.read_bytes() for path in copy.rglob("*.pyc")}
    write_archive(folder / "library.zip", files, compression=zipfile.ZIP_STORED)
    return (folder / "library.zip").read_bytes()


if __name__ == "__main__":
    *_given, _output = sys.argv[1:]
    with tempfile.TemporaryDirectory() as _name:
        write_embeddable(_given[0] if _given else sys.executable, Path(_output), Path(_name))
