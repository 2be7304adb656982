"""« Vous » and the form that begins an assessment: their rows, and the identity that their values make."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import partial
from itertools import count as count_from
from typing import Any, Final

from ctg_tui.domain.assessment import Assessment, Coordinator, Identity, Moment, Profile, Territory
from ctg_tui.domain.changes import apply, values_of
from ctg_tui.domain.details import FIRST_YEAR, LAST_YEAR, is_email, name_key, normalise_siren
from ctg_tui.domain.edits import adoption, column_cells, is_column_neutral, turned_policies
from ctg_tui.domain.errors import typeset
from ctg_tui.domain.grid import Grid, campaign_closing, campaign_year
from ctg_tui.domain.steps import FindingCode, foreign_ids
from ctg_tui.domain.text import match_rank
from ctg_tui.grids.catalogue import known_territories, shipped_grids
from ctg_tui.services.editing import Session
from ctg_tui.services.forms import (
    ADD,
    REMOVE,
    Doing,
    Fact,
    Field,
    Form,
    Kind,
    Option,
    Row,
    StoredForm,
    as_a_name,
)
from ctg_tui.services.workspace import Workspace
from ctg_tui.wording.french import MOMENTS, PROFILES, count, day, without_kind
from ctg_tui.wording.lines import grid_in_words

TERRITORY, YEAR, MOMENT, SIREN = "territoire", "annee", "quand", "siren"
PEOPLE, ADVISER_NAME, EMAIL = "personnes", "contact", "courriel"
LAST, FIRST, PROFILE, POLICIES = "nom", "prenom", "profil", "politiques"
GRID, BEGIN = "grille", "commencer"
_SHORT: Final = {Moment.END: "en fin", Profile.THEMATIC: "chargé·e thématique"}
"""The labels that are too long to stand in a row with the others."""
_MOMENTS: Final = [Option(one.value, _SHORT.get(one, label)) for one, label in MOMENTS.items()]
_PROFILES: Final = [Option(one.value, _SHORT.get(one, label)) for one, label in PROFILES.items()]
FIELD_OF: Final[Mapping[str, str]] = {
    FindingCode.NO_TERRITORY: TERRITORY,
    FindingCode.NO_COORDINATOR: f"{PEOPLE}.1.{LAST}",
    FindingCode.NO_ADVISER: ADVISER_NAME,
}
"""The field where a finding of a form is corrected, by its code; every other is corrected in the grid."""
_OF_ADVISER: Final = "Contact à la Caf"


# What is typed, as it is understood; each raises ValueError, with a French sentence.


def _year(text: str) -> str:
    digits = text.strip()
    if re.fullmatch("[0-9]{4}", digits) is None or not FIRST_YEAR <= int(digits) <= LAST_YEAR:
        raise ValueError(f"L’année s’écrit avec quatre chiffres, de {FIRST_YEAR} à {LAST_YEAR}.")
    return digits


def _siren(text: str) -> str:
    return normalise_siren(text) if text.strip() else ""


def _email(text: str) -> str:
    email = text.strip()
    if email and not is_email(email):
        raise ValueError(typeset("Un courriel s’écrit : prenom.nom@organisme.fr."))
    return email


def _territory(text: str) -> str:
    if not text.strip():
        raise ValueError("Donnez le nom du territoire.")
    return as_a_name(text)


def _found_by(territory: Territory) -> tuple[str, ...]:
    """Return by what a known territory is found: its short name, its name, its kind, one word."""
    short = without_kind(territory.name)
    kind = "CdC CC" if territory.name.startswith("Communauté de communes") else "CA"
    return short, territory.name, kind, name_key(short)


class NewForm(Form):
    """The form that begins an assessment: its territory, year and moment; nothing is created by it."""

    name = "nouvelle"
    title = "Commencer une évaluation"

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._territories: Final = known_territories()
        self.grid = workspace.catalogue.default
        year = campaign_year(self.grid.campaign, workspace.today())
        year = min(max(year, FIRST_YEAR), LAST_YEAR)  # the clock of a computer can be wrong
        self._identity = Identity(year, Moment.YEARLY)

    @property
    def identity(self) -> Identity:
        """The identity to begin with. Raises ValueError, with a French sentence, without a territory."""
        _territory(self._identity.territory.name)
        return self._identity

    @property
    def _now(self) -> Identity:
        """The identity that the values make, as they are now."""
        return self._identity

    def _identify(self, identity: Identity) -> None:
        self._identity = identity

    def _set(self, **parts: Any) -> None:
        self._identify(self._now._replace(**parts))

    def rows(self) -> Iterator[Row]:
        yield self._territory_row()
        yield from self._when_rows(self.grid)
        grids = self._workspace.catalogue.grids
        if len(grids) > 1:
            options = [Option(grid.id, grid_in_words(grid, shipped_grids())) for grid in grids]
            which = Field(GRID, "Grille", self.grid.id, self._choose_grid, kind=Kind.ONE, options=options)
            yield which._replace(note="Se change aussi plus tard.")

    def _territory_row(self) -> Field:
        name = self._now.territory.name
        where = Field(TERRITORY, "Territoire", name, self._rename, self._name, offers=self._offers)
        return where._replace(placeholder="nom de la commune ou de l’intercommunalité")

    def _when_rows(self, grid: Grid) -> Iterator[Row]:
        identity = self._now
        closing = day(campaign_closing(grid.campaign, identity.year))
        year = Field(YEAR, "Année", str(identity.year), lambda typed: self._set(year=int(typed)), _year)
        yield year._replace(kind=Kind.NUMBER, hint=f"À rendre au plus tard le {closing}.")
        moment = Field(MOMENT, "Quand", identity.moment.value, kind=Kind.ONE, options=_MOMENTS)
        yield moment._replace(keep=lambda chosen: self._set(moment=Moment(chosen)))

    def _offers(self, typed: str) -> list[Option]:
        """Return the known territories whose name has every word typed, the nearest first (`match_rank`).

        The short name counts before the whole one: « de c » is Cœur de Charente before every « de communes ».
        « cdc » and « cc » are a « communauté de communes ».
        """
        ranks = [(match_rank(typed, *_found_by(one)), one) for one in self._territories]
        found = sorted((pair for pair in ranks if pair[0] is not None), key=lambda pair: pair[0] or 0)
        return [Option(one.known_id or "", one.name) for _, one in found]

    def _name(self, typed: str) -> str:
        """Return the name of a territory, whole where `typed` is the short name of a known one."""
        name = _territory(typed)
        key = name_key(name)
        return next((one.name for one in self._territories if name_key(without_kind(one.name)) == key), name)

    def _known(self, name: str) -> Territory | None:
        """Return the known territory of that name, case and accents aside; None without one."""
        key = name_key(name)
        return next((one for one in self._territories if key and name_key(one.name) == key), None)

    def _rename(self, name: str) -> None:
        """Name the territory: the SIREN and department of a known one come and go with its name."""
        former = self._now.territory
        known, left = self._known(name), self._known(former.name)
        if known is not None:
            former = known
        elif left is not None and former.siren == left.siren:
            former = Territory()
        self._set(territory=former._replace(name=name, known_id=known and known.known_id))

    def _choose_grid(self, grid_id: str) -> None:
        self.grid = self._workspace.catalogue.get(grid_id) or self.grid


def _is_named(person: Coordinator) -> bool:
    return bool(person.last_name.strip() or person.first_name.strip())


class DetailsForm(StoredForm, NewForm):
    """« Vous », on an open assessment.

    A person without a name is only a row: it is stored with its name. A policy that no person has any more
    makes its column NC, in the same edit.
    """

    name = "vous"
    title = "Vous"

    def __init__(self, workspace: Workspace, session: Session) -> None:
        super().__init__(workspace)
        self._session = session
        self._people: list[Coordinator] = []
        self.follow()

    @property
    def _now(self) -> Identity:
        return self._session.assessment.identity

    def follow(self) -> None:
        """Read again whom the assessment has; rows without a name stay, one at least is there."""
        stored = {person.ref: person for person in self._now.coordinators}
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

    @property
    def needed(self) -> dict[str, str]:
        blank = (rank for rank, person in enumerate(self._people, 1) if not _is_named(person))
        return {f"{PEOPLE}.{rank}": LAST for rank in blank}

    # rows

    def rows(self) -> Iterator[Row]:
        yield self._territory_row()
        territory = self._now.territory
        known = self._known(territory.name)
        if territory.name and (known is None or territory.siren != known.siren):
            siren = Field(SIREN, "SIREN", territory.siren or "", parse=_siren, kind=Kind.NUMBER)
            siren = siren._replace(hint="9 chiffres, dont une clé de contrôle.", placeholder="facultatif")
            yield siren._replace(keep=self._put_siren)
        yield from self._when_rows(self._session.grid)
        for rank, person in enumerate(self._people, 1):
            yield from self._person_rows(rank, person)
        yield Doing(ADD, "+ Ajouter une personne", self._add_person)
        yield Fact("titre-contact", "", _OF_ADVISER)
        adviser = self._now.adviser
        named = Field(ADVISER_NAME, "Nom", adviser.name, partial(self._advise, "name"), as_a_name)
        yield named._replace(who=_OF_ADVISER, placeholder="prénom et nom")
        email = Field(EMAIL, "Courriel", adviser.email, partial(self._advise, "email"), _email)
        yield email._replace(who=_OF_ADVISER, placeholder="prenom.nom@organisme.fr")

    def _person_rows(self, rank: int, person: Coordinator) -> Iterator[Row]:
        key, grid = f"{PEOPLE}.{rank}", self._session.grid
        who = f"{person.first_name} {person.last_name}".strip() or f"Personne {rank}"
        policies = [Option(policy.id, policy.label) for policy in grid.policies]
        ticked = tuple(policy.id for policy in grid.policies if policy.id in person.policies)
        elsewhere = [policy for policy in person.policies if policy not in grid.policies_by_id]
        yield Fact(key, "", f"Chargé·e de coopération{f' {rank}' * (len(self._people) > 1)}")
        put = partial(self._put_of_person, rank - 1)
        last, first = person.last_name, person.first_name
        yield Field(f"{key}.{LAST}", "Nom", last, lambda name: put(last_name=name), as_a_name, who=who)
        yield Field(f"{key}.{FIRST}", "Prénom", first, lambda name: put(first_name=name), as_a_name, who=who)
        profile = Field(f"{key}.{PROFILE}", "Profil", person.profile.value, who=who, options=_PROFILES)
        profile = profile._replace(kind=Kind.ONE, hint="Des indicateurs en dépendent.")
        yield profile._replace(keep=lambda chosen: put(profile=Profile(chosen)))
        works = Field(f"{key}.{POLICIES}", "Politiques", ticked, who=who, options=policies)
        yield works._replace(keep=lambda keys: put(policies=(*keys, *elsewhere)), kind=Kind.SEVERAL)
        if len(self._people) > 1:
            removes = partial(self._remove_person, rank - 1)
            yield Doing(f"{key}.{REMOVE}", "Retirer cette personne", removes)

    # values

    def _advise(self, part: str, text: str) -> None:
        self._set(adviser=self._now.adviser._replace(**{part: text}))

    def _put_siren(self, typed: str) -> None:
        self._set(territory=self._now.territory._replace(siren=typed or None))

    def _put_of_person(self, position: int, **parts: Any) -> str:
        people = [*self._people]
        people[position] = people[position]._replace(**parts)
        return self._take_people(people)

    def _take_people(self, people: list[Coordinator]) -> str:
        """Keep the people; the column of a policy ticked or unticked by it goes with it, and is said."""
        session = self._session
        named = filter(_is_named, people)
        identity = self._now._replace(coordinators=tuple(named))
        turned = turned_policies(session.grid, session.assessment, identity)
        said = columns_turned(session.grid, session.assessment, turned) if turned else ""
        self._identify(identity)
        self._people = people
        return said

    def _identify(self, identity: Identity) -> None:
        if identity != self._now:
            self._session.identify(identity)

    def _add_person(self) -> str:
        self._people = [*self._people, self._new_person(self._people)]
        return f"{PEOPLE}.{len(self._people)}.{LAST}"

    def _remove_person(self, position: int) -> str:
        self._take_people([*self._people[:position], *self._people[position + 1 :]])
        return f"{PEOPLE}.1.{LAST}"


def columns_turned(grid: Grid, assessment: Assessment, policies: Iterable[str]) -> str:
    """Return what becomes of the columns of policies ticked or unticked in « Vous »."""
    said = []
    for policy in policies:
        is_opened = is_column_neutral(grid, assessment, policy)
        becomes = "avec les notes d’avant" if is_opened else "à « non concerné »"
        cells = count(len(column_cells(grid, policy)), "case")
        said.append(f"{grid.policies_by_id[policy].label} : {cells} {becomes}")
    return typeset(f"{' ; '.join(said)}. Ctrl+Z revient en arrière.")


# Changing to another grid.


def other_grids(workspace: Workspace, assessment: Assessment) -> tuple[Grid, ...]:
    """Return the grids known here that `assessment` is not filled with. Raises DatabaseRefusal."""
    known = {grid.fingerprint: grid for grid in workspace.catalogue.every}
    return tuple(known[one] for one in known if one != assessment.grid_fingerprint)


def change_sentence(assessment: Assessment, before: Grid, after: Grid) -> str:
    """Return what filling `assessment`, filled with `before`, with `after` would do to what was entered."""
    if not values_of(assessment):
        return "Rien n’est encore saisi."
    lines = foreign_ids(after, apply(assessment, adoption(assessment, before, after)))
    if not lines:
        return "Tout ce que vous avez saisi y garde sa ligne."
    said = count(len(lines), "ligne saisie n’y a", "lignes saisies n’y ont")
    rest = "Ce qui y est reste enregistré, n’est plus compté, et se lit dans Résultats."
    return f"{said} pas de place. {rest}"
