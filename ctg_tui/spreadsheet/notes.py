"""What a cell says: a note, NC, a tick, a number; anything else is never guessed."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import Final

from ctg_tui.domain.assessment import NOT_CONCERNED, Answer, Rating
from ctg_tui.domain.text import fold
from ctg_tui.spreadsheet.cells import letters

_WHOLE_WORDS: Final = r"(?:non|pas)[ -]concernee?s?\.?"
_NOT_CONCERNED: Final = re.compile(rf"n ?[./]? ?c ?\.?(?: ?[–—:=.)(-]? ?{_WHOLE_WORDS}\)?)?|{_WHOLE_WORDS}")
_NOTE: Final = re.compile(r"([0-3])(?:[.,]0+)?(?:\s*[–—:=.)-]\s*|\s+)?(.*)", re.DOTALL)
_WORDS: Final = (
    (Rating.NO, re.compile(r"(?:non|pas)\b(?!.*\b(?:applicable|renseigne))(?:.*\bdu tout\b.*)?")),
    (Rating.PARTLY, re.compile(r"(?:oui,? )?partiel.*")),
    (Rating.MOSTLY, re.compile(r"(?:oui,? )?majoritaire.*")),
    (Rating.FULLY, re.compile(r"(?:oui\W+)?(?:total|tout a fait).*|oui")),
)
"""The words of the Caf's scale (grille Caf 16, mode opératoire)."""
_ALONE: Final = {
    **dict.fromkeys(("pasdutout", "nonpasdutout"), Rating.NO),
    **dict.fromkeys(("partiellement", "ouipartiellement"), Rating.PARTLY),
    **dict.fromkeys(("majoritairement", "ouimajoritairement"), Rating.MOSTLY),
    **dict.fromkeys(("totalement", "ouitotalement", "toutafait", "ouitoutafait"), Rating.FULLY),
}
"""What says a step by itself, by its letters. « Oui » and « non » alone may be of another scale."""
_TICKS: Final = frozenset({"x", "✓", "✔", "☑", "☒", "✗", "✘", "•", "●", "vrai"})
_BLANKS: Final = frozenset({"", "-", "–", "—", "…", ".", "☐", "faux"})


class NotANoteError(ValueError):
    """A cell holds something that is neither a note nor NC."""


def parse_note(text: str) -> Answer | None:
    """Return the answer a cell holds; None when it is blank.

    Understood: `2`, `2,0`, `2 – Majoritairement`, `Majoritairement`, `NC`, `N.C.`, `Non concerné`.
    Raises NotANoteError for everything else: `1,5`, `x`, `75 %`, `2-3`, `oui`, `²` are never guessed.
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
        said = _ALONE.get(letters(text))
        if said is None:
            raise NotANoteError(text)
        return said
    step, rest = Rating(int(found[1])), found[2].strip()
    if rest and not dict(_WORDS)[step].match(rest):
        raise NotANoteError(text)
    return step


@lru_cache(maxsize=512)  # the same few notes fill a workbook, read by each grid known: a fifth of its time
def note_of(text: str) -> Answer | None:
    """Return the answer a text says; None also for what is no answer."""
    try:
        return parse_note(text)
    except NotANoteError:
        return None


def is_tick(text: str, step: Answer) -> bool:
    """Return whether a cell under a step of the scale is ticked: « 2 » under the step 2 is a tick too.

    Raises NotANoteError when it is unclear.
    """
    if note_of(text) == step:
        return True
    typed = fold(text).strip()
    if typed in _BLANKS:
        return False
    if typed in _TICKS:
        return True
    raise NotANoteError(text)


def parse_count(text: str) -> int | None:
    """Return the number of an indicator; None when blank. Raises NotANoteError for no natural number."""
    digits = "".join(text.split()).removesuffix(",0")
    if digits in _BLANKS:
        return None
    if not (digits.isascii() and digits.isdigit() and len(digits) <= 6):
        raise NotANoteError(text)
    return int(digits)
