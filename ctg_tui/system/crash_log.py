"""The log of unexpected errors: exception types and lines of code only.

Messages are left out, since they can quote a comment or a name that the person wrote.
"""

from __future__ import annotations

import os
import sys
from datetime import UTC, datetime
from pathlib import Path

from ctg_tui import __version__
from ctg_tui.domain.errors import typeset
from ctg_tui.domain.text import clean
from ctg_tui.system.places import default_database

LOG_NAME = "ctg-tui-erreurs.log"
MAX_LOG_BYTES = 100_000
REPORT_TO = "à la personne qui vous a fourni ctg-tui"
"""The recipient of a log: the program has no public address of its own."""
_KEPT_PARTS = 3  # of a file's path: names the module without the person's folders


def reported(error: BaseException, what: str) -> str:
    """Append the trace of `error` to the log of the data folder; return `what` in French and where it is."""
    try:
        target = default_database().parent
        target.mkdir(mode=0o700, parents=True, exist_ok=True)
        log = target / LOG_NAME
        flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND | getattr(os, "O_NOFOLLOW", 0)
        if log.exists() and log.stat().st_size > MAX_LOG_BYTES:
            flags |= os.O_TRUNC
        descriptor = os.open(log, flags, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(trace(error))
    except OSError:  # the disk may be the cause of the error
        return typeset(f"{what} Le détail technique n’a pas pu être écrit.")
    place = f"est dans « {clean(str(log))} » : transmettez-le {REPORT_TO}"
    return typeset(f"{what} Le détail technique, sans vos réponses, {place}.")


def trace(error: BaseException) -> str:
    """Return the time (UTC), the versions, and the type and lines of code of each exception of the chain."""
    from traceback import extract_tb  # only when something went wrong

    moment = datetime.now(UTC).isoformat(timespec="seconds")
    python = ".".join(str(part) for part in sys.version_info[:3])
    lines = [f"{moment} ctg-tui {__version__} Python {python} {sys.platform}"]
    seen: set[int] = set()
    link: BaseException | None = error
    while link is not None and id(link) not in seen:
        seen.add(id(link))
        lines.append(f"  {type(link).__module__}.{type(link).__qualname__}")
        lines += (
            f"    {'/'.join(Path(frame.filename).parts[-_KEPT_PARTS:])}:{frame.lineno} {frame.name}"
            for frame in extract_tb(link.__traceback__)
        )
        link = link.__cause__ or link.__context__
    return "\n".join(lines) + "\n\n"
