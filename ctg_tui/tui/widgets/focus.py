"""Where the keys go."""

from __future__ import annotations

from textual.widget import Widget


class TakesLetters:
    """A widget, without text to type, in which letters are commands of its page."""


def focus(widget: Widget) -> None:
    """Give it every key from the next one on.

    Textual's own `widget.focus()` waits behind the keys already typed: on a slow machine, the first letters
    of a comment would be notes.
    """
    if widget.is_attached:
        widget.screen.set_focus(widget)
    else:
        widget.focus()
