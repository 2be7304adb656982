"""The frame of every page: the head line, the foot, and the messages above the foot."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final, NamedTuple

from rich.cells import cell_len
from textual.content import Content
from textual.events import Event, Key, MouseDown, Paste
from textual.message import Message
from textual.notifications import SeverityLevel
from textual.reactive import var
from textual.style import Style

from ctg_tui.tui.characters import fit, shown, shown_text
from ctg_tui.tui.commands import Command
from ctg_tui.tui.key_gate import GatedApp
from ctg_tui.tui.widgets.strips import PlainStatic, clicked
from ctg_tui.wording.french import NARROW, NBSP

if TYPE_CHECKING:
    from ctg_tui.wording.steps import Stop

SEPARATOR: Final = " · "
NOT_YET: Final = "pas encore enregistré"
"""The state, at the right of the head line, of a text that is only typed."""


class HeadLine(PlainStatic):
    """The first line: the open assessment, the page, the steps, which can be clicked, and what is saved."""

    DEFAULT_CSS = """
    HeadLine {
        dock: top; height: 1; padding: 0 1; text-wrap: nowrap;
        background: $panel; color: $foreground;
    }
    """

    def __init__(self) -> None:
        super().__init__()
        self.auto_links = False  # a step that is clicked looks as the text around it
        self._left = self._right = self._page = ""
        self._stops: Sequence[Stop] = ()
        self._here = 0

    def show(
        self, left: str, right: str, stops: Sequence[Stop] = (), here: int = 0, *, page: str = ""
    ) -> None:
        """Show both texts, and between them the steps; the page is the step `here`, else named by `page`."""
        self._left, self._right, self._stops, self._here = shown(left), shown(right), stops, here
        self._page = f"{SEPARATOR}{page}" if page else ""
        self.on_resize()

    def on_resize(self) -> None:
        """Show what fits: the gaps shrink, then the names of the steps, then the territory, never its year.

        What is at the right stands where there is room left, at least its beginning; `NOT_YET` always.
        """
        width = self.app.size.width - _EDGES
        left = cell_len(self._left)
        whole = [f"{stop.name} {stop.tally}".rstrip() for stop in self._stops]
        short = [f"{stop.short} {stop.tally.partition(SEPARATOR)[0]}".rstrip() for stop in self._stops]
        least = left if self._page else _ROOM_OF_NAME
        for names, gap, wanted in (
            (whole, "   ", left),
            (whole, "  ", left),
            (short, "  ", left),
            (short, " ", min(left, least)),
            ([], " ", 0),
        ):
            room = width - cell_len(self._page) - sum(cell_len(gap + name) for name in names)
            state = cell_len(gap + NOT_YET) if self._right == NOT_YET else 0
            if room - state >= wanted:
                break
        for right in (self._right, self._right.partition(SEPARATOR)[0], ""):
            said = cell_len(gap + right) if right else 0
            if right == NOT_YET or room - said >= min(left, width // 2):
                break
        room -= said
        line = Content.assemble((brief(self._left, room), "bold"), (self._page, "$accent bold"))
        for stop, name in zip(self._stops, names, strict=False):
            is_here = stop.step == self._here
            text = Content.styled(name, "$accent bold" if is_here else "$discret")
            line += gap
            line += text if is_here else clicked(text, "step", int(stop.step))
        line = line.pad_right(width - line.cell_length - cell_len(right))
        self.update(line + Content.styled(right, "$discret"), layout=False)


_ROOM_OF_NAME: Final = 12
"""Cells that territory and year keep beside the shortest steps."""


def brief(text: str, width: int) -> str:
    """Return the left text in `width`: its name is cut, never its year."""
    name, _, year = text.rpartition(SEPARATOR)
    if cell_len(text) <= width or not year.isdigit():
        return fit(text, width).rstrip()
    return f"{fit(name, width - cell_len(year) - 1).rstrip()} {year}"


class Foot(PlainStatic):
    """The keys that act now and fit in one row, each with its word. A click presses the key.

    The row above it is kept for the messages. Textual's `Footer` has a widget for each key, and makes them
    all again where a word changes: 27 ms, on a page where Entrée names the line.
    """

    DEFAULT_CSS = """
    Foot {
        dock: bottom; height: 1; margin-top: 1; padding: 0 1;
        background: $footer-background; color: $footer-foreground;
    }
    """

    def __init__(self) -> None:
        super().__init__()
        self.auto_links = False
        self._commands: Sequence[Command] = ()
        self.keys: Sequence[Command] = ()
        """The commands shown, in their order."""

    def show(self, commands: Sequence[Command]) -> None:
        """Show those of these commands that have a rank."""
        named = [each for each in commands if each.bar is not None and each.key_text]
        if named != self._commands:
            self._commands = named
            self.on_resize()

    def on_resize(self) -> None:
        """Choose the keys that fit: those of the lowest ranks."""
        width = self.app.size.width
        most = MOST_KEYS if width >= ROOMY else _MOST_IN_NARROW
        gap = Content(" " * (3 if width >= ROOMY else 2 if width >= _USUAL else 1))
        chosen: dict[Command, Content] = {}
        edge = int(width >= _USUAL)
        self.styles.padding = (0, edge)
        room = width - 2 * edge + len(gap)
        for command in sorted(self._commands, key=lambda command: command.bar or 0):
            text = _named(command)
            if len(chosen) < most and text.cell_length + len(gap) <= room:
                chosen[command] = text
                room -= text.cell_length + len(gap)
        self.keys = sorted(chosen, key=_place)
        self.update(gap.join(chosen[command] for command in self.keys), layout=False)


ROOMY: Final = 110
"""The width from which the foot has more keys, and more space between them."""
MOST_KEYS: Final = 9
_USUAL: Final = 80
_MOST_IN_NARROW: Final = 6
_EDGES: Final = 2
"""The cells at both ends of the first line and of the last."""
_LAST: Final = (
    *(f"f{number}" for number in range(3, 10)),
    "ctrl+g",
    "ctrl+z",
    "escape",
    "ctrl+q",
    "f1",
    "f2",
)
"""The keys at the right of the foot, in their order; those of the page alone stand before them."""


def _place(command: Command) -> int:
    """Return the place of a command in the foot; what closes an open text, of a rank below 0, is first."""
    key = next(iter(command.keys), "")
    if (command.bar or 0) < 0:
        return -2
    return _LAST.index(key) if key in _LAST else -1


def _named(command: Command) -> Content:
    text = Content.assemble((command.key_text, "bold $footer-key-foreground"), f"{NBSP}{command.word}")
    return text.stylize(Style.from_meta({"@click": ("app.simulate_key", (command.pressed,))}))


_TOO_SMALL: Final = (
    f"La fenêtre est trop petite (60 colonnes sur 16 lignes au moins). Agrandissez-la{NARROW}; "
    f"rien n’est perdu. Ctrl+Q pour quitter{NARROW}; les autres touches ne font rien."
)


class TooSmall(PlainStatic):
    """Replaces the page when the window cannot hold it."""

    DEFAULT_CSS = "TooSmall { display: none; dock: top; width: 100%; height: 100%; padding: 0 1; }"

    class Gone(Message):
        """The window is large enough again."""

    def __init__(self) -> None:
        super().__init__(_TOO_SMALL)

    def on_hide(self) -> None:
        self.post_message(self.Gone())


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
    """One message at a time, in plain text: it stays until the next key, paste or click."""

    said: var[Said] = var(NOTHING_SAID)

    def notify(
        self,
        message: str,
        *,
        title: str = "",
        severity: SeverityLevel = "information",
        timeout: float | None = None,
        markup: bool = False,
    ) -> None:
        self.said = Said(shown_text(f"{title} {message}".strip()), severity)

    def forget_refusal(self) -> None:
        """Take away that something could not be saved: it is saved now."""
        if self.said.severity == "error":
            self.said = NOTHING_SAID

    async def give_input(self, event: Event) -> None:
        if isinstance(event, Key | Paste | MouseDown):
            self.said = NOTHING_SAID
        await super().give_input(event)
