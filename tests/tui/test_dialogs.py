"""Dialogs: answered once, also with type-ahead."""

from __future__ import annotations

from pathlib import Path

from ctg_tui.tui.dialogs import NO, YES, ask
from ctg_tui.tui.home import HomeScreen
from tests.tui.driving import Driver, in_database, make, page, press, running


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
