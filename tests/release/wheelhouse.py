"""All that pip needs to install the program without the network: `dist/wheelhouse.zip`.

`python -m tests.release.wheelhouse` collects the locked wheels, all of pure Python.
"""

from __future__ import annotations

import argparse
import tempfile
import zipfile
from pathlib import Path
from typing import Final

from tests.release.archives import write_archive
from tests.release.locked import ROOT, build_wheel, fetch_wheels

OUTPUT: Final = ROOT / "dist" / "wheelhouse.zip"


def build(output: Path, wheel: Path | None = None) -> None:
    """Write the wheels of the program and of all that it requires to the archive `output`.

    `wheel` is built when it is None. Raises CalledProcessError when a tool fails.
    """
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        own = wheel or build_wheel(folder / "own")
        wheels = fetch_wheels(folder / "wheels")
        entries = {f"wheelhouse/{path.name}": path.read_bytes() for path in (own, *wheels)}
        write_archive(output, entries, compression=zipfile.ZIP_STORED)


def _main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--output", type=Path, default=OUTPUT)
    parser.add_argument("--wheel", type=Path, help="built before; else it is built")
    arguments = parser.parse_args()
    build(arguments.output, arguments.wheel)


if __name__ == "__main__":
    _main()
