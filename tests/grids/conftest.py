"""The shipped grid, altered as a test wishes."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SHIPPED = ROOT / "data" / "grilles" / "charente-2024-08-proposee.toml"


@pytest.fixture
def altered(tmp_path: Path) -> Callable[..., Path]:
    """Return a function that copies the shipped grid with some of its text replaced."""

    def alter(*replacements: tuple[str, str], name: str = "grille.toml") -> Path:
        text = SHIPPED.read_text(encoding="utf-8")
        for old, new in replacements:
            assert old in text, old
            text = text.replace(old, new, 1)
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        return path

    return alter
