"""The texts typed in the form of an assessment, and the identity they make. Knows no widget."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from ctg_tui.domain.assessment import Adviser, Coordinator, Identity, Moment, Profile, Territory
from ctg_tui.domain.details import FIRST_YEAR, LAST_YEAR, name_key, normalise_siren
from ctg_tui.domain.grid import KnownTerritory
from ctg_tui.domain.steps import is_email
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
    """Every field of the form, as typed."""

    territory: str
    year: str
    moment: Moment
    siren: str = ""
    department: str = ""
    people: tuple[PersonTexts, ...] = ()
    adviser_name: str = ""
    adviser_email: str = ""


def identity_of(texts: FormTexts, former: Identity, territories: Sequence[KnownTerritory]) -> Identity:
    """Return the identity to save: `former` values replace a wrong SIREN or year and an emptied territory.

    The SIREN and department of a known territory go with its name. People without a name are left out.
    """
    name = clean(texts.territory).strip() or former.territory.name
    known = known_named(name, territories)
    siren, department = _siren(texts.siren, former.territory.siren), clean(texts.department).strip()
    left = known_named(former.territory.name, territories)
    if left is not None and left != known and siren == left.siren:
        siren, department = (known.siren, known.department) if known else (None, "")
    return Identity(
        year=read_year(texts.year) or former.year,
        moment=texts.moment,
        territory=Territory(name, siren, department, known.id if known else None),
        coordinators=tuple(
            Coordinator(
                person.ref,
                clean(person.last_name).strip(),
                clean(person.first_name).strip(),
                person.profile,
                person.policies,
            )
            for person in texts.people
            if person.is_named
        ),
        adviser=Adviser(clean(texts.adviser_name).strip(), clean(texts.adviser_email).strip()),
    )


def problems(
    texts: FormTexts, former: Identity, territories: Sequence[KnownTerritory] = ()
) -> Mapping[str, str]:
    """Return a French sentence for each wrong field: what is wrong, and the value that stays.

    The keys are `territory`, `siren`, `year` and `adviser_email`.
    """
    sentences: dict[str, str] = {}
    saved = former.territory
    if not texts.territory.strip():
        sentences["territory"] = (
            f"Il faut un nom. Le territoire reste «{NBSP}{saved.name}{NBSP}»."
            if saved.name
            else "Le territoire est nécessaire pour commencer."
        )
    siren = texts.siren.strip()
    if siren:
        try:
            digits = normalise_siren(siren)
        except ValueError as error:
            state = f"Le SIREN reste {saved.siren}." if saved.siren else "Il n’est pas enregistré."
            sentences["siren"] = f"{error} {state}"
        else:
            owner = next((territory for territory in territories if territory.siren == digits), None)
            if owner is not None and name_key(owner.name) != name_key(texts.territory):
                sentences["siren"] = f"Ce SIREN est celui de «{NBSP}{owner.name}{NBSP}»."
    if read_year(texts.year) is None:
        sentences["year"] = (
            f"L’année s’écrit avec quatre chiffres, de {FIRST_YEAR} à {LAST_YEAR}. "
            f"L’évaluation reste en {former.year}."
        )
    email = texts.adviser_email.strip()
    if email and not is_email(email):
        sentences["adviser_email"] = (
            "Adresse enregistrée, mais le courriel restera sans destinataire. "
            f"Format attendu{NBSP}: prenom.nom@organisme.fr"
        )
    return sentences


def read_year(text: str) -> int | None:
    """Return the year typed; None unless it has four digits within the years of the database."""
    digits = text.strip()
    if len(digits) != 4 or not (digits.isascii() and digits.isdigit()):
        return None
    return int(digits) if FIRST_YEAR <= int(digits) <= LAST_YEAR else None


def _siren(text: str, former: str | None) -> str | None:
    """Return the SIREN typed; `former` when it is not valid; None when the field is blank."""
    if not text.strip():
        return None
    try:
        return normalise_siren(text)
    except ValueError:
        return former


def texts_of(identity: Identity) -> FormTexts:
    """Return the fields of the form that make `identity`."""
    territory = identity.territory
    return FormTexts(
        territory.name,
        str(identity.year),
        identity.moment,
        territory.siren or "",
        territory.department,
        tuple(
            PersonTexts(person.ref, person.last_name, person.first_name, person.profile, person.policies)
            for person in identity.coordinators
        ),
        identity.adviser.name,
        identity.adviser.email,
    )


def checked_year(text: str) -> str:
    """Return the year typed, as four digits. Raises ValueError, with a French sentence."""
    year = read_year(text)
    if year is None:
        raise ValueError(f"L’année s’écrit avec quatre chiffres, de {FIRST_YEAR} à {LAST_YEAR}.")
    return str(year)


def checked_siren(text: str) -> str:
    """Return the SIREN typed; empty when blank. Raises ValueError, with a French sentence."""
    return normalise_siren(text) if text.strip() else ""


def known_named(name: str, territories: Iterable[KnownTerritory]) -> KnownTerritory | None:
    """Return the known territory of that name, case and accents aside; None without one."""
    key = name_key(name)
    return next((one for one in territories if key and name_key(one.name) == key), None)


def matching(typed: str, territories: Iterable[KnownTerritory]) -> tuple[KnownTerritory, ...]:
    """Return the known territories whose name has every word typed, the nearest first (see `match_rank`).

    The short name counts before the whole one: « de c » is Cœur de Charente before every « de communes ».
    """
    ranks = [(match_rank(typed, known.short_name, known.name), known) for known in territories]
    matches = [(rank, known) for rank, known in ranks if rank is not None]
    return tuple(known for _, known in sorted(matches, key=lambda pair: pair[0]))


def new_person(people: Sequence[PersonTexts], policies: Iterable[str]) -> PersonTexts:
    """Return a person to add to `people`: the first leads the project, the others are « thématique »."""
    profile = Profile.THEMATIC if people else Profile.PROJECT_LEAD
    taken = {person.ref for person in people}
    free = next(ref for number in range(1, len(taken) + 2) if (ref := f"c{number}") not in taken)
    return PersonTexts(free, profile=profile, policies=tuple(policies))
