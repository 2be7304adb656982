"""All that pip needs to install the program without the network: `dist/wheelhouse.zip`.

`python -m tests.release.wheelhouse` fetches the locked wheels, pure Python, and checks their hashes.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path
from typing import Final

from tests.release.archives import write_archive
from tests.release.locked import PURE_WHEELS, ROOT, build_wheel, runtime_lock

OUTPUT: Final = ROOT / "dist" / "wheelhouse.zip"


def build(output: Path, wheel: Path | None = None) -> None:
    """Write the wheels of the program and of all that it requires to the archive `output`.

    `wheel` is built when it is None. Raises CalledProcessError when a tool fails.
    """
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        own = wheel or build_wheel(folder / "own")
        wheels = folder / "wheels"
        wheels.mkdir()
        lock = folder / "runtime.lock"
        lock.write_text(runtime_lock(everywhere=True), encoding="utf-8")
        pip = (
            sys.executable,
            "-m",
            "pip",
            "download",
            "--quiet",
            "--no-deps",
            "--dest",
            wheels,
            *PURE_WHEELS,
        )
        subprocess.run([*pip, "--require-hashes", "-r", lock], check=True)
        entries = {f"wheelhouse/{path.name}": path.read_bytes() for path in (own, *wheels.iterdir())}
        write_archive(output, entries, compression=zipfile.ZIP_STORED)


def _main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--output", type=Path, default=OUTPUT)
    parser.add_argument("--wheel", type=Path, help="built before; else it is built")
    arguments = parser.parse_args()
    build(arguments.output, arguments.wheel)


if __name__ == "__main__":
    _main()
