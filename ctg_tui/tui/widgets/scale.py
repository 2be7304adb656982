"""The keys that give notes, in words, always in sight under the table."""

from __future__ import annotations

from typing import ClassVar

from rich.segment import Segment
from textual.reactive import var

from ctg_tui.domain.french import NBSP
from ctg_tui.domain.grid import Grid, ScaleStep
from ctg_tui.tui.keyboards import Keyboard
from ctg_tui.tui.texts import shown
from ctg_tui.tui.view import Aside, Direction, View
from ctg_tui.tui.widgets.strips import Line, StripWidget


class ScaleBar(StripWidget):
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

    view: var[View | None] = var(None, init=False)

    def __init__(self, grid: Grid, keyboard: Keyboard) -> None:
        super().__init__()
        self._keyboard = keyboard
        self._steps = sorted(grid.scale, key=lambda step: (step.points is None, step.points or 0))

    def use(self, keyboard: Keyboard) -> None:
        """Show the keys of another layout."""
        self._keyboard = keyboard
        self.repaint()

    def watch_view(self, before: View | None, after: View | None) -> None:
        if before is None or after is None or _state(before) != _state(after):
            self.repaint()

    def paint(self, width: int, height: int) -> list[Line]:
        view = self.view
        if view is None:
            return []
        if view.aside is Aside.COMMENT:
            return [
                [
                    Segment(
                        " Échap pour finir : chaque lettre est déjà enregistrée.",
                        self.style_of("scale--soft"),
                    )
                ]
            ]
        line = [Segment(" ")]
        if view.whole_line:
            line.append(Segment(f"TOUTE LA LIGNE{NBSP}:  ", self.style_of("scale--strong")))
        for step in self._steps:
            line += [
                Segment(self._keyboard.keys_of(step.points), self.style_of("scale--key")),
                Segment(f"{NBSP}{_word(step)}  "),
            ]
        if view.whole_line:
            line.append(Segment("Échap pour renoncer", self.style_of("scale--soft")))
        elif view.direction is Direction.DOWN:
            line.append(Segment("↓ colonne par colonne", self.style_of("scale--soft")))
        return [line]


def _state(view: View) -> tuple[bool, Direction, bool]:
    return view.whole_line, view.direction, view.aside is Aside.COMMENT


def _word(step: ScaleStep) -> str:
    """The first words of a step: `Non / pas : réalisé…` is `Non`."""
    return shown(step.label).split(":")[0].split("/")[0].strip()
