"""The terminal: what is written to its two streams, and the program opened in it, without click.

Importing click and every command would take a tenth of the time to the first frame.
"""

from __future__ import annotations

import codecs
import json
import os
import re
import sys
import textwrap
import unicodedata
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, Final, NamedTuple

from ctg_tui.domain.errors import Refusal, typeset
from ctg_tui.domain.text import FORBIDDEN, clean

_HANDLER = "ctg-tui.approchant"
# The characters that Unicode's decomposition does not turn into ASCII.
_NEAREST = dict(
    zip(
        "’‘“”«»—–·•─█║€œŒæÆ°",
        (*'\'\'""""---o-#|', "EUR", "oe", "OE", "ae", "AE", "*"),
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
    sys.stderr.write(_fitting(clean(typeset(message), multiline=True)) + "\n")


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


_OPTIONS = {"--base": 0, "--grille": 1}


_OFFER: Final = (
    "Ce terminal ne sait pas dessiner la grille. Continuer par questions et réponses ? "
    "Entrée pour oui, « non » pour ouvrir la grille quand même."
)


class Opening(NamedTuple):
    """The files for the interface to open; None for the default ones."""

    database: Path | None
    grid_file: Path | None


def plain_opening(arguments: Sequence[str]) -> Opening | None:
    """Return the files to open if `arguments` hold no more than their options and there is a terminal.

    None leaves the rest to click: other arguments, mistakes, no terminal.
    """
    files: list[Path | None] = [None, None]
    rest = list(arguments)
    while rest:
        name = rest.pop(0)
        if name not in _OPTIONS or not rest or rest[0].startswith("-") or not rest[0]:
            return None
        files[_OPTIONS[name]] = Path(rest.pop(0))
    return Opening(*files) if has_terminal() else None


def open_program(opening: Opening) -> int:
    """Open the interface, or questions and answers where they are wanted; return the exit code.

    In a terminal that only writes line after line, the person is asked. Raises Refusal.
    """
    from ctg_tui.storage.opening import chosen_database
    from ctg_tui.system.places import Preferences

    folder = chosen_database(opening.database).parent
    if Preferences(folder).is_text or (_is_dumb() and _offer()):
        from ctg_tui.text_mode.home import run as talk

        return talk(*opening)
    from ctg_tui.tui import run as open_interface

    return open_interface(*opening)


def _is_dumb() -> bool:
    """Return whether the terminal says that it can only write line after line."""
    return os.environ.get("TERM") == "dumb"


def _offer() -> bool:
    """Ask whether to go on as questions and answers in a terminal that draws nothing; Entrée is « oui »."""
    from ctg_tui.text_mode.dialogue import Quit, on_terminal

    dialogue = on_terminal()
    try:
        return not dialogue.line(f"{_OFFER} Réponse :").strip().lower().startswith("n")
    except Quit:
        return True


def has_terminal() -> bool:
    """Return True if the three standard streams are a terminal."""
    streams = (sys.stdin, sys.stdout, sys.stderr)
    return all(stream is not None and stream.isatty() for stream in streams)
