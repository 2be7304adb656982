"""The keys that give notes, in words, always visible under the table; a click gives the note too."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Final, NamedTuple

from rich.cells import cell_len
from rich.segment import Segment
from textual import events
from textual.message import Message

from ctg_tui.domain.assessment import NOT_CONCERNED, Answer, Rating
from ctg_tui.domain.grid import ScaleStep
from ctg_tui.tui.keyboards import Keyboard
from ctg_tui.tui.texts import fit, shown
from ctg_tui.tui.view import DetailMode, Direction, View
from ctg_tui.tui.widgets.panel import Panel
from ctg_tui.tui.widgets.strips import Line
from ctg_tui.wording.french import NBSP

_SHORT_WORDS: Final = (7, 5, 4)
"""Letters of a word, from the most to the least."""
_WRITING: Final = f"Échap pour finir{NBSP}: le texte s’enregistre automatiquement."


class _Button(NamedTuple):
    """A key, its word, and the answer that it gives."""

    key: str
    word: str
    answer: Answer | None

    @property
    def width(self) -> int:
        return cell_len(self.key) + cell_len(self.word)


_ERASE: Final = _Button("Suppr", f"{NBSP}effacer", None)


class ScaleBar(Panel):
    """Buttons, and a reminder of the keys.

    `0 Non 1 Partiellement 2 Majoritairement 3 Oui N Non concerné`, or the target of the next key."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"scale--key", "scale--soft", "scale--strong"}
    DEFAULT_CSS = """
    ScaleBar {
        background: $surface;
        &>.scale--key { color: $accent; text-style: bold; }
        &>.scale--soft { color: $discret; }
        &>.scale--strong { text-style: bold; }
    }
    """

    @dataclass
    class Given(Message):
        """A step was clicked: its note or NC, or (None) nothing any more, for the cell under the cursor."""

        answer: Answer | None

    class Left(Message):
        """What Échap leaves was clicked: a comment, or the note for a whole line."""

    def __init__(self, view: View, keyboard: Keyboard) -> None:
        super().__init__(view)
        self._keyboard = keyboard
        self._places: list[tuple[int, int, Answer | None]] = []
        """The first cell of each button, the one past its last, and its answer."""
        self._steps = sorted(view.grid.scale, key=lambda step: (step.points is None, step.points or 0))

    def use(self, keyboard: Keyboard) -> None:
        """Show the keys of another layout."""
        self._keyboard = keyboard
        self.repaint()

    def on_click(self, event: events.Click) -> None:
        for start, end, answer in self._places:
            if start <= event.x < end:
                self.post_message(self.Given(answer))
                return
        if self.view.whole_line or self.view.aside is DetailMode.COMMENT:
            self.post_message(self.Left())

    def differs(self, before: View, after: View) -> bool:
        return _state(before) != _state(after)

    def paint(self, width: int, height: int) -> list[Line]:
        view = self.view
        self._places = []
        if view.aside is DetailMode.COMMENT:  # also of a file received: what is written is a review
            return [[Segment(f" {_WRITING}", self.style_of("scale--soft"))]]
        if view.read_only:
            return [[Segment(fit(f" {view.read_only}", width), self.style_of("scale--soft"))]]
        before = f"TOUTE LA LIGNE{NBSP}: " if view.whole_line else ""
        after = ""
        if view.whole_line:
            after = "Échap pour renoncer"
        elif view.direction is Direction.DOWN:
            after = "↓ colonne par colonne"
        line = [Segment(f" {before}", self.style_of("scale--strong"))]
        used = 1 + cell_len(before)
        for button in self._fitting(width - used - (cell_len(after) + 2 if after else 0)):
            line += [Segment(button.key, self.style_of("scale--key")), Segment(f"{button.word}  ")]
            self._places.append((used, used + button.width, button.answer))
            used += button.width + 2
        line.append(Segment(after, self.style_of("scale--soft")))
        return [line]

    def _fitting(self, room: int) -> list[_Button]:
        """Return each key with its word, shortened to fit `room` cells.

        « Non concerné » is named by its code first, and the other keys of a note are left out; then the words
        are shortened, the key that erases is left out with its word, and the words: the codes stand beside
        the table too.
        """
        codes = ["N" if step.points is None else step.code for step in self._steps]
        words = [_word(step) for step in self._steps]
        brief = ["NC" if step.points is None else _word(step) for step in self._steps]
        keys = [self._keyboard.keys_of(step.points) for step in self._steps]
        answers = [NOT_CONCERNED if step.points is None else Rating(step.points) for step in self._steps]
        short = [[_shortened(word, letters) for word in brief] for letters in _SHORT_WORDS]
        none = [""] * len(words)
        buttons: list[_Button] = []
        for shown_keys, shown_words, erase in (
            (keys, words, [_ERASE]),
            (keys, brief, [_ERASE]),
            *((codes, each, [_ERASE]) for each in (words, brief, *short)),
            *((codes, each, []) for each in short),
            (codes, none, []),
        ):
            said = [f"{NBSP}{word}" if word else "" for word in shown_words]
            given = zip(shown_keys, said, answers, strict=True)
            buttons = [*(_Button(*each) for each in given), *erase]
            if sum(button.width + 2 for button in buttons) - 2 <= room:
                break
        return buttons


def _state(view: View) -> tuple[bool, Direction, bool, str]:
    return view.whole_line, view.direction, view.aside is DetailMode.COMMENT, view.read_only


def _shortened(word: str, length: int) -> str:
    """Return `word` in at most `length` letters and a full stop: `Majorit.`"""
    return word if len(word) <= length + 1 else f"{word[:length].rstrip()}."


def _word(step: ScaleStep) -> str:
    """Return the first words of a step: `Non / pas : réalisé…` is `Non`."""
    return shown(step.label).split(":")[0].split("/")[0].strip()
