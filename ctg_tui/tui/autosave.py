"""When typed text is saved: after a short rest and, while the typing does not rest, every two seconds."""

from __future__ import annotations

from collections.abc import Callable
from time import monotonic
from typing import Final

from textual.message_pump import MessagePump
from textual.timer import Timer

from ctg_tui.tui.delays import delays_of

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
