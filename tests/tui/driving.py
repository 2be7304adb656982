"""Drive the real interface on a real database by keys, and read the screen as plain text."""

from __future__ import annotations

import asyncio
import re
import sqlite3
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from functools import cache
from pathlib import Path
from time import monotonic
from typing import Any, Final

from textual import events
from textual.drivers.headless_driver import HeadlessDriver
from textual.events import Resize
from textual.geometry import Size
from textual.pilot import Pilot

from ctg_tui.domain.assessment import (
    Adviser,
    Cell,
    Coordinator,
    Identity,
    Moment,
    Profile,
    Rating,
    Status,
    Territory,
)
from ctg_tui.domain.changes import Edit, Operation
from ctg_tui.domain.edits import rate
from ctg_tui.domain.grid import Grid
from ctg_tui.grids.catalogue import shipped_grids
from ctg_tui.services.sending import export
from ctg_tui.services.workspace import Workspace
from ctg_tui.storage import journal
from ctg_tui.tui.app import CtgApp
from ctg_tui.tui.grid import GridScreen
from ctg_tui.tui.later import Delays
from ctg_tui.tui.page import Page
from tests.databases import DATABASE_NAME, Clock, open_workspace, read_again, rows
from tests.effort import some
from tests.strategies import charente
from tests.tui.typing import MAX_SECONDS, at_rest, event_of, repaints_soon, settled

SIZES = [(80, 24), (120, 40), (200, 60)]
IDENTITY = Identity(
    2027,
    Moment.YEARLY,
    Territory("Communauté de communes Val de Charente", "200043016", "16", "val-de-charente"),
    (Coordinator("c1", "Nom", "Prénom", Profile.PROJECT_LEAD, ("famille", "education", "social")),),
    Adviser("Prénom Nom", "prenom.nom@exemple.fr"),
)

DELAYS = Delays(backup=3600)
"""No daily backup starts during a test."""
MAX_TEST_SECONDS: Final = 300.0
"""The longest that a test drives one interface: keys pressed until a page comes that never does end there."""

Driver = Pilot[int]
_MOST_PAGES: Final = 6


WITHOUT_REST: Final = DELAYS._replace(rest=3600, longest=3600)
"""Typed text is never saved by itself: on a busy machine, a field would be stored between two keys."""


@asynccontextmanager
async def running(
    folder: Path, size: tuple[int, int] = (80, 24), clock: Clock | None = None, delays: Delays = DELAYS
) -> AsyncIterator[Driver]:
    """Run the application on the database of `folder`, with its tooltips."""
    workspace = open_workspace(folder, clock)
    try:
        app = CtgApp(workspace, delays)
        async with app.run_test(size=size, tooltips=True) as pilot:
            await pilot.pause()
            async with asyncio.timeout(MAX_TEST_SECONDS):
                yield pilot
    finally:
        workspace.close()


def make(
    folder: Path, identity: Identity = IDENTITY, *, rating: Rating | None = None, grid: Grid | None = None
) -> int:
    """Create an assessment in the database of `folder`, every cell noted `rating` if given; return its id.

    It is filled with the grid that has the proposed lines, unless `grid` is given.
    """
    workspace = open_workspace(folder)
    try:
        made = workspace.create(identity, grid or charente())
        if rating is not None:
            note_everything(workspace, made, rating)
        return made
    finally:
        workspace.close()


def make_final(folder: Path) -> int:
    """Make an assessment with every cell noted and a final submission."""
    workspace = open_workspace(folder)
    made = workspace.create(IDENTITY, charente())
    note_everything(workspace, made, Rating.MOSTLY)
    out = folder / "envoi"
    out.mkdir()
    export(workspace, made, out, Status.FINAL)
    workspace.close()
    return made


@contextmanager
def held(folder: Path) -> Iterator[None]:
    """Let another program lock the database of `folder` until the end of the block."""
    other = sqlite3.connect(folder / DATABASE_NAME, isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    try:
        yield
    finally:
        other.execute("ROLLBACK")
        other.close()


def note_everything(workspace: Workspace, assessment_id: int, rating: Rating) -> None:
    grid, assessment = workspace.load(assessment_id)
    journal.record(
        workspace.store, assessment_id, Edit(Operation.IMPORT, rate(assessment, grid.cells, rating))
    )


@asynccontextmanager
async def on_grid(
    folder: Path, size: tuple[int, int] = (120, 40), clock: Clock | None = None, delays: Delays = DELAYS
) -> AsyncIterator[Driver]:
    """Open the grid of the last assessment of the database by Entrée, as a person does."""
    async with running(folder, size, clock, delays) as pilot:
        await press(pilot, "enter")
        assert isinstance(pilot.app.screen, GridScreen)
        yield pilot


def grid_screen(pilot: Driver) -> GridScreen:
    """Return the page on top, which is a grid."""
    screen = pilot.app.screen
    assert isinstance(screen, GridScreen)
    return screen


def cursor(pilot: Driver) -> Cell:
    """Return the cell under the cursor of the grid."""
    return grid_screen(pilot).view.cell


def shown(pilot: Driver) -> str:
    """Return the text of the screen on top."""
    compositor = pilot.app.screen._compositor
    return "\n".join("".join(piece.text for piece in line) for line in compositor.render_strips())


def one_line(pilot: Driver) -> str:
    """Return the text of the screen as one line, without the borders that cut it."""
    return " ".join(shown(pilot).replace("│", " ").split())


def messages(pilot: Driver) -> list[str]:
    """Return the message of the row above the foot, on one line; none where none is shown."""
    app = pilot.app
    assert isinstance(app, CtgApp)
    return [app.said.text.replace("\n", " ")] if app.said.text else []


def message(pilot: Driver) -> str:
    """Return the text of the message; empty without any."""
    return " ".join(messages(pilot))


async def until(pilot: Driver, state: Callable[[], object], expected: str = "") -> None:
    """Run the interface until `state` is true; fail with the text of the screen when it never is."""
    ends = monotonic() + MAX_SECONDS
    while not state():
        assert monotonic() < ends, f"{expected or 'the state'} did not come:\n{shown(pilot)}"
        await pilot.pause(0.01)
    await settled(pilot)


async def until_shown(pilot: Driver, words: str) -> None:
    """Wait until the screen shows `words`, wherever its lines are cut."""
    await until(pilot, lambda: words in one_line(pilot), words)


async def until_stored(folder: Path, pilot: Driver, field: str, value: object) -> None:
    """Wait until another process reads `value` as a field of the assessment."""
    await until(pilot, lambda: getattr(read_again(folder), field) == value, f"{field} = {value}")


async def until_written(pilot: Driver) -> None:
    """Wait until nothing typed waits to be written."""
    app = pilot.app
    assert isinstance(app, CtgApp)
    await until(pilot, lambda: not any(page.is_unsaved for page in app._pages()), "all written")


async def until_painted(pilot: Driver) -> None:
    """Wait until nothing is left to be painted or laid out."""
    await until(pilot, lambda: not repaints_soon(pilot.app.screen), "all painted")


def page(pilot: Driver) -> str:
    """Return the class name of the page on top."""
    return type(pilot.app.screen).__name__


async def go_home(pilot: Driver) -> None:
    """Go back to Accueil by Échap."""
    for _ in range(_MOST_PAGES):
        if page(pilot) == "HomeScreen":
            return
        await press(pilot, "escape")
    raise AssertionError(page(pilot))


def flush(pilot: Driver) -> None:
    """Save the typed text of the page on top, as quitting does."""
    top = pilot.app.screen
    assert isinstance(top, Page)
    top.flush()


async def press(pilot: Driver, *keys: str) -> None:
    """Press each key on a page that is painted, as a person does; « .id » is a command given by F2."""
    for key in keys:
        if key.startswith(".") and len(key) > 1:
            await give(pilot, key[1:])
        else:
            pilot.app.post_message(event_of(key))
            await settled(pilot)


async def resize(pilot: Driver, width: int, height: int) -> None:
    """Give the window another size, and wait until the page is painted in it."""
    app, size = pilot.app, Size(width, height)
    assert isinstance(app._driver, HeadlessDriver)
    app._driver._size = size
    if app.size != size:
        app.post_message(Resize(size, size))
        await until(pilot, lambda: app.size == size and app._resize_event is None)  # a timer brings it
    await settled(pilot)


async def resized(pilot: Driver, *sizes: tuple[int, int]) -> AsyncIterator[tuple[int, int]]:
    """Give the window each of `sizes` in turn, from the smallest to the largest by default.

    By day, the first of them and the last.
    """
    sizes = sizes or tuple(SIZES)
    for size in some(sizes, len(sizes) - 1):
        await resize(pilot, *size)
        yield size


async def give(pilot: Driver, command_id: str) -> None:
    """Give a command of the page on top, as the palette does."""
    app = pilot.app
    assert isinstance(app, CtgApp)
    top = app.screen
    assert isinstance(top, Page)
    app.call_later(app.give, next(each for each in top.commands() if each.id == command_id))
    await settled(pilot)


async def write(pilot: Driver, text: str) -> None:
    """Type a text, each key once the effects of the one before are done."""
    for character in text:
        pilot.app.post_message(event_of(character))
        await at_rest(pilot)
    await settled(pilot)


async def paste(pilot: Driver, text: str) -> None:
    """Paste into the focused widget."""
    pilot.app.post_message(events.Paste(text))
    await settled(pilot)


def in_database(folder: Path, query: str, *parameters: object) -> list[tuple[Any, ...]]:
    """Return rows of the database, read by SQLite alone."""
    return rows(folder / DATABASE_NAME, query, *parameters)


def faults_of_typography(text: str) -> Sequence[str]:
    """Return signs of French punctuation beside a breaking space, except in the grid's own words."""
    found = re.findall(r"\S+ [:;!?»%€](?=\s|$)|« \S+", text)
    return [sign for sign in found if sign.rstrip("…") not in _grid_words()]


@cache
def _grid_words() -> str:
    lines = [line.label for grid in shipped_grids() for line in grid.activities.values()]
    lines += [line.label for grid in shipped_grids() for line in grid.indicators.values()]
    lines += [mission.title for grid in shipped_grids() for mission in grid.missions]
    lines += [label for grid in shipped_grids() for label in grid.scale.values()]
    lines += [rate.text for grid in shipped_grids() for rate in grid.funding.rates]
    return " ".join(lines)


def control_characters(text: str) -> Sequence[str]:
    """Return the characters that a terminal could obey, except the line ends that we write."""
    return re.findall("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", text)
