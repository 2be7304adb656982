"""Pictures of stable screens: a change of any cell makes the test fail.

`pytest tests/tui/test_snapshots.py --snapshot-update` takes them again; check them before committing.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from textual.app import App

from ctg_tui.domain.answers import NOT_CONCERNED, Answer, Rating
from ctg_tui.domain.changes import Edit, Operation
from ctg_tui.domain.edits import rate
from ctg_tui.tui.app import CtgApp
from tests.databases import open_workspace
from tests.strategies import charente
from tests.tui.driving import (
    DELAYS,
    make,
)

Compare = Callable[..., bool]


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
def app(tmp_path: Path) -> Iterator[App[int]]:
    """Yield the application on a database with one assessment, half filled."""
    made = make(tmp_path)
    workspace = open_workspace(tmp_path)
    _, assessment = workspace.load(made)
    pattern: tuple[Answer, ...] = (Rating.FULLY, Rating.MOSTLY, NOT_CONCERNED, Rating.PARTLY, Rating.MOSTLY)
    for answer in set(pattern):
        cells = [cell for rank, cell in enumerate(charente().cells[:90]) if pattern[rank % 5] is answer]
        workspace.store.record(made, Edit(Operation.RATE, rate(assessment, cells, answer)), None)
    session = workspace.open(made)
    session.comment("m1.a01", "Quatre actions sur cinq sont lancées.")
    try:
        yield CtgApp(workspace, DELAYS)
    finally:
        workspace.close()


@pytest.mark.parametrize("size", [(60, 16), (80, 24), (120, 40)], ids=lambda size: f"{size[0]}x{size[1]}")
def test_grid(snap_compare: Compare, app: App[int], size: tuple[int, int]) -> None:
    assert snap_compare(app, press=["enter", "wait:300"], terminal_size=size)


@pytest.mark.parametrize("theme", ["clair", "contraste", "deux-tons"])
def test_grid_in_each_theme(snap_compare: Compare, app: App[int], theme: str) -> None:
    app.theme = theme
    assert snap_compare(app, press=["enter", "wait:300"], terminal_size=(80, 24))


def test_help(snap_compare: Compare, app: App[int]) -> None:
    assert snap_compare(app, press=["enter", "f1", "wait:200"], terminal_size=(100, 40))


def test_why(snap_compare: Compare, app: App[int]) -> None:
    assert snap_compare(app, press=["enter", "f8", "wait:300"], terminal_size=(80, 24))
