"""The whole history of a line, when it does not fit below the table."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.binding import Binding, BindingType

from ctg_tui.tui.screens.reading import ReadingScreen
from ctg_tui.tui.texts import hung
from ctg_tui.tui.widgets.listing import Item, Piece


class HistoryScreen(ReadingScreen):
    """Every sentence, the latest first."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("h,H", "close", "Fermer", show=False)]

    def __init__(self, sentences: Sequence[str]) -> None:
        super().__init__("Historique de la ligne", [_item(sentence) for sentence in sentences])


def _item(sentence: str) -> Item:
    return Item(None, lambda width: [(Piece(line),) for line in hung(sentence, width)])
