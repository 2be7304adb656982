"""The one widget of Textual's for a text: whatever stands in the text is shown, never obeyed."""

from __future__ import annotations

from textual.content import Content
from textual.widgets import Static


class PlainStatic(Static):
    """Show a text as it is: `[/x]`, which would end the program as markup, is four characters here."""

    def __init__(
        self,
        text: str | Content = "",
        *,
        id: str | None = None,  # noqa: A002 - Textual's own word for it
        classes: str | None = None,
    ) -> None:
        super().__init__(text, id=id, classes=classes, markup=False)
