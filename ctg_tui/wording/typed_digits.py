"""Digits typed without Shift where the keyboard needs it: `à&é"'` on AZERTY."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

UNSHIFTED: Final[Mapping[str, str]] = {
    "azerty": "à&é\"'(-è_ç",
    "afnor": "»àéèê()‘’«",
    "bepo": '*"«»()@+-/',
}
"""By keyboard layout, the characters of the keys 0 to 9 without Shift; other layouts give digits."""

_TABLES: Final = {
    keyboard: {ord(character): str(digit) for digit, character in enumerate(characters)}
    for keyboard, characters in UNSHIFTED.items()
}


def as_digits(text: str, keyboard: str) -> str:
    """Return `text` with the digits that were meant: `é&` is `21` on AZERTY.

    A minus before digits stays one, though it is the key 6 of AZERTY without Shift.
    """
    digits = text.translate(_TABLES.get(keyboard, {}))
    is_negative = text.startswith("-") and any(character in "0123456789" for character in text)
    return f"-{digits[1:]}" if is_negative else digits
