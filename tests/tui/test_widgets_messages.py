"""Messages: on the row above the foot, one at a time, and they leave with their page."""

from __future__ import annotations

from pathlib import Path

from textual.widgets._toast import Toast, ToastHolder

from ctg_tui.tui.app import CtgApp
from ctg_tui.tui.widgets.frame import KeyBar
from tests.tui.driving import Driver, make, on_grid, page, press, resized, running, shown, write
from tests.tui.typing import settled


def toast_count(pilot: Driver) -> int:
    """Return how many toasts stand over the window."""
    return len(pilot.app.screen.query(Toast))


async def warn(pilot: Driver, sentence: str) -> None:
    pilot.app.post_message(CtgApp.NotBackedUp(sentence))
    await pilot.pause()


async def test_edits_undone_one_after_the_other_leave_one_message(tmp_path: Path) -> None:
    make(tmp_path)
    async with on_grid(tmp_path, (80, 24)) as pilot:
        await write(pilot, "12121212")
        await press(pilot, *["ctrl+z"] * 8)
        assert toast_count(pilot) == 1
        await press(pilot, *["ctrl+s", "ctrl+c"] * 3)
        assert toast_count(pilot) == 1
        assert "Ctrl+Q pour quitter" in shown(pilot)


async def test_messages_that_are_over_leave_nothing_to_lay_out(tmp_path: Path) -> None:
    make(tmp_path)
    async with on_grid(tmp_path, (80, 24)) as pilot:
        await write(pilot, "12121212")
        await press(pilot, *["ctrl+z"] * 8)
        assert toast_count(pilot) == 1
        assert len(pilot.app.screen.query(ToastHolder)) == 1


async def test_a_message_gives_way_to_a_question(tmp_path: Path) -> None:
    make(tmp_path)
    async with running(tmp_path) as pilot:
        await press(pilot, "ctrl+s")
        assert toast_count(pilot) == 1
        await press(pilot, "delete")
        assert page(pilot) == "Question"
        assert toast_count(pilot) == 0
        await press(pilot, "escape")
        assert toast_count(pilot) == 0


async def test_a_warning_comes_back_after_what_is_shown_over_it(tmp_path: Path) -> None:
    make(tmp_path)
    async with on_grid(tmp_path, (80, 24)) as pilot:
        await warn(pilot, "La première sauvegarde n’a pas été faite.")
        await warn(pilot, "La seconde sauvegarde n’a pas été faite.")
        await press(pilot, *["ctrl+z", "ctrl+s"] * 3)
        assert "La seconde sauvegarde" not in shown(pilot), "one at a time"
        await press(pilot, "f2")
        assert toast_count(pilot) == 1
        assert "La seconde sauvegarde n’a pas été faite." in shown(pilot)


async def test_a_message_covers_no_line(tmp_path: Path) -> None:
    make(tmp_path)
    async with on_grid(tmp_path) as pilot:
        await write(pilot, "12")
        async for size in resized(pilot, (60, 16), (80, 24), (120, 40)):
            pilot.app.clear_notifications()
            await settled(pilot)
            before = shown(pilot).splitlines()
            await press(pilot, "ctrl+s")
            lines = shown(pilot).splitlines()
            bar = pilot.app.screen.query_one(KeyBar).size.height
            lines, before = lines[: 1 - bar or None], before[: 1 - bar or None]
            assert "Rien à faire" in lines[-2], size
            assert "Mettre" not in before[-2], "a row is kept, or that of the scale"
            assert [*lines[:-2], lines[-1]] == [*before[:-2], before[-1]], "nothing moves"


async def test_a_message_leaves_with_its_page(tmp_path: Path) -> None:
    make(tmp_path)
    async with on_grid(tmp_path) as pilot:
        await press(pilot, "2", "ctrl+z", "f4")
        assert toast_count(pilot) == 0


async def test_what_is_said_on_leaving_is_seen_on_the_page_that_one_comes_to(tmp_path: Path) -> None:
    make(tmp_path)
    async with running(tmp_path) as pilot:
        await press(pilot, "n")
        await write(pilot, "Ma")
        await press(pilot, "escape")
        assert page(pilot) == "HomeScreen"
        assert "Aucune évaluation n’a été créée." in shown(pilot)


async def test_a_message_is_not_cut_at_a_no_break_space(tmp_path: Path) -> None:
    make(tmp_path)
    async with running(tmp_path, (80, 24)) as pilot:
        await warn(pilot, f"{'Sauvegarde ' * 5}de la\u00a0veille impossible\u00a0: réessayez.")
        lines = shown(pilot).splitlines()
        assert any("impossible\u00a0: réessayez." in line for line in lines)
        assert not any("de la veille impossible" in line.replace("\u00a0", " ") for line in lines)


async def test_a_line_as_wide_as_the_window_is_shown_whole(tmp_path: Path) -> None:
    make(tmp_path)
    async with on_grid(tmp_path, (80, 24)) as pilot:
        for width in (76, 77, 78):
            await warn(pilot, f"{'x' * (width - 4)} fin. suite.")
            assert "suite." in shown(pilot)
