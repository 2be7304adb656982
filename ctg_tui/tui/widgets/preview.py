"""Beside the list: the date that counts, the way on, the steps."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Final

from rich.cells import cell_len
from rich.segment import Segment
from textual import events
from textual.message import Message

from ctg_tui.domain.errors import Refusal
from ctg_tui.domain.steps import Step
from ctg_tui.services.home import Preview, preview
from ctg_tui.tui.characters import fit, shown
from ctg_tui.tui.widgets.strips import Line, StripWidget
from ctg_tui.wording.french import NBSP, due_words, wrap
from ctg_tui.wording.lines import line_number
from ctg_tui.wording.steps import step_to_take, stops

if TYPE_CHECKING:
    from textual.timer import Timer

    from ctg_tui.domain.steps import Progress
    from ctg_tui.services.workspace import Summary, Workspace

_REST_SECONDS: Final = 0.08
_ROLES: Final = ("plain", "soft", "button", "second")

Span = tuple[str, str]
"""A text and its role."""


class HomePreview(StripWidget):
    """What the chosen year needs now; a click on a button does what its key does."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {f"preview--{role}" for role in _ROLES}
    DEFAULT_CSS = """
    HomePreview {
        height: 1fr;
        &>.preview--soft { color: $discret; }
        &>.preview--button { background: $curseur; color: $curseur-texte; text-style: bold; }
        &>.preview--second { background: $panel; color: $foreground; }
    }
    """

    class Read(Message):
        """The chosen assessment was read."""

    @dataclass
    class Pressed(Message):
        """A button was clicked."""

        action: str

    def __init__(self, workspace: Workspace) -> None:
        super().__init__()
        self._workspace = workspace
        self._chosen: Summary | None = None
        self._following: int | None = None
        self._made = ""
        self._timer: Timer | None = None
        self._preview: Preview | None = None
        self._refused = ""
        self._buttons: list[tuple[int, int, int, str]] = []
        """The line, the first cell, the one past the last, and the action of each button."""

    def show_soon(self, chosen: Summary | None, following: int | None, made: str) -> None:
        """Show an assessment once the cursor rests: reading each one passed over would slow it.

        `following` is the year that can be begun from it, `made` says what was made for the Caf.
        """
        self._chosen, self._following, self._made = chosen, following, made
        if self._timer is not None:
            self._timer.stop()
        self._timer = self.set_timer(_REST_SECONDS, self._read)

    def _read(self) -> None:
        # Below another page, or while edits wait for the disk: the list asks again when either is over.
        if not self.screen.is_current or self._workspace.writer.waiting:
            return
        self._preview, self._refused = None, ""
        try:
            if self._chosen is not None:
                self._preview = preview(self._workspace, self._chosen.entry.id)
        except Refusal as refusal:
            self._refused = refusal.sentences()
        self.repaint()
        self.post_message(self.Read())

    @property
    def next_step(self) -> Progress | None:
        """The step that the chosen assessment goes on at, when that is not a line of its grid."""
        return None if self._preview is None else self._preview.next_step

    def on_click(self, event: events.Click) -> None:
        for y, start, end, action in self._buttons:
            if y == event.y and start <= event.x < end:
                self.post_message(self.Pressed(action))

    # painting

    def paint(self, width: int, height: int) -> list[Line]:
        self._buttons = []
        lines: list[list[Span]] = [[]]
        room = max(width - 2, 10)
        if self._refused:
            lines += [[(line, "plain")] for line in wrap(shown(self._refused), room)]
        elif self._preview is not None and self._chosen is not None:
            lines += self._content(self._preview, self._chosen, room)
        return [[Segment(text, self.style_of(f"preview--{role}")) for text, role in line] for line in lines]

    def _content(self, seen: Preview, chosen: Summary, width: int) -> list[list[Span]]:
        sentences = [*self._sentences(seen, chosen)]
        lines = [[(line, "plain")] for sentence in sentences for line in wrap(sentence, width)]
        lines += [[], self._button_line(seen, len(lines) + 2, width), [], []]
        return [*lines, *_steps(seen, width)]

    def _sentences(self, seen: Preview, chosen: Summary) -> Iterator[str]:
        today, identity = self._workspace.today(), seen.assessment.identity
        if not _is_final(chosen):
            yield due_words(seen.grid.campaign, identity.year, today)
        if self._made:
            yield self._made

    def _button_line(self, seen: Preview, y: int, width: int) -> list[Span]:
        """Return the buttons of line `y` that fit, and keep where they can be clicked."""
        line: list[Span] = []
        used = 0
        for label, action in self._labels(seen):
            text = f" {label} "
            if line and used + cell_len(text) > width:
                break  # its key is in the bar
            self._buttons.append((y, used, used + cell_len(text), action))
            line += [(text, "second" if line else "button"), ("   ", "plain")]
            used += cell_len(text) + 3
        return line

    def _labels(self, seen: Preview) -> Iterator[tuple[str, str]]:
        if self._chosen is None or not _is_final(self._chosen):
            yield from _ways_on(seen)
            return
        yield "Ouvrir", "open"
        if self._following is not None:
            yield f"Commencer {self._following}", "begin_next"


def _is_final(chosen: Summary) -> bool:
    return chosen.entry.sent is not None and chosen.entry.sent.is_final


def _ways_on(seen: Preview) -> Iterator[tuple[str, str]]:
    """Yield the buttons of a draft: what it goes on with, and the grid when that is another step."""
    if seen.next_step is None:
        line = line_number(seen.grid, seen.line)
        yield f"Continuer à la ligne {line}", "open"
        return
    yield f"Continuer{NBSP}: {step_to_take(seen.next_step)}", "open"
    yield "Relire la grille", "visit('GRID')"


def _steps(seen: Preview, width: int) -> list[list[Span]]:
    """Return the steps, each with how far it is."""
    every = stops(seen.steps)
    names = max(cell_len(stop.name) for stop in every) + 4
    return [
        [
            (stop.name.ljust(names), "plain"),
            (fit(shown(_tally(seen, index, stop.tally)), width - names), "soft"),
        ]
        for index, stop in enumerate(every)
    ]


def _tally(seen: Preview, index: int, tally: str) -> str:
    progress = seen.steps.steps[index]
    if progress.step is Step.SENDING:
        return tally or "à faire"
    said = tally or ("commencé" if progress.done else "vide")
    return said if tally or progress.is_needed else f"{said} · facultatif"


class HomeFoot(StripWidget):
    """Below the list: where to read what the Caf asks for."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"foot--soft", "foot--key"}
    DEFAULT_CSS = """
    HomeFoot {
        height: 1;
        margin-left: 3;
        &>.foot--soft { color: $discret; }
        &>.foot--key { color: $accent; text-style: bold; }
    }
    """

    def paint(self, width: int, height: int) -> list[Line]:
        soft, key = self.style_of("foot--soft"), self.style_of("foot--key")
        framework: Line = [
            Segment(f"Ce que la Caf demande, et quand{NBSP}: ", soft),
            Segment("F1", key),
            Segment(" puis ", soft),
            Segment("C", key),
        ]
        has_room = sum(cell_len(piece.text) for piece in framework) <= width
        return [framework if has_room else []][:height]
