"""A list of items of any height on Textual's `OptionList`: it scrolls, moves the cursor and takes the mouse.

An item is laid out for the width of its list by builders: `row`, `ends`, `hung`, `words`, `section_title`…
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import accumulate, takewhile
from typing import ClassVar, Final, NamedTuple, cast

from rich.cells import cell_len
from rich.segment import Segment
from textual.binding import Binding, BindingType
from textual.css.styles import RulesMap
from textual.events import Resize
from textual.geometry import Offset
from textual.message import Message
from textual.strip import Strip
from textual.style import Style
from textual.visual import RenderOptions, Visual
from textual.widgets import OptionList
from textual.widgets.option_list import Option

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


class _Drawn(Visual):
    """An item in its list: its lines for a width, the arrow and the ground of the cursor."""

    def __init__(self, item: Item, listing: Listing) -> None:
        self._item, self._listing = item, listing
        self._width = -1
        self._lines: Sequence[Line] = ()

    def lines(self, width: int) -> Sequence[Line]:
        """Return the lines of the item in a list of `width` columns."""
        if self._width != width:
            self._width, self._lines = width, self._item.lines(max(width - _MARGINS, 1))
        return self._lines

    def get_optimal_width(self, rules: RulesMap, container_width: int) -> int:
        return container_width

    def get_height(self, rules: RulesMap, width: int) -> int:
        return len(self.lines(width))

    def render_strips(
        self, width: int, height: int | None, style: Style, options: RenderOptions
    ) -> list[Strip]:
        return self._listing.painted(self, self.lines(width), width, style)


class Listing(OptionList, TakesLetters):
    """Items under a cursor; those without a key cannot be chosen. Entrée or a click chooses: `Chosen`."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        f"listing--{role}" for role in (PLAIN, STRONG, SOFT, ACCENT, TITLE, BEFORE, "below")
    }
    DEFAULT_CSS = """
    Listing {
        height: 1fr;
        min-width: 10;
        scrollbar-gutter: stable;
        border: none;
        padding: 0;
        background: $background;
        &:focus { border: none; background-tint: transparent; }
        &>.option-list--option { padding: 0; }
        &>.listing--strong { text-style: bold; }
        &>.listing--soft { color: $discret; }
        &>.listing--accent { color: $accent; }
        &>.listing--title { color: $primary; text-style: bold; }
        &>.listing--before { color: $an-dernier; }
        &>.listing--below { background: $ligne; }
        &>.option-list--option-highlighted { background: $ligne; color: $foreground; text-style: none; }
        &:focus>.option-list--option-highlighted, &.-led>.option-list--option-highlighted {
            background: $curseur; color: $curseur-texte; text-style: none;
        }
        &>.option-list--option-hover { background: transparent; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "cursor_up", "Ligne précédente", show=False),
        Binding("down", "cursor_down", "Ligne suivante", show=False),
        Binding("pageup", "page_up", "Page précédente", show=False),
        Binding("pagedown", "page_down", "Page suivante", show=False),
        Binding("home", "first", "Début", show=False),
        Binding("end", "last", "Fin", show=False),
        Binding("enter", "select", "Choisir", show=False),
    ]

    class Chosen(Message):
        """Entrée on the item under the cursor, or a click on an item."""

        def __init__(self, listing: Listing, key: str) -> None:
            super().__init__()
            self.listing, self.key = listing, key

        @property
        def control(self) -> Listing:
            """The list, for `on` with its id."""
            return self.listing

    def __init__(
        self,
        items: Sequence[Item] = (),
        key: str | None = None,
        *,
        identifier: str | None = None,
        is_led: bool = False,
        lights_first: bool = False,
    ) -> None:
        """Make a list; the cursor is on the item of `key`, else on the first one that can be chosen.

        `is_led` says that a field beside it, which keeps the focus, moves its cursor; with `lights_first` the
        colour of the cursor is on the first line of its item alone.
        """
        self._lights_first = lights_first
        super().__init__(id=identifier, classes="-led" if is_led else None, markup=False)
        self.auto_links = False  # looking for links takes half of the painting
        self.show(items, key)

    @property
    def key(self) -> str | None:
        """The key of the item under the cursor."""
        option = self.highlighted_option
        return None if option is None else option.id

    @property
    def keys(self) -> tuple[str | None, ...]:
        """The key of every item, in order."""
        return tuple(option.id for option in self.options)

    def show(self, items: Sequence[Item], key: str | None = None) -> None:
        """Replace the items; the cursor goes to the item of `key`, else stays on its item, or near it."""
        wanted, place, top = key or self.key, self.highlighted or 0, self.scroll_offset.y
        self.set_options(Option(_Drawn(item, self), item.key, disabled=item.key is None) for item in items)
        if self.is_mounted:
            self.scroll_to(y=top, animate=False, immediate=True)
        keys = self.keys
        place = keys.index(wanted) if wanted is not None and wanted in keys else place
        choices = self._choices
        self.highlighted = next((one for one in choices if one >= place), choices[-1] if choices else None)

    def again(self, item: Item) -> None:
        """Lay one item out again, if it is there: what it says changed."""
        if item.key is not None and item.key in self.keys:
            self.replace_option_prompt(item.key, _Drawn(item, self))

    def select(self, key: str, *, at_top: bool = False) -> None:
        """Put the cursor on the item of `key`, if it is there; `at_top` scrolls its heading to the top."""
        if key not in self.keys:
            return
        self.highlighted = index = self.keys.index(key)
        if at_top:
            heads = takewhile(lambda one: self.options[one].disabled, range(index - 1, -1, -1))
            self.scroll_to(y=self.span(min(heads, default=index))[0], animate=False)

    def clear_selection(self) -> None:
        """Put the cursor on no item."""
        self.set_reactive(OptionList.highlighted, None)
        self.refresh()

    @property
    def _choices(self) -> tuple[int, ...]:
        """The places of the items that can be chosen."""
        return tuple(index for index, option in enumerate(self.options) if not option.disabled)

    @property
    def is_at_first(self) -> bool:
        """Whether the cursor is on the first item that can be chosen."""
        return self.highlighted is not None and self.highlighted == min(self._choices, default=None)

    def span(self, index: int) -> tuple[int, int]:
        """Return the first line of an item in the whole list, and the one past its last."""
        width = self.scrollable_content_region.width
        heights = [cast(_Drawn, one.prompt).get_height({}, width) for one in self.options[: index + 1]]
        *_, end = accumulate(heights, initial=0)
        return end - heights[-1], end

    # painting

    def painted(self, drawn: _Drawn, lines: Sequence[Line], width: int, style: Style) -> list[Strip]:
        """Return the lines of an item: over `style` where it is the one under the cursor.

        Of two lists side by side one answers the keys: only there does the arrow stand, also in two tones.
        A blank line is no part of the cursor, and a colour of a role is dropped on it, for the contrast.
        """
        option = self.highlighted_option
        is_chosen, answers = (
            option is not None and option.prompt is drawn,
            self.has_focus or self.has_class("-led"),
        )
        plain = self.get_visual_style("option-list--option").rich_style
        below = self.get_component_rich_style("listing--below") if self._lights_first else style.rich_style
        strips = []
        for number, line in enumerate(lines):
            has_cursor = is_chosen and bool(line)
            ground = plain if not has_cursor else below if number else style.rich_style
            segments = [Segment(("► " if answers else "› ") if has_cursor and not number else "  ", ground)]
            for piece in line:
                role = self.get_component_rich_style(f"listing--{piece.role}", partial=True)
                is_lit = has_cursor and answers and not (number and self._lights_first)
                look = ground + (role.without_color if is_lit else role)
                segments.append(Segment(apart(clean(piece.text)), look))
            strips.append(Strip(segments).adjust_cell_length(width, ground))
        return strips

    @property
    def cursor_screen_offset(self) -> Offset:
        """The cell of the screen where the item under the cursor begins."""
        line = 0 if self.highlighted is None else self.span(self.highlighted)[0] - self.scroll_offset.y
        x, y, width, height = self.scrollable_content_region
        return Offset(min(x + 2, x + max(width - 1, 0)), y + min(max(line, 0), max(height - 1, 0)))

    # moving

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool:
        """Leave Entrée to the page when no item can be chosen."""
        return action != "select" or self.key is not None

    def validate_highlighted(self, highlighted: int | None) -> int | None:
        """Stay where there is nothing further on: at the ends, `OptionList` would lose the cursor."""
        return (
            self.highlighted
            if highlighted is None and self.options
            else super().validate_highlighted(highlighted)
        )

    def on_resize(self, event: Resize) -> None:
        self.call_next(self.scroll_to_highlight)

    def scroll_to_highlight(self, top: bool = False) -> None:
        """Bring the item under the cursor in sight; the heading of the first one comes with it."""
        super().scroll_to_highlight(top)
        height = self.scrollable_content_region.height
        if self.highlighted is not None and self.is_at_first and self.span(self.highlighted)[1] <= height:
            self.scroll_to(y=0, animate=False, immediate=True)

    def step(self, step: int) -> None:
        """Go to the next item that can be chosen, `step` 1 or -1; lines out of sight before it come first."""
        here = self.highlighted
        onwards = [one for one in self._choices if here is None or (one - here) * step > 0]
        target = (onwards[0] if step > 0 else onwards[-1]) if onwards else None
        if target is None or (here is not None and self._passes_over(here, target, step)):
            self.scroll_relative(y=step, animate=False)
        else:
            self.highlighted = target

    def _passes_over(self, here: int, target: int, step: int) -> bool:
        """Return whether going to `target` would skip lines that are out of sight."""
        top, height = self.scroll_offset.y, self.scrollable_content_region.height
        (start, end), (first, past) = self.span(target), self.span(here)
        if step > 0:
            return first >= top + height or min(end, start + height) - height > top + height
        return past <= top or start + height < top

    def action_cursor_down(self) -> None:
        self.step(1)

    def action_cursor_up(self) -> None:
        self.step(-1)

    def action_first(self) -> None:
        super().action_first()
        if self.key is None:
            self.scroll_home(animate=False)

    def action_last(self) -> None:
        super().action_last()
        if self.key is None:
            self.scroll_end(animate=False)

    def action_page_down(self) -> None:
        """Move by a page; through an item higher than that, and past the last one, scroll."""
        before = self.highlighted
        super().action_page_down()  # type: ignore[no-untyped-call]
        if self.highlighted == before:
            self.scroll_page_down(animate=False)

    def action_page_up(self) -> None:
        """Move by a page, or scroll, as `action_page_down`."""
        before = self.highlighted
        super().action_page_up()  # type: ignore[no-untyped-call]
        if self.highlighted == before:
            self.scroll_page_up(animate=False)

    def action_select(self) -> None:
        if self.key is not None:
            self.post_message(self.Chosen(self, self.key))
