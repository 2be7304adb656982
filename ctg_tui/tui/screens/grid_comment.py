"""The comment of a line, written below the table and saved as it is typed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ctg_tui.tui.texts import shown
from ctg_tui.tui.view import DetailMode

if TYPE_CHECKING:
    from textual.widget import Widget

    from ctg_tui.tui.screens.grid_display import GridDisplay
    from ctg_tui.tui.screens.page import Page
    from ctg_tui.tui.widgets.detail_pane import DetailPane


class CommentWriting:
    """Opens the editor of `pane` on the current line, saves it, and returns the focus to `table`."""

    def __init__(self, page: Page, display: GridDisplay, pane: DetailPane, table: Widget) -> None:
        self._page = page
        self._display = display
        self._pane = pane
        self._table = table

    @property
    def is_open(self) -> bool:
        return self._pane.activity is not None

    def open(self) -> None:
        """Write the comment of the line under the cursor, or show it whole when it cannot be edited."""
        activity = self._display.view.cell.activity
        if self._page.opened.is_read_only:
            self._read(activity)
            return
        self._pane.open(activity, self._comment_of(activity))
        self._display.change(aside=DetailMode.COMMENT, whole_line=False)

    def _read(self, activity: str) -> None:
        from ctg_tui.tui.screens.reading import ReadingScreen
        from ctg_tui.tui.screens.summary_items import sentence

        text = self._comment_of(activity)
        if not text:
            self._page.show_message(self._page.opened.read_only_refusal().message, warning=True)
        elif self._page.is_current:
            label = self._display.view.activity.label
            paragraphs = [sentence(shown(paragraph)) for paragraph in text.splitlines()]
            self._page.app.push_screen(
                ReadingScreen("Commentaire de la ligne", [sentence(shown(label)), *paragraphs])
            )

    def save(self) -> None:
        """Save the typed comment, if it differs from the stored one."""
        activity, text = self._pane.activity, self._pane.text
        if activity is None or text == self._comment_of(activity):
            return
        if self._page.save(lambda: self._page.opened.comment(activity, text)) and self._page.is_open:
            self._display.take()

    def close(self) -> None:
        """Close the comment being written, if any, with all its letters saved."""
        if not self.is_open:
            return
        self.save()
        self._page.opened.end_typing()
        self._pane.close()
        self._display.change(aside=DetailMode.LINE)
        self._table.focus()

    def _comment_of(self, activity: str) -> str:
        return self._page.opened.assessment.comments.get(activity, "")
