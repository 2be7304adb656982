"""What is typed, chosen or pressed: a line of text, a number, choices in sight, a button of one row."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import ClassVar, Final

from rich.cells import cell_len
from rich.segment import Segment
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.events import Click, Key, Paste
from textual.geometry import Offset
from textual.message import Message
from textual.strip import Strip
from textual.style import Style
from textual.widgets import Button, Input

from ctg_tui.domain.text import LINE_LENGTH, MAX_TEXT_LENGTH, clean
from ctg_tui.services.forms import Option
from ctg_tui.tui.characters import full
from ctg_tui.tui.widgets.strips import PlainStatic
from ctg_tui.wording.french import NARROW, NBSP, wrap
from ctg_tui.wording.typed import as_digits

_BOX: Final = 4
"""The cells of the box before an option, and of the space after it."""


class TextField(Input):
    """A line of text. Typed and pasted text is cleaned before it is stored or shown."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("ctrl+a", "select_all", "Tout choisir", show=False)]
    DEFAULT_CSS = """
    TextField { width: 1fr; text-style: $champ; }
    TextField, TextField:focus {
        border: none;
        height: 1;
        padding: 0 1;
        background: $panel;
        background-tint: transparent;
    }
    TextField:focus { background: $ligne; color: $foreground; }
    TextField>.input--cursor { background: $foreground; color: $background; }
    TextField>.input--placeholder { color: $discret; text-style: italic; }
    """

    mark: Callable[[], None] | None = None
    """Called at each edit before it is painted: Textual sends `Changed` a moment later."""

    def __init__(self, value: str = "", *, placeholder: str = "", max_length: int = LINE_LENGTH) -> None:
        value = clean(value)
        super().__init__(
            value,
            placeholder=clean(placeholder).replace(" ", NBSP),  # cut anywhere: a narrow field has one line
            max_length=max(max_length, len(value)),  # a text of a file may be longer: shown whole, it stays
            select_on_focus=False,
        )

    def render_line(self, y: int) -> Strip:
        """Draw the text, its end cut by « … » where it has no room; one being typed scrolls instead."""
        strip, width = super().render_line(y), self.content_size.width
        if (self.value and self.has_focus) or cell_len(self.value or self.placeholder) <= width:
            return strip
        whole = Strip([Segment(self.value, self.rich_style)]) if self.value else strip
        return Strip.join((whole.crop(0, width - 1), Strip([Segment("…", self.rich_style)])))

    def watch_value(self) -> None:
        if self.mark is not None:
            self.mark()

    def fill(self, text: str) -> None:
        """Replace the whole text, unless it is the same; the cursor goes to its end, where typing goes on."""
        if text != self.value:
            self.value = text
            self.cursor_position = len(self.value)

    def validate_value(self, value: str) -> str:
        """Clean every new value: keys, paste, and our own assignments."""
        return clean(value)

    def on_key(self, event: Key) -> None:
        """Insert no-break spaces too (typed on BÉPO, or with AltGr), as spaces: Textual ignores them."""
        if event.character in {NBSP, NARROW}:
            event.stop()
            event.prevent_default()
            self.replace(event.character, *self.selection)

    def on_paste(self, event: Paste) -> None:
        """Insert every line of a paste, joined as one; cut the text that does not fit, and report it."""
        event.prevent_default()
        event.stop()
        start, end = sorted(self.selection)
        limit = self.max_length or MAX_TEXT_LENGTH
        room = max(limit - len(self.value) + end - start, 0)
        whole = clean(event.text.strip())
        self.replace(whole[:room], start, end)
        if len(whole) > room:
            self.restricted()

    def restricted(self) -> None:
        """Say that there is no room for what was typed, which Textual only rings the bell for."""
        self.notify(full(self.max_length or MAX_TEXT_LENGTH), severity="warning", markup=False)


class NumberField(TextField):
    """A line for a number: digits typed without Shift are digits on the screen too."""

    DEFAULT_CSS = "NumberField { width: 16; }"

    def on_key(self, event: Key) -> None:
        """Insert the digit that a key means on an AZERTY keyboard."""
        character = event.character or ""
        digit = as_digits(character)
        if len(character) == 1 and digit != character:
            event.stop()
            event.prevent_default()
            self.replace(digit, *self.selection)


class Choice(PlainStatic, can_focus=True):
    """Options side by side, one (or with `several`, any number) chosen: `(x) annuelle ( ) démarrage`.

    ← and → go from one to the other, also where they are stacked: ↑ and ↓ leave the field. With `several`,
    Espace chooses or leaves the one under the cursor.
    """

    DEFAULT_CSS = "Choice { height: auto; width: 1fr; padding: 0 1; }"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left", "go(-1)", "Option précédente", show=False),
        Binding("right", "go(1)", "Option suivante", show=False),
        Binding("space", "take", "Cocher ou décocher", show=False),
        Binding("enter", "submit", "Continuer", show=False),
    ]

    class Changed(Message):
        """The person chose other options."""

        def __init__(self, choice: Choice) -> None:
            super().__init__()
            self._choice = choice

        @property
        def control(self) -> Choice:
            return self._choice

    class Submitted(Changed):
        """Entrée was pressed: go on to the next field."""

    def __init__(self, options: Sequence[Option], chosen: Sequence[str], *, several: bool = False) -> None:
        super().__init__()
        self.options, self.several = tuple(options), several
        self.mark: Callable[[], None] | None = None
        self.chosen: tuple[str, ...] = ()
        self._at = 0
        self.choose(*chosen)

    def choose(self, *keys: str) -> None:
        """Choose the options of `keys`, without a message; of several, the cursor stays on its own."""
        self.chosen = tuple(option.key for option in self.options if option.key in keys)
        if not self.several:  # before the first one where none is chosen
            self._at = next((at for at, option in enumerate(self.options) if option.key in keys), -1)
        self._paint()

    def _paint(self) -> None:
        """Show the options side by side where there is room for all, else each on its line."""
        yes, no = ("[x]", f"[{NBSP}]") if self.several else ("(x)", f"({NBSP})")
        labels, width = [clean(option.label) for option in self.options], self.content_size.width
        is_row = sum(map(cell_len, labels)) + (_BOX + 2) * len(labels) - 2 <= (width or 1_000)
        pieces = []
        for rank, (option, label) in enumerate(zip(self.options, labels, strict=True)):
            is_chosen, is_here = option.key in self.chosen, rank == self._at and self.has_focus
            lines = [label] if is_row else wrap(label, width - _BOX)
            text = f"{yes if is_chosen else no}{NBSP}" + f"\n{NBSP * _BOX}".join(lines)
            style = f"{'bold ' * is_chosen}{'$curseur-texte on $curseur' * is_here}"
            pieces.append(Content.styled(text, style).stylize(Style.from_meta({"option": rank})))
        self.update(Content("  " if is_row else "\n").join(pieces), layout=not is_row)

    on_resize = on_focus = on_blur = _paint

    def _take(self, keys: set[str]) -> None:
        former = self.chosen
        self.choose(*keys)
        if self.chosen != former:
            if self.mark is not None:
                self.mark()
            self.post_message(self.Changed(self))

    def action_go(self, step: int) -> None:
        self._at = min(max(self._at + step, 0), len(self.options) - 1)
        if self.several:
            self._paint()
        else:
            self.action_take()

    def action_take(self) -> None:
        """Choose the option under the cursor; of several, leave it where it is chosen."""
        key = self.options[max(self._at, 0)].key
        self._take({*self.chosen} ^ {key} if self.several else {key})

    def action_submit(self) -> None:
        self.post_message(self.Submitted(self))

    def on_click(self, event: Click) -> None:
        rank = event.style.meta.get("option")
        if rank is not None:
            self._at = rank
            self.action_take()


class PlainButton(Button):
    """A button whose label is text, never markup; Entrée or a click presses it.

    It keeps a column for its label: painted without any, before a layout, a label would end the application.
    """

    DEFAULT_CSS = """
    PlainButton {
        width: auto;
        min-width: 3;
        height: 1;
        text-wrap: nowrap;  /* a label that wraps ends the program where a layout leaves it no width */
        text-overflow: ellipsis;
        &.-style-default {
            background: $ligne;
            color: $foreground;
            text-style: none;
            &:hover { background: $ligne; }
            &.-active { background: $ligne; tint: transparent; }
            &:focus {
                background: $curseur; color: $curseur-texte; text-style: bold; background-tint: transparent;
            }
        }
    }
    """

    def __init__(self, label: str, *, identifier: str | None = None, action: str | None = None) -> None:
        """Show `label`; a press runs `action`, or sends `Button.Pressed`."""
        super().__init__(Content(clean(label)), id=identifier, action=action, compact=True)
        self.active_effect_duration = 0

    def say(self, label: str) -> None:
        """Show another label."""
        if (said := Content(clean(label))).plain != str(self.label):
            self.label = said
            self.refresh(layout=True)

    @property
    def cursor_screen_offset(self) -> Offset:
        """The cell of the screen of the first letter."""
        return self.content_region.offset + Offset(1, 0)
