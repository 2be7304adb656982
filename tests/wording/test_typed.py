"""Numbers, dates, hours and amounts as people type them, on any keyboard; what is none gets a sentence."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ctg_tui.domain.assessment import MAX_NUMBER
from ctg_tui.domain.forecast import MAX_CENTIHOURS, MAX_SALARY_CENTS
from ctg_tui.services.forecast import parse_hours, parse_salary
from ctg_tui.wording import forecast as forecast_words
from ctg_tui.wording.french import NARROW, NBSP, thousands
from ctg_tui.wording.french import day as in_words
from ctg_tui.wording.typed import (
    as_digits,
    parse_date,
    parse_number,
    typed_date,
)
from tests.each_row import each_row

TODAY = date(2027, 2, 18)
DAYS = st.dates(date(2000, 1, 1), date(2199, 12, 31))


def refusal_of(parse: Callable[[str], object], typed: str) -> str:
    """Return what `parse` says of `typed`; a full stop when it reads it."""
    try:
        parse(typed)
    except ValueError as error:
        return str(error)
    return "."


@each_row("typed, digits", [("é&", "21"), ("21", "21"), ("-3", "-3"), ("(è_", "578"), ("abc", "abc")])
def test_digits_without_shift_are_digits(typed: str, digits: str) -> None:
    assert as_digits(typed) == digits


@each_row(
    "typed, number",
    [("", None), ("0", 0), ("4 580", 4580), (f"4{NARROW}580", 4580), (thousands(MAX_NUMBER), MAX_NUMBER)],
)
def test_a_number_is_read_with_or_without_spaces(typed: str, number: int | None) -> None:
    assert parse_number(typed) == number


@each_row("typed", ["12a", "1,5", "²", "٣", "-3", str(MAX_NUMBER + 1), "9" * 5000])
def test_what_is_no_number_is_said_in_french(typed: str) -> None:
    assert refusal_of(parse_number, typed)[:2] in {"Un", "Ce"}


@each_row(
    "typed, day",
    [
        *(("", None), ("31/03/2027", date(2027, 3, 31)), ("31.3.27", date(2027, 3, 31))),
        *(("2027-03-31", date(2027, 3, 31)), ("18/2", date(2027, 2, 18)), ("17/2", date(2028, 2, 17))),
        *(("31 MARS 2029", date(2029, 3, 31)), ("1er août", date(2027, 8, 1))),
        *(("15 déc.", date(2027, 12, 15)), ("juin 2027", date(2027, 6, 30)), ("février", date(2027, 2, 28))),
    ],
)
def test_a_day_is_read_and_without_its_year_it_is_to_come(typed: str, day: date | None) -> None:
    assert parse_date(typed, TODAY) == day


@each_row(
    "typed, why",
    [
        *(("bientôt", "par exemple"), ("31", "par exemple"), ("31 ju", "par exemple")),
        *(("31/02/2027", "n’existe pas"), ("12/13/2027", "n’existe pas"), ("0 mars", "n’existe pas")),
        ("29/2", "29 février 2027 n’existe pas".replace(" ", ".")),
        *(("31 mars 2200", "entre 2000 et 2199"), ("1900-01-01", "entre 2000 et 2199")),
    ],
)
def test_what_is_no_day_is_said(typed: str, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        parse_date(typed, TODAY)


@given(DAYS, DAYS, DAYS.filter(lambda day: (day.month, day.day) != (2, 29)))
def test_a_date_is_read_as_it_is_shown_and_without_its_year_it_is_near(
    day: date, today: date, yearly: date
) -> None:
    for shown in (typed_date(day), in_words(day), day.isoformat()):
        assert parse_date(shown, today) == day
    coming = parse_date(f"{yearly.day}/{yearly.month}", TODAY)
    assert coming is not None
    assert (coming.day, coming.month, coming >= TODAY) == (yearly.day, yearly.month, True)


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
        with pytest.raises(ValueError, match="temps plein"):
            parse_hours(typed, 1607)
    with pytest.raises(ValueError, match="par exemple"):
        parse_hours("60 %")
    with pytest.raises(ValueError, match="par exemple"):
        parse_salary("60 %")


@given(st.integers(0, MAX_CENTIHOURS), st.integers(0, MAX_SALARY_CENTS))
def test_a_shown_amount_parses_back_to_itself(centihours: int, cents: int) -> None:
    assert parse_hours(forecast_words.typed(centihours)) == centihours
    assert parse_hours(forecast_words.hours(centihours)) == centihours
    assert parse_salary(forecast_words.typed(cents)) == cents
    assert parse_salary(forecast_words.money(cents)) == cents
