"""The keys that give a note, per keyboard layout: complete presets, so that none takes another's key.

On AZERTY the digits need Shift: the same keys without it give the same notes.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, NamedTuple

from textual.message_pump import MessagePump

from ctg_tui.domain.assessment import NOT_CONCERNED, Answer, Rating
from ctg_tui.tui.level import current_level, drawable

_NOT_CONCERNED_KEYS: Final = ("n", "N", "x", "X")
_CLEAR_KEYS: Final = ("delete", "backspace")


class Keyboard(NamedTuple):
    """A layout of keys."""

    id: str
    label: str

    @property
    def unshifted(self) -> str:
        """The characters of the keys 0 to 3 without Shift; empty where they are digits."""
        from ctg_tui.wording.typed import UNSHIFTED

        return UNSHIFTED.get(self.id, "")[: len(Rating)]

    @property
    def row(self) -> str:
        """The characters of the keys 1 to 6 without Shift; empty where they are digits."""
        from ctg_tui.wording.typed import UNSHIFTED

        return UNSHIFTED.get(self.id, "")[1:7]

    @property
    def answers(self) -> Mapping[str, Answer | None]:
        """The answer that each key gives, by Textual's key names; None clears."""
        keys: dict[str, Answer | None] = {str(int(note)): note for note in Rating}
        for note, character in zip(Rating, self.unshifted, strict=False):
            keys[_KEYS_OF_CHARACTERS.get(character, character)] = note
        keys |= dict.fromkeys(_NOT_CONCERNED_KEYS, NOT_CONCERNED)
        return keys | dict.fromkeys(_CLEAR_KEYS)

    @property
    def drawn(self) -> str:
        """`unshifted`, where the terminal can draw all of it: « à » drawn as « a » would name another key."""
        unshifted = self.unshifted
        return unshifted if drawable(unshifted, current_level()) == unshifted else ""

    def keys_of(self, points: int | None) -> str:
        """Return the keys of a step of the scale, as the screen shows them: `2 é`; `points` None is NC."""
        if points is None:
            return "N"
        if not 0 <= points < len(self.drawn):
            return str(points)
        return f"{points} {self.drawn[points]}"

    def number_of(self, character: str) -> int | None:
        """Return the number of a key from 1 to 6, with or without Shift; None for another character."""
        if len(character) != 1:
            return None
        if character in self.row:
            return self.row.index(character) + 1
        return int(character) if character in "123456" else None

    @property
    def note_keys_text(self) -> str:
        """The keys of the notes, as the help shows them."""
        digits = "0 1 2 3"
        return f"{digits} ou {' '.join(self.drawn)}" if self.drawn else digits


_KEYS_OF_CHARACTERS: Final = {
    "&": "ampersand",
    '"': "quotation_mark",
    "*": "asterisk",
    "«": "left_pointing_double_angle_quotation_mark",
    "»": "right_pointing_double_angle_quotation_mark",
}

KEYBOARDS: Final[Mapping[str, Keyboard]] = {
    keyboard.id: keyboard
    for keyboard in (
        Keyboard("azerty", "AZERTY (France, Belgique)"),
        Keyboard("afnor", "AZERTY AFNOR (2019)"),
        Keyboard("bepo", "BÉPO"),
        Keyboard("qwerty", "QWERTY, QWERTZ"),
    )
}
DEFAULT_KEYBOARD: Final = "azerty"


def keyboard_of(pump: MessagePump) -> Keyboard:
    """Return the keyboard chosen in the settings of the app that `pump` belongs to."""
    settings = getattr(pump.app, "settings", None)
    keyboard: Keyboard = KEYBOARDS[DEFAULT_KEYBOARD] if settings is None else settings.keys
    return keyboard
