"""Reading the lines that a person types, or that a file gives, on the standard input."""

from __future__ import annotations

import io
import re
import sys
from typing import Final

_UTF_8: Final = ("utf-8", "surrogateescape")


def typed_line() -> str:
    """Return the next line of the standard input, its newline included; empty at its end.

    It is UTF-8 whatever the locale; a byte that is not becomes a lone surrogate (`is_utf_8`). Not `input()`:
    where the module `readline` is loaded it writes escape bytes, and it stops at a NUL.
    """
    if sys.stdin is None:
        return ""
    if isinstance(sys.stdin, io.TextIOWrapper) and (sys.stdin.encoding, sys.stdin.errors) != _UTF_8:
        encoding, errors = _UTF_8
        sys.stdin.reconfigure(encoding=encoding, errors=errors)  # refused once a line was read
    return sys.stdin.readline()


def is_utf_8(line: str) -> bool:
    """Return whether every byte of a line typed was UTF-8."""
    return re.search("[\ud800-\udfff]", line) is None
