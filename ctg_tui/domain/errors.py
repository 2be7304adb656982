"""Refusals: the exceptions that a person reads, with what happened, what is safe, what to do."""

from __future__ import annotations

import re
from typing import Final

EXIT_REFUSED = 1
EXIT_USAGE = 2
EXIT_INVALID_DOCUMENT = 3
EXIT_DATABASE = 4
EXIT_INTERRUPTED = 130

_WIDE: Final = "(?<=«) | (?=[:»%€])"
_NARROW: Final = " (?=[;!?])"


def typeset(sentence: str) -> str:
    """Return `sentence` with French no-break spaces in place of the plain ones of the source."""
    return re.sub(_NARROW, "\N{NARROW NO-BREAK SPACE}", re.sub(_WIDE, "\N{NO-BREAK SPACE}", sentence))


class Refusal(Exception):  # noqa: N818 - it is an answer to the person, not a defect of the program
    """An operation refused or failed, explained in French.

    `code` is stable and ASCII (for `--json`), `message` is what happened and what is safe, `advice` what to
    do next (may be empty), `exit_code` the one of the command line.
    """

    exit_code = EXIT_REFUSED

    def __init__(self, code: str, message: str, advice: str = "") -> None:
        super().__init__(message)
        self.code = code
        self.message = typeset(message)
        self.advice = typeset(advice)

    def sentences(self) -> str:
        """Return the message and the advice, as shown to the person."""
        return f"{self.message} {self.advice}".strip()


class InvalidDocument(Refusal):
    """A file from outside (grid, submission, workbook) is invalid."""

    exit_code = EXIT_INVALID_DOCUMENT


class DatabaseRefusal(Refusal):
    """The database cannot be used: locked, damaged, too new, not ours."""

    exit_code = EXIT_DATABASE


class NotSaved(Refusal):
    """A change could not be written: nothing of it was done, and nothing is shown of it."""

    exit_code = EXIT_DATABASE
