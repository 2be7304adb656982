"""Decode terminal input leniently.

Textual's driver decodes it strictly: one byte that is not UTF-8 (a terminal in Latin-1, a bad paste) would
end the program with a traceback. Such a byte is read as `�`, which the cleaning of texts leaves visible.

Its parser also leaves a paste at the first escape inside it: the rest of the pasted text would be taken for
keys. Inside a paste an escape is read as `�` too.

When the terminal has gone, it reads nothing, again and again, and can write nothing. The system then sends
SIGHUP, but only to the first program of the terminal: behind one that ignores it, ours would run forever and
hold the lock of the database.
"""

from __future__ import annotations

import codecs
import os
import signal
from typing import Final

from ctg_tui.domain.text import REPLACEMENT
from ctg_tui.tui.textual_internals import decode_input_with, outlive_the_output

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
