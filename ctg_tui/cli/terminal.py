"""The terminal: what is written to its two streams, the program opened in it, any error said; without click.

Importing click and every command would take a tenth of the time to the first frame.
"""

from __future__ import annotations

import errno
import io
import json
import os
import re
import sys
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any, NamedTuple, TextIO

from ctg_tui import PROGRAM
from ctg_tui.domain.errors import EXIT_INTERRUPTED, EXIT_REFUSED, Refusal, typeset
from ctg_tui.domain.text import FORBIDDEN, clean


def print_message(message: str) -> None:
    """Write a message for the person to stderr, after the data written before it."""
    sys.stdout.flush()
    sys.stderr.write(clean(typeset(message), multiline=True) + "\n")


class Result(NamedTuple):
    """What a command gives: `facts` for programs (`--json`), the same in `lines` for people.

    `messages` go beside both.
    """

    facts: Any
    lines: Iterable[str] = ()
    messages: Iterable[str] = ()
    code: int = 0


def print_result(result: Result, *, as_json: bool) -> int:
    """Write a result, data to stdout and messages to stderr; return its exit code."""
    if as_json:
        print_json(result.facts)
    else:
        for line in result.lines:  # on one line also when the name of a file has a newline in it
            sys.stdout.write(clean(typeset(line)) + "\n")
    for message in result.messages:
        print_message(message)
    return result.code


def print_json(value: Any) -> None:
    """Write one JSON document to stdout, lossless in any encoding and harmless on a terminal.

    Forbidden characters are escaped, not replaced: the name of a file must lead back to it, also one that is
    not in UTF-8 (its odd bytes are `\\udc80` to `\\udcff`, as in Python).
    """
    is_utf8 = (sys.stdout.encoding or "").lower().replace("-", "") == "utf8"
    text = json.dumps(value, ensure_ascii=not is_utf8, indent=2)
    sys.stdout.write(re.sub(FORBIDDEN, lambda found: f"\\u{ord(found[0]):04x}", text) + "\n")


def print_refusal(refusal: Refusal, *, as_json: bool) -> int:
    """Write an error on both streams, its object on stdout with `--json`; return its exit code."""
    if as_json:
        error = {"code": refusal.code, "message": refusal.message, "conseil": refusal.advice}
        print_json({"erreur": error})
    print_message(refusal.sentences())
    return refusal.exit_code


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
    if not has_terminal():
        raise Refusal(
            "sans-terminal",
            "La grille s’ouvre dans un terminal, et il n’y en a pas ici.",
            f"D’autres commandes n’en ont pas besoin : {PROGRAM} --aide",
        )
    if os.environ.get("TERM") == "dumb":
        from ctg_tui.text_mode.home import run as talk

        return talk(database)
    from ctg_tui.tui import run as open_interface

    return open_interface(database)


def has_terminal() -> bool:
    """Return True if the three standard streams are a terminal."""
    streams = (sys.stdin, sys.stdout, sys.stderr)
    return all(stream is not None and stream.isatty() for stream in streams)


# The outermost error handler: any error ends in a French sentence and an exit code, never a traceback.


def guarded(arguments: list[str], run: Callable[[list[str]], int]) -> int:
    """Open the program, or `run` the command that `arguments` name; return the exit code (0 to 4, 130)."""
    _prepare_streams()
    code = EXIT_REFUSED
    try:
        try:
            code = _run(arguments, run)
            sys.stdout.flush()
        except OSError as error:  # of the output: a reader that left, a full disk behind a redirection
            code = EXIT_REFUSED
            _discard(sys.stdout)
            # EINVAL: what Windows says of a pipe without a reader
            if not isinstance(error, BrokenPipeError) and (os.name != "nt" or error.errno != errno.EINVAL):
                print_message(
                    "La réponse de cette commande n’a pas pu être écrite en entier ; ce qu’elle a fait "
                    "reste fait. Libérez de la place, puis recommencez."
                )
        sys.stderr.flush()
    except OSError:  # stderr: the window was closed, or a full disk is behind both streams
        _discard(sys.stderr)
    return code


def _prepare_streams() -> None:
    """Let both streams write any text: a character that their encoding lacks becomes « ? ».

    One that is None, closed before the start (`>&-`, a scheduled task), goes to the null device.
    """
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: SIM115, PTH123 - until exit
        if isinstance(stream := getattr(sys, name), io.TextIOWrapper):
            stream.reconfigure(errors="replace")


def _run(arguments: list[str], run: Callable[[list[str]], int]) -> int:
    try:
        if plain_opening(arguments):
            return open_program(Path(arguments[1]) if arguments else None)
        return run(arguments)
    except KeyboardInterrupt:
        return EXIT_INTERRUPTED
    except Refusal as refusal:
        return print_refusal(refusal, as_json="--json" in arguments)
    except Exception as error:
        if isinstance(error, OSError) and _is_of_output(error):
            raise
        return _unexpected(error, arguments)


def _unexpected(error: Exception, arguments: Sequence[str]) -> int:
    from ctg_tui.system.computer import reported

    what = (
        "ctg-tui s’est arrêté sur une erreur imprévue. Ce qui était affiché comme enregistré est intact : "
        "relancez le programme."
    )
    refusal = Refusal("erreur-imprevue", reported(error, what))
    return print_refusal(refusal, as_json="--json" in arguments)


def _is_of_output(error: OSError) -> bool:
    """Return whether a stream was refused, not a file: those have a name, or a sentence of their own."""
    of_a_disk = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO, errno.EPIPE}
    return error.filename is None and error.errno in {*of_a_disk, errno.EINVAL}


def _discard(stream: TextIO) -> None:
    """Point `stream` at the null device: Python would report the failed flush at exit."""
    null = os.open(os.devnull, os.O_WRONLY)
    os.dup2(null, stream.fileno())
    os.close(null)
