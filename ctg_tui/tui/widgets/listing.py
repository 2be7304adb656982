"""A list painted line by line: items of any height, some of which can be chosen.

One widget serves the lists of assessments, of indicators and of backups, and texts read by scrolling: a
widget per row would cost a layout each.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Sequence
from itertools import takewhile
from typing import ClassVar, Final, NamedTuple

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual.binding import Binding, BindingType
from textual.events import Click, Resize
from textual.geometry import Offset, Region, Size
from textual.message import Message
from textual.reactive import reactive
from textual.scroll_view import ScrollView
from textual.strip import Strip

from ctg_tui.domain.text import clean
from ctg_tui.tui.characters import apart, fit, shown_text
from ctg_tui.tui.widgets.strips import TakesLetters
from ctg_tui.wording.french import wrap

PLAIN, STRONG, SOFT, ACCENT, TITLE, BEFORE = "plain", "strong", "soft", "accent", "title", "before"
"""`BEFORE` is last year, and nothing else."""


class Piece(NamedTuple):
    """A run of text of one role: `PLAIN`, `STRONG`, `SOFT`, `ACCENT`, `TITLE`, `BEFORE`."""

    text: str
    role: str = PLAIN


Line = tuple[Piece, ...]


class Item(NamedTuple):
    """An entry of the list; without a key it cannot be chosen. `lines` takes a width in columns."""

    key: str | None
    lines: Callable[[int], Sequence[Line]]


def width_of(line: Sequence[Piece]) -> int:
    """Return the columns that a line takes."""
    return sum(cell_len(piece.text) for piece in line)


def spread(left: Sequence[Piece], right: Sequence[Piece], width: int) -> Line:
    """Put `left` and `right` at both ends of `width` columns; the end of `left` is cut if need be."""
    room = max(width - width_of(right) - 1, 0)
    shortened: list[Piece] = []
    for piece in left:
        taken = cell_len(piece.text)
        if taken > room:
            shortened.append(Piece(fit(piece.text, room), piece.role))
            room = 0
            break
        shortened.append(piece)
        room -= taken
    return (*shortened, Piece(" " * (room + 1)), *right)


def hanging(head: Piece, text: str, width: int, role: str = PLAIN) -> list[Line]:
    """Return `head`, and at its right `text` in as many lines as it needs, all with the same indent."""
    indent = cell_len(head.text)
    first, *others = wrap(shown_text(text), max(width - indent, 10))
    return [(head, Piece(first, role)), *((Piece(" " * indent), Piece(other, role)) for other in others)]


def row(key: str | None, *parts: Callable[[int], Sequence[Line]]) -> Item:
    """Return an item made of `parts`, one below the other: `ends`, `hung`, `words`, `blank`."""
    return Item(key, lambda width: [line for part in parts for line in part(width)])


def ends(left: str | Piece | Sequence[Piece], right: str | Piece = "") -> Callable[[int], Sequence[Line]]:
    """Return a line with a text at each end; the end of the left one is cut if need be."""
    return lambda width: [spread(_pieces(left), _pieces(right), width)]


def both(left: Piece, right: Piece) -> Callable[[int], Sequence[Line]]:
    """Return both texts on one line, or one below the other: neither is cut."""

    def lines(width: int) -> Sequence[Line]:
        if width_of([left, right]) < width:
            return [spread([left], [right], width)]
        return [*words(left.text, left.role)(width), *([(right,)] if right.text else [])]

    return lines


def hung(head: str | Piece, text: str, role: str = PLAIN) -> Callable[[int], Sequence[Line]]:
    """Return `head` and, at its right, `text` in as many lines as it needs."""
    return lambda width: hanging(_piece(head), text, width, role)


def words(text: str, role: str = PLAIN) -> Callable[[int], Sequence[Line]]:
    """Return `text` in as many lines as it needs."""
    return lambda width: [(Piece(line, role),) for line in wrap(text, width)]


def blank(_width: int) -> Sequence[Line]:
    """Return a blank line."""
    return [()]


def section_title(title: str, aside: str = "") -> Item:
    """Return the heading of a section."""

    def lines(width: int) -> Sequence[Line]:
        fits = cell_len(title) + cell_len(aside) < width
        return (spread([Piece(title, TITLE)], [Piece(aside, SOFT)] if fits else [], width), ())

    return Item(None, lines)


def sentence(text: str) -> Item:
    """Return a sentence to read, in as many lines as it needs, and a blank line."""
    return Item(None, lambda width: (*((Piece(line, SOFT),) for line in wrap(shown_text(text), width)), ()))


def gap() -> Item:
    """Return a blank line."""
    return Item(None, lambda _width: ((),))


def strong(text: str) -> Piece:
    return Piece(text, STRONG)


def soft(text: str) -> Piece:
    return Piece(text, SOFT)


def accent(text: str) -> Piece:
    return Piece(text, ACCENT)


def _piece(text: str | Piece) -> Piece:
    return text if isinstance(text, Piece) else Piece(text)


def _pieces(texts: str | Piece | Sequence[Piece]) -> Sequence[Piece]:
    return [_piece(texts)] if isinstance(texts, str | Piece) else texts


_MARGINS: Final = 3
"""The cells of the arrow, and one of air before the scrollbar."""


class Listing(ScrollView, TakesLetters, can_focus=True):
    """Items under a cursor that arrows, Page, Début and Fin move, and that Entrée chooses."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "listing--plain",
        "listing--strong",
        "listing--soft",
        "listing--accent",
        "listing--title",
        "listing--before",
        "listing--cursor",
        "listing--below",
    }
    DEFAULT_CSS = """
    Listing {
        height: 1fr;
        min-width: 10;
        overflow-x: hidden;
        scrollbar-gutter: stable;
        background: $background;
        &>.listing--strong { text-style: bold; }
        &>.listing--soft { color: $discret; }
        &>.listing--accent { color: $accent; }
        &>.listing--title { color: $primary; text-style: bold; }
        &>.listing--before { color: $an-dernier; }
        &>.listing--cursor, &>.listing--below { background: $ligne; }
        &:focus>.listing--cursor { background: $curseur; color: $curseur-texte; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "go(-1)", "Ligne précédente", show=False),
        Binding("down", "go(1)", "Ligne suivante", show=False),
        Binding("pageup", "page(-1)", "Page précédente", show=False),
        Binding("pagedown", "page(1)", "Page suivante", show=False),
        Binding("home", "first", "Début", show=False),
        Binding("end", "last", "Fin", show=False),
        Binding("enter", "choose", "Choisir", show=False),
    ]

    cursor: reactive[int] = reactive(-1, init=False)
    """The index of the item under the cursor; -1 when none can be chosen."""

    class Chosen(Message):
        """Entrée or a click on the item under the cursor."""

        def __init__(self, key: str) -> None:
            super().__init__()
            self.key = key

    def __init__(
        self,
        items: Sequence[Item] = (),
        key: str | None = None,
        *,
        is_led: bool = False,
        lights_first: bool = False,
    ) -> None:
        """Make a list; the cursor is on the item of `key`, else on the first one that can be chosen.

        `is_led` says that a field beside it, which keeps the focus, moves its cursor; with `lights_first` the
        colour of the cursor is on the first line of its item alone.
        """
        super().__init__()
        self._is_led, self._lights_first = is_led, lights_first
        self._items = tuple(items)
        self._lines: list[Line] = []
        self._starts: list[int] = []
        self._laid_for = -1
        start = next((index for index, item in enumerate(items) if key is not None and item.key == key), 0)
        self.set_reactive(Listing.cursor, self._nearest(start, 1))

    @property
    def key(self) -> str | None:
        """The key of the item under the cursor."""
        return self._items[self.cursor].key if 0 <= self.cursor < len(self._items) else None

    @property
    def keys(self) -> tuple[str | None, ...]:
        """The key of every item, in order."""
        return tuple(item.key for item in self._items)

    def show(self, items: Sequence[Item], key: str | None = None) -> None:
        """Replace the items; the cursor goes to the item of `key`, else stays on its item."""
        target_key = self.key if key is None else key
        self._items = tuple(items)
        keys = [item.key for item in self._items]
        is_there = target_key is not None and target_key in keys
        place = keys.index(target_key) if is_there else max(self.cursor, 0)
        place = min(place, len(keys) - 1)
        self._laid_for = -1
        self.set_reactive(Listing.cursor, self._nearest(place, 1))
        self._lay()
        self.refresh()
        self._reveal()

    def select(self, key: str, *, at_top: bool = False) -> None:
        """Put the cursor on the item of `key`, if it is there; `at_top` scrolls its heading to the top."""
        for index, item in enumerate(self._items):
            if item.key == key:
                self.cursor = index
                if at_top and self._starts:
                    heads = takewhile(lambda one: self._items[one].key is None, range(index - 1, -1, -1))
                    self.scroll_to(y=self._starts[min(heads, default=index)], animate=False)

    @property
    def is_at_first(self) -> bool:
        """Whether the cursor is on the first item that can be chosen."""
        return self.cursor == self._nearest(0, 1)

    def clear_selection(self) -> None:
        """Put the cursor on no item."""
        self.cursor = -1

    # layout

    def on_resize(self, event: Resize) -> None:
        self._lay()
        self._reveal()

    def _lay(self) -> None:
        width = self.scrollable_content_region.width - _MARGINS
        if width <= 0 or width == self._laid_for:
            return
        self._laid_for = width
        self._lines, self._starts = [], []
        for item in self._items:
            self._starts.append(len(self._lines))
            self._lines += item.lines(width)
        self.virtual_size = Size(width + _MARGINS, len(self._lines))

    def _span(self, index: int) -> tuple[int, int]:
        end = self._starts[index + 1] if index + 1 < len(self._starts) else len(self._lines)
        return self._starts[index], end

    def _reveal(self) -> None:
        if 0 <= self.cursor < len(self._starts):
            start, end = self._span(self.cursor)
            # the heading of the first item scrolls with it
            start = 0 if self._nearest(0, 1) == self.cursor else start
            self.scroll_to_region(Region(0, start, 1, end - start), animate=False, force=True)

    # painting

    def render_lines(self, crop: Region) -> list[Strip]:
        self._lay()  # the first frame is painted before the first Resize arrives
        return super().render_lines(crop)

    def render_line(self, y: int) -> Strip:
        width = self.scrollable_content_region.width
        number = y + self.scroll_offset.y
        if number >= len(self._lines):
            return Strip.blank(width, self.rich_style)
        index = bisect_right(self._starts, number) - 1
        chosen = index == self.cursor and bool(self._lines[number])  # not the blank line below
        is_first = chosen and (number == self._starts[index] or not self._lights_first)
        name = "listing--cursor" if is_first else "listing--below"
        ground = self.get_component_rich_style(name) if chosen else self.rich_style
        # Of two lists side by side one answers the keys: only there does the arrow stand, also in two tones.
        answers = self.has_focus or self._is_led
        arrow = "► " if answers else "› "
        mark = arrow if chosen and number == self._starts[index] else "  "
        segments = [Segment(mark, ground)]
        segments += [
            Segment(apart(clean(piece.text)), self._style(ground, piece.role, lit=is_first and answers))
            for piece in self._lines[number]
        ]
        return Strip(segments).adjust_cell_length(width, ground)

    def _style(self, ground: Style, role: str, *, lit: bool) -> Style:
        """Return the role's style over `ground`; under the cursor its colour is dropped, for the contrast."""
        style = self.get_component_rich_style(f"listing--{role}", partial=True)
        return ground + (style.without_color if lit else style)

    def watch_cursor(self, before: int, after: int) -> None:
        for index in (before, after):
            if 0 <= index < len(self._starts):
                start, end = self._span(index)
                self.refresh_lines(start, end - start)
        self._reveal()

    @property
    def cursor_screen_offset(self) -> Offset:
        """The cell of the screen where the item under the cursor begins."""
        line = self._starts[self.cursor] - self.scroll_offset.y if 0 <= self.cursor < len(self._starts) else 0
        x, y, width, height = self.scrollable_content_region
        return Offset(min(x + 2, x + max(width - 1, 0)), y + min(max(line, 0), max(height - 1, 0)))

    # keys and clicks

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool:
        """Leave Entrée to the page when no item can be chosen."""
        return action != "choose" or self.key is not None

    def _nearest(self, start: int, step: int) -> int:
        """Return the first item that can be chosen from `start` on, in the direction of `step`, else back."""
        count = len(self._items)
        onwards = range(start, count) if step > 0 else range(start, -1, -1)
        back = range(start - 1, -1, -1) if step > 0 else range(start + 1, count)
        return next((i for i in (*onwards, *back) if 0 <= i < count and self._items[i].key is not None), -1)

    def action_go(self, step: int) -> None:
        if self.cursor < 0:
            self.scroll_relative(y=step, animate=False)
            return
        target = self._nearest(min(max(self.cursor + step, 0), len(self._items) - 1), step)
        if target == self.cursor or self._passes_over(target, step):
            self.scroll_relative(y=step, animate=False)  # lines without a choice, at either end or in between
        else:
            self.cursor = target

    def _passes_over(self, target: int, step: int) -> bool:
        """Return whether going to `target` would skip lines that are out of sight."""
        if not self._starts:
            return False
        top, height = self.scroll_offset.y, self.scrollable_content_region.height
        (start, end), (here, here_end) = self._span(target), self._span(self.cursor)
        if step > 0:
            return here >= top + height or min(end, start + height) - height > top + height
        return here_end <= top or start + height < top

    def action_page(self, step: int) -> None:
        height = max(self.scrollable_content_region.height - 1, 1)
        if self.cursor < 0:
            self.scroll_relative(y=step * height, animate=False)
            return
        line = self._starts[self.cursor] + step * height
        target = bisect_right(self._starts, min(max(line, 0), len(self._lines) - 1)) - 1
        target = self._nearest(target, step)
        if target == self.cursor or self._passes_over(target, step):
            self.scroll_relative(y=step * height, animate=False)  # an item higher than the list
        else:
            self.cursor = target

    def action_first(self) -> None:
        if self.cursor < 0:
            self.scroll_home(animate=False)
        self.cursor = self._nearest(0, 1)

    def action_last(self) -> None:
        if self.cursor < 0:
            self.scroll_end(animate=False)
        self.cursor = self._nearest(len(self._items) - 1, -1)

    def action_choose(self) -> None:
        if self.key is not None:
            self.post_message(self.Chosen(self.key))

    def on_click(self, event: Click) -> None:
        number = event.y + self.scroll_offset.y
        if not 0 <= number < len(self._lines):
            return
        index = bisect_right(self._starts, number) - 1
        if self._items[index].key is None:
            return
        if index == self.cursor:
            self.action_choose()
        else:
            self.cursor = index
