"""What is typed while the window is too small for a page: dropped, and said once the page is there again."""

from __future__ import annotations

from typing import Final

from textual.events import Event, Key, Paste, Resize
from textual.geometry import Size

from ctg_tui.tui.messages import ToastApp
from ctg_tui.tui.screens.page import MIN_HEIGHT, MIN_WIDTH, Page
from ctg_tui.tui.signals import window_size
from ctg_tui.wording.french import NBSP, count

_QUIT: Final = "ctrl+q"


class SmallWindowApp(ToastApp):
    """Takes no key, paste or click for a page that « La fenêtre est trop petite » hides, but Ctrl+Q.

    A key that comes once the terminal has its size again waits until the page is laid out. So does one that
    came before a smaller size.
    """

    _dropped = 0
    """The keys and pastes dropped since the page was hidden."""

    def hides(self, event: Event | None) -> bool:
        if isinstance(event, Key) and event.key == _QUIT:
            return False
        screen = self.screen if self.screen_stack else None
        return isinstance(screen, Page) and screen.is_too_small

    def takes(self, event: Event) -> bool:
        if not self.hides(None):
            return True
        if not self.hides(event):
            self._dropped += self.gate.forget()  # they would answer what quitting may ask
            return True
        size = self.terminal_size or window_size()
        if size is not None and _is_large(size):
            self.post_message(Resize(size, size))
            return True
        self._dropped += isinstance(event, Key | Paste)
        return False

    def on_too_small_gone(self) -> None:
        """Say what was dropped, and go on with what waited."""
        self.gate.resume()
        if self._dropped:
            keys = count(self._dropped, "touche ignorée", "touches ignorées")
            self.notify(f"Fenêtre trop petite{NBSP}: {keys}. Rien n’a été changé.", markup=False)
            self._dropped = 0


def _is_large(size: Size) -> bool:
    return size.width >= MIN_WIDTH and size.height >= MIN_HEIGHT
