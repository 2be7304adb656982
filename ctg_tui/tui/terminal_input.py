"""The bytes of the keyboard as text, whatever they are.

Textual's driver decodes them strictly: one byte that is no UTF-8 (a terminal in Latin-1, a bad paste) would
end the program with a traceback. Such a byte is read as `�`, which the cleaning of texts keeps visible.
"""

from __future__ import annotations

import codecs
import sys
from functools import partial


def take_any_bytes() -> None:
    """Let the driver of this system read any bytes. To be called before the application runs."""
    if sys.platform == "win32":  # there the console gives characters, not bytes
        return
    from textual.drivers import linux_driver

    tolerant = partial(codecs.getincrementaldecoder("utf-8"), errors="replace")
    # A name of the driver's module, looked up when its thread starts: there is no other hook.
    setattr(linux_driver, "getincrementaldecoder", lambda _: tolerant)  # noqa: B010 - not part of its types
