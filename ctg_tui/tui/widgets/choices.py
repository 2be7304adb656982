"""A list of options over one of Textual's: the chosen one bears an arrow, and each has rows of its own."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from textual.content import Content
from textual.events import Resize
from textual.geometry import Offset
from textual.widgets import OptionList
from textual.widgets.option_list import Option

_BLANK: Final = ""
"""The key of a blank row between two options, which no key chooses."""
NARROWEST: Final = 20
"""The columns that texts are cut for at least, before the list has its size."""


class Choices(OptionList):
    """Options of which the chosen one bears an arrow: `lines` gives the rows of each for a width."""

    DEFAULT_CSS = """
    Choices {
        min-width: 10;
        padding: 0 1 0 0;
        background: $background;
        text-wrap: nowrap;
        &:focus { background-tint: transparent; }
        &>.option-list--option-highlighted { background: $ligne; color: $foreground; text-style: none; }
        &:focus>.option-list--option-highlighted {
            background: $curseur; color: $curseur-texte; text-style: none;
        }
    }
    """

    def __init__(self, *, identifier: str) -> None:
        super().__init__(id=identifier, compact=True, markup=False)
        self._keys: tuple[str, ...] = ()
        self._rows_of: Callable[[str, int], Sequence[Content]] = lambda _key, _width: ()
        self._marked: int | None = None

    @property
    def key(self) -> str | None:
        """The key of the chosen option."""
        return None if self.highlighted is None else self._keys[self.highlighted]

    @property
    def rows(self) -> int:
        """How many rows all options take."""
        return sum(max(len(self._lines_of(key)), 1) for key in self._keys)

    def show(
        self,
        keys: Sequence[str],
        lines: Callable[[str, int], Sequence[Content]],
        key: str | None = None,
        *,
        is_spaced: bool = False,
    ) -> None:
        """Show these options; the one of `key` is chosen, else the one that was, else the first."""
        wanted = self.key if key is None else key
        every = [one for key in keys for one in ((_BLANK, key) if is_spaced else (key,))]
        self._keys, self._rows_of, self._marked = tuple(every[is_spaced:]), lines, None
        place = self._keys.index(wanted) if wanted is not None and wanted in self._keys else 0
        prompts = (self._prompt(each, is_chosen=False) for each in self._keys)
        self.set_options(Option(prompt, disabled=not prompt.plain) for prompt in prompts)
        self.highlighted = place if keys else None
        self._mark()

    def again(self, key: str) -> None:
        """Show one option again: what it says changed."""
        if key in self._keys:
            place = self._keys.index(key)
            self.replace_option_prompt_at_index(place, self._prompt(key, is_chosen=place == self.highlighted))

    def on_resize(self, event: Resize) -> None:
        for place, key in enumerate(self._keys):
            self.replace_option_prompt_at_index(place, self._prompt(key, is_chosen=place == self.highlighted))

    def watch_highlighted(self, highlighted: int | None) -> None:
        super().watch_highlighted(highlighted)
        self._mark()

    def _mark(self) -> None:
        before, self._marked = self._marked, self.highlighted
        for place in {before, self._marked} - {None}:
            if place is not None and place < len(self._keys):
                prompt = self._prompt(self._keys[place], is_chosen=place == self.highlighted)
                self.replace_option_prompt_at_index(place, prompt)

    def _lines_of(self, key: str) -> Sequence[Content]:
        """Return the rows of an option; none for a blank row between two."""
        width = max(self.scrollable_content_region.width - 2, NARROWEST)
        return self._rows_of(key, width) if key != _BLANK else ()

    def _prompt(self, key: str, *, is_chosen: bool) -> Content:
        lines = self._lines_of(key)
        if is_chosen:  # a grey is not read on the ground of the chosen one
            lines = [Content.styled(line.plain, "" if rank else "bold") for rank, line in enumerate(lines)]
        head = "► " if is_chosen else "  "
        return Content("\n").join(Content("  " if rank else head) + line for rank, line in enumerate(lines))

    @property
    def cursor_screen_offset(self) -> Offset:
        """The cell of the screen where the chosen option begins."""
        rows = sum(max(len(self._lines_of(key)), 1) for key in self._keys[: self.highlighted or 0])
        x, y, _, height = self.scrollable_content_region
        return Offset(x + 2, y + min(max(rows - self.scroll_offset.y, 0), max(height - 1, 0)))
