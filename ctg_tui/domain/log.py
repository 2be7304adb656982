"""The log of a territory (*carnet*): facts noted during the year, tied to lines or indicators.

It belongs to the territory, so that it can be kept before the assessment exists. Nothing of it is part of an
assessment: only what the person takes into a comment or a number leaves the computer.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Final, NamedTuple

from ctg_tui.domain.assessment import Identity, Moment, Territory
from ctg_tui.domain.changes import Change, Field, applied, of_value
from ctg_tui.domain.grid import Campaign, campaign_closing
from ctg_tui.domain.text import clean, row_of, spelt, value_of

MAX_TEXT = 2000
"""The characters of one fact: a sentence, not a report."""


class LogEntry(NamedTuple):
    """One fact. `activities` and `indicators` are grid ids; `number` counts what happened, None for once."""

    on: date
    text: str
    activities: tuple[str, ...] = ()
    indicators: tuple[str, ...] = ()
    number: int | None = None


class Period(NamedTuple):
    """The days of one year of a log, both included."""

    first: date
    last: date

    def __contains__(self, day: object) -> bool:
        return isinstance(day, date) and self.first <= day <= self.last


class Log(NamedTuple):
    """The facts of a territory, by their stable ids."""

    territory: Territory
    entries: Mapping[str, LogEntry]


def year_of(campaign: Campaign, identity: Identity) -> Period:
    """Return the year that an assessment is about: it begins the day after the former campaign closed.

    A yearly assessment ends with its own campaign; one of the start or the end of an engagement, made at any
    time, ends with its calendar year.
    """
    first = campaign_closing(campaign, identity.year - 1) + timedelta(days=1)
    if identity.moment is Moment.YEARLY:
        return Period(first, campaign_closing(campaign, identity.year))
    return Period(first, date(identity.year, 12, 31))


def facts_of(entries: Iterable[LogEntry], line: str, period: Period) -> tuple[LogEntry, ...]:
    """Return the facts tied to a line or an indicator in that period, the earliest first."""
    found = (
        entry for entry in entries if line in (*entry.activities, *entry.indicators) and entry.on in period
    )
    return tuple(sorted(found, key=lambda entry: entry.on))


def total_of(entries: Iterable[LogEntry]) -> int:
    """Return how much the facts count together: their numbers, 1 for a fact without one."""
    return sum(1 if entry.number is None else entry.number for entry in entries)


def cleaned(entry: LogEntry) -> LogEntry:
    """Return `entry` with clean texts, each line once."""
    return entry._replace(
        text=clean(entry.text).strip(),
        activities=tuple(dict.fromkeys(map(clean, entry.activities))),
        indicators=tuple(dict.fromkeys(map(clean, entry.indicators))),
    )


LOG_ENTRY: Final = {
    "on": "date",
    "text": "texte",
    "activities": "lignes",
    "indicators": "indicateurs",
    "number": "nombre",
}


def entry_text(entry: LogEntry) -> str:
    """Return the form in which the journal stores a fact."""
    return spelt(row_of(entry, LOG_ENTRY, short=False))


def parse_entry(text: str) -> LogEntry:
    """Return the fact stored as `text`. Raises ValueError, LookupError or TypeError when it is not one."""
    entry = cleaned(value_of(LogEntry, json.loads(text), LOG_ENTRY))
    if entry.number is not None and entry.number < 0:
        raise ValueError(text)
    return entry


def write_entry(log: Log, key: str, entry: LogEntry | None) -> tuple[Change, ...]:
    """Set a fact; None removes it."""
    after = None if entry is None else cleaned(entry)
    return of_value(Field.LOG_ENTRY, key, log.entries.get(key), after, entry_text)


def with_changes(log: Log, changes: Iterable[Change]) -> Log:
    """Return `log` after the changes."""
    return log._replace(entries=applied(log.entries, changes, parse_entry))
