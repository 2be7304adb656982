"""What is said: short lines, cut where one breathes, without a sign that says nothing aloud."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from ctg_tui.domain.text import clean
from ctg_tui.text_mode.dialogue import WIDTH, lines
from tests.each_row import each_row
from tests.strategies import HOSTILE_TEXTS


@each_row("text", HOSTILE_TEXTS)
def test_no_line_is_too_long_whatever_the_text(text: str) -> None:
    assert all(cell_len(line) <= WIDTH for line in lines(clean(text, multiline=True)))


@given(st.lists(st.text("abcdé.,:;?! »", max_size=30), max_size=20))
def test_cutting_loses_no_word(words: list[str]) -> None:
    text = " ".join(" ".join(words).split())
    assert " ".join(lines(text)).split() == text.split()
    assert all(cell_len(line) <= WIDTH for line in lines(text))
