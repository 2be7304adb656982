"""The folder for Windows: python.org's embeddable interpreter, `ctg-tui.pyz` and a start file, zipped.

Its caller has checked the signature of the interpreter's archive before. Nothing of ours in it is a binary,
so each binary is signed by its publisher. Unpacked over a former folder, it updates it; what the person
writes is in the data folder, elsewhere.
"""

from __future__ import annotations

import re
import zipfile
from pathlib import Path
from typing import Final

from tests.release.archives import write_archive

FOLDER: Final = "ctg-tui-windows"
"""Not `ctg-tui`: in the folder of a person, that is where their assessments are."""
_OURS: Final = Path(__file__).with_name("windows_folder")
_INTERPRETER: Final = re.compile(r"python\.exe|python3\d+\.(dll|zip|_pth)")
"""What every embeddable archive holds."""


def build(interpreter: Path, pyz: Path, output: Path) -> None:
    """Write the folder to the archive `output`. Raises ValueError if `interpreter` is not embeddable."""
    with zipfile.ZipFile(interpreter) as archive:
        files = {entry.filename: archive.read(entry) for entry in archive.infolist() if not entry.is_dir()}
    if any("/" in name or "\\" in name or ".." in name for name in files):
        raise ValueError(f"{interpreter.name} has folders: not python.org's embeddable archive")
    if len([name for name in files if _INTERPRETER.fullmatch(name)]) < 4:
        raise ValueError(f"{interpreter.name} is not python.org's embeddable archive")
    entries = {f"{FOLDER}/python/{name}": content for name, content in files.items()}
    entries[f"{FOLDER}/ctg-tui.pyz"] = pyz.read_bytes()
    for path in _OURS.iterdir():
        text = path.read_text(encoding="utf-8").replace("\n", "\r\n")
        entries[f"{FOLDER}/{path.name}"] = text.encode("ascii" if path.suffix == ".cmd" else "utf-8-sig")
    write_archive(output, entries)
