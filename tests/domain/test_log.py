"""The facts of the log: how much they count together, and what is stored."""

from __future__ import annotations

from datetime import date

import pytest

from ctg_tui.domain.assessment import Territory
from ctg_tui.domain.log import Log, LogEntry, entry_text, parse_entry, total_of, write_entry
from tests.each_row import each_row

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


def test_a_fact_written_again_as_it_is_changes_nothing() -> None:
    log = Log(Territory("Val de Charente"), {"f1": MEETING})
    assert write_entry(log, "f1", MEETING) == ()
    assert write_entry(log, "f2", None) == ()
    (change,) = write_entry(log, "f1", None)
    assert change.after is None
