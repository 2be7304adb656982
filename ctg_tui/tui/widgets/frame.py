"""The frame of every page: the head line, the key bar, and the messages above the foot."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import ClassVar, Final, NamedTuple

from rich.cells import cell_len
from rich.segment import Segment
from textual import events
from textual.content import Content
from textual.events import Event, Key, MouseDown, Paste
from textual.geometry import Size
from textual.message import Message
from textual.notifications import SeverityLevel
from textual.reactive import var

from ctg_tui.tui.characters import fit, shown, shown_text
from ctg_tui.tui.commands import Command
from ctg_tui.tui.key_gate import GatedApp
from ctg_tui.tui.widgets.strips import Line, PlainStatic, StripWidget
from ctg_tui.wording.french import NARROW, NBSP, without_kind, wrap

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
    """Return the left text without the kind of the territory, then with its name cut, never the year."""
    if cell_len(text) <= width:
        return text
    parts = [without_kind(part) for part in text.split(SEPARATOR)]
    if cell_len(whole := SEPARATOR.join(parts)) <= width:
        return whole
    year = f" {parts.pop()}" if parts[-1].isdigit() else ""
    name = fit(SEPARATOR.join(parts), max(width - cell_len(year), _SHORTEST_NAME)).rstrip()
    return fit(f"{name}{year}", max(width, 0)).rstrip()


class KeyBar(StripWidget):
    """The foot: the commands available now, each with its key. A click gives the command.

    It has 12 keys at most, in one row or two; in a narrow window 8 in one row. An empty row above it is kept
    for the messages.
    """

    DEFAULT_CSS = """
    KeyBar { dock: bottom; height: 1; margin-top: 1; background: $panel; color: $foreground; }
    KeyBar > .bar--key { color: $accent; text-style: bold; }
    """
    COMPONENT_CLASSES: ClassVar[set[str]] = {"bar--key"}

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
        """Show those of these commands that have a rank."""
        in_bar = [command for command in commands if command.bar is not None and command.key_text]
        if in_bar == self._commands:
            return
        is_first = not self._commands
        self._commands = in_bar
        if is_first:
            self.on_resize()
        self.repaint()

    def on_resize(self) -> None:
        """Take a second row in a large window, if one row cannot hold the keys. It stays: nothing moves.

        A page of the class `-deux`, whose keys change with the row chosen, has two in any case; one of the
        class `-une` has one.
        """
        if self.screen.is_modal:  # as high as the foot below
            return
        width = self.app.size.width
        has_room = may_have_two_rows(self.app.size) and not self.screen.has_class("-une")
        fitting, _ = _fitting(self._commands, width, 2)
        is_long = self.screen.has_class("-deux") or _taken(fitting, width) > width
        # A class of the page would have all its parts styled again.
        for widget in (self, *self.screen.query("MessageLine, HeadRest")):
            widget.set_class(has_room and is_long, "-pied")

    def paint(self, width: int, height: int) -> list[Line]:
        """Return the bar; of two rows, the first has the keys of the page only."""
        fitting, is_tight = _fitting(self._commands, width, height)
        rows = _rows(fitting) if height > 1 else [fitting]
        self._spans = []
        return [self._row(row, y, width, is_tight) for y, row in enumerate(rows)]

    def _row(self, commands: Sequence[Command], y: int, width: int, is_tight: bool) -> Line:
        line: list[Segment] = [Segment(" ")]
        used = 1
        former: int | None = None
        for command in commands:
            use = _use(command)[0]
            if former is not None:
                gap = " " if is_tight else _gap(former, use, width)
                line.append(Segment(gap))
                used += len(gap)
            former = use
            word = _word(command, width)
            key = f"{command.key_text}{NBSP}" if word else command.key_text
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
"""The keys that no width drops, with those of rank 0."""
_ROOMY: Final = 110
"""The width from which the foot has 12 keys, their whole words, and more space between the uses."""
_HIGH: Final = 36
"""The height from which the foot may take two rows."""
_EVERYWHERE: Final = frozenset({1, 3, 4})
"""The uses of keys that mean the same on every page."""


def may_have_two_rows(window: Size) -> bool:
    """Return whether a window is large enough for a foot of two rows."""
    return window.width >= _ROOMY and window.height >= _HIGH


def _fitting(commands: Sequence[Command], width: int, height: int) -> tuple[list[Command], bool]:
    """Return those of the `commands`, by use, that fit: the lowest ranks, and always help, F2 and the way up.

    A shorter one takes the room that a longer one leaves. True: they stand one space apart, where more of
    those that are needed fit so, or as many of lower ranks.
    """
    trials = [(_chosen(commands, width, height, is_tight=is_tight), is_tight) for is_tight in (False, True)]

    def needed(trial: tuple[Sequence[Command], bool]) -> tuple[int, list[int]]:
        ranks = sorted(rank for command in trial[0] if (rank := command.bar or 0) <= _NEEDED)
        return len(ranks), [-rank for rank in ranks]

    return max(trials, key=needed)


def _chosen(commands: Sequence[Command], width: int, height: int, *, is_tight: bool = False) -> list[Command]:
    most = 12 if width >= _ROOMY else 8
    fitting = [each for each in commands if each.bar == 0 or _ALWAYS.intersection(each.keys)]
    for command in sorted(commands, key=lambda each: each.bar or 0):
        longer = sorted([*fitting, command], key=_use)
        rows = _rows(longer) if height > 1 else [longer]
        fits = len(longer) <= most and all(_taken(row, width, is_tight=is_tight) <= width for row in rows)
        if command not in fitting and fits:
            fitting = longer
    return sorted(fitting, key=_use)


_NEEDED: Final = 6
"""The rank of the keys for which all come nearer."""


def _rows(commands: Sequence[Command]) -> list[list[Command]]:
    """Return the keys of the page, then those that mean the same everywhere."""
    everywhere = [command for command in commands if _use(command)[0] in _EVERYWHERE]
    return [[command for command in commands if command not in everywhere], everywhere]


def _use(command: Command) -> tuple[int, int]:
    """Return the use of a command, then its place in it: the page's own, F3 to F9, Ctrl, up, F1 and F2."""
    key = next(iter(command.keys), "")
    if key in {"escape", "ctrl+q"}:
        return 3, 0
    if key.startswith("ctrl"):
        return 2, 0
    if key[:1] == "f" and key[1:].isdigit():
        return (4 if key in _ALWAYS else 1), int(key[1:])
    return 0, 0


def _word(command: Command, width: int) -> str:
    return command.wide_word if width >= _ROOMY else command.word


def _gap(former: int, use: int, width: int) -> str:
    """Return the space between two commands, wider between two uses."""
    return "  " if width < _ROOMY else "   " if former == use else "      "


def _taken(commands: Sequence[Command], width: int, *, is_tight: bool = False) -> int:
    """Return the cells that these commands take, in this order, in a bar of `width`."""
    texts = sum(cell_len(f"{each.key_text} {_word(each, width)}".rstrip()) for each in commands)
    if is_tight:
        return texts + len(commands)
    uses = [_use(command)[0] for command in commands]
    return 1 + texts + sum(len(_gap(one, other, width)) for one, other in itertools.pairwise(uses))


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


class Said(NamedTuple):
    """What the line of the messages shows: its text, and the class that colours it."""

    text: str = ""
    severity: SeverityLevel = "information"


NOTHING_SAID: Final = Said()


class MessageLine(PlainStatic):
    """The message, on the row kept above the foot; a longer one wraps over the page, which does not move."""

    DEFAULT_CSS = """
    MessageLine {
        display: none; layer: message; dock: bottom; margin-bottom: 1; padding: 0 1;
        height: auto; max-height: 3; background: $background; color: $foreground;
        &.-warning { color: $warning; }
        &.-error { color: $error; text-style: bold; }
        &.-warning, &.-error, &.-information { display: block; }
    }
    """

    def on_mount(self) -> None:
        self.watch(self.app, "said", self._show)

    def _show(self, said: Said) -> None:
        self.update(Content(said.text))
        self.set_classes(f"-{said.severity}" if said.text else "")


class MessageApp(GatedApp):
    """One message at a time, in plain text: it stays until the next key, paste or click.

    A warning about the whole program stays for its time, on every page, and comes after what is shown over
    it, or why a key was refused.
    """

    said: var[Said] = var(NOTHING_SAID)
    _lasting = NOTHING_SAID

    def notify(
        self,
        message: str,
        *,
        title: str = "",
        severity: SeverityLevel = "information",
        timeout: float | None = None,
        markup: bool = False,
    ) -> None:
        """Show a message, never as markup; one with a `timeout` is about the whole program."""
        said = Said(shown_text(f"{title} {message}".strip()), severity)
        if timeout is not None:
            self._lasting = said
            self.set_timer(timeout, lambda: self._forget(said))
        if timeout is None or self.said.severity != "error":  # why the key was refused is read first
            self.said = said

    def _forget(self, said: Said) -> None:
        """Take a warning away, its time being over."""
        if self._lasting is said:
            self._lasting = NOTHING_SAID
            if self.said is said:
                self.said = NOTHING_SAID

    async def give_input(self, event: Event) -> None:
        if isinstance(event, Key | Paste | MouseDown):
            self.said = self._lasting
        await super().give_input(event)
