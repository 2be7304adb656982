"""The messages: one at a time, on the row kept for them above the foot."""

from __future__ import annotations

from typing import Final

from textual.notifications import Notification, SeverityLevel

from ctg_tui.domain.text import clean
from ctg_tui.tui.characters import shown_text
from ctg_tui.tui.key_gate import GatedApp
from ctg_tui.tui.later import delays_of
from ctg_tui.wording.french import wrap

_EDGES: Final = 2
"""The cells of a message that are not text."""

TOAST_CSS: Final = """
ToastRack { dock: bottom; margin: 0 0 1 0; align: left bottom; max-height: 50%; overflow: hidden; }
.-pied KeyBar { height: 2; }
.-pied ToastRack { margin: 0 0 2 0; }
ToastHolder { display: none; }
ToastHolder:last-child { display: block; }
Toast {
    width: 1fr; max-width: 100%; padding: 0 1; margin: 0;
    background: $background; color: $foreground; border: none;
}
Toast.-warning { color: $warning; }
Toast.-error { color: $error; text-style: bold; }
"""


class ToastApp(GatedApp):
    """One message at a time, in plain text, its lines broken where French allows it.

    It stands on the row kept above the foot; a longer one wraps up over the page, which does not move. A
    message hides the one before; a warning hidden like this comes back when its time is not over.
    """

    _announced = ""
    """The last warning that is about no page."""

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
        text = "\n".join(wrap(shown_text(message), max(width, 1)))
        self.remove_toasts(text)
        stays = delays_of(self).message if timeout is None else timeout
        super().notify(text, title=clean(title), severity=severity, timeout=stays, markup=False)

    def announce(self, message: str, timeout: float | None = None) -> None:
        """Show a warning about the whole program: it stays until its time is over, on every page."""
        self._announced = clean(message, multiline=True)
        self.notify(message, severity="warning", timeout=timeout)

    def remove_former_toasts(self, *, of_dialog: bool = False) -> None:
        """Remove the toasts that were there before the last key or click: the page that they are about goes.

        What leaving the page has to say came after that key, and stays. So does what is announced, and, where
        only a dialog goes, a warning of the page below it.
        """
        for toast in self.notifications:
            stays = toast.severity != "information" if of_dialog else self._is_announced(toast)
            if toast.raised_at < self.gate.given_at and not stays:
                self.forget(toast)

    def _is_announced(self, toast: Notification) -> bool:
        return "".join(toast.message.split()) == "".join(self._announced.split())

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
