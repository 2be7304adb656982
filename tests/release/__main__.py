"""Every file of a release, in a folder: `python -m tests.release [--interpreter EMBED.zip] [PYTHON]`.

The wheel, the folder for Windows, the notes and the checksums. The wheel is then run from an empty folder, as
a person who has just received it does, and a line says what it weighs and how it ended. What else lies there,
a list of components for example, is in the checksums too.
"""

from __future__ import annotations

import argparse
import hashlib
import shutil
import sys
import tempfile
import time
from pathlib import Path
from typing import Final

from ctg_tui import __version__
from tests.release import notes, windows
from tests.release.conftest import install, run
from tests.release.locked import ROOT, build_wheel

CODES: Final = {"--version": 0, "--sans-sens": 2, "grille verifier grille.toml": 3, "liste": 4}
"""What is run in an empty folder that holds a wrong grid, and the exit code of each."""
NOTES: Final = "notes.md"
CHECKSUMS: Final = "SHA256SUMS"


def build(dist: Path, python: str, interpreter: Path | None) -> None:
    """Write the files of the release to `dist`, the checksums last; `python` compiles for `interpreter`.

    Raises ValueError when the changelog has no section for this version or `interpreter` is not python.org's
    archive, CalledProcessError when a tool fails.
    """
    changelog = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    text = notes.notes(f"v{__version__}", changelog)
    dist.mkdir(exist_ok=True)
    wheel = build_wheel(dist)
    if interpreter is not None:
        with tempfile.TemporaryDirectory() as name:
            program = Path(name) / windows.PROGRAM
            windows.assemble(wheel, python, program)
            windows.build(interpreter, program, dist / "ctg-tui-windows.zip")
    (dist / NOTES).write_text(text, encoding="utf-8")
    (dist / CHECKSUMS).write_text(_checksums(dist), encoding="ascii")


def _checksums(dist: Path) -> str:
    """Return the lines that `sha256sum --check` reads, for all that is published."""
    files = sorted(path for path in dist.iterdir() if path.name not in {NOTES, CHECKSUMS})
    return "".join(f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.name}\n" for path in files)


def tried(wheel: Path, place: Path) -> str:
    """Install the wheel in `place`, run it from an empty folder; return its row.

    Raises AssertionError for another exit code.
    """
    environment, empty = place / "installé", place / "vide"
    for folder in (environment, empty):
        folder.mkdir()
    program = install(wheel, environment) / "ctg-tui"
    (empty / "grille.toml").write_text("[grille]\n", encoding="utf-8")
    seconds = []
    for words, expected in CODES.items():
        begun = time.monotonic()
        answer = run(program, *words.split(), cwd=empty)
        seconds.append(time.monotonic() - begun)
        assert answer.returncode == expected, (words, answer.returncode, answer.stderr)
        assert words != "--version" or __version__ in answer.stdout, answer.stdout
    codes = " ".join(map(str, CODES.values()))
    return f"{wheel.name:28} {wheel.stat().st_size / 1e6:6.1f} MB   {seconds[0]:5.2f} s   exit codes {codes}"


def _main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.release", description=__doc__)
    parser.add_argument(
        "--interpreter", type=Path, help="python.org's embeddable archive, its signature checked"
    )
    parser.add_argument("--output", type=Path, default=ROOT / "dist")
    parser.add_argument(
        "python", nargs="?", default=sys.executable, help="compiles for Windows, of the interpreter's version"
    )
    arguments = parser.parse_args()
    build(arguments.output, arguments.python, arguments.interpreter)
    if arguments.interpreter is None:
        print("Without --interpreter there is no folder for Windows.")
    with tempfile.TemporaryDirectory() as name:
        place = Path(name) / "Téléchargements de l’été"
        place.mkdir()
        copies = place / "reçus"
        shutil.copytree(arguments.output, copies)
        for path in (*copies.iterdir(), copies):
            path.chmod(0o555)
        before = sorted(copies.iterdir())
        print(tried(next(copies.glob("*.whl")), place))
        assert sorted(copies.iterdir()) == before
    print((arguments.output / CHECKSUMS).read_text(encoding="ascii"), end="")


if __name__ == "__main__":
    _main()
