"""Rows of the base to frozen values, and back. Texts are cleaned here too: any tool may have written them."""

from __future__ import annotations

import json
import sqlite3
from datetime import UTC, datetime
from typing import Any, Final

from ctg_tui.domain.assessment import (
    Adviser,
    Coordinator,
    Identity,
    Moment,
    Place,
    Profile,
    Territory,
)
from ctg_tui.domain.text import clean

CORRUPT_ROW_ERRORS: Final = (ValueError, LookupError, TypeError, RecursionError, OverflowError)
"""What reading a row raises when it holds what no version ever wrote."""
_FIRST: Final = datetime(1970, 1, 1, tzinfo=UTC)
_LAST: Final = datetime(2999, 12, 31, tzinfo=UTC)
"""Between them, every system can tell a moment in local time."""


def moment_text(at: datetime) -> str:
    """Return `at` in UTC, ISO 8601, to the second, `Z`: sorts as text.

    A clock that is set beyond what `parse_moment` takes is written as the nearest moment that it does take:
    what is written can be read again.
    """
    return min(max(at, _FIRST), _LAST).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def parse_moment(text: str) -> datetime:
    """The moment, in UTC; so is one that tells no offset.

    Raises ValueError when it is none, or one that not every system can tell in local time.
    """
    at = datetime.fromisoformat(text)
    if at.tzinfo is None:
        at = at.replace(tzinfo=UTC)
    if not _FIRST <= at <= _LAST:
        raise ValueError(text)
    return at.astimezone(UTC)


def identity_values(identity: Identity) -> dict[str, Any]:
    """The columns of `assessment` that the form sets."""
    return {
        "year": identity.year,
        "moment": identity.moment.value,
        "territory_id": identity.territory.known_id,
        "territory_name": identity.territory.name,
        "siren": identity.territory.siren,
        "department": identity.territory.department,
        "adviser_name": identity.adviser.name,
        "adviser_email": identity.adviser.email,
    }


def coordinator_values(assessment_id: int, position: int, person: Coordinator) -> dict[str, Any]:
    return {
        "assessment_id": assessment_id,
        "position": position,
        "ref": person.ref,
        "last_name": person.last_name,
        "first_name": person.first_name,
        "profile": person.profile.value,
        "policies": json.dumps(list(person.policies)),
    }


def coordinator(row: sqlite3.Row) -> Coordinator:
    return Coordinator(
        ref=clean(row["ref"]),
        last_name=clean(row["last_name"]),
        first_name=clean(row["first_name"]),
        profile=Profile(row["profile"]),
        policies=_policies(row["policies"]),
    )


def _policies(text: str) -> tuple[str, ...]:
    """Raises ValueError when `text` is no list of names."""
    found = json.loads(text)
    if not isinstance(found, list) or not all(isinstance(one, str) for one in found):
        raise ValueError(text)
    return tuple(map(clean, found))


def optional(text: str | None) -> str | None:
    """A text that may be missing, as it may be shown."""
    return None if text is None else clean(text)


def identity(row: sqlite3.Row, coordinators: tuple[Coordinator, ...]) -> Identity:
    """The form of an `assessment` row."""
    return Identity(
        year=row["year"],
        moment=Moment(row["moment"]),
        territory=Territory(
            clean(row["territory_name"]),
            row["siren"],
            clean(row["department"]),
            optional(row["territory_id"]),
        ),
        coordinators=coordinators,
        adviser=Adviser(clean(row["adviser_name"]), clean(row["adviser_email"])),
    )


def place(row: sqlite3.Row) -> Place | None:
    """Where the cursor stood when the assessment was last left."""
    if row["place_mission"] is None:
        return None
    return Place(clean(row["place_mission"]), optional(row["place_line"]), optional(row["place_policy"]))
