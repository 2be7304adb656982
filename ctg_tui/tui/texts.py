"""Text that came from a person or a file, made fit for cells of the screen."""

from __future__ import annotations

from rich.cells import cell_len, set_cell_size

from ctg_tui.domain.text import clean
from ctg_tui.wording.french import NBSP, thousands
from ctg_tui.wording.wrapping import wrap

ELLIPSIS = "…"


def shown(text: str) -> str:
    """One line, without anything that a terminal could obey."""
    return clean(text)


def fit(text: str, width: int, ellipsis: str = ELLIPSIS) -> str:
    """Exactly `width` cells: cut with an ellipsis, or filled with spaces."""
    if width <= 0:
        return ""
    if cell_len(text) <= width:
        return set_cell_size(text, width)
    kept = width - cell_len(ellipsis)
    if kept <= 0:
        return set_cell_size(text, width)
    return set_cell_size(set_cell_size(text, kept).rstrip() + ellipsis, width)


def too_long(limit: int) -> str:
    """What is told when the end of a text was left out."""
    return f"Texte trop long{NBSP}: {thousands(limit)} caractères au plus. La fin n’a pas été gardée."


def hung(text: str, width: int) -> list[str]:
    """`text` on one line, cut as `wrap` does, all but the first of its lines set in by two columns."""
    first, *others = wrap(shown(text), width) or [""]
    return [first, *(f"  {other}" for other in others)]


def wrap_at_most(text: str, width: int, rows: int, ellipsis: str = ELLIPSIS) -> list[str]:
    """`wrap`, in at most `rows` lines; what is left out shows as an ellipsis."""
    lines = wrap(text, width)
    if len(lines) <= rows:
        return lines
    if rows <= 0:
        return []
    last = fit(lines[rows - 1] + " " + lines[rows], width, ellipsis).rstrip()
    return [*lines[: rows - 1], last]
