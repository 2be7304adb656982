"""The last door: whatever happens inside, a French sentence and an exit code come out, never a traceback."""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Sequence
from typing import TextIO

from ctg_tui.cli.streams import say, take_any_text, tell_error
from ctg_tui.domain.errors import EXIT_INTERRUPTED, EXIT_REFUSED, Refusal


def guarded(arguments: Sequence[str]) -> int:
    """Run `arguments`; gives the exit code of the design (0 to 4, 130)."""
    _have_streams()
    take_any_text()
    code = _told(arguments)
    try:
        sys.stderr.flush()
    except OSError:  # the window was closed
        _forget(sys.stderr)
    return code


def _have_streams() -> None:
    """A stream that was closed before the start (`>&-`, a scheduled task) is None: it is written nowhere."""
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: SIM115, PTH123 - to the end


def _told(arguments: Sequence[str]) -> int:
    try:
        code = _run(arguments)
        sys.stdout.flush()
    except BrokenPipeError:
        _forget(sys.stdout)
        return EXIT_REFUSED
    except OSError:  # only the output is still open: a full disk behind a redirection
        _forget(sys.stdout)
        say(
            "La réponse de cette commande n’a pas pu être écrite en entier ; ce qu’elle a fait reste fait. "
            "Libérez de la place, puis recommencez."
        )
        return EXIT_REFUSED
    return code


def _run(arguments: Sequence[str]) -> int:
    from ctg_tui.cli.plain_start import plain_opening

    try:
        opening = plain_opening(arguments)
        if opening is not None:
            from ctg_tui.tui.start import run as open_interface

            return open_interface(*opening)
        from ctg_tui.cli.commands import run

        return run(arguments)
    except KeyboardInterrupt:
        return EXIT_INTERRUPTED
    except Refusal as refusal:
        if "--json" in arguments:
            tell_error(refusal.code, refusal.message, refusal.advice)
        say(refusal.sentences())
        return refusal.exit_code
    except OSError as error:
        if isinstance(error, BrokenPipeError) or _is_of_output(error) or not _output_is_sound():
            raise
        return _unforeseen(error, arguments)
    except Exception as error:  # noqa: BLE001 - the last door: told, recorded, never shown as a traceback
        return _unforeseen(error, arguments)


def _unforeseen(error: Exception, arguments: Sequence[str]) -> int:
    from ctg_tui.system import crash_log

    told = crash_log.sentences(crash_log.record(error))
    if "--json" in arguments:
        tell_error("erreur-imprevue", told)
    say(told)
    return EXIT_REFUSED


def _is_of_output(error: OSError) -> bool:
    """Return whether a stream was refused, not a file: those have a name, or a sentence of their own.

    Python keeps nothing of an unbuffered stream (`PYTHONUNBUFFERED`) that could be looked at afterwards.
    """
    return error.filename is None and error.errno in {errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO}


def _output_is_sound() -> bool:
    try:
        sys.stdout.flush()
    except OSError:
        return False
    return True


def _forget(stream: TextIO) -> None:
    """Send what is left in `stream` nowhere, or Python complains of it when it ends."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, stream.fileno())
    os.close(nowhere)
