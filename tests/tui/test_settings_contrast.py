"""In each theme, every text has enough contrast on every ground that it stands on (WCAG 1.4.3, 1.4.11)."""

from __future__ import annotations

from itertools import product

import pytest

from ctg_tui.tui.settings import THEMES
from tests.report.test_html import contrast

GROUNDS = ("background", "surface", "panel", "ligne")
TEXTS = ("foreground", "accent", "warning", "error", "doux", "discret", "an-dernier", "ensemble")


@pytest.mark.parametrize("theme", THEMES)
def test_every_text_can_be_told_from_its_ground(theme: str) -> None:
    colours = THEMES[theme].variables
    pairs = [*product(TEXTS, GROUNDS), ("curseur-texte", "curseur"), ("curseur-an-dernier", "curseur")]
    weak = [pair for pair in pairs if contrast(*(colours[role] for role in pair)) < 4.5]
    assert not weak
    drawn = [*product(("filet", "border"), ("background", "surface")), ("accent", "panel")]
    assert not [pair for pair in drawn if contrast(*(colours[role] for role in pair)) < 3.0]
