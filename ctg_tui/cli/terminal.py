"""The terminal: what is written to its two streams, and the program opened in it, without click.

Importing click and every command would take a tenth of the time to the first frame.
"""

from __future__ import annotations

import io
import json
import os
import re
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from ctg_tui.domain.errors import Refusal, typeset
from ctg_tui.domain.text import FORBIDDEN, clean


def accept_any_text() -> None:
    """Let both streams write any text: a character that their encoding lacks becomes « ? »."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")


def print_message(message: str) -> None:
    """Write a message for the person to stderr, after the data written before it."""
    sys.stdout.flush()
    sys.stderr.write(clean(typeset(message), multiline=True) + "\n")


class Labelled(NamedTuple):
    """A line that ends in a path, or in a text of the person's: printed as it is, after its label."""

    label: str
    value: object


class Result(NamedTuple):
    """What a command gives: `facts` for programs (`--json`), the same in `lines` for people.

    `messages` go beside both.
    """

    facts: Any
    lines: Iterable[str | Labelled] = ()
    messages: Iterable[str] = ()
    code: int = 0


def print_result(result: Result, *, as_json: bool) -> int:
    """Write a result, data to stdout and messages to stderr; return its exit code."""
    if as_json:
        print_json(result.facts)
    else:
        for line in result.lines:
            _print_line(line)
    for message in result.messages:
        print_message(message)
    return result.code


def _print_line(line: str | Labelled) -> None:
    """Write one line of data, also when the name of a file has a newline in it."""
    if isinstance(line, Labelled):
        line = f"{typeset(f'{line.label} :')} {line.value}"
    sys.stdout.write(clean(typeset(line)) + "\n")


def print_json(value: Any) -> None:
    """Write one JSON document to stdout, lossless in any encoding and harmless on a terminal.

    Forbidden characters are escaped, not replaced: the name of a file must lead back to it, also one that is
    not in UTF-8 (its odd bytes are `\\udc80` to `\\udcff`, as in Python).
    """
    is_utf8 = (sys.stdout.encoding or "").lower().replace("-", "") == "utf8"
    text = json.dumps(value, ensure_ascii=not is_utf8, indent=2)
    sys.stdout.write(re.sub(FORBIDDEN, _escaped, text) + "\n")


def print_refusal(refusal: Refusal, *, as_json: bool) -> int:
    """Write an error on both streams, its object on stdout with `--json`; return its exit code."""
    if as_json:
        error = {"code": refusal.code, "message": refusal.message, "conseil": refusal.advice}
        print_json({"erreur": error})
    print_message(refusal.sentences())
    return refusal.exit_code


def _escaped(match: re.Match[str]) -> str:
    return f"\\u{ord(match[0]):04x}"


def plain_opening(arguments: Sequence[str]) -> bool:
    """Return True if `arguments` are none, or `--base FICHIER`, and there is a terminal.

    False leaves the rest to click: other arguments, mistakes, no terminal.
    """
    is_plain = not arguments or (len(arguments) == 2 and arguments[0] == "--base")
    return (
        is_plain and not any(value.startswith("-") or not value for value in arguments[1:]) and has_terminal()
    )


def open_program(database: Path | None) -> int:
    """Open the interface, questions and answers in a terminal that can only write line after line.

    Returns the exit code. Raises Refusal.
    """
    if os.environ.get("TERM") == "dumb":
        from ctg_tui.text_mode.home import run as talk

        return talk(database)
    from ctg_tui.tui import run as open_interface

    return open_interface(database)


def has_terminal() -> bool:
    """Return True if the three standard streams are a terminal."""
    streams = (sys.stdin, sys.stdout, sys.stderr)
    return all(stream is not None and stream.isatty() for stream in streams)
