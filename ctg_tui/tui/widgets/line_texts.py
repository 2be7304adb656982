"""The texts below the label of the current line: its comment, then last time's notes and comment."""

from __future__ import annotations

from typing import Final, NamedTuple

from rich.cells import cell_len

from ctg_tui.domain.assessment import Cell
from ctg_tui.tui.texts import ELLIPSIS, fit, shown_text
from ctg_tui.tui.view import View
from ctg_tui.wording.french import NBSP, count, wrap
from ctg_tui.wording.results import former_line

_NO_COMMENT: Final = f"Pas de commentaire{NBSP}: Entrée pour en écrire un."
_NONE_TO_READ: Final = "Pas de commentaire."
TO_TAKE: Final = f"(M{NBSP}:{NBSP}reprendre)"
"""Beside last time's comment: a click takes it over too."""
BELOW, ABOVE = "▾", "▴"
MORE_WIDTH: Final = 15
"""The most cells of a space and « (999 lignes ▾) »."""


class TextBlock(NamedTuple):
    """A text of the line; `is_soft` is for what is beside it: an advice, last time."""

    text: str
    is_soft: bool = False


class TextLine(NamedTuple):
    """A screen line of a block; `begins` is for its first. `more`, at its right, counts what is hidden."""

    text: str
    is_soft: bool = False
    begins: bool = False
    more: str = ""


def text_blocks(view: View) -> tuple[TextBlock, ...]:
    """Return the texts of the current line, in the order in which they are read."""
    comment = shown_text(view.assessment.comments.get(view.cell.activity, ""))
    nothing = _NONE_TO_READ if view.read_only else _NO_COMMENT
    first = TextBlock(f"✎ {comment}") if comment else TextBlock(nothing, is_soft=True)
    others = (TextBlock(text, is_soft=True) for text in (_last_time(view), _log(view)) if text)
    said = () if view.review is None else view.review.texts.get(view.cell.activity, ())
    return (first, *(TextBlock(text) for text in said), *others)


def texts_beside(view: View) -> tuple[str, ...]:
    """Return what is answered by the text being written: the adviser's remarks, or the comment reviewed."""
    activity = view.cell.activity
    if view.read_only:  # a file received: its comments are not edited, what is written is a review
        comment = shown_text(view.assessment.comments.get(activity, ""))
        return (f"✎ {comment}",) if comment else ()
    return () if view.review is None else view.review.texts.get(activity, ())


def _last_time(view: View) -> str:
    """Return last time's notes and comment of the line, and the key that takes the comment over."""
    last, activity = view.last, view.cell.activity
    if last is None:
        return ""
    answers = {policy.label: last.answers.get(Cell(activity, policy.id)) for policy in view.grid.policies}
    comment = last.comments.get(activity, "")
    may_take = comment and not view.read_only and comment not in view.assessment.comments.get(activity, "")
    return former_line(last.year, answers, comment) + (f" {TO_TAKE}" if may_take else "")


def _log(view: View) -> str:
    """Return how many facts of the year the log has on the line, and the key that takes them up."""
    number = view.noted.get(view.cell.activity)
    if not number:
        return ""
    from ctg_tui.wording.log import facts_this_year  # only where a log is kept

    return facts_this_year(number) + ("" if view.read_only else f" (J{NBSP}: reprendre)")


def laid_out(blocks: tuple[TextBlock, ...], width: int) -> list[TextLine]:
    """Return every line of `blocks` in `width` cells."""
    return [
        TextLine(line, block.is_soft, not number)
        for block in blocks
        for number, line in enumerate(wrap(block.text, width))
    ]


def in_sight(lines: list[TextLine], first: int, room: int, width: int) -> list[TextLine]:
    """Return the `room` lines from `first` on; the last one says how many are below, or that some are above.

    Before anything is scrolled, the first line of each later block is in sight too.
    """
    if room <= 0 or len(lines) <= room:
        return lines[: max(room, 0)]
    ahead: list[TextLine] = [] if first else _ahead(lines, room)
    seen = lines[first : first + room - len(ahead)]
    below = len(lines) - first - len(seen)
    more = f"({count(below, 'ligne')} {BELOW})" if below else f"({ABOVE})"
    text = fit(seen[-1].text, max(width - cell_len(more) - 1, 0))
    cut = (line._replace(text=fit(line.text, width - 1).rstrip() + ELLIPSIS) for line in ahead)
    return [*seen[:-1], seen[-1]._replace(text=text, more=more), *cut]


def _ahead(lines: list[TextLine], room: int) -> list[TextLine]:
    """Return the lines that begin a block and are out of sight, while two lines are left for the others."""
    for left in range(room - 1, 1, -1):
        begun = [line for line in lines[left:] if line.begins]
        if len(begun) == room - left:
            return begun
    return []
