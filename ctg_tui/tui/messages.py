"""The toasts: short messages over the page."""

from __future__ import annotations

from typing import Final

from textual.notifications import SeverityLevel

from ctg_tui.domain.text import clean
from ctg_tui.tui.key_gate import GatedApp
from ctg_tui.wording.wrapping import wrap

_EDGES: Final = 4
"""The cells of a toast that are not text."""

TOAST_CSS: Final = """
ToastRack { layer: default; dock: bottom; margin: 0 0 1 0; align: left bottom; max-height: 50%; }
GridScreen.-haut ToastRack { margin: 0 0 2 0; }
ToastHolder { display: none; }
ToastHolder:last-child { display: block; }
Toast {
    width: 1fr; max-width: 100%; padding: 0 1; margin: 0;
    background: $panel; border: none; border-left: solid $success;
}
Toast.-warning { border-left: solid $warning; }
Toast.-error { border-left: solid $error; }
"""


class ToastApp(GatedApp):
    """One toast at a time, in plain text, its lines broken where French allows it.

    It stands on lines of its own above the key bar: the page gives it the room, so it covers nothing. A toast
    hides the one before; a warning hidden like this comes back when its time is not over.
    """

    NOTIFICATION_TIMEOUT = 4

    def notify(
        self,
        message: str,
        *,
        title: str = "",
        severity: SeverityLevel = "information",
        timeout: float | None = None,
        markup: bool = False,
    ) -> None:
        """Show a toast; `message` and `title` are plain text, never markup."""
        width = self.size.width - _EDGES
        # Textual would break at a no-break space too, and start a line with « : » or « ? ».
        text = "\n".join(wrap(clean(message, multiline=True), max(width, 1)))
        self.remove_toasts(text)
        super().notify(text, title=clean(title), severity=severity, timeout=timeout, markup=False)

    def remove_former_toasts(self) -> None:
        """Remove the toasts that were there before the last key or click: the page that they are about goes.

        Warnings and errors stay until their time is over: they can be about what was typed last.
        """
        for toast in self.notifications:
            if toast.severity == "information" and toast.raised_at < self.gate.given_at:
                self.forget(toast)

    def remove_toasts(self, message: str = "") -> None:
        """Remove the toasts, except a last warning or error, which stays until its time is over.

        A warning that equals `message` goes too: it is about to be shown again. Several toasts would cover
        the page.
        """
        toasts = self.notifications
        lasting = [toast for toast in toasts if toast.severity != "information" and toast.message != message]
        for toast in toasts:
            if toast not in lasting[-1:]:
                self.forget(toast)
