"""The paragraphs of an editor as Textual paints them: a long one costs a key no more than a short one.

For each screen line of a paragraph, Textual cleans the whole of it and cuts it into all its sections again:
20 ms a key in a paragraph of 10,000 characters. The text of our editors is clean already, and is cut once.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise

from rich.containers import Lines
from rich.text import Span, Text

from ctg_tui.tui.textual_internals import uncleaned


class Cuts:
    """The sections of the paragraph cut last."""

    def __init__(self) -> None:
        self.key: tuple[object, ...] = ()
        self.sections = Lines()


class Paragraph(Text):
    """A paragraph that keeps its sections in `cuts`, for the screen lines to follow."""

    __slots__ = ("_cuts",)

    def __init__(self, text: str, cuts: Cuts) -> None:
        super().__init__("", end="", no_wrap=True)
        uncleaned(self, text)
        self._cuts = cuts

    def pad_right(self, count: int, character: str = " ") -> None:
        """Append `count` characters: room for the cursor at the end."""
        uncleaned(self, self.plain + character * count)

    def divide(self, offsets: Iterable[int]) -> Lines:
        """Return the sections between `offsets`, made once for the same text, styles and offsets."""
        places = (0, *offsets, len(self))
        key = (self.plain, tuple(self.spans), places)
        if self._cuts.key != key:
            self._cuts.key = key
            self._cuts.sections = Lines(self._section(start, end) for start, end in pairwise(places))
        return self._cuts.sections

    def _section(self, start: int, end: int) -> Text:
        section = uncleaned(Text(end="", no_wrap=True), self.plain[start:end])
        section.tab_size = self.tab_size
        for span in self.spans:
            if span.start < end and span.end > start:
                section.spans.append(
                    Span(max(span.start, start) - start, min(span.end, end) - start, span.style)
                )
        return section
