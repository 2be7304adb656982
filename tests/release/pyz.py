"""The program and all that it needs in one file, `ctg-tui.pyz`.

The archive holds the sources, which any Python from 3.11 on reads, and for each Python that was there to
compile them a folder of compiled modules, named as Python names its caches (`cpython-313`); `pyz_importer.py`
finds them. The same versions give the same bytes.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from tests.release.archives import write_archive
from tests.release.locked import build_wheel, fetch_wheels

_START: Final = {"pyz_main.py": "__main__.py", "pyz_importer.py": "pyz_importer.py"}
_NOT_IN_THE_FILE: Final = ("tzdata",)
"""Time zones by name, which dateutil may ask for and the program does not: a third of the names."""
_LEXERS: Final = {"__init__.py", "_mapping.py", "python.py"}
"""Those of pygments that stay: the others colour other languages, which the program never shows."""
_SHEBANG: Final = b"#!/usr/bin/env python3\n"
_ONLY_OF_AN_INSTALLATION: Final = {"RECORD", "INSTALLER", "REQUESTED", "direct_url.json"}
_NATIVE: Final = {".so", ".pyd", ".dll", ".dylib"}


def build(output: Path, pythons: Sequence[str], wheel: Path | None = None) -> None:
    """Write the archive to `output`, with modules compiled by each of `pythons` (paths or names).

    `wheel` is built when it is None. Raises CalledProcessError if a tool fails, ValueError for native code.
    """
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        sources = folder / "sources"
        _install(sources, folder, wheel or build_wheel(folder))
        _clean(sources)
        entries = {path.relative_to(sources).as_posix(): path.read_bytes() for path in _files(sources)}
        for python in pythons:
            entries |= _compiled(python, sources)
        for ours, name_inside in _START.items():
            entries[name_inside] = Path(__file__).with_name(ours).read_bytes()
        write_archive(output, entries, prefix=_SHEBANG)
        output.chmod(0o755)


def _install(target: Path, folder: Path, wheel: Path) -> None:
    pip = (sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-compile", "--target", target)
    wheels = fetch_wheels(folder / "wheels", leave_out=_NOT_IN_THE_FILE)
    subprocess.run([*pip, "--no-index", *wheels, wheel], check=True)


def _clean(target: Path) -> None:
    """Take away what only an installation needs, and lexers; licences and versions stay."""
    shutil.rmtree(target / "bin", ignore_errors=True)
    for path in target.glob("*.dist-info/*"):
        if path.name in _ONLY_OF_AN_INSTALLATION:
            path.unlink()
    for path in target.glob("pygments/lexers/*.py"):
        if path.name not in _LEXERS:
            path.unlink()
    if native := sorted(path.name for path in target.rglob("*") if path.suffix in _NATIVE):
        raise ValueError(f"native modules cannot be imported from a zip: {native}")


def _compiled(python: str, sources: Path) -> dict[str, bytes]:
    """Compile the sources with `python`; return the entries of the archive, by name."""
    with tempfile.TemporaryDirectory() as name:
        script = Path(__file__).with_name("pyz_compiler.py")
        # Without columns, which only tracebacks show: a fifth of the size.
        subprocess.run([python, "-I", "-B", "-X", "no_debug_ranges", script, sources, name], check=True)
        return {path.relative_to(name).as_posix(): path.read_bytes() for path in _files(Path(name))}


def _files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())
