"""An earlier version of the shipped grid, for the tests of a changed grid."""

from __future__ import annotations

import re
from pathlib import Path

SHIPPED = Path(__file__).parent.parent / "data" / "grilles" / "charente-2024-08-proposee.toml"


def shorter_grid(folder: Path) -> Path:
    """Write a grid of the shipped id with three activities per mission (36 cells); return its path."""
    blocks = re.split(r"(?m)^(?=\[\[)", SHIPPED.read_text(encoding="utf-8"))
    blocks = [block for block in blocks if not re.search(r'(?m)^id = "m\d\.a(?!0[123]")', block)]
    path = folder / "ancienne.toml"
    path.write_text("".join(blocks), encoding="utf-8")
    return path
