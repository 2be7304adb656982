"""The outermost error handler: any error ends in a French sentence and an exit code, never a traceback."""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TextIO

from ctg_tui.cli.terminal import accept_any_text, open_program, plain_opening, print_message, print_refusal
from ctg_tui.domain.errors import EXIT_INTERRUPTED, EXIT_REFUSED, Refusal


def guarded(arguments: Sequence[str]) -> int:
    """Run `arguments`; return the exit code (0 to 4, 130)."""
    _replace_missing_streams()
    accept_any_text()
    code = EXIT_REFUSED
    try:
        try:
            code = _run(arguments)
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


def _replace_missing_streams() -> None:
    """Send to the null device a stream that is None: closed before the start (`>&-`, a scheduled task)."""
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: SIM115, PTH123 - until exit


def _run(arguments: Sequence[str]) -> int:
    try:
        if plain_opening(arguments):
            return open_program(Path(arguments[1]) if arguments else None)
        from ctg_tui.cli.commands import run

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
    from ctg_tui.system import crash_log

    what = (
        "ctg-tui s’est arrêté sur une erreur imprévue. Ce qui était affiché comme enregistré est intact : "
        "relancez le programme."
    )
    refusal = Refusal("erreur-imprevue", crash_log.reported(error, what))
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
