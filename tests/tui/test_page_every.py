"""The promises of every page: any size, French only, no character for the terminal, Échap goes back."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from ctg_tui.chart.levels import Level
from ctg_tui.domain.assessment import Adviser, Coordinator, Profile, Rating, Territory
from ctg_tui.domain.changes import Edit, Operation
from ctg_tui.domain.edits import rate
from ctg_tui.services.received.intake import receive
from ctg_tui.tui.characters import ENVIRONMENT_NAME, current_level
from ctg_tui.tui.widgets.listing import Listing
from ctg_tui.wording.help import PURPOSES
from tests.databases import open_workspace
from tests.effort import IS_NIGHT, some
from tests.received import a_review, an_assessment, submission, write
from tests.strategies import HOSTILE_TEXTS
from tests.tui.driving import (
    IDENTITY,
    control_characters,
    make,
    one_line,
    page,
    press,
    resize,
    running,
    shown,
)
from tests.tui.walk import every_page, fill_database, go_home, shown_page

pytestmark = pytest.mark.usefixtures("documents")

PAGES = {
    "FormScreen": (".accueil.renseignements",),
    "GridScreen": ("ctrl+g",),
    "ResultsScreen": ("f4",),
    "PreparationScreen": (".etapes.entretien",),
    "SendingScreen": ("f9",),
    "ForecastScreen": (".accueil.previsionnel",),
    "RestoreScreen": ("b",),
    "WorkbooksScreen": ("t",),
    "ReceivedScreen": ("r",),
    "GridsScreen": (".accueil.grilles",),
    "LogScreen": ("k",),
}
WITH_REVIEWS = {
    **PAGES,
    "AnswersScreen": ("ctrl+g", ".grille.avis"),
    "ReviewScreen": ("r", "enter", ".grille.avis"),
}
"""Those, and the two that only a review opens; see `add_reviews`."""
F_KEYS = tuple(f"f{number}" for number in range(3, 10))
WITHOUT_ASSESSMENT = ("RestoreScreen", "GridsScreen", "LogScreen")
"""The pages that open on an empty database."""
ENGLISH = re.compile(
    r"\b(select|cursor|press|quit|copy|paste|matches|found|screen|submit|delete|close|search|help|"
    r"keys|toggle|scroll|loading)\b",
    re.IGNORECASE,
)


def add_reviews(folder: Path, made: int) -> None:
    """Receive a review of the assessment `made`, and a submission of somebody else."""
    workspace = open_workspace(folder)
    grid, own = workspace.load(made)
    receive(workspace, write(folder / "recus", [submission(an_assessment()), a_review(grid, own)]))
    workspace.close()


async def test_every_page_lives_through_any_size_and_escape_leads_home(tmp_path: Path) -> None:
    add_reviews(tmp_path, make(tmp_path, rating=Rating.PARTLY))
    async with running(tmp_path, (60, 16)) as pilot:
        sizes = ((20, 5), (1, 1), (300, 80), (80, 24))
        for rank, (name, keys) in enumerate(WITH_REVIEWS.items()):
            await press(pilot, *keys)
            assert page(pilot) == name
            for size in (*(sizes if IS_NIGHT else sizes[rank % 4 :][:1]), (60, 16)):
                await resize(pilot, *size)
            assert len(shown(pilot).split()) > 10, f"{name} shows something in 60 columns and 16 rows"
            for _ in range(3 if name == "ReviewScreen" else 1):
                assert page(pilot) != "HomeScreen", name
                await press(pilot, "escape")
            assert page(pilot) == "HomeScreen", name


@pytest.mark.parametrize("has_assessment", [True, False])
async def test_no_f_key_ends_the_program_on_any_page(tmp_path: Path, *, has_assessment: bool) -> None:
    if has_assessment:
        add_reviews(tmp_path, make(tmp_path))
    names = ("HomeScreen", *WITH_REVIEWS) if has_assessment else ("HomeScreen", *WITHOUT_ASSESSMENT)
    async with running(tmp_path, (120, 40)) as pilot:
        for rank, name in enumerate(names):
            for key in F_KEYS if IS_NIGHT else F_KEYS[rank % 4 :: 4]:
                if page(pilot) != name:
                    await go_home(pilot)
                    await press(pilot, *WITH_REVIEWS.get(name, ()))
                assert page(pilot) == name
                await press(pilot, key)
                if page(pilot) == name:  # what it opened in the page is closed
                    await press(pilot, "escape")
                while page(pilot) not in {name, "HomeScreen"}:
                    await press(pilot, "escape")
                assert pilot.app.is_running, (name, key)


async def test_every_page_speaks_french_and_its_help_is_one_screen_with_its_keys(tmp_path: Path) -> None:
    add_reviews(tmp_path, make(tmp_path))
    async with running(tmp_path, (80, 24)) as pilot:
        for name, keys in {"HomeScreen": (), **WITH_REVIEWS}.items():
            await press(pilot, *keys, "f1")
            assert page(pilot) == "HelpScreen"
            helped = one_line(pilot).replace("\N{NO-BREAK SPACE}", " ")
            assert all(words in helped for words in (PURPOSES[name][:20], "Le guide", "C Le cadre")), helped
            listing = pilot.app.screen.query_one(Listing)
            assert listing.virtual_size.height <= listing.size.height, (name, shown(pilot))
            await press(pilot, "escape")
            assert page(pilot) == name
            texts = [helped, shown(pilot)]
            await press(pilot, "f2")
            assert page(pilot) != name
            texts.append(shown(pilot))
            await press(pilot, "escape")
            assert not [ENGLISH.findall(text) for text in texts if ENGLISH.search(text)], name
            await go_home(pilot)


async def test_in_ascii_no_word_of_any_page_becomes_another(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill_database(tmp_path)
    monkeypatch.setenv(ENVIRONMENT_NAME, Level.ASCII)
    current_level.cache_clear()
    try:
        async with running(tmp_path, (120, 60)) as pilot:
            read = ""
            for destination, keys in some([*every_page().values()], 2):
                async with shown_page(pilot, destination, keys):
                    read += shown(pilot)
    finally:
        monkeypatch.undo()
        current_level.cache_clear()
    assert "Mettre en oeuvre" in read
    assert not re.search(r"\b(?:ouvre (?:des|du|les)|cour\b)|œ", read)


async def test_every_page_shows_hostile_texts_as_text(tmp_path: Path) -> None:
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
        for name, keys in PAGES.items():
            await press(pilot, *keys)
            assert page(pilot) == name
            assert not control_characters(shown(pilot)), name
            await go_home(pilot)
