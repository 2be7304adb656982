"""Dates as people type them."""

from __future__ import annotations

from datetime import date

import pytest

from ctg_tui.wording.typed import date_meant, parse_date, parse_past_date, typed_date
from tests.each_row import each_row

TODAY = date(2027, 2, 18)


@each_row(
    "typed, day",
    [
        *(("", None), ("  ", None), ("31/03/2027", date(2027, 3, 31)), ("31/3/27", date(2027, 3, 31))),
        *(("31-03-2027", date(2027, 3, 31)), ("31.03.2027", date(2027, 3, 31))),
        *(("2027-03-31", date(2027, 3, 31)), ("31/3", date(2027, 3, 31)), ("18/2", date(2027, 2, 18))),
        *(("17/2", date(2028, 2, 17)), ("31 mars", date(2027, 3, 31)), ("31 MARS 2029", date(2029, 3, 31))),
        *(("1er août", date(2027, 8, 1)), ("1 aout", date(2027, 8, 1)), ("15 déc.", date(2027, 12, 15))),
        *(("15 janv", date(2028, 1, 15)), ("29/2", date(2028, 2, 29))),
    ],
)
def test_a_day_is_read_and_without_its_year_it_is_to_come(typed: str, day: date | None) -> None:
    assert parse_date(typed, TODAY) == day


@each_row("typed", ["bientôt", "31", "31 ju", "mars 2027", "1/2/3/4", "31/3/202", "٣١/٣"])
def test_what_is_no_date_gets_an_example(typed: str) -> None:
    with pytest.raises(ValueError, match="par exemple"):
        parse_date(typed, TODAY)


@each_row("typed", ["31/02/2027", "0/1/2027", "12/13/2027", "2027-02-30"])
def test_a_day_that_does_not_exist_is_said(typed: str) -> None:
    with pytest.raises(ValueError, match="n’existe pas"):
        parse_date(typed, TODAY)


@pytest.mark.parametrize("typed", ["01/01/0027", "1900-01-01", "31 mars 2200"])
def test_a_year_of_no_campaign_is_said(typed: str) -> None:
    with pytest.raises(ValueError, match="entre 2000 et 2199"):
        parse_date(typed, TODAY)


@each_row(
    "today, typed, day",
    [
        *((date(2199, 6, 1), "1/1", date(2199, 1, 1)), (date(2199, 6, 1), "31/12", date(2198, 12, 31))),
        *(
            (TODAY, "18/2", TODAY),
            (TODAY, "19 fév", date(2026, 2, 19)),
            (TODAY, "19/2/28", date(2028, 2, 19)),
        ),
        (date(2028, 3, 1), "29/2", date(2028, 2, 29)),
    ],
)
def test_a_past_day_without_its_year_is_the_last_one_up_to_the_last_year(
    today: date, typed: str, day: date
) -> None:
    assert parse_past_date(typed, today) == day


def test_a_date_is_shown_as_it_is_typed() -> None:
    day = date(2027, 3, 1)
    assert parse_date(typed_date(day), TODAY) == day
    assert typed_date(None) == ""


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("é-/&&", "26/11"),
        ("é- && éàé_", "26 11 2028"),
        ("é& déc.", "21 déc."),
        ("26-11", "26-11"),
        ("15 décembre", "15 décembre"),
        ("bientôt é", "bientôt é"),
    ],
)
def test_a_day_typed_without_shift_on_azerty_is_that_day_and_other_words_stay(typed: str, meant: str) -> None:
    assert date_meant(typed, "azerty") == meant
