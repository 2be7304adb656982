"""What is typed while the window is too small for a page: dropped, and said once the page is there again."""

from __future__ import annotations

from textual.events import Event, Key, Paste, Resize
from textual.geometry import Size

from ctg_tui.tui.key_gate import GatedApp
from ctg_tui.tui.screens.page import MIN_HEIGHT, MIN_WIDTH
from ctg_tui.tui.signals import window_size
from ctg_tui.wording.french import NBSP, count


class SmallWindow:
    """Decides on each key, paste or click for a page that « La fenêtre est trop petite » hides.

    One that comes once the terminal has its size again waits until the page is laid out.
    """

    def __init__(self, app: GatedApp) -> None:
        self._app = app
        self._dropped = 0
        """The keys and pastes dropped since the page was hidden."""

    def takes(self, event: Event) -> bool:
        """Return whether `event` is to be handled; else it is dropped."""
        app = self._app
        if not app.hides(event):  # it quits: what waits for the page would answer a question
            self._dropped += app.gate.forget()
            return True
        if _is_large(app.size):
            return True
        size = app.terminal_size or window_size()
        if size is not None and _is_large(size):
            app.post_message(Resize(size, size))
            return True
        self._dropped += isinstance(event, Key | Paste)
        return False

    def say(self) -> None:
        """Say how much was dropped."""
        if self._dropped:
            keys = count(self._dropped, "touche ignorée", "touches ignorées")
            self._app.notify(f"Fenêtre trop petite{NBSP}: {keys}. Rien n’a été changé.", markup=False)
            self._dropped = 0


def _is_large(size: Size) -> bool:
    return size.width >= MIN_WIDTH and size.height >= MIN_HEIGHT
