"""The help (*aide*, F1): every command of the page with its keys, from their definitions."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.screen import Screen
from textual.widget import Widget

from ctg_tui.tui.commands import Command
from ctg_tui.tui.screens.reading import ReadingScreen
from ctg_tui.tui.texts import fit
from ctg_tui.tui.widgets.fields import ActionLine
from ctg_tui.tui.widgets.listing import ACCENT, TITLE, Item, Line, Piece, hanging

_KEYS_WIDTH = 26


class HelpScreen(ReadingScreen):
    """Keys at the left, their effect at the right."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f1", "close", "Fermer", show=False),
        Binding("c,C", "framework", "Le cadre", show=False),
    ]

    def __init__(
        self, title: str, commands: Sequence[Command], framework: Callable[[], Screen[None]]
    ) -> None:
        super().__init__(f"Aide · {title}", list(_items(commands)))
        self._framework = framework

    def below(self) -> Iterable[Widget]:
        from ctg_tui.wording.help import TITLE

        yield ActionLine(f"C  {TITLE}", identifier="cadre")

    def action_framework(self) -> None:
        """Open « Le cadre » over the help."""
        self.app.push_screen(self._framework())

    def on_action_line_pressed(self, message: ActionLine.Pressed) -> None:
        message.stop()
        self.action_framework()


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
