"""Screens as a person reads them: nothing cut, no key that does nothing, no message of another page."""

from __future__ import annotations

from pathlib import Path

from tests.tui.driving import (
    key_bar,
    make,
    page,
    press,
    running,
    shown,
    until_shown,
)


async def test_the_example_is_read_whole_at_the_least_and_the_usual_size(tmp_path: Path) -> None:
    async with running(tmp_path, (120, 40)) as pilot:
        await press(pilot, "x")
        assert page(pilot) == "GridScreen"
        await pilot.resize_terminal(60, 16)
        await press(pilot)
        assert "rien n’est gardé ni envoyé." in shown(pilot)


async def test_each_hint_of_the_form_is_whole_in_the_least_window(tmp_path: Path) -> None:
    make(tmp_path)
    async with running(tmp_path, (60, 16)) as pilot:
        await press(pilot, ".accueil.renseignements")
        hints = set()
        for _ in range(11):
            hints.add(shown(pilot).splitlines()[-3].strip())
            await press(pilot, "tab")
        cut = [hint for hint in hints if not hint.endswith(".")]
        assert len(hints) > 6
        assert cut in ([], [""])


async def test_pages_without_anything_to_choose_promise_no_choice(tmp_path: Path) -> None:
    make(tmp_path)
    async with running(tmp_path) as pilot:
        await press(pilot, "s")
        await until_shown(pilot, "Aucune pour l’instant")
        assert "restaurer" not in key_bar(pilot)
