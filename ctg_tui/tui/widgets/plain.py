"""Small bases of widgets: a plain text, and letters as commands."""

from __future__ import annotations

from textual.content import Content
from textual.widgets import Static


class TakesLetters:
    """A widget, without text to type, in which letters are commands of its page."""


class PlainStatic(Static):
    """Shows a text as it is: `[/x]`, which would end the program as markup, is four characters here."""

    def __init__(
        self,
        text: str | Content = "",
        *,
        id: str | None = None,  # noqa: A002  - the name of Textual's own parameter
        classes: str | None = None,
    ) -> None:
        super().__init__(text, id=id, classes=classes, markup=False)
