"""The bases of the widgets: a plain text, letters as commands, and what paints itself line by line.

A widget of the last kind returns its whole picture from `paint`; it is compared with the one on the screen,
and in each line only the cells from the first difference to the last are refreshed: a key costs a few cells,
not a table.
"""

from __future__ import annotations

import os
import re
import sys
from asyncio import get_running_loop
from collections.abc import Callable, Hashable, Sequence
from functools import cache
from itertools import zip_longest
from time import monotonic
from typing import Final, TypeVar, cast

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual.content import Content
from textual.filter import LineFilter
from textual.geometry import Region
from textual.strip import Strip
from textual.visual import VisualType
from textual.widget import Widget
from textual.widgets import Static

from ctg_tui.tui.textual_internals import refresh_cells


class TakesLetters:
    """A widget, without text to type, in which letters are commands of its page."""


class PlainStatic(Static):
    """Shows a text as it is: `[/x]`, which would end the program as markup, is four characters here."""

    def __init__(
        self,
        text: str | Content = "",
        *,
        id: str | None = None,  # noqa: A002  - the name of Textual's own parameter
        classes: str | None = None,
    ) -> None:
        super().__init__(text, id=id, classes=classes, markup=False)

    def update(self, content: VisualType = "", *, layout: bool = True) -> None:
        """Show another text. The page is not laid out again for the one that stands there."""
        if not _is_same(content, self.content):
            super().update(content, layout=layout)


def _is_same(one: object, other: object) -> bool:
    """Return whether two texts are the same, their styles too."""
    if isinstance(one, Content) and isinstance(other, Content):
        return one.is_same(other)
    return one == other


Line = Sequence[Segment]
"""The segments of one line, at most as wide as the widget."""

_T = TypeVar("_T")

_REMEMBERED: Final = 200
"""The most parts of a picture cached by one widget: enough for some screens."""
_OF_A_CELL_EACH: Final = (
    "[ -~\xa0-\xac\xae-\u02ff\u2010-\u2027\u202f\u2190-\u21ff\u2500-\u25fc\u2700-\u2704\u2800-\u28ff]*"
)
"""Letters and signs of French, boxes and braille: looked at together, much quicker than one by one."""
_REST_SECONDS: Final = 0.003
_LONGEST_WAIT_SECONDS: Final = 0.08


class StripWidget(Widget):
    """Subclasses define `paint`, and call `repaint` when their content may have changed.

    Lines go to the screen as they are painted, without Textual's own pass over each of them: margins and
    borders belong to the picture, and the widget's CSS has neither padding nor border.
    """

    ALLOW_SELECT = False

    def __init__(self) -> None:
        super().__init__()
        self._lines: list[Line] = []
        self._strips: list[Strip] = []
        self._painted_for: tuple[int, int] | None = None
        self._styles_by_name: dict[str, Style] = {}
        self._background: Style | None = None
        self._filters: Sequence[LineFilter] = ()
        self._memo: dict[Hashable, object] = {}
        self._is_shown = False
        """Whether the page has a place for it: without one, nothing is painted."""
        self._resting = False
        self._asked_at = 0.0
        self._waiting_since = 0.0

    def paint(self, width: int, height: int) -> list[Line]:
        """Return the whole picture in `width` × `height` cells; missing lines are blank."""
        raise NotImplementedError

    def style_of(self, name: str) -> Style:
        """Return the style of a component class."""
        style = self._styles_by_name.get(name)
        if style is None:
            style = self._styles_by_name[name] = self.get_component_rich_style(name, partial=True)
        return style

    def remembered(self, key: Hashable, make: Callable[..., _T], *arguments: object) -> _T:
        """Return `make(*arguments)`, cached under `key` for this size and theme."""
        known = self._memo.get(key)
        if known is None:
            if len(self._memo) >= _REMEMBERED:
                self._memo.clear()  # the parts on the screen are made again, once
            known = self._memo[key] = make(*arguments)
        return cast(_T, known)

    def forget(self) -> None:
        """Forget what `remembered` keeps: it was made of other values."""
        self._memo.clear()

    def repaint(self) -> None:
        """Paint anew, and refresh the cells that changed."""
        changed = self.changes()
        if changed and self.is_attached:  # a page that was left saves its text, and shows nothing
            refresh_cells(self.screen, changed)

    def changes(self) -> list[Region]:
        """Paint anew and return the cells of the screen that changed, for one refresh of several widgets.

        A refresh of each widget would cost a message each, at every key.
        """
        if self._painted_for is None:
            if self._is_shown:
                self.refresh()
            return []
        width, height = self._painted_for
        before, self._lines = self._lines, self.paint(width, height)
        changed = []
        for y, (old, new) in enumerate(zip_longest(before[:height], self._lines[:height], fillvalue=())):
            if old is new or old == new:
                continue
            _let_others_run()
            was, strip = self._strips[y], self._strip(new, width)
            self._strips[y] = strip
            start, end = changed_span(list(was), list(strip), width)
            changed.append((start, y, end - start))
        if not changed:
            return []
        left, top = self.region.offset
        return [Region(left + start, top + y, cells, 1) for start, y, cells in changed]

    def repaint_soon(self) -> None:
        """Repaint in a frame of its own, after that of the note: once for a burst of keys."""
        self._asked_at = monotonic()
        if not self._resting:
            self._waiting_since = self._asked_at
            self._let_rest()

    def _let_rest(self) -> None:
        """Repaint once the burst of keys is over.

        A timer of Textual's would cost, before the note is seen, as much as painting a line.
        """
        self._resting = True
        get_running_loop().call_later(_REST_SECONDS, self.call_next, self._repaint_if_quiet)

    def _repaint_if_quiet(self) -> None:
        now = monotonic()
        asked_lately = now - self._asked_at < _REST_SECONDS
        if asked_lately and now - self._waiting_since < _LONGEST_WAIT_SECONDS:
            self._let_rest()
            return
        self._resting = False
        if self.is_attached:
            self.repaint()

    def on_show(self) -> None:
        self._is_shown = True

    def on_hide(self) -> None:
        self._is_shown = False
        self._painted_for = None

    def notify_style_update(self) -> None:
        self._painted_for = None
        super().notify_style_update()

    def render_lines(self, crop: Region) -> list[Strip]:
        """Return the lines as painted, painting them now if size or style changed."""
        if crop.offset == (0, 0) and self._painted_for == crop.size:
            return self._strips
        width, height = self.size
        if self._painted_for != (width, height):
            self._paint_all(width, height)
        strips = self._strips[crop.y : crop.bottom]
        if crop.x == 0 and crop.width == width:
            return strips
        return [strip.crop(crop.x, crop.right) for strip in strips]

    def _paint_all(self, width: int, height: int) -> None:
        self._styles_by_name.clear()
        self._memo.clear()
        self._background = self.rich_style
        self._filters = self.app.get_line_filters()
        self._lines = self.paint(width, height)
        self._strips = [self._strip(_line(self._lines, y), width) for y in range(height)]
        self._painted_for = (width, height)

    def _strip(self, line: Line, width: int) -> Strip:
        ground = self._background or self.rich_style
        spare = width - sum([_cells(segment.text) for segment in line])
        filled = line if spare <= 0 else [*line, Segment(" " * spare)]
        strip = Strip(_merged(filled, ground), width - min(spare, 0))
        if spare < 0:
            strip = strip.adjust_cell_length(width, ground)
        for line_filter in self._filters:
            strip = strip.apply_filter(line_filter, self.background_colors[1])
        return strip


def _let_others_run() -> None:
    """Let the thread that commits give the disk its next work, where it shares a processor with this one.

    Between two syncs it needs some microseconds, and would wait for them until everything is painted.
    """
    if sys.platform != "win32":  # Windows prefers a thread whose disk has answered
        os.sched_yield()


def _cells(text: str) -> int:
    """Return the width of `text` on the screen, at once when it is plain ASCII."""
    return len(text) if text.isascii() else cell_len(text)


def _line(lines: Sequence[Line], y: int) -> Line:
    return lines[y] if y < len(lines) else ()


def _merged(line: Line, ground: Style) -> list[Segment]:
    """Return the segments over their background, with neighbours of one style joined, for fewer bytes.

    Spaces have no foreground: they join the segment before them when the background is the same.
    """
    merged: list[Segment] = []
    text, style = "", ground
    for piece, own, _ in line:
        over = ground if own is None else ground + own
        if over is style or (piece.isspace() and _same_ground(style, over)):  # Rich makes equal sums once
            text += piece
            continue
        if text:
            merged.append(Segment(text, style))
        text, style = piece, over
    if text:
        merged.append(Segment(text, style))
    return merged


def _same_ground(one: Style, other: Style) -> bool:
    """Return whether spaces look the same in both styles."""
    return (
        one.bgcolor == other.bgcolor
        and not (one.reverse or one.underline or one.strike)
        and not (other.reverse or other.underline or other.strike)
    )


def changed_span(before: Line, after: Line, width: int) -> tuple[int, int]:
    """Return the first cell that differs and the one past the last, between lines of `width` cells."""
    first, start = 0, 0
    for old, new in zip(before, after, strict=False):
        if old != new:
            if _cells(old.text[:1]) and _cells(new.text[:1]):
                start += _same_cells(old, new, backwards=False)
                if any(_begins_with_mark(line, first + 1) for line in (before, after)):
                    start = max(start - 1, 0)
            else:
                start = max(start - 1, 0)  # a combining mark belongs to the cell before
            break
        start += _cells(old.text)
        first += 1
    end = width
    for old, new in zip(reversed(before[first:]), reversed(after[first:]), strict=False):
        if old != new:
            end -= _same_cells(old, new, backwards=True)
            break
        end -= _cells(old.text)
    start = min(start, width - 1)
    return start, max(end, start + 1)


def _begins_with_mark(line: Line, rank: int) -> bool:
    """Return whether that segment begins with a combining mark, which belongs to the cell before it."""
    return rank < len(line) and not _cells(line[rank].text[:1])


def _same_cells(before: Segment, after: Segment, *, backwards: bool) -> int:
    """Return how many cells of two unequal segments are equal at their beginning, or at their end."""
    if before.style != after.style:
        return 0
    old, new = before.text, after.text
    if not (_is_a_cell_each(old) and _is_a_cell_each(new)):
        return 0
    if backwards:
        old, new = old[::-1], new[::-1]
    return _common(old, new)


def _is_a_cell_each(text: str) -> bool:
    """Return whether each character takes one cell: none is wide, none combines."""
    return _of_a_cell_each().fullmatch(text) is not None or all(_cells(character) == 1 for character in text)


@cache
def _of_a_cell_each() -> re.Pattern[str]:
    return re.compile(_OF_A_CELL_EACH)  # at the first note: a start needs none


def _common(one: str, other: str) -> int:
    """Return how many characters two texts have in common at their beginning."""
    least, most = 0, min(len(one), len(other))
    while least < most:
        middle = (least + most + 1) // 2
        if one[:middle] == other[:middle]:
            least = middle
        else:
            most = middle - 1
    return least
