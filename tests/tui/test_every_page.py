"""The promises of every page: any size, French only, no character for the terminal, Échap goes back."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from ctg_tui.domain.answers import Rating
from ctg_tui.domain.assessment import Adviser, Coordinator, Profile, Territory
from ctg_tui.domain.changes import Edit, Operation
from ctg_tui.domain.edits import rate
from ctg_tui.tui.screens import sending, workbooks
from tests.databases import open_workspace
from tests.strategies import HOSTILE_TEXTS
from tests.tui.driving import IDENTITY, control_characters, make, page, press, running, shown

PAGES = {
    "FormScreen": ("f",),
    "GridScreen": ("enter",),
    "IndicatorsScreen": ("enter", "f5", "3"),
    "SummaryScreen": ("s",),
    "PreparationScreen": ("s", "p"),
    "SendingScreen": ("e",),
    "ForecastScreen": ("p",),
    "RestoreScreen": ("b",),
    "WorkbooksScreen": ("t",),
    "ReceivedScreen": ("c",),
    "GridsScreen": ("i",),
    "LogScreen": ("k",),
    "RadarScreen": ("g",),
}
_MOST_PAGES = 6
"""Pages and dialogs open at once, at most."""
ENGLISH = re.compile(
    r"\b(select|cursor|press|quit|copy|paste|matches|found|screen|submit|delete|close|search|help|"
    r"keys|toggle|scroll|loading)\b",
    re.IGNORECASE,
)


@pytest.fixture(autouse=True)
def _documents(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sending, "default_folder", lambda: tmp_path)
    monkeypatch.setattr(workbooks, "usual_folders", lambda: (tmp_path,))


@pytest.mark.parametrize("name", PAGES)
async def test_a_page_lives_through_any_size_and_escape_leads_home(tmp_path: Path, name: str) -> None:
    make(tmp_path, rating=Rating.PARTLY)
    async with running(tmp_path, (60, 16)) as pilot:
        await press(pilot, *PAGES[name])
        assert page(pilot) == name
        for size in ((20, 5), (1, 1), (300, 80), (80, 24), (60, 16)):
            await pilot.resize_terminal(*size)
            await pilot.pause()
        text = shown(pilot)
        assert len(text.split()) > 10, "something is shown in 60 columns and 16 rows"
        for _ in PAGES[name]:
            await press(pilot, "escape")
        assert page(pilot) == "HomeScreen"


@pytest.mark.parametrize(
    ("name", "has_assessment"),
    [
        *((name, True) for name in PAGES),
        *((name, False) for name in ("HomeScreen", "RestoreScreen", "GridsScreen", "LogScreen")),
    ],
)
async def test_no_f_key_ends_the_program_on_any_page(
    tmp_path: Path, name: str, *, has_assessment: bool
) -> None:
    if has_assessment:
        make(tmp_path)
    async with running(tmp_path, (120, 40)) as pilot:
        for key in ("f3", "f4", "f5", "f6", "f7", "f8", "f9"):
            await press(pilot, *PAGES.get(name, ()), key)
            for _ in range(_MOST_PAGES):
                if page(pilot) != "HomeScreen":
                    await press(pilot, "escape")
            assert page(pilot) == "HomeScreen", key


@pytest.mark.parametrize("name", PAGES)
async def test_a_page_speaks_french_in_its_text_its_help_and_its_palette(tmp_path: Path, name: str) -> None:
    make(tmp_path)
    async with running(tmp_path, (120, 40)) as pilot:
        await press(pilot, *PAGES[name])
        texts = [shown(pilot)]
        for key in ("f1", "f2"):
            await press(pilot, key)
            assert page(pilot) != name
            texts.append(shown(pilot))
            await press(pilot, "escape")
        assert page(pilot) == name
    for text in texts:
        assert not ENGLISH.findall(text)


@pytest.mark.parametrize("name", PAGES)
async def test_a_page_shows_hostile_texts_as_text(tmp_path: Path, name: str) -> None:
    hostile = "".join(HOSTILE_TEXTS[:14])
    identity = IDENTITY._replace(
        territory=Territory(hostile),
        coordinators=(Coordinator("c1", hostile, hostile, Profile.PROJECT_LEAD),),
        adviser=Adviser(hostile, hostile),
    )
    made = make(tmp_path, identity)
    workspace = open_workspace(tmp_path)
    session = workspace.open(made)
    workspace.store.record(
        made, Edit(Operation.OTHER, rate(session.assessment, session.grid.cells[:6], Rating.NO)), None
    )
    session = workspace.open(made)
    session.comment("m1.a01", hostile)
    session.remark("m1.i01", hostile)
    workspace.close()
    async with running(tmp_path, (120, 40)) as pilot:
        assert not control_characters(shown(pilot))
        await press(pilot, *PAGES[name])
        assert page(pilot) == name
        assert not control_characters(shown(pilot))
