"""Pictures of stable screens: a change of any cell makes the test fail.

`KEEP_PICTURES=1 pytest tests/tui/test_page_snapshots.py` takes them again; look at them before committing.
"""

from __future__ import annotations

import os
import re
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from ctg_tui.domain.assessment import NOT_CONCERNED, Answer, Rating
from ctg_tui.domain.changes import Edit, Operation
from ctg_tui.domain.edits import rate
from tests.databases import open_workspace
from tests.strategies import charente
from tests.tui.driving import Driver, make, press, running, until_painted

KEPT = Path(__file__).parent / "kept_pictures"
_UNIQUE = re.compile(r"\bterminal-\d+-([\w-]+)")
"""The names that Rich gives the parts of a picture: a number of their own each time."""


@pytest.fixture(autouse=True)
def one_time_zone(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("TZ", "UTC")
    if hasattr(time, "tzset"):
        time.tzset()
    yield
    monkeypatch.undo()
    if hasattr(time, "tzset"):
        time.tzset()


@pytest.fixture
def half_filled(tmp_path: Path) -> Path:
    """Return the folder of a database with one assessment, half filled."""
    made = make(tmp_path)
    workspace = open_workspace(tmp_path)
    _, assessment = workspace.load(made)
    pattern: tuple[Answer, ...] = (Rating.FULLY, Rating.MOSTLY, NOT_CONCERNED, Rating.PARTLY, Rating.MOSTLY)
    for answer in dict.fromkeys(pattern):
        cells = [cell for rank, cell in enumerate(charente().cells[:90]) if pattern[rank % 5] is answer]
        workspace.store.record(made, Edit(Operation.RATE, rate(assessment, cells, answer)), None)
    workspace.open(made).comment("m1.a01", "Quatre actions sur cinq sont lancées.")
    workspace.close()
    return tmp_path


async def compare(pilot: Driver, name: str, folder: Path) -> None:
    """Compare the screen with the picture kept as `name`; a new one is left in `folder`."""
    await until_painted(pilot)
    picture = _UNIQUE.sub(r"terminal-\1", pilot.app.export_screenshot(title="ctg-tui", simplify=True))
    kept = KEPT / f"{name}.svg"
    if os.environ.get("KEEP_PICTURES"):
        kept.write_text(picture, encoding="utf-8")
    if picture != kept.read_text(encoding="utf-8"):
        new = folder / f"{name}.svg"
        new.write_text(picture, encoding="utf-8")
        pytest.fail(f"the screen is not that of {kept}: look at {new}")


@pytest.mark.parametrize("size", [(60, 16), (80, 24), (120, 40)], ids=lambda size: f"{size[0]}x{size[1]}")
async def test_grid(half_filled: Path, tmp_path: Path, size: tuple[int, int]) -> None:
    async with running(half_filled, size) as pilot:
        await press(pilot, "ctrl+g")
        await compare(pilot, f"grid-{size[0]}x{size[1]}", tmp_path)


@pytest.mark.parametrize("theme", ["clair", "contraste"])
async def test_grid_in_each_theme(half_filled: Path, tmp_path: Path, theme: str) -> None:
    async with running(half_filled) as pilot:
        pilot.app.theme = theme
        await press(pilot, "ctrl+g")
        await compare(pilot, f"grid-80x24-{theme}", tmp_path)


async def test_help(half_filled: Path, tmp_path: Path) -> None:
    async with running(half_filled, (100, 40)) as pilot:
        await press(pilot, "ctrl+g", "f1")
        await compare(pilot, "help-100x40", tmp_path)


async def test_why(half_filled: Path, tmp_path: Path) -> None:
    async with running(half_filled) as pilot:
        await press(pilot, "ctrl+g", "f8")
        await compare(pilot, "why-80x24", tmp_path)
