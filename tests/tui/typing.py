"""Keys as a terminal sends them: from a thread of their own, at a pace, also while the program is busy."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterable
from typing import Final, NamedTuple

from textual import events
from textual.keys import _character_to_key
from textual.pilot import Pilot
from textual.screen import Screen

from ctg_tui.tui.key_gate import GatedApp

MAX_SECONDS: Final = 60.0
"""The longest wait for a state, on a busy machine; a state that comes ends the wait."""
_CHARACTERS: Final = {"enter": "\r", "tab": "\t", "escape": "\x1b", "backspace": "\x7f", "space": " "}


class Pasted(NamedTuple):
    """A text pasted at once."""

    text: str


Typed = str | Pasted
"""A character, the name of a key such as `enter` or `f4`, or a paste."""


def event_of(typed: Typed) -> events.Key | events.Paste:
    """Return the event of a key or of a paste, as the terminal's driver makes it."""
    if isinstance(typed, Pasted):
        return events.Paste(typed.text)
    if len(typed) == 1:
        return events.Key(_character_to_key(typed), typed)
    return events.Key(typed, _CHARACTERS.get(typed))


async def type_fast(pilot: Pilot[int], keys: Iterable[Typed], seconds_between: float = 0.0) -> None:
    """Send `keys` at this pace without waiting for their effects, then wait until all is done."""
    loop = asyncio.get_running_loop()
    made = [event_of(key) for key in keys]

    async def post(event: events.Event) -> None:
        event.set_sender(pilot.app)
        pilot.app.post_message(event)

    def send() -> None:
        sent = []
        for event in made:
            sent.append(asyncio.run_coroutine_threadsafe(post(event), loop))
            if seconds_between:
                time.sleep(seconds_between)
        for future in sent:
            future.result()

    await asyncio.to_thread(send)
    await at_rest(pilot)


async def type_slowly(pilot: Pilot[int], keys: Iterable[Typed]) -> None:
    """Send each of `keys` once all effects of the one before are done."""
    for key in keys:
        await type_fast(pilot, [key])


async def at_rest(pilot: Pilot[int]) -> None:
    """Wait until no key waits and the program is idle, or has ended."""
    app = pilot.app
    assert isinstance(app, GatedApp)
    waited, pause = 0.0, 0.001
    while app.is_running and not app.is_quiet:
        # The seconds asked for, not those of the clock: on a starved machine those hold less work.
        assert waited < MAX_SECONDS, "the program is never idle"
        await asyncio.sleep(pause)
        waited += pause
        pause = min(1.1 * pause, 0.01)


async def settled(pilot: Pilot[int]) -> None:
    """Wait until no key waits and nothing is left to lay out or to paint, or the program has ended.

    Textual's `pause` sleeps until the processor is idle, 20 ms at least: this one waits for the state itself.
    """
    while _has_a_page(pilot) and not await _is_painted(pilot):
        pass


def _has_a_page(pilot: Pilot[int]) -> bool:
    return pilot.app.is_running and bool(pilot.app.screen_stack)


async def _is_painted(pilot: Pilot[int]) -> bool:
    """Let all that waits be handled and painted; return whether nothing came of it."""
    app = pilot.app
    await at_rest(pilot)
    await app.animator.wait_until_complete()
    if not _has_a_page(pilot):
        return True
    screen = app.screen
    screen._on_timer_update()
    await asyncio.sleep(0)
    assert isinstance(app, GatedApp)
    return app.is_quiet and not repaints_soon(screen)


def repaints_soon(screen: Screen[object]) -> bool:
    """Return whether a part of the page is still to be painted in a frame of its own."""
    return getattr(screen, "is_around_asked", False)
