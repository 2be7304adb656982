"""The help (*aide*, F1): every command that exists on the page, with its keys, fed by their definitions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Static

from ctg_tui.tui.commands import Command
from ctg_tui.tui.screens.dialog import Dialog
from ctg_tui.tui.texts import fit, wrap
from ctg_tui.tui.widgets.listing import ACCENT, TITLE, Item, Line, Listing, Piece

_KEYS_WIDTH = 26


class HelpScreen(Dialog[None]):
    """Keys at the left, what they do at the right."""

    DEFAULT_CSS = """
    HelpScreen { align: center middle; background: $background 60%; }
    HelpScreen > Vertical {
        width: 96%; max-width: 100; height: 90%;
        background: $surface; border: solid $border; padding: 0 1;
    }
    HelpScreen Static { height: 1; text-style: bold; color: $primary; }
    HelpScreen Listing { background: $surface; scrollbar-gutter: stable; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,f1,enter", "close", "Fermer", show=False),
    ]

    def __init__(self, title: str, commands: Sequence[Command]) -> None:
        super().__init__()
        self._title = title
        self._commands = tuple(commands)

    def compose(self) -> ComposeResult:
        with Vertical():
            yield Static(Content(f"Aide · {self._title}   (Échap pour fermer)"))
            yield Listing(self._items())

    def _items(self) -> list[Item]:
        items: list[Item] = []
        groups = {one.group: None for one in self._commands}
        for group in groups:
            items.append(_heading(group))
            items += [_item(one) for one in self._commands if one.group == group]
        return items

    def action_close(self) -> None:
        self.dismiss(None)


def _heading(group: str) -> Item:
    return Item(None, lambda width: [(), (Piece(fit(group, width), TITLE),)])


def _item(command: Command) -> Item:
    def lines(width: int) -> list[Line]:
        keys_width = min(_KEYS_WIDTH, width // 2)
        first, *others = wrap(command.sentence, width - keys_width) or [""]
        return [
            (Piece(fit(command.all_keys_text, keys_width), ACCENT), Piece(first)),
            *((Piece(" " * keys_width), Piece(other)) for other in others),
        ]

    return Item(None, lines)
