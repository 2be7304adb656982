"""The bases of the widgets: a plain text, and what paints itself line by line.

A widget of the last kind returns its whole picture from `paint`; it is compared with the one on the screen,
and in each line only the cells from the first difference to the last are refreshed: a key costs a few cells,
not a table.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from itertools import zip_longest
from typing import Final, TypeVar, cast

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual.content import Content
from textual.filter import LineFilter
from textual.geometry import Region, Size
from textual.strip import Strip
from textual.visual import VisualType
from textual.widget import Widget
from textual.widgets import Static


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
_REST_SECONDS: Final = 0.02


class StripWidget(Widget):
    """Subclasses define `paint`, and call `repaint` when their content may have changed.

    Margins and borders belong to the picture: the widget's CSS has neither padding nor border.
    """

    ALLOW_SELECT = False

    def __init__(self) -> None:
        super().__init__()
        self._lines: list[Line] = []
        self._strips: list[Strip] = []
        self._painted_for: Size | None = None
        self._memo: dict[Hashable, object] = {}
        self._base_style = Style()
        self._filters: Sequence[LineFilter] = ()
        self.repaints_soon = False

    def paint(self, width: int, height: int) -> list[Line]:
        """Return the whole picture in `width` × `height` cells; missing lines are blank."""
        raise NotImplementedError

    def style_of(self, name: str) -> Style:
        """Return the style of a component class."""
        return self.remembered(("style", name), self._style_of, name)

    def _style_of(self, name: str) -> Style:
        return self.get_component_rich_style(name, partial=True)

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
        if not self.is_attached:  # a page that was left saves its text, and shows nothing
            return
        if self._painted_for is None:
            self.refresh()
            return
        width, height = self._painted_for
        before, self._lines = self._lines, self.paint(width, height)
        changed = []
        for y, (old, new) in enumerate(zip_longest(before[:height], self._lines[:height], fillvalue=())):
            if old is not new and old != new:
                was, self._strips[y] = self._strips[y], self._strip(new, width)
                start, end = changed_cells(was, self._strips[y])
                if start < end:
                    changed.append(Region(start, y, end - start, 1))
        if changed:
            self.refresh(*changed)

    def repaint_soon(self) -> None:
        """Repaint in a frame of its own, after that of the note: once for a burst of keys."""
        if not self.repaints_soon:
            self.repaints_soon = True
            self.set_timer(_REST_SECONDS, self._repaint_now)

    def _repaint_now(self) -> None:
        self.repaints_soon = False
        self.repaint()

    def on_hide(self) -> None:
        self._painted_for = None

    def notify_style_update(self) -> None:
        self._painted_for = None
        super().notify_style_update()

    def render_lines(self, crop: Region) -> list[Strip]:
        """Return the lines as painted, painting them now if size or style changed."""
        width, height = self.size
        if self._painted_for != (width, height):
            self._memo.clear()
            self._painted_for = self.size
            self._base_style, self._filters = self.rich_style, self.app.get_line_filters()
            self._lines = self.paint(width, height)
            lines = [*self._lines[:height], *[()] * (height - len(self._lines))]
            self._strips = [self._strip(line, width) for line in lines]
        strips = self._strips[crop.y : crop.bottom]
        return [strip.crop(crop.x, crop.right) for strip in strips]

    def _strip(self, line: Line, width: int) -> Strip:
        ground = self._base_style
        own = [Segment(text, ground if style is None else ground + style) for text, style, _ in line]
        strip = Strip(own).adjust_cell_length(width, ground)
        for line_filter in self._filters:
            strip = strip.apply_filter(line_filter, self.background_colors[1])
        return strip.simplify()


def changed_cells(before: Strip, after: Strip) -> tuple[int, int]:
    """Return the first cell of the segments that differ and the one past the last, in lines of one width."""
    old, new = [*before], [*after]
    start, end = 0, after.cell_length
    while old and new and old[-1] == new[-1]:
        end -= cell_len(old.pop().text)
        del new[-1]
    for one, other in zip(old, new, strict=False):
        if one != other:
            break
        start += cell_len(one.text)
    return min(start, end), end
