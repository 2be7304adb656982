"""Fields of the forms and their rows: a line of text, a number, choices in which every option is visible."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import ClassVar, Final, Self

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.events import Click, Key, Paste
from textual.geometry import Offset, Region
from textual.message import Message
from textual.style import Style
from textual.widget import Widget
from textual.widgets import Input, Static

from ctg_tui.domain.errors import Refusal
from ctg_tui.domain.text import MAX_TEXT_LENGTH, clean
from ctg_tui.services.forms import LINE_LENGTH, Doing, Fact, Heading, Option
from ctg_tui.tui.characters import shown, shown_text, too_long
from ctg_tui.tui.widgets.buttons import PlainButton
from ctg_tui.tui.widgets.strips import PlainStatic
from ctg_tui.wording.french import NARROW, NBSP
from ctg_tui.wording.typed import as_digits

_LONGEST_BESIDE: Final = 40
"""The characters of an option that others stand beside."""


class Fields(VerticalScroll, inherit_bindings=False):
    """Holds a form and scrolls to the field that has the focus; the arrow keys are the page's."""


class TextField(Input):
    """A line of text. Typed and pasted text is cleaned before it is stored or shown."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("ctrl+a", "select_all", "Tout choisir", show=False)]
    DEFAULT_CSS = """
    TextField { width: 1fr; }
    TextField, TextField:focus {
        border: none;
        height: 1;
        padding: 0 1;
        background: $panel;
        background-tint: transparent;
    }
    TextField { text-style: $champ; }
    TextField:focus { background: $curseur; color: $curseur-texte; }
    TextField:focus>.input--cursor { background: $curseur-texte; color: $curseur; }
    TextField>.input--placeholder { color: $discret; text-style: italic; }
    TextField:focus>.input--placeholder { color: $curseur-texte; }
    """

    def __init__(
        self,
        value: str = "",
        *,
        placeholder: str = "",
        identifier: str | None = None,
        max_length: int = LINE_LENGTH,
    ) -> None:
        super().__init__(
            clean(value)[:max_length],
            placeholder=clean(placeholder),
            id=identifier,
            max_length=max_length,
            select_on_focus=False,
        )

    _is_only_longer = False

    def watch_virtual_size(self) -> None:
        """Note that the text is longer or shorter: its field, and so the page, stays as large."""
        self._is_only_longer = True

    def refresh(
        self, *regions: Region, repaint: bool = True, layout: bool = False, recompose: bool = False
    ) -> Self:
        """Paint anew, and lay the page out again if `layout`, but not for a letter."""
        layout = layout and not self._is_only_longer
        self._is_only_longer = False
        return super().refresh(*regions, repaint=repaint, layout=layout, recompose=recompose)

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
            self.notify(too_long(limit), severity="warning", markup=False)


class Choice(Static, can_focus=True):
    """Options side by side, one (or with `several`, any number) chosen: `(x) annuelle ( ) démarrage`.

    ← and → go from one to the other; with `several`, Espace chooses or leaves the one under the cursor.
    """

    DEFAULT_CSS = """
    Choice { height: auto; width: 1fr; padding: 0 1; background: $panel; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left", "go(-1)", "Option précédente", show=False),
        Binding("right", "go(1)", "Option suivante", show=False),
        Binding("space", "take", "Cocher ou décocher", show=False),
        Binding("enter", "submit", "Continuer", show=False),
    ]

    class Told(Message):
        """Something was done here."""

        def __init__(self, choice: Choice) -> None:
            super().__init__()
            self._choice = choice

        @property
        def control(self) -> Choice:
            return self._choice

    class Changed(Told):
        """The person chose other options."""

    class Submitted(Told):
        """Entrée was pressed: go on to the next field."""

    def __init__(self, options: Sequence[Option], chosen: Sequence[str], *, several: bool = False) -> None:
        super().__init__()
        self.options, self.several = tuple(options), several
        self.chosen: tuple[str, ...] = ()
        self._at = 0
        self.choose(*chosen)

    @property
    def keys_in_words(self) -> str:
        """What the line above the foot says of the keys of the options."""
        return f"← → puis Espace{NBSP}: cocher" if self.several else f"← →{NBSP}: choisir"

    def choose(self, *keys: str) -> None:
        """Choose the options of `keys`, without a message; of several, the cursor stays on its own."""
        self.chosen = tuple(option.key for option in self.options if option.key in keys)
        if not self.several and self.chosen:
            self._at = [option.key for option in self.options].index(self.chosen[0])
        self._paint()

    def _paint(self) -> None:
        """Show the options with their boxes, side by side; of long ones, each on its line."""
        boxes = "[x]", "[ ]"
        is_short = all(len(option.label) <= _LONGEST_BESIDE for option in self.options)
        pieces = []
        for rank, option in enumerate(self.options):
            is_chosen = option.key in self.chosen
            box = boxes[not is_chosen] if self.several else "(x)" if is_chosen else "( )"
            text = f"{box} {shown(option.label)}"
            text = text.replace(" ", NBSP) if is_short else text
            is_here = rank == self._at and self.has_focus
            style = f"{'bold ' * is_chosen}{'$curseur-texte on $curseur' * is_here}"
            pieces.append(Content.styled(text, style).stylize(Style.from_meta({"option": rank})))
        self.update(Content("  " if is_short else "\n").join(pieces), layout=False)

    def on_focus(self) -> None:
        self._paint()

    def on_blur(self) -> None:
        self._paint()

    @property
    def cursor_screen_offset(self) -> Offset:
        """The cell of the screen in the box of the option under the cursor."""
        place = self.content_region.offset
        for y, line in enumerate(self.render_lines(Region(0, 0, *self.content_size))):
            x = 0
            for piece in line:
                if piece.style is not None and piece.style.meta.get("option") == self._at:
                    return place + Offset(x + 1, y)
                x += piece.cell_length
        return place

    def _take(self, *keys: str) -> None:
        former = self.chosen
        self.choose(*keys)
        if self.chosen != former:
            self.post_message(self.Changed(self))

    def action_go(self, step: int) -> None:
        self._at = min(max(self._at + step, 0), len(self.options) - 1)
        self._take(*(self.chosen if self.several else (self.options[self._at].key,)))

    def action_take(self) -> None:
        key = self.options[self._at].key
        self._take(*({*self.chosen} ^ {key} if self.several else {key}))

    def action_submit(self) -> None:
        self.post_message(self.Submitted(self))

    def on_click(self, event: Click) -> None:
        rank = event.style.meta.get("option")
        if rank is not None:
            self._at = rank
            self.action_take()


# The field of every number: a year, a SIREN, hours, a salary, the number of an indicator.


class NumberField(TextField):
    """A line for a number: digits typed without Shift are digits on the screen too."""

    def on_key(self, event: Key) -> None:
        """Insert the digit that a key means on an AZERTY keyboard."""
        character = event.character or ""
        digit = as_digits(character)
        if len(character) == 1 and digit != character:
            event.stop()
            event.prevent_default()
            self.replace(digit, *self.selection)


# Rows of a form: a label, its field, what is said of it below.

_LONGEST_PATH: Final = 1_000


class FormRow(Vertical):
    """A label and its field on one line; below, what is refused, a note, the text of last year.

    `hint` is the advice that the page shows while the field has the focus; `key` is that of a row of a form.
    """

    DEFAULT_CSS = """
    FormRow { height: auto; }
    FormRow > Horizontal { height: auto; }
    FormRow .row--label { width: 17; height: 1; padding-right: 1; color: $discret; }
    FormRow:focus-within {
        .row--label { color: $foreground; text-style: bold; }
        TextField, GrowingText, Choice {
            padding: 0 1 0 0;
            border-left: outer $accent;
            background: $ligne;
            color: $foreground;
        }
        .input--cursor { background: $foreground; color: $background; }
        .input--placeholder { color: $discret; }
    }
    FormRow .row--below { height: auto; margin-left: 17; padding: 0 1; color: $discret; display: none; }
    """
    note = before = ""

    def __init__(self, label: str, field: Widget, *, key: str = "", hint: str = "") -> None:
        super().__init__()
        self.field, self.key, self.hint = field, key, hint
        self._label = label
        self._problem = ""
        self._below = PlainStatic(classes="row--below")

    def compose(self) -> ComposeResult:
        with Horizontal():
            yield PlainStatic(shown(self._label), classes="row--label")
            yield self.field
        yield self._below

    @property
    def has_problem(self) -> bool:
        """Whether something is refused, and said."""
        return bool(self._problem)

    def show_problem(self, problem: str) -> None:
        """Show `problem` below the field; empty, none."""
        self._problem = problem
        self.show_below()

    def show_below(self) -> None:
        """Show what is below the field now."""
        problem = f"! {self._problem}" if self._problem else ""
        texts = (problem, "$error"), (self.note, "$discret"), (self.before, "$an-dernier")
        lines = [Content.styled(shown_text(text), style) for text, style in texts if text]
        self._below.update(Content("\n").join(lines))
        self._below.display = bool(lines)


class FolderRow(FormRow):
    """The folder where files are written; `typed` is its field."""

    def __init__(self, proposed: str) -> None:
        self.typed = TextField(proposed, max_length=_LONGEST_PATH)
        super().__init__("Enregistrer dans", self.typed)

    def read(self) -> Path | None:
        """Return the folder typed; None, with the problem below the field, when it cannot be written to."""
        from ctg_tui.services.sending import typed_folder  # the palette has fields and no folder

        try:
            folder = typed_folder(self.typed.value)
        except Refusal as refusal:
            self.show_problem(refusal.sentences())
            return None
        self.show_problem("")
        return folder


# Lines of a form between its fields.


class Title(PlainStatic):
    """A title or a sentence between the rows."""

    DEFAULT_CSS = """
    Title { height: auto; margin-top: 1; color: $primary; text-style: bold; }
    Title:first-child { margin-top: 0; }
    Title.-soft { color: $discret; text-style: none; }
    """

    def __init__(self, line: Heading) -> None:
        super().__init__(shown(line.text), classes="-soft" if line.is_soft else "")
        self.key = line.key

    def show(self, text: str) -> None:
        self.update(shown(text))


class FactRow(FormRow):
    """A label and a text."""

    DEFAULT_CSS = "FactRow .row--fact { width: 1fr; height: auto; padding: 0 1; }"
    field: PlainStatic

    def __init__(self, line: Fact) -> None:
        super().__init__(line.label, PlainStatic(shown(line.text), classes="row--fact"), key=line.key)

    def show(self, text: str) -> None:
        self.field.update(shown(text))


class Action(FormRow):
    """A row that does something, perhaps with a label."""

    DEFAULT_CSS = """
    Action { margin-top: 1; }
    Action.-head { margin-top: 0; }
    Action PlainButton.-style-default { background: transparent; color: $accent; }
    Action.-head PlainButton.-style-default { color: $foreground; }
    Action:focus-within PlainButton.-style-default { background: $curseur; color: $curseur-texte; }
    """
    field: PlainButton

    def __init__(self, line: Doing) -> None:
        """Show what it does; `by_mouse` leaves it out of the way from row to row: a command does the same."""
        super().__init__(line.head, PlainButton(_bracketed(line.label)), key=line.key)
        self.field.can_focus = not line.by_mouse
        self.set_class(bool(line.head), "-head")

    def show(self, text: str) -> None:
        self.field.label = Content(shown(_bracketed(text)))


def _bracketed(text: str) -> str:
    return f"[ {text} ]"
