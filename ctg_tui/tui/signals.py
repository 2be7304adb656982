"""The signals of the system: those that ask the program to end save the typed text first."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Callable


def close_on_signals(end: Callable[[int], object]) -> None:
    """Call `end` on the event loop with the exit code of each signal that asks to end, and ignore Ctrl+Z.

    Does nothing on Windows, where the loop takes no signal handlers.
    """
    if os.name != "posix":
        return
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT, signal.SIGQUIT):
        loop.add_signal_handler(number, end, 128 + number)
    # Ctrl+Z is undo. As a signal, it would stop a process that holds the lock of the database.
    signal.signal(signal.SIGTSTP, signal.SIG_IGN)
