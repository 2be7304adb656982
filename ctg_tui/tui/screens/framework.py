"""« Le cadre »: the facts of the Caf on one page, read by scrolling."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import ClassVar, Final

from textual.binding import Binding, BindingType

from ctg_tui.tui.screens.reading import ReadingScreen
from ctg_tui.tui.texts import shown
from ctg_tui.tui.widgets.listing import ACCENT, SOFT, TITLE, Item, Line, Piece, hanging
from ctg_tui.wording.french import NBSP, wrap
from ctg_tui.wording.help import TITLE as NAME
from ctg_tui.wording.help import Fact, Section

_LONGEST_HEAD: Final = 10
"""A longer head stands on a line of its own."""


class FrameworkScreen(ReadingScreen):
    """Each section under its heading."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("c,C", "close", "Fermer", show=False)]

    def __init__(self, sections: Sequence[Section]) -> None:
        super().__init__(NAME, list(_items(sections)))


def _items(sections: Sequence[Section]) -> Iterator[Item]:
    for section in sections:
        yield _heading(section.title)
        yield from (_item(fact) for fact in section.facts)


def _heading(title: str) -> Item:
    return Item(None, lambda width: [(), *((Piece(line, TITLE),) for line in wrap(title, width))])


def _item(fact: Fact) -> Item:
    head, text = shown(fact.head), shown(fact.text)

    def lines(width: int) -> list[Line]:
        if head and len(head) <= _LONGEST_HEAD:
            return hanging(Piece(head.ljust(_LONGEST_HEAD + 2), ACCENT), text, width)
        first = [(Piece(line, ACCENT),) for line in wrap(head, width)] if head else []
        if fact.is_ours:
            return [*first, *hanging(Piece("  "), f"Note{NBSP}: {text}", width, SOFT)]
        return [*first, *hanging(Piece("  " if head else "– "), text, width)]

    return Item(None, lines)
