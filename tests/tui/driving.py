"""The real interface on a real base, driven by keys; what it shows as plain text."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from textual import events
from textual.keys import _character_to_key
from textual.pilot import Pilot
from textual.widget import Widget

from ctg_tui.domain.answers import Rating
from ctg_tui.domain.assessment import Adviser, Coordinator, Identity, Moment, Profile, Territory
from ctg_tui.domain.changes import Edit, rate
from ctg_tui.grids.catalogue import shipped_grids
from ctg_tui.services.workspace import Workspace
from ctg_tui.tui import autosave
from ctg_tui.tui.app import CtgApp
from ctg_tui.tui.screens.page import Page
from tests.databases import DATABASE_NAME, Clock, open_workspace, rows
from tests.tui.typing import at_rest

SIZES = [(80, 24), (120, 40), (200, 60)]
IDENTITY = Identity(
    2027,
    Moment.YEARLY,
    Territory("Communauté de communes Val de Charente", "200043016", "16", "val-de-charente"),
    (Coordinator("c1", "Nom", "Prénom", Profile.PROJECT_LEAD, ("famille", "education", "social")),),
    Adviser("Prénom Nom", "prenom.nom@exemple.fr"),
)

Driver = Pilot[int]


@asynccontextmanager
async def running(
    folder: Path, size: tuple[int, int] = (80, 24), clock: Clock | None = None
) -> AsyncIterator[Driver]:
    """The application on the base of `folder`, with its toasts and tooltips."""
    workspace = open_workspace(folder, clock)
    try:
        app = CtgApp(workspace)
        async with app.run_test(size=size, notifications=True, tooltips=True) as pilot:
            await pilot.pause()
            yield pilot
    finally:
        workspace.close()


def make(folder: Path, identity: Identity = IDENTITY, *, rating: Rating | None = None) -> int:
    """An assessment in the base of `folder`, every cell noted `rating` when it is given."""
    workspace = open_workspace(folder)
    try:
        made = workspace.create(identity)
        if rating is not None:
            note_everything(workspace, made, rating)
        return made
    finally:
        workspace.close()


def note_everything(workspace: Workspace, assessment_id: int, rating: Rating) -> None:
    grid, assessment = workspace.load(assessment_id)
    workspace.store.record(assessment_id, Edit("tout", rate(assessment, grid.cells, rating)), None)


def shown(pilot: Driver) -> str:
    """What the screen on top shows."""
    compositor = pilot.app.screen._compositor
    return "\n".join("".join(piece.text for piece in line) for line in compositor.render_strips())


def messages(pilot: Driver) -> list[str]:
    """What is told for a moment, each on one line."""
    return [one.message.replace("\n", " ") for one in pilot.app._notifications]


def without_rest(patched: pytest.MonkeyPatch) -> None:
    """What is typed is not saved by itself."""
    patched.setattr(autosave, "REST_SECONDS", 60)
    patched.setattr(autosave, "LONGEST_SECONDS", 60)


def page(pilot: Driver) -> str:
    """The name of the page on top."""
    return type(pilot.app.screen).__name__


def flush(pilot: Driver) -> None:
    """Write what the page on top still holds, as quitting does."""
    top = pilot.app.screen
    assert isinstance(top, Page)
    top.flush()


async def press(pilot: Driver, *keys: str) -> None:
    """Press each key on a page that is there to be read, as a person does: none is typed ahead."""
    for key in keys:
        await pilot.press(key)
        await at_rest(pilot)
    await pilot.pause()


async def write(pilot: Driver, text: str) -> None:
    """Type a text, key by key, as a terminal sends it (the pilot knows the names of ASCII keys only)."""
    driver = pilot.app._driver
    assert driver is not None
    for character in text:
        key = events.Key(_character_to_key(character), character)
        key.set_sender(pilot.app)
        driver.send_message(key)
        await pilot.pause()


async def paste(pilot: Driver, text: str, into: Widget | None = None) -> None:
    """Paste into what has the focus, or into a field that has not."""
    event = events.Paste(text)
    if into is None:
        pilot.app.post_message(event)
    else:
        event._set_forwarded()
        into.post_message(event)
    await at_rest(pilot)
    await pilot.pause()


def in_database(folder: Path, query: str, *parameters: object) -> list[tuple[Any, ...]]:
    """Rows of the base, read by SQLite alone."""
    return rows(folder / DATABASE_NAME, query, *parameters)


def faults_of_typography(text: str) -> Sequence[str]:
    """Signs of French punctuation beside a space that may break. The grid's own words are the Caf's."""
    found = re.findall(r"\S+ [:;!?»%€](?=\s|$)|« \S+", text)
    return [one for one in found if one.rstrip("…") not in _grid_words()]


@cache
def _grid_words() -> str:
    lines = [line.label for grid in shipped_grids() for line in grid.activities.values()]
    lines += [line.label for grid in shipped_grids() for line in grid.indicators.values()]
    lines += [mission.title for grid in shipped_grids() for mission in grid.missions]
    lines += [step.label for grid in shipped_grids() for step in grid.scale]
    return " ".join(lines)


def control_characters(text: str) -> Sequence[str]:
    """What a terminal could obey, other than the ends of our own lines."""
    return re.findall("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", text)
