"""Dialogs: answered once, whatever is pressed in a hurry."""

from __future__ import annotations

from pathlib import Path

from ctg_tui.tui.screens.question import Question
from tests.tui.driving import make, page, running


async def test_an_answer_given_twice_counts_once_and_leaves_the_page_below(tmp_path: Path) -> None:
    make(tmp_path)
    answers: list[bool | None] = []
    async with running(tmp_path) as pilot:
        question = Question("Vraiment ?", "Oui")
        pilot.app.push_screen(question, answers.append)
        await pilot.pause()
        question.dismiss(True)
        question.dismiss(True)
        question.dismiss(False)
        await pilot.pause()
        assert answers == [True]
        assert page(pilot) == "HomeScreen"
