"""A button of one row, over Textual's own."""

from __future__ import annotations

from textual.content import Content
from textual.geometry import Offset
from textual.widgets import Button

from ctg_tui.tui.characters import shown


class PlainButton(Button):
    """A button whose label is text, never markup; Entrée or a click presses it.

    It keeps a column for its label: painted without any, before a layout, a label would end the application.
    """

    DEFAULT_CSS = """
    PlainButton {
        width: auto;
        min-width: 3;
        height: 1;
        text-wrap: nowrap;  /* a label that wraps ends the program where a layout leaves it no width */
        text-overflow: ellipsis;
        &.-style-default {
            background: $ligne;
            color: $foreground;
            text-style: none;
            &:hover { background: $ligne; }
            &.-active { background: $ligne; tint: transparent; }
            &:focus {
                background: $curseur; color: $curseur-texte; text-style: bold; background-tint: transparent;
            }
        }
    }
    """

    def __init__(self, label: str, *, identifier: str | None = None, action: str | None = None) -> None:
        """Show `label`; a press runs `action`, or sends `Button.Pressed`."""
        super().__init__(Content(shown(label)), id=identifier, action=action, compact=True)
        self.active_effect_duration = 0

    @property
    def cursor_screen_offset(self) -> Offset:
        """The cell of the screen of the first letter."""
        return self.content_region.offset + Offset(1, 0)
