"""The base of a page with a list, and below it the text of the row being written, saved as it is typed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from textual.events import Key
from textual.message import Message

from ctg_tui.domain.assessment import Answer, Place
from ctg_tui.domain.changes import Edit
from ctg_tui.tui.commands import Command, adapted
from ctg_tui.tui.later import Autosave
from ctg_tui.tui.list_page import ListPage
from ctg_tui.tui.settings import DEFAULT_KEYBOARD, KEYBOARDS, Keyboard
from ctg_tui.tui.widgets.editor import WritingPane
from ctg_tui.tui.widgets.listing import Listing
from ctg_tui.wording.typed import CLOSE_WITHOUT_DATE, refused_date

if TYPE_CHECKING:
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


class TextBelowPage(ListPage):
    """A page gives its rows, and writes the text of those that have one; it stores each text by its key."""

    DEFAULT_CSS = """
    TextBelowPage WritingPane CommentEditor, TextBelowPage WritingPane CommentEditor:focus { height: 4; }
    """

    def __init__(self, workspace: Workspace, session: Session | None) -> None:
        super().__init__(workspace, session)
        self.pane: WritingPane | None = None
        self._key = ""
        """The row whose text is being written."""
        self._is_typed = False
        self._rest = Autosave(self, self.flush)

    def commands(self) -> tuple[Command, ...]:
        """Return the commands available: while a text is written, only keys, and Échap ends it."""
        every = super().commands()
        return adapted(every, {"back": {"label": "finir"}}) if self.is_typing else every

    # of each page

    def store(self, key: str, pane: WritingPane) -> None:
        """Store the text of a row. Raises Refusal."""
        raise NotImplementedError

    def refused_date(self, key: str, pane: WritingPane) -> tuple[str, str]:
        """Return the date typed that cannot be stored, and the sentence on it; both empty without one."""
        typed = pane.refused_date
        return typed, refused_date(typed) if typed else ""

    # the text

    @property
    def is_typing(self) -> bool:
        """Whether a field takes the letters."""
        return self.pane is not None

    async def write_text(self, key: str, pane: WritingPane) -> None:
        """Write the text of a row below the list."""
        if not await self.close_text():
            return
        self._key, self._is_typed, self.pane = key, False, pane
        await self.mount(pane, after=self.list)
        self.refresh_frame()

    def on_writing_pane_typed(self, message: WritingPane.Typed) -> None:
        message.stop()
        self._is_typed = True
        self._rest.typed()

    async def on_writing_pane_finished(self, message: WritingPane.Finished) -> None:
        message.stop()
        await self.close_text()

    def flush(self) -> None:
        """Save the text being written, as far as it can be stored."""
        pane, key = self.pane, self._key
        if pane is None or not self._is_typed:
            return
        saved = self.save(lambda: self.store(key, pane))
        self._is_typed = not saved
        if saved and pane.is_attached and self.is_open:
            self.show_rows()

    def not_stored(self) -> str:
        return "" if self.pane is None else self.refused_date(self._key, self.pane)[1]

    async def close_text(self) -> bool:
        """Save and close the text being written; return False when it stays open, its date being refused.

        A second try closes it without the refused date, which a message says.
        """
        pane = self.pane
        if pane is None:
            return True
        self.flush()
        refused, problem = self.refused_date(self._key, pane)
        if not pane.may_close(refused):
            pane.focus_date()
            self.show_message(f"{problem} {CLOSE_WITHOUT_DATE}", warning=True)
            return False
        self.opened.end_typing()
        if problem:
            self.show_message(problem, warning=True)
        self.pane = None
        self._rest.stop()
        await pane.remove()
        self.show_rows(self._key)
        self.list.focus()
        return True

    async def action_back(self) -> None:
        """Close the text being written; when there is none, leave."""
        if self.pane is None:
            self.leave()
        else:
            await self.close_text()

    def turn(
        self, word: str, nothing: str, following: Callable[[], Edit | None], turn: Callable[[], object]
    ) -> None:
        if self.pane is None:  # the editor has its own undo
            super().turn(word, nothing, following, turn)


class OfReviewPage(TextBelowPage):
    """A page of a review, opened on the line of `place`; the keys of the notes note its rows."""

    def __init__(
        self,
        workspace: Workspace,
        session: Session | None,
        place: Place | None = None,
        keyboard: Keyboard = KEYBOARDS[DEFAULT_KEYBOARD],
    ) -> None:
        self._keyboard = keyboard
        super().__init__(workspace, session)
        self.line = None if place is None else place.line

    def made_list(self) -> NotedListing:
        return NotedListing(self._keyboard)

    def use_keyboard(self, keyboard: Keyboard) -> None:
        if isinstance(self.list, NotedListing):
            self.list.answers = keyboard.answers

    def row_of(self, edit: Edit) -> str | None:
        """Return the key of the row that an edit is about; None when it is about no row."""
        return next((change.key for change in edit.changes), None)

    def on_turned(self, edit: Edit) -> None:
        self.show_rows(self.row_of(edit))
