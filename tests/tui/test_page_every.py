"""The promises of every page: any size, French only, few keys at its foot, its help, Échap goes back."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from ctg_tui.domain.assessment import Action, PreparationTopic, Rating
from ctg_tui.tui.help import PURPOSES
from ctg_tui.tui.widgets.frame import Foot
from ctg_tui.tui.widgets.listing import Listing
from tests.databases import open_workspace
from tests.effort import IS_NIGHT, some
from tests.received import an_assessment, receive, submission, write
from tests.strategies import HOSTILE_TEXTS
from tests.tui.driving import (
    Driver,
    control_characters,
    go_home,
    make,
    messages,
    one_line,
    page,
    press,
    resize,
    running,
    shown,
)

pytestmark = pytest.mark.usefixtures("documents")

PAGES = {
    "FormScreen": (".etapes.vous",),
    "GridScreen": ("ctrl+g",),
    "ResultsScreen": ("f4",),
    "PreparationScreen": (".etapes.entretien",),
    "SendingScreen": ("f9",),
    "ForecastScreen": (".etapes.previsionnel",),
    "RestoreScreen": ("s",),
    "OpeningScreen": ("o",),
    "ReceivedScreen": ("r",),
}
F_KEYS = tuple(f"f{number}" for number in range(3, 10))
ENGLISH = re.compile(
    r"\b(select|cursor|press|quit|copy|paste|matches|found|screen|submit|delete|close|search|help|"
    r"keys|toggle|scroll|loading)\b",
    re.IGNORECASE,
)


def write_hostile_texts(folder: Path, made: int) -> None:
    """Write in each kind of field what a terminal would obey."""
    workspace = open_workspace(folder)
    session = workspace.open(made)
    text = "".join(HOSTILE_TEXTS[4:11])
    session.comment("m1.a01", text)
    session.plan("m1.a01", Action(text, text))
    session.prepare(PreparationTopic.STRONG_POINTS, text)
    workspace.close()


def receive_another(folder: Path) -> None:
    """Receive a submission of somebody else."""
    workspace = open_workspace(folder)
    receive(workspace, write(folder / "recus", [submission(an_assessment())]))
    workspace.close()


async def test_every_page_is_french_at_any_size_with_its_help_its_few_keys_that_never_end_it_and_its_way_home(
    tmp_path: Path,
) -> None:
    """The terminal's cursor, which magnifiers and screen readers follow, stands on what is active there."""
    write_hostile_texts(tmp_path, make(tmp_path, rating=Rating.PARTLY))
    receive_another(tmp_path)
    sizes = ((20, 5), (1, 1), (300, 80), (120, 24))
    async with running(tmp_path, (80, 24)) as pilot:
        for name, keys in {"HomeScreen": (), **PAGES}.items():
            await press(pilot, *keys)
            assert page(pilot) == name
            assert_its_foot(pilot, 6)
            texts = [shown(pilot)]
            for key in some(("down", "tab", "up", "right"), 2):
                await press(pilot, key)
                assert_on_what_is_active(pilot)
            await press(pilot, "f1")
            assert page(pilot) == "HelpScreen"
            helped = one_line(pilot).replace("\N{NO-BREAK SPACE}", " ")
            assert all(words in helped for words in (PURPOSES[name][:20], "C le cadre")), helped
            texts.append(helped)
            await press(pilot, "escape")
            assert page(pilot) == name
            for size in (*(sizes if IS_NIGHT else ()), (60, 16)):
                await resize(pilot, *size)
            assert_its_foot(pilot, 6)
            assert len(shown(pilot).split()) > 10, f"{name} shows something in 60 columns and 16 rows"
            assert not [control_characters(text) for text in texts if control_characters(text)], name
            assert not [ENGLISH.findall(text) for text in texts if ENGLISH.search(text)], name
            await resize(pilot, 80, 24)
            await go_home(pilot)
            await press(pilot, "home")


def assert_on_what_is_active(pilot: Driver) -> None:
    screen, place = pilot.app.screen, pilot.app.cursor_position
    active = getattr(screen, "active_widget", None) or screen.focused
    assert active is not None, "nothing has the focus"
    visible = screen.find_widget(active).visible_region
    assert visible.contains_point(place), f"{active!r}: {place}, in sight {visible}"
    if isinstance(active, Listing) and active.key is not None:
        line = shown(pilot).splitlines()[place.y]
        assert line[place.x - 2] == "►", line


def assert_its_foot(pilot: Driver, most: int) -> None:
    """Fail unless the foot has few keys, always those that lead on, and a row for messages above it."""
    foot = pilot.app.screen.query_one(Foot)
    assert len(foot.keys) <= most, page(pilot)
    kept = shown(pilot).splitlines()[-1 - foot.size.height].strip()
    is_scale = page(pilot) == "GridScreen" and ("N\xa0" in kept or "le nombre" in kept)
    assert not kept or is_scale or messages(pilot), (page(pilot), kept)
    text = shown(pilot).splitlines()[-1]
    wanted = ("F1", "F2") if page(pilot) == "HomeScreen" else ("Échap", "F1", "F2")
    assert all(words in text for words in wanted), (page(pilot), text)
    if page(pilot) != "HomeScreen" and pilot.app.screen.session is not None:  # type: ignore[attr-defined]
        assert re.search("F5|F9|Entrée\\scréer", text), (page(pilot), text)
