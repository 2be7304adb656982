"""The facts of the log: how much they count together, and what is stored."""

from __future__ import annotations

from datetime import date

import pytest

from ctg_tui.domain.assessment import Identity, Moment, Territory
from ctg_tui.domain.log import (
    MAX_TEXT,
    Log,
    LogEntry,
    cleaned,
    entry_text,
    facts_of,
    parse_entry,
    total_of,
    with_changes,
    write_entry,
    year_of,
)
from tests.each_row import each_row
from tests.strategies import charente

MEETING = LogEntry(date(2026, 5, 12), "COPIL, 9 présents", ("m1.a03",), ("m1.i02",), 12)
ONCE = MEETING._replace(number=None)


def test_facts_count_their_numbers_and_one_for_each_without() -> None:
    assert total_of([MEETING, ONCE, MEETING._replace(number=0)]) == 13


@each_row("number", ["2.5", "true", "-1", '"3"'])
def test_what_is_no_number_of_times_is_no_fact(number: str) -> None:
    stored = entry_text(MEETING)
    assert parse_entry(stored) == MEETING
    with pytest.raises((ValueError, TypeError)):
        parse_entry(stored.replace('"nombre": 12', f'"nombre": {number}'))


def test_a_fact_is_shown_on_its_lines_in_the_year_it_happened() -> None:
    """The year begins the day after the former campaign closed: in April, for the Caf of Charente."""
    campaign = charente().campaign
    yearly = year_of(campaign, Identity(2027, Moment.YEARLY))
    assert yearly == (date(2026, 4, 1), date(2027, 3, 31))
    for moment in (Moment.START, Moment.END):
        assert year_of(campaign, Identity(2027, moment)) == (date(2026, 4, 1), date(2027, 12, 31))
    days = {
        "before": date(2026, 3, 31),
        "first": date(2026, 4, 1),
        "last": date(2027, 3, 31),
        "after": date(2027, 4, 1),
    }
    facts = [MEETING._replace(on=day, text=text) for text, day in reversed(days.items())]
    for line in ("m1.a03", "m1.i02"):
        assert [fact.text for fact in facts_of(facts, line, yearly)] == ["first", "last"]
    assert facts_of(facts, "m1.a01", yearly) == ()
    assert facts_of([], "m1.a03", yearly) == ()
    assert "2026-04-01" not in yearly


def test_a_fact_is_kept_clean_each_line_once() -> None:
    typed = MEETING._replace(text=" COPIL\t", activities=("m1.a03", "m1.a03"), indicators=("m1.i02",) * 2)
    assert cleaned(typed) == MEETING._replace(text="COPIL")


def test_a_fact_is_noted_corrected_and_removed() -> None:
    log = Log(Territory("Val de Charente"), {"f1": MEETING})
    both = with_changes(log, write_entry(log, "f2", ONCE))
    assert both.entries == {"f1": MEETING, "f2": ONCE}
    corrected = with_changes(both, write_entry(both, "f1", ONCE))
    assert corrected.entries == {"f1": ONCE, "f2": ONCE}
    assert with_changes(corrected, write_entry(corrected, "f1", None)).entries == {"f2": ONCE}
    assert (log.entries, both.territory) == ({"f1": MEETING}, log.territory)
    assert MAX_TEXT == 2000, "a sentence, not a report"


def test_a_fact_written_again_as_it_is_changes_nothing() -> None:
    log = Log(Territory("Val de Charente"), {"f1": MEETING})
    assert write_entry(log, "f1", MEETING) == ()
    assert write_entry(log, "f2", None) == ()
    (change,) = write_entry(log, "f1", None)
    assert (change.before, change.after) == (entry_text(MEETING), None)
