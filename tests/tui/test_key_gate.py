"""Keys are handled completely in the order typed, however slow disk and machine are."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from textual import events
from textual.app import ComposeResult
from textual.widgets import Input

from ctg_tui.domain.assessment import NOT_CONCERNED, Rating
from ctg_tui.tui import key_gate
from ctg_tui.tui.key_gate import GatedApp
from ctg_tui.tui.results import ResultsScreen
from tests.databases import read_again
from tests.effort import some
from tests.slow_disk import slow_disk
from tests.tui.driving import IDENTITY, grid_screen, make, page, running
from tests.tui.typing import Pasted, at_rest, type_fast

FIRST_LINE = "m1.a01"


@pytest.mark.parametrize(("milliseconds_a_sync", "seconds_between"), some([(40, 0.005), (0, 0.0)], 2))
async def test_a_comment_typed_right_behind_a_note_is_a_comment_at_any_pace(
    tmp_path: Path, milliseconds_a_sync: float, seconds_between: float
) -> None:
    make(tmp_path)
    with slow_disk(milliseconds_a_sync):
        async with running(tmp_path, (120, 40)) as pilot:
            typed = ["enter", "é", "3", "ctrl+z", "enter", *"Partenariat 3", "escape", "down", "n"]
            await type_fast(pilot, typed, seconds_between)
    left = read_again(tmp_path)
    assert left.comments == {FIRST_LINE: "Partenariat 3"}
    assert [*left.answers.values()] == [Rating.MOSTLY, NOT_CONCERNED]


async def test_what_is_typed_behind_the_key_that_opens_a_page_goes_into_that_page(tmp_path: Path) -> None:
    make(tmp_path, IDENTITY._replace(coordinators=()))
    async with running(tmp_path, (120, 40)) as pilot:
        await type_fast(pilot, ["f5", *"Nom", "tab", *"Claude", "tab", "escape"])
        assert read_again(tmp_path).identity.coordinators[0].first_name == "Claude"
        await type_fast(pilot, ["enter", "f5", "f5", *"12", "f4"])
        assert isinstance(pilot.app.screen, ResultsScreen)
        assert pilot.app.screen.opened.forecast.lines[0].centihours == 1200
        await type_fast(pilot, ["escape", "escape", "n", *"Ruffec", "down", "f5", "é", "3"])
        assert page(pilot) == "GridScreen"
    assert {*map(str, read_again(tmp_path, 2).answers.values())} == {"2", "3"}


async def test_a_dialog_opened_by_a_key_takes_the_next_ones_and_the_page_below_those_after(
    tmp_path: Path,
) -> None:
    make(tmp_path)
    async with running(tmp_path, (120, 40)) as pilot:
        await type_fast(pilot, ["enter", "f7", *"suit le partenariat", "enter", "3"])
        assert page(pilot) == "GridScreen"
    answers = read_again(tmp_path).answers
    assert {cell.activity: str(answer) for cell, answer in answers.items()} == {"m1.a14": "3"}


async def test_a_paste_and_a_click_behind_keys_are_on_what_these_keys_show(tmp_path: Path) -> None:
    make(tmp_path)
    async with running(tmp_path, (120, 40)) as pilot:
        await type_fast(pilot, ["enter", "enter", Pasted("Réunion du COPIL"), "!", "escape", "n"])
        assert read_again(tmp_path).comments == {FIRST_LINE: "Réunion du COPIL!"}
        table = grid_screen(pilot).table
        x, y = table.region.translate((6, 6)).offset
        pilot.app.post_message(events.Key("tab", "\t"))  # the next mission: the click is on one of its lines
        for kind in (events.MouseDown, events.MouseUp):
            pilot.app.post_message(kind(None, x, y, 0, 0, 1, False, False, False))
        await at_rest(pilot)
        assert grid_screen(pilot).view.cell.activity == "m2.a02"
        await type_fast(pilot, ["3", "ctrl+q", "3", "3"])
    assert len(read_again(tmp_path).answers) == 2, "what comes behind the way out is dropped"


class Bare(GatedApp):
    """A field and no page."""

    def compose(self) -> ComposeResult:
        yield Input()


async def test_a_handler_that_never_ends_holds_neither_the_way_out_nor_the_other_keys(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(key_gate, "MOST_LOOKS", 60)
    app = Bare()
    async with app.run_test() as pilot:
        await at_rest(pilot)
        never, field = asyncio.Event(), app.query_one(Input)
        app.screen.call_later(never.wait)
        for key in "abc":
            app.post_message(events.Key(key, key))
        while field.value != "abc":  # no time is waited for: the handler of before never ends
            await asyncio.sleep(0)
        app.screen.focused = Input()  # a focus left on a widget that is gone
        app.post_message(events.Key("ctrl+q", "\x11"))
        while not app.is_ending:
            await asyncio.sleep(0)
        never.set()
