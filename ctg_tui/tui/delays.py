"""Delays before the interface acts by itself."""

from __future__ import annotations

from typing import NamedTuple

from textual.message_pump import MessagePump


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
