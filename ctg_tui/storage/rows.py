"""Rows of the database to frozen values, and back. Texts are cleaned here: any tool may have written them."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, Final, TypeVar

from ctg_tui.domain.assessment import Identity, Moment, Place, Sending, Status
from ctg_tui.domain.details import Part, parse_parts, parts
from ctg_tui.domain.text import clean

CORRUPT_ROW_ERRORS: Final = (ValueError, LookupError, TypeError, RecursionError, OverflowError)
"""Raised for rows no release could have written."""


class UnknownWordError(ValueError):
    """Raised for a word that no release up to this one writes there."""


Word = TypeVar("Word", bound=StrEnum)


def known(kind: type[Word], text: str) -> Word:
    """Return the value of `kind` that a row holds. Raises UnknownWordError."""
    try:
        return kind(text)
    except ValueError as error:
        raise UnknownWordError(clean(text)) from error


_DETAILS: Final = {
    Part.YEAR: "year",
    Part.MOMENT: "moment",
    Part.TERRITORY: "territory",
    Part.PEOPLE: "people",
    Part.ADVISER: "adviser",
}
COLUMNS: Final = {**{str(part): column for part, column in _DETAILS.items()}, "grille": "grid"}
"""The column of `assessment` of a change of the details or of the grid, spelt there as in the journal."""
_FIRST: Final = datetime(1970, 1, 1, tzinfo=UTC)
_LAST: Final = datetime(2999, 12, 31, tzinfo=UTC)
"""Bounds between which every system can convert a moment to local time."""


def moment_text(at: datetime) -> str:
    """Return `at` in UTC, ISO 8601, to the second, `Z`: sorts as text.

    A moment outside the bounds of `parse_moment`, from a wrong clock, becomes the nearest bound: every moment
    written can be read again.
    """
    return min(max(at, _FIRST), _LAST).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def parse_moment(text: str) -> datetime:
    """Return the moment of `text`, in UTC.

    Raises ValueError or TypeError when it is none, or one that not every system can convert to local time.
    """
    at = datetime.fromisoformat(text)
    if not _FIRST <= at <= _LAST:
        raise ValueError(text)
    return at.astimezone(UTC)


def identity_values(identity: Identity) -> dict[str, Any]:
    """Return the columns of `assessment` that the details form sets."""
    spelt = parts(identity)
    return {column: spelt[part] for part, column in _DETAILS.items()}


def identity(row: sqlite3.Row) -> Identity:
    """Return the details in a row of `assessment`. Raises as `domain.details.parse_parts` does."""
    known(Moment, row["moment"])
    return parse_parts({part: str(row[column]) for part, column in _DETAILS.items()})


def grid_values(row: sqlite3.Row) -> dict[str, Any]:
    """Return what an `assessment` row says of its grid, as `Assessment` and `Entry` name it."""
    parts = json.loads(row["grid"])
    names = {"grid_id": "id", "grid_version": "version", "grid_fingerprint": "empreinte"}
    return {name: clean(parts[key]) for name, key in names.items()}


def update(connection: sqlite3.Connection, assessment_id: int, columns: Mapping[str, Any]) -> None:
    """Set columns of the row of an assessment."""
    names = ", ".join(f"{name} = ?" for name in columns)
    connection.execute(f"UPDATE assessment SET {names} WHERE id = ?", (*columns.values(), assessment_id))


def place_text(place: Place) -> str:
    """Return the cursor's place as its column holds it."""
    return "/".join(part or "" for part in place)


def place(row: sqlite3.Row) -> Place | None:
    """Return the cursor's place when the assessment was last left; None when unknown."""
    if row["place"] is None:
        return None
    mission, line, policy = clean(row["place"]).split("/")
    return Place(mission, line or None, policy or None)


def sending(row: sqlite3.Row) -> Sending:
    """Return the sending of a row."""
    return Sending(
        number=row["number"],
        identifier=clean(row["id"]),
        created_at=parse_moment(row["created_at"]),
        status=known(Status, row["status"]),
        fingerprint=clean(row["fingerprint"]),
        forecast=row["forecast"] and clean(row["forecast"]),
        content=bytes(row["content"]),
    )
