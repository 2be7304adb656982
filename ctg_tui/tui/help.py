"""The help (*aide*, F1): the commands of the page from their definitions, and « Le cadre »."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import ClassVar, Final

from textual.binding import Binding, BindingType
from textual.screen import Screen
from textual.widget import Widget

from ctg_tui.tui.characters import fit, shown
from ctg_tui.tui.commands import Command
from ctg_tui.tui.dialogs import ReadingScreen
from ctg_tui.tui.widgets.fields import ActionLine
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
        super().__init__(f"Aide · {title}", list(_help_items(commands)))
        self._framework = framework

    def below(self) -> Iterable[Widget]:
        yield ActionLine(f"C  {NAME}", identifier="cadre")

    def action_framework(self) -> None:
        """Open « Le cadre » over the help."""
        self.app.push_screen(self._framework())

    def on_action_line_pressed(self, message: ActionLine.Pressed) -> None:
        message.stop()
        self.action_framework()


def _help_items(commands: Sequence[Command]) -> Iterator[Item]:
    for group in {command.group: None for command in commands}:
        yield _help_heading(group)
        yield from (_help_item(command) for command in commands if command.group == group)


def _help_heading(group: str) -> Item:
    return Item(None, lambda width: [(), (Piece(fit(group, width), TITLE),)])


def _help_item(command: Command) -> Item:
    def lines(width: int) -> list[Line]:
        keys = fit(command.all_keys_text, min(_KEYS_WIDTH, width // 2))
        return hanging(Piece(keys, ACCENT), command.sentence, width)

    return Item(None, lines)
