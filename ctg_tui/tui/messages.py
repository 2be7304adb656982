"""The toasts: short messages over the page."""

from __future__ import annotations

from textual.notifications import SeverityLevel

from ctg_tui.domain.text import clean
from ctg_tui.tui.key_gate import GatedApp
from ctg_tui.wording.wrapping import wrap

_WIDEST, _EDGES = 60, 4
"""The most cells of a toast (four fifths of a narrow window), and those of its border and padding."""


class ToastApp(GatedApp):
    """One toast at a time, in plain text, its lines broken where French allows it."""

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
        width = min(_WIDEST, self.size.width * 4 // 5) - _EDGES
        # Textual would break at a no-break space too, and start a line with « : » or « ? ».
        text = "\n".join(wrap(clean(message, multiline=True), max(width, 1)))
        self.remove_toasts(text)
        super().notify(text, title=clean(title), severity=severity, timeout=timeout, markup=False)

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
