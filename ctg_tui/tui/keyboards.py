"""The keys that give a note, per keyboard layout: complete presets, so that none takes another's key.

On AZERTY the digits need Shift: the same keys without it give the same notes.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, NamedTuple

from ctg_tui.domain.answers import NOT_CONCERNED, Answer, Rating

_NOT_CONCERNED_KEYS: Final = ("n", "N", "x", "X")
_CLEAR_KEYS: Final = ("delete", "backspace")


class Keyboard(NamedTuple):
    """A layout. `unshifted`: the characters of the keys 0 to 3 without Shift, where they are not digits.

    `row` are those of the keys 1 to 6.
    """

    id: str
    label: str
    unshifted: tuple[str, str, str, str] | None
    row: str = ""

    @property
    def answers(self) -> Mapping[str, Answer | None]:
        """The answer that each key gives, by Textual's key names; None clears."""
        keys: dict[str, Answer | None] = {str(int(note)): note for note in Rating}
        for note, character in zip(Rating, self.unshifted or (), strict=False):
            keys[_KEYS_OF_CHARACTERS.get(character, character)] = note
        keys |= dict.fromkeys(_NOT_CONCERNED_KEYS, NOT_CONCERNED)
        return keys | dict.fromkeys(_CLEAR_KEYS)

    def keys_of(self, points: int | None) -> str:
        """Return the keys of a step of the scale, as the screen shows them: `2 é`; `points` None is NC."""
        if points is None:
            return "N"
        if self.unshifted is None or not 0 <= points < len(self.unshifted):
            return str(points)
        return f"{points} {self.unshifted[points]}"

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
        return digits if self.unshifted is None else f"{digits} ou {' '.join(self.unshifted)}"


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
        Keyboard("azerty", "AZERTY (France, Belgique)", ("à", "&", "é", '"'), "&é\"'(-"),
        Keyboard("afnor", "AZERTY AFNOR (2019)", ("»", "à", "é", "è"), "àéèê()"),
        Keyboard("bepo", "BÉPO", ("*", '"', "«", "»"), '"«»()@'),
        Keyboard("qwerty", "QWERTY, QWERTZ", None),
    )
}
DEFAULT_KEYBOARD: Final = "azerty"
