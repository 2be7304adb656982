"""The bases of the widgets: a plain text, and what paints itself line by line.

A widget of the last kind returns its whole picture from `paint`; it is compared with the one on the screen,
and only the lines that differ are refreshed: a key costs a few lines, not a table.
"""

from __future__ import annotations

from collections.abc import Sequence

from rich.segment import Segment
from rich.style import Style as RichStyle
from textual.content import Content
from textual.geometry import Region, Size
from textual.strip import Strip
from textual.style import Style
from textual.visual import VisualType
from textual.widget import Widget
from textual.widgets import Static

from ctg_tui.tui.widgets.listing import PLAIN, Line


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
        self.auto_links = False  # what is clicked looks as the text around it

    def update(self, content: VisualType = "", *, layout: bool = True) -> None:
        """Show another text; the same one is not laid out again, which takes a third of a step in a form."""
        now = self.content
        if isinstance(content, Content) and isinstance(now, Content):
            is_same = content.is_same(now)
        else:
            is_same = content == now
        if not is_same:
            super().update(content, layout=layout)


def clicked(content: Content, action: str) -> Content:
    """Return a text that runs an action of the page when it is clicked."""
    return content.stylize(Style.from_meta({"@click": f"screen.{action}"}))


class StripWidget(Widget):
    """Subclasses define `paint`, and call `repaint` when their content may have changed.

    Margins and borders belong to the picture: the widget's CSS has neither padding nor border.
    """

    ALLOW_SELECT = False

    def __init__(self) -> None:
        super().__init__()
        self._lines: Sequence[Line] = ()
        self._strips: list[Strip] = []
        self._painted_for: Size | None = None
        self._looks: dict[str, RichStyle] = {}
        """The styles in use, by name."""

    def paint(self, width: int, height: int) -> Sequence[Line]:
        """Return the lines of the whole picture in `width` × `height` cells; missing lines are blank."""
        raise NotImplementedError

    def repaint(self) -> None:
        """Paint anew, and refresh the lines that changed."""
        if not self.is_attached:  # a page that was left saves its text, and shows nothing
            return
        if self._painted_for != self.size:
            self._painted_for = None  # its size may come back, when what was painted is out of date
            self.refresh()
            return
        before, self._lines = self._lines, self._painted()
        changed = [y for y, (old, new) in enumerate(zip(before, self._lines, strict=True)) if old != new]
        for y in changed:
            self._strips[y] = self._strip(self._lines[y])
        if changed:
            self.refresh(*(Region(0, y, self.size.width, 1) for y in changed))

    def notify_style_update(self) -> None:
        self._painted_for = None
        self._looks = {}
        super().notify_style_update()

    def render_line(self, y: int) -> Strip:
        """Return a line as painted, painting all of them now if size or style changed."""
        if self._painted_for != self.size:
            self._painted_for = self.size
            self._lines = self._painted()
            self._strips = [*map(self._strip, self._lines)]
        return self._strips[y]

    def _painted(self) -> Sequence[Line]:
        width, height = self.size
        lines = [*self.paint(width, height)][:height]
        return [*lines, *[()] * (height - len(lines))]

    def _strip(self, line: Line) -> Strip:
        segments = [Segment(text, self._look(style)) for text, style in line if text]
        return Strip(segments).simplify().adjust_cell_length(self.size.width, self._look(PLAIN))

    def _look(self, name: str) -> RichStyle:
        look = self._looks.get(name)
        if look is None:
            look = self._looks[name] = (self.visual_style + Style.parse(name)).rich_style
        return look
