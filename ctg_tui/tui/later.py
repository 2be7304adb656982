"""What is done a moment later: delays, autosave, work on files, the daily backup, imports, in threads."""

from __future__ import annotations

import gc
import importlib
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from threading import Thread
from time import monotonic
from typing import Any, Final, NamedTuple

from textual.message_pump import MessagePump
from textual.timer import Timer

from ctg_tui.domain.errors import Refusal


class Delays(NamedTuple):
    """Seconds. The app holds one instance; a test passes its own."""

    rest: float = 0.4
    """From the last key to the save of the typed text."""
    longest: float = 2.0
    """Between two saves of a text typed without a rest: the most that a power cut can lose."""
    whole: float = 2.0
    """From the last commit to the moment when the file alone holds all of it."""
    backup: float = 3.0
    """From the first frame to the daily backup: the start and the first keys come first."""
    next_backup: float = 600.0
    """Between two checks that today has its backup: a program can stay open for days."""


DELAYS = Delays()


# Work on files in a thread: a slow drive holds back neither the keys nor the end of the program.


def start(
    page: MessagePump,
    task: str,
    work: Callable[[], Any],
    then: Callable[[Any], object],
    refused: Callable[[Refusal], object],
) -> Thread:
    """Run `work` in a thread, then `then` or `refused` on `page` if it is still there; return the thread."""

    def run() -> None:
        go_on: Callable[[], object]
        try:
            go_on = partial(then, work())
        except Refusal as refusal:
            go_on = partial(refused, refusal)
        except Exception as error:  # noqa: BLE001 - raised again by the page
            go_on = partial(_raise, error)
        with suppress(RuntimeError):  # the loop has ended
            page.call_later(go_on)

    thread = Thread(target=run, name=f"ctg-tui-{task}", daemon=True)
    thread.start()
    return thread


def _raise(error: Exception) -> None:
    raise error


# When typed text is saved: after a short rest and, while the typing does not rest, every two seconds.

_AT_ONCE: Final = 0.01


class Autosave:
    """Calls `save` on the message pump of `owner`, some time after each call of `typed`."""

    def __init__(self, owner: MessagePump, save: Callable[[], object]) -> None:
        self._owner = owner
        self._save = save
        self._timer: Timer | None = None
        self._since: float | None = None
        """Seconds on the monotonic clock at which the unsaved text began to be typed."""

    def typed(self) -> None:
        """Start or extend the delay before the next save."""
        now, delays = monotonic(), getattr(self._owner.app, "delays", DELAYS)
        since = self._since = self._since or now
        self._stop_timer()
        seconds = min(delays.rest, max(since + delays.longest - now, _AT_ONCE))
        self._timer = self._owner.set_timer(seconds, self._rest)

    def stop(self) -> None:
        """Cancel the pending save: nothing is unsaved."""
        self._since = None
        self._stop_timer()

    def _stop_timer(self) -> None:
        if self._timer is not None:
            self._timer.stop()

    def _rest(self) -> None:
        self.stop()
        self._save()


SOON: Final = (
    "ctg_tui.services.editing",
    "ctg_tui.tui.grid",
    "plotext",
    "ctg_tui.tui.steps",
    "ctg_tui.tui.dialogs",
    "ctg_tui.tui.help",
)
"""What is imported while the person reads the first page; other pages are left out to save memory."""
COLLECTOR: Final = (5000, 20, 20)
"""Objects made before a garbage collection: one key makes some 3,000, nearly none of them in a cycle."""


def import_the_rest(app: MessagePump, then: Callable[[], object]) -> None:
    """Import in a thread, while the person reads the first screen, what is needed later; then call `then`.

    Enable the garbage collector, with these modules frozen: they are never freed, and scanning them would
    delay a key by tens of milliseconds.
    """

    def load() -> None:
        for name in SOON:
            importlib.import_module(name)
        if not gc.isenabled():
            gc.freeze()
            gc.set_threshold(*COLLECTOR)
            gc.enable()
        with suppress(RuntimeError):  # the loop has ended
            app.call_later(then)

    Thread(target=load, name="imports", daemon=True).start()
