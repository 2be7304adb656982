"""Keys are handled completely in the order typed, however slow disk and machine are."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from time import process_time
from typing import cast

import pytest
from textual import events
from textual.app import ComposeResult
from textual.geometry import Size
from textual.message import Message
from textual.widgets import Input

from ctg_tui.tui import key_gate
from ctg_tui.tui.key_gate import GatedApp
from ctg_tui.tui.results.page import ResultsScreen
from ctg_tui.tui.textual_internals import awaits_layout, has_more_to_do, is_idle
from tests.databases import read_again
from tests.effort import some
from tests.slow_disk import slow_disk
from tests.tui.driving import IDENTITY, grid_screen, make, page, running
from tests.tui.typing import Pasted, at_rest, type_fast, type_slowly

FIRST_LINE = "m1.a01"


@pytest.mark.parametrize(("milliseconds_a_sync", "seconds_between"), some([(40, 0.08), (0, 0.0)], 2))
async def test_a_comment_typed_right_behind_a_note_is_a_comment_however_slow_the_disk(
    tmp_path: Path, milliseconds_a_sync: float, seconds_between: float
) -> None:
    make(tmp_path)
    with slow_disk(milliseconds_a_sync):
        async with running(tmp_path, (120, 40)) as pilot:
            await type_fast(pilot, ["enter"])
            await type_fast(pilot, ["é", "enter", *"Partenariat 3", "escape"], seconds_between)
    left = read_again(tmp_path)
    assert left.comments == {FIRST_LINE: "Partenariat 3"}
    assert [int(note) for note in left.answers.values()] == [2]  # type: ignore[arg-type]
    assert not left.set_aside


async def test_a_name_typed_right_behind_tab_is_in_its_field(tmp_path: Path) -> None:
    make(tmp_path, IDENTITY._replace(coordinators=()))
    async with running(tmp_path) as pilot:
        await type_fast(pilot, ["f5", *"Nom", "tab", *"Claude", "tab"])
        assert page(pilot) == "FormScreen"
    assert read_again(tmp_path).identity.coordinators[0].first_name == "Claude"


async def test_notes_typed_right_behind_a_beginning_are_in_its_grid_however_slow_the_disk(
    tmp_path: Path,
) -> None:
    make(tmp_path)
    with slow_disk(40):
        async with running(tmp_path, (120, 40)) as pilot:
            await type_fast(pilot, ["n", *"Ruffec", "down", "f5", "é", "3"])
            assert page(pilot) == "GridScreen"
    assert {*map(str, read_again(tmp_path, 2).answers.values())} == {"2", "3"}


async def test_a_page_opened_by_a_key_takes_the_next_ones(tmp_path: Path) -> None:
    """The hours, typed before the page of the forecast is open, go into its first empty field."""
    make(tmp_path)
    async with running(tmp_path, (120, 40)) as pilot:
        await type_fast(pilot, ["enter", "f5", "f5", *"12", "f4"])
        assert isinstance(pilot.app.screen, ResultsScreen)
        assert pilot.app.screen.opened.forecast.lines[0].centihours == 1200


async def test_a_dialog_opened_by_a_key_takes_the_next_ones_and_the_page_below_those_after(
    tmp_path: Path,
) -> None:
    make(tmp_path)
    async with running(tmp_path, (120, 40)) as pilot:
        await type_fast(pilot, ["enter", "f7", *"suit le partenariat", "enter", "3"])
        assert page(pilot) == "GridScreen"
    assert {cell.activity: str(answer) for cell, answer in read_again(tmp_path).answers.items()} == {
        "m1.a14": "3"
    }


async def test_a_key_typed_as_a_window_grows_again_is_a_note(tmp_path: Path) -> None:
    make(tmp_path)
    async with running(tmp_path) as pilot:
        await type_fast(pilot, ["enter"])
        await pilot.resize_terminal(80, 12)
        assert pilot.app.focused is None, "no part of a page that is too small is active"
        size = Size(120, 40)
        pilot.app.post_message(events.Resize(size, size))
        pilot.app.post_message(events.Key("2", "2"))
        await at_rest(pilot)
    assert [str(note) for note in read_again(tmp_path).answers.values()] == ["2"]


async def test_what_is_pasted_behind_a_key_goes_where_the_key_led(tmp_path: Path) -> None:
    make(tmp_path)
    async with running(tmp_path, (120, 40)) as pilot:
        await type_fast(pilot, ["enter", "enter", Pasted("Réunion du COPIL"), "!", "escape", "n"])
    left = read_again(tmp_path)
    assert left.comments == {FIRST_LINE: "Réunion du COPIL!"}
    assert len(left.answers) == 1


async def test_a_click_behind_keys_is_on_what_these_keys_show(tmp_path: Path) -> None:
    """Tab shows the next mission: the click is on one of its lines."""
    make(tmp_path)
    async with running(tmp_path, (120, 40)) as pilot:
        await type_fast(pilot, ["enter"])
        table = grid_screen(pilot).table
        x, y = table.region.translate((6, 2)).offset
        for event in (*(events.Key("3", "3") for _ in range(5)), events.Key("tab", "\t")):
            pilot.app.post_message(event)
        for kind in (events.MouseDown, events.MouseUp):
            pilot.app.post_message(kind(None, x, y, 0, 0, 1, False, False, False))
        await at_rest(pilot)
        assert grid_screen(pilot).view.cell.activity == "m2.a02"


async def test_a_page_whose_next_frame_does_not_come_holds_no_key(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Textual drops what waits for the next frame of a page when another page covers it first."""
    monkeypatch.setattr(key_gate, "STUCK_SECONDS", 3600.0)
    make(tmp_path)
    async with running(tmp_path, (120, 40)) as pilot:
        await type_fast(pilot, ["enter"])
        grid = grid_screen(pilot)
        monkeypatch.setattr(grid, "call_after_refresh", lambda _: True)
        grid.refresh(layout=True)
        assert awaits_layout(grid)
        pilot.app.post_message(events.Key("2", "2"))
        async with asyncio.timeout(20):
            await at_rest(pilot)
    assert [str(note) for note in read_again(tmp_path).answers.values()] == ["2"]


async def test_keys_typed_behind_the_way_out_are_dropped(tmp_path: Path) -> None:
    make(tmp_path)
    async with running(tmp_path, (120, 40)) as pilot:
        await type_fast(pilot, ["enter", "3", "ctrl+q", "3", "3"])
    assert len(read_again(tmp_path).answers) == 1


async def until(state: Callable[[], object], rest: float = 0.01) -> None:
    """Look every `rest` seconds until `state` is true; fail when it never is."""
    async with asyncio.timeout(30):
        while not state():
            await asyncio.sleep(rest)


class Bare(GatedApp):
    """Two fields and no page."""

    def __init__(self) -> None:
        super().__init__()
        self.first, self.second = Input(), Input()
        self.never = asyncio.Event()
        self.handled: list[str] = []

    def compose(self) -> ComposeResult:
        yield self.first
        yield self.second


async def test_keys_at_rest_cost_no_message_and_wait_for_none() -> None:
    app = Bare()
    async with app.run_test() as pilot:
        await pilot.pause()
        posted: list[Message] = []
        app.gate._check_after = posted.append  # type: ignore[method-assign,assignment]
        for key in "un mot":
            await type_slowly(pilot, [key])
        assert app.first.value == "un mot"
        assert not posted


async def test_keys_wait_for_a_widget_that_a_key_takes_away_until_it_is_gone_and_no_longer() -> None:
    class Parting(Input):
        async def on_unmount(self) -> None:
            """Fail on the way out, as a page can that saves there: its queue takes no message any more."""
            for _ in range(50):
                await asyncio.sleep(0)
            cast(Bare, self.app).handled.append("gone")

    class Leaving(Bare):
        def __init__(self) -> None:
            super().__init__()
            self.first = Parting()

        def on_key(self, event: events.Key) -> None:
            if event.key == "f9":
                for _ in range(20):
                    self.first.post_message(events.Key("x", "x"))
                self.first.remove()

        def on_input_changed(self, event: Input.Changed) -> None:
            if event.control is self.second:
                self.handled.append(event.value)

    app = Leaving()
    async with app.run_test() as pilot:
        await at_rest(pilot)
        await type_fast(pilot, ["f9", *"mot"])
        assert app.handled == ["gone", "m", "mo", "mot"]


async def test_a_handler_that_never_ends_holds_neither_the_way_out_nor_the_other_keys(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(key_gate, "STUCK_SECONDS", 0.05)

    class Hanging(Bare):
        BINDINGS = [("ctrl+q", "quit", "Quit")]  # noqa: RUF012 - Textual's own declaration

        async def on_input_submitted(self, event: Input.Submitted) -> None:
            self.handled.append(event.value)

    app = Hanging()
    async with app.run_test() as pilot:
        app.second.focus()
        await at_rest(pilot)
        app.first.call_later(app.never.wait)
        for key in (*"abc", "enter"):
            app.post_message(events.Key(key, {"enter": "\r"}.get(key, key)))
        await until(lambda: app.handled)
        assert app.handled == ["abc"]
        app.post_message(events.Key("ctrl+q", "\x11"))
        await until(lambda: app._exit)
        app.never.set()


async def test_keys_wait_for_a_handler_that_works_slowly_on_a_busy_machine(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(key_gate, "STUCK_SECONDS", 0.05)
    app = Bare()
    seen: list[str] = []

    async def work() -> None:
        for _ in range(12):  # as a page that opens while other programs have the processor
            until = process_time() + 0.01
            while process_time() < until:
                pass
            await asyncio.sleep(0.04)
        seen.append(app.first.value)

    async with app.run_test() as pilot:
        await at_rest(pilot)
        app.second.call_later(work)
        for key in "abc":
            app.post_message(events.Key(key, key))
        await at_rest(pilot)
        assert (seen, app.first.value) == ([""], "abc")


async def test_a_handler_that_never_ends_while_another_thread_works_does_not_hold_the_way_out(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(key_gate, "STUCK_SECONDS", 0.01)
    monkeypatch.setattr(key_gate, "AT_WORK", -1.0)  # the program is at work all the time
    app = Bare()
    async with app.run_test() as pilot:
        await at_rest(pilot)
        never = asyncio.Event()
        app.second.call_later(never.wait)
        await until(lambda: not is_idle(app.second), 0)
        app.post_message(events.Key("ctrl+q", "\x11"))
        await until(lambda: app._exit)
        never.set()


async def test_a_focus_left_on_a_widget_that_is_gone_does_not_hold_the_way_out() -> None:
    app = Bare()
    async with app.run_test() as pilot:
        await at_rest(pilot)
        gone = Input()
        app.screen.focused = gone
        app.post_message(events.Key("ctrl+q", "\x11"))
        await until(lambda: app._exit)


async def test_a_layout_that_never_comes_holds_neither_the_way_out_nor_the_other_keys(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(key_gate, "STUCK_SECONDS", 0.05)
    app = Bare()
    async with app.run_test() as pilot:
        await at_rest(pilot)
        app.screen._update_timer.stop()  # what Textual lays pages out by
        app.second.refresh(layout=True)
        await until(lambda: awaits_layout(app.screen), 0)
        for key in "abc":
            app.post_message(events.Key(key, key))
        await until(lambda: app.first.value == "abc")


async def test_the_private_parts_of_textual_that_the_gate_reads_are_what_it_takes_them_for() -> None:
    """A pump is idle at rest: not with a message waiting, while handling one, or before it is mounted."""
    app = Bare()
    async with app.run_test() as pilot:
        await at_rest(pilot)
        assert {app.first, app.second, app.screen} <= {*app._registry}
        assert all(map(is_idle, app._registry))
        release = asyncio.Event()
        app.first.call_later(release.wait)
        assert not is_idle(app.first)  # a message waits
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        assert not app.first.message_queue_size
        assert not is_idle(app.first)  # it is handling a message
        release.set()
        await at_rest(pilot)
        assert is_idle(app.first)

        late = Input()
        app.screen.mount(late)
        assert late in app._registry
        assert not is_idle(late)
        await at_rest(pilot)
        assert late.is_mounted
        assert is_idle(late)

        late.remove()
        assert has_more_to_do(app) or not is_idle(late)
        await at_rest(pilot)
        assert late not in app._registry

        app.first.refresh(layout=True)
        app.screen.call_after_refresh(lambda: None)
        await until(lambda: awaits_layout(app.screen), 0)
        await at_rest(pilot)
        assert not awaits_layout(app.screen)
