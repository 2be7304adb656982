"""Every colour that the pages really show has enough contrast (WCAG 1.4.3 and 1.4.11), in each theme."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from pathlib import Path

import pytest
from rich.segment import Segment
from rich.style import Style
from textual.screen import ModalScreen

from ctg_tui.tui.settings import THEMES
from tests.effort import IS_NIGHT, some
from tests.report.test_html_accessibility import contrast
from tests.tui.driving import Driver, make, press, running
from tests.tui.walk import every_page, fill_database, go_home, shown_page

pytestmark = pytest.mark.usefixtures("documents")

TEXT, LINES = 4.5, 3.0
GUIDES = {theme.variables["radar-anneau"] for theme in THEMES.values()}
"""The ring and spokes of the radar, and the rules: nothing is lost by who does not see them."""
Pair = tuple[str, str, float]
"""The colour of a character, that behind it, and the contrast that it needs."""


def pairs(strip: list[Segment], ground: Style) -> Iterator[tuple[Pair, str]]:
    """Yield each pair of colours of one line of the screen, with the characters that have it."""
    for segment in strip:
        letters = segment.text.replace("\N{NO-BREAK SPACE}", " ").strip()
        if not letters:
            continue
        style = ground + (segment.style or Style())
        ink, behind = style.color, style.bgcolor
        assert ink is not None
        assert behind is not None
        if style.reverse:
            ink, behind = behind, ink
        for needed, drawn in ((TEXT, False), (LINES, True)):
            kind = "".join(letter for letter in letters if is_drawn(letter) is drawn and letter != " ")
            if kind and not (drawn and ink.get_truecolor().hex in GUIDES):
                yield (ink.get_truecolor().hex, behind.get_truecolor().hex, needed), kind


def is_drawn(letter: str) -> bool:
    """Return whether a character is a line, a block, a dot or a mark rather than text."""
    return (
        unicodedata.category(letter) in {"So", "Sm", "Sk"} or 0x2500 <= ord(letter) < 0x2900 or letter == "·"
    )


def shown_pairs(pilot: Driver) -> dict[Pair, str]:
    """Return every pair of colours on the screen, each with the characters that have it."""
    screen = pilot.app.screen
    found: dict[Pair, str] = {}
    strips = screen._compositor.render_strips()
    if isinstance(screen, ModalScreen):  # the page below is dimmed: nothing of it is active
        dialog = max((child.region for child in screen.children), key=lambda region: region.area)
        strips = [strip.crop(dialog.x, dialog.right) for strip in strips[dialog.y : dialog.bottom]]
    for strip in strips:
        for pair, letters in pairs(list(strip), screen.rich_style):
            found[pair] = (found.get(pair, "") + letters)[:60]
    return found


@pytest.mark.parametrize(
    ("size", "themes"), some([((120, 40), tuple(THEMES)), ((80, 24), tuple(THEMES)[:1])], 2)
)
async def test_every_colour_shown_can_be_told_from_its_ground(
    tmp_path: Path, size: tuple[int, int], themes: tuple[str, ...]
) -> None:
    fill_database(tmp_path)
    weak: dict[tuple[str, Pair], tuple[str, str]] = {}
    seen: dict[str, set[Pair]] = {theme: set() for theme in themes}
    async with running(tmp_path, size) as pilot:
        pages = [*every_page().items()]
        for rank, theme in enumerate(themes):
            pilot.app.theme = theme
            await pilot.pause()
            for name, (destination, keys) in pages if IS_NIGHT else pages[2 * rank :: 8]:
                async with shown_page(pilot, destination, keys):
                    for pair, letters in shown_pairs(pilot).items():
                        seen[theme].add(pair)
                        ink, behind, needed = pair
                        if contrast(ink, behind) < needed:
                            weak.setdefault((theme, pair), (name, letters))
    lines = [
        f"{contrast(ink, behind):.2f} < {needed}: {ink} on {behind}, {theme}, « {letters} », {name}"
        for (theme, (ink, behind, needed)), (name, letters) in sorted(weak.items())
    ]
    assert not lines, "\n" + "\n".join(lines)
    for theme, pairs_seen in seen.items():
        assert len(pairs_seen) > 12, f"the pages were looked at in {theme}"


async def test_a_field_without_the_focus_can_be_told_from_its_page(tmp_path: Path) -> None:
    """By its ground or by a line under it, to its end: an empty one as well."""
    make(tmp_path)
    async with running(tmp_path, (120, 40)) as pilot:
        for keys in ((".accueil.renseignements",), (".accueil.previsionnel",)):
            await press(pilot, *keys)
            for theme in THEMES:
                pilot.app.theme = theme
                await pilot.pause()
                assert_fields_can_be_told(pilot, theme)
            await go_home(pilot)


def assert_fields_can_be_told(pilot: Driver, theme: str) -> None:
    screen = pilot.app.screen
    page_ground = screen.rich_style.bgcolor
    fields = [*screen.query("TextField"), *screen.query("CommentEditor")]
    strips = screen._compositor.render_strips()
    insides = [
        field.content_region.intersection(screen.find_widget(field).visible_region)
        for field in fields
        if not field.has_focus
    ]
    assert any(inside.area for inside in insides)
    for inside in insides:
        for y in range(inside.y, inside.bottom):
            for segment in strips[y].crop(inside.x, inside.right):
                style = segment.style or Style()
                assert style.underline or style.bgcolor != page_ground, (theme, segment)
