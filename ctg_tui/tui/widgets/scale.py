"""The keys that give notes, in words, always visible under the table."""

from __future__ import annotations

from typing import ClassVar, Final

from rich.cells import cell_len
from rich.segment import Segment

from ctg_tui.domain.grid import ScaleStep
from ctg_tui.tui.keyboards import Keyboard
from ctg_tui.tui.texts import fit, shown
from ctg_tui.tui.view import DetailMode, Direction, View
from ctg_tui.tui.widgets.panel import Panel
from ctg_tui.tui.widgets.strips import Line
from ctg_tui.wording.french import NBSP

_SHORT_WORDS: Final = (8, 5, 4, 0)
"""Letters of a word, from the most to the least."""
_WRITING: Final = f"Échap pour finir{NBSP}: le texte s’enregistre automatiquement."


class ScaleBar(Panel):
    """`0 Non 1 Partiellement 2 Majoritairement 3 Oui N Non concerné`, or the target of the next key."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"scale--key", "scale--soft", "scale--strong"}
    DEFAULT_CSS = """
    ScaleBar {
        background: $surface;
        &>.scale--key { color: $accent; text-style: bold; }
        &>.scale--soft { color: $discret; }
        &>.scale--strong { text-style: bold; }
    }
    """

    def __init__(self, view: View, keyboard: Keyboard) -> None:
        super().__init__(view)
        self._keyboard = keyboard
        self._steps = sorted(view.grid.scale, key=lambda step: (step.points is None, step.points or 0))

    def use(self, keyboard: Keyboard) -> None:
        """Show the keys of another layout."""
        self._keyboard = keyboard
        self.repaint()

    def differs(self, before: View, after: View) -> bool:
        return _state(before) != _state(after)

    def paint(self, width: int, height: int) -> list[Line]:
        view = self.view
        if view.read_only:
            return [[Segment(fit(f" {view.read_only}", width), self.style_of("scale--soft"))]]
        if view.aside is DetailMode.COMMENT:
            return [[Segment(f" {_WRITING}", self.style_of("scale--soft"))]]
        before = f"TOUTE LA LIGNE{NBSP}: " if view.whole_line else ""
        after = ""
        if view.whole_line:
            after = "Échap pour renoncer"
        elif view.direction is Direction.DOWN:
            after = "↓ colonne par colonne"
        room = width - 1 - cell_len(before) - cell_len(after)
        line = [Segment(f" {before}", self.style_of("scale--strong"))]
        for key, word in self._fitting(room):
            line += [Segment(key, self.style_of("scale--key")), Segment(word)]
        line.append(Segment(after, self.style_of("scale--soft")))
        return [line]

    def _fitting(self, room: int) -> list[tuple[str, str]]:
        """Return each key with its word, shortened to fit `room` cells.

        The other keys are left out first, then the words are shortened, then left out: the codes stand beside
        the table too.
        """
        codes = ["N" if step.points is None else step.code for step in self._steps]
        words = [_word(step) for step in self._steps]
        keys = [self._keyboard.keys_of(step.points) for step in self._steps]
        for shown_keys, length in (
            (keys, None),
            (codes, None),
            *((codes, letters) for letters in _SHORT_WORDS),
        ):
            shown_words = [f"{NBSP}{_shortened(word, length)}  " if length != 0 else "  " for word in words]
            if sum(map(cell_len, [*shown_keys, *shown_words])) <= room:
                break
        return list(zip(shown_keys, shown_words, strict=True))


def _state(view: View) -> tuple[bool, Direction, bool, str]:
    return view.whole_line, view.direction, view.aside is DetailMode.COMMENT, view.read_only


def _shortened(word: str, length: int | None) -> str:
    """Return `word` in at most `length` letters and a full stop: `Majorit.`"""
    return word if length is None or len(word) <= length + 1 else f"{word[:length].rstrip()}."


def _word(step: ScaleStep) -> str:
    """Return the first words of a step: `Non / pas : réalisé…` is `Non`."""
    return shown(step.label).split(":")[0].split("/")[0].strip()
