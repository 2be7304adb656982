"""The frame of every page: the head line, the foot, the messages above the foot."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from rich.cells import cell_len
from textual.content import Content
from textual.style import Style

from ctg_tui.domain.errors import typeset
from ctg_tui.domain.text import clean
from ctg_tui.tui.characters import fit
from ctg_tui.tui.commands import Command
from ctg_tui.tui.key_gate import Notice
from ctg_tui.tui.widgets.strips import PlainStatic, clicked
from ctg_tui.wording.french import NBSP

if TYPE_CHECKING:
    from ctg_tui.wording.lines import Stop

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
        self._left = self._right = self._page = ""
        self._stops: Sequence[Stop] = ()
        self._here = 0

    def show(
        self, left: str, right: str, stops: Sequence[Stop] = (), here: int = 0, *, page: str = ""
    ) -> None:
        """Show both texts, and between them the steps; the page is the step `here`, else named by `page`."""
        self._left, self._right, self._stops, self._here = clean(left), clean(right), stops, here
        self._page = f"{SEPARATOR}{page}" if page else ""
        self.on_resize()

    def on_resize(self) -> None:
        """Show what fits: the gaps shrink, then the names of the steps; then only the one that one is at.

        What is at the right stands where there is room left; `NOT_YET` always.
        """
        window = max(self.app.size.width, _LEAST)
        kept = len(NOT_YET) + 1 if self._right == NOT_YET else 0
        width, left = window - _EDGES - cell_len(self._page) - kept, cell_len(self._left)
        whole = [(stop, f"{stop.name} {stop.tally}".rstrip()) for stop in self._stops]
        done = ["✓" if "✓" in stop.tally else stop.tally.removesuffix(" à donner") for stop in self._stops]
        brief_tallies = [*zip(self._stops, done, strict=True)]
        named = [(stop, f"{stop.name} {one}".rstrip()) for stop, one in brief_tallies]
        short = [(stop, f"{stop.short} {one}".rstrip()) for stop, one in brief_tallies]
        here = [(stop, name) for stop, name in whole if stop.step == self._here]
        for steps, gap, least in (
            *((whole, "   ", left), (whole, "  ", left), (named, "  ", left)),
            (short, "  ", min(left, width // 3)),
            (here, "  ", 0),
        ):
            room = width - sum(cell_len(gap + name) for _, name in steps)
            if room >= least:
                break
        line = Content.assemble((brief(self._left, room), "bold"), (self._page, "$accent bold"))
        for stop, name in steps:
            is_here = stop.step == self._here
            text = Content.styled(name, "$accent bold" if is_here else "$discret")
            line += gap
            line += text if is_here else clicked(text, f"step({int(stop.step)})")
        width = window - _EDGES - line.cell_length
        rights = (self._right, self._right.partition(SEPARATOR)[0])
        right = next((one for one in rights if cell_len(one) + (1 if kept else 3) <= width), "")
        self.update(line.pad_right(width - cell_len(right)) + Content.styled(right, "$discret"), layout=False)


_LEAST: Final = 60
"""The columns of the narrowest page; in a narrower window its end is out of sight."""
_EDGES: Final = 2
"""The cells at both ends of the first line and of the last."""


def brief(text: str, width: int) -> str:
    """Return the left text in `width`: its name is cut, never its year."""
    name, _, year = text.rpartition(SEPARATOR)
    if cell_len(text) <= width or not year.isdigit():
        return fit(text, width).rstrip()
    return f"{fit(name, width - cell_len(year) - len(SEPARATOR)).rstrip()}{SEPARATOR}{year}"


class Foot(PlainStatic):
    """The keys that act now and fit in one row, each with its word. A click presses the key.

    The row above it is kept for the messages. Textual's `Footer` has a widget for each key, and makes them
    all again where a word changes: 27 ms, on a page where Entrée names the line.
    """

    DEFAULT_CSS = """
    Foot {
        dock: bottom; height: 1; margin-top: 1; padding: 0 0 0 1;
        background: $footer-background; color: $discret;
    }
    """

    def __init__(self) -> None:
        super().__init__()
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
        """Choose the keys that fit: those of the lowest ranks; then let them stand as far apart as fits."""
        width = max(self.app.size.width, _LEAST)
        most = MOST_KEYS if width >= ROOMY else _MOST_IN_NARROW
        gap, edges = (2, _EDGES) if width >= _SPACED else (1, 1)
        room = width - edges + gap
        chosen: dict[Command, Content] = {}
        for command in sorted(self._commands, key=lambda command: command.bar or 0):
            text = _named(command)
            if len(chosen) == most or text.cell_length + gap > room:
                break
            chosen[command] = text
            room -= text.cell_length + gap
        self.keys = sorted(chosen, key=_place)
        gap = min(gap + room // max(len(chosen) - 1, 1), 3)
        self.update(Content(" " * gap).join(chosen[command] for command in self.keys), layout=False)


_SPACED: Final = 80
"""The width from which two blanks at least stand between keys."""
ROOMY: Final = 110
"""The width from which the foot has more keys."""
MOST_KEYS: Final = 9
_MOST_IN_NARROW: Final = 6
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
    text = Content.assemble(
        (command.key_text, "bold $footer-key-foreground"), f"{NBSP}{typeset(command.label)}"
    )
    return text.stylize(Style.from_meta({"@click": ("app.simulate_key", (command.pressed,))}))


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

    def _show(self, said: Notice) -> None:
        self.update(Content(said.text))
        self.set_classes(f"-{said.severity}" if said.text else "")
