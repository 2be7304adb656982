"""A grid file and a later one of the same id: what the tests of a changed grid fill and open with."""

from __future__ import annotations

import re
from pathlib import Path

SHIPPED = Path(__file__).parent.parent / "data" / "grilles" / "charente-2024-08.toml"


def shorter_grid(folder: Path) -> Path:
    """A file of the id of the shipped grid, with the first three activities of each mission: 36 cells."""
    blocks = re.split(r"(?m)^(?=\[\[)", SHIPPED.read_text(encoding="utf-8"))
    kept = [block for block in blocks if not re.search(r'(?m)^id = "m\d\.a(?!0[123]")', block)]
    path = folder / "ancienne.toml"
    path.write_text("".join(kept), encoding="utf-8")
    return path
