"""What was typed in the fiche, and the identity it makes. Knows no widget."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from ctg_tui.domain.assessment import Adviser, Coordinator, Identity, Moment, Profile, Territory
from ctg_tui.domain.completeness import is_email
from ctg_tui.domain.grid import KnownTerritory
from ctg_tui.domain.identity import FIRST_YEAR, LAST_YEAR
from ctg_tui.domain.siren import normalise_siren
from ctg_tui.domain.text import clean, match_rank
from ctg_tui.wording.french import NBSP


@dataclass(frozen=True)
class PersonTexts:
    """The fields of one person. `policies` are grid ids."""

    ref: str
    last_name: str = ""
    first_name: str = ""
    profile: Profile = Profile.PROJECT_LEAD
    policies: tuple[str, ...] = ()

    @property
    def is_named(self) -> bool:
        return bool(self.last_name.strip() or self.first_name.strip())


@dataclass(frozen=True)
class FormTexts:
    """Every field of the fiche, as typed."""

    territory: str
    year: str
    moment: Moment
    siren: str = ""
    department: str = ""
    people: tuple[PersonTexts, ...] = ()
    adviser_name: str = ""
    adviser_email: str = ""


def identity_of(texts: FormTexts, former: Identity, territories: Sequence[KnownTerritory]) -> Identity:
    """The identity to keep: a wrong SIREN, a wrong year and an emptied territory leave the former ones; the
    unnamed are nobody.
    """
    name = clean(texts.territory).strip() or former.territory.name
    known = next((one for one in territories if one.name == name), None)
    return Identity(
        year=read_year(texts.year) or former.year,
        moment=texts.moment,
        territory=Territory(
            name,
            _siren(texts.siren, former.territory.siren),
            clean(texts.department).strip(),
            known.id if known else None,
        ),
        coordinators=tuple(
            Coordinator(
                one.ref,
                clean(one.last_name).strip(),
                clean(one.first_name).strip(),
                one.profile,
                one.policies,
            )
            for one in texts.people
            if one.is_named
        ),
        adviser=Adviser(clean(texts.adviser_name).strip(), clean(texts.adviser_email).strip()),
    )


def problems(
    texts: FormTexts, former: Identity, territories: Sequence[KnownTerritory] = ()
) -> Mapping[str, str]:
    """What is wrong, in place, and what stays: a sentence for each field (`territory`, `siren`, `year`,
    `adviser_email`).
    """
    found: dict[str, str] = {}
    kept = former.territory
    if not texts.territory.strip():
        found["territory"] = (
            f"Il faut un nom. Le territoire reste «{NBSP}{kept.name}{NBSP}»."
            if kept.name
            else "Le territoire est nécessaire pour commencer."
        )
    siren = texts.siren.strip()
    if siren:
        try:
            digits = normalise_siren(siren)
        except ValueError as error:
            state = f"Le SIREN reste {kept.siren}." if kept.siren else "Il n’est pas enregistré."
            found["siren"] = f"{error} {state}"
        else:
            owner = next((one for one in territories if one.siren == digits), None)
            if owner is not None and owner.name != texts.territory.strip():
                found["siren"] = f"Ce SIREN est celui de «{NBSP}{owner.name}{NBSP}»."
    if read_year(texts.year) is None:
        found["year"] = (
            f"L’année s’écrit avec quatre chiffres, de {FIRST_YEAR} à {LAST_YEAR}. "
            f"L’évaluation reste en {former.year}."
        )
    email = texts.adviser_email.strip()
    if email and not is_email(email):
        found["adviser_email"] = (
            "Cette adresse est gardée, mais le courriel restera sans destinataire. "
            f"Elle s’écrit{NBSP}: prenom.nom@organisme.fr"
        )
    return found


def read_year(text: str) -> int | None:
    """The year typed; None when it is not one that the base takes."""
    digits = text.strip()
    if len(digits) != 4 or not (digits.isascii() and digits.isdigit()):
        return None
    return int(digits) if FIRST_YEAR <= int(digits) <= LAST_YEAR else None


def _siren(text: str, former: str | None) -> str | None:
    """The SIREN typed; `former` when it is not one; none when it was taken away."""
    if not text.strip():
        return None
    try:
        return normalise_siren(text)
    except ValueError:
        return former


def matching(typed: str, territories: Iterable[KnownTerritory]) -> tuple[KnownTerritory, ...]:
    """The known territories whose name holds every word typed, the nearest first (see `match_rank`).

    The short name counts before the whole one: « de c » is Cœur de Charente before every « de communes ».
    """
    ranks = [(match_rank(typed, one.short_name, one.name), one) for one in territories]
    held = [(rank, one) for rank, one in ranks if rank is not None]
    return tuple(one for _, one in sorted(held, key=lambda pair: pair[0]))


def new_person(people: Sequence[PersonTexts], policies: Iterable[str]) -> PersonTexts:
    """A person to fill in beside `people`: the first leads the project, the others are « thématique »."""
    profile = Profile.THEMATIC if people else Profile.PROJECT_LEAD
    return PersonTexts(free_ref(people), profile=profile, policies=tuple(policies))


def free_ref(people: Iterable[PersonTexts]) -> str:
    """A reference that nobody has yet: `c1`, `c2`…"""
    taken = {one.ref for one in people}
    return next(ref for number in range(1, len(taken) + 2) if (ref := f"c{number}") not in taken)
