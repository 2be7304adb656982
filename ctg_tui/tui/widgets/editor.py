"""The editors: of a comment in place, of a text in a form. Inserted text is cleaned."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from typing import ClassVar, Final

from rich.style import Style
from textual import events
from textual.actions import SkipAction
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.geometry import Region
from textual.strip import Strip
from textual.widgets import TextArea
from textual.widgets.text_area import Edit, EditResult

from ctg_tui.domain.text import MAX_TEXT_LENGTH, clean, harmless
from ctg_tui.tui.characters import full
from ctg_tui.tui.textual_internals import UndoableTextArea
from ctg_tui.tui.widgets.strips import PlainStatic


class CommentEditor(UndoableTextArea, TextArea, inherit_bindings=False):
    """Several lines of plain text. F-keys are left to the page: in a `TextArea` they select lines."""

    BINDINGS: ClassVar[list[BindingType]] = [
        binding
        for binding in TextArea.BINDINGS
        if not (isinstance(binding, Binding) and binding.key in {"f6", "f7"})
    ]

    DEFAULT_CSS = """
    CommentEditor, CommentEditor:focus {
        height: 1fr;
        border: none;
        padding: 0 1;
        background: $panel;
        color: $foreground;
        &>.text-area--cursor { background: $foreground; color: $background; }
        &>.text-area--cursor-line { background: $panel; }
        &>.text-area--selection { background: $curseur; color: $curseur-texte; }
        &>.text-area--placeholder { color: $discret; text-style: italic; }
    }
    CommentEditor { text-style: $champ; }
    CommentEditor:focus { text-style: none; }
    """

    def __init__(self, text: str, placeholder: str = "") -> None:
        super().__init__(
            clean(text, multiline=True),
            compact=True,
            soft_wrap=True,
            tab_behavior="focus",
            highlight_cursor_line=False,
            placeholder=Content(clean(placeholder, multiline=True)),  # a `str` would be read as markup
        )
        self.mark: Callable[[], None] | None = None
        """Called at each edit before it is painted: Textual sends `Changed` a moment later."""
        self.cursor_blink = False
        self.move_cursor(self.document.end)

    def load(self, text: str) -> None:
        """Replace the text, and forget the edits that undo would take back."""
        self.load_text(clean(text, multiline=True))
        self.move_cursor(self.document.end)

    def render_lines(self, crop: Region) -> list[Strip]:
        """Return the lines, underlined to their end where the theme asks for it: Textual does their text."""
        strips = super().render_lines(crop)
        if not self.styles.text_style.underline:
            return strips
        return [strip.apply_style(Style(underline=True)) for strip in strips]

    def edit(self, edit: Edit) -> EditResult:
        """Clean the text of every edit: keys, paste, cut and undo all call this method."""
        room = MAX_TEXT_LENGTH - len(self.text) + len(self.get_text_range(edit.top, edit.bottom))
        whole = harmless(edit.text, multiline=True)  # `clean` would cut it without a word
        edit.text = clean(whole[: max(room, 0)], multiline=True)
        if edit.text != whole:
            self.notify(full(MAX_TEXT_LENGTH), severity="warning", markup=False)
        result = super().edit(edit)
        if self.mark is not None:
            self.mark()
        return result

    def on_key(self, event: events.Key) -> None:
        """Insert no-break spaces too (typed on BÉPO, or with AltGr): Textual ignores them."""
        character = event.character
        if character and len(character) == 1 and unicodedata.category(character) == "Zs" and character != " ":
            event.stop()
            event.prevent_default()
            self.insert(character)


class GrowingText(CommentEditor):
    """A text of a form: takes the rows that it needs, eight at most. ↑ and ↓ leave it at an end.

    Entrée leaves it while it is empty, and always where it is `short`; else it begins a line. Ctrl+Z and
    Ctrl+Y leave it when nothing was typed in it.
    """

    class Submitted(TextArea.Changed):
        """Entrée was pressed where it begins no line: go on to the next field."""

    DEFAULT_CSS = "GrowingText, GrowingText:focus { height: 1; width: 1fr; }"

    def __init__(self, text: str, placeholder: str = "", *, short: bool = False) -> None:
        super().__init__(text, placeholder)
        self._is_short = short

    def on_key(self, event: events.Key) -> None:
        if event.key == "enter" and (self._is_short or not self.text.strip()):
            event.stop()
            event.prevent_default()
            self.post_message(self.Submitted(self))

    def fit(self) -> None:
        self.styles.height = min(max(self.wrapped_document.height, 1), 8)

    def on_resize(self) -> None:
        self.call_after_refresh(self.fit)

    def on_text_area_changed(self) -> None:
        self.fit()

    @property
    def value(self) -> str:
        return self.text

    def fill(self, text: str) -> None:
        """Replace the whole text, unless it is the same; nothing typed before is undone here."""
        if text != self.text:
            self.load(text)
        self.history.clear()

    def _leave_if_untouched(self) -> None:
        """Let the page undo or redo, when nothing was typed in this text since it was filled."""
        if not self.history.undo_stack and not self.history.redo_stack:
            raise SkipAction

    def action_undo(self) -> None:
        self._leave_if_untouched()
        super().action_undo()

    def action_redo(self) -> None:
        self._leave_if_untouched()
        super().action_redo()

    def _row(self) -> int:
        return self.wrapped_document.location_to_offset(self.cursor_location).y

    def action_cursor_up(self, select: bool = False) -> None:
        if self._row() == 0 and not select:
            raise SkipAction
        super().action_cursor_up(select)

    def action_cursor_down(self, select: bool = False) -> None:
        if self._row() >= self.wrapped_document.height - 1 and not select:
            raise SkipAction
        super().action_cursor_down(select)


class CommentBox(Vertical):
    """Holds the comment being written, below its line; the page saves it."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("tab,shift+tab", "screen.leave", show=False)]
    DEFAULT_CSS = """
    CommentBox {
        display: none;
        padding: 0 1;
        background: $panel;
        border-left: outer $accent;
        CommentEditor, CommentEditor:focus { padding: 0; }
        PlainStatic { height: 1; color: $discret; text-wrap: nowrap; text-overflow: ellipsis; }
        #commentaire-avant { color: $an-dernier; }
    }
    """

    def __init__(self, mark: Callable[[], None]) -> None:
        """Call `mark` at each edit, before it is painted."""
        super().__init__()
        self.editor: Final = CommentEditor("", "Votre commentaire")
        self.editor.mark = mark
        self._title = PlainStatic()
        self.former: Final = PlainStatic(id="commentaire-avant")
        self.key: str | None = None
        """The id of the line whose comment is being written."""

    def compose(self) -> ComposeResult:
        yield from (self._title, self.editor, self.former)

    @property
    def text(self) -> str:
        """The comment as typed."""
        return self.editor.text

    def open(self, key: str, text: str, title: str, former: str) -> None:
        """Edit the text of `key`, starting from `text`; `former`, written there last time, stands below.

        The editor is only hidden between two comments: one removed under a dialog that opens cannot be
        painted.
        """
        self.key = key
        self.display = True
        self.editor.load(text)
        self._title.update(Content(title))
        self.former.update(Content(former))
        self.former.display = bool(former)
        self.editor.focus()

    def add(self, text: str) -> None:
        """Add `text` at the end of what is written."""
        self.editor.insert(text, self.editor.document.end)
        self.editor.move_cursor(self.editor.document.end)

    def close(self) -> None:
        """Hide the box."""
        self.key, self.display = None, False
