"""What a `Chooser` offers; apart from it, so that nobody imports the dialog to describe a choice."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Offer:
    """Something to choose. `beside` stands at the right; it is searched too."""

    key: str
    text: str
    beside: str = ""
