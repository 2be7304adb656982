"""Asked to end by the system, the program first saves what was typed."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from ctg_tui.tui import terminal
from ctg_tui.tui.app import CtgApp
from tests.databases import read_again
from tests.tui.driving import WITHOUT_REST, make, on_grid, press, until, write


async def test_the_cross_of_a_windows_console_saves_the_comment_being_typed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[Callable[[], object]] = []
    monkeypatch.setattr(terminal, "when_console_closes", asked.append)
    make(tmp_path)
    async with on_grid(tmp_path, delays=WITHOUT_REST) as pilot:
        app = pilot.app
        assert isinstance(app, CtgApp)
        with monkeypatch.context() as windows:
            windows.setattr(os, "name", "nt")
            terminal.heed_signals(app._end, app._go_on, app.refresh)
        await press(pilot, "enter")
        await write(pilot, "texte")
        assert read_again(tmp_path).comments == {}
        await asyncio.to_thread(asked[0])  # Windows calls it on a thread of its own
        await until(pilot, lambda: app.return_code is not None)
        assert read_again(tmp_path).comments == {"m1.a01": "texte"}
