"""A page that is a list, perhaps with a field or a text below it: Entrée runs the first command; its filter.

Give `rows()`; Entrée and a click run the first of `KEY_COMMANDS`. Call `show_rows()` after a change.
`heading()` stays in sight above the rows. Tab goes to a field below the list, and Échap back to it. The text
of a row (`TextBelowPage`) is saved as it is typed.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from typing import TYPE_CHECKING

from textual import on
from textual.content import Content
from textual.events import DescendantFocus, Paste
from textual.widget import Widget

from ctg_tui.domain.changes import Edit
from ctg_tui.tui.characters import fit, shown
from ctg_tui.tui.commands import Command, adapted
from ctg_tui.tui.later import Autosave
from ctg_tui.tui.page import Page
from ctg_tui.tui.saving import NOT_STORED
from ctg_tui.tui.widgets.editor import WritingPane
from ctg_tui.tui.widgets.fields import FileRow, FormRow, TextField
from ctg_tui.tui.widgets.listing import Item, Listing
from ctg_tui.tui.widgets.strips import PlainStatic
from ctg_tui.wording.typed import CLOSE_WITHOUT_DATE, refused_date

if TYPE_CHECKING:
    from ctg_tui.services.editing import Session
    from ctg_tui.services.workspace import Workspace


class HomeFilter(FormRow):
    """Gives the words typed to `use`; Entrée calls `done`."""

    DEFAULT_CSS = """
    HomeScreen HomeFilter { dock: bottom; margin-bottom: 1; padding: 0 2; }
    """

    def __init__(
        self, use: Callable[[str], object], done: Callable[[], object], label: str = "Chercher"
    ) -> None:
        self._words = TextField(placeholder="un territoire, un nom, une année…")
        super().__init__(label, self._words)
        self._use = use
        self._done = done
        self._used = ""

    def take_focus(self) -> None:
        """Put the focus in the field."""
        self._words.focus()

    def clear(self) -> None:
        """Show everything again."""
        self._words.fill("")

    @on(TextField.Changed)
    def _on_typed(self, event: TextField.Changed) -> None:
        event.stop()
        words = event.value.strip()
        if words != self._used:
            self._used = words
            self._use(words)

    @on(TextField.Submitted)
    def _on_submitted(self, event: TextField.Submitted) -> None:
        event.stop()
        self._done()


class ListPage(Page):
    """See the module's docstring."""

    DEFAULT_CSS = """
    ListPage Listing { padding: 0 1; }
    ListPage #titre { height: 1; padding: 0 3; color: $discret; text-style: bold; }
    ListPage.-haut #titre { margin-top: 1; }
    ListPage.-haut.-sans-titre > Listing { padding-top: 1; }
    ListPage FormRow { padding: 0 2; }
    """

    def __init__(self, workspace: Workspace, session: Session | None = None) -> None:
        super().__init__(workspace, session)
        self.list = self.made_list()
        self._heading = PlainStatic(id="titre")

    def made_list(self) -> Listing:
        return Listing()

    def rows(self) -> Iterable[Item]:
        """Yield the rows as they are now."""
        raise NotImplementedError

    def heading(self) -> str:
        """Return the line above the rows; without one there is none."""
        return ""

    def show_rows(self, key: str | None = None) -> None:
        """Show the present rows, with the cursor on the one of `key`, else where it was."""
        self.list.show(list(self.rows()), key)
        self.show_heading()
        self.refresh_frame()

    def show_heading(self) -> None:
        heading = shown(self.heading())
        self._heading.display = bool(heading)
        self.set_class(not heading, "-sans-titre")
        self._heading.update(Content(fit(heading, max(self.size.width - 6, 10))))

    def body(self) -> Iterable[Widget]:
        return self._heading, self.list

    def on_resize(self) -> None:
        self.show_heading()

    def select_next(self, wanted: Collection[str]) -> bool:
        """Go to the next row of `wanted`, from the top again after the last; return False without any."""
        keys = self.list.keys
        start = keys.index(self.list.key) + 1 if self.list.key in keys else 0
        found = next((key for key in (*keys[start:], *keys[:start]) if key in wanted), None)
        if found is not None:
            self.list.select(found)
        return found is not None

    async def action_leave(self) -> None:
        """Go back from a field to the list; from the list, leave."""
        if self.is_typing and any(self.list.keys):
            self.list.focus()
        else:
            await super().action_leave()

    def on_mount(self) -> None:
        self.show_rows()

    def on_show_again(self) -> None:
        self.show_rows()

    def on_turned(self, edit: Edit) -> None:
        self.show_rows()

    async def on_listing_chosen(self, message: Listing.Chosen) -> None:
        message.stop()
        await self.run_action(self.KEY_COMMANDS[0].run)

    @property
    def is_typing(self) -> bool:
        return isinstance(self.focused, TextField)

    @property
    def is_resting(self) -> bool:
        """Whether no field takes the keys, which then act on the rows."""
        return not self.is_typing

    def commands(self) -> tuple[Command, ...]:
        """Return the commands available: while a field is typed in, letters are text."""
        every = super().commands()
        own = {one.id for one in self.KEY_COMMANDS if not one.keys} if self.is_typing else ()
        return tuple(one for one in every if one.id not in own)

    def on_descendant_focus(self, event: DescendantFocus) -> None:
        self.refresh_frame()

    def on_paste(self, event: Paste) -> None:
        """Take the file that was dropped on the window, on a page with a field for one."""
        if not self.is_typing and any(file_row.drop(event.text) for file_row in self.query(FileRow)):
            event.stop()


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
        return adapted(every, {"leave": {"label": "finir"}}) if self.is_typing else every

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
        self.refresh_head()

    async def on_writing_pane_finished(self, message: WritingPane.Finished) -> None:
        message.stop()
        await self.close_text()

    def flush(self) -> None:
        """Save the text being written, as far as it can be stored."""
        pane, key = self.pane, self._key
        if pane is None or not self._is_typed:
            return
        saved = self.save_text(lambda: self.store(key, pane))
        self._is_typed = not saved
        if not saved:
            self._rest.again()
        if saved and pane.is_attached and self.is_open:
            self.show_rows()

    def not_stored(self) -> str:
        if self.pane is None:
            return ""
        refused = self.refused_date(self._key, self.pane)[1]
        return refused or (NOT_STORED if self._is_typed else "")

    @property
    def is_unsaved(self) -> bool:
        return self.pane is not None and self._is_typed

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
        if self.session is not None:
            self.session.end_typing()
        if problem:
            self.show_message(problem, warning=True)
        self.pane = None
        self._rest.stop()
        await pane.remove()
        self.show_rows(self._key)
        self.list.focus()
        return True

    async def drop_text(self) -> None:
        """Close the text being written, which stays as it is stored."""
        pane, self.pane, self._is_typed = self.pane, None, False
        self._rest.stop()
        if pane is not None:
            await pane.remove()
        self.show_rows(self._key)
        self.list.focus()

    async def action_leave(self) -> None:
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
