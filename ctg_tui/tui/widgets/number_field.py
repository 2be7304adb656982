"""The field of every number: a year, a SIREN, hours, a salary, the number of an indicator."""

from __future__ import annotations

from textual.events import Key

from ctg_tui.tui.keyboards import keyboard_of
from ctg_tui.tui.widgets.fields import TextField
from ctg_tui.wording.typed import as_digits


class NumberField(TextField):
    """A line for a number: digits typed without Shift are digits on the screen too."""

    def on_key(self, event: Key) -> None:
        """Insert the digit that a key means on the person's keyboard."""
        character = event.character or ""
        digit = as_digits(character, keyboard_of(self).id)
        if len(character) == 1 and digit != character:
            event.stop()
            event.prevent_default()
            self.replace(digit, *self.selection)
