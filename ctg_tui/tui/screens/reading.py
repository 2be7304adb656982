"""A text over a page, read by scrolling, until it is closed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.widget import Widget

from ctg_tui.tui.screens.dialog import Dialog
from ctg_tui.tui.widgets.listing import Item, Listing
from ctg_tui.tui.widgets.plain import PlainStatic


class ReadingScreen(Dialog[None]):
    """A title, and below it the lines that the arrows scroll."""

    DEFAULT_CSS = """
    ReadingScreen { align: center middle; background: $background 60%; }
    ReadingScreen > Vertical {
        width: 96%; max-width: 100; height: 90%;
        background: $surface; border: solid $border; padding: 0 1;
    }
    ReadingScreen Static { height: 1; text-style: bold; color: $primary; }
    ReadingScreen ActionLine { margin-top: 1; }
    ReadingScreen Listing { background: $surface; scrollbar-gutter: stable; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape,enter", "close", "Fermer", show=False)]

    def __init__(self, title: str, items: Sequence[Item]) -> None:
        super().__init__()
        self._title = title
        self._items = tuple(items)

    def compose(self) -> ComposeResult:
        with Vertical():
            yield PlainStatic(f"{self._title}   (Échap pour fermer)")
            yield Listing(self._items)
            yield from self.below()

    def below(self) -> Iterable[Widget]:
        """Yield what stands below the lines."""
        return ()

    def action_close(self) -> None:
        self.dismiss(None)
