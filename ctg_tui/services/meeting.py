"""The meeting and the dated actions as a calendar file (RFC 5545), for the person's own calendar.

It leaves with no file that is sent. An event of an hour for the meeting, of the whole day without its time
and for each action. Its UID depends on what it is about, not on what it says: opened again after a change,
the file moves the event and adds no second one.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Final

from ctg_tui import SOFTWARE
from ctg_tui.domain.assessment import Action, Assessment, Identity
from ctg_tui.domain.errors import Refusal
from ctg_tui.domain.grid import Grid
from ctg_tui.domain.results import is_open
from ctg_tui.domain.text import digest, harmless
from ctg_tui.report.wording import meeting_of
from ctg_tui.services.files import protected_files, write_output
from ctg_tui.services.review.answering import as_sent
from ctg_tui.spreadsheet.reader import MAX_BYTES
from ctg_tui.submission.file import is_our_calendar, safe_part
from ctg_tui.system.files import read_regular
from ctg_tui.wording.french import NBSP
from ctg_tui.wording.help import NOT_SENT, NOT_SENT_ADVICE
from ctg_tui.wording.lines import MARK

if TYPE_CHECKING:
    from ctg_tui.services.workspace import Workspace


def has_dates(assessment: Assessment, grid: Grid) -> bool:
    """Return whether there is a date to write: that of the meeting, or of an action still to do."""
    return meeting_of(assessment) is not None or bool(dated_actions(assessment, grid))


def write_calendar(workspace: Workspace, grid: Grid, assessment: Assessment, folder: Path) -> Path:
    """Write the dates into `folder`, in place of those written before; return the file.

    Raises Refusal (`exemple`, `aucune-date`, those of `check_output`), WriteRefusal.
    """
    if workspace.store.is_in_memory:
        raise Refusal("exemple", NOT_SENT, NOT_SENT_ADVICE)
    assessment = as_sent(workspace, grid, assessment)  # with the day that the adviser gave
    if not has_dates(assessment, grid):
        raise Refusal(
            "aucune-date",
            "Ni l’entretien ni une action n’a de date.",
            "Donnez-en une, puis recommencez.",
        )
    identity = assessment.identity
    place = safe_part(identity.territory.known_id or identity.territory.name) or "territoire"
    path = folder / f"CTG_{place}_{identity.year}_agenda.ics"
    content = render(assessment, grid, created_at=workspace.clock(), software=SOFTWARE)
    is_ours = path.is_file() and is_our_calendar(read_regular(path, MAX_BYTES))
    write_output(path, content, protected_files(workspace.store.path), replace=is_ours)
    return path


# The file.

MAX_OCTETS: Final = 75
"""The longest line, its end not counted (RFC 5545 §3.1)."""


def dated_actions(assessment: Assessment, grid: Grid | None) -> tuple[tuple[str, Action], ...]:
    """Return line ids with their dated actions still to do: in grid order, then those of other lines."""
    order = {activity: rank for rank, activity in enumerate(grid.activities)} if grid else {}
    dated = [
        (line, action)
        for line, action in assessment.actions.items()
        if action.due is not None and is_open(action)
    ]
    return tuple(sorted(dated, key=lambda item: (order.get(item[0], len(order)), item[0])))


def render(assessment: Assessment, grid: Grid | None, *, created_at: datetime, software: str) -> bytes:
    """Return the bytes of the file; two files of the same dates differ only by `created_at`."""
    stamp = created_at.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", f"PRODID:-//{_escaped(software)}//FR"]
    lines += ["CALSCALE:GREGORIAN", "METHOD:PUBLISH"]
    lines += _meeting(assessment, stamp)
    for line, action in dated_actions(assessment, grid):
        lines += _event(line, action, assessment.identity, grid, stamp)
    lines.append("END:VCALENDAR")
    return b"".join(_folded(line) for line in lines)


def _meeting(assessment: Assessment, stamp: str) -> Iterator[str]:
    meeting = meeting_of(assessment)
    if meeting is None:
        return
    day, at = meeting
    identity = assessment.identity
    yield "BEGIN:VEVENT"
    yield f"UID:{_uid('entretien', identity)}@ctg-tui"
    yield f"DTSTAMP:{stamp}"
    if at is None:
        yield from _whole_day(day)
    else:  # the time of the place, whatever the zone
        yield f"DTSTART:{_basic(day)}T{at:%H%M%S}"
        yield "DURATION:PT1H"
    about = f"Auto-évaluation CTG {identity.year}, {identity.territory.name.strip()}".rstrip(", ")
    yield f"SUMMARY:{_escaped(f'CTG{NBSP}: entretien avec la Caf')}"
    yield f"DESCRIPTION:{_escaped(about)}"
    yield "END:VEVENT"


def _event(line: str, action: Action, identity: Identity, grid: Grid | None, stamp: str) -> Iterator[str]:
    day = action.due
    if day is None:
        return
    label = line
    if grid and line in grid.activities:
        label = grid.activities[line].label
        label = f"{MARK}{NBSP}{label}" if grid.activities[line].is_proposed else label
    text = harmless(action.what, multiline=True).strip()
    summary = " ".join(text.split())
    details = [text] if summary != text else []
    if action.who.strip():
        details.append(f"Qui{NBSP}: {action.who.strip()}")
    details.append(f"Pour l’activité{NBSP}: {label}")
    details.append(f"Auto-évaluation CTG {identity.year}, {identity.territory.name.strip()}".rstrip(", "))
    yield "BEGIN:VEVENT"
    yield f"UID:{_uid(line, identity)}@ctg-tui"
    yield f"DTSTAMP:{stamp}"
    yield from _whole_day(day)
    yield f"SUMMARY:{_escaped(f'CTG{NBSP}: {summary or label}')}"
    yield f"DESCRIPTION:{_escaped(chr(10).join(details))}"
    yield "TRANSP:TRANSPARENT"
    yield "END:VEVENT"


def _whole_day(day: date) -> Iterator[str]:
    yield f"DTSTART;VALUE=DATE:{_basic(day)}"
    if day < date.max:
        yield f"DTEND;VALUE=DATE:{_basic(day + timedelta(days=1))}"


def _basic(day: date) -> str:
    """Format as `20270301`; `strftime("%Y")` may give fewer than four digits before the year 1000."""
    return day.isoformat().replace("-", "")


def _uid(line: str, identity: Identity) -> str:
    territory = identity.territory
    place = territory.siren or territory.known_id or territory.name
    return digest([place, identity.year, identity.moment.value, line])[:32]


def _escaped(text: str) -> str:
    """Escape a TEXT value (RFC 5545 §3.3.11)."""
    return (
        harmless(text, multiline=True)
        .replace("\\", "\\\\")
        .replace(";", "\\;")
        .replace(",", "\\,")
        .replace("\n", "\\n")
    )


def _folded(line: str) -> bytes:
    """Fold `line` into parts of at most `MAX_OCTETS`, never inside a character."""
    parts: list[bytes] = []
    part, room = bytearray(), MAX_OCTETS
    for character in line:
        octets = character.encode("utf-8")
        if len(part) + len(octets) > room:
            parts.append(bytes(part))
            part, room = bytearray(), MAX_OCTETS - 1  # a continued line begins with a space
        part += octets
    return b"\r\n ".join([*parts, bytes(part)]) + b"\r\n"
