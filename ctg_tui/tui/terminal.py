"""What the system says to the program: to end, to stop, the size of the window."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final

from textual.events import Resize
from textual.geometry import Size

if TYPE_CHECKING:
    from textual.app import App


_STANDARD_INPUT: Final = 0


def heed_signals(end: Callable[[int], object], resized: Callable[[], object]) -> None:
    """Call `end` on the event loop with an exit code when the system asks to end, and ignore Ctrl+Z.

    Call `resized` on the loop when the window has another size: Textual's handler can be interrupted by the
    next size, and give that one first and its own last. On Windows the loop takes no signal handlers, and
    sizes come with the keys: a console that is closed ends the program, what was committed stays.
    """
    if os.name != "posix":
        return
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT, signal.SIGQUIT):
        loop.add_signal_handler(number, end, 128 + number)
    loop.add_signal_handler(signal.SIGWINCH, resized)
    # Ctrl+Z is undo. As a signal, it would stop a process that holds the lock of the database.
    signal.signal(signal.SIGTSTP, signal.SIG_IGN)
    # A window that closes sends this one too: Textual would start its threads a second time.
    signal.signal(signal.SIGCONT, signal.SIG_IGN)


def take_size(app: App[Any]) -> None:
    """Lay `app` out for the present size of its window, unless the terminal tells sizes among the keys."""
    if app.is_headless or app.supports_smooth_scrolling:
        return
    with suppress(OSError):  # the window has gone
        size = Size(*os.get_terminal_size(_STANDARD_INPUT))
        app.post_message(Resize(size, size))
