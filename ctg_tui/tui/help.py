"""The help (*aide*, F1): what the page is for, its main keys, and « Le cadre »."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, ClassVar, Final

from textual.binding import Binding, BindingType
from textual.screen import Screen
from textual.widget import Widget

from ctg_tui.domain.errors import typeset
from ctg_tui.tui.characters import fit, shown
from ctg_tui.tui.commands import Command, adapted
from ctg_tui.tui.dialogs import ReadingScreen
from ctg_tui.tui.widgets.fields import ActionLine
from ctg_tui.tui.widgets.listing import ACCENT, PLAIN, SOFT, TITLE, Item, Line, Piece, hanging
from ctg_tui.wording.french import NBSP, wrap
from ctg_tui.wording.help import GUIDE, PURPOSES, Fact, Section
from ctg_tui.wording.help import TITLE as NAME

if TYPE_CHECKING:
    from ctg_tui.tui.page import Page

_LONGEST_HEAD: Final = 10
"""A longer head stands on a line of its own."""


class FrameworkScreen(ReadingScreen):
    """Each section under its heading."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("c,C", "close", "Fermer", show=False)]

    def __init__(self, sections: Sequence[Section]) -> None:
        super().__init__(NAME, list(_items(sections)))

    def keys(self) -> tuple[Command, ...]:
        """Return the keys; Échap leads back to the help when it lies below."""
        way_back = "aide" if isinstance(self.app.screen_stack[-2], HelpScreen) else "fermer"
        return adapted(super().keys(), {"close": {"label": way_back}})


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


_MOST_KEYS: Final = 12
_KEYS_WIDTH: Final = 24
_NO_COMMAND: Final = 9
_UNRANKED: Final = 300
_FRAME_ROWS: Final = 9
"""The rows that are not lines of the help: those of the page that stay, borders, title, « Le cadre »."""


class HelpScreen(ReadingScreen):
    """What the page is for, its main keys, and where the rest is: one screen, also at 80×24."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f1", "close", "Fermer", show=False),
        Binding("c,C", "framework", "Le cadre", show=False),
    ]

    def __init__(self, page: Page, framework: Callable[[], Screen[None]]) -> None:
        size = page.app.size
        width = min(int(size.width * 0.96), 100) - 8
        rows = size.height - _FRAME_ROWS
        purpose = PURPOSES.get(type(page).__name__, "")
        super().__init__(
            f"Aide · {page.TITLE_IN_HELP}", _help_items(purpose, page.help_commands(), width, rows)
        )
        self._framework = framework

    def below(self) -> Iterable[Widget]:
        yield ActionLine(f"C  {NAME}", identifier="cadre")

    def action_framework(self) -> None:
        """Open « Le cadre » over the help."""
        self.app.push_screen(self._framework())

    def on_action_line_pressed(self, message: ActionLine.Pressed) -> None:
        message.stop()
        self.action_framework()


def _help_items(purpose: str, commands: Iterable[Command], width: int, rows: int) -> list[Item]:
    """Return the purpose, as many keys as fit in `rows` lines of `width` cells, and where the rest is."""
    keys = sorted((each for each in commands if each.palette and _is_told(each)), key=_rank)
    items = [_sentence(line) for line in wrap(typeset(purpose), width)]
    guide = [Item(None, lambda _: ((),)), *(_sentence(line, SOFT) for line in wrap(GUIDE, width))]
    left = rows - len(items) - len(guide) - 1
    items.append(Item(None, lambda _: ((),)))
    for command in keys[:_MOST_KEYS]:
        lines = _key_lines(command, width)
        if len(lines) <= left:
            left -= len(lines)
            items.append(Item(None, lambda width, one=command: _key_lines(one, width)))  # type: ignore[misc]
    return [*items, *guide]


def _is_told(command: Command) -> bool:
    """Return whether the help tells a command: those given by F2 alone, F1 and the way up are known."""
    return command.all_keys_text not in {"F1", "F2", "Échap"}


def _rank(command: Command) -> int:
    """Return the place of a command in the help: that of the foot; keys that are no command, after 9."""
    if command.bar is not None:
        return command.bar
    return _UNRANKED if command.id else _NO_COMMAND


def _sentence(line: str, role: str = PLAIN) -> Item:
    return Item(None, lambda _: ((Piece(line, role),),))


def _key_lines(command: Command, width: int) -> list[Line]:
    return hanging(Piece(fit(command.all_keys_text, _KEYS_WIDTH), ACCENT), command.sentence, width)
