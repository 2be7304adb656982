"""The details (*renseignements*): cleaned and within bounds, part by part as texts for the journal."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from enum import StrEnum
from functools import lru_cache
from typing import Any, Final

from ctg_tui.domain.assessment import Adviser, Coordinator, Identity, Moment, Territory
from ctg_tui.domain.errors import Refusal
from ctg_tui.domain.text import checked, cleaned, fold, row_of, spelt, value_of


def normalise_siren(text: str) -> str:
    """Return the 9 digits of a SIREN typed with or without spaces.

    Raises ValueError, with a French sentence, when there are not 9 digits or the key (Luhn) is wrong.
    """
    digits = "".join(text.split())
    if len(digits) != 9 or not (digits.isascii() and digits.isdigit()):
        raise ValueError("Le SIREN compte 9 chiffres.")
    doubled = (int(digit) * (1 + place % 2) for place, digit in enumerate(reversed(digits)))
    if sum(value // 10 + value % 10 for value in doubled) % 10:
        raise ValueError("Ce SIREN n’existe pas : sa clé de contrôle est fausse. Vérifiez les chiffres.")
    return digits


def is_email(text: str) -> bool:
    """Return whether `text` looks like one e-mail address."""
    return re.fullmatch(r"[^@\s]+@[^@\s.]+(\.[^@\s.]+)+", text) is not None


FIRST_YEAR: Final = 2000
LAST_YEAR: Final = 2199


TERRITORY_OF_FILES: Final = {
    "name": "nom",
    "siren": "siren",
    "department": "departement",
    "known_id": "identifiant",
}
PERSON: Final = {
    "ref": "ref",
    "last_name": "nom",
    "first_name": "prenom",
    "profile": "profil",
    "policies": "politiques",
}
ADVISER: Final = {"name": "nom", "email": "courriel"}
"""The French names of the fields, in files and (but for those of a territory) in the database."""


def rank(identity: Identity) -> tuple[int, int]:
    """Return the sort key of an assessment in the history of its territory: year, then moment."""
    return identity.year, [*Moment].index(identity.moment)


def same_territory(here: Territory, there: Territory) -> bool:
    """Return whether both are one local authority: by SIREN when both have one, else by name (`name_key`).

    Not transitive: a name without a SIREN is that of each SIREN that bears it.
    """
    if here.siren and there.siren:
        return here.siren == there.siren
    return bool(name_key(here.name)) and name_key(here.name) == name_key(there.name)


@lru_cache(maxsize=8_192)  # a list of received files compares the same names again and again
def name_key(name: str) -> str:
    """Return what two spellings of a name share: letters and digits without case, accents and ligatures.

    Empty for a name without a letter, which is no other's.
    """
    letters = "".join(character for character in fold(name) if character.isalnum())
    return letters if any(character.isalpha() for character in letters) else ""


def same_assessment(here: Identity, there: Identity) -> bool:
    """Return whether both are of one territory, year and moment."""
    return rank(here) == rank(there) and same_territory(here.territory, there.territory)


def cleaned_identity(identity: Identity) -> Identity:
    """Return `identity` with clean texts, as it is stored; cleaning twice changes nothing.

    Raises Refusal (`annee-hors-bornes`): the year proposed is that of a clock, which can be wrong.
    """
    if not FIRST_YEAR <= identity.year <= LAST_YEAR:
        why = f"L’année doit être comprise entre {FIRST_YEAR} et {LAST_YEAR}."
        raise Refusal("annee-hors-bornes", why, "Corrigez-la.")
    return identity._replace(
        territory=cleaned(identity.territory, TERRITORY_OF_FILES),
        coordinators=tuple(cleaned(person, PERSON) for person in identity.coordinators),
        adviser=cleaned(identity.adviser, ADVISER),
    )


class Part(StrEnum):
    """A part of the details that changes as a whole."""

    YEAR = "annee"
    MOMENT = "moment"
    TERRITORY = "territoire"
    PEOPLE = "personnes"
    ADVISER = "contact"


_TERRITORY_OF_DATABASE: Final = TERRITORY_OF_FILES | {"known_id": "id"}
_PARTS: Final[Mapping[str, tuple[str, Callable[[Any], str], Callable[[str], Any]]]] = {
    Part.YEAR: ("year", str, int),
    Part.MOMENT: ("moment", str, Moment),
    Part.TERRITORY: (
        "territory",
        lambda one: spelt(row_of(one, _TERRITORY_OF_DATABASE, short=False)),
        lambda text: value_of(Territory, json.loads(text), _TERRITORY_OF_DATABASE),
    ),
    Part.PEOPLE: (
        "coordinators",
        lambda people: spelt([row_of(one, PERSON, short=False) for one in people]),
        lambda text: tuple(value_of(Coordinator, row, PERSON) for row in checked(list, json.loads(text))),
    ),
    Part.ADVISER: (
        "adviser",
        lambda one: spelt(row_of(one, ADVISER, short=False)),
        lambda text: value_of(Adviser, json.loads(text), ADVISER),
    ),
}
"""The attribute of an identity that is a part, how it is spelt, how it is read."""


def parts(identity: Identity) -> dict[str, str]:
    """Return every part of `identity`, spelt as `parse_parts` reads it."""
    return {key: spell(getattr(identity, attribute)) for key, (attribute, spell, _) in _PARTS.items()}


def parse_parts(texts: Mapping[str, str]) -> Identity:
    """Return the identity that all its parts spell, its texts cleaned.

    Raises ValueError, LookupError, TypeError or RecursionError for a malformed text.
    """
    identity = Identity(**{name: parse(texts[key]) for key, (name, _, parse) in _PARTS.items()})
    if not FIRST_YEAR <= identity.year <= LAST_YEAR:
        raise ValueError(identity.year)
    return identity
