"""What frames every page: the head line, the key bar, and the banner of what could not be saved."""

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
"""Between the parts of the head line; the last parts at the right give way first."""


class HeadLine(StripWidget):
    """The first line: what is open at the left, what is going on at the right."""

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
        """Both texts; the right one gives way when there is no room for both."""
        texts = (shown(left), shown(right))
        if texts != self._texts:
            self._texts = texts
            self.repaint()

    def paint(self, width: int, height: int) -> list[Line]:
        left, right = self._texts
        wanted = min(cell_len(left), width // 2)
        while right and width - 4 - cell_len(right) < wanted:
            right = right.rpartition(SEPARATOR)[0]
        left_width = width - 2 - cell_len(right)
        return [
            [
                Segment(" " + fit(left, left_width - 1) + " ", self.style_of("head--left")),
                Segment(right, self.style_of("head--right")),
            ]
        ]


class KeyBar(StripWidget):
    """The last line: the commands that matter now, each with its key. A click gives the command."""

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
        """Offer these commands; those without a rank in the bar are left out."""
        offered = [one for one in commands if one.bar is not None]
        if offered != self._commands:
            self._commands = offered
            self.repaint()

    def paint(self, width: int, height: int) -> list[Line]:
        line: list[Segment] = []
        self._spans = []
        used = 1
        line.append(Segment(" "))
        for command in self._kept(width):
            text = f"{command.key_text}{NBSP}"
            size = cell_len(text) + cell_len(command.word)
            line.append(Segment(text, self.style_of("bar--key")))
            line.append(Segment(command.word + "  "))
            self._spans.append((used, used + size, command))
            used += size + 2
        return [line]

    def _kept(self, width: int) -> list[Command]:
        """The commands that there is room for, least important (highest rank) left out first."""
        kept = list(self._commands)
        while kept and sum(cell_len(one.key_text) + cell_len(one.word) + 3 for one in kept) > width:
            kept.remove(max(reversed(kept), key=lambda one: one.bar or 0))
        return kept

    def on_click(self, event: events.Click) -> None:
        for start, end, command in self._spans:
            if start <= event.x < end:
                self.post_message(self.Chosen(command))


class Banner(StripWidget):
    """« NON ENREGISTRÉ », why, and what to do: stays as long as something waits."""

    DEFAULT_CSS = """
    Banner { dock: top; height: 3; margin-top: 1; background: $error; color: $background; text-style: bold; }
    """

    def __init__(self) -> None:
        super().__init__()
        self._text = ""

    def show(self, refusal: Refusal, waiting: int) -> None:
        """Say what happened, what is safe, and what to do."""
        kept = f" ({count(waiting, 'changement')} en attente)" if waiting else ""
        self._text = shown(f"NON ENREGISTRÉ{kept}{NBSP}: {refusal.sentences()}")
        self.repaint()

    def paint(self, width: int, height: int) -> list[Line]:
        return [[Segment(f" {line}")] for line in wrap(self._text, width - 2)[:height]]


class TooSmall(StripWidget):
    """Stands alone when the window cannot hold a page."""

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
