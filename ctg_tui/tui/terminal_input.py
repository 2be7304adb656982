"""The bytes of the keyboard as text, whatever they are.

Textual's driver decodes them strictly: one byte that is no UTF-8 (a terminal in Latin-1, a bad paste) would
end the program with a traceback. Such a byte is read as `�`, which the cleaning of texts keeps visible.

And its parser leaves a paste at the first escape inside it: what follows, written by whoever made the text,
would be taken for keys. Inside a paste an escape is read as `�` too.
"""

from __future__ import annotations

import codecs
from typing import Final

from ctg_tui.domain.text import REPLACEMENT
from ctg_tui.tui.textual_internals import decode_input_with

_START: Final = "\x1b[200~"
_END: Final = "\x1b[201~"
"""What terminals send before and after a paste (bracketed paste mode)."""
_ESCAPE: Final = "\x1b"


class TolerantDecoder:
    """UTF-8 by pieces, as the driver reads them. Takes the place of an incremental decoder of `codecs`."""

    def __init__(self) -> None:
        self._bytes = codecs.getincrementaldecoder("utf-8")(errors="replace")
        self._in_paste = False
        self._behind = ""
        """Outside a paste, what was given last: the start of a paste may come in two pieces."""
        self._held = ""
        """Inside a paste, what may be the beginning of its end."""

    def decode(self, data: bytes, final: bool = False) -> str:
        """The text of the next bytes, a paste without escapes."""
        text = self._held + self._bytes.decode(data, final)
        self._held = ""
        given: list[str] = []
        while text:
            text = self._pasted(text, given) if self._in_paste else self._typed(text, given)
        return "".join(given)

    def _typed(self, text: str, given: list[str]) -> str:
        """Give what comes before a paste, its start included; the rest is left."""
        seen = self._behind + text
        start = seen.find(_START)
        if start < 0:
            given.append(text)
            self._behind = seen[-len(_START) + 1 :]
            return ""
        end = start + len(_START) - len(self._behind)
        given.append(text[:end])
        self._in_paste, self._behind = True, ""
        return text[end:]

    def _pasted(self, text: str, given: list[str]) -> str:
        """Give what is pasted, up to its end; the rest is left."""
        inside, end, rest = text.partition(_END)
        if not end:
            held = next(size for size in range(len(_END) - 1, -1, -1) if inside.endswith(_END[:size]))
            inside, self._held = inside[: len(inside) - held], inside[len(inside) - held :]
        given += (inside.replace(_ESCAPE, REPLACEMENT), end)
        self._in_paste = not end
        return rest


def take_any_bytes() -> None:
    """Let the driver of this system read any bytes. To be called before the application runs."""
    decode_input_with(TolerantDecoder)
