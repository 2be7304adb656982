"""Hours, salaries and numbers of posts are read as people write them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ctg_tui.domain.forecast import MAX_CENTIHOURS, MAX_SALARY_CENTS
from ctg_tui.services.forecast import parse_hours, parse_salary
from ctg_tui.wording import forecast as forecast_words
from ctg_tui.wording.french import NARROW, NBSP
from tests.each_row import each_row
from tests.wording.test_typed import refusal_of


@each_row(
    "typed, centihours",
    [
        *(("", None), ("  ", None), ("0", 0), ("1607", 160_700), ("1 607", 160_700)),
        *((f"1{NARROW}607 h", 160_700), (f"1{NBSP}607 heures", 160_700), ("803,5", 80_350)),
        *(("803.50", 80_350), ("803,05", 80_305), ("803h30", 80_350), ("803 H 20", 80_333)),
        *(("803 h 40", 80_367), ("8784", 878_400), ("24h", 2_400)),
    ],
)
def test_hours_are_read_as_people_write_them(typed: str, centihours: int | None) -> None:
    assert parse_hours(typed) == centihours


@each_row(
    "typed, cents",
    [
        *(("", None), ("24000", 2_400_000), ("24 000,5", 2_400_050)),
        (f"24{NARROW}000,50{NBSP}€", 2_400_050),
        *(("24000 euros", 2_400_000), ("999999,99 EUR", 99_999_999)),
        *(("1 250,50", 125_050), ("1250.5 €", 125_050)),
    ],
)
def test_salaries_are_read_as_people_write_them(typed: str, cents: int | None) -> None:
    assert parse_salary(typed) == cents


@each_row(
    "typed",
    [
        *("abc", "1,607", "1.607,5", "12,345", "1e3", "NaN", "٣", "803h99", "=1+1", "--5", "1,", ",5"),
        *("9" * 40, "\x00"),
    ],
)
def test_a_text_that_is_no_amount_is_refused_with_an_example(typed: str) -> None:
    for parse in (parse_hours, parse_salary):
        with pytest.raises(ValueError, match="par exemple"):
            parse(typed)


def test_a_part_of_a_full_time_post_is_hours_and_only_where_a_full_time_post_is_known() -> None:
    assert parse_hours("60 %", 1607) == 96_420
    assert parse_hours(f"62,5{NARROW}%", 1607) == 100_438
    for typed in ("%", "soixante %", "-5 %"):
        with pytest.raises(ValueError, match=r"temps plein|négatif"):
            parse_hours(typed, 1607)
    with pytest.raises(ValueError, match="par exemple"):
        parse_hours("60 %")
    with pytest.raises(ValueError, match="par exemple"):
        parse_salary("60 %")


@given(st.text(max_size=12))
def test_any_text_is_an_amount_or_gets_a_sentence(typed: str) -> None:
    for parse in (parse_hours, lambda text: parse_hours(text, 1607), parse_salary):
        assert refusal_of(parse, typed).endswith(".")


@given(st.integers(0, MAX_CENTIHOURS), st.integers(0, MAX_SALARY_CENTS))
def test_a_shown_amount_parses_back_to_itself(centihours: int, cents: int) -> None:
    assert parse_hours(forecast_words.typed(centihours)) == centihours
    assert parse_hours(forecast_words.hours(centihours)) == centihours
    assert parse_salary(forecast_words.typed(cents)) == cents
    assert parse_salary(forecast_words.money(cents)) == cents
