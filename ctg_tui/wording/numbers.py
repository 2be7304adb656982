"""Numbers as people type them."""

from __future__ import annotations

from typing import Final

from ctg_tui.domain.completeness import MAX_NUMBER
from ctg_tui.wording.french import NARROW, NBSP, thousands

_SPACES: Final = str.maketrans("", "", f" {NBSP}{NARROW}\N{FIGURE SPACE}\N{THIN SPACE}")


def parse_number(text: str) -> int | None:
    """Return the whole number typed, with or without spaces between thousands; None when blank.

    Raises ValueError, with a French sentence, for anything else than 0 to `MAX_NUMBER`.
    """
    digits = text.translate(_SPACES)
    if not digits:
        return None
    if digits.startswith(("-", "−")) and digits[1:].isascii() and digits[1:].isdigit():
        raise ValueError("Un nombre compté ne peut pas être négatif.")
    if not (digits.isascii() and digits.isdigit()):
        raise ValueError("Un nombre entier s’écrit avec des chiffres seulement.")
    if len(digits) > 20 or int(digits) > MAX_NUMBER:
        raise ValueError(f"Ce nombre est trop grand{NBSP}: {thousands(MAX_NUMBER)} au plus.")
    return int(digits)
