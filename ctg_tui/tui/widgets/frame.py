"""The frame of every page: the head line, the key bar, and the banner of unsaved changes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from rich.cells import cell_len
from rich.segment import Segment
from textual import events
from textual.message import Message

from ctg_tui.domain.errors import Refusal
from ctg_tui.tui.commands import Command
from ctg_tui.tui.texts import fit, shown
from ctg_tui.tui.widgets.strips import Line, StripWidget
from ctg_tui.wording.french import NARROW, NBSP, count
from ctg_tui.wording.wrapping import wrap

SEPARATOR = " · "
"""Between the parts of the head line; the last parts at the right are left out first."""


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
        return [
            [
                Segment(" " + fit(left, left_width - 1) + " ", self.style_of("head--left")),
                Segment(right, self.style_of("head--right")),
            ]
        ]


class KeyBar(StripWidget):
    """The last line: the commands available now, each with its key. A click gives the command."""

    DEFAULT_CSS = """
    KeyBar { dock: bottom; height: 1; background: $panel; color: $foreground; }
    KeyBar > .bar--key { color: $accent; text-style: bold; }
    """
    COMPONENT_CLASSES: ClassVar[set[str]] = {"bar--key"}

    @dataclass
    class Chosen(Message):
        """A command was clicked."""

        command: Command

    def __init__(self) -> None:
        super().__init__()
        self._commands: Sequence[Command] = ()
        self._spans: list[tuple[int, int, Command]] = []

    def show(self, commands: Sequence[Command]) -> None:
        """Show these commands; those without a rank in the bar are left out."""
        in_bar = [command for command in commands if command.bar is not None]
        if in_bar != self._commands:
            self._commands = in_bar
            self.repaint()

    def paint(self, width: int, height: int) -> list[Line]:
        line: list[Segment] = []
        self._spans = []
        used = 1
        line.append(Segment(" "))
        for command in self._fitting(width):
            text = f"{command.key_text}{NBSP}"
            size = cell_len(text) + cell_len(command.word)
            line.append(Segment(text, self.style_of("bar--key")))
            line.append(Segment(command.word + "  "))
            self._spans.append((used, used + size, command))
            used += size + 2
        return [line]

    def _fitting(self, width: int) -> list[Command]:
        """Return the commands that fit in `width`; the least important (highest rank) are left out first."""
        fitting = list(self._commands)
        while fitting and sum(cell_len(each.key_text) + cell_len(each.word) + 3 for each in fitting) > width:
            fitting.remove(max(reversed(fitting), key=lambda command: command.bar or 0))
        return fitting

    def on_click(self, event: events.Click) -> None:
        for start, end, command in self._spans:
            if start <= event.x < end:
                self.post_message(self.Chosen(command))


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
            "rien n’est perdu. Ctrl+Q pour quitter."
        )
        return [[Segment(f" {line}")] for line in wrap(sentence, width - 2)[:height]]
