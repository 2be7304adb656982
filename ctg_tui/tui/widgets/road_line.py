"""The head line of the pages of an assessment: below the title, the road, whose steps can be clicked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from rich.cells import cell_len
from rich.segment import Segment
from textual import events
from textual.message import Message

from ctg_tui.domain.steps import Road, Step
from ctg_tui.tui.widgets.frame import HeadLine
from ctg_tui.tui.widgets.strips import Line
from ctg_tui.wording.steps import Stop, ready, stops

_GAP = "  "


class RoadHead(HeadLine):
    """The title, and the road once the assessment exists."""

    DEFAULT_CSS = """
    RoadHead.-route { height: 2; }
    RoadHead > .road--here { background: $curseur; color: $curseur-texte; text-style: bold; }
    RoadHead > .road--key { color: $accent; text-style: bold; }
    RoadHead > .road--ready { color: $success; text-style: bold; }
    """
    COMPONENT_CLASSES: ClassVar[set[str]] = {"road--here", "road--key", "road--ready"}

    @dataclass
    class Chosen(Message):
        """A step was clicked."""

        step: Step

    class ReadyChosen(Message):
        """The sentence that all is filled in was clicked."""

    def __init__(self) -> None:
        super().__init__()
        self._road: Road | None = None
        self._here: Step | None = None
        self._spans: list[tuple[int, int, Step]] = []
        self._sentence_start = 0

    def guide(self, road: Road, here: Step | None) -> None:
        """Show the road from the step of the page, after the frame of a note: once for a burst of keys."""
        if self._road is None:
            for part in (self, self.screen):  # the page leaves it a second line
                part.add_class("-route")
        elif road == self._road:
            return
        self._road, self._here = road, here
        self.repaint_soon()

    def paint(self, width: int, height: int) -> list[Line]:
        lines = super().paint(width, height)
        return lines if self._road is None else [*lines, self._steps(self._road, width)]

    def _steps(self, road: Road, width: int) -> Line:
        shown, here = stops(road), self._here
        texts, sentence = laid_out(shown, here, ready(road), width - 1)
        line: list[Segment] = [Segment(" ")]
        self._spans = []
        used = 1
        for stop, text in zip(shown, texts, strict=True):
            size = cell_len(text)
            self._spans.append((used, used + size, stop.step))
            if stop.step is here:
                line.append(Segment(text, self.style_of("road--here")))
            else:
                number = str(int(stop.step))
                line.append(Segment(number, self.style_of("road--key")))
                line.append(Segment(text.removeprefix(number), self.style_of("head--right")))
            line.append(Segment(_GAP))
            used += size + len(_GAP)
        self._sentence_start = width
        if sentence:
            self._sentence_start = width - 1 - cell_len(sentence)
            line.append(Segment(" " * (self._sentence_start - used)))
            line.append(Segment(sentence, self.style_of("road--ready")))
        return line

    def on_click(self, event: events.Click) -> None:
        if event.y != 1:
            return
        if event.x >= self._sentence_start:
            self.post_message(self.ReadyChosen())
            return
        for start, end, step in self._spans:
            if start <= event.x < end:
                self.post_message(self.Chosen(step))


def laid_out(
    stops: Sequence[Stop], here: Step | None, sentences: Sequence[str], width: int
) -> tuple[list[str], str]:
    """Return the text of each step and the sentence beside them, in `width` columns.

    The proposed lines are left out first, those of the grid last, then the names are shortened; in the
    narrowest window only some steps keep their names, first that of the page and the grid. Numbers and counts
    always stay.
    """
    for sentence in (*sentences, ""):
        room = width - cell_len(sentence) - (len(_GAP) if sentence else 0)
        for make in (_whole, _with_those_of_the_grid, _without_proposed, _short):
            texts = [make(stop) for stop in stops]
            if _taken(texts) <= room:
                return texts, sentence
    texts = [_text(stop, "") for stop in stops]
    named = list(map(_short, stops))
    for index in sorted(range(len(stops)), key=lambda one: stops[one].step not in {here, Step.GRID}):
        longer = [*texts[:index], named[index], *texts[index + 1 :]]
        texts = longer if _taken(longer) <= width else texts
    return texts, ""


def _whole(stop: Stop) -> str:
    return _text(stop, stop.name, stop.beside)


def _with_those_of_the_grid(stop: Stop) -> str:
    return _whole(stop) if stop.step is Step.GRID else _without_proposed(stop)


def _without_proposed(stop: Stop) -> str:
    return _text(stop, stop.name)


def _short(stop: Stop) -> str:
    return _text(stop, stop.short_name)


def _taken(texts: Sequence[str]) -> int:
    return sum(map(cell_len, texts)) + len(_GAP) * (len(texts) - 1)


def _text(stop: Stop, name: str, beside: str = "") -> str:
    tally = " · ".join(part for part in (stop.tally, beside) if part)
    return " ".join(part for part in (str(int(stop.step)), name, tally) if part)
