"""Writing to the two standard streams, in whatever encoding the person's terminal has."""

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
# What Unicode's own decomposition does not bring to ASCII.
_NEAREST = dict(
    zip(
        "’‘“”«»—–·€œŒæÆ",
        ("'", "'", '"', '"', '"', '"', "-", "-", "-", "EUR", "oe", "OE", "ae", "AE"),
        strict=True,
    )
)


def take_any_text() -> None:
    """Let both streams write any text: what their encoding lacks becomes the nearest it has (é → e)."""
    codecs.register_error(_HANDLER, _nearest)
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors=_HANDLER)


def _nearest(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    found = []
    for character in error.object[error.start : error.end]:
        nearest = _NEAREST.get(character)
        if nearest is None:
            decomposed = unicodedata.normalize("NFKD", character)
            nearest = decomposed.encode("ascii", "ignore").decode("ascii") or "?"
        found.append(nearest)
    return "".join(found), error.end


def say(message: str) -> None:
    """A message for the person, on the standard error, after what was written before it."""
    sys.stdout.flush()
    sys.stderr.write(_fitting(clean(message, multiline=True)) + "\n")


def _fitting(message: str) -> str:
    """`message` in lines that end between two words, where a terminal would cut them anywhere."""
    try:
        columns = os.get_terminal_size(sys.stderr.fileno()).columns
    except (OSError, ValueError):  # no terminal: whoever reads this cuts lines as they like
        return message
    # A terminal that does not know its own width says 0. No-break spaces are no place to cut for textwrap.
    lines = message.split("\n")
    wrapped = (
        textwrap.wrap(line, columns or 80, break_long_words=False, break_on_hyphens=False) for line in lines
    )
    return "\n".join("\n".join(parts) for parts in wrapped)


def tell(text: str) -> None:
    """A line of data, on the standard output: one, also when the name of a file has a newline in it."""
    sys.stdout.write(clean(text) + "\n")


def tell_json(value: Any) -> None:
    """One JSON document on the standard output; lossless in any encoding, and harmless on a terminal.

    What the cleaning forbids is escaped and not replaced: the name of a file must lead to it again, also one
    that is not in UTF-8 (its odd bytes are then `\\udc80` to `\\udcff`, as Python has them).
    """
    is_utf8 = (sys.stdout.encoding or "").lower().replace("-", "") == "utf8"
    text = json.dumps(value, ensure_ascii=not is_utf8, indent=2)
    sys.stdout.write(FORBIDDEN.sub(_escaped, text) + "\n")


def tell_error(code: str, message: str, advice: str = "") -> None:
    """The one object that `--json` gives for every failure, whatever its exit code."""
    tell_json({"erreur": {"code": code, "message": message, "conseil": advice}})


def _escaped(found: re.Match[str]) -> str:
    return f"\\u{ord(found[0]):04x}"
