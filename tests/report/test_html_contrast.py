"""Every colour of the report has enough contrast (RGAA 3.2, 3.3), computed from the style sheet."""

from __future__ import annotations

import re

import pytest

from ctg_tui.report.html import style_sheet
from tests.each_row import each_row

_TEXT = 4.5
_GRAPHIC = 3.0


def palette(block: str) -> dict[str, str]:
    return dict(re.findall(r"--([a-z0-9-]+): (#[0-9a-f]{6});", block))


def palettes() -> dict[str, dict[str, str]]:
    """Return the colours for light, dark and print; the last two inherit from the first."""
    style = style_sheet()
    light, dark, paper = (palette(block) for block in re.findall(r":root \{(.*?)\}", style, re.DOTALL))
    return {"light": light, "dark": light | dark, "paper": light | paper}


def luminance(colour: str) -> float:
    channels = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(first: str, second: str) -> float:
    lighter, darker = sorted((luminance(first), luminance(second)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def test_the_formula_is_the_known_one() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.01)


@each_row("name", ["light", "dark", "paper"])
@each_row("ground", ["fond", "fond-tete"])
@each_row("ink", ["texte", "discret", "lien"])
def test_text_can_be_read(name: str, ground: str, ink: str) -> None:
    colours = palettes()[name]
    assert contrast(colours[ink], colours[ground]) >= _TEXT


@each_row("name", ["light", "dark", "paper"])
@each_row("ink", ["filet", "avant", "texte", "barre"])
def test_lines_and_marks_can_be_seen(name: str, ink: str) -> None:
    colours = palettes()[name]
    for ground in ("fond", "fond-tete"):
        assert contrast(colours[ink], colours[ground]) >= _GRAPHIC


@each_row("name", ["light", "dark", "paper"])
@each_row("ink", ["avant", "texte"])
def test_each_outline_can_be_seen_over_the_inside_of_the_radar(name: str, ink: str) -> None:
    colours = palettes()[name]
    assert contrast(colours[ink], colours["dedans"]) >= _GRAPHIC


def test_no_colour_escapes_the_computation() -> None:
    rest = re.sub(r":root \{.*?\}", "", style_sheet(), flags=re.DOTALL)
    assert not re.search(r"#[0-9a-fA-F]{3,8}\b(?!\s*\{)", rest)
    assert not re.search(r"\b(rgb|hsl|color-mix)\(|\bopacity\b", rest)
    used = set(re.findall(r"var\(--([a-z0-9-]+)\)", rest))
    assert used == set(palettes()["light"])


def test_the_two_outlines_differ_by_more_than_colour() -> None:
    style = style_sheet()
    now, before = (re.search(rf"{name} \{{([^}}]*)\}}", style) for name in (r"\.trace", r"\.trace\.avant"))
    assert now
    assert before
    assert "dasharray" not in now[1]
    assert "stroke-width: 4;" in now[1]
    assert "stroke-dasharray: 6 5;" in before[1]
    assert "stroke-width: 2;" in before[1]
