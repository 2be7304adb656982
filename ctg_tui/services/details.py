"""« Vous » and the form that begins an assessment: their rows, and the identity that typed texts make."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Final

from ctg_tui.domain.assessment import Adviser, Assessment, Coordinator, Identity, Moment, Profile, Territory
from ctg_tui.domain.details import FIRST_YEAR, LAST_YEAR, name_key, normalise_siren, same_assessment
from ctg_tui.domain.edits import column_cells, is_column_neutral, turned_policies
from ctg_tui.domain.errors import typeset
from ctg_tui.domain.grid import Grid, KnownTerritory, campaign_closing, campaign_year
from ctg_tui.domain.steps import is_email
from ctg_tui.domain.text import clean, match_rank
from ctg_tui.grids.catalogue import known_territories
from ctg_tui.services.editing import AsksFirst
from ctg_tui.services.forms import (
    Doing,
    Fact,
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
    if left != known and siren == (left.siren if left else None):
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

    The keys are `territory`, `siren` and `year`.
    """
    sentences: dict[str, str] = {}
    saved = former.territory
    if not texts.territory.strip():
        sentences["territory"] = (
            typeset(f"Il faut un nom. Le territoire reste « {saved.name} ».")
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
                sentences["siren"] = typeset(f"Ce SIREN est celui de « {owner.name} ».")
    if read_year(texts.year) is None:
        sentences["year"] = (
            f"L’année s’écrit avec quatre chiffres, de {FIRST_YEAR} à {LAST_YEAR}. "
            f"L’évaluation reste en {former.year}."
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


def new_person(people: Sequence[PersonTexts], policies: Iterable[str]) -> PersonTexts:
    """Return a person to add to `people`: the first leads the project, the others are « thématique »."""
    profile = Profile.THEMATIC if people else Profile.PROJECT_LEAD
    taken = {person.ref for person in people}
    free = next(ref for number in range(1, len(taken) + 2) if (ref := f"c{number}") not in taken)
    return PersonTexts(free, profile=profile, policies=tuple(policies))


# The rows that both forms have.

TERRITORY, YEAR, MOMENT, SIREN, DEPARTMENT = "territoire", "annee", "quand", "siren", "departement"
PEOPLE, ADVISER_NAME, EMAIL = "personnes", "contact", "courriel"
LAST, FIRST, PROFILE, POLICIES = "nom", "prenom", "profil", "politiques"
ADD, REMOVE, CHANGE = "ajouter", "retirer", "changer"
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
        hint="En Charente, le début du nom suffit.",
        offers=offers,
        placeholder="nom de la commune ou de l’intercommunalité",
    )


def _named(text: str) -> str:
    if not text.strip():
        raise ValueError("Donnez le nom du territoire.")
    return text.strip()


def _year_field(value: str, grid: Grid) -> Field:
    year = read_year(value)
    hint = "" if year is None else f"À rendre au plus tard le {day(campaign_closing(grid.campaign, year))}."
    return Field(YEAR, "Année", value, checked_year, Kind.NUMBER, _YEAR_LENGTH, hint)


def _moment_field(value: Moment) -> Field:
    return Field(
        MOMENT, "Quand", value.value, kind=Kind.ONE, hint="Le moment de l’engagement.", options=_MOMENTS
    )


def _elsewhere(texts: FormTexts, territories: Sequence[KnownTerritory]) -> Iterator[Field]:
    """Yield what is typed for a territory that is not known."""
    noted = problems(texts, Identity(0, Moment.YEARLY), territories)
    yield Field(
        SIREN,
        "SIREN",
        texts.siren,
        checked_siren,
        Kind.NUMBER,
        hint="Neuf chiffres, vérifiés par leur clé de contrôle.",
        placeholder="facultatif, 9 chiffres",
        note=noted.get("siren", ""),
    )
    yield Field(
        DEPARTMENT,
        "Département",
        texts.department,
        checked_department,
        Kind.NUMBER,
        limit=_DEPARTMENT_LENGTH,
        hint=typeset("Le numéro du département : 16 pour la Charente."),
        placeholder="facultatif",
    )


class DetailsForm(Form):
    """« Vous », on an open assessment.

    A person without a name is only a row: it is stored with its name. A policy that no person has any more
    makes its column NC: asked first, and one edit.
    """

    name = "vous"
    title = "Vous"

    def __init__(self, workspace: Workspace, session: Session, asked: str = "") -> None:
        """Read the details; the row of key `asked` is shown also where it is not usually."""
        self._workspace, self._session = workspace, session
        self._territories = known_territories()
        self._asked = asked
        self._changes_territory = asked == TERRITORY or not self._identity.territory.name
        self._agreed = False
        self._people: list[PersonTexts] = []
        self.follow()

    @property
    def _identity(self) -> Identity:
        return self._session.assessment.identity

    def end_typing(self) -> None:
        self._session.end_typing()

    def follow(self) -> None:
        """Read again whom the assessment has; rows without a name stay, one at least is there."""
        stored = {person.ref: person for person in texts_of(self._identity).people}
        known = [stored.pop(one.ref, one) for one in self._people if one.ref in stored or not one.is_named]
        self._people = [*known, *stored.values()] or [self._new_person(())]
        # A person whose name was taken away is a blank row.

    def _new_person(self, others: Sequence[PersonTexts]) -> PersonTexts:
        grid, assessment = self._session.grid, self._session.assessment
        concerned = (one.id for one in grid.policies if not is_column_neutral(grid, assessment, one.id))
        return new_person(others, concerned)

    # rows

    def rows(self) -> Iterator[Row]:
        """Yield the territory, the year, the people, the contact."""
        identity, grid, texts = self._identity, self._session.grid, self._texts()
        territory = identity.territory
        if self._changes_territory:
            yield _territory_field(territory.name, self._territories)
        else:
            yield Fact("territoire.nom", "Territoire", territory.name)
            asks = typeset(
                "Changer le territoire de cette évaluation ? Ses notes restent, sous un autre nom que "
                f"« {territory.name} »."
            )
            change = Doing(f"{TERRITORY}.{CHANGE}", "Changer de territoire", self._change_territory, asks)
            yield change._replace(yes="Changer de territoire", by_mouse=True)
        known = known_named(territory.name, self._territories)
        if known is None or territory.siren != known.siren or self._asked == SIREN:
            yield from _elsewhere(texts, self._territories)
        yield _year_field(str(identity.year), grid)
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
            hint="La personne de la Caf qui reçoit l’auto-évaluation.",
            placeholder="prénom et nom",
            who="Contact à la Caf",
        )
        yield Field(
            EMAIL,
            "Courriel",
            identity.adviser.email,
            checked_email,
            hint=typeset("Pour préparer le courriel ; rien n’est envoyé d’ici."),
            placeholder="prenom.nom@organisme.fr",
            who="Contact à la Caf",
        )

    def _person_rows(self, rank: int, person: PersonTexts) -> Iterator[Row]:
        key, grid = f"{PEOPLE}.{rank}", self._session.grid
        who = f"{person.first_name} {person.last_name}".strip() or f"Personne {rank}"
        if len(self._people) > 1:
            yield Heading(key, f"Personne {rank}", is_soft=True)
        hint = "Sans nom ni prénom, la personne n’est pas enregistrée."
        yield Field(f"{key}.{LAST}", "Nom", person.last_name, hint=hint, who=who)
        yield Field(f"{key}.{FIRST}", "Prénom", person.first_name, hint="Le prénom de la personne.", who=who)
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
            hint="Celles de cette personne.",
            options=[Option(policy.id, policy.label) for policy in grid.policies],
            who=who,
        )
        if len(self._people) > 1:
            asks = typeset(f"Retirer {who} de cette évaluation ?") if person.is_named else ""
            removal = Doing(
                f"{key}.{REMOVE}", "Retirer cette personne", partial(self._remove_person, rank - 1)
            )
            yield removal._replace(asks=asks, yes="Oui, retirer", by_mouse=True)

    def key_of(self, what: str) -> str:
        """Return the key of the first field of `what`: a field, or the list of people."""
        if what == PEOPLE:
            return f"{PEOPLE}.1.{LAST}"
        return EMAIL if what == ADVISER_NAME and self._identity.adviser.name.strip() else what

    def _texts(self) -> FormTexts:
        return replace(texts_of(self._identity), people=tuple(self._people))

    # values

    def put(self, key: str, value: Value) -> str:
        text = value if isinstance(value, str) else ""
        match key.split("."):
            case [people, rank, part] if people == PEOPLE and rank.isdigit():
                return self._put_of_person(int(rank) - 1, part, value)
            case ["territoire"]:
                texts = replace(self._texts(), territory=text)
            case ["siren"]:
                texts = replace(self._texts(), siren=text)
            case ["departement"]:
                texts = replace(self._texts(), department=text)
            case ["annee"]:
                texts = replace(self._texts(), year=text)
            case ["quand"]:
                texts = replace(self._texts(), moment=Moment(text))
            case ["contact"]:
                texts = replace(self._texts(), adviser_name=text)
            case ["courriel"]:
                texts = replace(self._texts(), adviser_email=text)
            case _:
                raise unknown_field(key, self)
        return self._identify(texts)

    def _put_of_person(self, position: int, part: str, value: Value) -> str:
        person = self._people[position]
        if part == POLICIES:
            ids = self._session.grid.policies_by_id
            elsewhere = tuple(policy for policy in person.policies if policy not in ids)
            chosen = value if isinstance(value, tuple) else (value,)
            person = replace(person, policies=(*chosen, *elsewhere))
        elif isinstance(value, str):
            match part:
                case "nom":
                    person = replace(person, last_name=value)
                case "prenom":
                    person = replace(person, first_name=value)
                case _:
                    person = replace(person, profile=Profile(value))
        return self._take_people([*self._people[:position], person, *self._people[position + 1 :]])

    def _take_people(self, people: list[PersonTexts]) -> str:
        """Keep the people; a policy ticked or unticked by it is asked about, and its column goes with it."""
        session = self._session
        texts = replace(self._texts(), people=tuple(people))
        identity = identity_of(texts, self._identity, self._territories)
        turned = turned_policies(session.grid, session.assessment, identity)
        if not turned:
            said = self._identify(texts)
        else:
            if not self._agreed:
                question, answer = column_question(session.grid, session.assessment, turned)
                raise AsksFirst(question, self._agree, answer)
            self._agreed = False
            session.identify_with_columns(identity)
            said = ""
        self._people = people
        return said

    def _agree(self) -> None:
        self._agreed = True

    def _identify(self, texts: FormTexts) -> str:
        session, former = self._session, self._identity
        identity = identity_of(texts, former, self._territories)
        if identity != former:
            session.identify(identity)
        if same_assessment(former, identity):
            return ""
        double = double_of(self._workspace, identity, session.assessment.id)
        return is_double(double.sentence) if double is not None else ""

    def _change_territory(self) -> str:
        self._changes_territory = True
        return TERRITORY

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
        self._texts = FormTexts("", str(year), Moment.YEARLY)
        self.is_typed = False
        """Whether something was typed or chosen."""

    def rows(self) -> Iterator[Row]:
        """Yield the territory, the year, the moment and, where there are several, the grid."""
        texts = self._texts
        yield _territory_field(texts.territory, self._territories)
        if texts.territory and known_named(texts.territory, self._territories) is None:
            yield from _elsewhere(texts, self._territories)
        yield _year_field(texts.year, self.grid)
        yield _moment_field(texts.moment)
        grids = self._workspace.catalogue.grids
        if len(grids) > 1:
            cells, policies = len(self.grid.own_cells), len(self.grid.policies)
            hint = typeset(
                f"{count(cells // policies, 'ligne')} × {count(policies, 'politique')} = "
                f"{count(cells, 'case')} pour la Caf. La grille se change aussi plus tard."
            )
            options = [Option(grid.id, grid.title) for grid in grids]
            yield Field(GRID, "Grille", self.grid.id, kind=Kind.ONE, hint=hint, options=options)

    def put(self, key: str, value: Value) -> str:
        text, texts = value if isinstance(value, str) else "", self._texts
        match key:
            case "grille":
                self.grid = self._workspace.catalogue.get(text) or self.grid
            case "quand":
                self._texts = replace(texts, moment=Moment(text))
            case "territoire":
                self._texts = replace(texts, territory=text)
            case "annee":
                self._texts = replace(texts, year=text)
            case "siren":
                self._texts = replace(texts, siren=text)
            case "departement":
                self._texts = replace(texts, department=text)
            case _:
                raise unknown_field(key, self)
        self.is_typed = True
        return ""

    @property
    def identity(self) -> Identity:
        """The identity to begin with. Raises ValueError, with a French sentence, without a territory."""
        texts, known = self._texts, known_named(self._texts.territory, self._territories)
        _named(texts.territory)
        if known is not None:
            texts = replace(texts, siren=known.siren, department=known.department)
        return identity_of(texts, Identity(int(texts.year), Moment.YEARLY), self._territories)


def column_question(grid: Grid, assessment: Assessment, policies: Iterable[str]) -> tuple[str, str]:
    """Return what is asked about the columns of policies ticked or unticked in « Vous », and the answer."""
    opened: list[str] = []
    closed: list[str] = []
    for policy in policies:
        (opened if is_column_neutral(grid, assessment, policy) else closed).append(policy)
    questions = []
    if closed:
        is_noted = any(cell in assessment.answers for policy in closed for cell in column_cells(grid, policy))
        kept = " Vos notes seront gardées de côté." if is_noted else ""
        questions.append(f"{_columns(grid, closed, 'passer')} à « non concerné » ?{kept}")
    if opened:
        questions.append(f"{_columns(grid, opened, 'rouvrir')}, avec les notes d’avant ?")
    answer = "Oui, les passer à « non concerné »" if closed else "Oui, les rouvrir"
    return typeset(" ".join(questions)), typeset(answer)


def _columns(grid: Grid, policies: Sequence[str], verb: str) -> str:
    """Return `Éducation et Social : passer leurs 28 cases`."""
    cells = sum(len(column_cells(grid, policy)) for policy in policies)
    whose = "ses" if len(policies) == 1 else "leurs"
    names = listing(grid.policies_by_id[policy].label for policy in policies)
    return f"{names} : {verb} {whose} {count(cells, 'case')}"
