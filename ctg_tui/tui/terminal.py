"""What the system and the terminal say: bytes, decoded leniently; ends, stops, sizes."""

from __future__ import annotations

import asyncio
import codecs
import os
import signal
from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final

from textual.events import Resize
from textual.geometry import Size

from ctg_tui.domain.text import REPLACEMENT
from ctg_tui.system.computer import when_console_closes
from ctg_tui.tui.textual_internals import decode_input_with, outlive_the_output

if TYPE_CHECKING:
    from textual.app import App


_START: Final = "\x1b[200~"
_END: Final = "\x1b[201~"
"""The sequences that terminals send before and after a paste (bracketed paste mode)."""
_ESCAPE: Final = "\x1b"


class TolerantDecoder:
    """An incremental decoder of UTF-8, with the interface of those of `codecs`, that never fails."""

    def __init__(self) -> None:
        self._bytes = codecs.getincrementaldecoder("utf-8")(errors="replace")
        self._in_paste = False
        self._behind = ""
        """Outside a paste, the last characters returned: the start of a paste can come in two pieces."""
        self._held = ""
        """Inside a paste, the characters that may begin its end."""

    def decode(self, data: bytes, final: bool = False) -> str:
        """Return the text of the next bytes; a paste comes without escapes."""
        text = self._held + self._bytes.decode(data, final)
        self._held = ""
        decoded: list[str] = []
        while text:
            text = self._pasted(text, decoded) if self._in_paste else self._typed(text, decoded)
        return "".join(decoded)

    def _typed(self, text: str, decoded: list[str]) -> str:
        """Append to `decoded` the text up to a paste, its start included; return the rest."""
        seen = self._behind + text
        start = seen.find(_START)
        if start < 0:
            decoded.append(text)
            self._behind = seen[-len(_START) + 1 :]
            return ""
        end = start + len(_START) - len(self._behind)
        decoded.append(text[:end])
        self._in_paste, self._behind = True, ""
        return text[end:]

    def _pasted(self, text: str, decoded: list[str]) -> str:
        """Append to `decoded` the pasted text, up to its end; return the rest."""
        inside, end, rest = text.partition(_END)
        if not end:
            end_length = next(size for size in range(len(_END) - 1, -1, -1) if inside.endswith(_END[:size]))
            inside, self._held = inside[: len(inside) - end_length], inside[len(inside) - end_length :]
        decoded += (inside.replace(_ESCAPE, REPLACEMENT), end)
        self._in_paste = not end
        return rest


class TerminalDecoder(TolerantDecoder):
    """Decode the input of a terminal; when it has gone, end the program as SIGHUP does."""

    def __init__(self) -> None:
        super().__init__()
        self._has_gone = False

    def decode(self, data: bytes, final: bool = False) -> str:
        """Return the text of the next bytes; without any, the terminal has gone."""
        if not data and not self._has_gone:
            self._has_gone = True
            hang_up()
        return super().decode(data, final)


def hang_up() -> None:
    """End the program as the system does when its terminal has gone."""
    os.kill(os.getpid(), signal.SIGHUP)


def take_any_bytes() -> None:
    """Make the driver of this system accept any bytes. Call it before the application runs."""
    decode_input_with(TerminalDecoder)


def end_with_the_terminal() -> None:
    """Make the driver of this system end the program once nothing can be written; as `take_any_bytes`."""
    outlive_the_output(hang_up)


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
