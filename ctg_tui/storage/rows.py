"""Rows of the base to frozen values, and back. Texts are cleaned here too: any tool may have written them."""

from __future__ import annotations

import json
import sqlite3
from datetime import UTC, datetime
from typing import Any

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


def moment_text(at: datetime) -> str:
    """UTC, ISO 8601, to the second, `Z`: sorts as text."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def parse_moment(text: str) -> datetime:
    return datetime.fromisoformat(text)


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
        policies=tuple(json.loads(row["policies"])),
    )


def identity(row: sqlite3.Row, coordinators: tuple[Coordinator, ...]) -> Identity:
    """The form of an `assessment` row."""
    return Identity(
        year=row["year"],
        moment=Moment(row["moment"]),
        territory=Territory(
            clean(row["territory_name"]), row["siren"], clean(row["department"]), row["territory_id"]
        ),
        coordinators=coordinators,
        adviser=Adviser(clean(row["adviser_name"]), clean(row["adviser_email"])),
    )


def place(row: sqlite3.Row) -> Place | None:
    """Where the cursor stood when the assessment was last left."""
    if row["place_mission"] is None:
        return None
    return Place(row["place_mission"], row["place_line"], row["place_policy"])
