"""Fields of the forms and their rows: a line of text, a number, choices in which every option is visible."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar, Final, Self

from rich.cells import cell_len
from rich.segment import Segment
from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.events import Click, Key, Paste
from textual.geometry import Offset, Region
from textual.message import Message
from textual.reactive import reactive
from textual.strip import Strip
from textual.widget import Widget
from textual.widgets import Input

from ctg_tui.domain.errors import Refusal
from ctg_tui.domain.text import MAX_TEXT_LENGTH, clean
from ctg_tui.services.forms import LINE_LENGTH, Doing, Fact, Heading, Option
from ctg_tui.system.files import shown_name
from ctg_tui.tui.characters import shown, too_long
from ctg_tui.tui.widgets.strips import PlainStatic
from ctg_tui.wording.french import NARROW, NBSP
from ctg_tui.wording.typed import as_digits


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
        """Replace the whole text; the cursor goes to its end, where typing goes on."""
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


class Choice(Widget, can_focus=True):
    """Options side by side, one (or with `several`, any number) chosen: `(•) annuelle ( ) démarrage`.

    ← and → go from one to the other; with `several`, Espace chooses or leaves the one under the cursor.
    """

    COMPONENT_CLASSES: ClassVar[set[str]] = {"choice--chosen", "choice--cursor"}
    DEFAULT_CSS = """
    Choice {
        height: auto;
        width: 1fr;
        padding: 0 1;
        background: $panel;
        &:focus { background: $curseur; color: $curseur-texte; }
        &>.choice--chosen { text-style: bold; }
        &:focus>.choice--cursor { text-style: reverse; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left", "go(-1)", "Option précédente", show=False),
        Binding("right", "go(1)", "Option suivante", show=False),
        Binding("home", "end_of(0)", "Première option", show=False),
        Binding("end", "end_of(-1)", "Dernière option", show=False),
        Binding("space", "take", "Cocher ou décocher", show=False),
        Binding("enter", "submit", "Continuer", show=False),
    ]

    cursor: reactive[int] = reactive(0, init=False)

    @dataclass
    class Changed(Message):
        """The person chose other options."""

        choice: Choice

        @property
        def control(self) -> Choice:
            return self.choice

    @dataclass
    class Submitted(Message):
        """Entrée was pressed: go on to the next field."""

        choice: Choice

        @property
        def control(self) -> Choice:
            return self.choice

    def __init__(
        self,
        options: Sequence[Option],
        chosen: Sequence[str],
        *,
        several: bool = False,
        identifier: str | None = None,
    ) -> None:
        super().__init__(id=identifier)
        self.options = tuple(options)
        self.chosen = tuple(option.key for option in options if option.key in chosen)
        self.several = several
        self.set_reactive(Choice.cursor, self._first_chosen())

    @property
    def keys_in_words(self) -> str:
        """What the line above the foot says of the keys of the options."""
        return f"← → puis Espace{NBSP}: cocher" if self.several else f"← →{NBSP}: choisir"

    def _first_chosen(self) -> int:
        keys = [option.key for option in self.options]
        return keys.index(self.chosen[0]) if self.chosen else 0

    def offer(self, options: Sequence[Option], chosen: Sequence[str]) -> None:
        """Replace the options and those chosen, without a message."""
        if tuple(options) != self.options:
            self.options = tuple(options)
            self.set_reactive(Choice.cursor, 0)
            self.chosen = tuple(option.key for option in options if option.key in chosen)
            self.refresh(layout=True)

    def choose(self, *keys: str) -> None:
        """Choose the options of `keys`, without a message; of several, the cursor stays on its own."""
        self.chosen = tuple(option.key for option in self.options if option.key in keys)
        if not self.several:
            self.cursor = self._first_chosen()
        self.refresh()

    # painting

    def _rows(self, width: int) -> list[list[tuple[int, str]]]:
        """Lay out the options with their boxes, in as many lines of `width` columns as they need."""
        rows: list[list[tuple[int, str]]] = [[]]
        taken = 0
        for index, option in enumerate(self.options):
            text = f"{self._box(option.key)} {shown(option.label)}"
            needed = cell_len(text) + (2 if rows[-1] else 0)
            if rows[-1] and taken + needed > width:
                rows.append([])
                taken, needed = 0, cell_len(text)
            rows[-1].append((index, text))
            taken += needed
        return rows

    def _box(self, key: str) -> str:
        if self.several:
            return "[x]" if key in self.chosen else "[ ]"
        return "(x)" if key in self.chosen else "( )"

    def get_content_height(self, container: object, viewport: object, width: int) -> int:
        return len(self._rows(width))

    def render_line(self, y: int) -> Strip:
        width = self.size.width
        rows = self._rows(width)
        ground = self.rich_style
        segments: list[Segment] = []
        for index, text in rows[y] if y < len(rows) else ():
            style = ground
            if self.options[index].key in self.chosen:
                style += self.get_component_rich_style("choice--chosen", partial=True)
            if index == self.cursor and self.has_focus:
                style += self.get_component_rich_style("choice--cursor", partial=True)
            segments += [Segment("  ", ground)] if segments else []
            segments.append(Segment(text, style))
        return Strip(segments).adjust_cell_length(width, ground)

    def watch_cursor(self) -> None:
        self.refresh()

    @property
    def cursor_screen_offset(self) -> Offset:
        """The cell of the screen in the box of the option under the cursor."""
        x, y = self.content_region.offset
        for line, row in enumerate(self._rows(self.size.width)):
            column = x
            for index, text in row:
                if index == self.cursor:
                    return Offset(column + 1, y + line)
                column += cell_len(text) + 2
        return Offset(x, y)

    # keys and clicks

    def _move(self, index: int) -> None:
        self.cursor = index
        if not self.several:
            self._take((self.options[index].key,))

    def _take(self, keys: tuple[str, ...]) -> None:
        if keys != self.chosen:
            self.chosen = keys
            self.refresh()
            self.post_message(self.Changed(self))

    def action_go(self, step: int) -> None:
        self._move(min(max(self.cursor + step, 0), len(self.options) - 1))

    def action_end_of(self, index: int) -> None:
        self._move(index % len(self.options))

    def action_take(self) -> None:
        key = self.options[self.cursor].key
        if not self.several:
            self._take((key,))
        else:
            chosen = {*self.chosen} ^ {key}
            self._take(tuple(option.key for option in self.options if option.key in chosen))

    def action_submit(self) -> None:
        self.post_message(self.Submitted(self))

    def on_click(self, event: Click) -> None:
        rows = self._rows(self.size.width)
        if not 0 <= event.y < len(rows):
            return
        column = 1  # the padding
        for index, text in rows[event.y]:
            if column <= event.x < column + cell_len(text):
                self._move(index)
                if self.several:
                    self.action_take()
                return
            column += cell_len(text) + 2


class ActionLine(Widget, can_focus=True):
    """A line that runs a command when Entrée is pressed or when it is clicked."""

    DEFAULT_CSS = """
    ActionLine {
        height: 1;
        width: auto;
        padding: 0 1;
        color: $primary;
        text-style: bold;
        &:focus { background: $curseur; color: $curseur-texte; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [Binding("enter,space", "press", "Faire", show=False)]

    @dataclass
    class Pressed(Message):
        """The line was chosen with Entrée or a click."""

        line: ActionLine

    def __init__(self, label: str, *, identifier: str | None = None, by_mouse: bool = False) -> None:
        """Show `label`; `by_mouse` leaves it out of the way from field to field: a command does the same."""
        super().__init__(id=identifier)
        self.can_focus = not by_mouse
        self._label = f"[ {shown(label)} ]"

    def get_content_width(self, container: object, viewport: object) -> int:
        return cell_len(self._label)

    def render_line(self, y: int) -> Strip:
        return Strip([Segment(self._label if y == 0 else "", self.rich_style)]).adjust_cell_length(
            self.size.width, self.rich_style
        )

    @property
    def cursor_screen_offset(self) -> Offset:
        """The cell of the screen of the first letter."""
        return self.content_region.offset + Offset(2, 0)

    def action_press(self) -> None:
        self.post_message(self.Pressed(self))

    def on_mouse_down(self) -> None:
        """Keep the mouse: the field just left can grow by a reason below it, and push this line down."""
        self.capture_mouse()

    def on_mouse_up(self) -> None:
        if self.app.mouse_captured is self:
            self.release_mouse()
            self.action_press()


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


# Rows of a form: a label, its field, its problem.

_LONGEST_PATH: Final = 1_000


class FormRow(Vertical):
    """A label and its field on one line; below, when there is one, the problem with the field.

    `hint` is the advice that the page shows while the field has the focus.
    """

    DEFAULT_CSS = """
    FormRow { height: auto; }
    FormRow > Horizontal { height: auto; }
    FormRow .row--label { width: 17; height: 1; padding-right: 1; color: $discret; }
    FormRow.-ici .row--label { color: $foreground; text-style: bold; }
    FormRow .row--problem { height: auto; margin-left: 17; padding: 0 1; color: $error; display: none; }
    FormRow.-wrong .row--problem { display: block; }
    """

    def __init__(self, label: str, field: Widget, *, hint: str = "", identifier: str | None = None) -> None:
        super().__init__(id=identifier)
        self._label = label
        self.field = field
        self.hint = hint
        self._problem = ""

    def compose(self) -> ComposeResult:
        with Horizontal():
            yield PlainStatic(shown(self._label), classes="row--label")
            yield self.field
        yield PlainStatic(classes="row--problem")

    def on_descendant_focus(self) -> None:
        self.add_class("-ici")

    def on_descendant_blur(self) -> None:
        self.remove_class("-ici")

    def show_problem(self, problem: str) -> None:
        """Show `problem` below the field; empty, hide the line."""
        if problem == self._problem:
            return
        self._problem = problem
        self.query_one(".row--problem", PlainStatic).update(shown(f"! {problem}" if problem else ""))
        self.set_class(bool(problem), "-wrong")


class FolderRow(FormRow):
    """The folder where files are written; `typed` is its field."""

    def __init__(self, proposed: str, *, identifier: str | None = None) -> None:
        self.typed = TextField(proposed, max_length=_LONGEST_PATH)
        super().__init__("Enregistrer dans", self.typed, identifier=identifier)

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


class FileRow(FormRow):
    """The path of a file to take, given to `take`; what is no path is said below (`wrong`)."""

    def __init__(
        self,
        label: str,
        path_of: Callable[[str], Path | None],
        wrong: str,
        take: Callable[[Path], object],
        *,
        placeholder: str = "",
        takes_drops: bool = True,
    ) -> None:
        """Make the row; a file dropped elsewhere on the window is taken at once if it `takes_drops`."""
        self.typed = TextField(max_length=_LONGEST_PATH, placeholder=placeholder)
        super().__init__(label, self.typed)
        self._takes_drops = takes_drops
        self._path_of, self._wrong, self._take = path_of, wrong, take

    def drop(self, text: str) -> bool:
        """Take the file whose path was pasted outside the fields; return False for any other text."""
        path = self._path_of(text) if self._takes_drops else None
        if path is not None:
            self._take(path)
        return path is not None

    @on(TextField.Submitted)
    def _on_submitted(self, event: TextField.Submitted) -> None:
        event.stop()
        path = self._path_of(self.typed.value)
        problem = self._wrong if path is None and self.typed.value.strip() else ""
        if path is not None and not os.path.exists(path):  # noqa: PTH110  # Path.exists raises for some names
            problem = f"«{NBSP}{shown_name(path)}{NBSP}» n’existe pas. Vérifiez son nom et son dossier."
        self.show_problem(problem)
        if path is not None and not problem:
            self._take(path)


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
        super().__init__(line.label, PlainStatic(shown(line.text), classes="row--fact"))
        self.key = line.key

    def show(self, text: str) -> None:
        self.field.update(shown(text))


class Action(ActionLine):
    """A line of action of the form."""

    DEFAULT_CSS = "Action { margin-top: 1; }"

    def __init__(self, line: Doing) -> None:
        super().__init__(line.label, by_mouse=line.by_mouse)
        self.key = line.key
