"""The dated actions as a calendar file (RFC 5545), to be opened once by the person's calendar.

A whole-day event per action. Its UID depends on what the action is about, not on what it says: opened again
after a change, the file moves the event instead of making a second one.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Final

from ctg_tui.domain.assessment import Action, Assessment, Identity
from ctg_tui.domain.fingerprint import digest
from ctg_tui.domain.grid import Grid
from ctg_tui.domain.text import harmless
from ctg_tui.wording.french import NBSP

MAX_OCTETS: Final = 75
"""The longest line, its end not counted (RFC 5545 §3.1)."""


def dated_actions(assessment: Assessment, grid: Grid | None) -> tuple[tuple[str, Action], ...]:
    """The actions that have a date, by line: in grid order, then those without a line in the grid."""
    order = {activity: rank for rank, activity in enumerate(grid.activities)} if grid else {}
    dated = [(line, action) for line, action in assessment.actions.items() if action.due is not None]
    return tuple(sorted(dated, key=lambda one: (order.get(one[0], len(order)), one[0])))


def render(assessment: Assessment, grid: Grid | None, *, created_at: datetime, software: str) -> bytes:
    """The bytes of the file; two of the same actions differ only by `created_at`."""
    stamp = created_at.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", f"PRODID:-//{_escaped(software)}//FR"]
    lines += ["CALSCALE:GREGORIAN", "METHOD:PUBLISH"]
    for line, action in dated_actions(assessment, grid):
        lines += _event(line, action, assessment.identity, grid, stamp)
    lines.append("END:VCALENDAR")
    return b"".join(_folded(line) for line in lines)


def _event(line: str, action: Action, identity: Identity, grid: Grid | None, stamp: str) -> Iterator[str]:
    day = action.due
    if day is None:
        return
    label = grid.activities[line].label if grid and line in grid.activities else line
    whole = harmless(action.what, multiline=True).strip()
    what = " ".join(whole.split())
    told = [whole] if what != whole else []
    if action.who.strip():
        told.append(f"Qui{NBSP}: {action.who.strip()}")
    told.append(f"Pour l’activité{NBSP}: {label}")
    told.append(f"Auto-évaluation CTG {identity.year}, {identity.territory.name.strip()}".rstrip(", "))
    yield "BEGIN:VEVENT"
    yield f"UID:{_uid(line, identity)}@ctg-tui"
    yield f"DTSTAMP:{stamp}"
    yield f"DTSTART;VALUE=DATE:{_basic(day)}"
    if day < date.max:
        yield f"DTEND;VALUE=DATE:{_basic(day + timedelta(days=1))}"
    yield f"SUMMARY:{_escaped(f'CTG{NBSP}: {what or label}')}"
    yield f"DESCRIPTION:{_escaped(chr(10).join(told))}"
    yield "TRANSP:TRANSPARENT"
    yield "END:VEVENT"


def _basic(day: date) -> str:
    """`20270301`; the system's own `%Y` gives fewer than four digits to an old year."""
    return day.isoformat().replace("-", "")


def _uid(line: str, identity: Identity) -> str:
    territory = identity.territory
    place = territory.siren or territory.known_id or territory.name
    return digest([place, identity.year, identity.moment.value, line])[:32]


def _escaped(text: str) -> str:
    """A TEXT value (RFC 5545 §3.3.11)."""
    whole = harmless(text, multiline=True)
    return whole.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,").replace("\n", "\\n")


def _folded(line: str) -> bytes:
    """`line` cut so that no part is over `MAX_OCTETS` and no character is cut in two."""
    parts: list[bytes] = []
    part, room = bytearray(), MAX_OCTETS
    for character in line:
        octets = character.encode("utf-8")
        if len(part) + len(octets) > room:
            parts.append(bytes(part))
            part, room = bytearray(), MAX_OCTETS - 1  # a continued line begins with a space
        part += octets
    return b"\r\n ".join([*parts, bytes(part)]) + b"\r\n"
