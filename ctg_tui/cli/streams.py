"""Writing to the two standard streams, in the encoding of the terminal."""

from __future__ import annotations

import codecs
import json
import os
import re
import sys
import textwrap
import unicodedata
from typing import Any

from ctg_tui.domain.text import FORBIDDEN, clean

_HANDLER = "ctg-tui.approchant"
# The characters that Unicode's decomposition does not turn into ASCII.
_NEAREST = dict(
    zip(
        "’‘“”«»—–·€œŒæÆ°",
        ("'", "'", '"', '"', '"', '"', "-", "-", "-", "EUR", "oe", "OE", "ae", "AE", "*"),
        strict=True,
    )
)


def accept_any_text() -> None:
    """Let both streams write any text: a character that their encoding lacks is replaced (é → e)."""
    codecs.register_error(_HANDLER, _nearest)
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors=_HANDLER)


def _nearest(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    replacements = []
    for character in error.object[error.start : error.end]:
        nearest = _NEAREST.get(character)
        if nearest is None:
            decomposed = unicodedata.normalize("NFKD", character)
            nearest = decomposed.encode("ascii", "ignore").decode("ascii") or "?"
        replacements.append(nearest)
    return "".join(replacements), error.end


def print_message(message: str) -> None:
    """Write a message for the person to stderr, after the data written before it."""
    sys.stdout.flush()
    sys.stderr.write(_fitting(clean(message, multiline=True)) + "\n")


def _fitting(message: str) -> str:
    """Wrap `message` between words: a terminal would cut it anywhere."""
    try:
        columns = os.get_terminal_size(sys.stderr.fileno()).columns
    except (OSError, ValueError):  # no terminal: leave the lines whole
        return message
    # Some terminals report a width of 0. textwrap does not cut at no-break spaces.
    lines = message.split("\n")
    wrapped = (
        textwrap.wrap(line, columns or 80, break_long_words=False, break_on_hyphens=False) for line in lines
    )
    return "\n".join("\n".join(parts) for parts in wrapped)


def print_line(text: str) -> None:
    """Write one line of data to stdout, also when the name of a file has a newline in it."""
    sys.stdout.write(clean(text) + "\n")


def print_json(value: Any) -> None:
    """Write one JSON document to stdout, lossless in any encoding and harmless on a terminal.

    Forbidden characters are escaped, not replaced: the name of a file must lead back to it, also one that is
    not in UTF-8 (its odd bytes are `\\udc80` to `\\udcff`, as in Python).
    """
    is_utf8 = (sys.stdout.encoding or "").lower().replace("-", "") == "utf8"
    text = json.dumps(value, ensure_ascii=not is_utf8, indent=2)
    sys.stdout.write(re.sub(FORBIDDEN, _escaped, text) + "\n")


def print_json_error(code: str, message: str, advice: str = "") -> None:
    """Write the object that `--json` gives for every error, whatever its exit code."""
    print_json({"erreur": {"code": code, "message": message, "conseil": advice}})


def _escaped(match: re.Match[str]) -> str:
    return f"\\u{ord(match[0]):04x}"
