"""The details (*renseignements*) part by part, as texts: the journal stores them and undo restores them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from ctg_tui.domain.assessment import Adviser, Coordinator, Identity, Moment, Profile, Territory
from ctg_tui.domain.errors import Refusal
from ctg_tui.domain.identity import cleaned_identity


class Part(StrEnum):
    """A part of the details that changes as a whole."""

    YEAR = "annee"
    MOMENT = "moment"
    TERRITORY = "territoire"
    PEOPLE = "personnes"
    ADVISER = "contact"


def parts(identity: Identity) -> Mapping[str, str]:
    """Return every part of `identity`, spelt as `with_part` reads it."""
    people = [
        {
            "ref": person.ref,
            "nom": person.last_name,
            "prenom": person.first_name,
            "profil": person.profile.value,
            "politiques": list(person.policies),
        }
        for person in identity.coordinators
    ]
    territory, adviser = identity.territory, identity.adviser
    return {
        Part.YEAR.value: str(identity.year),
        Part.MOMENT.value: identity.moment.value,
        Part.TERRITORY.value: _spelt(
            {
                "nom": territory.name,
                "siren": territory.siren,
                "departement": territory.department,
                "id": territory.known_id,
            }
        ),
        Part.PEOPLE.value: _spelt(people),
        Part.ADVISER.value: _spelt({"nom": adviser.name, "courriel": adviser.email}),
    }


def with_part(identity: Identity, key: str, text: str | None) -> Identity:
    """Return `identity` with the part `key` read from `text`. Raises as `parse_part` does."""
    return identity._replace(**parse_part(key, text))


def parse_part(key: str, text: str | None) -> Mapping[str, Any]:
    """Return the attribute of an identity that `text` spells, cleaned, with its name.

    Raises ValueError, LookupError, TypeError or RecursionError for a malformed text.
    """
    if text is None:
        raise ValueError(key)
    match Part(key):
        case Part.YEAR:
            parsed = Identity(int(text), Moment.YEARLY)
            attribute = "year"
        case Part.MOMENT:
            parsed = Identity(2000, Moment(text))
            attribute = "moment"
        case Part.TERRITORY:
            read = json.loads(text)
            territory = Territory(
                _text(read["nom"]),
                _optional(read["siren"]),
                _text(read["departement"]),
                _optional(read["id"]),
            )
            parsed = Identity(2000, Moment.YEARLY, territory)
            attribute = "territory"
        case Part.PEOPLE:
            parsed = Identity(2000, Moment.YEARLY, coordinators=tuple(map(_person, json.loads(text))))
            attribute = "coordinators"
        case Part.ADVISER:
            read = json.loads(text)
            adviser = Adviser(_text(read["nom"]), _text(read["courriel"]))
            parsed = Identity(2000, Moment.YEARLY, adviser=adviser)
            attribute = "adviser"
    try:
        return {attribute: getattr(cleaned_identity(parsed), attribute)}
    except Refusal as refusal:
        raise ValueError(text) from refusal


def _person(read: Any) -> Coordinator:
    policies = tuple(_text(policy) for policy in read["politiques"])
    return Coordinator(
        _text(read["ref"]), _text(read["nom"]), _text(read["prenom"]), Profile(read["profil"]), policies
    )


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError(value)
    return value


def _optional(value: Any) -> str | None:
    return None if value is None else _text(value)


def _spelt(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)
