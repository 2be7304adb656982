"""The comment of a line, written below the table and saved as it is typed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ctg_tui.tui.screens.reviewing import book_of
from ctg_tui.tui.texts import shown
from ctg_tui.tui.view import DetailMode

if TYPE_CHECKING:
    from textual.widget import Widget

    from ctg_tui.services.review_book import ReviewBook
    from ctg_tui.tui.screens.grid_display import GridDisplay
    from ctg_tui.tui.screens.page import Page
    from ctg_tui.tui.screens.reviewing import GridReview
    from ctg_tui.tui.widgets.detail_pane import DetailPane


class CommentWriting:
    """Opens the editor of `pane` on the current line, saves it, and returns the focus to `table`."""

    def __init__(
        self, page: Page, display: GridDisplay, pane: DetailPane, table: Widget, review: GridReview
    ) -> None:
        self._page = page
        self._display = display
        self._pane = pane
        self._table = table
        self._review = review

    @property
    def is_open(self) -> bool:
        return self._pane.key is not None

    def open(self) -> None:
        """Write the comment of the line under the cursor, or show it whole when it cannot be edited."""
        activity = self._display.view.cell.activity
        if self._book is not None:
            from ctg_tui.domain.review_draft import Part, part_key

            self._open(part_key(Part.COMMENT, activity), "Votre remarque sur la ligne", "Votre remarque")
        elif self._page.opened.is_read_only:
            self._read(activity)
        else:
            self._open(activity, "Commentaire", "Votre commentaire")

    def ask(self) -> None:
        """Write a question about the line under the cursor, in the review of a file received."""
        if self._book is not None:
            self.close()
            activity = self._display.view.cell.activity
            self._open(
                self._book.draft.new_question(activity), "Votre question sur la ligne", "Votre question"
            )

    @property
    def _book(self) -> ReviewBook | None:
        """The review being written, which then takes the texts."""
        return book_of(self._page.opened)

    def _open(self, key: str, title: str, placeholder: str) -> None:
        """Write the text of `key`: the comment of a line, or a part of a review."""
        self._pane.open(key, self._text_of(key), placeholder)
        self._display.change(aside=DetailMode.COMMENT, whole_line=False, writing=title)

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
        key, text = self._pane.key, self._pane.text
        if key is None or text == self._text_of(key):
            return
        book = self._book
        write = self._page.opened.comment if book is None else book.type
        if self._page.save(lambda: write(key, text)) and self._page.is_open:
            self._display.take()
            if book is not None:
                self._review.show()

    def close(self) -> None:
        """Close the comment being written, if any, with all its letters saved."""
        if not self.is_open:
            return
        self.save()
        self._page.opened.end_typing()
        self._pane.close()
        self._display.change(aside=DetailMode.LINE)
        self._table.focus()

    def _text_of(self, key: str) -> str:
        book = self._book
        return self._comment_of(key) if book is None else book.draft.parts.get(key, "")

    def _comment_of(self, activity: str) -> str:
        return self._page.opened.assessment.comments.get(activity, "")
