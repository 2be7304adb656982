"""« Vous » and the form that begins an assessment: their rows, and the identity that their values make."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from itertools import count as count_from
from typing import TYPE_CHECKING, Final

from ctg_tui.domain.assessment import Assessment, Coordinator, Identity, Moment, Profile, Territory
from ctg_tui.domain.details import FIRST_YEAR, LAST_YEAR, name_key, normalise_siren, same_assessment
from ctg_tui.domain.edits import column_cells, is_column_neutral, turned_policies
from ctg_tui.domain.errors import typeset
from ctg_tui.domain.grid import Grid, KnownTerritory, campaign_closing, campaign_year
from ctg_tui.domain.steps import is_email
from ctg_tui.domain.text import clean, match_rank
from ctg_tui.grids.catalogue import known_territories
from ctg_tui.services.forms import (
    Doing,
    Field,
    Form,
    Heading,
    Kind,
    Offer,
    Option,
    Row,
    Value,
    unknown_field,
)
from ctg_tui.services.workspace import double_of
from ctg_tui.wording.french import MOMENTS, PROFILES, count, day, is_double, listing

if TYPE_CHECKING:
    from ctg_tui.services.editing import Session
    from ctg_tui.services.workspace import Workspace


def checked_year(text: str) -> str:
    """Return the year typed, as four digits. Raises ValueError, with a French sentence."""
    digits = text.strip()
    if re.fullmatch("[0-9]{4}", digits) is None or not FIRST_YEAR <= int(digits) <= LAST_YEAR:
        raise ValueError(f"L’année s’écrit avec quatre chiffres, de {FIRST_YEAR} à {LAST_YEAR}.")
    return digits


def checked_siren(text: str) -> str:
    """Return the SIREN typed; empty when blank. Raises ValueError, with a French sentence."""
    return normalise_siren(text) if text.strip() else ""


def checked_email(text: str) -> str:
    """Return the e-mail address typed; empty when blank. Raises ValueError, with a French sentence."""
    email = text.strip()
    if email and not is_email(email):
        raise ValueError(typeset("Un courriel s’écrit : prenom.nom@organisme.fr."))
    return email


_DEPARTMENT: Final = re.compile(r"\d{1,3}|2[AB]", re.ASCII)


def checked_department(text: str) -> str:
    """Return the number of the department typed. Raises ValueError, with a French sentence."""
    number = text.strip().upper()
    if number and not _DEPARTMENT.fullmatch(number):
        raise ValueError(typeset("Un département s’écrit par son numéro : 16 pour la Charente."))
    return number


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


# The rows that both forms have, and what they become.


TERRITORY, YEAR, MOMENT, SIREN, DEPARTMENT = "territoire", "annee", "quand", "siren", "departement"
PEOPLE, ADVISER_NAME, EMAIL = "personnes", "contact", "courriel"
LAST, FIRST, PROFILE, POLICIES = "nom", "prenom", "profil", "politiques"
ADD, REMOVE = "ajouter", "retirer"
GRID, BEGIN = "grille", "commencer"
_MOMENTS: Final = [Option(moment.value, label) for moment, label in MOMENTS.items()]
_PROFILES: Final = [Option(profile.value, label) for profile, label in PROFILES.items()]
_YEAR_LENGTH: Final = 8
_DEPARTMENT_LENGTH: Final = 3


def _territory_field(value: str, territories: Sequence[KnownTerritory]) -> Field:
    def offers(typed: str) -> list[Offer]:
        return [Offer(one.id, one.name) for one in matching(typed, territories)]

    return Field(
        TERRITORY,
        "Territoire",
        value,
        _named,
        offers=offers,
        placeholder="nom de la commune ou de l’intercommunalité",
    )


def _named(text: str) -> str:
    if not text.strip():
        raise ValueError("Donnez le nom du territoire.")
    return text.strip()


def _year_field(year: int, grid: Grid) -> Field:
    is_possible = FIRST_YEAR <= year <= LAST_YEAR
    hint = f"À rendre au plus tard le {day(campaign_closing(grid.campaign, year))}." if is_possible else ""
    return Field(YEAR, "Année", str(year), checked_year, Kind.NUMBER, _YEAR_LENGTH, hint)


def _moment_field(value: Moment) -> Field:
    return Field(MOMENT, "Quand", value.value, kind=Kind.ONE, options=_MOMENTS)


def _elsewhere(territory: Territory, territories: Iterable[KnownTerritory]) -> Iterator[Field]:
    siren = territory.siren or ""
    owner = next((one for one in territories if one.siren == siren), None)
    is_other = owner is not None and name_key(owner.name) != name_key(territory.name)
    yield Field(
        SIREN,
        "SIREN",
        siren,
        checked_siren,
        Kind.NUMBER,
        hint="9 chiffres, dont une clé de contrôle.",
        placeholder="facultatif",
        note=typeset(f"Ce SIREN est celui de « {owner.name} ».") if owner and is_other else "",
    )
    yield Field(
        DEPARTMENT,
        "Département",
        territory.department,
        checked_department,
        Kind.NUMBER,
        limit=_DEPARTMENT_LENGTH,
        hint=typeset("Son numéro : 16 pour la Charente."),
        placeholder="facultatif",
    )


def _put(
    key: str, value: Value, identity: Identity, territories: Iterable[KnownTerritory]
) -> Identity | None:
    """Return `identity` with a value of either form; None for the key of another row."""
    text = clean(value).strip() if isinstance(value, str) else ""
    territory, adviser = identity.territory, identity.adviser
    match key:
        case "territoire":
            return identity._replace(territory=_territory(text, territory, tuple(territories)))
        case "siren":
            return identity._replace(territory=territory._replace(siren=text or None))
        case "departement":
            return identity._replace(territory=territory._replace(department=text))
        case "annee":
            return identity._replace(year=int(text))
        case "quand":
            return identity._replace(moment=Moment(text))
        case "contact":
            return identity._replace(adviser=adviser._replace(name=text))
        case "courriel":
            return identity._replace(adviser=adviser._replace(email=text))
    return None


def _territory(name: str, former: Territory, territories: Sequence[KnownTerritory]) -> Territory:
    """Return the territory of that name: the SIREN and department of a known one come and go with it."""
    known, left = known_named(name, territories), known_named(former.name, territories)
    siren, department = former.siren, former.department
    if left != known and siren == (left.siren if left else None):
        siren, department = (known.siren, known.department) if known else (None, "")
    return Territory(name, siren, department, known.id if known else None)


def _is_named(person: Coordinator) -> bool:
    return bool(person.last_name.strip() or person.first_name.strip())


class DetailsForm(Form):
    """« Vous », on an open assessment.

    A person without a name is only a row: it is stored with its name. A policy that no person has any more
    makes its column NC, in the same edit.
    """

    name = "vous"
    title = "Vous"

    def __init__(self, workspace: Workspace, session: Session) -> None:
        self._workspace, self._session = workspace, session
        self._territories = known_territories()
        self._people: list[Coordinator] = []
        self.follow()

    @property
    def _identity(self) -> Identity:
        return self._session.assessment.identity

    def end_typing(self) -> None:
        self._session.end_typing()

    def follow(self) -> None:
        """Read again whom the assessment has; rows without a name stay, one at least is there."""
        stored = {person.ref: person for person in self._identity.coordinators}
        known = [stored.pop(one.ref, one) for one in self._people if one.ref in stored or not _is_named(one)]
        self._people = [*known, *stored.values()] or [self._new_person(())]
        # A person whose name was taken away is a blank row.

    def _new_person(self, others: Sequence[Coordinator]) -> Coordinator:
        """Return a person beside `others`: the first leads the project, the others are « thématique »."""
        grid, assessment = self._session.grid, self._session.assessment
        concerned = tuple(one.id for one in grid.policies if not is_column_neutral(grid, assessment, one.id))
        profile = Profile.THEMATIC if others else Profile.PROJECT_LEAD
        taken = {person.ref for person in others}
        free = next(ref for number in count_from(1) if (ref := f"c{number}") not in taken)
        return Coordinator(free, "", "", profile, concerned)

    # rows

    def rows(self) -> Iterator[Row]:
        identity, grid = self._identity, self._session.grid
        territory = identity.territory
        yield _territory_field(territory.name, self._territories)
        known = known_named(territory.name, self._territories)
        if known is None or territory.siren != known.siren:
            yield from _elsewhere(territory, self._territories)
        yield _year_field(identity.year, grid)
        yield _moment_field(identity.moment)
        yield Heading("personnes", "Chargé·es de coopération")
        for rank, person in enumerate(self._people, 1):
            yield from self._person_rows(rank, person)
        yield Doing(ADD, "+ Ajouter une personne", self._add_person)
        yield Heading("titre-contact", "Contact à la Caf")
        yield Field(
            ADVISER_NAME,
            "Nom",
            identity.adviser.name,
            placeholder="prénom et nom",
            who="Contact à la Caf",
        )
        yield Field(
            EMAIL,
            "Courriel",
            identity.adviser.email,
            checked_email,
            placeholder="prenom.nom@organisme.fr",
            who="Contact à la Caf",
        )

    def _person_rows(self, rank: int, person: Coordinator) -> Iterator[Row]:
        key, grid = f"{PEOPLE}.{rank}", self._session.grid
        who = f"{person.first_name} {person.last_name}".strip() or f"Personne {rank}"
        if len(self._people) > 1:
            yield Heading(key, f"Personne {rank}", is_soft=True)
        yield Field(f"{key}.{LAST}", "Nom", person.last_name, who=who)
        yield Field(f"{key}.{FIRST}", "Prénom", person.first_name, who=who)
        yield Field(
            f"{key}.{PROFILE}",
            "Profil",
            person.profile.value,
            kind=Kind.ONE,
            hint="Des indicateurs en dépendent.",
            options=_PROFILES,
            who=who,
        )
        yield Field(
            f"{key}.{POLICIES}",
            "Politiques",
            tuple(policy.id for policy in grid.policies if policy.id in person.policies),
            kind=Kind.SEVERAL,
            options=[Option(policy.id, policy.label) for policy in grid.policies],
            who=who,
        )
        if len(self._people) > 1:
            removes = partial(self._remove_person, rank - 1)
            yield Doing(f"{key}.{REMOVE}", "Retirer cette personne", removes, by_mouse=True)

    def key_of(self, what: str) -> str:
        """Return the key of the first field of `what`: a field, or the list of people."""
        if what == PEOPLE:
            return f"{PEOPLE}.1.{LAST}"
        return EMAIL if what == ADVISER_NAME and self._identity.adviser.name.strip() else what

    # values

    def put(self, key: str, value: Value) -> str:
        match key.split("."):
            case [people, rank, part] if people == PEOPLE and rank.isdigit():
                return self._put_of_person(int(rank) - 1, part, value)
        identity = _put(key, value, self._identity, self._territories)
        if identity is None:
            raise unknown_field(key, self)
        return self._identify(identity)

    def _put_of_person(self, position: int, part: str, value: Value) -> str:
        person = self._people[position]
        if part == POLICIES:
            ids = self._session.grid.policies_by_id
            elsewhere = tuple(policy for policy in person.policies if policy not in ids)
            chosen = value if isinstance(value, tuple) else (value,)
            person = person._replace(policies=(*chosen, *elsewhere))
        elif isinstance(value, str):
            match part:
                case "nom":
                    person = person._replace(last_name=value)
                case "prenom":
                    person = person._replace(first_name=value)
                case _:
                    person = person._replace(profile=Profile(value))
        return self._take_people([*self._people[:position], person, *self._people[position + 1 :]])

    def _take_people(self, people: list[Coordinator]) -> str:
        """Keep the people; the column of a policy ticked or unticked by it goes with it, and is said."""
        session = self._session
        named = (
            one._replace(last_name=clean(one.last_name).strip(), first_name=clean(one.first_name).strip())
            for one in people
            if _is_named(one)
        )
        identity = self._identity._replace(coordinators=tuple(named))
        turned = turned_policies(session.grid, session.assessment, identity)
        if not turned:
            said = self._identify(identity)
        else:
            said = columns_turned(session.grid, session.assessment, turned)
            session.identify_with_columns(identity)
        self._people = people
        return said

    def _identify(self, identity: Identity) -> str:
        session, former = self._session, self._identity
        if identity != former:
            session.identify(identity)
        if same_assessment(former, identity):
            return ""
        double = double_of(self._workspace, identity, session.assessment.id)
        return is_double(double.sentence) if double is not None else ""

    def _add_person(self) -> str:
        self._people = [*self._people, self._new_person(self._people)]
        return f"{PEOPLE}.{len(self._people)}.{LAST}"

    def _remove_person(self, position: int) -> str:
        self._take_people([*self._people[:position], *self._people[position + 1 :]])
        return f"{PEOPLE}.1.{LAST}"


class NewForm(Form):
    """The form that begins an assessment; nothing is created before `begin`."""

    name = "nouvelle"
    title = "Commencer une évaluation"

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._territories = known_territories()
        self.grid = workspace.catalogue.default
        year = campaign_year(self.grid.campaign, workspace.today())
        self._identity = Identity(year, Moment.YEARLY)

    def rows(self) -> Iterator[Row]:
        territory = self._identity.territory
        yield _territory_field(territory.name, self._territories)
        if territory.name and territory.known_id is None:
            yield from _elsewhere(territory, self._territories)
        yield _year_field(self._identity.year, self.grid)
        yield _moment_field(self._identity.moment)
        grids = self._workspace.catalogue.grids
        if len(grids) > 1:
            lines = count(len(self.grid.own_cells) // len(self.grid.policies), "ligne")
            note = f"{lines} pour la Caf ; se change aussi plus tard."
            options = [Option(grid.id, grid.title) for grid in grids]
            yield Field(GRID, "Grille", self.grid.id, kind=Kind.ONE, note=typeset(note), options=options)

    def put(self, key: str, value: Value) -> str:
        if key == GRID and isinstance(value, str):
            self.grid = self._workspace.catalogue.get(value) or self.grid
        else:
            identity = _put(key, value, self._identity, self._territories)
            if identity is None:
                raise unknown_field(key, self)
            self._identity = identity
        return ""

    @property
    def identity(self) -> Identity:
        """The identity to begin with. Raises ValueError, with a French sentence, without a territory."""
        territory = self._identity.territory
        _named(territory.name)
        known = known_named(territory.name, self._territories)
        if known is not None:
            territory = territory._replace(siren=known.siren, department=known.department)
        return self._identity._replace(territory=territory)


def columns_turned(grid: Grid, assessment: Assessment, policies: Iterable[str]) -> str:
    """Return what becomes of the columns of policies ticked or unticked in « Vous »."""
    opened: list[str] = []
    closed: list[str] = []
    for policy in policies:
        (opened if is_column_neutral(grid, assessment, policy) else closed).append(policy)
    said = [f"{_columns(grid, closed)} à « non concerné »"] if closed else []
    said += [f"{_columns(grid, opened)} avec les notes d’avant"] if opened else []
    return typeset(f"{' ; '.join(said)}. Ctrl+Z revient en arrière.")


def _columns(grid: Grid, policies: Sequence[str]) -> str:
    cells = sum(len(column_cells(grid, policy)) for policy in policies)
    return f"{listing(grid.policies_by_id[policy].label for policy in policies)} : {count(cells, 'case')}"
