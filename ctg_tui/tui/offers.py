"""What a `Chooser` offers; apart from it, so that nobody imports the dialog to describe a choice."""

from __future__ import annotations

from typing import NamedTuple


class Offer(NamedTuple):
    """Something to choose. `beside` stands at the right and is searched too; `word` is only searched."""

    key: str
    text: str
    beside: str = ""
    word: str = ""
