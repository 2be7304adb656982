"""Counts of what a person meets, at both sizes; `python -m tests.tui.counts` prints them."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final, NamedTuple

from ctg_tui.domain.assessment import Place
from ctg_tui.tui.widgets.frame import Foot
from ctg_tui.tui.widgets.table import ActivityTable
from tests.tui.driving import Driver, grid_screen, make, on_grid, page, press, running, shown
from tests.tui.test_commands_keys import every_command, meaning
from tests.tui.test_page_every import PAGES, receive_another

SIZES: Final = ((120, 40), (80, 24))
_MOST_STEPS: Final = 100


class Counts(NamedTuple):
    """What was counted, by page and size.

    `keys` stand at the foot, `rows` of the grid are the person's, `escapes` lead to Accueil, F3 goes to
    `walked` places.
    """

    keys: Mapping[tuple[str, tuple[int, int]], int]
    rows: Mapping[tuple[str, tuple[int, int]], int]
    escapes: Mapping[str, int]
    walked: int
    meanings: Mapping[str, tuple[str, ...]]


async def count(folder: Path, sizes: Sequence[tuple[int, int]] = SIZES) -> Counts:
    """Count everything, on an assessment and a file received in `folder`."""
    make(folder)
    receive_another(folder)
    keys: dict[tuple[str, tuple[int, int]], int] = {}
    rows: dict[tuple[str, tuple[int, int]], int] = {}
    escapes: dict[str, int] = {}
    for size in sizes:
        async with running(folder, size) as pilot:
            for name, way in {"HomeScreen": (), **PAGES}.items():
                await press(pilot, *way)
                assert page(pilot) == name
                keys[name, size] = len(pilot.app.screen.query_one(Foot).keys)
                if name == "GridScreen":
                    rows["grille", size] = own_rows(pilot)
                escapes[name] = 0
                while page(pilot) != "HomeScreen":
                    await press(pilot, "escape")
                    escapes[name] += 1
            await press(pilot, "x")
            rows["exemple", size] = own_rows(pilot)
    return Counts(keys, rows, escapes, await walked(folder), letters())


def own_rows(pilot: Driver) -> int:
    """Return the rows of the grid that show the person's lines, numbers and texts, or are kept for them."""
    lines = shown(pilot).splitlines()
    table = pilot.app.screen.query_one(ActivityTable).region
    foot = pilot.app.screen.query_one(Foot).region.y - 1
    body = [line[: table.width] for line in lines[table.y + 1 : foot]]
    others = ("Indicateurs", "──")
    return sum(not any(line.strip().startswith(word) for word in others) for line in body if line.strip())


async def walked(folder: Path) -> int:
    """Return how many places F3 goes to in a blank grid before it comes back to the first of them."""
    blank = folder / "vierge"
    blank.mkdir()
    make(blank)
    places: list[Place] = []
    async with on_grid(blank) as pilot:
        while len(places) < _MOST_STEPS:
            await press(pilot, "f3")
            place = grid_screen(pilot).view.place
            if place in places:
                break
            places.append(place)
    return len(places)


def letters() -> dict[str, tuple[str, ...]]:
    """Return the meanings of each letter in the whole program."""
    found: dict[str, dict[str, None]] = {}
    for command in every_command():
        for letter in command.letters:
            if len(letter) == 1:
                found.setdefault(letter, {})[meaning(command)] = None
    found.setdefault("n", {})["non concerné"] = None
    found.setdefault("c", {})["le cadre"] = None
    return {letter: tuple(found[letter]) for letter in sorted(found)}


def report(counts: Counts) -> Iterator[str]:
    yield "Keys at the foot (120×40, 80×24), Échap to Accueil"
    for name, most in counts.escapes.items():
        numbers = "  ".join(f"{counts.keys[name, size]:>2}" for size in SIZES)
        yield f"  {name:<20} {numbers}   {most}"
    yield "Rows of the person on the grid"
    for (what, (width, height)), number in counts.rows.items():
        yield f"  {what:<10} {width}×{height}  {number}"
    yield f"Cells that F3 walks  {counts.walked}"
    yield "Letters"
    for letter, found in counts.meanings.items():
        yield f"  {letter.upper()}  {' · '.join(found)}"


if __name__ == "__main__":
    with TemporaryDirectory() as made:
        print("\n".join(report(asyncio.run(count(Path(made))))))
