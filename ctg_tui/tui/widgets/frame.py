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

SEPARATOR = " · "
"""Between the parts of the head line; the last parts at the right are left out first."""
_SHORTEST_NAME: Final = 8
"""Cells that a name keeps; from there on, the end of the line is cut."""


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
        width = self.app.size.width - _EDGES
        room = width - cell_len(self._page)
        left, names, gap, right = laid_out(self._left, self._right, self._stops, room)
        if self._page and gap == " " and left != self._left:  # the page and the territory before the steps
            left, names, gap, right = laid_out(self._left, self._right, (), room)
        line = Content.assemble((left, "bold"), (self._page, "$accent bold"))
        for stop, name in zip(self._stops, names, strict=False):
            is_here = stop.step == self._here
            text = Content.styled(name, "$accent bold" if is_here else "$discret")
            line += gap
            line += text if is_here else clicked(text, "step", int(stop.step))
        line = line.pad_right(width - line.cell_length - cell_len(right))
        self.update(line + Content.styled(right, "$discret"), layout=False)


def laid_out(left: str, right: str, stops: Sequence[Stop], width: int) -> tuple[str, Sequence[str], str, str]:
    """Return the text at the left, that of each step, the gap between them, and the text at the right.

    Without room the gaps shrink, then the names of the steps, then the territory: never its year. That all is
    saved is said where there is room left; that something is not, always: the steps make room for it.
    """
    name = cell_len(left)
    whole = [f"{stop.name} {stop.tally}".rstrip() for stop in stops]
    short = [f"{stop.short} {stop.tally.partition(' · ')[0]}".rstrip() for stop in stops]
    for names, gap in ((whole, "   "), (whole, "  "), (short, "  "), (short, " "), ([], " ")):
        room = width - sum(len(gap) + cell_len(each) for each in names)
        if right == NOT_YET:
            room -= len(gap) + cell_len(right)
        if room >= name or (len(gap) == 1 and room >= _ROOM_OF_NAME):
            break
    wanted = cell_len(brief(left, room))
    if not stops:
        gap, wanted = " ", min(cell_len(left), width // 2)
    while right not in {"", NOT_YET} and room - wanted < len(gap) + cell_len(right):
        right = right.rpartition(SEPARATOR)[0]
    if right != NOT_YET:
        room -= len(gap) + cell_len(right) if right else 0
    return brief(left, room), names, gap, right


_ROOM_OF_NAME: Final = 12
"""Cells that territory and year keep beside the shortest steps."""


def brief(text: str, width: int) -> str:
    """Return the left text with its name cut where room is short, never the year."""
    if cell_len(text) <= width:
        return text
    parts = text.split(SEPARATOR)
    year = f" {parts.pop()}" if parts[-1].isdigit() else ""
    name = fit(SEPARATOR.join(parts), max(width - cell_len(year), _SHORTEST_NAME)).rstrip()
    return fit(f"{name}{year}", max(width, 0)).rstrip()


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
        width = self.app.size.width
        self.keys = fitting(self._commands, width)
        gap = Content(" " * _gap(width))
        self.update(gap.join(map(_named, self.keys)), layout=False)


ROOMY: Final = 110
"""The width from which the foot has more keys, and more space between them."""
MOST_KEYS: Final = 9
_USUAL: Final = 80
_MOST_IN_NARROW: Final = 6
_EDGES: Final = 2
"""The cells at both ends of the first line and of the last."""
_ALWAYS: Final = frozenset({"f1", "f2", "escape"})
"""The keys that no width drops, with those of rank 0."""


def fitting(commands: Sequence[Command], width: int) -> list[Command]:
    """Return the commands that fit in a foot of `width`, in its order: those of the lowest ranks."""
    most, gap = MOST_KEYS if width >= ROOMY else _MOST_IN_NARROW, _gap(width)
    chosen: list[Command] = []
    room = width - _EDGES + gap
    for command in sorted(commands, key=lambda one: 0 if _ALWAYS.intersection(one.keys) else one.bar or 0):
        if len(chosen) < most and _cells(command) + gap <= room:
            chosen.append(command)
            room -= _cells(command) + gap
    return sorted(chosen, key=_place)


def _named(command: Command) -> Content:
    text = Content.assemble((command.key_text, "bold $footer-key-foreground"), f"{NBSP}{command.word}")
    return text.stylize(Style.from_meta({"@click": ("app.simulate_key", (command.pressed,))}))


def _cells(command: Command) -> int:
    return cell_len(f"{command.key_text} {command.word}")


def _gap(width: int) -> int:
    return 3 if width >= ROOMY else 2 if width >= _USUAL else 1


def _place(command: Command) -> tuple[int, int]:
    """Return the place of a command in the foot: the page's own, F3 to F9, Ctrl, the way up, F1 and F2.

    What closes an open text stands first: it has a rank below 0.
    """
    key = next(iter(command.keys), "")
    if (command.bar or 0) < 0:
        return -1, 0
    if key in {"escape", "ctrl+q"}:
        return 3, 0
    if key.startswith("ctrl"):
        return 2, 0
    if key[:1] == "f" and key[1:].isdigit():
        return (4 if key in _ALWAYS else 1), int(key[1:])
    return 0, 0


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
