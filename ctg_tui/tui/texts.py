"""Text of a person or a file, made fit for cells of the screen."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from rich.cells import cell_len, set_cell_size

from ctg_tui.chart.levels import spelled
from ctg_tui.domain.text import JOINER, clean, fold
from ctg_tui.tui.level import current_level
from ctg_tui.wording.french import NBSP, thousands, wrap

ELLIPSIS = "…"
_VOWELS: Final = frozenset("aeiouy")


def shown(text: str) -> str:
    """Return `text` on one line, without anything that a terminal could obey, as it can be spelled there."""
    return spelled(apart(clean(text)), current_level())


def shown_text(text: str) -> str:
    """Return `text` as `shown`, its lines kept."""
    return spelled(apart(clean(text, multiline=True)), current_level())


def apart(text: str) -> str:
    """Return `text` with its emojis side by side: few terminals join them, in others the line would shift."""
    return text.replace(JOINER, "")


def shown_lines(lines: Iterable[str]) -> str:
    """Return `lines`, each as `shown`, one below the other."""
    return "\n".join(map(shown, lines))


def fit(text: str, width: int, ellipsis: str = ELLIPSIS) -> str:
    """Return `text` in exactly `width` cells: cut with an ellipsis, or filled with spaces."""
    if width <= 0:
        return ""
    if cell_len(text) <= width:
        return set_cell_size(text, width)
    room = width - cell_len(ellipsis)
    if room <= 0:
        return set_cell_size(text, width)
    return set_cell_size(set_cell_size(text, room).rstrip() + ellipsis, width)


def too_long(limit: int) -> str:
    """Return the sentence for a text cut at `limit` characters."""
    return f"Texte trop long{NBSP}: {thousands(limit)} caractères au plus. La fin n’a pas été enregistrée."


def hung(text: str, width: int) -> list[str]:
    """Return `text` in lines of `width` cells, as `wrap` does, all but the first indented by two cells."""
    first, *others = wrap(shown(text), width) or [""]
    return [first, *(f"  {other}" for other in others)]


def wrap_at_most(text: str, width: int, rows: int) -> list[str]:
    """Return the lines of `wrap`, at most `rows` of them; an ellipsis stands for the rest."""
    lines: list[str] = []
    ends: set[int] = set()
    for paragraph in text.split("\n"):
        lines += wrap(paragraph, width)
        ends.add(len(lines) - 1)
    if len(lines) <= rows:
        return lines
    if rows <= 0:
        return []
    rest = ELLIPSIS if rows - 1 in ends else lines[rows]
    return [*lines[: rows - 1], fit(f"{lines[rows - 1]} {rest}", width).rstrip()]


def shortened(label: str, width: int) -> str:
    """Return the label, or its first letters up to a consonant, and a point: `Éduc.`"""
    if cell_len(label) <= width:
        return label
    letters = fit(label, width - 1, "").rstrip()
    while len(letters) > 3 and fold(letters[-1]) in _VOWELS:
        letters = letters[:-1]
    return f"{letters}."
