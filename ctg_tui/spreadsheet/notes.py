"""What a cell of a grid says: a note, NC, nothing, or something that is neither and is never guessed."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from ctg_tui.domain.answers import NOT_CONCERNED, Answer, Rating
from ctg_tui.domain.text import fold

_WHOLE_WORDS: Final = r"non[ -]concernee?s?\.?"
_NOT_CONCERNED: Final = re.compile(rf"n ?[./]? ?c ?\.?(?: ?[–—:=.)(-]? ?{_WHOLE_WORDS}\)?)?|{_WHOLE_WORDS}")
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
    """A cell holds something that is neither a note nor NC."""


def parse_note(text: str) -> Answer | None:
    """Return the answer a cell holds; None when it is blank.

    Understood: `2`, `2,0`, `2 – Majoritairement`, `NC`, `N.C.`, `Non concerné`. Raises NotANoteError for
    everything else: `1,5`, `x`, `75 %`, `2-3`, `²` are never guessed.
    """
    if any(unicodedata.category(character) == "No" for character in text):  # folded, `²` would be a 2
        raise NotANoteError(text)
    typed = " ".join(fold(text).split())
    if typed in _BLANKS:
        return None
    if _NOT_CONCERNED.fullmatch(typed):
        return NOT_CONCERNED
    found = _NOTE.fullmatch(typed)
    if found is None:
        raise NotANoteError(text)
    words = found[2].strip()
    if words and not re.match(rf"(?:{'|'.join(_WORDS[found[1]])})\b", words):
        raise NotANoteError(text)
    return Rating(int(found[1]))


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
