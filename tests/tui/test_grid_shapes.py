"""Grille: any grid file that is accepted is shown and filled, whatever its size and its words."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from itertools import cycle
from pathlib import Path

import pytest

from ctg_tui.domain.assessment import Rating
from ctg_tui.domain.grid import Grid
from ctg_tui.domain.text import clean
from ctg_tui.grids.catalogue import Catalogue
from ctg_tui.services.workspace import Workspace
from ctg_tui.tui.app import CtgApp
from ctg_tui.tui.grid.page import GridScreen
from tests.databases import Clock, close, open_session, read_again
from tests.effort import some
from tests.strategies import HOSTILE_TEXTS, make_grid
from tests.tui.driving import (
    DELAYS,
    SIZES,
    Driver,
    control_characters,
    press,
    resize,
    shown,
)

SHAPES = {
    "six policies": make_grid((3, 2), ("a", "b", "c", "d", "e", "f"), (0, 0)),
    "nine missions": make_grid((2,) * 9, ("famille", "social"), (0,) * 9),
    "sixty lines": make_grid((60,), ("famille", "education", "social"), (0,)),
    "long policies": make_grid((3,), ("une politique au nom interminable", "une autre du même genre"), (0,)),
    "one cell": make_grid((1,), ("famille",), (0,)),
}


def with_words(grid: Grid, *words: str) -> Grid:
    """Return `grid` with each kind of text of a grid file replaced in turn by each of `words`."""
    texts = [clean(text) or "?" for text in words]
    every = " ".join(texts)
    return replace(
        grid,
        title=every,
        scale=tuple(step._replace(label=text) for step, text in zip(grid.scale, cycle(texts), strict=False)),
        policies=tuple(
            policy._replace(label=text) for policy, text in zip(grid.policies, cycle(texts), strict=False)
        ),
        missions=tuple(
            mission._replace(
                title=text,
                short_title=text,
                activities=tuple(line._replace(label=text, source=text) for line in mission.activities),
            )
            for mission, text in zip(grid.missions, cycle(texts), strict=False)
        ),
    )


@asynccontextmanager
async def grid_page(folder: Path, grid: Grid, size: tuple[int, int]) -> AsyncIterator[Driver]:
    """Open the grid page on an empty assessment of `grid`."""
    session = open_session(folder, grid=grid)

    workspace = Workspace(session._store, Clock())
    workspace.catalogue = Catalogue(lambda: [(grid, True)])

    class OnGrid(CtgApp):
        def get_default_screen(self) -> GridScreen:
            return GridScreen(workspace, session)

    try:
        async with OnGrid(workspace, DELAYS).run_test(size=size, tooltips=True) as pilot:
            await pilot.pause()
            yield pilot
            assert isinstance(pilot.app.screen, GridScreen)
    finally:
        close(session)


@pytest.mark.parametrize("name", some([*SHAPES], 2))
async def test_every_shape_of_grid_is_shown_and_filled_while_the_window_changes(
    tmp_path: Path, name: str
) -> None:
    grid = SHAPES[name]
    cells = grid.cells[:12]
    async with grid_page(tmp_path, grid, (60, 16)) as pilot:
        for rank, _ in enumerate(cells):
            await resize(pilot, *((60, 16), *SIZES)[rank % 4])
            await press(pilot, "2")
            assert cells[rank].activity[1:].replace(".a0", ".") in shown(pilot)
    assert read_again(tmp_path).answers == dict.fromkeys(cells, Rating.MOSTLY)


async def test_hostile_words_of_a_grid_file_are_only_words(tmp_path: Path) -> None:
    shape = make_grid((1,) * 4, ("famille", "education", "social", "logement"), (0,))
    for first in some(range(0, len(HOSTILE_TEXTS), 4)):
        words = HOSTILE_TEXTS[first : first + 4]
        folder = tmp_path / str(first)
        folder.mkdir()
        grid = with_words(shape, *words)
        async with grid_page(folder, grid, (80, 24)) as pilot:
            for key in ("2", "h", "escape", "f8", "escape", *["pagedown", "1"] * 3):
                await press(pilot, key)
                assert not control_characters(shown(pilot)), [word[:60] for word in words]
        assert read_again(folder).answers[grid.cells[0]] is Rating.MOSTLY, [word[:60] for word in words]


async def test_the_landmarks_of_a_line_stand_under_the_scale_and_nothing_moves(tmp_path: Path) -> None:
    grid = make_grid((3,), ("famille", "education"), (0,))
    first, *others = grid.missions[0].activities
    noted = first._replace(landmarks=(("2", "tableau de bord tenu"), ("3", "et partagé")))
    grid = replace(grid, missions=(grid.missions[0]._replace(activities=(noted, *others)),))
    async with grid_page(tmp_path, grid, (80, 24)) as pilot:
        for size in ((60, 16), *SIZES):
            await resize(pilot, *size)
            await press(pilot, "home")
            lines = shown(pilot).replace("\xa0", " ").splitlines()
            scale = next(y for y, line in enumerate(lines) if "0 Non" in line)
            assert "2 : tableau de bord tenu  3 : et partagé" in lines[scale + 1], size
            await press(pilot, "down")
            assert "0 Non" in shown(pilot).replace("\xa0", " ").splitlines()[scale], "the scale stays"
            assert "tableau de bord" not in shown(pilot), size
