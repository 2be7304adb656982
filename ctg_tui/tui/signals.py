"""What the system says: to end, which saves the typed text; to go on; that the window has another size."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final

from textual.events import Resize
from textual.geometry import Size

from ctg_tui.system.computer import when_console_closes

if TYPE_CHECKING:
    from textual.app import App

_STANDARD_INPUT: Final = 0


def heed_signals(
    end: Callable[[int], object], go_on: Callable[[], object], resized: Callable[[], object]
) -> None:
    """Call `end` on the event loop with an exit code when the system asks to end, and ignore Ctrl+Z.

    Call `go_on` when the program goes on after a stop. Textual would start its threads a second time, also
    when nothing was stopped: a window that closes sends this signal too. Call `resized` when the window has
    another size, on the loop: the handler of Textual's can be interrupted by the next size, and give that one
    first and its own last. On Windows, where the loop takes no signal handlers, the closing of the console is
    what asks to end, and sizes come with the keys.
    """
    loop = asyncio.get_running_loop()
    if os.name != "posix":

        def ask_to_end() -> None:
            with suppress(RuntimeError):  # the loop has ended: the database is being closed
                loop.call_soon_threadsafe(end, 128 + signal.SIGTERM)

        when_console_closes(ask_to_end)
        return
    for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT, signal.SIGQUIT):
        loop.add_signal_handler(number, end, 128 + number)
    loop.add_signal_handler(signal.SIGCONT, go_on)
    loop.add_signal_handler(signal.SIGWINCH, resized)
    # Ctrl+Z is undo. As a signal, it would stop a process that holds the lock of the database.
    signal.signal(signal.SIGTSTP, signal.SIG_IGN)


def take_back(app: App[Any]) -> bool:
    """Take the terminal again, and paint it anew, if a shell had it while the program was stopped.

    Return whether that was needed. The shell leaves the terminal waiting for Entrée before it gives a key.
    """
    if app.is_headless:
        return False
    import termios

    try:
        is_shells = bool(termios.tcgetattr(_STANDARD_INPUT)[3] & termios.ICANON)
    except termios.error:  # the window has gone
        return False
    if is_shells:
        with app.suspend():
            pass
    return is_shells


def take_size(app: App[Any]) -> None:
    """Lay `app` out for the present size of its window, unless the terminal tells sizes among the keys."""
    if app.is_headless or app.supports_smooth_scrolling:
        return
    size = window_size()
    if size is not None:
        app.post_message(Resize(size, size))


def window_size() -> Size | None:
    """Return the size that the terminal has now; None where it is not known."""
    with suppress(OSError):  # the window has gone
        return Size(*os.get_terminal_size(_STANDARD_INPUT)) or None
    return None
