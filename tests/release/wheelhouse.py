"""All that pip needs to install the program without the network: the locked wheels, all of pure Python."""

from __future__ import annotations

import tempfile
import zipfile
from pathlib import Path

from tests.release.archives import write_archive
from tests.release.locked import build_wheel, fetch_wheels


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
