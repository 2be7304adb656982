"""Whether a text is one that the program stores and shows as it is."""

from __future__ import annotations

from ctg_tui.domain.text import MAX_TEXT_LENGTH, clean


def is_clean(text: str, *, multiline: bool = False) -> bool:
    """Return whether `text` may be stored as it is."""
    return len(text) <= MAX_TEXT_LENGTH and clean(text, multiline=multiline) == text
