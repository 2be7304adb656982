"""The base of a page with a list, and below it the text of the row being written, saved as it is typed."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from textual.events import Key
from textual.message import Message

from ctg_tui.domain.answers import Answer
from ctg_tui.domain.assessment import Place
from ctg_tui.domain.changes import Edit
from ctg_tui.tui.autosave import Autosave
from ctg_tui.tui.commands import Command, adapted
from ctg_tui.tui.keyboards import DEFAULT_KEYBOARD, KEYBOARDS, Keyboard
from ctg_tui.tui.screens.page import Page
from ctg_tui.tui.widgets.listing import Item, Listing
from ctg_tui.tui.widgets.writing import WritingPane
from ctg_tui.wording.dates import CLOSE_WITHOUT_DATE

if TYPE_CHECKING:
    from textual.widget import Widget

    from ctg_tui.services.editing import Session
    from ctg_tui.services.workspace import Workspace


class NotedListing(Listing):
    """A list in which the keys of the notes note the row under the cursor."""

    @dataclass
    class Noted(Message):
        """The person gives a note or NC to the row under the cursor, or (None) clears it."""

        answer: Answer | None

    def __init__(self, keyboard: Keyboard) -> None:
        super().__init__()
        self.answers = keyboard.answers

    def on_key(self, event: Key) -> None:
        if event.key in self.answers:
            self.post_message(self.Noted(self.answers[event.key]))
            event.stop()
            event.prevent_default()


class TextBelowPage(Page):
    """A page gives its rows, and the text of those that have one; it stores each text by its key."""

    PREFIX: ClassVar[str]
    """What the ids of the page's own commands begin with, up to the dot."""
    WHILE_WRITING: ClassVar[frozenset[str]]
    """The page's own commands, besides « retour », that stay while a text takes the letters."""
    DEFAULT_CSS = """
    TextBelowPage Listing { padding: 0 1; }
    TextBelowPage WritingPane CommentEditor, TextBelowPage WritingPane CommentEditor:focus { height: 4; }
    """

    def __init__(
        self,
        workspace: Workspace,
        session: Session | None,
        place: Place | None = None,
        keyboard: Keyboard = KEYBOARDS[DEFAULT_KEYBOARD],
    ) -> None:
        """Open on what there is about the line of `place`."""
        super().__init__(workspace, session)
        self.line = None if place is None else place.line
        self._list = NotedListing(keyboard)
        self._pane: WritingPane | None = None
        self._key = ""
        """The row whose text is being written."""
        self._is_typed = False
        self._rest = Autosave(self, self.flush)

    def use_keyboard(self, keyboard: Keyboard) -> None:
        self._list.answers = keyboard.answers

    def body(self) -> Iterable[Widget]:
        yield self._list

    def commands(self) -> tuple[Command, ...]:
        """Return the commands available."""
        every = super().commands()
        if not self.is_typing:
            return every
        others = {f"{self.PREFIX}.{name}" for name in ("retour", *self.WHILE_WRITING)}
        kept = (one for one in every if not one.id.startswith(f"{self.PREFIX}.") or one.id in others)
        return adapted(kept, {"back": {"label": "finir"}})

    # of each page

    def items(self) -> list[Item]:
        """Return the rows."""
        raise NotImplementedError

    def store_text(self, key: str, text: str) -> None:
        """Store the text of a row. Raises Refusal."""
        raise NotImplementedError

    def row_of(self, edit: Edit) -> str | None:
        """Return the key of the row that an edit is about; None when it is about no row."""
        return next((change.key for change in edit.changes), None)

    def problem_of(self, key: str, text: str) -> str:
        """Return why a text cannot be stored; empty when it can."""
        return ""

    def end_text(self) -> None:
        """End the edit of the text being typed."""
        self.opened.end_typing()

    # the list

    def show_rows(self, key: str | None = None) -> None:
        """Show the present state, with the cursor on the row of `key`."""
        self._list.show(self.items(), key)
        self.refresh_frame()

    def on_show_again(self) -> None:
        self.show_rows()

    def on_saved(self) -> None:
        self.show_rows()

    def on_turned(self, edit: Edit) -> None:
        self.show_rows(self.row_of(edit))

    # the text

    @property
    def is_writing(self) -> bool:
        return self._pane is not None

    @property
    def is_typing(self) -> bool:
        """Whether a field takes the letters."""
        return self.is_writing

    async def write_text(self, key: str, title: str, text: str, placeholder: str) -> None:
        """Write the text of a row below the list."""
        if not await self.close_text():
            return
        self._key, self._is_typed = key, False
        self._pane = WritingPane(title, text, placeholder)
        await self.mount(self._pane, after=self._list)
        self.refresh_frame()

    def on_writing_pane_typed(self, message: WritingPane.Typed) -> None:
        message.stop()
        self._is_typed = True
        self._rest.typed()

    def flush(self) -> None:
        """Save the text being written, as far as it can be stored."""
        pane, key = self._pane, self._key
        if pane is None or not self._is_typed or self.problem_of(key, pane.text):
            return
        saved = self.save(lambda: self.store_text(key, pane.text))
        self._is_typed = not saved
        if saved and pane.is_attached and self.is_open:
            self.show_rows()

    def not_stored(self) -> str:
        return (
            self.problem_of(self._key, self._pane.text) if self._pane is not None and self._is_typed else ""
        )

    async def close_text(self) -> bool:
        """Save and close the text being written; return False when it stays open, being refused.

        A second try closes it without the refused text, which a message says.
        """
        pane = self._pane
        if pane is None:
            return True
        self.flush()
        problem = self.not_stored()
        if not pane.may_close(pane.text if problem else ""):
            pane.editor.focus()
            self.show_message(f"{problem} {CLOSE_WITHOUT_DATE}", warning=True)
            return False
        self.end_text()
        if problem:
            self.show_message(problem, warning=True)
        self._pane = None
        self._rest.stop()
        await pane.remove()
        self.show_rows(self._key)
        self._list.focus()
        return True

    async def action_back(self) -> None:
        """Close the text being written; when there is none, leave."""
        if self._pane is None:
            self.leave()
        else:
            await self.close_text()

    def turn(
        self, word: str, nothing: str, following: Callable[[], Edit | None], turn: Callable[[], object]
    ) -> None:
        if self._pane is None:  # the editor has its own undo
            super().turn(word, nothing, following, turn)
