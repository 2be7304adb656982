"""The list alone: the cursor, the items that can be chosen, and the painted cells."""

from __future__ import annotations

from collections.abc import Sequence

from textual.app import App, ComposeResult
from textual.pilot import Pilot
from textual.reactive import Reactive
from textual.theme import Theme

from ctg_tui.tui.app import THEMES
from ctg_tui.tui.widgets.listing import Item, Listing, Piece


class Bench(App[None]):
    """The widgets alone, and their messages."""

    theme: Reactive[str] = Reactive("sombre")

    def __init__(self, items: Sequence[Item]) -> None:
        super().__init__()
        self._items = items
        self.chosen: list[str] = []

    @property
    def available_themes(self) -> dict[str, Theme]:
        return THEMES

    def get_theme_variable_defaults(self) -> dict[str, str]:
        return dict(THEMES["sombre"].variables)

    def compose(self) -> ComposeResult:
        yield Listing(self._items)

    def on_option_list_option_selected(self, message: Listing.OptionSelected) -> None:
        self.chosen.append(message.option_id or "")


def item(key: str | None, *lines: str) -> Item:
    return Item(key, lambda _width: [(Piece(line),) for line in lines])


def painted(pilot: Pilot[None]) -> str:
    strips = pilot.app.screen._compositor.render_strips()
    return "\n".join("".join(piece.text for piece in line) for line in strips)


ITEMS = [
    item(None, "titre"),
    item("un", "1", "1 bis"),
    item(None, "entre"),
    item("deux", "2"),
    item(None, "fin"),
]


async def test_the_cursor_stands_only_on_what_can_be_chosen() -> None:
    async with Bench(ITEMS).run_test() as pilot:
        listing = pilot.app.query_one(Listing)
        assert listing.key == "un"
        for key, expected in (
            ("down", "deux"),
            ("down", "deux"),
            ("up", "un"),
            ("end", "deux"),
            ("home", "un"),
        ):
            await pilot.press(key)
            assert listing.key == expected, key
        await pilot.press("enter")
        assert isinstance(pilot.app, Bench)
        await pilot.click(Listing, offset=(3, 3))
        await pilot.click(Listing, offset=(3, 4))
        assert pilot.app.chosen == ["un", "deux"], "a click chooses, and one beside the items does nothing"


async def test_lines_between_two_choices_are_all_brought_in_sight() -> None:
    between = [item(None, f"lu {number:02}") for number in range(9)]
    app = Bench([item("a", "premier"), *between, item("b", "second"), *between[:4], item("c", "troisième")])
    async with app.run_test(size=(80, 8)) as pilot:
        listing = app.query_one(Listing)
        await pilot.pause()
        for key, last in (("down", "c"), ("up", "a")):
            seen = ""
            for _ in range(22):
                seen += painted(pilot)
                await pilot.press(key)
            assert listing.key == last
            assert all(f"lu {number:02}" in seen for number in range(9)), key
            assert not set("▁▂▃▄▅▆▇") & set(seen), "the scrollbar ends with a whole cell"


async def test_another_theme_changes_the_ground_of_every_item_the_one_under_the_cursor_too() -> None:
    async def grounds(*themes: str) -> list[list[str]]:
        items = [Item("un", lambda _width: [(Piece("1"),), ()]), item(None, "entre"), item("deux", "2")]
        async with Bench(items).run_test() as pilot:
            for theme in themes:
                pilot.app.theme = theme
                await pilot.pause()
                strips = pilot.app.screen._compositor.render_strips()
            return [[str(piece.style and piece.style.bgcolor) for piece in line] for line in strips]

    assert await grounds("sombre", "clair") == await grounds("clair")
