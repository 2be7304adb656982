"""The frame of every page: the head line, the key bar, and the banner of unsaved changes."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import ClassVar, Final

from rich.cells import cell_len
from rich.segment import Segment
from textual import events
from textual.message import Message

from ctg_tui.domain.errors import Refusal
from ctg_tui.tui.characters import fit, shown
from ctg_tui.tui.commands import Command
from ctg_tui.tui.widgets.strips import Line, StripWidget
from ctg_tui.wording.french import NARROW, NBSP, count, without_kind, wrap

SEPARATOR = " · "
"""Between the parts of the head line; the last parts at the right are left out first."""
_SHORTEST_NAME: Final = 8
"""Cells that a name keeps; from there on, the end of the line is cut."""


class HeadLine(StripWidget):
    """The first line: the open assessment at the left, the state at the right."""

    DEFAULT_CSS = """
    HeadLine { dock: top; height: 1; background: $panel; color: $foreground; }
    HeadLine > .head--right { color: $discret; }
    HeadLine > .head--left { text-style: bold; }
    """
    COMPONENT_CLASSES: ClassVar[set[str]] = {"head--left", "head--right"}

    def __init__(self) -> None:
        super().__init__()
        self._texts = ("", "")

    def show(self, left: str, right: str) -> None:
        """Show both texts; the right one is cut when there is no room for both."""
        texts = (shown(left), shown(right))
        if texts != self._texts:
            self._texts = texts
            self.repaint()

    def paint(self, width: int, height: int) -> list[Line]:
        left, right = self._texts
        room_for_left = min(cell_len(left), width // 2)
        while right and width - 4 - cell_len(right) < room_for_left:
            right = right.rpartition(SEPARATOR)[0]
        left_width = width - 2 - cell_len(right)
        left = fit(brief(left, left_width - 1), left_width - 1)
        return [
            [
                Segment(f" {left} ", self.style_of("head--left")),
                Segment(right, self.style_of("head--right")),
            ]
        ]


def brief(text: str, width: int) -> str:
    """Return the left text with its longest part shortened: the name of the territory, never the year."""
    if cell_len(text) <= width:
        return text
    parts = [without_kind(part.removeprefix("CC ")) for part in text.split(SEPARATOR)]
    over = cell_len(SEPARATOR.join(parts)) - width
    longest = max(range(len(parts)), key=lambda rank: cell_len(parts[rank]))
    if over > 0:
        parts[longest] = fit(parts[longest], max(cell_len(parts[longest]) - over, _SHORTEST_NAME)).rstrip()
    return SEPARATOR.join(parts)


class KeyBar(StripWidget):
    """The last line: the commands available now, each with its key. A click gives the command."""

    DEFAULT_CSS = """
    KeyBar { dock: bottom; height: 1; background: $panel; color: $foreground; }
    KeyBar > .bar--key { color: $accent; text-style: bold; }
    KeyBar > .bar--rule { color: $discret; }
    """
    COMPONENT_CLASSES: ClassVar[set[str]] = {"bar--key", "bar--rule"}

    class Chosen(Message):
        """A command was clicked."""

        def __init__(self, command: Command) -> None:
            super().__init__()
            self.command = command

    def __init__(self) -> None:
        super().__init__()
        self._commands: Sequence[Command] = ()
        self._spans: list[tuple[int, int, int, Command]] = []
        """The line, the first cell, the one past the last, and the command."""

    def show(self, commands: Sequence[Command]) -> None:
        """Show these commands; those without a key, and steps from field to field, are left out."""
        in_bar = [command for command in commands if _rank(command) is not None]
        if in_bar != self._commands:
            self._commands = in_bar
            self.repaint()

    def paint(self, width: int, height: int) -> list[Line]:
        """Return the bar in one line; where it needs two, the keys of the page only stand in the first."""
        ordered = sorted(self._commands, key=_use)
        rows = [[], ordered] if height > 1 else [ordered]
        if height > 1 and _taken(ordered, width) > width:
            everywhere = [command for command in ordered if _use(command)[0] in _EVERYWHERE]
            rows = [[command for command in ordered if command not in everywhere], everywhere]
        self._spans = []
        return [self._row(row, y, width) for y, row in enumerate(rows)]

    def _row(self, commands: Sequence[Command], y: int, width: int) -> Line:
        line: list[Segment] = [Segment(" ")]
        used = 1
        former: int | None = None
        for command in _fitting(commands, width):
            use = _use(command)[0]
            if former is not None:
                gap = _GAP if use == former or width < _ROOMY else _RULE
                line.append(Segment(gap, self.style_of("bar--rule")))
                used += cell_len(gap)
            former = use
            key, word = _texts(command, width)
            size = cell_len(key) + cell_len(word)
            line += [Segment(key, self.style_of("bar--key")), Segment(word)]
            self._spans.append((y, used, used + size, command))
            used += size
        return line

    def on_click(self, event: events.Click) -> None:
        for y, start, end, command in self._spans:
            if y == event.y and start <= event.x < end:
                self.post_message(self.Chosen(command))


_ALWAYS: Final = frozenset({"f1", "f2", "escape"})
"""The keys that no width drops."""
_BARE: Final = frozenset({"retour", "annuler"})
_ROOMY: Final = 110
"""The width from which the uses are separated and every key has its word."""
_UNRANKED: Final = 200
_EVERYWHERE: Final = frozenset({1, 3, 4})
"""The uses of keys that mean the same on every page."""
_GAP: Final = "  "
_RULE: Final = " │ "
"""Between commands of different uses."""


def _fitting(commands: Sequence[Command], width: int) -> list[Command]:
    """Return those of the `commands`, by use, that fit in `width`.

    Help, commands and the way back always stay; of the others, the most important (lowest rank) come first,
    and a shorter one takes the room that a longer one leaves.
    """
    fitting = [command for command in commands if _ALWAYS.intersection(command.keys)]
    for command in sorted(commands, key=lambda each: _rank(each) or 0):
        if command not in fitting:
            longer = sorted([*fitting, command], key=_use)
            if _taken(longer, width) <= width:
                fitting = longer
    return fitting


def _rank(command: Command) -> int | None:
    """Return the place of a command when room lacks; None for one that never stands in the bar."""
    if not command.key_text:
        return None
    if command.bar is not None:
        return command.bar
    has_key = bool(command.keys or command.letters)
    return _UNRANKED if has_key and command.palette else None


def _use(command: Command) -> tuple[int, int]:
    """Return the use of a command, then its place in it: the page's own, F3 to F9, Ctrl, back, F1 and F2."""
    key = next(iter(command.keys), "")
    if key == "escape":
        return 3, 0
    if key.startswith("ctrl"):
        return 2, int(key == "ctrl+q")
    if key[:1] == "f" and key[1:].isdigit():
        return (4 if key in _ALWAYS else 1), int(key[1:])
    return 0, 0


def _texts(command: Command, width: int) -> tuple[str, str]:
    """Return a key and its word, in a bar of `width`; in a narrow one the usual keys need no word."""
    if width < _ROOMY and command.label in _BARE and command.keys:
        return command.key_text, ""
    return f"{command.key_text}{NBSP}", command.word


def _taken(commands: Sequence[Command], width: int) -> int:
    """Return the cells that these commands take, in this order, in a bar of `width`."""
    texts = sum(cell_len(text) for command in commands for text in _texts(command, width))
    uses = [_use(command)[0] for command in commands]
    same = sum(one == other or width < _ROOMY for one, other in itertools.pairwise(uses))
    return 1 + texts + same * len(_GAP) + (len(uses) - 1 - same) * len(_RULE)


class Banner(StripWidget):
    """« NON ENREGISTRÉ », the reason, and what to do: shown as long as a change is unsaved."""

    DEFAULT_CSS = """
    Banner { dock: top; height: 3; margin-top: 1; background: $error; color: $background; text-style: bold; }
    """

    def __init__(self) -> None:
        super().__init__()
        self._text = ""

    def show(self, refusal: Refusal, waiting: int) -> None:
        """Show what happened, what is safe, and what to do."""
        queue = f" ({count(waiting, 'changement')} en attente)" if waiting else ""
        self._text = shown(f"NON ENREGISTRÉ{queue}{NBSP}: {refusal.sentences()}")
        self.repaint()

    def paint(self, width: int, height: int) -> list[Line]:
        return [[Segment(f" {line}")] for line in wrap(self._text, width - 2)[:height]]


class TooSmall(StripWidget):
    """Replaces the page when the window cannot hold it."""

    DEFAULT_CSS = """
    TooSmall { display: none; dock: top; width: 100%; height: 100%; }
    """

    class Gone(Message):
        """The window is large enough again."""

    def on_hide(self) -> None:
        self.post_message(self.Gone())

    def paint(self, width: int, height: int) -> list[Line]:
        sentence = (
            f"La fenêtre est trop petite (60 colonnes sur 16 lignes au moins). Agrandissez-la{NARROW}; "
            f"rien n’est perdu. Ctrl+Q pour quitter{NARROW}; les autres touches ne font rien."
        )
        return [[Segment(f" {line}")] for line in wrap(sentence, width - 2)[:height]]
