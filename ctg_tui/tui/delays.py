"""How long the interface waits before it does something by itself."""

from __future__ import annotations

from typing import NamedTuple

from textual.message_pump import MessagePump


class Delays(NamedTuple):
    """Seconds. The app holds one; a test gives it others."""

    rest: float = 0.4
    """Without a key, before the text typed is saved."""
    longest: float = 2.0
    """What a power cut may take of a text that is typed without a rest."""
    place: float = 0.8
    """Without a key, before the place of the cursor is saved."""
    backup: float = 3.0
    """After the first frame, before the backup of the day: the start and the first keys come first."""
    next_backup: float = 600.0
    """Between two looks at whether the day has its backup: a program left open for days sees each begin."""


DELAYS = Delays()


def delays_of(pump: MessagePump) -> Delays:
    """Return the delays of the app that `pump` belongs to."""
    delays: Delays = getattr(pump.app, "delays", DELAYS)
    return delays
