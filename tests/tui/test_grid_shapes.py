"""Grille: any grid file that is accepted is shown and filled, whatever its size and its words."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import cycle

import pytest

from ctg_tui.domain.assessment import Rating
from ctg_tui.domain.grid import Grid
from ctg_tui.domain.text import clean
from ctg_tui.grids.catalogue import Catalogue
from tests.effort import some
from tests.strategies import HOSTILE_TEXTS, make_grid
from tests.tui.driving import SIZES, control_characters, resize, shown
from tests.tui.person import Person

Knows = Callable[[Grid], None]
SHAPES = {
    "six policies": make_grid((3, 2), ("a", "b", "c", "d", "e", "f"), (0, 0)),
    "nine missions": make_grid((2,) * 9, ("famille", "social"), (0,) * 9),
    "sixty lines": make_grid((60,), ("famille", "education", "social"), (0,)),
    "long policies": make_grid((3,), ("une politique au nom interminable", "une autre du même genre"), (0,)),
    "one cell": make_grid((1,), ("famille",), (0,)),
}


@pytest.fixture
def knows(monkeypatch: pytest.MonkeyPatch) -> Knows:
    """Return what has the program know a grid, as if its file were installed."""
    return lambda grid: monkeypatch.setattr(Catalogue, "find", lambda *_: grid)


def with_words(grid: Grid, *words: str) -> Grid:
    """Return `grid` with each kind of text of a grid file replaced in turn by each of `words`."""
    texts = [clean(text) or "?" for text in words]
    every = " ".join(texts)
    return replace(
        grid,
        title=every,
        scale=dict(zip(grid.scale, cycle(texts), strict=False)),
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


@pytest.mark.parametrize("name", some([*SHAPES], 3))
async def test_every_shape_of_grid_is_shown_and_filled_while_the_window_changes(
    person: Person, knows: Knows, name: str
) -> None:
    grid = SHAPES[name]
    knows(grid)
    cells = grid.cells[:12]
    async with person.at("enter", size=(60, 16), grid=grid):
        for rank, _ in enumerate(cells):
            await resize(person.pilot, *((60, 16), *SIZES)[rank % 4])
            await person.does("2")
            person.sees(cells[rank].activity[1:].replace(".a0", "."))
    assert person.stored().answers == dict.fromkeys(cells, Rating.MOSTLY)


async def test_hostile_words_of_a_grid_file_are_only_words(person: Person, knows: Knows) -> None:
    shape = make_grid((1,) * 4, ("famille", "education", "social", "logement"), (0,))
    folder = person.folder
    for first in some(range(0, len(HOSTILE_TEXTS), 4)):
        words = HOSTILE_TEXTS[first : first + 4]
        person.folder = folder / str(first)
        person.folder.mkdir()
        grid = with_words(shape, *words)
        knows(grid)
        async with person.at("enter", size=(80, 24), grid=grid):
            for key in ("2", "h", "escape", "f8", "escape", *["pagedown", "1"] * 3):
                await person.does(key)
                assert not control_characters(shown(person.pilot)), [word[:60] for word in words]
        assert person.stored().answers[grid.cells[0]] is Rating.MOSTLY, [word[:60] for word in words]


async def test_the_landmarks_of_a_line_stand_under_the_scale_and_nothing_moves(
    person: Person, knows: Knows
) -> None:
    grid = make_grid((3,), ("famille", "education"), (0,))
    first, *others = grid.missions[0].activities
    noted = first._replace(landmarks=(("2", "tableau de bord tenu"), ("3", "et partagé")))
    grid = replace(grid, missions=(grid.missions[0]._replace(activities=(noted, *others)),))
    knows(grid)
    async with person.at("enter", size=(80, 24), grid=grid):
        for size in ((60, 16), *SIZES):
            await resize(person.pilot, *size)
            await person.does("home")
            lines = shown(person.pilot).replace("\xa0", " ").splitlines()
            scale = next(y for y, line in enumerate(lines) if "0 Non" in line)
            assert "2 : tableau de bord tenu  3 : et partagé" in lines[scale + 1], size
            await person.does("down")
            assert "0 Non" in shown(person.pilot).replace("\xa0", " ").splitlines()[scale], "the scale stays"
            assert "tableau de bord" not in shown(person.pilot), size
