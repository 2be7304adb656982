"""What is told for a moment, over the page."""

from __future__ import annotations

from textual.notifications import SeverityLevel

from ctg_tui.domain.text import clean
from ctg_tui.tui.key_gate import GatedApp
from ctg_tui.wording.wrapping import wrap

_WIDEST, _EDGES = 60, 4
"""The cells of a message (four fifths of a narrow window), and those of its border and padding."""


class TellingApp(GatedApp):
    """One message at a time, in plain text, its lines cut where French allows it."""

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
        """The one door of what is told for a moment: plain text, whoever wrote it."""
        width = min(_WIDEST, self.size.width * 4 // 5) - _EDGES
        # Cut here: Textual would cut at a no-break space too, and start a line with « : » or « ? ».
        told = "\n".join(wrap(clean(message, multiline=True), max(width, 1)))
        self.make_room(told)
        super().notify(told, title=clean(title), severity=severity, timeout=timeout, markup=False)

    def make_room(self, told: str = "") -> None:
        """Several messages would cover the page. The last warning or error stays beside what is told after it
        until its time is over, unless it is what is told again.
        """
        lasting = [one for one in self.notifications if one.severity != "information" and one.message != told]
        for one in self.notifications:
            if one not in lasting[-1:]:
                self.forget(one)
