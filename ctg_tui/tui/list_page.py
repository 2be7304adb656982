"""A page that is a list: Entrée and a click run its first command.

Give `rows()`, and call `show_rows()` after a change.
"""

from __future__ import annotations

from collections.abc import Iterable

from textual.widget import Widget

from ctg_tui.domain.changes import Edit
from ctg_tui.services.editing import Session
from ctg_tui.services.workspace import Workspace
from ctg_tui.tui.page import Page
from ctg_tui.tui.widgets.listing import Item, Listing


class ListPage(Page):
    """See the module's docstring."""

    DEFAULT_CSS = """
    ListPage > Listing { padding: 1 1 0 1; }
    """

    def __init__(self, workspace: Workspace, session: Session | None = None) -> None:
        super().__init__(workspace, session)
        self.list = Listing()

    def rows(self) -> Iterable[Item]:
        """Yield the rows as they are now."""
        raise NotImplementedError

    def body(self) -> Iterable[Widget]:
        return (self.list,)

    def show_rows(self, key: str | None = None) -> None:
        """Show the present rows, with the cursor on the one of `key`, else where it was."""
        self.list.show(list(self.rows()), key)
        self.refresh_frame()

    def on_mount(self) -> None:
        self.show_rows()

    def on_show_again(self) -> None:
        self.show_rows()

    def on_turned(self, edit: Edit) -> None:
        self.show_rows()

    def on_option_list_option_highlighted(self, message: Listing.OptionHighlighted) -> None:
        message.stop()
        self.on_row()

    def on_row(self) -> None:
        """Show what belongs to the row under the cursor: its commands."""
        self.refresh_frame()

    async def on_option_list_option_selected(self, message: Listing.OptionSelected) -> None:
        message.stop()
        await self.run_action(self.KEY_COMMANDS[0].run)
