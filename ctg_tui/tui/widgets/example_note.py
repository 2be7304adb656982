"""On every page of the example: that it is one, and what the page shows."""

from __future__ import annotations

from typing import ClassVar

from rich.segment import Segment

from ctg_tui.tui.texts import wrap_at_most
from ctg_tui.tui.widgets.strips import Line, StripWidget
from ctg_tui.wording.help import NOTES, WARNING


class ExampleNote(StripWidget):
    """The warning, and below it the note of the page where there is room."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"example--warning"}
    DEFAULT_CSS = """
    ExampleNote { dock: top; height: 2; margin-top: 2; background: $panel; color: $foreground; }
    ExampleNote > .example--warning { color: $accent; text-style: bold; }
    """

    def __init__(self, page: str) -> None:
        """Make the note of the page whose class has this name."""
        super().__init__()
        self._note = NOTES.get(page, "")

    def paint(self, width: int, height: int) -> list[Line]:
        warning = wrap_at_most(WARNING, width - 2, 1)
        note = wrap_at_most(self._note, width - 2, height - 1) if height > 1 else []
        return [
            *([Segment(f" {line}", self.style_of("example--warning"))] for line in warning),
            *([Segment(f" {line}")] for line in note),
        ]
