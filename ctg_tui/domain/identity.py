"""The form as it may be stored: its texts cleaned, its values within bounds."""

from __future__ import annotations

from typing import Final

from ctg_tui.domain.assessment import Identity, Moment, Territory
from ctg_tui.domain.errors import Refusal
from ctg_tui.domain.text import clean

FIRST_YEAR: Final = 2000
LAST_YEAR: Final = 2199


def rank(identity: Identity) -> tuple[int, int]:
    """Return the sort key of an assessment in the history of its territory: year, then moment."""
    return identity.year, [*Moment].index(identity.moment)


def comes_before(first: Identity, second: Identity) -> bool:
    """Return whether `first` is an earlier assessment of the territory of `second` (SIREN, else name)."""
    return same_territory(first.territory, second.territory) and rank(first) < rank(second)


def same_territory(here: Territory, there: Territory) -> bool:
    """Return whether both are one local authority: by SIREN when both have one, else by name."""
    if here.siren and there.siren:
        return here.siren == there.siren
    return bool(here.name) and here.name.casefold() == there.name.casefold()


def same_assessment(here: Identity, there: Identity) -> bool:
    """Return whether both are of one territory, year and moment."""
    return rank(here) == rank(there) and same_territory(here.territory, there.territory)


def cleaned_identity(identity: Identity) -> Identity:
    """Return `identity` with clean texts, as it is stored; cleaning twice changes nothing.

    Raises Refusal: `annee-hors-bornes`, `siren-invalide`, `personne-en-double`.
    """
    if not FIRST_YEAR <= identity.year <= LAST_YEAR:
        raise Refusal(
            "annee-hors-bornes",
            f"L’année doit être comprise entre {FIRST_YEAR} et {LAST_YEAR}.",
            "Corrigez-la.",
        )
    references = [person.ref for person in identity.coordinators]
    if len(set(references)) != len(references):
        raise Refusal(
            "personne-en-double",
            "Deux personnes portent la même référence.",
            "Supprimez l’une des deux, puis saisissez-la de nouveau.",
        )
    territory = identity.territory
    return identity._replace(
        territory=territory._replace(
            name=clean(territory.name),
            siren=_siren(territory.siren),
            department=clean(territory.department),
            known_id=None if territory.known_id is None else clean(territory.known_id),
        ),
        coordinators=tuple(
            person._replace(
                ref=clean(person.ref),
                last_name=clean(person.last_name),
                first_name=clean(person.first_name),
                policies=tuple(clean(policy) for policy in person.policies),
            )
            for person in identity.coordinators
        ),
        adviser=identity.adviser._replace(
            name=clean(identity.adviser.name), email=clean(identity.adviser.email)
        ),
    )


def _siren(siren: str | None) -> str | None:
    if siren is None:
        return None
    from ctg_tui.domain.siren import normalise_siren  # the first frame needs none of it

    try:
        return normalise_siren(siren)
    except ValueError as error:
        raise Refusal("siren-invalide", str(error)) from error
