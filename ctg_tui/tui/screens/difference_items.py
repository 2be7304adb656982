"""The items of the synthesis that say what changed since last time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from ctg_tui.tui.screens.summary_items import gap, section_title, sentence
from ctg_tui.tui.widgets.listing import SOFT, STRONG, Item, Line, Piece, hanging
from ctg_tui.wording.provenance import count_apart
from ctg_tui.wording.results import Differences, DifferentLine

CHANGED: Final = "changements"
"""The section; a key is `changements:rank:grid id`."""


def difference_items(found: Differences) -> Iterator[Item]:
    """Yield the sentence, then each line that changed, under the way it changed."""
    yield section_title(found.title, "Entrée : voir la ligne" if found.sections else "")
    yield sentence(found.summary)
    for rank, section in enumerate(found.sections):
        yield _heading(f"{section.title} ({count_apart(section.number, 'ligne')})")
        yield from (_line(line, rank) for line in section.lines)
        yield gap()


def _heading(title: str) -> Item:
    return Item(None, lambda width: [(Piece(title, STRONG),)])


def _line(line: DifferentLine, rank: int) -> Item:
    head = Piece(f"{line.number:<6} ", SOFT)
    indent = Piece(" " * len(head.text))

    def lines(width: int) -> Sequence[Line]:
        notes = hanging(indent, line.notes, width, STRONG) if line.notes else ()
        quoted = hanging(indent, f"✎ {line.quoted}", width, SOFT)[:1] if line.quoted else ()
        return [*hanging(head, line.label, width), *notes, *quoted]

    return Item(None if line.id is None else f"{CHANGED}:{rank}:{line.id}", lines)
