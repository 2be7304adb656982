"""A list of items of any height on Textual's `OptionList`: it scrolls, moves the cursor and takes the mouse.

An item is laid out for the width of its list by builders: `row`, `ends`, `hung`, `words`, `section_title`…
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from itertools import accumulate
from typing import Final, NamedTuple, cast

from rich.cells import cell_len
from rich.segment import Segment
from textual.css.styles import RulesMap
from textual.events import Resize
from textual.geometry import Offset
from textual.strip import Strip
from textual.style import Style
from textual.visual import RenderOptions, Visual
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from ctg_tui.domain.text import clean
from ctg_tui.tui.characters import cut_at_a_word
from ctg_tui.wording.french import wrap

PLAIN, STRONG, SOFT, ACCENT, TITLE = "", "bold", "$discret", "$accent", "bold $primary"
READ = "$foreground"
"""A text to read, which does not become bold under the cursor."""
BEFORE = "$an-dernier"
"""Last year, and nothing else."""


class Piece(NamedTuple):
    """A run of text of one style: `PLAIN`, `STRONG`, `SOFT`, `ACCENT`, `TITLE`, `BEFORE`, or another."""

    text: str
    style: str = PLAIN


strong, soft, accent = (partial(Piece, style=style) for style in (STRONG, SOFT, ACCENT))
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
    for text, style in left:
        shortened.append(Piece(text if cell_len(text) <= room else cut_at_a_word(text, room), style))
        room -= min(cell_len(text), room)
    return (*shortened, Piece(" " * (room + 1)), *right)


def hanging(head: Piece, text: str, width: int, style: str = PLAIN) -> list[Line]:
    """Return `head`, and at its right `text` in as many lines as it needs, all with the same indent."""
    indent = cell_len(head.text)
    first, *others = wrap(clean(text, multiline=True), max(width - indent, 10))
    return [(head, Piece(first, style)), *((Piece(" " * indent), Piece(other, style)) for other in others)]


def row(key: str | None, *parts: Callable[[int], Sequence[Line]]) -> Item:
    """Return an item made of `parts`, one below the other: `ends`, `hung`, `words`, `blank`."""
    return Item(key, lambda width: [line for part in parts for line in part(width)])


def ends(left: str | Piece | Sequence[Piece], right: str | Piece = "") -> Callable[[int], Sequence[Line]]:
    """Return a line with a text at each end; the end of the left one is cut if need be."""
    return lambda width: [spread(_pieces(left), _pieces(right), width)]


def hung(head: str | Piece, text: str, style: str = PLAIN) -> Callable[[int], Sequence[Line]]:
    """Return `head` and, at its right, `text` in as many lines as it needs."""
    return lambda width: hanging(_piece(head), text, width, style)


def words(text: str, style: str = PLAIN) -> Callable[[int], Sequence[Line]]:
    """Return `text` in as many lines as it needs."""
    return lambda width: [(Piece(line, style),) for line in wrap(text, width)]


def ticked(key: str, text: str, *, is_taken: bool) -> Item:
    """Return an item that is taken or left, with its box."""
    head = Piece("[x] ", ACCENT) if is_taken else Piece("[ ] ")
    return row(key, hung(head, text))


def blank(_width: int) -> Sequence[Line]:
    """Return a blank line."""
    return [()]


def section_title(title: str, aside: str = "") -> Item:
    """Return the heading of a section, and a blank line."""
    return row(None, ends(Piece(title, TITLE), soft(aside)), blank)


def sentence(text: str) -> Item:
    """Return a sentence to read, in as many lines as it needs, and a blank line."""
    return row(None, words(clean(text, multiline=True), SOFT), blank)


def gap() -> Item:
    """Return a blank line."""
    return row(None, blank)


def _piece(text: str | Piece) -> Piece:
    return text if isinstance(text, Piece) else Piece(text)


def _pieces(texts: str | Piece | Sequence[Piece]) -> Sequence[Piece]:
    return [_piece(texts)] if isinstance(texts, str | Piece) else texts


_MARGINS: Final = 3
"""The cells of the arrow, and one of air before the scrollbar."""


class _Drawn(Visual):
    """An item in its list: its lines for the size of the list, the arrow and the ground of the cursor."""

    def __init__(self, item: Item, listing: Listing) -> None:
        self._item, self._listing = item, listing
        self._size = -1, -1
        self._lines: Sequence[Line] = ()

    def lines(self, width: int) -> Sequence[Line]:
        """Return the lines of the item in a list of `width` columns."""
        size = width, self._listing.size.height
        if self._size != size:
            self._size, self._lines = size, self._item.lines(max(width - _MARGINS, 1))
        return self._lines

    def get_optimal_width(self, rules: RulesMap, container_width: int) -> int:
        return container_width

    def get_height(self, rules: RulesMap, width: int) -> int:
        return len(self.lines(width))

    def render_strips(
        self, width: int, height: int | None, style: Style, options: RenderOptions
    ) -> list[Strip]:
        """Return the lines; those under the cursor have the ground of `style`, what is plain its weight too.

        Of two lists side by side one answers the keys: only there does the arrow stand.
        """
        chosen, listing = self._listing.highlighted_option, self._listing
        is_chosen = chosen is not None and chosen.prompt is self
        plain, strips = listing.get_visual_style("option-list--option"), []
        for number, line in enumerate(self.lines(width)):
            has_cursor = is_chosen and bool(line)
            ground = plain + style.background_style if has_cursor else plain
            arrow = "  " if number else "► " if listing.answers else "› "
            segments = [Segment(arrow if has_cursor else "  ", ground.rich_style)]
            for text, name in line:
                look = (style if has_cursor and name == PLAIN else ground) + options.get_style(name)
                segments.append(Segment(clean(text), look.rich_style))
            strips.append(Strip(segments).adjust_cell_length(width, ground.rich_style))
        return strips


class Listing(OptionList):
    """Items under a cursor; those without a key cannot be chosen. Entrée or a click: `OptionSelected`."""

    DEFAULT_CSS = """
    Listing {
        height: 1fr;
        min-width: 10;
        border: none;
        padding: 0;
        scrollbar-gutter: stable;
        scrollbar-size-horizontal: 0;
        background: $background;
        &:focus { border: none; background-tint: transparent; }
        &>.option-list--option { padding: 0; }
        &>.option-list--option-hover { background: transparent; }
        &>.option-list--option-highlighted {
            background: $background; color: $foreground; text-style: bold;
        }
        &:focus>.option-list--option-highlighted, &.-led>.option-list--option-highlighted {
            background: $ligne; color: $foreground; text-style: bold;
        }
    }
    """

    def __init__(
        self,
        items: Sequence[Item] = (),
        key: str | None = None,
        *,
        is_led: bool = False,
    ) -> None:
        """Make a list; the cursor is on the item of `key`, else on the first one that can be chosen.

        `is_led` says that a field beside it, which keeps the focus, moves its cursor.
        """
        super().__init__(classes="-led" if is_led else None, markup=False)
        self.auto_links = False  # looking for links takes half of the painting
        self.show(items, key)

    @property
    def answers(self) -> bool:
        """Whether the keys move its cursor."""
        return self.has_focus or self.has_class("-led")

    @property
    def key(self) -> str | None:
        """The key of the item under the cursor."""
        return None if self.highlighted_option is None else self.highlighted_option.id

    @property
    def keys(self) -> tuple[str | None, ...]:
        """The key of every item, in order."""
        return tuple(option.id for option in self.options)

    @property
    def _choices(self) -> list[int]:
        """The places of the items that can be chosen."""
        return [index for index, option in enumerate(self.options) if not option.disabled]

    def show(self, items: Sequence[Item], key: str | None = None) -> None:
        """Replace the items; the cursor goes to the item of `key`, else stays on its item, or near it."""
        wanted, place, top = key or self.key, self.highlighted or 0, self.scroll_offset.y
        self.set_options(Option(_Drawn(item, self), item.key, disabled=item.key is None) for item in items)
        if self.is_mounted:
            self.scroll_to(y=top, animate=False, immediate=True)
        place = self.keys.index(wanted) if wanted is not None and wanted in self.keys else place
        choices = self._choices
        self.highlighted = next((one for one in choices if one >= place), choices[-1] if choices else None)

    def select(self, key: str) -> None:
        """Put the cursor on the item of `key`, if it is there."""
        if key in self.keys:
            self.highlighted = self.keys.index(key)

    def span(self, index: int) -> tuple[int, int]:
        """Return the first line of an item in the whole list, and the one past its last."""
        width = self.scrollable_content_region.width
        heights = [cast(_Drawn, one.prompt).get_height({}, width) for one in self.options[: index + 1]]
        *_, end = accumulate(heights, initial=0)
        return end - heights[-1], end

    @property
    def cursor_screen_offset(self) -> Offset:
        """The cell of the screen where the item under the cursor begins."""
        line = 0 if self.highlighted is None else self.span(self.highlighted)[0] - self.scroll_offset.y
        x, y, width, height = self.scrollable_content_region
        return Offset(min(x + 2, x + max(width - 1, 0)), y + min(max(line, 0), max(height - 1, 0)))

    def on_resize(self, event: Resize) -> None:
        self.call_next(self.scroll_to_highlight)

    def notify_style_update(self) -> None:
        """Paint all items anew: Textual keeps the picture of each, also when the ground around it changed."""
        if self.options:
            self.replace_option_prompt_at_index(0, self.options[0].prompt)
        super().notify_style_update()

    # moving: where the cursor cannot go further, the lines scroll, so that all of them are read

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool:
        """Leave Entrée to the page when no item can be chosen."""
        return action != "select" or self.key is not None

    def validate_highlighted(self, highlighted: int | None) -> int | None:
        """Stay where nothing further on can be chosen: there, Page would lose the cursor."""
        stays = highlighted is None and bool(self.options)
        return self.highlighted if stays else super().validate_highlighted(highlighted)

    def _step(self, step: int) -> None:
        """Go to the next item that can be chosen, unless that would skip lines that are out of sight."""
        here, choices, height = self.highlighted, self._choices, self.scrollable_content_region.height
        onwards = [one for one in choices[::step] if here is None or (one - here) * step > 0]
        start, end = self.span(onwards[0]) if onwards else (0, 0)
        top = end - height if step > 0 else start
        if not onwards or (top - self.scroll_offset.y) * step > height:
            self.scroll_relative(y=step, animate=False)
            return
        self.highlighted = onwards[0]
        if onwards[0] == choices[0]:
            self.scroll_home(animate=False)  # its heading comes with it

    def _or_scroll(self, move: Callable[[], None], scroll: Callable[..., None]) -> None:
        before = self.highlighted
        if before is not None and self.size:  # a hidden list has no lines to go over
            move()
        if self.highlighted == before:
            scroll(animate=False)

    def action_cursor_down(self) -> None:
        self._step(1)

    def action_cursor_up(self) -> None:
        self._step(-1)

    def action_first(self) -> None:
        self._or_scroll(super().action_first, self.scroll_home)

    def action_last(self) -> None:
        self._or_scroll(super().action_last, self.scroll_end)

    def action_page_down(self) -> None:
        self._or_scroll(super().action_page_down, self.scroll_page_down)

    def action_page_up(self) -> None:
        self._or_scroll(super().action_page_up, self.scroll_page_up)
