"""Whether `ctg-tui` alone opens as questions and answers: wanted, or offered where nothing can be drawn."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

from ctg_tui.text_mode.preferences import Preferences

_OFFER: Final = (
    "Ce terminal ne sait pas dessiner la grille. Continuer par questions et réponses ? "
    "Entrée pour oui, « non » pour ouvrir la grille quand même."
)


def is_wanted(folder: Path) -> bool:
    """Return whether `ctg-tui` alone opens as questions and answers: by a variable, or in `folder`."""
    return Preferences(folder).is_text


def is_dumb_terminal() -> bool:
    """Return whether the terminal says that it can only write line after line."""
    return os.environ.get("TERM") == "dumb"


def offer() -> bool:
    """Ask whether to go on as questions and answers in a terminal that draws nothing; Entrée is « oui »."""
    from ctg_tui.text_mode.dialogue import Quit, on_terminal  # every start asks the two above

    dialogue = on_terminal()
    try:
        return not dialogue.line(f"{_OFFER} Réponse :").strip().lower().startswith("n")
    except Quit:
        return True
