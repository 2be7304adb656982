"""Digits typed without Shift."""

from __future__ import annotations

from ctg_tui.wording.typed import UNSHIFTED, as_digits
from tests.each_row import each_row


def test_the_ten_keys_of_an_azerty_keyboard_without_shift_are_the_ten_digits() -> None:
    assert as_digits(UNSHIFTED) == as_digits("0123456789") == "0123456789"


@each_row(
    "typed, meant",
    [
        *(("éàé_", "2028"), ("é&", "21"), ("&çç", "199"), ("&(à_,(", "1508,5"), ('8à"h3à', "803h30")),
        *(("-5", "-5"), ("-é", "62"), ("24 000,50 €", "24 000,50 €"), ("2A", "2A"), ("", "")),
    ],
)
def test_numbers_typed_on_azerty(typed: str, meant: str) -> None:
    assert as_digits(typed) == meant
