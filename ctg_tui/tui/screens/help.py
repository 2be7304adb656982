"""The help (*aide*, F1): every command of the page with its keys, from their definitions."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import ClassVar

from textual.binding import Binding, BindingType

from ctg_tui.tui.commands import Command
from ctg_tui.tui.screens.reading import ReadingScreen
from ctg_tui.tui.texts import fit
from ctg_tui.tui.widgets.listing import ACCENT, TITLE, Item, Line, Piece, hanging

_KEYS_WIDTH = 26


class HelpScreen(ReadingScreen):
    """Keys at the left, their effect at the right."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("f1", "close", "Fermer", show=False)]

    def __init__(self, title: str, commands: Sequence[Command]) -> None:
        super().__init__(f"Aide · {title}", list(_items(commands)))


def _items(commands: Sequence[Command]) -> Iterator[Item]:
    for group in {command.group: None for command in commands}:
        yield _heading(group)
        yield from (_item(command) for command in commands if command.group == group)


def _heading(group: str) -> Item:
    return Item(None, lambda width: [(), (Piece(fit(group, width), TITLE),)])


def _item(command: Command) -> Item:
    def lines(width: int) -> list[Line]:
        keys = fit(command.all_keys_text, min(_KEYS_WIDTH, width // 2))
        return hanging(Piece(keys, ACCENT), command.sentence, width)

    return Item(None, lines)
