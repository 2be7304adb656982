"""The bases of the widgets: a plain text, and what paints itself line by line.

A widget of the last kind returns its whole picture from `paint`; it is compared with the one on the screen,
and in each line only the cells from the first difference to the last are refreshed: a key costs a few cells,
not a table.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from rich.cells import cell_len
from rich.segment import Segment
from textual.content import Content
from textual.css.styles import RulesMap
from textual.geometry import Region, Size
from textual.message_pump import MessagePump
from textual.strip import Strip
from textual.style import Style
from textual.visual import RenderOptions, Visual, VisualType
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


def clicked(content: Content, action: str, *arguments: object) -> Content:
    """Return a text that runs an action of the page when it is clicked."""
    return content.stylize(Style.from_meta({"@click": (f"screen.{action}", arguments)}))


_REST_SECONDS: Final = 0.02


class Soon:
    """Does something in a frame of its own, after that of the note: once for a burst of keys."""

    def __init__(self, owner: MessagePump, do: Callable[[], object]) -> None:
        self._owner = owner
        self._do = do
        self.waits = False

    def ask(self) -> None:
        """Have it done in a moment, unless it waits already."""
        if not self.waits:
            self.waits = True
            self._owner.set_timer(_REST_SECONDS, self._now)

    def _now(self) -> None:
        self.waits = False
        self._do()


class StripWidget(Widget):
    """Subclasses define `paint`, and call `repaint` when their content may have changed.

    Margins and borders belong to the picture: the widget's CSS has neither padding nor border.
    """

    ALLOW_SELECT = False

    def __init__(self) -> None:
        super().__init__()
        self.auto_links = False  # what is clicked looks as the text around it
        self._lines: Sequence[Content] = ()
        self._strips: list[Strip] = []
        self._painted_for: Size | None = None
        self._soon = Soon(self, self.repaint)

    @property
    def repaints_soon(self) -> bool:
        """Whether a picture is still to come."""
        return self._soon.waits

    def paint(self, width: int, height: int) -> Sequence[Content]:
        """Return the lines of the whole picture in `width` × `height` cells; missing lines are blank."""
        raise NotImplementedError

    def repaint(self) -> None:
        """Paint anew, and refresh the cells that changed."""
        if not self.is_attached:  # a page that was left saves its text, and shows nothing
            return
        if self._painted_for != self.size:
            self._painted_for = None  # its size may come back, when what was painted is out of date
            self.refresh()
            return
        before, self._lines = self._lines, self._painted()
        changed = []
        for y, (old, new) in enumerate(zip(before, self._lines, strict=True)):
            if new is not old and not new.is_same(old):
                was, self._strips[y] = self._strips[y], self._strip(new)
                start, end = changed_cells(was, self._strips[y])
                if start < end:
                    changed.append(Region(start, y, end - start, 1))
        if changed:
            self.refresh(*changed)

    def repaint_soon(self) -> None:
        """Repaint in a frame of its own."""
        self._soon.ask()

    def notify_style_update(self) -> None:
        self._painted_for = None
        super().notify_style_update()

    def render_line(self, y: int) -> Strip:
        """Return a line as painted, painting all of them now if size or style changed."""
        if self._painted_for != self.size:
            self._painted_for = self.size
            self._lines = self._painted()
            self._strips = [*map(self._strip, self._lines)]
        return self._strips[y]

    def _painted(self) -> Sequence[Content]:
        width, height = self.size
        lines = [*self.paint(width, height)][:height]
        return [*lines, *[Content()] * (height - len(lines))]

    def _strip(self, line: Content) -> Strip:
        (strip,) = Visual.to_strips(self, _Line(line), self.size.width, 1, self.visual_style)
        return strip


class _Line(Visual):
    """A line without what costs in a `Content`: wrapping, tabs, the place of each word for selecting it."""

    def __init__(self, content: Content) -> None:
        self._content = content

    def get_optimal_width(self, rules: RulesMap, container_width: int) -> int:
        return self._content.cell_length

    def get_height(self, rules: RulesMap, width: int) -> int:
        return 1

    def render_strips(
        self, width: int, height: int | None, style: Style, options: RenderOptions
    ) -> list[Strip]:
        pieces = self._content.render(style, end="", parse_style=options.get_style)
        strip = Strip(Segment(text, look.rich_style) for text, look in pieces)
        return [strip.adjust_cell_length(width, style.rich_style)]


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
