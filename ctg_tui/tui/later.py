"""What is done a moment later: delays, autosave, and work on files in a thread."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from threading import Thread
from time import monotonic
from typing import Any, Final, NamedTuple

from textual.message import Message
from textual.message_pump import MessagePump
from textual.timer import Timer

from ctg_tui.domain.errors import Refusal


class Delays(NamedTuple):
    """Seconds. The app holds one instance; a test passes its own."""

    rest: float = 0.4
    """From the last key to the save of the typed text."""
    longest: float = 2.0
    """Between two saves of a text typed without a rest: the most that a power cut can lose."""
    place: float = 0.8
    """From the last key to the save of the cursor's place."""
    backup: float = 3.0
    """From the first frame to the daily backup: the start and the first keys come first."""
    next_backup: float = 600.0
    """Between two checks that today has its backup: a program can stay open for days."""
    message: float = 4.0
    """How long a message stays, unless another comes or its page goes."""
    warning: float = 10.0
    """How long a refusal or a warning stays."""
    result: float = 15.0
    """How long the result of a mission stays, unless the next note comes before."""


DELAYS = Delays()


def delays_of(pump: MessagePump) -> Delays:
    """Return the delays of the app that `pump` belongs to."""
    delays: Delays = getattr(pump.app, "delays", DELAYS)
    return delays


# Work on files in a thread: a slow drive holds back neither the keys nor the end of the program.


@dataclass
class Done(Message):
    """The end of a work: what to do next on the page, or an unexpected exception, to be raised again."""

    go_on: Callable[[], object]
    error: Exception | None = None


def start(
    page: MessagePump,
    task: str,
    work: Callable[[], Any],
    then: Callable[[Any], object],
    refused: Callable[[Refusal], object],
) -> None:
    """Run `work` in a thread, then post `Done` to `page`."""

    def run() -> None:
        try:
            result = work()
            done = Done(lambda: then(result))
        except Refusal as refusal:
            why = refusal
            done = Done(lambda: refused(why))
        except Exception as error:  # noqa: BLE001 - raised again by the page
            done = Done(lambda: None, error)
        with suppress(RuntimeError):  # the loop has ended
            page.post_message(done)

    Thread(target=run, name=f"ctg-tui-{task}", daemon=True).start()


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
        now = monotonic()
        if self._since is None:
            self._since = now
        delays = delays_of(self._owner)
        self._save_in(min(delays.rest, max(self._since + delays.longest - now, _AT_ONCE)))

    def _save_in(self, seconds: float) -> None:
        self._stop_timer()
        self._timer = self._owner.set_timer(seconds, self._rest)

    def stop(self) -> None:
        """Cancel the pending save: nothing is unsaved."""
        self._stop_timer()
        self._since = None

    def _rest(self) -> None:
        self.stop()
        self._save()

    def _stop_timer(self) -> None:
        if self._timer is not None:
            self._timer.stop()
            self._timer = None
