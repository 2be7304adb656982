"""Dates as people type them."""

from __future__ import annotations

from datetime import date, time
from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ctg_tui.wording.french import day as in_words
from ctg_tui.wording.typed import (
    parse_date,
    parse_meeting,
    parse_time,
    typed_date,
    typed_meeting,
)
from tests.each_row import each_row
from tests.wording.test_typed_amounts import refusal_of

TODAY = date(2027, 2, 18)


@each_row(
    "typed, day",
    [
        *(("", None), ("  ", None), ("31/03/2027", date(2027, 3, 31)), ("31/3/27", date(2027, 3, 31))),
        *(("31-03-2027", date(2027, 3, 31)), ("31.03.2027", date(2027, 3, 31))),
        *(("2027-03-31", date(2027, 3, 31)), ("31/3", date(2027, 3, 31)), ("18/2", date(2027, 2, 18))),
        *(("17/2", date(2028, 2, 17)), ("31 mars", date(2027, 3, 31)), ("31 MARS 2029", date(2029, 3, 31))),
        *(("1er août", date(2027, 8, 1)), ("1 aout", date(2027, 8, 1)), ("15 déc.", date(2027, 12, 15))),
        *(("15 janv", date(2028, 1, 15)), ("29/2", date(2028, 2, 29)), ("le 12 mars", date(2027, 3, 12))),
        *(("juin 2027", date(2027, 6, 30)), ("6/2027", date(2027, 6, 30)), ("janvier", date(2028, 1, 31))),
        ("février", date(2027, 2, 28)),
    ],
)
def test_a_day_is_read_and_without_its_year_it_is_to_come(typed: str, day: date | None) -> None:
    assert parse_date(typed, TODAY) == day


@each_row("typed", ["bientôt", "31", "31 ju", "ju 2027", "hier", "mi-2027", "1/2/3/4", "31/3/202", "٣١/٣"])
def test_what_is_no_date_gets_an_example(typed: str) -> None:
    with pytest.raises(ValueError, match="par exemple"):
        parse_date(typed, TODAY)


@each_row("typed", ["31/02/2027", "0/1/2027", "12/13/2027", "2027-02-30", "13/2027", "31/2", "0 mars"])
def test_a_day_that_does_not_exist_is_said(typed: str) -> None:
    with pytest.raises(ValueError, match="n’existe pas"):
        parse_date(typed, TODAY)


@pytest.mark.parametrize("typed", ["01/01/0027", "1900-01-01", "31 mars 2200", "juin 0000"])
def test_a_year_of_no_campaign_is_said(typed: str) -> None:
    with pytest.raises(ValueError, match="entre 2000 et 2199"):
        parse_date(typed, TODAY)


DAYS = st.dates(date(2000, 1, 1), date(2199, 12, 31))


@given(DAYS, DAYS)
def test_a_date_is_read_as_it_is_shown_and_without_its_year_it_is_near(day: date, today: date) -> None:
    for shown in (typed_date(day), in_words(day), day.isoformat()):
        assert parse_date(shown, today) == day
    assert typed_date(None) == ""
    coming = parse_date(f"{day.day}/{day.month}", date(2027, 2, 18))
    assert coming is not None
    assert (coming.day, coming.month, coming >= TODAY) == (day.day, day.month, True)


@given(st.text(max_size=12) | st.from_regex(r"\A\d{0,2}[/ -]?[a-z]{0,5} ?\d{0,4} ?(\d\dh)?\Z"), DAYS)
def test_any_text_is_a_date_or_gets_a_sentence(typed: str, today: date) -> None:
    for parse in (parse_date, parse_meeting, lambda typed, today: parse_time(typed)):
        assert refusal_of(partial(parse, today=today), typed).endswith(".")


@each_row(
    "typed, shown",
    [
        *(("12 mars 14h30", "12/03/2027 à 14 h 30"), ("12/3 à 9h", "12/03/2027 à 9 h")),
        *(("12/03/2027, 14:05", "12/03/2027 à 14 h 05"), ("12 mars", "12/03/2027")),
        ("le 12 mars 2028 à 14 heures", "12/03/2028 à 14 h"),
    ],
)
def test_a_meeting_has_a_day_and_perhaps_a_time_and_is_read_as_it_is_shown(typed: str, shown: str) -> None:
    meeting = parse_meeting(typed, TODAY)
    assert meeting is not None
    assert typed_meeting(*meeting).replace("\N{NO-BREAK SPACE}", " ") == shown
    assert parse_meeting(typed_meeting(*meeting), TODAY) == meeting
    assert parse_meeting(" ", TODAY) is None


@each_row(
    "typed, why",
    [
        *(("14h30", "date s’écrit"), ("12 mars 25h", "0.h à 23"), ("12 mars 12h75", "0.h à 23")),
        *(("12 mars vers midi", "date s’écrit"), ("31/2 à 9h", "n’existe pas")),
    ],
)
def test_what_is_no_meeting_is_refused_with_what_is_expected(typed: str, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        parse_meeting(typed, TODAY)


def test_a_time_is_read_alone_too() -> None:
    assert [parse_time(typed) for typed in ("14h", "14 h 30", "8:05", "")] == [
        time(14),
        time(14, 30),
        time(8, 5),
        None,
    ]
    with pytest.raises(ValueError, match="14h30"):
        parse_time("bientôt")
