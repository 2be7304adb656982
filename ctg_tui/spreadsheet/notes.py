"""Parsing a cell of a grid: a note, NC or blank; anything else is refused, never guessed."""

from __future__ import annotations

import re
from typing import Final

from ctg_tui.domain.answers import NOT_CONCERNED, Answer, Rating
from ctg_tui.domain.text import fold

_NOT_CONCERNED: Final = re.compile(r"n ?[./]? ?c ?\.?|non[ -]concernee?s?\.?")
_NOTE: Final = re.compile(r"([0-3])(?:[.,]0+)?(?:\s*[–—:=.)-]\s*|\s+)?(.*)", re.DOTALL)
_WORDS: Final = {
    "0": ("non", "pas"),
    "1": ("partiellement",),
    "2": ("majoritairement",),
    "3": ("oui", "totalement"),
}
"""The first words of the Caf's scale (grille Caf 16, mode opératoire)."""
_TICKS: Final = frozenset({"x", "✓", "✔", "☑", "☒", "✗", "✘", "•", "●", "vrai"})
_BLANKS: Final = frozenset({"", "-", "–", "—", "…", ".", "☐"})


class NotANoteError(ValueError):
    """The text of a cell is not a valid value."""


def parse_note(text: str) -> Answer | None:
    """Return the answer in the text of a cell; None when it is blank.

    Accepted: `2`, `2,0`, `2 – Majoritairement`, `NC`, `N.C.`, `Non concerné`. Raises NotANoteError for
    everything else: `1,5`, `x`, `75 %`, `2-3` are never guessed.
    """
    typed = " ".join(fold(text).split())
    if typed in _BLANKS:
        return None
    if _NOT_CONCERNED.fullmatch(typed):
        return NOT_CONCERNED
    match = _NOTE.fullmatch(typed)
    if match is None:
        raise NotANoteError(text)
    words = match[2].strip()
    if words and not re.match(rf"(?:{'|'.join(_WORDS[match[1]])})\b", words):
        raise NotANoteError(text)
    return Rating(int(match[1]))


def is_tick(text: str) -> bool:
    """Return whether a cell under a step of the scale is ticked. Raises NotANoteError when it is unclear."""
    typed = fold(text).strip()
    if typed in _BLANKS:
        return False
    if typed in _TICKS:
        return True
    raise NotANoteError(text)


def parse_step(text: str) -> Answer | None:
    """Return the step of the scale that heads a column of ticks; None when it is no step."""
    try:
        return parse_note(text)
    except NotANoteError:
        return None


def parse_count(text: str) -> int | None:
    """Return the number of an indicator; None when blank. Raises NotANoteError for no natural number."""
    digits = "".join(text.split()).removesuffix(",0")
    if digits in _BLANKS:
        return None
    if not (digits.isascii() and digits.isdigit() and len(digits) <= 6):
        raise NotANoteError(text)
    return int(digits)
