"""A person at the interface, who opens it on a folder, types, and reads the screen and what is stored."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from ctg_tui.domain.assessment import Assessment, Identity
from ctg_tui.domain.forecast import Forecast
from ctg_tui.domain.grid import Grid
from ctg_tui.storage.journal import read_forecast
from ctg_tui.tui.app import CtgApp
from tests.databases import DATABASE_NAME, open_workspace, read_again
from tests.tui import driving
from tests.tui.driving import IDENTITY, Driver

_NAMES = {
    "enter",
    "tab",
    "escape",
    "backspace",
    "delete",
    "space",
    "up",
    "down",
    "left",
    "right",
    "home",
    "end",
    "pageup",
    "pagedown",
}
RECEIVED = "r"
"""The way from the first page to the files received."""
_OTHER_KEYS = re.compile(r"f\d+|(?:ctrl|shift|alt)\+.+")
_SPACES: dict[str, int | str | None] = {
    "\N{NO-BREAK SPACE}": " ",
    "\N{NARROW NO-BREAK SPACE}": " ",
    "▌": " ",  # before the field that has the focus
}


class Person:
    """`does` takes names of keys and texts to type; `sees` reads the screen as a line, with plain spaces."""

    pilot: Driver

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @asynccontextmanager
    async def at(
        self,
        *keys: str,
        size: tuple[int, int] = (120, 40),
        identity: Identity | None = IDENTITY,
        grid: Grid | None = None,
        **how: Any,
    ) -> AsyncIterator[Person]:
        """Open the program on an assessment, made first if the folder has none, and press `keys`.

        It is filled with the grid that has the proposed lines, unless `grid` is given.
        """
        if identity is not None and not (self.folder / DATABASE_NAME).exists():
            driving.make(self.folder, identity, grid=grid)
        async with driving.running(self.folder, size, **how) as self.pilot:
            await self.does(*keys)
            yield self

    async def does(self, *typed: str) -> None:
        """Press each key, type each text; « text! » is pasted, « .id » is a command given by the palette."""
        for one in typed:
            if one in _NAMES or _OTHER_KEYS.fullmatch(one):
                await driving.press(self.pilot, one)
            elif one.endswith("!"):
                await driving.paste(self.pilot, one[:-1])
            elif one.startswith("."):
                await driving.give(self.pilot, one[1:])
            else:
                await driving.write(self.pilot, one)

    def saves(self) -> None:
        """Save the typed text, as quitting does."""
        driving.flush(self.pilot)

    @property
    def screen(self) -> str:
        return " ".join(driving.one_line(self.pilot).translate(str.maketrans(_SPACES)).split())

    @property
    def page(self) -> str:
        return driving.page(self.pilot)

    def sees(self, *words: str, not_: tuple[str, ...] = ()) -> None:
        """Fail unless every one of `words` is on the screen, and none of `not_`."""
        screen = self.screen
        missing = [word for word in words if word not in screen]
        unwanted = [word for word in not_ if word in screen]
        assert not missing + unwanted, (missing, unwanted, driving.shown(self.pilot))

    async def will_see(self, words: str) -> None:
        await driving.until(self.pilot, lambda: words in self.screen, words)

    def stored(self) -> Assessment:
        return read_again(self.folder)

    def forecast(self) -> Forecast:
        """Return the forecast of the database."""
        app = self.pilot.app
        if isinstance(app, CtgApp) and app.is_running:
            return read_forecast(app.workspace.store, 1).forecast
        workspace = open_workspace(self.folder)
        try:
            return read_forecast(workspace.store, 1).forecast
        finally:
            workspace.close()
