"""The pane below the table: the line's detail and, while it is written, its comment."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.message import Message

from ctg_tui.tui.autosave import Autosave
from ctg_tui.tui.widgets.detail import LineDetail

if TYPE_CHECKING:
    from ctg_tui.tui.widgets.editor import CommentEditor


class DetailPane(Vertical):
    """Holds the comment being written; the screen saves it on `Rested` and before closing."""

    BLANK = True
    ALLOW_MAXIMIZE = True
    DEFAULT_CSS = """
    DetailPane LineDetail { height: 1fr; }
    """

    class Rested(Message):
        """The comment is to be saved: the typing rests, or has gone on for two seconds."""

    def __init__(self, detail: LineDetail) -> None:
        super().__init__()
        self._detail = detail
        self._editor: CommentEditor | None = None
        self._rest = Autosave(self, self._rested)
        self.key: str | None = None
        """The text being written: the id of the line for its comment, else the key of a part of a review."""

    def compose(self) -> ComposeResult:
        yield self._detail

    @property
    def text(self) -> str:
        """The comment as typed."""
        return "" if self._editor is None else self._editor.text

    def open(self, key: str, text: str, placeholder: str) -> None:
        """Edit the text of `key`, starting from `text`; `placeholder` stands where it is empty.

        The editor is made once and only hidden: an editor removed under a dialog that opens cannot be
        painted.
        """
        self.key = key
        if self._editor is None:
            from ctg_tui.tui.widgets.editor import CommentEditor

            self._editor = CommentEditor(text, placeholder)
            self.mount(self._editor)
        else:
            self._editor.placeholder = Content(placeholder)
            self._editor.load(text)
            self._editor.display = True
        self._editor.focus()
        self._show_state()

    def close(self) -> None:
        """Hide the editor and show the detail alone."""
        self.key = None
        self._rest.stop()
        if self._editor is not None:
            self._editor.display = False
        if self.is_attached and self.screen.maximized is self:
            self.screen.minimize()

    def on_text_area_changed(self) -> None:
        self._rest.typed()
        self._show_state()

    def on_comment_editor_grown(self) -> None:
        self._show_state()

    def on_line_detail_clicked(self, message: LineDetail.Clicked) -> None:
        """Give the text the whole window while it is written; else the page handles the click."""
        if self.key is not None and self._editor is not None:
            message.stop()
            self._editor.action_grow()

    def _show_state(self) -> None:
        if self._editor is not None:
            self._detail.show_state(self._editor.state)

    def _rested(self) -> None:
        if self.key is not None:
            self.post_message(self.Rested())
