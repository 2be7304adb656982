"""The keys that give notes, in words, always in sight under the table."""

from __future__ import annotations

from typing import ClassVar, Final

from rich.cells import cell_len
from rich.segment import Segment

from ctg_tui.domain.assessment import Status
from ctg_tui.domain.french import NBSP
from ctg_tui.domain.grid import ScaleStep
from ctg_tui.tui.keyboards import Keyboard
from ctg_tui.tui.texts import fit, shown
from ctg_tui.tui.view import Aside, Direction, View
from ctg_tui.tui.widgets.panel import Panel
from ctg_tui.tui.widgets.strips import Line

_READ_ONLY: Final = f"Définitive, en lecture seule. Pour la corriger{NBSP}: Échap, puis R (révision)."
_WRITING: Final = f"Échap pour finir{NBSP}: le texte s’enregistre à mesure."


class ScaleBar(Panel):
    """`0 Non  1 Partiellement  2 Majoritairement  3 Oui  N Non concerné`, or what the next key will do."""

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
        if view.assessment.status is Status.FINAL:
            return [[Segment(fit(f" {_READ_ONLY}", width), self.style_of("scale--soft"))]]
        if view.aside is Aside.COMMENT:
            return [[Segment(f" {_WRITING}", self.style_of("scale--soft"))]]
        line = [Segment(" ")]
        if view.whole_line:
            line.append(Segment(f"TOUTE LA LIGNE{NBSP}:  ", self.style_of("scale--strong")))
        keys = [self._keyboard.keys_of(step.points) for step in self._steps]
        words = [f"{NBSP}{_word(step)}  " for step in self._steps]
        if sum(map(cell_len, [*keys, *words, *(piece.text for piece in line)])) > width:
            keys = ["N" if step.points is None else step.code for step in self._steps]
        for key, word in zip(keys, words, strict=True):
            line += [Segment(key, self.style_of("scale--key")), Segment(word)]
        if view.whole_line:
            line.append(Segment("Échap pour renoncer", self.style_of("scale--soft")))
        elif view.direction is Direction.DOWN:
            line.append(Segment("↓ colonne par colonne", self.style_of("scale--soft")))
        return [line]


def _state(view: View) -> tuple[bool, Direction, bool, Status]:
    return view.whole_line, view.direction, view.aside is Aside.COMMENT, view.assessment.status


def _word(step: ScaleStep) -> str:
    """The first words of a step: `Non / pas : réalisé…` is `Non`."""
    return shown(step.label).split(":")[0].split("/")[0].strip()
