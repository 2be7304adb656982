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
_NOT_CONCERNED_IN_WORDS: Final = re.compile(r"(?:non|pas)[ -]concern")
_STEPS_IN_WORDS: Final = (
    (re.compile(r"(?:oui,? )?partiel"), Rating.PARTLY),
    (re.compile(r"(?:oui,? )?majoritaire"), Rating.MOSTLY),
    (re.compile(r"(?:oui,? )?(?:total|tout a fait)|oui(?: *[/:,(]|$)"), Rating.FULLY),
    (re.compile(r"(?:non|pas)(?: du tout)?(?: *[/:,(]|$)"), Rating.NO),
)
_UNKNOWN_WORDS: Final = re.compile(r"([0-3])\s*[–—:=.)-]\s*([a-z][a-z', ]{2,40})")
_BOXES: Final = "☐□▢⬜"
_TICKED: Final = "☑☒✓✔■⬛"
_BOXED: Final = re.compile(rf"\s*([{_BOXES}{_TICKED}])\s*([0-3]|n\.?c\.?)\s*[,;/|]?", re.IGNORECASE)
_FEWEST_BOXES: Final = 4
_LONGEST_BOXES: Final = 100
"""Characters of a cell with the whole scale."""
_TICKS: Final = frozenset({"x", "✓", "✔", "☑", "☒", "✗", "✘", "•", "●", "vrai"})
_BLANKS: Final = frozenset({"", "-", "–", "—", "…", ".", "☐"})


class NotANoteError(ValueError):
    """A cell holds something that is neither a note nor NC."""


def parse_note(text: str) -> Answer | None:
    """Return the answer a cell holds; None when it is blank.

    Understood: `2`, `2,0`, `2 – Majoritairement`, `NC`, `N.C.`, `Non concerné`, `☐ 0 ☐ 1 ☒ 2 ☐ 3 ☐ NC`.
    Raises NotANoteError for everything else: `1,5`, `x`, `75 %`, `2-3`, `²` are never guessed.
    """
    if has_boxes(text):
        ticked = [step for box, step in _BOXED.findall(text) if box in _TICKED]
        if len(ticked) > 1:
            raise NotANoteError(text)
        return parse_note(ticked[0]) if ticked else None
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


def has_boxes(text: str) -> bool:
    """Return whether a cell holds the whole scale as boxes to tick: `☐ 0 ☐ 1 ☐ 2 ☐ 3 ☐ NC`."""
    if len(text) > _LONGEST_BOXES:
        return False
    steps = [step.casefold() for _, step in _BOXED.findall(text)]
    return len(set(steps)) == len(steps) >= _FEWEST_BOXES and not _BOXED.sub("", text).strip()


def probable_note(text: str) -> Answer | None:
    """Return the note before words that are not those of the scale: `2 - en partie`; None for another text.

    Such words may also be a doubt or a comment: the person is asked.
    """
    typed = " ".join(fold(text).split())
    found = _UNKNOWN_WORDS.fullmatch(typed)
    if found is None or re.search(r"\b(?:nc|ou|a|et|n/c)\b", found[2]):
        return None
    return Rating(int(found[1]))


def word_step(text: str) -> Answer | None:
    """Return the step of the scale whose words `text` begins with; None for other words.

    « Non applicable », « Plutôt oui » are words of no step: « Non » is one alone, or before a sign.
    """
    typed = " ".join(fold(text).split())
    if _NOT_CONCERNED_IN_WORDS.match(typed):
        return NOT_CONCERNED
    return next((step for words, step in _STEPS_IN_WORDS if words.match(typed)), None)


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
