"""Dialogs: answered once, also with type-ahead."""

from __future__ import annotations

from pathlib import Path

import pytest

from ctg_tui.domain.errors import Refusal
from ctg_tui.tui.dialogs import NO, YES, Chooser, Offer, ask
from ctg_tui.tui.home import HomeScreen
from tests.tui.driving import Driver, in_database, make, page, press, running, shown


async def test_an_answer_given_twice_counts_once_and_leaves_the_page_below(tmp_path: Path) -> None:
    make(tmp_path)
    answers: list[str] = []
    async with running(tmp_path) as pilot:
        question = ask(pilot.app, "Vraiment ?", "Oui", lambda: answers.append("oui"))
        await pilot.pause()
        question.dismiss(YES)
        question.dismiss(YES)
        question.dismiss(NO)
        await pilot.pause()
        assert answers == ["oui"]
        assert page(pilot) == "HomeScreen"


def home_of(pilot: Driver) -> HomeScreen:
    screen = pilot.app.screen
    assert isinstance(screen, HomeScreen)
    return screen


async def test_a_page_asked_for_just_before_a_question_does_not_come_over_it(tmp_path: Path) -> None:
    """Otherwise the assessment could be deleted while its own page is open."""
    make(tmp_path)
    async with running(tmp_path) as pilot:
        home = home_of(pilot)
        await home.action_open()
        home.action_delete()
        await pilot.pause()
        assert page(pilot) == "Question"
        await press(pilot, "down", "enter")
        assert page(pilot) == "HomeScreen"
    assert in_database(tmp_path, "SELECT count(*) FROM assessment") == [(0,)]


async def test_a_page_that_cannot_be_made_is_shown_and_the_one_that_asked_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*_: object) -> None:
        raise Refusal("absente", "Il n’y a pas d’évaluation ici.")

    make(tmp_path)
    async with running(tmp_path) as pilot:
        await press(pilot, "enter")
        monkeypatch.setattr("ctg_tui.tui.app.make_page", refused)
        await press(pilot, "f9")
        assert "pas d’évaluation" in shown(pilot)
        assert page(pilot) == "GridScreen"


async def test_the_nearest_offer_is_the_first_of_a_search(tmp_path: Path) -> None:
    chosen: list[str | None] = []
    offers = [Offer("far", "Lavalette du Devant"), Offer("near", "Bords du Val de Seine")]
    async with running(tmp_path) as pilot:
        pilot.app.push_screen(Chooser("Chercher", offers), chosen.append)
        await press(pilot, *"val", "space", *"de", "enter")
    assert chosen == ["near"]
