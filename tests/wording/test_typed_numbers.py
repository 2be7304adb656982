"""Numbers as people type them: spaces between thousands, mistakes explained in French."""

from __future__ import annotations

import pytest

from ctg_tui.domain.steps import MAX_NUMBER
from ctg_tui.wording.french import NARROW, NBSP, thousands
from ctg_tui.wording.typed import parse_number
from tests.each_row import each_row


@each_row(
    "typed, number",
    [
        *(("", None), ("   ", None), ("0", 0), ("007", 7), ("4 580", 4580), (f"4{NBSP}580", 4580)),
        *((f"4{NARROW}580", 4580), (thousands(MAX_NUMBER), MAX_NUMBER)),
    ],
)
def test_a_number_is_read_with_or_without_spaces(typed: str, number: int | None) -> None:
    assert parse_number(typed) == number


@each_row(
    "typed, word",
    [
        *(("12a", "chiffres"), ("1,5", "chiffres"), ("1.5", "chiffres"), ("²", "chiffres")),
        *(("٣", "chiffres"), ("-3", "négatif"), ("−3", "négatif"), ("-", "chiffres")),
        *((str(MAX_NUMBER + 1), "trop grand"), ("9" * 5000, "trop grand")),
    ],
)
def test_anything_else_is_said_in_french(typed: str, word: str) -> None:
    with pytest.raises(ValueError, match=word):
        parse_number(typed)
