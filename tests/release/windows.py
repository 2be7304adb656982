"""The folder for Windows: python.org's embeddable interpreter, the program compiled and a start file, zipped.

Its caller has checked the signature of the interpreter's archive before. Nothing of ours in it is a binary,
so each binary is signed by its publisher. Unpacked over a former folder, it updates it; what the person
writes is in the data folder, elsewhere.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from tests.release.locked import fetch_wheels

FOLDER: Final = "ctg-tui-windows"
"""Not `ctg-tui`: in the folder of a person, that is where their assessments are."""
PROGRAM: Final = "programme"
"""The folder of it that the interpreter runs: our package and all that it needs."""
_OURS: Final = Path(__file__).with_name("windows_folder")
_INTERPRETER: Final = re.compile(r"python\.exe|python3\d+\.(dll|zip|_pth)")
"""What every embeddable archive holds."""
_MAIN: Final = "import sys\n\nfrom ctg_tui.__main__ import main\n\nsys.exit(main())\n"
_NOT_IN_THE_FOLDER: Final = ("tzdata",)
"""Time zones by name, which dateutil may ask for and the program does not: a third of the files."""
_LEXERS: Final = {"__init__.py", "_mapping.py", "python.py"}
"""Those of pygments that stay: the others colour other languages, which the program never shows."""
_ONLY_OF_AN_INSTALLATION: Final = {"RECORD", "INSTALLER", "REQUESTED", "direct_url.json"}
_NATIVE: Final = {".so", ".pyd", ".dll", ".dylib"}

_DATE: Final = (1980, 1, 1, 0, 0, 0)  # the oldest that a zip can hold
_UNIX: Final = 3
_RIGHTS: Final = 0o644 << 16


def assemble(wheel: Path, python: str, folder: Path) -> None:
    """Put the program with all that it needs in `folder`, compiled by the interpreter `python`.

    Raises CalledProcessError if a tool fails, ValueError for native code.
    """
    with tempfile.TemporaryDirectory() as name:
        wheels = fetch_wheels(Path(name), leave_out=_NOT_IN_THE_FOLDER)
        pip = (sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-compile")
        subprocess.run([*pip, "--no-index", "--target", folder, *wheels, wheel], check=True)
    shutil.rmtree(folder / "bin", ignore_errors=True)
    for path in folder.glob("*.dist-info/*"):  # licences and versions stay
        if path.name in _ONLY_OF_AN_INSTALLATION:
            path.unlink()
    for path in folder.glob("pygments/lexers/*.py"):
        if path.name not in _LEXERS:
            path.unlink()
    if native := sorted(path.name for path in folder.rglob("*") if path.suffix in _NATIVE):
        raise ValueError(f"not of pure Python: {native}")
    (folder / "__main__.py").write_text(_MAIN, encoding="ascii")
    # Unpacked files have dates of their own: the compiled ones say not to compare them.
    compiling = ("-I", "-m", "compileall", "-q", "--invalidation-mode", "unchecked-hash", "-s", folder)
    subprocess.run([python, *compiling, folder], check=True)


def build(interpreter: Path, program: Path, output: Path) -> None:
    """Write the folder to the archive `output`. `program` is what `assemble` made.

    Raises ValueError if `interpreter` is not embeddable, or not of the version that compiled `program`.
    """
    with zipfile.ZipFile(interpreter) as archive:
        files = {entry.filename: archive.read(entry) for entry in archive.infolist() if not entry.is_dir()}
    if any("/" in name or "\\" in name or ".." in name for name in files):
        raise ValueError(f"{interpreter.name} has folders: not python.org's embeddable archive")
    if len([name for name in files if _INTERPRETER.fullmatch(name)]) < 4:
        raise ValueError(f"{interpreter.name} is not python.org's embeddable archive")
    compiled = [path.name.split(".")[-2].removeprefix("cpython-") for path in program.rglob("*.pyc")]
    if not compiled or any(f"python{version}.dll" not in files for version in compiled):
        raise ValueError(f"{interpreter.name} is not of the version that compiled the program")
    entries = {f"{FOLDER}/python/{name}": content for name, content in files.items()}
    for path in program.rglob("*"):
        if path.is_file():
            entries[f"{FOLDER}/{PROGRAM}/{path.relative_to(program).as_posix()}"] = path.read_bytes()
    for path in _OURS.iterdir():
        text = path.read_text(encoding="utf-8").replace("\n", "\r\n")
        entries[f"{FOLDER}/{path.name}"] = text.encode("ascii" if path.suffix == ".cmd" else "utf-8-sig")
    _write_archive(output, entries)


def _write_archive(output: Path, entries: Mapping[str, bytes]) -> None:
    """Write `entries`, by name: the same content gives the same bytes, whole or not at all."""
    output.parent.mkdir(parents=True, exist_ok=True)
    part = output.with_name(output.name + ".part")
    with zipfile.ZipFile(part, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name in sorted(entries):
            entry = zipfile.ZipInfo(name, _DATE)
            entry.compress_type, entry.create_system, entry.external_attr = (
                zipfile.ZIP_DEFLATED,
                _UNIX,
                _RIGHTS,
            )
            archive.writestr(entry, entries[name])
    part.replace(output)
